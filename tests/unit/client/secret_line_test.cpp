// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_line.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "base/descriptor.hpp"
#include "failure.hpp"

using namespace mailstack::client;

namespace {

void read_all(SecretLine& line, const std::string& text) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const mailstack::Descriptor from(ends[0]);
    {
        const mailstack::Descriptor to(ends[1]);
        REQUIRE(write(to.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    while (line.read_from(from.get())) {
    }
}

std::string refusal(const std::string& text) {
    SecretLine line;
    try {
        read_all(line, text);
        (void)line.secret();
    } catch (const Failure& failure) {
        CHECK(failure.status() == ExitStatus::Refused);
        return failure.what();
    }
    return "";
}

}  // namespace

TEST_CASE("one line, with its end or without") {
    for (const auto* text : {"a pass word \xc3\xa4", "a pass word \xc3\xa4\n"}) {
        SecretLine line;
        read_all(line, text);
        CHECK(line.secret() == "a pass word \xc3\xa4");
    }
    SecretLine longest;
    read_all(longest, std::string(longest_secret, 'x') + "\n");
    CHECK(longest.secret().size() == longest_secret);
}

TEST_CASE("what is no secret") {
    CHECK(refusal("") == "no secret was given");
    CHECK(refusal("\n") == "no secret was given");
    CHECK(refusal("a\nb") == "a secret is one line of text, and this is more");
    CHECK(refusal(std::string("a\0b", 3)) == "a secret is one line of text, and this is more");
    CHECK(refusal(std::string(longest_secret + 1, 'x')) == "the secret is longer than 1024 octets");
    CHECK(refusal(std::string(60000, 'x')) == "the secret is longer than 1024 octets");
}

TEST_CASE("no refusal repeats what was refused") {
    CHECK(refusal("hunter2\nhunter2").find("hunter2") == std::string::npos);
}

TEST_CASE("a line is wiped, and no core file is left") {
    SecretLine line;
    read_all(line, "hunter2\n");
    const char* octets = line.secret().data();
    line.wipe();
    CHECK(std::string(octets, 8) == std::string(8, '\0'));
    CHECK_THROWS_AS((void)line.secret(), Failure);
    rlimit core{};
    REQUIRE(getrlimit(RLIMIT_CORE, &core) == 0);
    CHECK(core.rlim_cur == 0);
}
