// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What Explain makes of a trace and of the texts: no sendmail here.
#include <doctest/doctest.h>

#include <algorithm>

#include "engine/explain.hpp"

using namespace mailstack;

namespace {

const CfInUse cf{
    .path = "/etc/mail/sendmail.cf",
    .text =
        "DSsmart.example\nMlocal, P=/usr/bin/procmail, A=procmail -d $u\nMesmtp, P=[IPC], A=TCP $h\n"
        "Mprog, P=/bin/sh, A=sh -c $u\n"};

TableSource table(TableName name, const std::string& text) {
    TableSource source;
    source.name = name;
    source.text_path = "/etc/mail/" + std::string(word(name));
    source.file = TableFile::parse(text);
    return source;
}

Configuration configuration(const std::string& aliases, const std::string& access = {},
                            const std::string& virtuser = {}, const std::string& mailertable = {}) {
    Configuration made;
    AliasSource source;
    source.text_path = "/etc/aliases";
    source.file = AliasFile::parse(aliases);
    made.aliases.push_back(std::move(source));
    made.tables = {table(TableName::Access, access), table(TableName::Virtusertable, virtuser),
                   table(TableName::Mailertable, mailertable)};
    made.local_hosts = {"localhost"};
    return made;
}

AskedAddress asked(const std::string& address, const std::string& trace, Verification verification) {
    return {.address = address,
            .events = read_trace(trace),
            .verification = std::move(verification),
            .check = RecipientCheck{.lookups = {}, .decision = Rewriting{"RELAY", ""}},
            .check_failure = {}};
}

using Rows = std::vector<std::vector<std::string>>;

/// Without the first, which tells that no rule refuses mail from outside.
Rows rows(const std::vector<ExplainStep>& steps) {
    Rows told;
    for (const ExplainStep& step : steps) {
        told.push_back({step.step, step.happens, step.place});
    }
    if (!told.empty() && told[0][1] == "no rule refuses mail from outside") {
        told.erase(told.begin());
    }
    return told;
}

Resolution to_account(const std::string& user) {
    return {.mailer = "local", .host = {}, .user = user};
}

const std::vector<std::string> by_procmail{
    "procmail", "/etc/procmailrc decides in which mailbox it ends, or where it goes on to",
    "/etc/mail/sendmail.cf:2"};
const std::vector<std::string> to_alice{"mailer", "local: delivered to alice by /usr/bin/procmail",
                                        "/etc/mail/sendmail.cf:2"};

}  // namespace

TEST_CASE("each hop names the line that decides, in sendmail's order") {
    const auto made = configuration("# aliases\nteam: alice, \\bob\nowner-team: boss\n", "",
                                    "x@y.example z\ninfo@v.example\tteam\n", ".far.example smtp:[mx]\n");
    const auto steps = explain_steps(
        made, cf,
        asked("info@v.example",
              "map_lookup(dequote, root, %0=root) => NOT FOUND (0), ad=0\n"
              "map_lookup(virtuser, info@v.example, %0=info@v.example, %1=info) => team (0), ad=0\n"
              "alias(team)\ninfo@v.example (, team) aliased to alice, \\bob\n"
              "map_lookup(mailertable, .far.example, %0=.far.example) => smtp:[mx] (0), ad=0\n"
              "alice... deliverable: mailer local, user alice\n",
              {.recipients = {to_account("alice")}, .refusals = {}}));
    CHECK(rows(steps) == Rows{{"virtusertable", "info@v.example -> team", "/etc/mail/virtusertable:2"},
                              {"alias", "team -> alice, \\bob", "/etc/aliases:2"},
                              {"owner", "errors of mail to team go to owner-team: boss", "/etc/aliases:3"},
                              {"mailertable", ".far.example -> smtp:[mx]", "/etc/mail/mailertable:1"},
                              to_alice,
                              by_procmail});
}

TEST_CASE("what the map holds and the text does not is told as not live") {
    const auto made = configuration("team: alice\n", "", "info@v.example crew\n@v.example %1+x\n");
    const auto steps = explain_steps(
        made, cf,
        asked("info@v.example",
              "map_lookup(virtuser, info@v.example, %0=info@v.example, %1=info) => team (0), ad=0\n"
              "map_lookup(virtuser, gone@v.example, %0=gone@v.example) => x (0), ad=0\n"
              "map_lookup(virtuser, @v.example, %0=@v.example, %1=info) => info+x (0), ad=0\n"
              "alias(team)\nx (, team) aliased to bob\nalias(old)\ny (, old) aliased to z\n",
              {}));
    CHECK(rows(steps) ==
          Rows{{"virtusertable", "info@v.example -> team (the text says 'crew', which is not live)",
                "/etc/mail/virtusertable:1"},
               {"virtusertable",
                "gone@v.example -> x (that is in the map, but not in its text: the text is not live)", ""},
               {"virtusertable", "@v.example -> info+x", "/etc/mail/virtusertable:2"},
               {"alias", "team -> bob (the text says 'alice', which is not live)", "/etc/aliases:1"},
               {"alias", "old -> z (that is in the map, but in no text: the text is not live)", ""}});
}

