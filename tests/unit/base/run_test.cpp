// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/run.hpp"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <limits>
#include <string>

#include "base/error.hpp"

using namespace mailstack;
using namespace std::chrono_literals;

namespace {

/// The shell is the test's child here, which behaves as its script says.
Command shell(const std::string& script) {
    return {{"/bin/sh", "-c", script}};
}

Code failure(const Command& command, const RunLimits& limits, std::string* message = nullptr) {
    try {
        run(command, "", limits);
    } catch (const Error& error) {
        if (message != nullptr) {
            *message = error.what();
        }
        return error.code();
    }
    FAIL("it did not fail");
    return Code::Internal;
}

}  // namespace

TEST_CASE("output and errors come apart, and the exit status with them") {
    const Ended ended = run(shell("echo one; echo two >&2; echo three; exit 3"));
    CHECK(ended.output == "one\nthree\n");
    CHECK(ended.errors == "two\n");
    CHECK_FALSE(ended.success());
    CHECK(ended.ending() == "with exit status 3");
    CHECK(run(shell("kill -9 $$")).ending() == "by signal 9");
    CHECK(run({{"/bin/true"}}).success());
}

TEST_CASE("input larger than any pipe comes back whole from a child that reads and writes in turn") {
    std::string input;
    for (int i = 0; input.size() < 3'000'000; ++i) {
        input += std::to_string(i) + "\n";
    }
    const Ended ended = run({{"/bin/cat"}}, input);
    CHECK(ended.success());
    CHECK(ended.output == input);
}

TEST_CASE("a child that never reads its input, or closes it, may do so") {
    const std::string input(1'000'000, 'x');
    CHECK(run(shell("echo deaf"), input).output == "deaf\n");
    CHECK(run(shell("exec <&-; sleep 0.05; echo closed"), input).output == "closed\n");
    CHECK(run(shell("head -c 3"), input).output == "xxx");
}

TEST_CASE("a child with no input finds its end at once") {
    CHECK(run({{"/bin/cat"}}).output.empty());
}

TEST_CASE("a child that never ends is killed at the deadline, with its own children") {
    const auto began = std::chrono::steady_clock::now();
    std::string message;
    const auto marker = std::filesystem::temp_directory_path() / ("run-test-" + std::to_string(::getpid()));
    const Command command = shell("sleep 60 & echo $! > " + marker.string() + "; wait");
    CHECK(failure(command, {200ms, 1000, 1000}, &message) == Code::Timeout);
    CHECK(message == "'/bin/sh' did not end within 200 ms and was killed");
    CHECK(std::chrono::steady_clock::now() - began < 5s);

    const Ended grandchild = run({{"/bin/cat", marker.string()}});
    const pid_t pid = std::stoi(grandchild.output);
    bool gone = false;
    for (int tries = 0; tries < 500 && !gone; ++tries) {
        const Ended stat = run({{"/bin/cat", "/proc/" + std::to_string(pid) + "/stat"}});
        gone = !stat.success() || stat.output.find(") Z ") != std::string::npos;
    }
    CHECK(gone);
    std::filesystem::remove(marker);
}

TEST_CASE("a child that closes its streams but lives on is still waited for") {
    CHECK(failure(shell("exec >&- 2>&- <&-; sleep 60"), {150ms, 1000, 1000}) == Code::Timeout);
    CHECK(run(shell("exec >&- 2>&- <&-; sleep 0.05; exit 4")).ending() == "with exit status 4");
}

