// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/local_mailer.hpp"

#include <doctest/doctest.h>

#include "refusal.hpp"

using namespace mailstack;

namespace {

const std::string head = "OSTYPE(`debian')dnl\nDOMAIN(`debian-mta')dnl\n";
const std::string tail = "MAILER(`local')dnl\nMAILER(`smtp')dnl\n";
const std::string feature = "FEATURE(`local_procmail', `/usr/bin/procmail')dnl\n";

std::string made(const std::string& text, const std::vector<IncludedFile>& included = {}) {
    const McFile once = with_procmail(McFile::parse(text), included);
    CHECK(with_procmail(once, included).print() == once.print());
    return once.print();
}

void check_refusal(const std::string& text, std::initializer_list<std::string_view> words,
                   const std::vector<IncludedFile>& included = {}) {
    test::check_refusal(Code::Unsupported, words, [&] { return made(text, included); });
}

}  // namespace

TEST_CASE("procmail is made the local mailer behind OSTYPE, and before MAILER") {
    CHECK(made(head + tail) == head + feature + tail);
}

TEST_CASE("a file that has it already stays as it is, however it is written, and in an include") {
    for (const std::string& present :
         {feature, std::string("FEATURE(local_procmail)dnl\n"),
          std::string("FEATURE(`local_procmail', `/opt/procmail', `procmail -t -Y -a $h -d $u')dnl\n")}) {
        CHECK(made(head + present + tail) == head + present + tail);
    }
    CHECK(made(head + tail, {{"/etc/mail/m4/local.m4", feature}}) == head + tail);
}

TEST_CASE("what somebody else has chosen is refused with its line") {
    check_refusal(head + "define(`LOCAL_MAILER_PATH', `/usr/lib/dovecot/deliver')dnl\n" + tail,
                  {"sendmail.mc, line 3: LOCAL_MAILER_PATH chooses another local mailer", "by hand"});
    check_refusal(head + "define(`confLOCAL_MAILER', `cyrusv2')dnl\n" + tail, {"line 3: confLOCAL_MAILER"});
    check_refusal(head + "define(`LOCAL_MAILER_ARGS', `deliver -d $u')dnl\n" + tail,
                  {"line 3: LOCAL_MAILER_ARGS"});
    check_refusal(head + "FEATURE(`local_lmtp')dnl\n" + tail, {"line 3: FEATURE(`local_lmtp')"});
    // Which of the two holds is for m4 to say, and for a person to decide.
    check_refusal(head + feature + "FEATURE(`local_lmtp')dnl\n" + tail, {"line 4: FEATURE(`local_lmtp')"});
    check_refusal(head + tail, {"/etc/mail/m4/local.m4, line 2: LOCAL_MAILER_PATH"},
                  {{"/etc/mail/m4/local.m4", "dnl\ndefine(`LOCAL_MAILER_PATH', `/bin/x')dnl\n"}});
    // One that depends on something stands in a line that is not told.
    check_refusal(head + "ifdef(`x', `define(`LOCAL_MAILER_PATH', `/bin/x')')dnl\n" + tail,
                  {"sendmail.mc: LOCAL_MAILER_PATH"});
}

TEST_CASE("the local mailer's program is what the last Mlocal names") {
    CHECK(local_mailer(
              "Mprog, P=/bin/sh, A=sh -c $u\nMlocal,\tP=/usr/bin/procmail, F=lsD,\n\tA=procmail -d $u\n") ==
          "/usr/bin/procmail");
    CHECK(local_mailer("Mlocal, P=/a\nMlocal, P=/b\n") == "/b");
    CHECK(local_mailer("Mprog, P=/bin/sh\n").empty());
}
