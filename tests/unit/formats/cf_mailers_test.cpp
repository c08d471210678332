// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <doctest/doctest.h>

#include "formats/cf_mailers.hpp"

using namespace mailstack;

namespace {

const char* const cf =
    "V10/Berkeley\n"
    "DSrelay:smtp.example.net\n"
    "DR\n"
    "Djmail.example.test\n"
    "# Mlocal, P=/bin/false\n"
    "Mlocal,\t\tP=/usr/bin/procmail, F=lsDFMAw5:/|@qSPfhn9, S=EnvFromL/HdrFromL,\n"
    "\t\tT=DNS/RFC822/X-Unix,\n"
    "\t\tA=procmail -Y -a $h, -d $u\n"
    "Mprog,\t\tP=/bin/sh, F=lsDFMoqeu9, A=sh -c $u\n"
    "Mesmtp,\t\tP=[IPC], F=mDFMuXa, A=TCP $h\n"
    "Mtwice,P=/first\n"
    "Mtwice,P=/second\n"
    "Mbare\n";

}  // namespace

TEST_CASE("a mailer has its program, its arguments to the line's end, and the line where it begins") {
    const auto local = cf_mailer(cf, "local");
    REQUIRE(local);
    CHECK(local->program == "/usr/bin/procmail");
    CHECK(local->arguments == "procmail -Y -a $h, -d $u");
    CHECK(local->line == 6);
    CHECK(cf_mailer(cf, "prog")->line == 9);
    CHECK(cf_mailer(cf, "esmtp")->program == "[IPC]");
    CHECK(cf_mailer(cf, "twice")->program == "/second");
    CHECK(cf_mailer(cf, "bare")->program.empty());
    CHECK_FALSE(cf_mailer(cf, "loc"));
    CHECK_FALSE(cf_mailer("", "local"));
}

TEST_CASE("a macro has its value and its line; an empty one is none") {
    const auto smart_host = cf_macro(cf, "S");
    REQUIRE(smart_host);
    CHECK(smart_host->value == "relay:smtp.example.net");
    CHECK(smart_host->line == 2);
    CHECK(cf_macro(cf, "j")->value == "mail.example.test");
    CHECK_FALSE(cf_macro(cf, "R"));
    CHECK_FALSE(cf_macro(cf, "H"));
}