TEST_CASE("a child that writes for ever is killed at the limit of either stream") {
    std::string message;
    CHECK(failure(shell("exec yes"), {20s, 100'000, 1000}, &message) == Code::LimitExceeded);
    CHECK(message == "'/bin/sh' wrote more than 100000 octets of output and was killed");
    CHECK(failure(shell("exec yes >&2"), {20s, 100'000, 1000}, &message) == Code::LimitExceeded);
    CHECK(message == "'/bin/sh' wrote more than 1000 octets of error output and was killed");
    CHECK(run(shell("printf 12345"), "", {20s, 5, 0}).output == "12345");
    CHECK(failure(shell("printf 123456"), {20s, 5, 0}) == Code::LimitExceeded);
}

TEST_CASE("a grandchild that holds the pipes is not waited for, and goes with its parent") {
    const auto began = std::chrono::steady_clock::now();
    const Ended ended = run(shell("sleep 60 & echo parent; exit 0"));
    CHECK(ended.success());
    CHECK(ended.output == "parent\n");
    CHECK(std::chrono::steady_clock::now() - began < 5s);
    // one that left the group too
    CHECK(run({{"/bin/sh", "-c", "setsid sleep 1 & echo parent"}}).output == "parent\n");
    CHECK(std::chrono::steady_clock::now() - began < 900ms);
}

TEST_CASE("a program that is not there is named") {
    std::string message;
    CHECK(failure({{"/nonexistent/m4"}}, {}, &message) == Code::IoFailed);
    CHECK(message == "cannot run '/nonexistent/m4': No such file or directory");
}

TEST_CASE("a child has the environment and directory of its command, default signals and three descriptors") {
    Command command{{"/usr/bin/env"}};
    CHECK(run(command).output == "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\n");
    command = {{"/bin/pwd"}};
    command.directory = "/usr/bin";
    CHECK(run(command).output == "/usr/bin\n");
    command.directory = "/nonexistent";
    CHECK(failure(command, {}) == Code::IoFailed);
    // the fourth is the directory that ls itself reads
    CHECK(run({{"/bin/ls", "/proc/self/fd"}}).output == "0\n1\n2\n3\n");

    void (*const before)(int) = std::signal(SIGPIPE, SIG_IGN);
    CHECK(run(shell("kill -PIPE $$; echo survived")).output.empty());
    std::signal(SIGPIPE, before);
}

TEST_CASE("a child inherits the descriptors that it is given, as 3, 4, ..., and no other") {
    const auto in_memory = [](const char* text) {
        Descriptor file(::memfd_create("inherited", MFD_CLOEXEC));
        REQUIRE(::write(file.get(), text, 4) == 4);
        REQUIRE(::lseek(file.get(), 0, SEEK_SET) == 0);
        return file;
    };
    const Descriptor one = in_memory("one\n"), two = in_memory("two\n");
    Command command = shell("cat <&3; cat <&4; ls /proc/self/fd | tr '\\n' ' '");
    command.inherited = {two.get(), one.get()};  // 4 and 3, it may be: each is the other's target
    CHECK(run(command).output == "two\none\n0 1 2 3 4 5 ");
    command.inherited = {9999};
    std::string message;
    CHECK(failure(command, {}, &message) == Code::IoFailed);
    CHECK(message == "cannot run '/bin/sh': Bad file descriptor");
}

TEST_CASE("a child's limits hold, and are set with what the daemon's filter of system calls allows") {
    Command command = shell("ulimit -t; ulimit -v; ulimit -f");  // s, KiB, 512 octets
    command.resources = {.cpu_seconds = 7, .address_space = 64U << 20U, .file_size = 1U << 20U};
    CHECK(run(command).output == "7\n65536\n2048\n");

    command = shell("while :; do :; done");
    command.resources.cpu_seconds = 1;
    CHECK(run(command, "", {20s, 1000, 1000}).ending() == "by signal 9");

    const std::string path = std::filesystem::temp_directory_path() / ("run-" + std::to_string(::getpid()));
    command = {{"/bin/dd", "if=/dev/zero", "of=" + path, "bs=1024", "count=64", "status=none"}};
    command.resources.file_size = 0;
    CHECK(run(command).ending() == "by signal 25");
    CHECK(std::filesystem::file_size(path) == 0);
    std::filesystem::remove(path);
    command = shell("echo a pipe is no file; echo nor this >&2");
    command.resources.file_size = 0;
    CHECK(run(command).output == "a pipe is no file\n");

    command = {{"/usr/bin/tail", "-n", "1", "/dev/zero"}};
    command.resources.address_space = 32U << 20U;
    CHECK_FALSE(run(command, "", {20s, 1000, 1000}).success());
}

TEST_CASE("a limit above the one that there is changes nothing, and is no error") {
    Command command = shell("ulimit -Hv");
    const std::string present = run(command).output;
    command.resources.address_space = std::numeric_limits<std::uint64_t>::max();
    CHECK(run(command).output == present);
}

TEST_CASE("a child can be kept from gaining privileges") {
    Command command = shell("grep NoNewPrivs /proc/self/status");
    command.no_new_privileges = true;
    CHECK(run(command).output == "NoNewPrivs:\t1\n");
}

TEST_CASE("a child runs as whom its command says, with just those groups, and is killed all the same") {
    if (::geteuid() != 0) {
        MESSAGE("not root: nobody else can be");
        return;
    }
    Command command = shell("grep -E '^(Uid|Gid|Groups|CapEff|CapPrm):' /proc/self/status");
    command.as = UserIdentity{.user = 65533, .group = 65532, .groups = {65532, 65531}};
    CHECK(run(command).output ==
          "Uid:\t65533\t65533\t65533\t65533\nGid:\t65532\t65532\t65532\t65532\nGroups:\t65531 65532 \n"
          "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n");
    command.as->groups.clear();
    CHECK(run(command).output.find("\nGroups:\t \n") != std::string::npos);

    // where it may not go, it does not begin
    const std::string closed = std::filesystem::temp_directory_path() / ("run-" + std::to_string(::getpid()));
    std::filesystem::create_directory(closed);
    std::filesystem::permissions(closed, std::filesystem::perms::owner_all);
    command.directory = closed;
    std::string message;
    CHECK(failure(command, {}, &message) == Code::IoFailed);
    CHECK(message == "cannot run '/bin/sh': Permission denied");
    std::filesystem::remove(closed);

    command = shell("kill -STOP $$");
    command.as = UserIdentity{.user = 65533, .group = 65532};
    CHECK(failure(command, {200ms, 1000, 1000}) == Code::Timeout);
}

TEST_CASE("who may not become another runs nothing") {
    if (::geteuid() == 0) {
        MESSAGE("root: may become anybody");
        return;
    }
    Command command{{"/bin/true"}};
    command.as = UserIdentity{.user = 65533, .group = 65533};
    std::string message;
    CHECK(failure(command, {}, &message) == Code::IoFailed);
    CHECK(message == "cannot run '/bin/true': Operation not permitted");
}
