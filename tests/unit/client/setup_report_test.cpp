// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "setup_report.hpp"

#include <doctest/doctest.h>

using namespace mailstack::client;

TEST_CASE("where all is there, setup says one line") {
    const SetupReport report{.domain = "example.test", .user = "alice", .generation = 3};
    CHECK(to_text(report) == "example.test: live as generation 3; root's mail goes to alice\n");
    CHECK(line_of(to_json(report)) ==
          R"({"generation":3,"live":true,"unresolved":[],"hosts_line":"","missing_packages":[]})"
          "\n");
}

TEST_CASE("names that do not resolve come with the line that would help, packages with the command") {
    const SetupReport report{.domain = "example.test",
                             .user = "alice",
                             .generation = 3,
                             .unresolved = {"example.test", "mail.example.test"},
                             .missing_packages = {"sasl2-bin", "libsasl2-modules"}};
    CHECK(to_text(report) ==
          "example.test: live as generation 3; root's mail goes to alice\n"
          "These names do not resolve here: example.test, mail.example.test. This line in /etc/hosts makes "
          "them:\n"
          "    127.0.0.1 example.test mail.example.test\n"
          "Nobody can authenticate to send mail yet, as packages are missing:\n"
          "    apt install sasl2-bin libsasl2-modules\n"
          "Then run this again.\n");
    CHECK(to_json(report)["hosts_line"] == "127.0.0.1 example.test mail.example.test");
}

TEST_CASE("of another machine nothing is claimed that was not looked at") {
    const SetupReport report{.domain = "example.test", .user = "alice", .generation = 3, .looked = false};
    CHECK(line_of(to_json(report)) == "{\"generation\":3,\"live\":true}\n");
}

TEST_CASE("the names that are to resolve are those of the post") {
    CHECK(names_of("example.test") == std::vector<std::string>{"localhost", "example.test",
                                                               "mail.example.test", "localhost.localdomain"});
}
