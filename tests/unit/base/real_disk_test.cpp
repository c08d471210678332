// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/real_disk.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/read_as.hpp"
#include "base/run.hpp"

using namespace mailstack;
namespace fs = std::filesystem;

namespace {

struct TemporaryDirectory {
    TemporaryDirectory() {
        std::string pattern = fs::temp_directory_path() / "mailstack-test-XXXXXX";
        path = ::mkdtemp(pattern.data());
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() { fs::remove_all(path); }
    std::string file(const std::string& name) const { return path + '/' + name; }
    std::string path;
};

void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path) << bytes;
}

template <typename Act>
Error refusal(const Act& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    return {Code::Internal, "nothing was refused"};
}

}  // namespace

TEST_CASE("read gives the bytes and an identity that changes with them") {
    const TemporaryDirectory directory;
    const std::string path = directory.file("aliases");
    RealDisk disk;
    CHECK_FALSE(disk.identity(path).exists());
    write(path, "root: alice\n");
    const FileContents first = disk.read(path);
    CHECK(first.bytes == "root: alice\n");
    CHECK(first.identity == disk.identity(path));
    disk.append(path, "x: y\n", std::nullopt);
    CHECK(disk.identity(path) != first.identity);
    CHECK(disk.identity(path).same_file(first.identity));
    CHECK(disk.read(path).bytes == "root: alice\nx: y\n");
    disk.cut_back(path, first.identity);
    CHECK(disk.identity(path) == first.identity);
}

TEST_CASE("links, directories, FIFOs and files with two names are refused") {
    const TemporaryDirectory directory;
    RealDisk disk;
    write(directory.file("real"), "x");
    fs::create_symlink("real", directory.file("link"));
    fs::create_directory(directory.file("directory"));
    fs::create_hard_link(directory.file("real"), directory.file("second"));
    REQUIRE(::mkfifo(directory.file("fifo").c_str(), 0600) == 0);
    for (const char* name : {"link", "directory", "fifo", "second"}) {
        CAPTURE(name);
        CHECK(refusal([&] { disk.read(directory.file(name)); }).code() == Code::UnsafeFile);
    }
    fs::create_directory_symlink(directory.path, directory.file("way"));
    CHECK(refusal([&] { disk.read(directory.file("way/real")); }).code() == Code::UnsafeFile);
    CHECK(std::string(refusal([&] { disk.read(directory.file("real")); }).what()) ==
          directory.file("real") + " has 2 hard links; mailstack changes files with one name only");
}

TEST_CASE("resolve follows links of root's below one directory only") {
    const TemporaryDirectory directory;
    RealDisk disk;
    fs::create_directory(directory.file("mail"));
    write(directory.file("aliases"), "x");
    fs::create_symlink("../aliases", directory.file("mail/aliases"));
    CHECK(disk.resolve(directory.file("mail/aliases"), directory.path) == directory.file("aliases"));
    CHECK(disk.resolve(directory.file("mail/absent"), directory.path) == directory.file("mail/absent"));
    fs::create_symlink("/etc/passwd", directory.file("mail/out"));
    CHECK(refusal([&] { disk.resolve(directory.file("mail/out"), directory.path); }).code() ==
          Code::UnsafeFile);
    fs::create_symlink("self", directory.file("self"));
    CHECK(refusal([&] { disk.resolve(directory.file("self"), directory.path); }).code() == Code::UnsafeFile);
}

