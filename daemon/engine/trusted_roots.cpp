// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/trusted_roots.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <memory>

#include "base/openssl.hpp"
#include "engine/certificate_files.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

using Store = std::unique_ptr<X509_STORE, openssl::Freed<X509_STORE_free>>;
using Context = std::unique_ptr<X509_STORE_CTX, openssl::Freed<X509_STORE_CTX_free>>;

/// What cannot be read holds no roots.
Store store_of(const std::string& file, const std::string& directory) {
    Store store(::X509_STORE_new());
    openssl::require(store != nullptr, "hold certificates");
    ::X509_STORE_set_default_paths(store.get());
    if (!file.empty()) {
        ::X509_STORE_load_file(store.get(), file.c_str());
    }
    if (!directory.empty()) {
        ::X509_STORE_load_path(store.get(), directory.c_str());
    }
    return store;
}

bool is_issued_by_a_root(X509_STORE* store, const X509* certificate) {
    const Context context(::X509_STORE_CTX_new());
    auto* const asked = const_cast<X509*>(certificate);  // OpenSSL 3 caches extensions in it
    X509* found = nullptr;
    if (!context || ::X509_STORE_CTX_init(context.get(), store, asked, nullptr) != 1 ||
        ::X509_STORE_CTX_get1_issuer(&found, context.get(), asked) != 1) {
        return false;
    }
    const openssl::Certificate issuer(found);
    return ::X509_self_signed(issuer.get(), 1) == 1 && ::X509_check_ca(issuer.get()) != 0 &&
           ::X509_verify(asked, ::X509_get0_pubkey(issuer.get())) == 1;
}

}  // namespace

std::function<bool(const X509*)> trusted_roots(std::string_view cf) {
    const std::string authority = cf_value(cf, "CACertFile");
    const std::string file = authority == named_pair(cf).certificate ? "" : authority;
    return [file, directory = cf_value(cf, "CACertPath")](const X509* asked) {
        const bool rooted = is_issued_by_a_root(store_of(file, directory).get(), asked);
        ::ERR_clear_error();
        return rooted;
    };
}

}  // namespace mailstack
