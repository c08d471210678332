// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/rehearsal.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "temporary_directory.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

const std::string program = "/usr/bin/procmail";

bool no_procmail() {
    const bool absent = ::access(program.c_str(), X_OK) != 0;
    if (absent) {
        MESSAGE("no procmail here");
    }
    return absent;
}

std::optional<UserIdentity> somebody() {
    return ::geteuid() == 0 ? std::optional(UserIdentity{.user = 65533, .group = 65533}) : std::nullopt;
}

RecipeContext context(Delivery machine = Delivery::Maildir) {
    return {.account = AccountName("alice"), .own_name = "mail.example.test", .machine = machine};
}

Recipe recipe(const std::string& name, const std::vector<std::string>& conditions,
              const std::string& action = "folder X", const std::string& match = "",
              const std::string& then = "") {
    return Recipe::parse(name, match, conditions, action, then);
}

RecipeBook book_of(const std::vector<Recipe>& recipes) {
    RecipeBook book;
    for (const Recipe& one : recipes) {
        book = book.with_recipe(one, 0);
    }
    return book;
}

/// "ynu" for each recipe's conditions, blank between; "L" where it was forwarded before.
std::string answers(const std::vector<Recipe>& recipes, std::string_view message) {
    const Asked asked = ask_procmail(program, somebody(), recipes, context(), message);
    std::string all;
    for (const auto& conditions : asked.conditions) {
        all += all.empty() ? "" : " ";
        for (const Holds one : conditions) {
            all += one == Holds::Yes ? 'y' : (one == Holds::No ? 'n' : 'u');
        }
    }
    return all + (asked.forwarded_before ? "L" : "");
}

std::string holding(const std::vector<std::string>& conditions, std::string_view message) {
    return answers({recipe("r", conditions)}, message);
}

Error refusal(const std::vector<std::string>& conditions, std::string_view message,
              const RehearsalLimits& limits = {}) {
    try {
        ask_procmail(program, somebody(), {recipe("r", conditions)}, context(), message, limits);
    } catch (const Error& error) {
        return error;
    }
    return {Code::Internal, "nothing was refused"};
}

/// One line for each step and each delivery.
std::string told(const Rehearsed& rehearsed) {
    std::string all;
    for (const RehearsedStep& step : rehearsed.steps) {
        all += step.recipe + ' ' + std::string(word(step.outcome)) + ": " + step.words + '\n';
    }
    for (const RehearsedDelivery& delivery : rehearsed.deliveries) {
        all += "-> " + std::string(word(delivery.kind)) +
               (delivery.where.empty() ? "" : ' ' + delivery.where) + '\n';
    }
    return all + (rehearsed.arrives ? "arrives\n" : "may be gone\n");
}

std::string told(const std::vector<Recipe>& recipes, const std::vector<std::vector<Holds>>& conditions,
                 bool forwarded_before = false, Delivery machine = Delivery::Maildir) {
    return told(rehearse(book_of(recipes), {.conditions = conditions, .forwarded_before = forwarded_before},
                         context(machine), "/home/alice"));
}

constexpr Holds y = Holds::Yes, n = Holds::No, u = Holds::Unknown;

const std::string message =
    "From bounce@lists.example Mon Nov 23 08:00:00 2026\n"
    "From: Boss <boss@example.org>\n"
    "To: alice@example.test,\n  team@example.test\n"
    "Subject: Hello\n there, $HOME `id` a+b\n"
    "List-Id: Users <debian-user.lists.example>\n"
    "\n"
    "The body has a line.\n.\n";

}  // namespace

TEST_CASE("procmail says of each condition whether it holds, negations and programs too") {
    if (no_procmail()) {
        return;
    }
    CHECK(holding({"header subject contains hello  there",
                   "not header Subject equals hello",
                   "header subject contains $HOME `id` a+b",
                   "header Subject matches ^hello.*[ab]\\+b$",
                   "header X-Spam exists",
                   "not header X-Spam exists",
                   "sender equals boss@example.org",
                   "sender equals bounce@lists.example",
                   "sender equals oss@example.org",
                   "recipient equals team@example.test",
                   "list equals debian-user.lists.example",
                   "list contains DEBIAN",
                   "body contains a line",
                   "body contains hello",
                   "body matches ^the body",
                   "size over 100",
                   "size under 100",
                   "not size under 100",
                   "program /bin/true",
                   "not program /bin/false"},
                  message) == "yyyynyyynyyyynyynyuu");
    CHECK(
        answers({recipe("a", {"size over 1"}), recipe("b", {}), recipe("c", {"size over 1", "size under 1"})},
                message) == "y  yn");
    CHECK(answers(std::vector<Recipe>{}, message).empty());
}