TEST_CASE("a new file takes mode and owner from another") {
    const TemporaryDirectory directory;
    RealDisk disk;
    write(directory.file("old"), "x");
    REQUIRE(::chmod(directory.file("old").c_str(), 0640) == 0);
    disk.create(directory.file("new"), "bytes", {.like = directory.file("old"), .mode = {}});
    struct stat status {};
    REQUIRE(::stat(directory.file("new").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0640);
    CHECK(refusal([&] { disk.create(directory.file("new"), "", {}); }).code() == Code::IoFailed);
}

TEST_CASE("a change in place keeps the file and makes its mtime later by a whole second each time") {
    const TemporaryDirectory directory;
    RealDisk disk;
    const std::string path = directory.file("aliases.db");
    write(path, "long old content");
    constexpr std::int64_t second = 1'000'000'000;
    FileIdentity before = disk.identity(path);
    for (int i = 0; i < 3; ++i) {
        disk.overwrite(path, "new", 0);
        const FileIdentity after = disk.identity(path);
        CHECK(after.same_file(before));
        CHECK(after.mtime / second > before.mtime / second);
        before = after;
    }
    CHECK(disk.read(path).bytes == "new");
    disk.overwrite(path, "new", before.mtime + 100 * second);
    CHECK(disk.identity(path).mtime / second > before.mtime / second + 100);
    before = disk.identity(path);
    disk.edit_in_place(
        path, [](const std::string& file) { std::ofstream(file, std::ios::app) << "er"; }, 0);
    CHECK(disk.read(path).bytes == "newer");
    CHECK(disk.identity(path).mtime / second > before.mtime / second);
}

TEST_CASE("exchange swaps, and refuses while somebody has the live file open for writing") {
    const TemporaryDirectory directory;
    RealDisk disk;
    write(directory.file("live"), "old");
    write(directory.file("staged"), "new");
    {
        const Descriptor writer(::open(directory.file("live").c_str(), O_WRONLY | O_CLOEXEC));
        CHECK(refusal([&] { disk.exchange(directory.file("staged"), directory.file("live")); }).code() ==
              Code::Busy);
        CHECK(disk.read(directory.file("live")).bytes == "old");
    }
    disk.exchange(directory.file("staged"), directory.file("live"));
    CHECK(disk.read(directory.file("live")).bytes == "new");
    CHECK(disk.read(directory.file("staged")).bytes == "old");
    CHECK(refusal([&] { disk.move(directory.file("live"), directory.file("staged")); }).code() ==
          Code::IoFailed);
}

TEST_CASE("lock waits for flock and for writers, then says Busy") {
    const TemporaryDirectory directory;
    RealDisk disk;
    const std::string path = directory.file("aliases");
    write(path, "x");
    const std::chrono::milliseconds patience(20);
    {
        const Descriptor newaliases(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        REQUIRE(::flock(newaliases.get(), LOCK_EX) == 0);
        CHECK(refusal([&] { disk.lock(path, patience); }).code() == Code::Busy);
    }
    {
        const Descriptor editor(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        CHECK(refusal([&] { disk.lock(path, patience); }).code() == Code::Busy);
    }
    const auto held = disk.lock(path, patience);
    const Descriptor other(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    CHECK(::flock(other.get(), LOCK_EX | LOCK_NB) != 0);
}

TEST_CASE("errors name the operation, the path and the system's words") {
    RealDisk disk;
    const Error refused = refusal([&] { disk.append("/nonexistent/aliases", "x", std::nullopt); });
    CHECK(std::string(refused.what()) == "cannot open /nonexistent/aliases: No such file or directory");
    CHECK(quoted(std::string("a\nb\x80")) == "'a\\x0ab\\x80'");
}

TEST_CASE("a file can have one reader besides its owner, and nobody else reads it") {
    if (::geteuid() != 0) {
        MESSAGE("not root: cannot look with another's eyes");
        return;
    }
    const TemporaryDirectory directory;
    RealDisk disk;
    REQUIRE(::chmod(directory.path.c_str(), 0711) == 0);
    const std::string path = directory.file("rc");
    disk.create(path, "bytes", {.like = {}, .mode = 0644, .reader = 65533});
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0640);  // the mask is told as the group's
    CHECK(status.st_uid == 0);
    const auto as = [](Command command, uid_t user, gid_t group) {
        command.as = UserIdentity{.user = user, .group = group};
        return run(command);
    };
    CHECK(as({{"/bin/cat", path}}, 65533, 65533).output == "bytes");
    CHECK_FALSE(as({{"/bin/cat", path}}, 65532, 65533).success());
    CHECK_FALSE(as({{"/bin/cat", path}}, 65532, 0).success());  // the owning group's
    CHECK_FALSE(as({{"/usr/bin/truncate", "-s", "0", path}}, 65533, 65533).success());
    // What replaces it by an exchange has its own, and the old one comes back with it.
    disk.create(directory.file("staged"), "other", {.like = {}, .mode = 0600, .reader = {}});
    disk.exchange(directory.file("staged"), path);
    CHECK_FALSE(as({{"/bin/cat", path}}, 65533, 65533).success());
    disk.exchange(directory.file("staged"), path);
    CHECK(as({{"/bin/cat", path}}, 65533, 65533).output == "bytes");
    // An ACL is copied with the other attributes.
    disk.create(directory.file("copy"), "copied", {.like = path, .mode = {}, .reader = {}});
    CHECK(as({{"/bin/cat", directory.file("copy")}}, 65533, 65533).output == "copied");
    CHECK_FALSE(as({{"/bin/cat", directory.file("copy")}}, 65532, 0).success());
}

TEST_CASE("where the file system has no ACLs, that is said and nothing is left") {
    // A file of /proc stands for one on such a file system.
    const Descriptor file(::open("/proc/self/comm", O_RDWR | O_CLOEXEC));
    REQUIRE(file);
    const Error refused = refusal([&] { set_reader(file, 65533, 0600, "/etc/mailstack/procmail/a.rc"); });
    CHECK(refused.code() == Code::Unsupported);
    CHECK(std::string(refused.what()) ==
          "the file system of /etc/mailstack/procmail/a.rc has no ACLs, by which one user alone could read "
          "that "
          "file: mount it with them (acl)");
}

TEST_CASE("real disk: what another account reads, and that it is only it that looks") {
    if (::geteuid() != 0) {
        MESSAGE("only root can look as somebody else");
        return;
    }
    const TemporaryDirectory directory;
    std::filesystem::permissions(directory.path, std::filesystem::perms(0711));
    RealDisk disk;
    const std::string path = directory.path + "/rc";
    disk.create(path, "for one\n", {.like = {}, .mode = 0640, .reader = 65534});
    const UserIdentity nobody{.user = 65534, .group = 65534, .groups = {65534}};
    const UserIdentity daemon{.user = 1, .group = 1, .groups = {1}};
    CHECK(read_as(nobody, path) == "for one\n");
    CHECK_THROWS_WITH_AS(read_as(daemon, path), doctest::Contains("user 1 cannot read"), Error);
    std::filesystem::permissions(directory.path, std::filesystem::perms(0700));
    CHECK_THROWS_AS(read_as(nobody, path), Error);
    CHECK(disk.read(path).bytes == "for one\n");  // and we are ourselves again
}
