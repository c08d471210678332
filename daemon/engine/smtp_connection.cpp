// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/smtp_connection.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {

void SmtpConnection::fail(const std::string& what) const {
    throw Error(Code::MtaFailed, name_ + " " + what);
}

std::string SmtpConnection::quit() noexcept {
    deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + std::chrono::seconds(1));
    try {
        send("QUIT");
        const SmtpReply reply = read_reply();
        return std::to_string(reply.code) + " " + joined(reply.lines, " ");
    } catch (const std::exception&) {
        socket_ = Descriptor();
        return "";
    }
}

std::string SmtpConnection::read_line() {
    constexpr std::size_t longest = 2000;
    while (pending_.find('\n') == std::string::npos) {
        const std::string more = received();
        if (more.empty()) {
            fail(pending_.empty() ? "hangs up" : "hangs up after " + quoted(pending_));
        }
        pending_ += more;
        heard_ += more;
        if (pending_.size() > longest && pending_.find('\n') > longest) {
            fail("says a line of more than 2,000 octets");
        }
    }
    const auto end = pending_.find('\n');
    std::string line(trimmed(std::string_view(pending_).substr(0, end)));
    pending_.erase(0, end + 1);
    return line;
}

SmtpReply SmtpConnection::read_reply() {
    constexpr std::size_t most = 100;
    constexpr std::size_t code_size = 3;
    SmtpReply reply;
    for (;;) {
        const std::string line = read_line();
        const auto* const end = line.data() + std::min(code_size, line.size());
        int code = 0;
        if (std::from_chars(line.data(), end, code).ptr != line.data() + code_size ||
            (reply.code != 0 && code != reply.code) || reply.lines.size() == most) {
            fail("answers with what is no SMTP reply: " + quoted(line));
        }
        reply.code = code;
        reply.lines.push_back(line.substr(std::min(code_size + 1, line.size())));
        if (line.size() <= code_size || line[code_size] != '-') {
            return reply;
        }
    }
}

}  // namespace mailstack
