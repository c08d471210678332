// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/cf_paths.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"

using namespace mailstack;

TEST_CASE("the files of maps, classes and aliases are exchanged, and no other octet") {
    struct Row {
        std::string line, expected;
    };
    const std::vector<PathExchange> exchanges{{"/etc/mail/access", "/stage/access"},
                                              {"/etc/mail/local-host-names", "/stage/lhn"},
                                              {"/etc/aliases", "/etc/mail/access"}};
    const std::vector<Row> rows{
        {"Kaccess hash -T<TMPF> /etc/mail/access", "Kaccess hash -T<TMPF> /stage/access"},
        {"Kaccess hash -o /etc/mail/access.db", "Kaccess hash -o /stage/access.db"},
        {"Kaccess hash /etc/mail/access2", "Kaccess hash /etc/mail/access2"},
        {"Kaccess hash /etc/mail/access/x", "Kaccess hash /etc/mail/access/x"},
        {"Kx hash /srv/etc/mail/access", "Kx hash /srv/etc/mail/access"},
        {"Kaccess hash\n\t-T<TMPF>\n  /etc/mail/access\nDj/etc/mail/access",
         "Kaccess hash\n\t-T<TMPF>\n  /stage/access\nDj/etc/mail/access"},
        {"Fw/etc/mail/local-host-names", "Fw/stage/lhn"},
        {"Fw-o /etc/mail/local-host-names %[^\\#]", "Fw-o /stage/lhn %[^\\#]"},
        {"Fw-o/etc/mail/local-host-names\r\n", "Fw-o/stage/lhn\r\n"},
        {"F{VirtHost} /etc/mail/local-host-names", "F{VirtHost} /stage/lhn"},
        {"O AliasFile=/etc/aliases",
         "O AliasFile=/etc/mail/access"},  // what was put in is not exchanged again
        {"O aliasfile = hash:/etc/aliases, /etc/x,/etc/aliases",
         "O aliasfile = hash:/etc/mail/access, /etc/x,/etc/mail/access"},
        {"OA/etc/aliases", "OA/etc/mail/access"},
        {"O HelpFile=/etc/mail/access", "O HelpFile=/etc/mail/access"},
        {"#Kaccess hash /etc/mail/access", "#Kaccess hash /etc/mail/access"},
        {"R$*\t$: $(access /etc/mail/access $)", "R$*\t$: $(access /etc/mail/access $)"},
        {"", ""},
        {"\n\n Kaccess hash /etc/mail/access", "\n\n Kaccess hash /etc/mail/access"},
    };
    for (const auto& [line, expected] : rows) {
        CAPTURE(line);
        CHECK(with_map_paths(line, exchanges) == expected);
        CHECK(with_map_paths(line, {}) == line);
    }
}

TEST_CASE("a path that a .cf cannot hold is refused") {
    for (const char* const path :
         {"", "relative", "/with space", "/with,comma", "/with:colon", "/with\nline", "/a#b"}) {
        CAPTURE(path);
        CHECK_THROWS_AS(with_map_paths("", {{"/etc/aliases", path}}), Error);
        CHECK_THROWS_AS(with_map_paths("", {{path, "/etc/aliases"}}), Error);
    }
}
