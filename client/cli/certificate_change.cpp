// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `cert rotate` and `cert install`.

#include <iostream>

#include "certificate.hpp"
#include "certificate_report.hpp"
#include "duration.hpp"
#include "output.hpp"
#include "password_agent.hpp"
#include "pem_file.hpp"
#include "progress.hpp"
#include "sealed_copy.hpp"

namespace mailstack::client {
namespace {

std::map<std::string, sdbus::Variant> options_of(const RotateWish& wish) {
    std::map<std::string, sdbus::Variant> options;
    if (!wish.key.empty()) {
        options.emplace("key", sdbus::Variant(wish.key));
    }
    if (!wish.names.empty()) {
        options.emplace("names", sdbus::Variant(wish.names));
    }
    if (wish.days != 0) {
        options.emplace("days", sdbus::Variant(wish.days));
    }
    return options;
}

/// Where the two are beyond one line of a shell, a person puts them together from this.
void refuse_remote(const Options& options, const InstallWish& wish) {
    if (!options.host.empty()) {
        const auto files = wish.chain + (wish.key.empty() ? "" : " " + wish.key);
        throw Failure(ExitStatus::Usage, "",
                      "a certificate cannot be handed over with -H: it goes in a file descriptor, which does "
                      "not cross ssh",
                      "Copy the files to " + options.host + " and run it there instead: ssh " + options.host +
                          " mailstackctl cert install " + files);
    }
}

void print_new(const Options& options, const Session& session, std::uint64_t generation) {
    const auto certificate = certificate_of(session);
    if (options.json) {
        std::cout << line_of(new_certificate_json(certificate, generation));
    } else {
        print_live(options, "certificate", generation);
        std::cout << new_certificate_text(certificate, seconds_now());
    }
}

}  // namespace

ExitStatus rotate_certificate(const Options& options, const RotateWish& wish) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::uint64_t generation = 0;
    {
        const WaitingNote note(wish.key.starts_with("rsa-") ? "an RSA key and sendmail" : "sendmail");
        generation = Certificate(*session.connection).RotateCert(options_of(wish));
    }
    print_new(options, session, generation);
    return ExitStatus::Done;
}

ExitStatus install_certificate(const Options& options, const InstallWish& wish) {
    refuse_remote(options, wish);
    const auto chain = sealed_pem(wish.chain);
    const auto key = wish.key.empty() ? sealed_octets("") : sealed_pem(wish.key);
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("sendmail");
        generation = Certificate(*session.connection)
                         .InstallCert(sdbus::UnixFd(chain.get()), sdbus::UnixFd(key.get()));
    }
    print_new(options, session, generation);
    return ExitStatus::Done;
}

}  // namespace mailstack::client
