// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What procmail makes of it: tests/differential/test_recipes.py.
#include "engine/recipe_rc.hpp"

#include <doctest/doctest.h>

using namespace mailstack;

namespace {

const RecipeContext context{AccountName("alice"), "mail.example.org", Delivery::Maildir};

std::string line(const std::string& text) {
    return condition_lines(Condition(text)).at(0);
}

std::string rc(const std::string& yaml, Delivery machine = Delivery::Maildir) {
    const auto book = RecipeBook::parse(yaml);
    CHECK_FALSE(book.problem());
    return recipe_rc(book, {AccountName("alice"), "mail.example.org", machine});
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("each condition is one line") {
    CHECK(line("list contains debian-user") == "* ^List-Id:.*debian-user");
    CHECK(line("not header X contains a") == "* ! ^X:.*a");
    CHECK(line("header X exists") == "* ^X:");
    CHECK(line("header TO exists") == "* ^to:");
    CHECK(line("header FROM_DAEMON exists") == "* ^from_daemon:");
    CHECK(line("header X equals a b") == "* ^X:[ \t]*a[ \t]+b[ \t]*$");
    CHECK(line("header X contains ^TO_.x\\") == "* ^X:.*(\\^)TO_\\.x\\\\()");
    CHECK(line("header X matches ^a|[^TO]$") == "* ^X:[ \t]*(a|[^tO])[ \t]*$");
    CHECK(line("header X matches [a^TO]") == "* ^X:.*([a^tO])");
    CHECK(line("header X matches [\\^TO][^^FROM_DAEMON]") == "* ^X:.*([\\^tO][^^fROM_DAEMON])");
    CHECK(line("header X matches \\^TO") == "* ^X:.*((\\^)TO)");
    CHECK(line("body contains ! $HOME") == "* B ?? ()![ \t]+\\$HOME");
    CHECK(line("not body matches ^a$") == "* ! B ?? ^(a)$");
    CHECK(line("size over 10") == "* > 10");
    CHECK(line("not size under 10") == "* ! < 10");
    CHECK(line("program /bin/x a=b") == "* ? /bin/x a=b");
}

TEST_CASE("a Maildir folder is tried first, and made where that failed") {
    CHECK(has(rc("recipes:\n  a: {when: size over 1, action: folder Lists/debian}\n"),
              "\n# a\n:0\n* > 1\n\"$HOME/Maildir/.Lists.debian/\"\n"
              ":0 e\n* ? /bin/mkdir -p \"$HOME/Maildir\"\n\"$HOME/Maildir/.Lists.debian/\"\n"));
    CHECK(has(rc("recipes:\n  a: {when: size over 1, action: folder Lists/debian, then: continue}\n",
                 Delivery::Unset),
              ":0 c:\n* > 1\n* ? /bin/mkdir -p \"$HOME/mail\"\n\"$HOME/mail/Lists.debian\"\n"));
}

TEST_CASE("every action, and delivery of the account's own") {
    CHECK(has(rc("delivery: mbox\n"), "\nDEFAULT=\"/var/mail/alice\"\n"));
    CHECK(has(rc("delivery: maildir\n", Delivery::Mbox), "\nDEFAULT=\"$HOME/Maildir/\"\n"));
    CHECK_FALSE(has(rc(""), "DEFAULT"));
    CHECK(has(rc("recipes:\n  a: {action: keep}\n"), ":0\n\"$DEFAULT\"\n"));
    CHECK(has(rc("recipes:\n  a: {action: keep}\n", Delivery::Mbox), ":0:\n\"$DEFAULT\"\n"));
    CHECK(has(rc("recipes:\n  a: {action: pipe /bin/x y, then: continue}\n"), ":0 wic\n| /bin/x y\n"));
    CHECK(has(rc("recipes:\n  a: {when: size over 1, action: discard}\n"), ":0\n* > 1\n/dev/null\n"));
    CHECK(has(rc("recipes:\n  a: {action: forward b@c.example a$x@d.example}\n"),
              "  ! \"b@c.example\" \"a\\$x@d.example\"\n}\n"));
    const auto copy = rc("recipes:\n  a: {action: forward b@c.example, then: continue}\n");
    CHECK(has(
        copy,
        ":0 c\n* ! ^X-Loop:[ \t]*alice@mail\\.example\\.org[ \t]*$\n* ! ^From (MAILER-DAEMON|<>)([@ ]|$)\n"
        "{\n  :0 fhw\n"));
    CHECK(has(copy, "  :0 aw\n  ! \"b@c.example\"\n  :0\n  /dev/null\n}\n"));
    CHECK(loop_guard_line({AccountName("alice"), "a\"b`c\n[1]", Delivery::Unset}) ==
          "* ! ^X-Loop:[ \t]*alice@a-b-c--1-[ \t]*$");
}

TEST_CASE("any: each condition by itself, none after the first that holds") {
    CHECK(has(rc("recipes:\n  a:\n    match: any\n    when: |\n      size over 1\n      size over 2\n    "
                 "action: keep\n"),
              "MAILSTACK_ANY=no\n:0\n* MAILSTACK_ANY ?? ^^no^^\n* > 1\n{ MAILSTACK_ANY=yes }\n"
              ":0\n* MAILSTACK_ANY ?? ^^no^^\n* > 2\n{ MAILSTACK_ANY=yes }\n"
              ":0\n* MAILSTACK_ANY ?? ^^yes^^\n\"$DEFAULT\"\n"));
}

TEST_CASE("where mail goes, with a real home") {
    const ToFolder folder{{"Lists", "debian"}};
    CHECK(folder_path(folder, Delivery::Maildir, "/home/alice") == "/home/alice/Maildir/.Lists.debian/");
    CHECK(folder_path(folder, Delivery::Unset, "/home/alice") == "/home/alice/mail/Lists.debian");
    CHECK(default_mailbox(Delivery::Maildir, AccountName("alice"), "/home/alice") == "/home/alice/Maildir/");
    CHECK(default_mailbox(Delivery::Unset, AccountName("alice"), "/home/alice") == "/var/mail/alice");
    CHECK(effective_delivery(RecipeBook::parse("delivery: mbox\n"), context) == Delivery::Mbox);
    CHECK(effective_delivery(RecipeBook(), context) == Delivery::Maildir);
}
