// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Owners of what OpenSSL allocates, and its errors as ours.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace mailstack::openssl {

template <auto free>
struct Freed {
    template <typename Object>
    void operator()(Object* object) const noexcept {
        free(object);
    }
};

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Request = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;

/// OpenSSL's words for its oldest error of this thread, all of which are forgotten; "" where there is none.
std::string last_reason();

/// Throws Error{Internal} "OpenSSL cannot WHAT: its words" unless `done`.
void require(bool done, const char* what);

/// What was written into a memory BIO. OpenSSL wipes its own copy when it frees it.
std::string bytes_of(BIO* bio);

/// PEM readers would else ask for a passphrase on the terminal.
int no_passphrase(char* buffer, int size, int writing, void* data);

}  // namespace mailstack::openssl
