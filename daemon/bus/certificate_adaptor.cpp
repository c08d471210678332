// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/certificate_adaptor.hpp"

#include <fcntl.h>

#include <ctime>
#include <utility>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/file_facts.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "bus/certificate_request.hpp"
#include "bus/certificate_status.hpp"
#include "bus/descriptor_reader.hpp"
#include "bus/error_table.hpp"
#include "bus/escape.hpp"
#include "bus/names.hpp"
#include "engine/certificate_expiry.hpp"
#include "engine/machine_names.hpp"
#include "engine/request_keys.hpp"
#include "engine/wiped_text.hpp"

namespace mailstack {
namespace {

Details details_for(const std::string& names) {
    return {{"names", names}};
}

/// Takes the bytes out of a caller's descriptor and goes on with them; a failure is the answer.
void read_then(Loop& loop, Descriptor file, std::size_t octets, const Answer<std::uint64_t>& answer,
               std::function<void(std::string)> then) {
    const DescriptorReader::Limits limits{.octets = octets, .deadline = std::chrono::seconds(10)};
    DescriptorReader::read(
        loop, std::move(file), limits,
        [answer, then = std::move(then)](const std::optional<Error>& error, std::string bytes) {
            answer.guard([&] {
                if (error) {
                    throw *error;
                }
                then(std::move(bytes));
            });
        });
}

std::optional<PrivateKey> key_in(std::string&& octets) {
    const WipedText pem(std::move(octets));
    return pem.octets().empty() ? std::nullopt : std::optional(PrivateKey::parse(pem.octets()));
}

/// What needs no MTA is done, whether one runs or not.
bool is_written(const std::optional<Error>& error) {
    return !error || error->code() == Code::NoMta;
}

}  // namespace

CertificateAdaptor::CertificateAdaptor(sdbus::IConnection& connection, Gate& gate, const Mta& mta,
                                       const Layout& layout, const Settings& settings)
    : AdaptorInterfaces(connection, compat::ObjectPath(object_path)),
      gate_(gate),
      layout_(layout),
      settings_(settings),
      watch_(gate.loop(), gate.writer(), mta, [this] { publish(); }) {
    registerAdaptor();
}

CertificateAdaptor::~CertificateAdaptor() {
    unregisterAdaptor();
}

void CertificateAdaptor::submit(const Caller& caller, const Generation& answer, Change change,
                                const std::string& verb) {
    Details details = details_for("");
    details.emplace("verb", verb);
    gate_.change({caller, std::move(change), std::move(details), just(Action::RotateCertificate),
                  [answer](const std::optional<Error>& error, const Outcome& outcome) {
                      error ? answer.refuse(*error) : answer.give(outcome.generation);
                  }});
}

void CertificateAdaptor::RotateCert(sdbus::Result<std::uint64_t>&& result, Options options) {
    Details details = details_for(requested_names(options));
    gate_.serve(
        getObject(), certificate_interface, "RotateCert", std::move(result), std::move(details),
        [this, options = std::move(options)](const Caller& caller, const Generation& answer) {
            const Rotation rotation = rotation_of(options);
            const auto submit_with = [this, caller, answer, rotation](std::optional<PrivateKey> key) {
                submit(caller, answer,
                       RotateCertificate{.key = std::move(key),
                                         .names = rotation.names,
                                         .now = std::time(nullptr),
                                         .days = rotation.days},
                       "RotateCert");
            };
            if (!rotation.key) {
                submit_with(std::nullopt);
                return;
            }
            gate_.beside<PrivateKey>(
                key_maker_, [kind = *rotation.key] { return new_key(kind); },
                [answer, submit_with](const std::optional<Error>& failed, std::optional<PrivateKey> key) {
                    answer.guard([&] { failed ? throw *failed : submit_with(std::move(key)); });
                });
        });
}

void CertificateAdaptor::InstallCert(sdbus::Result<std::uint64_t>&& result, sdbus::UnixFd chain,
                                     sdbus::UnixFd key) {
    const auto chain_file = std::make_shared<Descriptor>(::fcntl(chain.get(), F_DUPFD_CLOEXEC, 3));
    const auto key_file = std::make_shared<Descriptor>(::fcntl(key.get(), F_DUPFD_CLOEXEC, 3));
    gate_.serve(getObject(), certificate_interface, "InstallCert", std::move(result), details_for(""),
                [this, chain_file, key_file](const Caller& caller, const Generation& answer) {
                    read_then(gate_.loop(), std::move(*chain_file), CertificateChain::longest, answer,
                              [this, caller, answer, key_file](const std::string& chain_pem) {
                                  read_then(gate_.loop(), std::move(*key_file), PrivateKey::longest, answer,
                                            [this, caller, answer, chain_pem](std::string key_pem) {
                                                install(caller, answer, chain_pem, std::move(key_pem));
                                            });
                              });
                });
}

void CertificateAdaptor::install(const Caller& caller, const Generation& answer, const std::string& chain,
                                 std::string key) {
    auto parsed = CertificateChain::parse(chain);
    submit(caller, answer,
           InstallCertificate{
               .chain = std::move(parsed), .key = key_in(std::move(key)), .now = std::time(nullptr)},
           "InstallCert");
}

void CertificateAdaptor::CreateRequest(sdbus::Result<std::string>&& result, std::vector<std::string> names) {
    Details details = details_for(joined(names, " "));
    gate_.serve(
        getObject(), certificate_interface, "CreateRequest", std::move(result), std::move(details),
        [this, names = std::move(names)](const Caller& caller, const Answer<std::string>& answer) {
            auto wanted = certificate_names(names);
            if (wanted.empty()) {
                wanted = machine_names(gate_.writer().snapshot()->configuration);
            }
            if (wanted.empty()) {
                throw Error(Code::NameMismatch,
                            "this machine has no name to ask a certificate for: give some");
            }
            const PrivateKey key = new_key(KeyKind::EcdsaP256);
            const std::string request = certificate_request(key, wanted);
            gate_.change({caller,
                          KeepRequestKey{request_key_file(layout_.requests(), key)},
                          {{"names", joined(names, " ")}, {"verb", "CreateRequest"}},
                          just(Action::RotateCertificate),
                          [answer, request](const std::optional<Error>& error, const Outcome& /*outcome*/) {
                              is_written(error) ? answer.give(request) : answer.refuse(*error);
                          }});
        });
}

void CertificateAdaptor::CheckExpiry(sdbus::Result<std::string>&& result) {
    gate_.serve(getObject(), certificate_interface, "CheckExpiry", std::move(result), details_for(""),
                [this](const Caller& caller, const Answer<std::string>& answer) {
                    const CertificateFacts& present = facts();
                    if (!present.certificate) {
                        answer.give("nothing");
                        return;
                    }
                    const bool renews = settings_.renew_certificate && renews_itself(present);
                    const auto verdict =
                        expiry_verdict(*present.certificate, renews, read_if_regular(layout_.expiry_warned()),
                                       std::time(nullptr));
                    if (verdict.renew) {
                        renew(caller, answer, *present.certificate);
                    } else if (verdict.warn && !warning_) {
                        warn(caller, answer, *present.certificate, *verdict.warn);
                    } else {
                        answer.give("nothing");
                    }
                });
}

void CertificateAdaptor::renew(const Caller& caller, const Answer<std::string>& answer,
                               const CertificateDetails& present) {
    RotateCertificate change;
    try {
        change = renewal(present, std::time(nullptr));
    } catch (const Error&) {
        tell_expiry(present);
        throw;
    }
    gate_.change({caller,
                  std::move(change),
                  {{"names", joined(present.names, " ")}, {"verb", "CheckExpiry"}},
                  just(Action::RotateCertificate),
                  [this, answer, present](const std::optional<Error>& error, const Outcome& /*outcome*/) {
                      if (is_written(error)) {
                          answer.give("renewed");
                          return;
                      }
                      log::error(std::string("the certificate cannot be renewed: ") + error->what());
                      tell_expiry(present);
                      answer.refuse(*error);
                  }});
}

void CertificateAdaptor::warn(const Caller& caller, const Answer<std::string>& answer,
                              const CertificateDetails& present, unsigned threshold) {
    warning_ = true;
    gate_.change({caller,
                  expiry_note(layout_, present, threshold),
                  {{"names", joined(present.names, " ")}, {"verb", "CheckExpiry"}},
                  just(Action::RotateCertificate),
                  [this, answer, present](const std::optional<Error>& error, const Outcome& /*outcome*/) {
                      warning_ = false;
                      tell_expiry(present);
                      is_written(error) ? answer.give("warned") : answer.refuse(*error);
                  }});
}

void CertificateAdaptor::tell_expiry(const CertificateDetails& certificate) {
    const unsigned days = days_left(certificate.not_after, std::time(nullptr));
    const std::string message = expiry_words(certificate, days);
    log::warning(message);
    emitExpiryWarning(static_cast<std::uint64_t>(certificate.not_after), days, bus_text(message));
}

void CertificateAdaptor::ListServed(sdbus::Result<Served>&& result) {
    gate_.serve(getObject(), certificate_interface, "ListServed", std::move(result),
                [this](const Caller& /*caller*/, const Answer<Served>& answer) {
                    watch_.list([answer](const std::vector<ServedCertificate>& served) {
                        Served told;
                        for (const ServedCertificate& one : served) {
                            told.emplace_back(one.port, one.fingerprint, bus_text(one.failure));
                        }
                        answer.give(told);
                    });
                });
}

}  // namespace mailstack
