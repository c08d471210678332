// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_addresses.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

using std::chrono::steady_clock;
constexpr std::size_t most_addresses = 16;

/// As getaddrinfo(3) takes a literal: without brackets and without the tag of RFC 5321.
std::string resolver_name(const RelayHost& host) {
    constexpr std::string_view tag = "IPv6:";
    if (!host.literal()) {
        return host.text();
    }
    const std::string inside = host.text().substr(1, host.text().size() - 2);
    return inside.starts_with(tag) ? inside.substr(tag.size()) : inside;
}

/// A look-up on its way. The resolver cannot be made to stop: it and whoever waits hold this together, and
/// the last one frees it.
struct LookUp {
    std::string host, port;
    addrinfo hints{};
    gaicb request{};
    Descriptor done{::eventfd(0, EFD_CLOEXEC)};

    LookUp(const RelayHost& relay, std::uint16_t number)
        : host(resolver_name(relay)), port(std::to_string(number)) {
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = AI_NUMERICSERV | (relay.literal() ? AI_NUMERICHOST : AI_CANONNAME);
        request.ar_name = host.c_str();
        request.ar_service = port.c_str();
        request.ar_request = &hints;
    }
    LookUp(const LookUp&) = delete;
    LookUp& operator=(const LookUp&) = delete;
    ~LookUp() {
        if (request.ar_result != nullptr) {
            ::freeaddrinfo(request.ar_result);
        }
    }
};
using Shared = std::shared_ptr<LookUp>;

void tell_done(sigval value) {
    const std::unique_ptr<Shared> look_up(static_cast<Shared*>(value.sival_ptr));
    ::eventfd_write((*look_up)->done.get(), 1);
}

int start(const Shared& look_up) {
    auto held = std::make_unique<Shared>(look_up);
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = tell_done;
    event.sigev_value.sival_ptr = held.get();
    std::array<gaicb*, 1> list{&look_up->request};
    const int error = ::getaddrinfo_a(GAI_NOWAIT, list.data(), list.size(), &event);
    if (error == 0) {
        static_cast<void>(held.release());  // tell_done() has it
    }
    return error;
}

bool wait_for(const LookUp& look_up, steady_clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
        pollfd waiting{look_up.done.get(), POLLIN, 0};
        const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
        if (ready > 0) {
            eventfd_t count = 0;
            return ::eventfd_read(look_up.done.get(), &count) == 0;
        }
        if (ready == 0 || errno != EINTR) {
            return false;
        }
    }
}

std::string folded_name(const char* name) {
    std::string folded = fold_case(name == nullptr ? "" : name);
    if (folded.ends_with('.')) {
        folded.pop_back();
    }
    return folded;
}

}  // namespace

RelayAddresses relay_addresses(const RelayHost& host, std::uint16_t port, steady_clock::time_point deadline) {
    const auto fail = [&](const std::string& why) {
        throw Error(Code::MtaFailed, "no address of " + host.text() + " can be found: " + why);
    };
    const auto look_up = std::make_shared<LookUp>(host, port);
    if (!look_up->done) {
        throw Error(Code::Internal, "no event descriptor can be made");
    }
    if (const int error = start(look_up); error != 0) {
        fail(::gai_strerror(error));
    }
    if (!wait_for(*look_up, deadline)) {
        fail("the resolver does not answer in time");
    }
    if (const int error = ::gai_error(&look_up->request); error != 0) {
        fail(::gai_strerror(error));
    }
    RelayAddresses found;
    const addrinfo* const first = look_up->request.ar_result;
    found.canonical = host.literal() ? "" : folded_name(first->ai_canonname);
    for (const addrinfo* next = first; next != nullptr && found.addresses.size() < most_addresses;
         next = next->ai_next) {
        found.addresses.emplace_back(*next);
    }
    return found;
}

}  // namespace mailstack
