// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The properties of org.mailstack1.Certificate: what the files hold, and what sendmail serves.
#include <algorithm>
#include <ctime>

#include "base/file_facts.hpp"
#include "bus/certificate_adaptor.hpp"
#include "bus/certificate_status.hpp"
#include "bus/changed_properties.hpp"
#include "bus/escape.hpp"
#include "bus/method_table.hpp"

namespace mailstack {
namespace {

/// What was before 1970 is long over.
std::uint64_t seconds_of(std::int64_t time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(time, 0));
}

}  // namespace

const CertificateFacts& CertificateAdaptor::facts() {
    const auto snapshot = gate_.writer().snapshot();
    const PairPaths& paths = snapshot->configuration.named.pair;
    const std::string certificate = file_stamp(paths.certificate), key = file_stamp(paths.key);
    if (paths != held_.facts.paths || certificate != held_.certificate || key != held_.key) {
        held_ = {.certificate = certificate, .key = key, .facts = certificate_facts(paths)};
    }
    return held_.facts;
}

CertificateAdaptor::Picture CertificateAdaptor::picture() {
    const CertificateFacts& present = facts();
    Picture picture{.file = bus_text(present.paths.certificate),
                    .renews_itself = settings_.renew_certificate && renews_itself(present)};
    const std::string wanted = present.certificate ? present.certificate->fingerprint : "";
    const auto& served = watch_.heard();
    picture.served = served_fingerprint(served, wanted);
    picture.status = certificate_status(present, served, std::time(nullptr));
    if (present.certificate) {
        picture.subject = bus_text(present.certificate->subject);
        picture.issuer = bus_text(present.certificate->issuer);
        picture.fingerprint = wanted;
        picture.names = bus_texts(present.certificate->names);
        picture.not_before = present.certificate->not_before;
        picture.not_after = present.certificate->not_after;
    }
    return picture;
}

/// For somebody who asks now.
CertificateAdaptor::Picture CertificateAdaptor::asked() {
    if (publishing_) {
        return told_;
    }
    gate_.freshen();
    watch_.await();
    return picture();
}

void CertificateAdaptor::publish() {
    watch_.look();
    const Picture now = picture();
    ChangedProperties changed;
    changed.compare(told_.file, now.file, "CertificateFile");
    changed.compare(told_.names, now.names, "Names");
    changed.compare(told_.not_before, now.not_before, "NotBefore");
    changed.compare(told_.not_after, now.not_after, "NotAfter");
    changed.compare(told_.subject, now.subject, "Subject");
    changed.compare(told_.issuer, now.issuer, "Issuer");
    changed.compare(told_.fingerprint, now.fingerprint, "Fingerprint");
    changed.compare(told_.served, now.served, "ServedFingerprint");
    changed.compare(told_.renews_itself, now.renews_itself, "RenewsItself");
    changed.compare(told_.status, now.status, "Status");
    told_ = now;
    if (changed.any()) {
        publishing_ = true;
        changed.emit(getObject(), certificate_interface);
        publishing_ = false;
    }
}

std::string CertificateAdaptor::CertificateFile() {
    return asked().file;
}
std::vector<std::string> CertificateAdaptor::Names() {
    return asked().names;
}
std::uint64_t CertificateAdaptor::NotBefore() {
    return seconds_of(asked().not_before);
}
std::uint64_t CertificateAdaptor::NotAfter() {
    return seconds_of(asked().not_after);
}
std::string CertificateAdaptor::Subject() {
    return asked().subject;
}
std::string CertificateAdaptor::Issuer() {
    return asked().issuer;
}
std::string CertificateAdaptor::Fingerprint() {
    return asked().fingerprint;
}
std::string CertificateAdaptor::ServedFingerprint() {
    return asked().served;
}
bool CertificateAdaptor::RenewsItself() {
    return asked().renews_itself;
}
std::string CertificateAdaptor::Status() {
    return asked().status;
}

}  // namespace mailstack
