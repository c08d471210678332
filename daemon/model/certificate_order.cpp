// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/error.hpp"
#include "model/certificate.hpp"
#include "model/certificate_called.hpp"

namespace mailstack {
namespace {

enum class Kinship { Stranger, NameOnly, Issued };

/// Whether the second certificate's owner issued the first.
Kinship kinship(X509* issued, X509* issuer) {
    if (::X509_NAME_cmp(::X509_get_issuer_name(issued), ::X509_get_subject_name(issuer)) != 0) {
        return Kinship::Stranger;
    }
    EVP_PKEY* const key = ::X509_get0_pubkey(issuer);
    const bool signature = key != nullptr && ::X509_verify(issued, key) == 1;
    ::ERR_clear_error();
    return signature ? Kinship::Issued : Kinship::NameOnly;
}

class Order {
  public:
    Order(const CertificateChain& chain, const std::function<bool(const X509*)>& is_rooted)
        : chain_(chain), is_rooted_(is_rooted) {}

    void require() const {
        require_no_duplicate();
        for (std::size_t place = 0; place + 1 < chain_.size(); ++place) {
            if (self_signed(place) || !issued(place, place + 1)) {
                refuse(place);
            }
            require_authority(place + 1);
        }
        const std::size_t last = chain_.size() - 1;
        if (!self_signed(last) && !is_rooted_(chain_.at(last))) {
            broken(missing_issuer(last));
        }
    }

  private:
    [[noreturn]] static void broken(const std::string& why) { throw Error(Code::BrokenChain, why); }

    bool self_signed(std::size_t place) const { return chain_.details()[place].self_signed; }
    bool issued(std::size_t place, std::size_t issuer) const {
        return kinship(chain_.at(place), chain_.at(issuer)) == Kinship::Issued;
    }

    void require_no_duplicate() const {
        for (std::size_t place = 1; place < chain_.size(); ++place) {
            for (std::size_t before = 0; before < place; ++before) {
                if (chain_.details()[place].fingerprint == chain_.details()[before].fingerprint) {
                    broken(called(chain_, place) + " stands in the file twice, as certificate " +
                           std::to_string(before + 1) + " too: take one of them out");
                }
            }
        }
    }

    void require_authority(std::size_t place) const {
        if (::X509_check_ca(chain_.at(place)) == 0) {
            broken(called(chain_, place) +
                   " issued the one before it, but is no authority's (CA:FALSE): nobody "
                   "will trust the chain; get the certificates from the authority again");
        }
    }

    bool is_reversed() const {
        for (std::size_t place = 1; place < chain_.size(); ++place) {
            if (!issued(place, place - 1)) {
                return false;
            }
        }
        return true;
    }

    /// The one behind `place` did not issue it: says what there is, and what would be right.
    [[noreturn]] void refuse(std::size_t place) const {
        if (is_reversed()) {
            broken("the chain is the wrong way round: " + called(chain_, chain_.size() - 1) +
                   " must stand first, then each one's issuer, " + called(chain_, 0) + " last");
        }
        if (self_signed(place)) {
            broken(called(chain_, place) + " is self-signed, with which a chain ends: " +
                   called(chain_, place + 1) + " does not belong behind it; take it out");
        }
        for (std::size_t other = 0; other < chain_.size(); ++other) {
            if (other != place && issued(place, other)) {
                broken("the chain is out of order: " + called(chain_, other) + " must stand right behind " +
                       called(chain_, place) + ", which it issued");
            }
        }
        if (kinship(chain_.at(place), chain_.at(place + 1)) == Kinship::NameOnly) {
            broken(called(chain_, place) + " is not signed with the key of " + called(chain_, place + 1) +
                   ", although that is its issuer's name: take the issuer's certificate that came with it");
        }
        if (is_rooted_(chain_.at(place))) {
            broken(called(chain_, place + 1) +
                   " does not belong to the chain, which is complete without it: take it "
                   "out");
        }
        broken(missing_issuer(place) + "; what stands behind it is " + called(chain_, place + 1));
    }

    std::string missing_issuer(std::size_t place) const {
        const CertificateDetails& details = chain_.details()[place];
        if (details.issuer == details.subject) {
            return called(chain_, place) +
                   " names itself as its issuer, but its key did not sign it: it is damaged, "
                   "or its issuer has the same name; get it from the authority again";
        }
        return "the chain is not complete: behind " + called(chain_, place) +
               " put the certificate of its issuer " + quoted(details.issuer) +
               "; authorities call the whole file fullchain";
    }

    const CertificateChain& chain_;
    const std::function<bool(const X509*)>& is_rooted_;
};

}  // namespace

std::string called(const CertificateChain& chain, std::size_t place) {
    const CertificateDetails& details = chain.details().at(place);
    const std::string name = !details.subject.empty() ? "of " + quoted(details.subject)
                             : details.names.empty()  ? "without a subject"
                                                      : "for " + quoted(details.names.front());
    return "the certificate " + name +
           (chain.size() == 1
                ? ""
                : " (" + std::to_string(place + 1) + " of " + std::to_string(chain.size()) + ")");
}

void require_order(const CertificateChain& chain, const std::function<bool(const X509*)>& is_rooted) {
    Order(chain, is_rooted).require();
}

}  // namespace mailstack
