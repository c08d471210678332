// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <doctest/doctest.h>

#include <cstdlib>

#include "format.hpp"

using namespace mailstack::client;

namespace {

Status healthy() {
    return {.version = "0.1.0",
            .state = "running",
            .state_reason = "",
            .generation = 12,
            .live_generation = 12,
            .mta_unit = "sendmail.service",
            .mta_state = "running",
            .drifted = {},
            .alias_count = 1234,
            .route = {"direct"},
            .certificate = {.status = "valid",
                            .fingerprint = "ab",
                            .names = {"mail.example.org"},
                            .not_after = 1790000000},
            .local_mailer = "/usr/bin/procmail",
            .default_delivery = "",
            .problems = {},
            .permissions = {{"org.mailstack1.manage-aliases", "challenge"},
                            {"org.mailstack1.read", "yes"},
                            {"org.mailstack1.restart", "no"}}};
}

}  // namespace

TEST_CASE("the report of a healthy machine") {
    setenv("TZ", "UTC0", 1);
    CHECK(to_text(healthy(), 1780000000) ==
          "mailstackd 0.1.0, running\n"
          "  Generation:                12, live\n"
          "  MTA:                       sendmail.service, running\n"
          "  Route:                     direct\n"
          "  Certificate:               valid, until 2026-09-21 14:13 (116 days left)\n"
          "  Delivery:                  /usr/bin/procmail, as procmail does by itself\n"
          "  Aliases:                   1,234\n"
          "  Edited by hand, not live:  nothing\n"
          "  Problems:                  none\n"
          "\n"
          "You may:\n"
          "  manage-aliases  yes, with a password\n"
          "  read            yes\n"
          "  restart         no\n");
}

TEST_CASE("the report of a machine that needs care") {
    auto status = healthy();
    status.state = "degraded";
    status.state_reason = "could not put /etc/aliases back";
    status.live_generation = 11;
    status.mta_unit = "";
    status.mta_state = "absent";
    setenv("TZ", "UTC0", 1);
    status.certificate = {.status = "none"};
    status.local_mailer = "/usr/lib/sendmail/mail.local";
    status.default_delivery = "maildir";
    status.route = {"home", 1790000000 + 7200, "direct"};
    status.drifted = {"/etc/aliases", "/etc/mail/more"};
    status.problems = {{"/etc/aliases", 12, 4, "'sales' is defined twice"},
                       {"/etc/aliases", 20, 0, "no colon"}};
    status.permissions = {};
    CHECK(to_text(status, 1790000000) ==
          "mailstackd 0.1.0, degraded: could not put /etc/aliases back\n"
          "  Generation:                12, but live is 11\n"
          "  MTA:                       absent\n"
          "  Route:                     home, until 16:13, then direct\n"
          "  Certificate:               none; see 'mailstackctl cert show'\n"
          "  Delivery:                  /usr/lib/sendmail/mail.local, which asks no recipes\n"
          "  Aliases:                   1,234\n"
          "  Edited by hand, not live:  /etc/aliases, /etc/mail/more ('mailstackctl reload' makes it live)\n"
          "  Problems:                  2\n"
          "\n"
          "Problems in the files:\n"
          "  /etc/aliases:12 (and line 4): 'sales' is defined twice\n"
          "  /etc/aliases:20: no colon\n"
          "\n"
          "You may:\n");
}

TEST_CASE("the report as JSON has every member, in the manual's order") {
    auto status = healthy();
    status.problems = {{"/etc/aliases", 20, 0, "no colon"}};
    CHECK(
        line_of(to_json(status)) ==
        R"({"version":"0.1.0","state":"running","state_reason":"","generation":12,"live_generation":12,)"
        R"("mta_unit":"sendmail.service","mta_state":"running","drifted":[],)"
        R"("route":{"active":"direct","until":null,"return_to":null},)"
        R"("certificate":{"status":"valid","names":["mail.example.org"],"not_after":1790000000},)"
        R"("local_mailer":"/usr/bin/procmail","default_delivery":"","aliases":1234,)"
        R"("problems":[{"file":"/etc/aliases","line":20,"other_line":0,"message":"no colon"}],)"
        R"("permissions":{"org.mailstack1.manage-aliases":"challenge","org.mailstack1.read":"yes","org.mailstack1.restart":"no"}})"
        "\n");
}
