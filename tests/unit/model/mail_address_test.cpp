// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"
#include "model/mail_address.hpp"

using namespace mailstack;

TEST_CASE("an address is what a sender could write") {
    for (const std::string text :
         {"team", "info@example.org", "user+detail@example.org", "\"two words\"@example.org",
          "<user@example.org>", "(comment) user@example.org", "@a.example:user@b.example", "a!b",
          "user%far.example@example.org"}) {
        CAPTURE(text);
        CHECK(MailAddress(text).text() == text);
    }
}

TEST_CASE("options, programs, files, commands of sendmail's test mode and lists are no addresses") {
    for (const std::string& text : {std::string(),          std::string("-oQ/tmp"),
                                    std::string("-bs"),     std::string("|/bin/id"),
                                    std::string("/tmp/x"),  std::string(":include:/etc/passwd"),
                                    std::string("!id"),     std::string("$j"),
                                    std::string("=S0"),     std::string("#x"),
                                    std::string(".Dx"),     std::string("\\root"),
                                    std::string("a,b"),     std::string("a\nb"),
                                    std::string("a\0b", 3), std::string("\xc3\xa4@example.org"),
                                    std::string(" a"),      std::string("a "),
                                    std::string("a\tb"),    std::string("\"open"),
                                    std::string("(open"),   std::string("<open"),
                                    std::string(256, 'x')}) {
        CAPTURE(text);
        bool refused = false;
        try {
            const MailAddress address(text);
        } catch (const Error& error) {
            refused = error.code() == Code::InvalidAddress;
        }
        CHECK(refused);
    }
}