TEST_CASE("sendmail cuts a long list in the middle: that is no difference") {
    std::string list = "a0";
    for (int i = 1; i < 60; ++i) {
        list += ", name" + std::to_string(i);
    }
    const std::string printed = list.substr(0, 100) + "..." + list.substr(list.size() - 100);
    const auto steps =
        rows(explain_steps(configuration("team: " + list + "\n"), cf,
                           asked("team", "alias(team)\nteam (, team) aliased to " + printed + "\n", {})));
    REQUIRE(steps.size() == 1);
    CHECK(steps[0][1].ends_with("name19 and 40 more"));
    CHECK(steps[0][2] == "/etc/aliases:1");
}

TEST_CASE("the ends are those of -bv: what the trace adds is left out, what it lacks is added and told") {
    const Verification truth{.recipients = {to_account("alice")},
                             .refusals = {"/etc/list: line 2: bob... User unknown"}};
    const auto steps = rows(explain_steps(
        configuration(""), cf,
        asked("x", "y... deliverable: mailer local, user y\nnoise... of a newer one\n", truth)));
    REQUIRE(steps.size() == 4);
    CHECK(steps[0][0] == "unknown");
    CHECK(steps[0][1].find("defect") != std::string::npos);
    CHECK(steps[1] == to_alice);
    CHECK(steps[2] == by_procmail);
    CHECK(steps[3] ==
          std::vector<std::string>{"refused", "/etc/list: line 2: bob... User unknown", "/etc/list:2"});

    const auto agreed = rows(explain_steps(
        configuration(""), cf,
        asked("x", "alice... deliverable: mailer local, user alice\n/etc/list: line 2: bob... User unknown\n",
              truth)));
    CHECK(agreed.size() == 3);
    CHECK(std::none_of(agreed.begin(), agreed.end(), [](const auto& row) { return row[0] == "unknown"; }));
}

TEST_CASE("a .forward: followed, not followed with the reason, absent, or hidden") {
    const auto of = [](FileOpened file) {
        AskedAddress one = asked("alice", "", {});
        one.events = {ForwardLookedFor{"alice"}, std::move(file)};
        return rows(explain_steps(configuration(""), cf, one));
    };
    const std::string path = "/home/alice/.forward";
    CHECK(of({.path = path}) ==
          Rows{{"forward", "the account's own file of addresses is followed: " + path, path}});
    CHECK(of({.path = path, .refused = "Group writable file"}) ==
          Rows{{"forward", path + " is not followed: Group writable file", path}});
    CHECK(of({.path = path, .refused = "No such file or directory"}).empty());
    CHECK(of({.path = path, .refused = "No such file or directory", .directory_unseen = true}) ==
          Rows{{"unknown", "whether alice forwards: /home/alice is not there, or hidden from mailstackd",
                path}});
}

TEST_CASE("an include after an alias is no .forward") {
    const auto steps =
        rows(explain_steps(configuration("list: :include:/etc/list\n"), cf,
                           asked("list",
                                 "alias(list)\nlist (, list) aliased to :include:/etc/list\n"
                                 "include(/etc/list)\ninclude: not safe (uid=0): Permission denied\n",
                                 {})));
    REQUIRE(steps.size() == 2);
    CHECK(steps[1] ==
          std::vector<std::string>{"include", "/etc/list is not followed: Permission denied", "/etc/list"});
}

TEST_CASE("a message for elsewhere names its relay, and what only DNS knows") {
    const auto to = [](const std::string& host) {
        return rows(explain_steps(
            configuration(""), cf,
            asked(
                "x@y.example", "",
                {.recipients = {{.mailer = "esmtp", .host = host, .user = "x@y.example"}}, .refusals = {}})));
    };
    const auto plain = to("y.example");
    REQUIRE(plain.size() == 3);
    CHECK(plain[1] == std::vector<std::string>{"mailer", "esmtp: sent to y.example for x@y.example",
                                               "/etc/mail/sendmail.cf:3"});
    CHECK(plain[2][0] == "unknown");
    CHECK(plain[2][1].find("MX") != std::string::npos);
    CHECK(to("smart.example")[1] ==
          std::vector<std::string>{"relay", "SMART_HOST smart.example takes it", "/etc/mail/sendmail.cf:1"});
    CHECK(to("[mx.y.example]").size() == 2);  // no MX is asked for
}

TEST_CASE("DNS that does not answer, and a map that cannot be opened, are told") {
    const auto steps =
        rows(explain_steps(configuration(""), cf,
                           asked("x",
                                 "map_lookup(host, b.example, %0=b.example) => NOT FOUND (75), ad=0\n"
                                 "map_lookup(virtuser, x@y, %0=x@y) => NOT FOUND (75), ad=0\n"
                                 "map_lookup(host, c, %0=c) => c.example. (0), ad=0\n"
                                 "map_lookup(generics, x, %0=x) => z (0), ad=0\n",
                                 {})));
    REQUIRE(steps.size() == 4);
    CHECK(steps[0][0] == "unknown");
    CHECK(steps[1][1] == "what the map virtuser says of x@y: sendmail cannot look into it now");
    CHECK(steps[2] == std::vector<std::string>{"dns", "c is c.example.", ""});
    CHECK(steps[3] == std::vector<std::string>{"map", "generics: x -> z", ""});
}

