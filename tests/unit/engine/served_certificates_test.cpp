// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/served_certificates.hpp"

#include <doctest/doctest.h>

using namespace mailstack;

TEST_CASE("one fingerprint for all ports: that of the first which serves another certificate, or none") {
    const ServedCertificate right{"127.0.0.1:25", "aa", ""}, wrong{"127.0.0.1:587", "bb", ""},
        none{"127.0.0.1:465", "", "it does not offer STARTTLS"}, plain{"127.0.0.1:26", "", ""};
    CHECK(served_fingerprint({}, "aa").empty());
    CHECK(served_fingerprint({right}, "aa") == "aa");
    CHECK(served_fingerprint({right, wrong}, "aa") == "bb");
    CHECK(served_fingerprint({right, none, wrong}, "aa").empty());
    CHECK(served_fingerprint({plain, right}, "aa") == "aa");
    CHECK(served_fingerprint({plain}, "aa").empty());
    CHECK(served_fingerprint({wrong}, "") == "bb");
}

TEST_CASE("a port that does not answer has a reason; a socket in the file system is none") {
    using namespace std::chrono_literals;
    const auto served = served_certificates(
        "O DaemonPortOptions=Name=MTA, Addr=127.0.0.1, Port=1\nO DaemonPortOptions=Name=X, Family=unix, "
        "Addr=/x\n",
        std::chrono::steady_clock::now() + 2s);
    REQUIRE(served.size() == 1);
    CHECK(served[0].port == "127.0.0.1:1");
    CHECK(served[0].fingerprint.empty());
    CHECK_FALSE(served[0].failure.empty());
}
