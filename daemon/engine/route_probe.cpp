// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/route_probe.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "engine/smtp_connection.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

constexpr std::string_view mark = "mailstack route:";

/// Implicit TLS would need a handshake first; a socket in the file system is no port.
bool can_be_asked(const DaemonPort& port) {
    const std::string& at = port.address;
    const bool asks_from_loopback = at.empty() || at == "0.0.0.0" || at == "::" || at == "localhost" ||
                                    at.starts_with("127.") || at == "::1" || at == "IPv6:::1";
    return asks_from_loopback && (port.family == "inet" || port.family == "inet6") && !port.smtps;
}

std::string without_blanks(std::string_view text) {
    std::string result = fold_case(text);
    std::erase_if(result, [](char c) { return is_blank(c); });
    return result;
}

SmtpReply ask(const DaemonPort& port, std::chrono::steady_clock::time_point deadline) {
    SmtpConnection connection(port, deadline);
    if (const SmtpReply greeting = connection.read_reply(); greeting.code != 220) {
        connection.fail("greets with " + std::to_string(greeting.code));
    }
    connection.send("EHLO localhost");
    connection.read_reply();
    connection.send("MAIL FROM:<mailstack.route>");
    SmtpReply reply = connection.read_reply();
    connection.quit();
    return reply;
}

}  // namespace

std::optional<std::string> route_in_reply(std::string_view line) {
    const auto found = line.find(mark);
    return found == std::string_view::npos ? std::nullopt
                                           : std::optional(without_blanks(line.substr(found + mark.size())));
}

void prove_route(std::string_view cf, std::string_view route,
                 std::chrono::steady_clock::time_point deadline) {
    const auto ports = daemon_ports(cf);
    const auto port = std::find_if(ports.begin(), ports.end(), can_be_asked);
    if (port == ports.end()) {
        log::info("the running MTA cannot be asked for its route: it has no port that could be asked");
        return;
    }
    const SmtpReply reply = ask(*port, deadline);
    for (const std::string& line : reply.lines) {
        if (const auto answer = route_in_reply(line)) {
            if (*answer == without_blanks(route)) {
                return;
            }
            throw Error(Code::MtaFailed, "the running MTA sends mail for elsewhere by " + quoted(*answer) +
                                             " and not by " + quoted(route));
        }
    }
    if (reply.code == 530) {
        log::info("the running MTA cannot be asked for its route: its port demands AUTH first");
        return;
    }
    throw Error(Code::MtaFailed, "the running MTA does not tell its route: it answers " +
                                     std::to_string(reply.code) + ' ' +
                                     quoted(reply.lines.empty() ? "" : reply.lines.front()) +
                                     "; does it run with the present sendmail.cf?");
}

}  // namespace mailstack
