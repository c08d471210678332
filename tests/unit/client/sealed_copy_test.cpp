// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sealed_copy.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "failure.hpp"

using namespace mailstack::client;

namespace {

/// A file that is gone when the test ends.
class TemporaryFile {
  public:
    explicit TemporaryFile(const std::string& text) {
        std::string name = std::filesystem::temp_directory_path() / "mailstack-XXXXXX";
        const mailstack::Descriptor file(mkstemp(name.data()));
        REQUIRE(file);
        path_ = name;
        std::ofstream(path_) << text;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace

TEST_CASE("the copy has the file's bytes and cannot be changed") {
    const TemporaryFile file("sales: alice\n");
    const auto copy = sealed_copy(file.path());
    std::array<char, 64> bytes{};
    REQUIRE(read(copy.get(), bytes.data(), bytes.size()) == 13);
    CHECK(std::string(bytes.data()) == "sales: alice\n");
    CHECK(write(copy.get(), "x", 1) == -1);
    CHECK(errno == EPERM);
    CHECK(ftruncate(copy.get(), 0) == -1);
    CHECK(ftruncate(copy.get(), 100) == -1);
    CHECK(fcntl(copy.get(), F_GET_SEALS) == (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL));
}

TEST_CASE("a text is sealed as a file is") {
    const auto copy = sealed_octets("secret");
    std::array<char, 64> bytes{};
    REQUIRE(read(copy.get(), bytes.data(), bytes.size()) == 6);
    CHECK(std::string(bytes.data()) == "secret");
    CHECK(fcntl(copy.get(), F_GET_SEALS) == (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL));
    CHECK((fcntl(copy.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a file that cannot be read is told by name") {
    CHECK_THROWS_WITH_AS(static_cast<void>(sealed_copy("/nonexistent/aliases")),
                         "could not open '/nonexistent/aliases': No such file or directory", Failure);
    CHECK_THROWS_WITH_AS(static_cast<void>(sealed_copy("/")), "could not read '/': Is a directory", Failure);
}

TEST_CASE("a source without end is refused at the limit") {
    try {
        static_cast<void>(sealed_copy("/dev/zero"));
        FAIL("no exception");
    } catch (const Failure& failure) {
        CHECK(failure.status() == ExitStatus::Refused);
        CHECK(std::string(failure.what()) ==
              "'/dev/zero' is larger than the 128 MiB that one import may have");
    }
}
