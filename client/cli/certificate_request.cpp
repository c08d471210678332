// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `cert request`.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <string_view>
#include <system_error>

#include "base/descriptor.hpp"
#include "certificate.hpp"
#include "password_agent.hpp"
#include "progress.hpp"

namespace mailstack::client {
namespace {

/// A file that was not there before, and goes again unless it is kept.
class NewFile {
  public:
    /// Before anybody is asked: each request makes a key, and a request that nobody has is of no use.
    explicit NewFile(std::string path)
        : path_(std::move(path)),
          file_(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644)) {
        if (!file_ && errno == EEXIST) {
            throw Failure(ExitStatus::Exists, "", "'" + path_ + "' exists already",
                          "Nothing was changed. Name another file, or move that one away.");
        }
        if (!file_) {
            fail("could not make '" + path_ + "'");
        }
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        if (!kept_) {
            unlink(path_.c_str());
        }
    }

    void keep(std::string_view text) {
        while (!text.empty()) {
            const auto count = write(file_.get(), text.data(), text.size());
            if (count < 0 && errno != EINTR) {
                fail("could not write '" + path_ + "'");
            }
            text.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
        }
        if (fsync(file_.get()) != 0) {
            fail("could not write '" + path_ + "'");
        }
        kept_ = true;
    }

  private:
    [[noreturn]] static void fail(const std::string& what) {
        throw Failure(ExitStatus::Failed, "", what + ": " + std::generic_category().message(errno), "");
    }

    std::string path_;
    Descriptor file_;
    bool kept_ = false;
};

std::string requested(const Options& options, const RequestWish& wish) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    const WaitingNote note("the request");
    return Certificate(*session.connection).CreateRequest(wish.names);
}

}  // namespace

ExitStatus request_certificate(const Options& options, const RequestWish& wish) {
    if (wish.output.empty()) {
        const auto request = requested(options, wish);
        std::cout << (options.json ? line_of({{"request", request}, {"file", nullptr}}) : request);
        return ExitStatus::Done;
    }
    NewFile file(wish.output);
    const auto request = requested(options, wish);
    file.keep(request);
    if (options.json) {
        std::cout << line_of({{"request", request}, {"file", wish.output}});
    } else {
        std::cout << printable(wish.output)
                  << ": written; its key stays on the machine.\n"
                     "When an authority has issued the certificate: 'mailstackctl cert install CHAIN'.\n";
    }
    return ExitStatus::Done;
}

}  // namespace mailstack::client