TEST_CASE("the envelope's sender is looked for in the message, and counts as in a delivery") {
    CHECK(sender_of(message).empty());
    CHECK(sender_of("Return-Path: <a@b>\nFrom: c@d\n\n") == "a@b");
    CHECK(sender_of("Subject: x\nFROM: \"a <b\" <c@d>\n\nFrom: e@f\n") == "c@d");
    CHECK(sender_of("From: a b c@d (e)\n\n") == "c@d");
    CHECK(sender_of("Return-Path: <>\nFrom: c@d\n\n") == "MAILER-DAEMON");
    CHECK(sender_of("From:\n <a@b>\n\n") == "a@b");
    for (const std::string odd : {"", "\n", "\n\nFrom: a@b\n", "From: a\x01@b\n\n", "From: <a b@c>\n\n"}) {
        CAPTURE(odd);
        CHECK(sender_of(odd) == "MAILER-DAEMON");
    }
    if (!no_procmail()) {
        CHECK(holding({"sender equals a@b", "sender contains mailer-daemon"}, "Return-Path: <a@b>\n\n") ==
              "yn");
        CHECK(holding({"sender contains mailer-daemon"}, "X: y\n\n") == "y");
        CHECK(holding({"sender equals -m"}, "Return-Path: <-m>\n\n") == "y");
    }
}

TEST_CASE("any octets are a message: empty, without an end, without a body, with NULs, CRLF") {
    if (no_procmail()) {
        return;
    }
    const std::vector<std::string> conditions{"header Subject contains x", "body contains b",
                                              "size over 300"};
    CHECK(holding(conditions, "") == "nnn");
    CHECK(holding(conditions, "Subject: x") == "ynn");
    CHECK(holding(conditions, "Subject: x\n\nb").substr(0, 2) == "yy");
    CHECK(holding(conditions, "\n\nb").substr(0, 1) == "n");
    CHECK(holding(conditions, std::string("Subject: x\n\n\0b\0", 15)).substr(0, 2) == "yy");
    // Behind a NUL in the header procmail finds no body; a delivery is no wiser.
    CHECK(holding(conditions, std::string("Subject: \0x\n\nb\n", 15)) == "ynn");
    CHECK(holding(conditions, "Subject: x\r\n\r\nb\r\n").substr(0, 1) == "y");
}

TEST_CASE("a message of 20 MB is asked about in bounded memory") {
    if (no_procmail()) {
        return;
    }
    std::string large = "From: a@b\nSubject: large\n\n";
    while (large.size() < 20'000'000) {
        large += "All work and no play makes Jack a dull boy, and that for many pages, 0123456789.\n";
    }
    large += "needle\n";
    RehearsalLimits limits;
    limits.address_space = 256U << 20U;
    const Asked asked =
        ask_procmail(program, somebody(),
                     {recipe("r", {"body contains needle", "size over 20000000", "body contains straw"})},
                     context(), large, limits);
    CHECK(asked.conditions.at(0) == std::vector<Holds>{y, y, n});

    limits.address_space = 16U << 20U;
    // Where it has not enough, procmail waits and tries again.
    limits.patience = std::chrono::milliseconds(1500);
    CHECK(refusal({"body contains needle"}, large, limits).code() == Code::Timeout);
}

TEST_CASE("expressions that take procmail too long are refused") {
    if (no_procmail()) {
        return;
    }
    const std::string large = "Subject: x\n\n" + std::string(30'000'000, 'a');
    RehearsalLimits limits;
    limits.cpu_seconds = 1;
    const Error error = refusal(std::vector<std::string>(32, "body matches (a|aa)+b"), large, limits);
    CHECK(error.code() == Code::LimitExceeded);
    CHECK(std::string(error.what()).find("take it longer than 1 s") != std::string::npos);
}

