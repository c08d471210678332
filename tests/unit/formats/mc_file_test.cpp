// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "mc_data.hpp"

using namespace mailstack;
using Texts = std::vector<std::string>;

namespace {

/// NAME(ARGUMENT|~ARGUMENT)@LINE of each call; "~" marks what m4 would expand, "-" what a divert(-1)
/// discards.
std::string calls_of(std::string text) {
    Texts told;
    const auto file = McFile::parse(std::move(text));
    for (const auto& statement : file.statements()) {
        if (statement.kind == McStatement::Kind::Call) {
            Texts arguments;
            for (const auto& argument : statement.arguments) {
                arguments.push_back((argument.literal ? "" : "~") + argument.text);
            }
            told.push_back((statement.discarded ? "-" : "") + statement.name + "(" + joined(arguments, "|") +
                           ")@" + std::to_string(statement.line));
        }
    }
    return joined(told, " ");
}

std::string value_of(const McFile& file, std::string_view name) {
    const auto found = file.defined(name);
    return !found ? "-" : (found->literal ? "" : "~") + found->value + "@" + std::to_string(found->line);
}

Texts messages(std::string text) {
    Texts told;
    const auto file = McFile::parse(std::move(text));
    for (const auto& problem : file.problems()) {
        told.push_back(problem.message);
    }
    return told;
}

}  // namespace

TEST_CASE("sendmail.mc: what is printed is what was parsed, and statements are the whole file") {
    std::vector<std::string> texts{"",    "\n",   "`", "a(", "define(", std::string("\0`\xff'", 4),
                                   "dnl", "\r\n#"};
    for (const auto& name : mc_names) {
        texts.push_back(mc_text(name));
    }
    for (const auto& text : texts) {
        const auto file = McFile::parse(text);
        CHECK(file.print() == text);
        std::string whole;
        for (const auto& statement : file.statements()) {
            CHECK(statement.begin == whole.size());
            whole += text.substr(statement.begin, statement.end - statement.begin);
        }
        CHECK(whole == text);
    }
}

TEST_CASE("sendmail.mc: calls are those that m4 makes, with the arguments that it passes") {
    const std::vector<std::pair<std::string, std::string>> told{
        {"define(`a', `b')dnl\nFEATURE(x)\n", "define(a|b)@1 FEATURE(x)@2"},
        {"define( `a' , b  ,\n c )", "define(a |b  |c )@1"},
        {"define(`a',dnl x\n  `b')", "define(a|  b)@1"},
        {"define(`a',dnl(`\n')x\n`b')", "define(a|b)@1"},
        {"define(`a', `b `c' d'e)", "define(a|b `c' de)@1"},
        {"define(`a', (b, c) d)", "define(a|(b, c) d)@1"},
        {"define(`a', defn(`b')`,c')", "define(a|~defn(b),c)@1"},
        {"define(`a', include)", "define(a|include)@1"},
        {"define(`a', `1')define(`b', a x)", "define(a|1)@1 define(b|~a x)@1"},
        {"define(`a', `1')\na a(`2') xa", "define(a|1)@1 a()@2 a(2)@2"},
        {"`define(`a', `b')'", ""},
        {"dnl define(`a', `b')\ndnlx define(`c')", "define(c)@2"},
        {"dnl(`\n') define(`a')\ndefine(`b')", "define(b)@3"},
        {"define (`a', `b') define include", ""},
        {"LOCAL_CONFIG\nKx y\n", "LOCAL_CONFIG()@1"},
        {"1define(`a') _define(`b')", "define(a)@1"},
        {"divert(-1)\nVERSIONID(x)\ndivert(0)OSTYPE(`y')",
         "divert(-1)@1 -VERSIONID(x)@2 -divert(0)@3 OSTYPE(y)@3"},
        {"divert(-1)LOCAL_CONFIG\ndefine(`a')", "divert(-1)@1 -LOCAL_CONFIG()@1 define(a)@2"},
        {"SITE_MACRO(`x', y)\n text (OTHER(`z')\n", "SITE_MACRO(x|y)@1"},
        {"SITE_MACRO(`x'\ndefine(`a')", "define(a)@2"},
        // Comments: only before cf.m4 is included, and where changecom brings them back.
        {"# define(`a')\ninclude(`x/cf.m4')\n# define(`b')\n", "include(x/cf.m4)@2 define(b)@3"},
        {"# define(`a')\n", "define(a)@1"},
        {"changecom(`#')# define(`a')\nchangecom# define(`b')", "changecom(#)@1 changecom()@2 define(b)@2"},
        {"define(`a', `x' # , )\n)include(`m4/cf.m4')", "define(a|x # , )\n)@1 include(m4/cf.m4)@2"},
    };
    for (const auto& [text, calls] : told) {
        CAPTURE(text);
        CHECK(calls_of(text) == calls);
    }
}

