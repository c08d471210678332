// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/host.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "refusal.hpp"

using namespace mailstack;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

template <typename Value>
std::string refusal(std::string_view text) {
    return test::refusal(Code::InvalidArgument, [&] { return Value(text); });
}

}  // namespace

TEST_CASE("domains are labels of letters, digits and hyphens, folded") {
    CHECK(Domain("Mail.Example.ORG").text() == "mail.example.org");
    const auto label = std::string(63, 'x');
    for (const auto& text : {"a"s, "localhost"s, "xn--bcher-kva.example"s, "1a.2b"s, "3com.com"s, "a--b.c"s,
                             "10.0.0.1.in-addr.arpa"s, label + ".x",
                             label + "." + label + "." + label + "." + std::string(61, 'x')}) {
        CAPTURE(text);
        CHECK(Domain(text).text() == text);
    }
    for (const auto text : {""sv,
                            "."sv,
                            ".x"sv,
                            "x."sv,
                            "a..b"sv,
                            "-a"sv,
                            "a-"sv,
                            "a.-b"sv,
                            "a_b"sv,
                            "a b"sv,
                            "a\n"sv,
                            "a\0b"sv,
                            "a/b"sv,
                            "a@b"sv,
                            "a:b"sv,
                            "[a]"sv,
                            "[10.0.0.1]"sv,
                            "10.0.0.1"sv,
                            "a.1"sv,
                            "*"sv,
                            "*.a"sv,
                            "a%"sv,
                            "b\xc3\xbc"
                            "cher.example"sv,
                            "'a'"sv,
                            "`a"sv}) {
        CAPTURE(text);
        CHECK_FALSE(refusal<Domain>(text).empty());
    }
    CHECK_FALSE(refusal<Domain>(label + "x.y").empty());
    CHECK(refusal<Domain>(label + "." + label + "." + label + "." + std::string(62, 'x'))
              .ends_with("it has 254 octets, a domain has 253 at most"));
    CHECK(refusal<Domain>("b\xc3\xbc"
                          "cher.example") ==
          "domain 'b\\xc3\\xbccher.example': write an international domain in its ASCII form, xn--...");
    CHECK(refusal<Domain>("example.org.") == "domain 'example.org.': leave out the dot at its end");
    CHECK(refusal<Domain>("10.0.0.1") ==
          "domain '10.0.0.1': a domain does not end in a number: an address is written as [10.0.0.1]");
}

TEST_CASE("address literals are IPv4 in brackets, or IPv6 with its tag") {
    CHECK(AddressLiteral("[127.0.0.1]").text() == "[127.0.0.1]");
    CHECK_FALSE(AddressLiteral("[127.0.0.1]").ipv6());
    CHECK(AddressLiteral("[ipv6:2001:DB8::1]").text() == "[IPv6:2001:db8::1]");
    CHECK(AddressLiteral("[IPv6:::1]").ipv6());
    for (const auto text : {""sv, "[]"sv, "["sv, "127.0.0.1"sv, "[127.0.0]"sv, "[127.0.0.256]"sv,
                            "[127.0.0.01]"sv, "[127.0.0.1"sv, "[127.0.0.1.]"sv, "[1.2.3.4.5]"sv, "[::1]"sv,
                            "[IPv6:]"sv, "[IPv6:1]"sv, "[IPv6:12345::]"sv, "[IPv6:::1%eth0]"sv,
                            "[example.org]"sv, "[127.0.0.1]x"sv, "[127.0.0.1\0]"sv, "[IPv6:::1\0]"sv}) {
        CAPTURE(text);
        CHECK(refusal<AddressLiteral>(text).ends_with(
            "an address is written as [10.0.0.1] or [IPv6:2001:db8::1]"));
    }
}

TEST_CASE("networks are the octets or groups that addresses begin with") {
    for (const auto text :
         {"10"sv, "192.168.1"sv, "127.0.0.1"sv, "0"sv, "IPv6:2001:db8"sv, "ipv6:2001:DB8:0:1:2:3:4:5"sv,
          "IPv6:2002:c0a8:51d2::23f4"sv, "IPv6:::1"sv, "IPv6:fe80"sv}) {
        CAPTURE(text);
        CHECK(why_no_network(text).empty());
        CHECK(looks_like_network(text));
    }
    for (const auto text :
         {""sv, "10."sv, ".10"sv, "10..1"sv, "256"sv, "010"sv, "1.2.3.4.5"sv, "10.0.0.0/8"sv, "10.x"sv,
          "IPv6:"sv, "IPv6:02c7"sv, "IPv6:2001:"sv, "IPv6:2001:db8::1::2"sv, "IPv6:1:2:3:4:5:6:7:8:9"sv,
          "IPv6:g"sv, "IPv6:2001:0db8::1"sv, "::1"sv}) {
        CAPTURE(text);
        CHECK_FALSE(why_no_network(text).empty());
    }
    CHECK(why_no_network("10.0.0.0/8").starts_with("sendmail knows no network masks"));
}
