// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <doctest/doctest.h>

#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "formats/mc_file.hpp"
#include "mc_data.hpp"
#include "refusal.hpp"

using namespace mailstack;
using Texts = std::vector<std::string>;
using Edit = std::function<McFile(const McFile&)>;

namespace {

Texts lines_of(const std::string& text) {
    Texts lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// "LINE: -old +new" for the one stretch of lines that differs.
std::string difference(const std::string& before, const std::string& after) {
    const auto old_lines = lines_of(before), new_lines = lines_of(after);
    std::size_t head = 0, tail = 0;
    const auto shorter = std::min(old_lines.size(), new_lines.size());
    while (head < shorter && old_lines[head] == new_lines[head]) {
        ++head;
    }
    while (tail < shorter - head && *(old_lines.rbegin() + static_cast<std::ptrdiff_t>(tail)) ==
                                        *(new_lines.rbegin() + static_cast<std::ptrdiff_t>(tail))) {
        ++tail;
    }
    std::string told = std::to_string(head + 1) + ":";
    for (auto i = head; i + tail < old_lines.size(); ++i) {
        told += " -" + old_lines[i];
    }
    for (auto i = head; i + tail < new_lines.size(); ++i) {
        told += " +" + new_lines[i];
    }
    return told;
}

/// The difference that the edit makes; done again it makes none.
std::string told(const std::string& text, const Edit& edit) {
    const auto once = edit(McFile::parse(text));
    CHECK(edit(once).print() == once.print());
    CHECK(once.problems().size() <= McFile::parse(text).problems().size());
    return text == once.print() ? "nothing" : difference(text, once.print());
}

std::string refusal(Code code, const std::string& text, const Edit& edit) {
    return test::refusal(code, [&] { return edit(McFile::parse(text)); });
}

Edit define(const std::string& name, const std::string& value, const Texts& set_by = {}) {
    return [=](const McFile& file) { return file.with_define(McName(name), McValue(value), set_by); };
}
Edit undefine(const std::string& name) {
    return [=](const McFile& file) { return file.without_define(McName(name)); };
}
Edit feature(const std::string& name, const std::vector<McValue>& arguments = {}) {
    return [=](const McFile& file) { return file.with_feature(McName(name), arguments); };
}
Edit mailer(const std::string& name) {
    return [=](const McFile& file) { return file.with_mailer(McName(name)); };
}
Edit call(const std::string& name, const std::vector<McValue>& arguments) {
    return [=](const McFile& file) { return file.with_call(McName(name), arguments); };
}
Edit daemon(const std::vector<std::pair<std::string, McValue>>& pairs) {
    return [=](const McFile& file) { return file.with_daemon_options(McValue::equates(pairs)); };
}

struct Case {
    std::string file;  ///< a name of mc_names, or the text itself
    Edit edit;
    std::string expected;
};

void check(const std::vector<Case>& cases) {
    for (const auto& one : cases) {
        const bool named = std::find(mc_names.begin(), mc_names.end(), one.file) != mc_names.end();
        CAPTURE(one.file);
        CHECK(told(named ? mc_text(one.file) : one.file, one.edit) == one.expected);
    }
}

}  // namespace

TEST_CASE("sendmail.mc: a define is changed where it stands, or added after the settings") {
    check({
        {"debian", define("confBAD_RCPT_THROTTLE", "3"), "nothing"},
        {"debian", define("confBAD_RCPT_THROTTLE", "5"),
         "48: -define(`confBAD_RCPT_THROTTLE',`3')dnl +define(`confBAD_RCPT_THROTTLE',`5')dnl"},
        {"debian", define("confPRIVACY_FLAGS", "goaway"),
         "37: "
         "-`needmailhelo,needexpnhelo,needvrfyhelo,restrictqrun,restrictexpand,nobodyreturn,authwarnings')"
         "dnl +`goaway')dnl"},
        {"debian", define("confCON_EXPENSIVE", "True"), "57: +define(`confCON_EXPENSIVE', `True')dnl"},
        {"debian", define("_USE_ETC_MAIL_", "x"),
         "16: -define(`_USE_ETC_MAIL_')dnl +define(`_USE_ETC_MAIL_', `x')dnl"},
        {"debian", define("MAIL_SETTINGS_DIR", "/m/"), "45: +define(`MAIL_SETTINGS_DIR', `/m/')dnl"},
        {"debian", define("confLOG_LEVEL", "9", {"/etc/mail/m4/provider.m4"}),
         "57: +define(`confLOG_LEVEL', `9')dnl"},
        {"post", define("confDOMAIN_NAME", "a.test"),
         "7: -define(`confDOMAIN_NAME', `mail.example.test')dnl +define(`confDOMAIN_NAME', `a.test')dnl"},
        {"post", define("confLOG_LEVEL", "9"), "20: +define(`confLOG_LEVEL', `9')dnl"},
        {"long", define("confTO_IDENT", "1s"),
         "25: -define(`confTO_IDENT', `0s') define(`confTO_QUEUEWARN', `4h') both on one line "
         "+define(`confTO_IDENT', `1s') define(`confTO_QUEUEWARN', `4h') both on one line"},
        {"long", define("confTO_QUEUEWARN", "3h"), "46: +define(`confTO_QUEUEWARN', `3h')dnl"},
        {"long", define("confPRIVACY_FLAGS", "x"),
         "29: -define(`confPRIVACY_FLAGS', defn(`confPRIVACY_FLAGS')`,noexpn') +define(`confPRIVACY_FLAGS', "
         "`x')"},
        {"long", define("confDOMAIN_NAME", "b.test"),
         "30: -define(`confDOMAIN_NAME', `mail.'SITE_DOMAIN) +define(`confDOMAIN_NAME', `b.test')"},
        {"long", define("confCW_FILE", "/x"), "46: +define(`confCW_FILE', `/x')dnl"},
        {"long", define("confLOG_LEVEL", "14"), "46: +define(`confLOG_LEVEL', `14')dnl"},
        {"", define("confX", "y"), "1: +define(`confX', `y')dnl"},
        {"dnl x", define("confX", "y"), "2: +define(`confX', `y')dnl"},
        {"MAILER_DEFINITIONS", define("confX", "y"), "1: +define(`confX', `y')dnl"},
        {"OSTYPE(linux) MAILER(smtp)", define("confX", "y"),
         "1: -OSTYPE(linux) MAILER(smtp) +OSTYPE(linux)define(`confX', `y')dnl + MAILER(smtp)"},
        {"VERSIONID(`a') text `quoted\n' more\nMAILER(smtp)", define("confX", "y"),
         "3: +define(`confX', `y')dnl"},
        {"MAILER(smtp)\nundefine(`confX')\n# x\n", define("confX", "y"), "3: +define(`confX', `y')dnl"},
        {"define(`confX', a, b)dnl\n", define("confX", "y"),
         "1: -define(`confX', a, b)dnl +define(`confX', `y', b)dnl"},
        {"define(`confX',)dnl\n", define("confX", "y"), "1: -define(`confX',)dnl +define(`confX',`y')dnl"},
        {"OSTYPE(`x')dnl(`\ny')\nMAILER(`smtp')\n", define("confX", "y"), "3: +define(`confX', `y')dnl"},
    });
    CHECK(define("confX", "y")(McFile::parse("OSTYPE(`x')dnl\r\nMAILER(`y')\r\n")).print() ==
          "OSTYPE(`x')dnl\r\ndefine(`confX', `y')dnl\r\nMAILER(`y')\r\n");
}

TEST_CASE("sendmail.mc: a define comes after the include that sets it, too") {
    const std::string text =
        "OSTYPE(`x')\ndefine(`confCACERT', `/a')\ninclude(`/etc/tls.m4')\nMAILER(`smtp')\n";
    check({
        {text, define("confCACERT", "/b"), "2: -define(`confCACERT', `/a') +define(`confCACERT', `/b')"},
        {text, define("confCACERT", "/b", {"/etc/tls.m4"}), "4: +define(`confCACERT', `/b')dnl"},
        {text, define("confCACERT", "/a", {"/etc/tls.m4"}), "4: +define(`confCACERT', `/a')dnl"},
    });
}

TEST_CASE("sendmail.mc: a define is removed with its line") {
    check({
        {"debian", undefine("confPRIVACY_FLAGS"),
         "36: -define(`confPRIVACY_FLAGS',dnl "
         "-`needmailhelo,needexpnhelo,needvrfyhelo,restrictqrun,restrictexpand,nobodyreturn,authwarnings')"
         "dnl"},
        {"debian", undefine("confCON_EXPENSIVE"), "nothing"},
        {"long", undefine("confTO_IDENT"),
         "25: -define(`confTO_IDENT', `0s') define(`confTO_QUEUEWARN', `4h') both on one line + "
         "define(`confTO_QUEUEWARN', `4h') both on one line"},
        {"long", undefine("confMAX_MESSAGE_SIZE"), "24: -define(`confMAX_MESSAGE_SIZE', 52428800)dnl 50 MB"},
        {"long", undefine("confPRIVACY_FLAGS"),
         "28: -define(`confPRIVACY_FLAGS', `goaway') -define(`confPRIVACY_FLAGS', "
         "defn(`confPRIVACY_FLAGS')`,noexpn')"},
        {"a\n  define(`x', `y')", undefine("x"), "2: -  define(`x', `y')"},
        {"`a\n'  define(`x', `y')\n", undefine("x"), "2: -'  define(`x', `y') +'  "},
    });
}

TEST_CASE("sendmail.mc: features") {
    const McValue hash("hash -o -T<TMPF> /etc/mail/access");
    check({
        {"debian", feature("use_cw_file"), "nothing"},
        {"debian", feature("access_db", {McValue(""), McValue("skip")}), "nothing"},
        {"debian", feature("access_db", {hash}),
         "45: -FEATURE(`access_db', , `skip')dnl +FEATURE(`access_db', `hash -o -T<TMPF> "
         "/etc/mail/access')dnl"},
        {"debian", feature("virtusertable"), "51: +FEATURE(`virtusertable')dnl"},
        {"post", feature("use_cw_file"), "nothing"},
        {"post", feature("access_db", {hash}), "nothing"},
        {"post", feature("redirect"), "20: +FEATURE(`redirect')dnl"},
        {"long", feature("dnsbl", {McValue("two.example.test")}), "nothing"},
        {"long", feature("dnsbl", {McValue("two.example.test"), McValue("t")}),
         "42: -FEATURE(`dnsbl', `two.example.test') +FEATURE(`dnsbl', `two.example.test', `t')"},
        {"long", feature("dnsbl", {McValue("three.example.test")}),
         "43: +FEATURE(`dnsbl', `three.example.test')dnl"},
        {"OSTYPE(`x')\ndefine(`LUSER_RELAY', `y')\nMAILER(`smtp')\n", feature("preserve_luser_host"),
         "3: +FEATURE(`preserve_luser_host')dnl"},
        {"OSTYPE(`x')\ndefine(`LUSER_RELAY', `y')\nMAILER(`smtp')\n", feature("redirect"),
         "2: +FEATURE(`redirect')dnl"},
        {"long", [](const McFile& file) { return file.without_feature(McName("dnsbl")); },
         "41: -FEATURE(`dnsbl', `one.example.test', `\"550 Mail from \" $`'&{client_addr} \" refused; see "
         "one\"')dnl -FEATURE(`dnsbl', `two.example.test')"},
    });
}

TEST_CASE("sendmail.mc: mailers, daemons, includes and other calls") {
    const McValue list("LOGIN PLAIN");
    check({
        {"debian", mailer("smtp"), "nothing"},
        {"debian", mailer("procmail"), "62: +MAILER(`procmail')dnl"},
        {"post", mailer("local"), "nothing"},
        {"OSTYPE(`x')\nMAILER(`uucp')\n", mailer("smtp"), "2: +MAILER(`smtp')dnl"},
        {"OSTYPE(`x')\nMAILER(`smtp')\n", mailer("local"), "2: +MAILER(`local')dnl"},
        {"OSTYPE(`x')\nLOCAL_CONFIG\nKx y\n", mailer("local"), "2: +MAILER(`local')dnl"},
        {"MAILER_DEFINITIONS\nLOCAL_CONFIG\n", mailer("local"), "2: +MAILER(`local')dnl"},
        {"long", [](const McFile& file) { return file.without_mailer(McName("procmail")); },
         "49: -MAILER(`procmail')"},
        {"debian",
         daemon({{"Family", McValue("inet")},
                 {"Name", McValue("MTA-v4")},
                 {"Port", McValue("smtp")},
                 {"Addr", McValue("127.0.0.1")}}),
         "nothing"},
        {"debian", daemon({{"Name", McValue("MTA-v4")}, {"Port", McValue("25")}}),
         "31: -DAEMON_OPTIONS(`Family=inet,  Name=MTA-v4, Port=smtp, Addr=127.0.0.1')dnl "
         "+DAEMON_OPTIONS(`Name=MTA-v4, Port=25')dnl"},
        {"debian", daemon({{"Name", McValue("MTA-v6")}, {"Family", McValue("inet6")}}),
         "34: +DAEMON_OPTIONS(`Name=MTA-v6, Family=inet6')dnl"},
        {"long", [](const McFile& file) { return file.without_daemon_options(McName("MSA")); },
         "44: -DAEMON_OPTIONS(`Port=587, Name=MSA, M=Ea')"},
        {"post", call("TRUST_AUTH_MECH", {list}), "nothing"},
        {"post", call("TRUST_AUTH_MECH", {McValue("EXTERNAL")}), "13: +TRUST_AUTH_MECH(`EXTERNAL')dnl"},
        {"debian", call("TRUST_AUTH_MECH", {list}), "57: +TRUST_AUTH_MECH(`LOGIN PLAIN')dnl"},
        {"post", call("OSTYPE", {McValue("debian")}), "9: -OSTYPE(linux)dnl +OSTYPE(`debian')dnl"},
        {"post", call("DOMAIN", {McValue("generic")}), "10: +DOMAIN(`generic')dnl"},
        {"divert(0)\nFEATURE(`x')\n", call("OSTYPE", {McValue("linux")}), "2: +OSTYPE(`linux')dnl"},
        {"long", call("MASQUERADE_AS", {McValue("a.test")}),
         "34: -MASQUERADE_AS(`example.test') +MASQUERADE_AS(`a.test')"},
        {"long",
         call("INPUT_MAIL_FILTER",
              {McValue("opendkim"), McValue::equates({{"S", McValue("inet:1@localhost")}})}),
         "16: -INPUT_MAIL_FILTER(`opendkim', `S=local:/run/opendkim/opendkim.sock, F=, "
         "T=S:4m;R:4m;E:10m')dnl +INPUT_MAIL_FILTER(`opendkim', `S=inet:1@localhost')dnl"},
        {"long", call("EXPOSED_USER", {McValue("root")}), "nothing"},
        {"long",
         [](const McFile& file) { return file.without_call(McName("EXPOSED_USER"), {McValue("root")}); },
         "36: -EXPOSED_USER(`root')"},
        {"debian", [](const McFile& file) { return file.with_include(McValue("/etc/mail/tls/starttls.m4")); },
         "57: +include(`/etc/mail/tls/starttls.m4')dnl"},
        {"debian", [](const McFile& file) { return file.with_include(McValue("/etc/mail/m4/dialup.m4")); },
         "nothing"},
        {"debian", [](const McFile& file) { return file.without_include(McValue("/etc/mail/m4/dialup.m4")); },
         "55: -include(`/etc/mail/m4/dialup.m4')dnl"},
    });
}

TEST_CASE("sendmail.mc: edits that would do something else are refused") {
    const std::string head = "OSTYPE(`x')\n";
    CHECK(refusal(Code::Unsupported, head + "define(`a', `b\n", define("confX", "y")) ==
          "sendmail.mc cannot be changed before it is mended by hand: line 2: a quote is opened and never "
          "closed");
    CHECK(refusal(Code::Unsupported, "define(`v', `$1')v(`x')\n", undefine("v"))
              .find("removed m4 would read") != std::string::npos);
    CHECK(refusal(Code::Unsupported, head + "MAILER(`smtp')\nfoo(`x', `(')\n", define("foo", "y"))
              .find("m4 would read other lines in another way") != std::string::npos);
    CHECK(refusal(Code::InvalidArgument, head, define("FEATURE", "x")) ==
          "'FEATURE' is a macro of sendmail's cf: it cannot be defined");
    CHECK(refusal(Code::InvalidArgument, head + "define(`HUB', `h')\n", define("confX", "a HUB b")) ==
          "the value 'a HUB b' holds the word 'HUB', which line 2 of sendmail.mc defines as a macro: m4 "
          "would replace it");
    CHECK(refusal(Code::InvalidArgument, head, define("SMART", "SMART")).find("defines as a macro") !=
          std::string::npos);
    CHECK(refusal(Code::InvalidArgument, head, daemon({{"Port", McValue("25")}})).find("have no Name=") !=
          std::string::npos);
    for (const std::string name : {"FEATURE", "MAILER", "LOCAL_CONFIG", "DAEMON_OPTIONS", "lower", "NONE"}) {
        CHECK(refusal(Code::InvalidArgument, head, call(name, {McValue("x")})).find("is no macro") !=
              std::string::npos);
    }
}
