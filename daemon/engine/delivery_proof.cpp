// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/delivery_proof.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <optional>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/smtp_connection.hpp"
#include "engine/smtp_probe.hpp"

namespace mailstack {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr std::string_view field = "X-Mailstack-Proof: ";

std::string new_token() {
    std::array<unsigned char, 16> random{};
    if (::RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        throw Error(Code::Internal, "there are no random numbers");
    }
    return hexadecimal({reinterpret_cast<const char*>(random.data()), random.size()});
}

SmtpReply asked(SmtpConnection& connection, const std::string& command, int wanted) {
    connection.send(command);
    SmtpReply reply = connection.read_reply();
    if (reply.code != wanted) {
        const std::string words =
            quoted(std::to_string(reply.code) + " " + (reply.lines.empty() ? "" : reply.lines.front()));
        connection.fail("answers " + command + " with " + words);
    }
    return reply;
}

bool offers_notification(const SmtpReply& hello) {
    return std::any_of(hello.lines.begin(), hello.lines.end(),
                       [](const std::string& line) { return fold_case(line) == "dsn"; });
}

void send_message(SmtpConnection& connection, const std::string& token) {
    const std::string address = "<" + std::string(proof_account) + "@localhost>";
    if (const SmtpReply greeting = connection.read_reply(); greeting.code != 220) {
        connection.fail("greets with " + std::to_string(greeting.code));
    }
    const SmtpReply hello = asked(connection, "EHLO localhost", 250);
    asked(connection, "MAIL FROM:<>", 250);
    asked(connection, "RCPT TO:" + address + (offers_notification(hello) ? " NOTIFY=NEVER" : ""), 250);
    asked(connection, "DATA", 354);
    for (const std::string& line :
         {"From: mailstackd " + address, "To: " + address,
          std::string("Subject: Proof that mail is delivered"), std::string("Auto-Submitted: auto-generated"),
          std::string(field) + token, std::string(),
          std::string("mailstackd has sent this to itself and removes it as soon as it has arrived.")}) {
        connection.send(line);
    }
    asked(connection, ".", 250);
    connection.quit();
}

/// A port may demand AUTH (modifier a): the next one is asked then.
void send_to_some_port(std::string_view cf, const std::string& token, Deadline deadline) {
    std::optional<Error> first;
    for (const DaemonPort& port : daemon_ports(cf)) {
        if (!speaks_smtp(port) || port.smtps) {
            continue;
        }
        try {
            SmtpConnection connection(port, deadline);
            return send_message(connection, token);
        } catch (const Error& failure) {
            first = first ? first : failure;
        }
    }
    throw first
        ? *first
        : Error(Code::MtaFailed,
                "no delivery can be proved: sendmail.cf names no port that speaks SMTP without TLS first");
}

/// What has arrived in a mailbox that is for proofs alone: whatever else is there somebody has sent, who
/// could fill it.
class Arrivals {
  public:
    Arrivals(Disk& disk, const std::string& home, Deadline deadline)
        : disk_(disk), directory_(home + "/Maildir/new"), deadline_(deadline) {}

    /// Whether the message with this token is there by now. Removes all that it has looked at: the newest
    /// first, so that no number of others hides it.
    bool has(const std::string& token) {
        const std::string line = "\n" + std::string(field) + token + '\n';
        for (const std::string& name : newest_first()) {
            const auto message = taken(directory_ + '/' + name);
            if (message && message->find(line) != std::string::npos) {
                return true;
            }
            if (std::chrono::steady_clock::now() >= deadline_) {
                return false;
            }
        }
        return false;
    }
    /// Removes of what lies there from before as much as costs no time to speak of.
    void clear() {
        std::size_t left = 1000;
        for (const std::string& name : newest_first()) {
            if (left-- == 0) {
                return;
            }
            taken(directory_ + '/' + name);
        }
    }
    const std::string& directory() const noexcept { return directory_; }

  private:
    /// procmail's names begin with the time.
    std::vector<std::string> newest_first() {
        std::vector<std::string> names = disk_.names(directory_);
        std::reverse(names.begin(), names.end());
        return names;
    }

    /// What the message says, which is gone then: "" where it is too large for a proof. Nothing while it has
    /// another name yet, in tmp, and for what is no file.
    std::optional<std::string> taken(const std::string& path) {
        constexpr std::uint64_t largest = 65536;
        try {
            std::string bytes = disk_.identity(path).size > largest ? "" : disk_.read(path).bytes;
            disk_.remove(path);
            return bytes;
        } catch (const Error& failure) {
            if (failure.code() != Code::UnsafeFile) {
                throw;
            }
            return std::nullopt;
        }
    }

    Disk& disk_;
    std::string directory_;
    Deadline deadline_;
};

}  // namespace

std::string proof_home(const AccountOf& account_of) {
    const std::string name(proof_account);
    if (const auto account = account_of(name)) {
        return account->home;
    }
    throw Error(Code::Unsupported, "delivery cannot be proved: the account " + quoted(name) +
                                       ", to which a message would be sent, is not there; installing the "
                                       "package mailstack anew makes it");
}

void prove_delivery(Disk& disk, std::string_view cf, const std::string& home, Deadline deadline) {
    const std::string token = new_token();
    Arrivals arrivals(disk, home, deadline);
    send_to_some_port(cf, token, deadline);
    while (!arrivals.has(token)) {
        if (std::chrono::steady_clock::now() >= deadline) {
            throw Error(Code::MtaFailed,
                        "a message to " + quoted(proof_account) +
                            " was taken by sendmail and has not arrived in " + arrivals.directory() +
                            "; where it went is told by the mail log and by 'mailq', and /etc/procmailrc may "
                            "have taken it");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    arrivals.clear();
}

}  // namespace mailstack
