// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// org.mailstack1.Certificate on the bus: see dbus-interfaces/org.mailstack1.Certificate.xml for what each
/// member does.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "bus/certificate_watch.hpp"
#include "bus/gate.hpp"
#include "bus/sdbus_compat.hpp"
#include "bus/settings.hpp"
#include "engine/certificate_facts.hpp"
#include "engine/layout.hpp"
#include "engine/observer.hpp"
#include "org.mailstack1.Certificate.adaptor.hpp"

namespace mailstack {

class CertificateAdaptor final : public sdbus::AdaptorInterfaces<org::mailstack1::Certificate_adaptor> {
  public:
    /// `settings` is asked each time, since they may change.
    CertificateAdaptor(sdbus::IConnection& connection, Gate& gate, const Mta& mta, const Layout& layout,
                       const Settings& settings);
    CertificateAdaptor(const CertificateAdaptor&) = delete;
    CertificateAdaptor& operator=(const CertificateAdaptor&) = delete;
    ~CertificateAdaptor();

    /// Tells the bus which properties have another value than it was told before; asks sendmail where it has
    /// read its files anew.
    void publish();

  private:
    using Generation = Answer<std::uint64_t>;
    using Options = std::map<std::string, sdbus::Variant>;
    using Served = std::vector<sdbus::Struct<std::string, std::string, std::string>>;
    /// The properties, as the bus sees them.
    struct Picture {
        std::string file{}, subject{}, issuer{}, fingerprint{}, served{}, status{};
        std::vector<std::string> names{};
        std::int64_t not_before = 0, not_after = 0;
        bool renews_itself = false;
    };

    void RotateCert(sdbus::Result<std::uint64_t>&& result, Options options) override;
    void InstallCert(sdbus::Result<std::uint64_t>&& result, sdbus::UnixFd chain, sdbus::UnixFd key) override;
    void CreateRequest(sdbus::Result<std::string>&& result, std::vector<std::string> names) override;
    void CheckExpiry(sdbus::Result<std::string>&& result) override;
    void ListServed(sdbus::Result<Served>&& result) override;
    std::string CertificateFile() override;
    std::vector<std::string> Names() override;
    std::uint64_t NotBefore() override;
    std::uint64_t NotAfter() override;
    std::string Subject() override;
    std::string Issuer() override;
    std::string Fingerprint() override;
    std::string ServedFingerprint() override;
    bool RenewsItself() override;
    std::string Status() override;

    void install(const Caller& caller, const Generation& answer, const std::string& chain, std::string key);
    void submit(const Caller& caller, const Generation& answer, Change change, const std::string& verb);
    void renew(const Caller& caller, const Answer<std::string>& answer, const CertificateDetails& present);
    void warn(const Caller& caller, const Answer<std::string>& answer, const CertificateDetails& present,
              unsigned threshold);
    void tell_expiry(const CertificateDetails& certificate);
    /// Of the files that sendmail.cf names, read again where they are others.
    const CertificateFacts& facts();
    Picture picture();
    Picture asked();

    Gate& gate_;
    const Layout& layout_;
    const Settings& settings_;
    struct {
        std::string certificate, key;  ///< stamps
        CertificateFacts facts;
    } held_;
    CertificateWatch watch_;
    bool warning_ = false;  ///< a note of a warning is being written
    Picture told_;
    bool publishing_ = false;  ///< the bus asks for what changed, while it is told
    Observer key_maker_;       ///< a large RSA key takes seconds
};

}  // namespace mailstack