TEST_CASE("sendmail.mc: the definition that holds") {
    const std::vector<std::pair<std::string, std::string>> told{
        {"define(`x', `1')\ndefine(`x', `2')", "2@2"},
        {"define(`x', `1')undefine(`x')", "-"},
        {"define(`x', `1')undefine(`y', `x')", "-"},
        {"define(`x', `1')pushdef(`x', `2')", "2@1"},
        {"define(`x', `1')\npushdef(`x', `2')popdef(`x')", "1@1"},
        {"define(`x')", "@1"},
        {"define(`x', defn(`x')`,y')", "~defn(x),y@1"},
        {"dnl define(`x', `1')", "-"},
        {"divert(-1)\ndefine(`x', `1')", "1@2"},
        {"ifdef(`y', `define(`x', `1')')", "-"},
        {"xdefine(`x', `1')", "-"},
    };
    for (const auto& [text, value] : told) {
        CAPTURE(text);
        CHECK(value_of(McFile::parse(text), "x") == value);
    }
    CHECK(McFile::parse("ifdef(`y', `define(`x', `1')')").may_define("x"));
    CHECK(McFile::parse("ifdef(`y', `undefine(x)')").may_define("x"));
    CHECK_FALSE(McFile::parse("ifdef(`x', `define(`xy', `x')')").may_define("x"));
    CHECK_FALSE(McFile::parse("dnl define(`x', `1')\n").may_define("x"));
}

TEST_CASE("sendmail.mc: Debian's file") {
    const auto file = McFile::parse(mc_text("debian"));
    CHECK(file.readable());
    CHECK(file.problems().empty());
    CHECK(file.ostype() == "debian");
    CHECK(file.domain() == "debian-mta");
    CHECK(file.mailers() == Texts{"local", "smtp"});
    CHECK(value_of(file, "confPRIVACY_FLAGS") ==
          "needmailhelo,needexpnhelo,needvrfyhelo,restrictqrun,restrictexpand,"
          "nobodyreturn,authwarnings@36");
    CHECK(value_of(file, "confCONNECTION_RATE_WINDOW_SIZE") == "10m@40");
    CHECK(value_of(file, "_USE_ETC_MAIL_") == "@16");
    CHECK(value_of(file, "confCON_EXPENSIVE") == "-");
    CHECK(value_of(file, "not") == "-");
    CHECK(file.feature("access_db") == Texts{"", "skip"});
    CHECK(file.feature("use_cw_file") == Texts{});
    CHECK_FALSE(file.has_feature("virtusertable"));
    const auto daemons = file.daemon_options();
    REQUIRE(daemons.size() == 2);
    CHECK(daemons[0].value('N') == "MTA-v4");
    CHECK(daemons[0].value('A') == "127.0.0.1");
    CHECK(daemons[1].value('M') == "Ea");
    CHECK(daemons[1].line == 33);
    Texts paths;
    for (const auto& include : file.includes()) {
        paths.push_back(include.path);
    }
    CHECK(paths ==
          Texts{"/usr/share/sendmail/cf/m4/cf.m4", "/etc/mail/m4/dialup.m4", "/etc/mail/m4/provider.m4"});
}

TEST_CASE("sendmail.mc: the post's file") {
    const auto file = McFile::parse(mc_text("post"));
    REQUIRE(file.problems().size() == 1);
    CHECK(file.problems()[0].message.find("line 8: an apostrophe stands outside quotes") == 0);
    CHECK(file.ostype() == "linux");
    CHECK_FALSE(file.domain());
    CHECK(file.mailers() == Texts{"local", "smtp"});
    CHECK(value_of(file, "confAUTH_OPTIONS") == "A p y@11");
    CHECK(value_of(file, "confSERVER_KEY") == "/etc/mail/certs/key.pem@17");
    CHECK(file.feature("access_db") == Texts{"hash -o -T<TMPF> /etc/mail/access"});
    CHECK(file.calls("TRUST_AUTH_MECH").size() == 1);
}

TEST_CASE("sendmail.mc: a long file") {
    const auto file = McFile::parse(mc_text("long"));
    CHECK(file.readable());
    CHECK(file.problems().empty());
    CHECK(file.ostype() == "linux");
    CHECK(file.mailers() == Texts{"local", "smtp", "procmail"});
    CHECK(value_of(file, "confLOG_LEVEL") == "9@9");
    CHECK(value_of(file, "confTO_IDENT") == "0s@25");
    CHECK(value_of(file, "confTO_QUEUEWARN") == "-");
    CHECK(value_of(file, "confMAX_MESSAGE_SIZE") == "52428800@24");
    CHECK(value_of(file, "confPRIVACY_FLAGS") == "~defn(confPRIVACY_FLAGS),noexpn@29");
    CHECK(value_of(file, "confDOMAIN_NAME") == "~mail.SITE_DOMAIN@30");
    CHECK(value_of(file, "confMILTER_MACROS_CONNECT") == "`j, _, {daemon_name}, {if_name}, {if_addr}'@21");
    CHECK(value_of(file, "confCW_FILE") == "-");
    CHECK(file.may_define("confCW_FILE"));
    CHECK(file.may_define("confMAX_HOP"));
    const auto filters = file.calls("INPUT_MAIL_FILTER");
    REQUIRE(filters.size() == 2);
    CHECK(filters[1]->line == 17);
    CHECK(filters[1]->arguments[0].text == "clamav");
    CHECK(trimmed(filters[1]->arguments[1].text) == "S=local:/run/clamav/milter.ctl, F=T");
    CHECK(file.calls("LOCAL_RULESETS").size() == 1);
    CHECK(file.calls("define").front()->discarded);
    CHECK_FALSE(file.calls("OSTYPE").front()->discarded);
}

