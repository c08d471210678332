// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Traces as sendmail 8.17.1 and 8.18.1 print them.
#include <doctest/doctest.h>

#include "engine/address_trace.hpp"

using namespace mailstack;

namespace {

MapLookedUp lookup(const std::string& line) {
    const auto events = read_trace(line);
    REQUIRE(events.size() == 1);
    return std::get<MapLookedUp>(events[0]);
}

}  // namespace

TEST_CASE("a look-up has its map, key, arguments, value and status") {
    const auto found = lookup(
        "map_lookup(virtuser, cat+*@v.example, %0=cat+*@v.example, %1=cat, %2=dog, %3=+dog) => "
        "alice+dog (0), ad=0");
    CHECK(found.map == "virtuser");
    CHECK(found.key == "cat+*@v.example");
    CHECK(found.arguments == std::vector<std::string>{"cat", "dog", "+dog"});
    CHECK(found.value == "alice+dog");
    CHECK(found.status == 0);

    const auto missing = lookup("map_lookup(host, b.example, %0=b.example) => NOT FOUND (75), ad=0");
    CHECK_FALSE(missing.value);
    CHECK(missing.status == 75);
    CHECK(missing.arguments.empty());

    const auto words = lookup(
        "map_lookup(virtuser, two words@x.example, %0=two words@x.example, %1=\"two words\") => "
        "error:5.1.1:550 no (0) x (0), ad=0");
    CHECK(words.key == "two words@x.example");
    CHECK(words.value == "error:5.1.1:550 no (0) x");
    // -bt prints its prompt before it
    CHECK(lookup("> map_lookup(access, To:a@b, %0=To:a@b) => REJECT (0), ad=0").value == "REJECT");
}

TEST_CASE("aliases, .forward files, refused files and answers, in order; all else is left out") {
    const auto events = read_trace(
        "WARNING: World writable directory /tmp\n"
        "alias(team+x)\n"
        "aliaswait(implicit:/etc/mail/aliases), open=1, wait=0\n"
        "alias(team)\n"
        "team+x (+x, team) aliased to alice, bob@far.example\n"
        "self_reference(alice)\n"
        "\t... no self ref\n"
        "forward(alice)\n"
        "forward: trying /home/alice/.forward\n"
        "include(/home/alice/.forward)\n"
        "   ruid=0 euid=0\n"
        "include: not safe (uid=1000): Group writable file\n"
        "map_lookup(host, b.example) tempfail: errno=0\n"
        "/etc/list: line 2: bob... User unknown\n"
        "alice... deliverable: mailer local, user alice\n"
        "aliasing/forwarding loop broken\n");
    REQUIRE(events.size() == 8);
    CHECK(std::get<AliasLookedFor>(events[0]).key == "team+x");
    CHECK(std::get<AliasLookedFor>(events[1]).key == "team");
    CHECK(std::get<AliasExpanded>(events[2]).address == "team+x");
    CHECK(std::get<AliasExpanded>(events[2]).to == "alice, bob@far.example");
    CHECK(std::get<ForwardLookedFor>(events[3]).user == "alice");
    CHECK(std::get<FileOpened>(events[4]).path == "/home/alice/.forward");
    CHECK(std::get<FileOpened>(events[4]).refused == "Group writable file");
    CHECK(std::get<Answered>(events[5]).line == "/etc/list: line 2: bob... User unknown");
    CHECK(std::get<Answered>(events[6]).line == "alice... deliverable: mailer local, user alice");
    CHECK(std::get<Answered>(events[7]).line == "aliasing/forwarding loop broken");
}

TEST_CASE("a trace cut anywhere, and no trace at all, is read as far as it goes") {
    const std::string whole =
        "map_lookup(virtuser, a@b, %0=a@b, %1=a) => c (0), ad=0\nalias(c)\nc (, c) aliased to d\n"
        "include: not safe (uid=1): x\nd... deliverable: mailer local, user d\n";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        CHECK(read_trace(whole.substr(0, size)).size() <= 5);
    }
    CHECK(read_trace(") => (0), ad=0\nmap_lookup() => \nmap_lookup(a) => b (0), ad=0\n").empty());
}