TEST_CASE("access: what is looked up, what that does, and entries that nobody looks up") {
    const auto made = configuration("", "# mine\nTo:bad@x.example\tREJECT\nspam@x.example DISCARD\n");
    const auto with = [&](const std::string& address, RecipientCheck check) {
        AskedAddress one = asked(address, "", {});
        one.check = std::move(check);
        return rows(explain_steps(made, cf, one));
    };
    const Rows refused =
        with("bad@x.example",
             {.lookups = {{.map = "access", .key = "To:bad@x.example", .arguments = {}, .value = "REJECT"}},
              .decision = {"$# error $@ 5 . 2 . 1 $: \"550 Mailbox disabled\"", ""}});
    CHECK(refused == Rows{{"access", "To:bad@x.example REJECT: mail to it is refused", "/etc/mail/access:2"},
                          {"access", "mail from outside is refused: 550 Mailbox disabled", ""}});
    const Rows idle = with("bad@x.example", {.lookups = {}, .decision = {"RELAY", ""}});
    REQUIRE(idle.size() == 2);
    CHECK(idle[0][1] ==
          "the entry To:bad@x.example REJECT has no effect on recipients: sendmail.mc needs "
          "FEATURE(`blocklist_recipients')");
    CHECK(idle[0][2] == "/etc/mail/access:2");
    CHECK(with("x@far.example",
               {.lookups = {}, .decision = {"$# error $@ 5 . 7 . 1 $: \"550 Relaying denied\"", ""}}) ==
          Rows{{"access",
                "mail from outside is refused: 550 Relaying denied; who may relay through this machine can "
                "send to it",
                ""}});
    CHECK(with("x", {.lookups = {}, .decision = {"$# error $@ 4 . 7 . 1 $: \"451 later\"", ""}})[0][0] ==
          "unknown");
    AskedAddress unasked = asked("x", "", {});
    unasked.check.reset();
    unasked.check_failure = "time ran out";
    CHECK(rows(explain_steps(made, cf, unasked)) ==
          Rows{{"unknown", "whether mail from outside is accepted: time ran out", ""}});
}

TEST_CASE("at most 1,000 steps, and a step is not told twice") {
    std::string trace, aliases;
    Verification many;
    for (int i = 0; i < 3000; ++i) {
        const std::string name = "n" + std::to_string(i);
        trace += "alias(twice)\nx (, twice) aliased to a\n" + name + "... User unknown\n";
        many.refusals.push_back(name + "... User unknown");
    }
    const auto steps = explain_steps(configuration("twice: a\n"), cf, asked("x", trace, many));
    CHECK(steps.size() == 1000);
    CHECK(steps.back().step == "unknown");
    Verification two{.recipients = {}, .refusals = {"a... User unknown", "a... User unknown"}};
    CHECK(rows(explain_steps(configuration("t: a\n"), cf,
                             asked("x",
                                   "alias(t)\nx (, t) aliased to a\nalias(t)\nx (, t) aliased to a\n"
                                   "a... User unknown\na... User unknown\n",
                                   two)))
              .size() == 3);
}

TEST_CASE("routes: the sender's own, else the active one, with its line; and for whom another one serves") {
    auto made = configuration("postmaster: root\n");
    made.routes.text_path = "/etc/mailstack/routes.yaml";
    made.routes.file = RouteTable::parse(
        "active: home\nrelays:\n  home: {host: smart.example, port: 587, tls: verified, user: alice}\n"
        "senders:\n  \"@bob.example\": direct\n");
    const auto steps = explain_steps(
        made, cf,
        asked("a@far.example",
              "map_lookup(msroute, root@mail.example, %0=root@mail.example) => NOT FOUND (0), ad=0\n"
              "map_lookup(msroute, @mail.example, %0=@mail.example) => NOT FOUND (0), ad=0\n"
              "map_lookup(msroute, ., %0=.) => relay587:[smart.example] (0), ad=0\n",
              {}));
    CHECK(rows(steps) ==
          Rows{{"route", "the active route is home: the relay smart.example port 587, TLS verified, as alice",
                "/etc/mailstack/routes.yaml:3"},
               {"route", "but mail from @bob.example leaves by direct", "/etc/mailstack/routes.yaml:5"}});
    const auto own = explain_steps(
        made, cf,
        asked("a@far.example", "map_lookup(msroute, @bob.example, %0=@bob.example) => hold:held (0), ad=0\n",
              {}));
    REQUIRE(rows(own).size() == 1);
    CHECK(rows(own)[0][1] ==
          "mail from @bob.example leaves by direct: to the recipient's own mail exchanger (the map "
          "says 'hold:held': the text is not live)");
}
