// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/machine_names.hpp"

#include <doctest/doctest.h>

using namespace mailstack;

namespace {

std::vector<std::string> names_of(const std::string& cf, std::vector<std::string> hosts) {
    Configuration configuration;
    configuration.cf.file = CfText::parse(cf);
    configuration.local_hosts = std::move(hosts);
    std::vector<std::string> texts;
    for (const Domain& name : machine_names(configuration)) {
        texts.push_back(name.text());
    }
    return texts;
}

}  // namespace

TEST_CASE("a machine's names: its own first, each once, none that nobody certifies") {
    CHECK(names_of("DjMail.Example.Test\n",
                   {"localhost", "host.example.test", "example.test", "mail.example.test",
                    "localhost.localdomain", "short", "10.0.0.1", "a..b"}) ==
          std::vector<std::string>{"mail.example.test", "host.example.test", "example.test"});
}

TEST_CASE("a name that sendmail puts together is not known from its configuration") {
    CHECK(names_of("Dj$w.Foo.COM\n", {"localhost", "example.test"}) ==
          std::vector<std::string>{"example.test"});
    CHECK(names_of("", {"localhost", "short"}).empty());
}

TEST_CASE("a certificate has room for a hundred") {
    std::vector<std::string> hosts;
    for (int number = 0; number < 200; ++number) {
        hosts.push_back("a" + std::to_string(number) + ".example.test");
    }
    CHECK(names_of("", hosts).size() == 100);
}