TEST_CASE("nothing that a message says is taken for an answer") {
    if (no_procmail()) {
        return;
    }
    std::string forged;
    for (const char* line :
         {"mailstack 0 0 holds", "mailstack-1-2 0 0 holds", "mailstack end", "procmail: Invalid regexp \"x\"",
          "\" }\nLOG=\"mailstack 0 0 holds", "LOG=\"mailstack 0 0 holds\n\"", "* ^x", "{ LOG=\"x\" }"}) {
        forged += std::string("X-Forged: ") + line + "\n";
    }
    CHECK(holding({"header Subject contains nowhere", "size over 100"},
                  "From mailstack 0 0 holds\n" + forged + "\n" + forged) == "ny");
    // Nothing of a message is among procmail's words: the same words come for each.
    CHECK(holding({"header Subject contains nowhere"}, forged + std::string(100'000, '\n') + forged) == "n");
}

TEST_CASE("an expression that procmail cannot take is refused, with its condition") {
    // model/condition refuses what procmail 3.22 is known to (unbalanced ones): a stand-in refuses another.
    const Directory directory;
    std::filesystem::permissions(directory.path, std::filesystem::perms(0755));
    const auto stand_in = [&](const std::string& words) {
        const std::string script = directory.write(
            "procmail",
            "#!/bin/sh\nsed -n 's/^LOG=\"//p' /proc/self/fd/3 | head -1 >&2\necho '" + words + "' >&2\n");
        std::filesystem::permissions(script, std::filesystem::perms(0755));
        try {
            ask_procmail(script, somebody(), {recipe("r", {"program /bin/x", "body matches a+b"})}, context(),
                         message);
        } catch (const Error& error) {
            return error;
        }
        return Error(Code::Internal, "nothing was refused");
    };
    const Error refused = stand_in("procmail: Invalid regexp \"a+b\"");
    CHECK(refused.code() == Code::InvalidExpression);
    CHECK(std::string(refused.what()) ==
          "condition 2 of the recipe 'r', 'body matches a+b': procmail calls its expression invalid");
    const Error other = stand_in("procmail: Out of memory");
    CHECK(other.code() == Code::IoFailed);
    CHECK(std::string(other.what()) ==
          "condition 2 of the recipe 'r', 'body matches a+b': procmail said 'procmail: Out of memory'");
}

TEST_CASE("a rehearsal has no effect, whatever conditions, message, home and environment hold") {
    if (no_procmail()) {
        return;
    }
    const Directory directory;
    std::filesystem::permissions(directory.path, std::filesystem::perms::all);
    const std::string marker = directory.path + "/marker";
    std::ofstream(directory.path + "/.procmailrc")
        << "M=`touch " + marker + "`\n:0\n| touch " + marker + "\n";
    ::setenv("HOME", directory.path.c_str(), 1);
    ::setenv("LOGFILE", marker.c_str(), 1);
    ::setenv("VERBOSE", "on", 1);
    ::setenv("TRAP", ("touch " + marker).c_str(), 1);
    ::setenv("DEFAULT", marker.c_str(), 1);
    std::vector<std::string> conditions{"program /usr/bin/touch " + marker,
                                        "not program /usr/bin/touch " + marker};
    for (const std::string value :
         {"`touch MARK`", "$(touch MARK)", "\" }\n| touch MARK", "} | touch MARK", "x ?? touch MARK",
          "? touch MARK", "$ ? touch MARK", "! ? touch MARK", "x`touch MARK`", "$`touch MARK`",
          "\\`touch MARK`", "1^1 ? touch MARK", "x\\", "^^x^^", "^TO_`touch MARK`", "\\/`touch MARK`",
          "H ?? ? touch MARK", "${X-`touch MARK`}"}) {
        std::string meant = value;
        meant.replace(meant.find("MARK") == std::string::npos ? meant.size() : meant.find("MARK"), 4, marker);
        for (const std::string start :
             {"header Subject contains ", "header Subject equals ", "header Subject matches ",
              "sender contains ", "sender matches ", "recipient equals ", "list equals ", "body contains ",
              "body matches ", "not body contains ", "header `touch` contains "}) {
            try {
                static_cast<void>(Condition(start + meant));
                conditions.push_back(start + meant);
            } catch (const Error&) {  // no such condition can be
                continue;
            }
        }
    }
    REQUIRE(conditions.size() > 80);
    std::vector<Recipe> recipes;
    for (const std::string& one : conditions) {
        recipes.push_back(
            recipe("r" + std::to_string(recipes.size()), {one}, "pipe /usr/bin/touch " + marker));
    }
    const std::string hostile = message + "LOGFILE=" + marker + "\n`touch " + marker + "`\n";
    std::vector<Recipe> asked;
    for (const Recipe& one : recipes) {
        try {
            ask_procmail(program, somebody(), {one}, context(), hostile);
            asked.push_back(one);
        } catch (const Error& error) {
            CHECK(error.code() == Code::InvalidExpression);
        }
    }
    REQUIRE(asked.size() > 60);
    CHECK(ask_procmail(program, somebody(), asked, context(), hostile).conditions.size() == asked.size());
    for (const char* name : {"LOGFILE", "VERBOSE", "TRAP", "DEFAULT"}) {
        ::unsetenv(name);
    }
    CHECK_FALSE(std::filesystem::exists(marker));
    int files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory.path)) {
        ++files;
    }
    CHECK(files == 1);
}

TEST_CASE("who was not asked is told with procmail's own words") {
    try {
        ask_procmail("/bin/false", somebody(), {recipe("r", {"size over 1"})}, context(), message);
        FAIL("it answered");
    } catch (const Error& error) {
        CHECK(error.code() == Code::IoFailed);
        CHECK(std::string(error.what()) == "procmail ended with exit status 1 before it had answered");
    }
}

TEST_CASE("all and any decide by the first condition that does; what follows a stop is not reached") {
    CHECK(told({recipe("a", {"size over 1", "size over 2"}),
                recipe("b", {"size over 3", "size over 4"}, "keep", "any"),
                recipe("c", {"size over 5"}, "discard")},
               {{y, n}, {n, y}, {y}}) ==
          "a not-matched: condition 2 does not hold: size over 2\n"
          "b matched: condition 2 holds: size over 4\n"
          "c not-reached: 'b' has taken the message\n"
          "-> mailbox /home/alice/Maildir/\n"
          "arrives\n");
    CHECK(told({recipe("a", {"size over 1", "size over 2"}), recipe("b", {}, "folder Lists/debian")},
               {{y, y}, {}}, false, Delivery::Mbox) ==
          "a matched: every condition holds\n"
          "b not-reached: 'a' has taken the message\n"
          "-> folder /home/alice/mail/X\n"
          "arrives\n");
    CHECK(told({recipe("a", {"size over 1", "size over 2"}, "keep", "any"),
                recipe("b", {}, "folder Lists/debian")},
               {{n, n}, {}}) ==
          "a not-matched: no condition holds\n"
          "b matched: it has no condition\n"
          "-> folder /home/alice/Maildir/.Lists.debian/\n"
          "arrives\n");
    CHECK(told(std::vector<Recipe>{}, {}) == "-> mailbox /home/alice/Maildir/\narrives\n");
    // What a recipe keeps is in the mailbox too, but is not left to what comes after the recipes.
    const RecipeBook keeping = book_of({recipe("k", {"size over 1"}, "keep")});
    const auto left = [&](Holds answer) {
        return rehearse(keeping, {.conditions = {{answer}}}, context(), "/home/alice").left;
    };
    CHECK(!left(y));
    CHECK(left(n));
    CHECK(left(u));
}

TEST_CASE("copies come first, a discard leaves them, and alone it is the message's end") {
    CHECK(told({recipe("a", {}, "forward bob@example.org carol", "", "continue"),
                recipe("b", {"size over 1"}, "discard")},
               {{}, {y}}) ==
          "a matched: it has no condition\n"
          "b matched: every condition holds\n"
          "-> forward bob@example.org carol\n"
          "-> discard\n"
          "arrives\n");
    CHECK(told({recipe("b", {"size over 1"}, "discard")}, {{y}}) ==
          "b matched: every condition holds\n-> discard\nmay be gone\n");
    // Whichever way a program decides, it is gone.
    const auto ends = [](const std::vector<Recipe>& recipes, const std::vector<std::vector<Holds>>& answers) {
        const std::string all = told(recipes, answers);
        return all.substr(all.rfind('\n', all.size() - 2) + 1);
    };
    CHECK(ends({recipe("a", {"program /bin/x"}, "discard"), recipe("b", {"size over 1"}, "discard")},
               {{u}, {y}}) == "may be gone\n");
    CHECK(ends({recipe("a", {"program /bin/x"}, "folder A"), recipe("b", {"size over 1"}, "discard")},
               {{u}, {y}}) == "arrives\n");
    CHECK(ends({recipe("a", {"program /bin/x"}, "discard")}, {{u}}) == "arrives\n");
    CHECK(told({recipe("p", {}, "pipe /usr/bin/filter -x")}, {{}}) ==
          "p matched: it has no condition\n-> pipe /usr/bin/filter -x\narrives\n");
}

TEST_CASE("what the account has forwarded before is not forwarded again") {
    CHECK(told({recipe("a", {}, "forward bob"), recipe("b", {"size over 1"}, "keep")}, {{}, {y}}, true) ==
          "a not-matched: the message was forwarded by this account before (X-Loop)\n"
          "b matched: every condition holds\n"
          "-> mailbox /home/alice/Maildir/\n"
          "arrives\n");
    if (!no_procmail()) {
        CHECK(answers({recipe("a", {}, "forward bob")}, "X-Loop: alice@mail.example.test\n\n") == "L");
        CHECK(
            answers({recipe("a", {}, "forward bob")}, "From: x@y.test\nX-Loop: malice@mail.example.test\n\n")
                .empty());
    }
}

TEST_CASE("a bounce is not forwarded") {
    CHECK(told(rehearse(book_of({recipe("a", {}, "forward bob"), recipe("b", {}, "folder B")}),
                        {.conditions = {{}, {}}, .bounce = true}, context(), "/home/alice")) ==
          "a not-matched: the message is a bounce, which is not forwarded: it could come back without end\n"
          "b matched: it has no condition\n"
          "-> folder /home/alice/Maildir/.B/\n"
          "arrives\n");
    if (no_procmail()) {
        return;
    }
    const auto is_bounce = [](const std::string& octets) {
        return ask_procmail(program, somebody(), {}, context(), octets).bounce;
    };
    CHECK(is_bounce("From MAILER-DAEMON  Mon Nov 23 16:57:42 2026\nFrom: x@y.test\n\n"));
    CHECK(is_bounce("From MAILER-DAEMON@mail.example.test Mon Nov 23 16:57:42 2026\nFrom: x@y.test\n\n"));
    CHECK(is_bounce("From <> Mon Nov 23 16:57:42 2026\nFrom: x@y.test\n\n"));
    CHECK(is_bounce("Return-Path: <>\nFrom: x@y.test\n\n"));
    CHECK_FALSE(is_bounce("From: mailer-daemon@y.test\nReturn-Path: <x@y.test>\n\n"));
    CHECK_FALSE(is_bounce(
        "From mailer-daemons@y.test Mon Nov 23 16:57:42 2026\nSubject: From MAILER-DAEMON \n\nFrom <> x\n"));
}

TEST_CASE("what a program decides is unknown, and what comes then is told with both ways") {
    const std::string is = " is a program's to tell, and none is run: ";
    CHECK(told({recipe("a", {"size over 1", "program /bin/x"}, "folder A"),
                recipe("b", {"size over 1"}, "folder B")},
               {{y, u}, {y}}) == "a unknown: condition 2" + is +
                                     "program /bin/x\n"
                                     "b matched: every condition holds\n"
                                     "-> unknown folder /home/alice/Maildir/.B/; but if 'a' matches: folder "
                                     "/home/alice/Maildir/.A/\n"
                                     "arrives\n");
    // A condition that does not hold decides all the same, and one that does where any is enough.
    CHECK(told({recipe("a", {"program /bin/x", "size over 1"}),
                recipe("b", {"program /bin/x", "size over 1"}, "keep", "any")},
               {{u, n}, {u, y}}) ==
          "a not-matched: condition 2 does not hold: size over 1\n"
          "b matched: condition 2 holds: size over 1\n"
          "-> mailbox /home/alice/Maildir/\n"
          "arrives\n");
    CHECK(told({recipe("a", {"program /bin/x"}, "discard"), recipe("b", {"program /bin/x"}, "forward bob"),
                recipe("c", {"program /bin/x"}, "folder C", "", "continue")},
               {{u}, {u}, {u}}) ==
          "a unknown: condition 1" + is + "program /bin/x\nb unknown: condition 1" + is +
              "program /bin/x\nc unknown: condition 1" + is +
              "program /bin/x\n"
              "-> unknown if 'c' matches: folder /home/alice/Maildir/.C/; but if 'a' matches: "
              "discard, or if 'b' matches: forward bob\n"
              "-> unknown mailbox /home/alice/Maildir/; but if 'a' matches: discard, or if "
              "'b' matches: forward bob\n"
              "arrives\n");
    CHECK(told({recipe("c", {"program /bin/x"}, "folder C", "", "continue"),
                recipe("d", {"size over 1"}, "keep")},
               {{u}, {y}})
              .ends_with("-> unknown if 'c' matches: folder /home/alice/Maildir/.C/\n"
                         "-> mailbox /home/alice/Maildir/\n"
                         "arrives\n"));
}
