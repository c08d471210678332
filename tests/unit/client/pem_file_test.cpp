// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pem_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "failure.hpp"

using namespace mailstack::client;

namespace {

/// A directory that is gone when the test ends.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string name = std::filesystem::temp_directory_path() / "mailstack-XXXXXX";
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
    std::string file(const std::string& text) const {
        std::ofstream(path_ / "file") << text;
        return path_ / "file";
    }
    std::string path(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

std::string refusal(const std::string& path) {
    try {
        (void)sealed_pem(path);
    } catch (const Failure& failure) {
        CHECK(failure.status() == ExitStatus::Refused);
        CHECK(failure.advice() == "Nothing was changed.");
        return failure.what();
    }
    return "";
}

}  // namespace

TEST_CASE("the bytes of a file, in a memory file that nobody can change") {
    const TemporaryDirectory directory;
    for (const auto size : {std::size_t{1}, std::size_t{5000}, largest_pem}) {
        const auto sealed = sealed_pem(directory.file(std::string(size, 'x')));
        std::string read_back(largest_pem + 1, '\0');
        REQUIRE(read(sealed.get(), read_back.data(), read_back.size()) == static_cast<ssize_t>(size));
        CHECK(read_back.substr(0, size) == std::string(size, 'x'));
        CHECK(fcntl(sealed.get(), F_GET_SEALS) == (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL));
    }
}

TEST_CASE("what is no file that could hold a chain or a key is refused by name, without waiting") {
    const TemporaryDirectory directory;
    const auto long_file = directory.file(std::string(largest_pem + 1, 'x'));
    CHECK(refusal(long_file) ==
          "'" + long_file + "' is larger than the 64 KiB that a chain or a key may have");
    std::filesystem::resize_file(long_file, std::uintmax_t{1} << 40U);
    CHECK(refusal(long_file) ==
          "'" + long_file + "' is larger than the 64 KiB that a chain or a key may have");
    const auto empty = directory.file("");
    CHECK(refusal(empty) == "'" + empty + "' is empty");
    CHECK(refusal("/") == "'/' is a directory, not a file");
    CHECK(refusal("/dev/zero") == "'/dev/zero' is a device, not a file");
    const auto fifo = directory.path("fifo");
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(refusal(fifo) ==
          "'" + fifo + "' is a pipe; it must be a file, because it is read before anybody is asked");
    CHECK_THROWS_WITH_AS(static_cast<void>(sealed_pem("/nonexistent/key")),
                         "could not open '/nonexistent/key': No such file or directory", Failure);
}

TEST_CASE("what a file holds counts, not the size that it tells") {
    // Below /proc every file has size 0.
    const auto sealed = sealed_pem("/proc/self/status");
    std::string bytes(100, '\0');
    CHECK(read(sealed.get(), bytes.data(), bytes.size()) == 100);
}

TEST_CASE("whoever reads a key leaves no core file") {
    const TemporaryDirectory directory;
    (void)sealed_pem(directory.file("key"));
    rlimit core{};
    REQUIRE(getrlimit(RLIMIT_CORE, &core) == 0);
    CHECK(core.rlim_cur == 0);
}
