// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/queue.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX

#include <filesystem>
#include <fstream>

using namespace mailstack;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> ours{"localhost", "example.test"};

void put(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << bytes;
}

}  // namespace

TEST_CASE("recipients of a control file: any one elsewhere counts") {
    CHECK(waits_for_elsewhere("V8\nRPFD:<bob@example.org>\n.\n", ours));
    CHECK(waits_for_elsewhere("V8\nRPFD:alice@example.test\nRPFD:bob@Example.ORG.\n", ours));
    CHECK_FALSE(waits_for_elsewhere("V8\nSbob@example.org\nRPFD:alice@Example.Test\nRPFD:alice\n", ours));
    CHECK_FALSE(waits_for_elsewhere("", ours));
    CHECK_FALSE(waits_for_elsewhere("HReceived: R:bob@example.org\nR\n", ours));
}

TEST_CASE("one directory, several, or a qf of its own") {
    std::string pattern = fs::temp_directory_path() / "mailstack-queue-XXXXXX";
    const fs::path root = ::mkdtemp(pattern.data());
    put(root / "q1/qfA", "RPFD:bob@example.org\n");
    put(root / "q1/dfA", "RPFD:bob@example.org\n");
    put(root / "q2/qf/qfB", "RPFD:bob@example.org\n");
    put(root / "q2/qf/qfC", "RPFD:alice@example.test\n");
    CHECK(count_queued("O QueueDirectory=" + (root / "q1").string() + "\n", ours) == 1);
    CHECK(count_queued("O QueueDirectory=" + (root / "q*").string() + "\n", ours) == 2);
    CHECK(count_queued("O QueueDirectory=" + (root / "absent").string() + "\n", ours) == 0);
    fs::remove_all(root);
}
