// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/pem.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

using namespace mailstack;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

/// The words for the only block of a file that is damaged.
std::string fault(std::string_view text) {
    const auto blocks = pem_blocks(text);
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].fault != PemFault::None);
    return fault_words(blocks[0]);
}

}  // namespace

TEST_CASE("blocks are found among other lines, whatever ends the lines") {
    for (const auto end : {"\n"sv, "\r\n"sv, "\r"sv}) {
        CAPTURE(end);
        std::string text;
        for (const auto line :
             {"\xef\xbb\xbf-----BEGIN A B-C-----"sv, "aGVs"sv, " bG8= \t"sv, "-----END A B-C-----  "sv,
              "-- BEGIN of nothing"sv, "----------------"sv, "Bag Attributes: -----BEGIN X-----"sv,
              "  -----BEGIN A-----"sv, ""sv, "aA=="sv, ""sv, "-----END A-----"sv}) {
            text.append(line).append(end);
        }
        const auto blocks = pem_blocks(text);
        REQUIRE(blocks.size() == 2);
        CHECK(blocks[0].label == "A B-C");
        CHECK(blocks[0].line == 1);
        CHECK(blocks[0].fault == PemFault::None);
        CHECK(octets_of(blocks[0]) == "hello");
        CHECK(blocks[1].label == "A");
        CHECK(blocks[1].line == 8);
        CHECK(octets_of(blocks[1]) == "h");
    }
}

TEST_CASE("no end of line is needed at the file's end") {
    const auto blocks = pem_blocks("-----BEGIN A-----\naGk=\n-----END A-----");
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].fault == PemFault::None);
    CHECK(octets_of(blocks[0]) == "hi");
}

TEST_CASE("headers tell of a passphrase") {
    const auto blocks = pem_blocks(
        "-----BEGIN K-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\naGVsbG8h\n-----END K-----\n"
        "-----BEGIN K-----\nComment: ENCRYPTED\n\naGVsbG8h\n-----END K-----\n");
    REQUIRE(blocks.size() == 2);
    CHECK(blocks[0].encrypted);
    CHECK(octets_of(blocks[0]) == "hello!");
    CHECK(!blocks[1].encrypted);
    CHECK(blocks[1].fault == PemFault::None);
}

TEST_CASE("each fault has its words and its line") {
    CHECK(fault("\n-----BEGIN A-----\naGk=\n") ==
          "line 3: the block is cut off: -----END A----- is missing (the block 'A' begins in line 2)");
    CHECK(fault("-----BEGIN A-----\naGk=\n-----END B-----\n") ==
          "line 3: the block ends as another one: -----END A----- should stand here (the block 'A' begins in "
          "line 1)");
    CHECK(fault("x\n-----END A-----\n") ==
          "line 2: -----END A----- without its -----BEGIN: the file's beginning is missing");
    CHECK(fault("-----BEGIN A-----\naGk=\na?k=\n-----BEGIN\n")
              .starts_with("line 3: the block is damaged: something here is no base64"));
    CHECK(fault("-----BEGIN A-----\naG=k\n-----XND A-----\n")
              .starts_with("line 2: the block is damaged: something"));
    CHECK(fault("-----BEGIN A-----\na===\n").starts_with("line 2: the block is damaged: something"));
    CHECK(fault("-----BEGIN A-----\naGVsb\n-----END A-----\n")
              .starts_with("line 3: the block is damaged: characters are missing from it"));
    CHECK(fault("-----BEGIN A-----\n\n-----END A-----\n").starts_with("line 3: the block is empty"));
    CHECK(fault("-----BEGIN A-----\naGk=\n-----END A----\n")
              .starts_with("line 3: a damaged -----BEGIN or -----END line"));
    for (const auto line :
         {"----BEGIN A-----"sv, "------BEGIN A-----"sv, "-----BEGIN A----"sv, "-----BEGIN A-----x"sv,
          "-----BEGIN -----"sv, "-----BEGIN  A-----"sv, "-----BEGIN A -----"sv, "-----BEGIN \xc3\xa4-----"sv,
          "-----BEGIN A\0B-----"sv, "-----END "sv, "-BEGIN -"sv}) {
        CAPTURE(line);
        CHECK(fault(line).starts_with("line 1: a damaged -----BEGIN or -----END line"));
    }
}

TEST_CASE("a block within a block ends the first") {
    const auto blocks = pem_blocks("-----BEGIN A-----\naGk=\n-----BEGIN B-----\naGk=\n-----END B-----\n");
    REQUIRE(blocks.size() == 2);
    CHECK(fault_words(blocks[0]).starts_with("line 3: the block is cut off"));
    CHECK(blocks[1].fault == PemFault::None);
    CHECK(blocks[1].line == 3);
}

TEST_CASE("a file without blocks has none") {
    CHECK(pem_blocks("").empty());
    CHECK(pem_blocks("\0\xff\n-----\n---BEGINNING\n \n"sv).empty());
}

TEST_CASE("time is linear in the size") {
    for (const auto piece :
         {"-----BEGIN A-----\n"sv, "-"sv, "\r"sv, "a: b\n"sv, "-----BEGIN A-----\na: b\n"sv, "=\n"sv}) {
        std::string text = "-----BEGIN A-----\n";
        while (text.size() < (std::size_t{1} << 20U)) {
            text += piece;
        }
        const auto start = std::chrono::steady_clock::now();
        const auto blocks = pem_blocks(text);
        CHECK(!blocks.empty());
        // The sanitizers take 0.5 s; what is quadratic takes hours.
        CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
    }
}

TEST_CASE("a damaged block ends where it ends") {
    for (const auto text :
         {"-----BEGIN A-----\n?\n?\n-----END A-----\n"sv, "-----BEGIN A----\naGk=\n-----END A-----\n"sv,
          "-----BEGIN A-----\naGk=\n-----END A----\naGk=\n"sv}) {
        CAPTURE(text);
        const std::string file = std::string(text) + "-----BEGIN B-----\naGk=\n-----END B-----\n";
        const auto blocks = pem_blocks(file);
        REQUIRE(blocks.size() == 2);
        CHECK(blocks[0].fault != PemFault::None);
        CHECK(blocks[0].body.empty());
        CHECK(octets_of(blocks[1]) == "hi");
    }
}