TEST_CASE("sendmail.mc: problems are told with their lines") {
    const std::string head = "OSTYPE(`linux')dnl\n";
    const std::vector<std::pair<std::string, Texts>> told{
        {head + "define(`a', `b\n", {"line 2: a quote is opened and never closed"}},
        {head + "\nFEATURE(`a', (b)\n", {"line 3: the parenthesis of FEATURE is opened and never closed"}},
        {head + "MAILER(`smtp')\nFEATURE(`x')\n",
         {"line 3: FEATURE(x) stands after MAILER in line 2: every FEATURE must be before the first MAILER"}},
        {head + "FEATURE(`nullclient', `hub')\nFEATURE(`x')\n",
         {"line 3: FEATURE(x) stands after MAILER in line 2: every FEATURE must be before the first MAILER"}},
        {head + "MAILER(`local')\ndefine(`LOCAL_MAILER_PATH', `/x')\n",
         {"line 3: define(LOCAL_MAILER_PATH) comes too late for MAILER(local) in line 2, which reads it: it "
          "must be "
          "before"}},
        {head + "FEATURE(`local_procmail')\ndefine(`PROCMAIL_MAILER_PATH', `/x')\n",
         {"line 3: define(PROCMAIL_MAILER_PATH) comes too late for FEATURE(local_procmail) in line 2, which "
          "reads it: "
          "it must be before"}},
        {head + "MAILER(`local')\ndefine(`confLOG_LEVEL', `9')\n", {}},
        {head + "MAILER(`smtp')MAILER(smtp)\n", {"line 2: MAILER(smtp) is in line 2 already"}},
        {head + head, {"line 2: OSTYPE is in line 1 already"}},
        {"MAILER(`smtp')\n" + head, {"line 2: OSTYPE stands after MAILER in line 1: it must be before"}},
        {"\nMAILER(`smtp')\n", {"line 2: no OSTYPE is in the file"}},
        {"include(`/etc/mail/site.m4')\n", {}},
        {head + "define(`a', b,c)\n",
         {"line 2: define has more than two arguments: m4 drops what follows the second comma; quote the "
          "value"}},
        {head + "define(`a', `1')\ndefine(a, `2')\n",
         {"line 3: define(a, ...): the name has a value and is not quoted, so m4 replaces it; write `a'"}},
        {head + "define (`a', `b')\n",
         {"line 2: white space stands between define and its parenthesis: m4 takes it for text"}},
        {head + "dnldefine(`a', `b')\n", {"line 2: 'dnldefine' is not dnl: put a blank after dnl"}},
        {head + "# FEATURE(`x')\n",
         {"line 2: m4 expands FEATURE although the line begins with '#': begin it with dnl to comment it "
          "out"}},
        {head + "define(`a', `don't')\n",
         {"line 2: an apostrophe stands outside quotes: it ends no quote, and m4 cannot put one into a "
          "value"}},
        {head + "\nchangequote([, ])\nMAILER([smtp])",
         {"line 3: m4's syntax may change here (changequote, changecom, changeword, m4exit): mailstack does "
          "not read "
          "what follows"}},
    };
    for (const auto& [text, problems] : told) {
        CAPTURE(text);
        CHECK(messages(text) == problems);
    }
}

TEST_CASE("sendmail.mc: a fresh file") {
    const auto debian = McFile::fresh({McFile::System::Debian, "/cf", {"/etc/mail/tls/starttls.m4"}});
    CHECK(debian.problems().empty());
    CHECK(debian.ostype() == "debian");
    CHECK(debian.domain() == "debian-mta");
    CHECK(debian.mailers() == Texts{"local", "smtp"});
    REQUIRE(debian.includes().size() == 2);
    CHECK(debian.includes()[0].path == "/cf/m4/cf.m4");
    CHECK(debian.includes()[1].path == "/etc/mail/tls/starttls.m4");
    const auto other = McFile::fresh({});
    CHECK(other.problems().empty());
    CHECK(other.ostype() == "linux");
    CHECK_FALSE(other.domain());
    CHECK(other.includes().size() == 1);
    CHECK_THROWS_AS(McFile::fresh({McFile::System::Linux, "/c'f", {}}), Error);
}
