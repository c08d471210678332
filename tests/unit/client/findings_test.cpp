// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <doctest/doctest.h>

#include "format.hpp"

using namespace mailstack::client;

TEST_CASE("a message's way is a table; what stands in files cannot steer the terminal") {
    const std::vector<Step> steps{{"virtusertable", "a@b -> c", "/etc/mail/virtusertable:2"},
                                  {"mailer", "local: \x1b[31m", ""}};
    CHECK(to_text(steps) ==
          "virtusertable  a@b -> c  [/etc/mail/virtusertable:2]\n"
          "mailer         local: \\x1b[31m\n");
    CHECK(line_of(to_json(steps[0])) ==
          "{\"step\":\"virtusertable\",\"happens\":\"a@b -> c\",\"place\":\"/etc/mail/virtusertable:2\"}\n");
}

TEST_CASE("findings have their remedy below and are counted") {
    const std::vector<Finding> findings{{"error", "MtaStopped", "it does not run", "start it"},
                                        {"warning", "A", "b", ""},
                                        {"warning", "A", "c\n", "d"}};
    CHECK(to_text(findings) ==
          "error MtaStopped: it does not run\n    To do: start it\nwarning A: b\nwarning A: c\\x0a\n    To "
          "do: d\n"
          "1 error, 2 warnings, 0 notices\n");
    CHECK(to_text(std::vector<Finding>{}) == "Nothing is wrong.\n");
    CHECK(line_of(to_json(findings[0])) ==
          "{\"severity\":\"error\",\"code\":\"MtaStopped\",\"message\":\"it does not "
          "run\",\"remedy\":\"start it\"}\n");
}
