// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What Setup makes of a sendmail.mc: tests/differential/test_setup.py asks m4 and sendmail whether it works.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "engine/setup_mc.hpp"
#include "refusal.hpp"

using namespace mailstack;
using Lines = std::vector<std::string>;

namespace {

const std::string head = "OSTYPE(`linux')dnl\n";
const std::string tail = "MAILER(`local')dnl\nMAILER(`smtp')dnl\n";

std::string data(const std::string& name) {
    std::ifstream file(MAILSTACK_TEST_DATA "/" + name + ".mc", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Setup wanted(Listen listen = Listen::Keep) {
    Setup setup{.domain = Domain("example.test"), .user = AliasName("alice"), .listen = listen};
    setup.installed.cf_directory = "/usr/share/sendmail/cf";
    setup.installed.debian = true;
    setup.installed.procmail = true;
    setup.tls = {"/etc/ssl/certs", "/etc/mailstack/tls/x.crt", "/etc/mailstack/tls/x.crt",
                 "/etc/mailstack/tls/x.key"};
    return setup;
}

std::string made(const std::string& text, const Setup& setup, std::string_view cf = {}) {
    const McFile once = set_up_mc(McFile::parse(text), setup, cf);
    CHECK(once.problems().size() <= McFile::parse(text).problems().size());
    CHECK(set_up_mc(once, setup, cf).print() == once.print());
    return once.print();
}

Lines lines_of(const std::string& text) {
    Lines lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// Lines of `text` that are not in `other`, where the order of those that are in both is the same.
Lines gone(const std::string& text, const std::string& other) {
    const Lines old = lines_of(text), now = lines_of(other);
    Lines missing;
    auto at = now.begin();
    for (const std::string& line : old) {
        const auto found = std::find(at, now.end(), line);
        if (found == now.end()) {
            missing.push_back(line);
        } else {
            at = found + 1;
        }
    }
    return missing;
}

bool has(const std::string& text, const std::string& line) {
    const Lines lines = lines_of(text);
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

std::string refusal(const std::string& text, const Setup& setup) {
    return test::refusal(Code::Unsupported, [&] { return set_up_mc(McFile::parse(text), setup); });
}

}  // namespace

TEST_CASE("Debian's own file keeps every line; what is new stands where sendmail wants it") {
    const std::string before = data("debian");
    const std::string after = made(before, wanted());
    CHECK(gone(before, after).empty());
    CHECK(gone(after, before) ==
          Lines{"FEATURE(`virtusertable', `hash /etc/mail/virtusertable')dnl",
                "FEATURE(`mailertable', `hash /etc/mail/mailertable')dnl",
                "FEATURE(`local_procmail', `/usr/bin/procmail')dnl",
                "define(`confDOMAIN_NAME', `example.test')dnl", "define(`confAUTH_OPTIONS', `A p y')dnl",
                "TRUST_AUTH_MECH(`LOGIN PLAIN')dnl", "define(`confAUTH_MECHANISMS', `LOGIN PLAIN')dnl",
                "define(`confCACERT_PATH', `/etc/ssl/certs')dnl",
                "define(`confCACERT', `/etc/mailstack/tls/x.crt')dnl",
                "define(`confSERVER_CERT', `/etc/mailstack/tls/x.crt')dnl",
                "define(`confSERVER_KEY', `/etc/mailstack/tls/x.key')dnl"});
}

TEST_CASE(
    "Listen::Everywhere takes Debian's addresses away, Loopback leaves them, and nothing else changes") {
    const std::string before = data("debian");
    const std::string everywhere = made(before, wanted(Listen::Everywhere));
    CHECK(gone(before, everywhere) ==
          Lines{"DAEMON_OPTIONS(`Family=inet,  Name=MTA-v4, Port=smtp, Addr=127.0.0.1')dnl",
                "DAEMON_OPTIONS(`Family=inet,  Name=MSP-v4, Port=submission, M=Ea, Addr=127.0.0.1')dnl"});
    CHECK(has(everywhere, "DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp')dnl"));
    CHECK(has(everywhere, "DAEMON_OPTIONS(`Family=inet, Name=MSP-v4, Port=submission, M=Ea')dnl"));
    CHECK(made(before, wanted(Listen::Loopback)) == made(before, wanted()));
    const std::string back = made(everywhere, wanted(Listen::Loopback));
    CHECK(has(back, "DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp, Addr=127.0.0.1')dnl"));
}

TEST_CASE("a pasted file keeps what serves; its maps are no longer optional; the last line gets its end") {
    const std::string before = data("post");
    Setup setup = wanted();
    setup.tls = {"/etc/mail/certs", "/etc/mail/certs/ca.pem", "/etc/mail/certs/cert.pem",
                 "/etc/mail/certs/key.pem"};
    const std::string after = made(before, setup);
    CHECK(gone(before, after) == Lines{"FEATURE(`virtusertable', `hash -o /etc/mail/virtusertable.db')dnl",
                                       "FEATURE(`access_db', `hash -o -T<TMPF> /etc/mail/access')"});
    CHECK(gone(after, before) == Lines{"FEATURE(`virtusertable', `hash /etc/mail/virtusertable.db')dnl",
                                       "FEATURE(`access_db', `hash -T<TMPF> /etc/mail/access')",
                                       "FEATURE(`no_default_msa')dnl",
                                       "FEATURE(`mailertable', `hash /etc/mail/mailertable')dnl",
                                       "FEATURE(`local_procmail', `/usr/bin/procmail')dnl",
                                       "DAEMON_OPTIONS(`Name=MTA, Port=smtp')dnl",
                                       "DAEMON_OPTIONS(`Name=MSA, Port=submission, M=Ea')dnl"});
}

TEST_CASE("a long-grown file: milters, odd quoting, rules and its own daemons stay") {
    const std::string before = data("long");
    // What its macros come to is in the .cf that m4 makes of it.
    const std::string after =
        made(before, wanted(),
             "Djmail.example.test\nFw/etc/mail/hosts-of-site\nMlocal, P=\nMesmtp, P=\nMsmtp, P=\n"
             "Kmailertable hash /etc/mail/mailertable\n");
    CHECK(gone(before, after).empty());
    CHECK(gone(after, before) ==
          Lines{"FEATURE(`no_default_msa')dnl",  // else cf adds a second daemon for port 587
                "FEATURE(`access_db', `hash -T<TMPF> /etc/mail/access')dnl",
                "FEATURE(`virtusertable', `hash /etc/mail/virtusertable')dnl",
                "define(`confAUTH_OPTIONS', `A p y')dnl", "TRUST_AUTH_MECH(`LOGIN PLAIN')dnl",
                "define(`confAUTH_MECHANISMS', `LOGIN PLAIN')dnl",
                "define(`confCACERT_PATH', `/etc/ssl/certs')dnl",
                "define(`confCACERT', `/etc/mailstack/tls/x.crt')dnl",
                "define(`confSERVER_CERT', `/etc/mailstack/tls/x.crt')dnl",
                "define(`confSERVER_KEY', `/etc/mailstack/tls/x.key')dnl"});
}

TEST_CASE("where there is no file one is written for the distribution, and a second time it is the same") {
    const std::string debian = made("", wanted());
    CHECK(has(debian, "OSTYPE(`debian')dnl"));
    CHECK(has(debian, "DOMAIN(`debian-mta')dnl"));
    CHECK(has(debian, "FEATURE(`blocklist_recipients')dnl"));
    CHECK(has(debian, "DAEMON_OPTIONS(`Name=MTA, Port=smtp')dnl"));
    CHECK(has(debian, "DAEMON_OPTIONS(`Name=MSA, Port=submission, M=Ea')dnl"));
    Setup other = wanted(Listen::Loopback);
    other.installed.debian = other.installed.procmail = false;
    other.submission = false;
    const std::string elsewhere = made("", other);
    CHECK(has(elsewhere, "OSTYPE(`linux')dnl"));
    CHECK(has(elsewhere, "DAEMON_OPTIONS(`Name=MTA, Port=smtp, Addr=127.0.0.1')dnl"));
    CHECK(has(elsewhere, "FEATURE(`no_default_msa')dnl"));
    CHECK(elsewhere.find("procmail") == std::string::npos);
    CHECK(elsewhere.find("submission") == std::string::npos);
    other.installed.cf_directory = "";
    CHECK(refusal("", other).find("sendmail-cf") != std::string::npos);
}

TEST_CASE("a wider setting stays, a narrower one is made to serve") {
    const auto with = [](const std::string& line) { return made(head + line + "\n" + tail, wanted()); };
    for (const char* const enough :
         {"define(`confAUTH_MECHANISMS', `GSSAPI PLAIN LOGIN')dnl", "define(`confAUTH_OPTIONS', `Aypf')dnl",
          "TRUST_AUTH_MECH(`PLAIN EXTERNAL LOGIN')dnl", "define(`confDOMAIN_NAME', `Mail.Example.TEST')dnl",
          "FEATURE(`access_db', , `skip')dnl", "FEATURE(`virtusertable', `ldap -1 -v x -k y')dnl",
          "FEATURE(`mailertable', `btree /etc/mail/mt')dnl"}) {
        CHECK_MESSAGE(has(with(enough), enough), enough);
    }
    for (const char* const short_of :
         {"define(`confAUTH_MECHANISMS', `CRAM-MD5 PLAIN')dnl", "define(`confAUTH_OPTIONS', `A')dnl",
          "define(`confDOMAIN_NAME', `badexample.test')dnl",
          "FEATURE(`mailertable', `hash -o /etc/mail/mt')dnl"}) {
        CHECK_MESSAGE(!has(with(short_of), short_of), short_of);
    }
    CHECK(has(with("FEATURE(`mailertable', `hash -o /etc/mail/mt')dnl"),
              "FEATURE(`mailertable', `hash /etc/mail/mt')dnl"));
}

TEST_CASE("who has chosen a local mailer keeps it") {
    for (const char* const choice :
         {"define(`LOCAL_MAILER_PATH', `/usr/lib/dovecot/deliver')dnl", "FEATURE(`local_lmtp')dnl",
          "define(`confLOCAL_MAILER', `cyrusv2')dnl", "FEATURE(`local_procmail')dnl"}) {
        const auto text = made(head + choice + "\n" + tail, wanted());
        CHECK_MESSAGE(text.find("local_procmail', `/usr/bin") == std::string::npos, choice);
    }
    Setup setup = wanted();
    setup.installed.included = {{"/etc/mail/site.m4", "define(`LOCAL_MAILER_PATH', `/x')dnl\n"}};
    CHECK(made(head + "include(`/etc/mail/site.m4')dnl\n" + tail, setup).find("local_procmail") ==
          std::string::npos);
}

TEST_CASE("what an include sets is defined after it") {
    Setup setup = wanted();
    setup.installed.included = {
        {"/etc/mail/tls/starttls.m4", "define(`confSERVER_CERT', `/etc/mail/tls/c')dnl\n"}};
    const std::string include = "include(`/etc/mail/tls/starttls.m4')dnl\n";
    const auto text = made(head + "define(`confSERVER_CERT', `/old')dnl\n" + include + tail, setup);
    CHECK(text.find("/etc/mailstack/tls/x.crt", text.find(include)) != std::string::npos);
    CHECK(has(text, "define(`confSERVER_CERT', `/old')dnl"));
    // And not at all where the .cf says that it is so already.
    setup.tls.certificate = "/etc/mail/tls/c";
    const auto kept =
        set_up_mc(McFile::parse(head + include + tail), setup, "O ServerCertFile=/etc/mail/tls/c\n");
    CHECK(kept.print().find("confSERVER_CERT") == std::string::npos);
}

TEST_CASE(
    "daemons: the named ones are moved, none gets a second of its port, and what is unclear is refused") {
    const auto mc = [](const std::string& daemons) {
        return head + "FEATURE(`no_default_msa')dnl\n" + daemons + tail;
    };
    const std::string mta = "DAEMON_OPTIONS(`Name=MTA, Port=smtp, Addr=127.0.0.1')dnl\n";
    // A new one for submission listens where the other does.
    CHECK(
        has(made(mc(mta), wanted()), "DAEMON_OPTIONS(`Name=MSA, Port=submission, M=Ea, Addr=127.0.0.1')dnl"));
    CHECK(has(made(mc(mta), wanted(Listen::Everywhere)),
              "DAEMON_OPTIONS(`Name=MSA, Port=submission, M=Ea')dnl"));
    // A name that is taken is not taken away.
    const std::string taken = "DAEMON_OPTIONS(`Name=MSA, Port=2525')dnl\n";
    const auto beside = made(mc(mta + taken), wanted());
    CHECK(has(beside, "DAEMON_OPTIONS(`Name=MSA, Port=2525')dnl"));
    CHECK(has(beside, "DAEMON_OPTIONS(`Name=MSA-2, Port=submission, M=Ea, Addr=127.0.0.1')dnl"));
    // IPv6 beside IPv4 keeps its address.
    const std::string six = "DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=25, Addr=::1')dnl\n";
    CHECK(has(made(mc(mta + six), wanted(Listen::Everywhere)),
              "DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=25, Addr=::1')dnl"));
    CHECK(has(made(mc(six), wanted(Listen::Everywhere)),
              "DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=25')dnl"));
    // cf's own daemon for submission listens everywhere.
    Setup local = wanted(Listen::Loopback);
    local.submission = false;
    CHECK(
        has(made(head + tail, local), "DAEMON_OPTIONS(`Name=MSA, Port=submission, M=E, Addr=127.0.0.1')dnl"));

    const auto named = mc("DAEMON_OPTIONS(`Port=smtp, Addr=127.0.0.1')dnl\n");
    CHECK(refusal(named, wanted(Listen::Everywhere)).find("line 3: these DAEMON_OPTIONS have no Name=") !=
          std::string::npos);
    const auto two = mc(mta + "DAEMON_OPTIONS(`Name=MTB, Port=25, Addr=192.0.2.1')dnl\n");
    CHECK(refusal(two, wanted(Listen::Everywhere)).find("line 4: this is the second address") !=
          std::string::npos);
    CHECK(refusal(two, wanted()).empty());
    Setup elsewhere = wanted(Listen::Loopback);
    elsewhere.installed.included = {{"/etc/mail/ports.m4", mta}};
    CHECK(refusal(head + tail, elsewhere).find("/etc/mail/ports.m4 names where") != std::string::npos);
    elsewhere.listen = Listen::Keep;
    CHECK(made(head + tail, elsewhere).find("DAEMON_OPTIONS") == std::string::npos);
}

TEST_CASE("an optional map that cannot be edited is refused with its line") {
    const auto told =
        refusal(head + "FEATURE(`mailertable', `hash -o /etc/mail/it(s)')dnl\n" + tail, wanted());
    CHECK(told.find("line 2: FEATURE(`mailertable') declares its map optional") != std::string::npos);
}

TEST_CASE("a file that cannot be read to its end is refused, with the line") {
    const auto told = refusal(head + "define(`confLOG_LEVEL', `9)\n" + tail, wanted());
    CHECK(told.find("line 2") != std::string::npos);
}
