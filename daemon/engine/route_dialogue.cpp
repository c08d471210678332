// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/route_dialogue.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/relay_auth.hpp"

namespace mailstack {
namespace {

RouteFinding ok(std::string words) {
    return {StepOutcome::Ok, std::move(words)};
}
RouteFinding failed(std::string words) {
    return {StepOutcome::Failed, std::move(words)};
}
RouteFinding skipped(std::string words) {
    return {StepOutcome::Skipped, std::move(words)};
}

std::string words_of(const SmtpReply& reply, std::string_view separator = " ") {
    return std::to_string(reply.code) + " " + joined(reply.lines, separator);
}

}  // namespace

RouteDialogue::RouteDialogue(const Relay& relay, const Secret* secret, const TrustAnchors& anchors,
                             const std::string& own_name, Deadline deadline, const RelayLookUp& look_up)
    : relay_(relay),
      secret_(secret),
      anchors_(anchors),
      own_name_(own_name),
      deadline_(deadline),
      look_up_(look_up) {}

RouteFinding RouteDialogue::attempt(RouteFinding (RouteDialogue::*step)()) {
    try {
        RouteFinding found = (this->*step)();
        heard_ = connection_ ? connection_->heard() : "";
        return found;
    } catch (const Error& error) {
        heard_ = connection_ ? connection_->heard() : "";
        connection_.reset();
        return failed(error.what());
    }
}

void RouteDialogue::leave() noexcept {
    if (connection_) {
        connection_->quit();
    }
}

SmtpReply RouteDialogue::answer(const std::string& line) {
    connection_->send(line);
    return connection_->read_reply();
}

RouteFinding RouteDialogue::resolve() {
    found_ = look_up_(relay_.host, relay_.port, deadline_);
    std::vector<std::string> addresses;
    for (const SocketAddress& address : found_.addresses) {
        addresses.push_back(address.address());
    }
    const std::string words = joined(addresses, ", ");
    if (relay_.host.literal() || found_.canonical.empty() || found_.canonical == relay_.host.text()) {
        return ok(words);
    }
    const std::string alias = relay_.host.text() + " is an alias of " + found_.canonical;
    if (relay_.tls == RouteTls::Encrypted) {
        // sendmail's {server_name} is what the alias leads to, and a forged one would lead anywhere
        return failed(alias +
                      ", and with tls \"encrypted\" only the name itself is taken: right would be tls " +
                      "\"verified\", or the host " + found_.canonical);
    }
    return ok(words + " (" + alias + ")");
}

RouteFinding RouteDialogue::connect() {
    connection_.emplace("the relay", found_.addresses, deadline_);
    return ok(connection_->connected());
}

RouteFinding RouteDialogue::hear_greeting() {
    const SmtpReply reply = connection_->read_reply();
    return {reply.code == 220 ? StepOutcome::Ok : StepOutcome::Failed, words_of(reply)};
}

RouteFinding RouteDialogue::hello() {
    const SmtpReply reply = answer("EHLO " + own_name_);
    if (reply.code != 250) {
        return failed(words_of(reply));
    }
    peer_.extensions.assign(reply.lines.begin() + 1, reply.lines.end());
    return ok(words_of(reply, ", "));
}

RouteFinding RouteDialogue::say_hello() {
    return hello();
}

RouteFinding RouteDialogue::start_tls() {
    const bool demanded = relay_.tls != RouteTls::None;
    if (!peer_.offers("STARTTLS")) {
        return demanded ? failed("the relay does not offer STARTTLS, which tls " + quoted(word(relay_.tls)) +
                                 " demands")
                        : skipped("the relay does not offer STARTTLS: mail goes there in clear");
    }
    const SmtpReply reply = answer("STARTTLS");
    if (reply.code != 220) {
        return demanded ? failed(words_of(reply)) : skipped(words_of(reply));
    }
    tls_ = start_relay_tls(*connection_, relay_.host, anchors_);
    return ok(tls_->session);
}

RouteFinding RouteDialogue::verify() {
    if (!tls_) {
        return skipped("there is no TLS");
    }
    if (tls_->faults.empty()) {
        return ok("verified: " + tls_->certificate);
    }
    const std::string words =
        joined(tls_->faults, "; ") + (tls_->certificate.empty() ? "" : "; " + tls_->certificate);
    return relay_.tls == RouteTls::Verified
               ? failed(words)
               : ok("not verified, which tls " + quoted(word(relay_.tls)) + " does not demand: " + words);
}

RouteFinding RouteDialogue::say_hello_again() {
    return tls_ ? hello() : skipped("there is no TLS");
}

bool RouteDialogue::may_authenticate() const {
    if (!tls_) {
        return relay_.tls == RouteTls::None && relay_.host.loopback();
    }
    return relay_.tls != RouteTls::Verified || tls_->faults.empty();
}

RouteFinding RouteDialogue::authenticate() {
    if (relay_.user.empty()) {
        return skipped("the route has no user");
    }
    if (secret_ == nullptr) {
        return failed("the route has the user " + quoted(relay_.user) + ", but no secret was set");
    }
    if (!may_authenticate()) {
        return failed("the password is not sent in clear");
    }
    const AuthMechanism mechanism = chosen_mechanism(peer_);
    if (mechanism == AuthMechanism::None) {
        const std::vector<std::string> offered = offered_mechanisms(peer_);
        return failed(offered.empty()
                          ? "the relay does not offer AUTH"
                          : "the relay offers neither AUTH PLAIN nor LOGIN, but " + joined(offered, ", "));
    }
    const SmtpReply reply = mailstack::authenticate(*connection_, mechanism, relay_.user, *secret_);
    return {reply.code == 235 ? StepOutcome::Ok : StepOutcome::Failed, words_of(reply)};
}

RouteFinding RouteDialogue::quit() {
    const std::string words = connection_->quit();
    connection_.reset();
    return ok(words.empty() ? "the relay does not answer" : words);
}

}  // namespace mailstack
