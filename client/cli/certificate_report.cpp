// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "certificate_report.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "duration.hpp"

namespace mailstack::client {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::uint64_t day = 86400;

/// Since when a certificate that renews itself is renewed: org.mailstack1(5), CheckExpiry.
std::uint64_t renewed_from(const CertificateState& certificate) {
    const auto valid = certificate.not_after - std::min(certificate.not_before, certificate.not_after);
    return certificate.not_after - std::min(valid / 3, 32 * day);
}

std::string counted_days(std::uint64_t days) {
    return grouped(days) + (days == 1 ? " day" : " days");
}

std::string left_words(std::uint64_t not_after, std::uint64_t now) {
    if (not_after > now) {
        return counted_days(days_left(not_after, now)) + " left";
    }
    const auto days = (now - not_after) / day;
    return days == 0 ? "expired less than a day ago" : "expired " + counted_days(days) + " ago";
}

std::string until_words(const CertificateState& certificate, std::uint64_t now) {
    return local_time(certificate.not_after, now) + " (" + left_words(certificate.not_after, now) + ")";
}

std::string renewal_words(const CertificateState& certificate, std::uint64_t now) {
    return certificate.renews_itself ? "by itself, from " + local_time(renewed_from(certificate), now) +
                                           " on (unless renew-certificate is false)"
                                     : "by whoever issued it";
}

std::string served_words(const ServedCertificate& served, const std::string& fingerprint) {
    const auto why = served.reason.empty() ? "" : ": " + printable(served.reason);
    if (served.fingerprint.empty()) {
        return (why.empty() ? "no TLS, as sendmail.cf says" : "no TLS") + why;
    }
    return (served.fingerprint == fingerprint ? "this certificate"
                                              : "another one, " + printable(served.fingerprint)) +
           why;
}

std::string last_served_words(const CertificateState& certificate) {
    const auto& served = certificate.served_fingerprint;
    return (served.empty()                      ? "none"
            : served == certificate.fingerprint ? "this certificate"
                                                : "another one, " + printable(served)) +
           ", when sendmail was last asked";
}

/// A line for each port, the first behind the label.
void add_served(Rows& rows, const CertificateReport& report) {
    if (!report.served) {
        rows.push_back({"Served:", last_served_words(report.certificate)});
        return;
    }
    if (report.served->empty()) {
        rows.push_back({"Served:", "nowhere: sendmail.cf names no port"});
    }
    std::size_t widest = 0;
    for (const auto& served : *report.served) {
        widest = std::max(widest, served.address.size());
    }
    for (const auto& served : *report.served) {
        auto address = printable(served.address);
        address.resize(std::max(widest, address.size()) + 2, ' ');
        rows.push_back({&served == &report.served->front() ? "Served:" : "",
                        address + served_words(served, report.certificate.fingerprint)});
    }
}

void add_details(Rows& rows, const CertificateState& certificate, std::uint64_t now) {
    rows.push_back({"Names:", printable(joined(certificate.names))});
    rows.push_back({"Subject:", printable(certificate.subject)});
    rows.push_back({"Issuer:", certificate.issuer == certificate.subject ? "itself (self-signed)"
                                                                         : printable(certificate.issuer)});
    rows.push_back({"Valid from:", local_time(certificate.not_before, now)});
    rows.push_back({"Valid until:", until_words(certificate, now)});
    rows.push_back({"Renewal:", renewal_words(certificate, now)});
    rows.push_back({"Fingerprint:", printable(certificate.fingerprint)});
}

std::string expiry_advice(const CertificateState& certificate) {
    return certificate.renews_itself ? "'mailstackctl cert rotate --key keep' renews it; 'systemctl status "
                                       "mailstack-certificate.timer' tells why it was not done by itself"
                                     : "renew it where it comes from ('certbot renew') and say 'mailstackctl "
                                       "cert install CHAIN KEY', "
                                       "or make one here with 'mailstackctl cert rotate'";
}

bool is_there(const CertificateState& certificate) {
    return !certificate.fingerprint.empty();
}

Json served_json(const std::optional<std::vector<ServedCertificate>>& ports) {
    if (!ports) {
        return nullptr;
    }
    auto json = Json::array();
    for (const auto& served : *ports) {
        json.push_back(
            {{"address", served.address}, {"fingerprint", served.fingerprint}, {"reason", served.reason}});
    }
    return json;
}

}  // namespace

