// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_key.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mailstack;

TEST_CASE("keys of access, as sendmail means them") {
    struct Row {
        std::string text, uses, user, name;  ///< uses: c(lient) s(ender) r(ecipient), n(etwork), or "-"
    };
    const std::vector<Row> rows{{"partner.example", "csr", "", "partner.example"},
                                {"Connect:Partner.Example", "c", "", "partner.example"},
                                {"from:partner.example", "s", "", "partner.example"},
                                {"To:.partner.example", "r", "", "partner.example"},
                                {"10", "csrn", "", "10"},
                                {"Connect:192.168.1", "cn", "", "192.168.1"},
                                {"Connect:IPv6:2001:db8", "cn", "", "ipv6:2001:db8"},
                                {"IPv6:::1", "csrn", "", "ipv6:::1"},
                                {"[10.1.2.3]", "csrn", "", "[10.1.2.3]"},
                                {"From:boss@", "s", "boss", ""},
                                {"To:boss@partner.example", "r", "boss", "partner.example"},
                                {"Connect:", "c", "", ""},
                                {"GreetPause:10", "-", "", ""},
                                {"Spam:root@", "-", "", ""},
                                {"TLS_Srv:x.example", "-", "", ""},
                                {"a b.example", "-", "", ""},
                                {"From:\"x$y\"@", "-", "\"x$y\"", ""}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const RelayKey key = relay_key(row.text);
        std::string uses = key.kind == RelayKey::Kind::Other ? "-" : "";
        if (uses.empty()) {
            uses = std::string(key.as_client ? "c" : "") + (key.as_sender ? "s" : "") +
                   (key.as_recipient ? "r" : "") + (key.kind == RelayKey::Kind::Network ? "n" : "");
        }
        CHECK(uses == row.uses);
        CHECK(key.user == row.user);
        CHECK(key.name == row.name);
    }
}

TEST_CASE("the suffix under which anybody can have a name") {
    const auto suffix = [](const std::string& text) {
        return public_suffix_of(relay_key(text)).value_or("-");
    };
    CHECK(suffix("com") == "com");
    CHECK(suffix("Connect:.COM") == "com");
    CHECK(suffix("example.com") == "com");
    CHECK(suffix("co.uk") == "co.uk");
    CHECK(suffix("a.example.co.uk") == "co.uk");
    CHECK(suffix("example.com.br") == "com.br");
    CHECK(suffix("com.example.org") == "org");
    CHECK(suffix("go.com") == "com");
    CHECK(suffix("localhost") == "-");
    CHECK(suffix("mail.lan") == "-");
    CHECK(suffix("10.1") == "-");
    CHECK(suffix("Connect:") == "-");
    CHECK(suffix(".") == "-");
    CHECK(suffix("a..b") == "b");
}
