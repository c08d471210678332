// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_auth.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "engine/wiped_text.hpp"

namespace mailstack {
namespace {

constexpr int go_on = 334;

SmtpReply answer(SmtpConnection& connection, std::string_view line) {
    connection.send(line);
    return connection.read_reply();
}

SmtpReply plain(SmtpConnection& connection, std::string_view user, const Secret& secret) {
    constexpr std::size_t longest_line = 510;  // and its line end
    constexpr std::string_view nul("\0", 1);
    const WipedText message{user, nul, user, nul, secret.octets()};
    const WipedText encoded(Base64{message.octets()});
    const WipedText line{"AUTH PLAIN ", encoded.octets()};
    if (line.octets().size() <= longest_line) {
        return answer(connection, line.octets());
    }
    const SmtpReply reply = answer(connection, "AUTH PLAIN");
    return reply.code == go_on ? answer(connection, encoded.octets()) : reply;
}

SmtpReply login(SmtpConnection& connection, std::string_view user, const Secret& secret) {
    SmtpReply reply = answer(connection, "AUTH LOGIN");
    if (reply.code == go_on) {
        reply = answer(connection, WipedText(Base64{user}).octets());
    }
    return reply.code == go_on ? answer(connection, WipedText(Base64{secret.octets()}).octets()) : reply;
}

}  // namespace

std::vector<std::string> offered_mechanisms(const SmtpPeer& peer) {
    std::vector<std::string> mechanisms;
    for (const std::string& extension : peer.extensions) {
        const std::string line = fold_case(extension);
        if (!line.starts_with("auth ")) {
            continue;
        }
        for (std::size_t at = line.find_first_not_of(' ', 4); at != std::string::npos;) {
            const std::size_t end = std::min(line.find(' ', at), line.size());
            mechanisms.push_back(line.substr(at, end - at));
            at = line.find_first_not_of(' ', end);
        }
    }
    return mechanisms;
}

AuthMechanism chosen_mechanism(const SmtpPeer& peer) {
    const std::vector<std::string> offered = offered_mechanisms(peer);
    const auto has = [&](const char* name) {
        return std::find(offered.begin(), offered.end(), name) != offered.end();
    };
    return has("plain") ? AuthMechanism::Plain : has("login") ? AuthMechanism::Login : AuthMechanism::None;
}

SmtpReply authenticate(SmtpConnection& connection, AuthMechanism mechanism, std::string_view user,
                       const Secret& secret) {
    return mechanism == AuthMechanism::Plain ? plain(connection, user, secret)
                                             : login(connection, user, secret);
}

}  // namespace mailstack