bool serves(const CertificateState& certificate) {
    return certificate.status == "valid" || certificate.status == "expiring";
}

std::uint64_t days_left(std::uint64_t not_after, std::uint64_t now) {
    return not_after > now ? (not_after - now - 1) / day + 1 : 0;
}

std::string status_words(const CertificateState& certificate) {
    struct Words {
        std::string_view status, words;
    };
    static constexpr std::array all{
        Words{"expiring", "valid, but it expires soon"},
        Words{"expired", "expired: who looks at it refuses it"},
        Words{"not-yet-valid", "not valid yet: who looks at it refuses it"},
        Words{"not-served", "not served: sendmail shows another one, or none"},
        Words{"unusable", "unusable: a file is missing or cannot be read, or the key is another one's"},
        Words{"none", "none: sendmail.cf names no certificate, so that sendmail speaks no TLS"}};
    const auto* const found = std::ranges::find(all, certificate.status, &Words::status);
    return found == all.end() ? printable(certificate.status) : std::string(found->words);
}

std::string to_do(const CertificateState& certificate, std::uint64_t now) {
    const auto& status = certificate.status;
    if (status == "expired" || (status == "expiring" && !certificate.renews_itself)) {
        return expiry_advice(certificate);
    }
    if (status == "expiring") {
        return renewed_from(certificate) + day < now ? expiry_advice(certificate)
                                                     : "nothing: it renews itself";
    }
    if (status == "not-yet-valid") {
        return "see whether the clock is right ('timedatectl'); 'mailstackctl cert rotate' makes one that is "
               "valid now";
    }
    if (status == "not-served") {
        return "'mailstackctl reload' has sendmail read it; 'mailstackctl check' tells what keeps it from "
               "serving it";
    }
    if (status == "unusable") {
        return "'mailstackctl check' tells which file; 'mailstackctl cert rotate' makes a new key and "
               "certificate";
    }
    return status == "none" ? "'mailstackctl cert rotate' makes one and has it served" : "nothing";
}

std::string to_text(const CertificateState& certificate, std::uint64_t now) {
    const auto status = printable(certificate.status);
    const auto until = is_there(certificate) ? status + ", until " + until_words(certificate, now) : status;
    return until + (certificate.status == "valid" ? "" : "; see 'mailstackctl cert show'");
}

std::string to_text(const CertificateReport& report, std::uint64_t now) {
    const auto& certificate = report.certificate;
    Rows rows;
    if (!certificate.file.empty()) {
        rows.push_back({"File:", printable(certificate.file)});
    }
    if (is_there(certificate)) {
        add_details(rows, certificate, now);
    }
    add_served(rows, report);
    rows.push_back({"Status:", status_words(certificate)});
    rows.push_back({"To do:", to_do(certificate, now)});
    return to_table(rows);
}

std::string new_certificate_text(const CertificateState& certificate, std::uint64_t now) {
    return "It is for " + printable(joined(certificate.names)) + ", valid until " +
           until_words(certificate, now) + ".\nFingerprint: " + printable(certificate.fingerprint) + "\n";
}

Json to_json(const CertificateState& certificate) {
    return {{"status", certificate.status},
            {"names", certificate.names},
            {"not_after", is_there(certificate) ? Json(certificate.not_after) : Json(nullptr)}};
}

Json to_json(const CertificateReport& report, std::uint64_t now) {
    const auto& certificate = report.certificate;
    const auto dated = [&](std::uint64_t value) {
        return is_there(certificate) ? Json(value) : Json(nullptr);
    };
    return {{"status", certificate.status},
            {"words", status_words(certificate)},
            {"to_do", to_do(certificate, now)},
            {"file", certificate.file},
            {"names", certificate.names},
            {"subject", certificate.subject},
            {"issuer", certificate.issuer},
            {"not_before", dated(certificate.not_before)},
            {"not_after", dated(certificate.not_after)},
            {"days_left", dated(days_left(certificate.not_after, now))},
            {"renews_itself", certificate.renews_itself},
            {"fingerprint", certificate.fingerprint},
            {"served_fingerprint", certificate.served_fingerprint},
            {"served", served_json(report.served)}};
}

Json new_certificate_json(const CertificateState& certificate, std::uint64_t generation) {
    return {{"generation", generation},
            {"live", true},
            {"names", certificate.names},
            {"not_after", certificate.not_after},
            {"fingerprint", certificate.fingerprint}};
}

}  // namespace mailstack::client
