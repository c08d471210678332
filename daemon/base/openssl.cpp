// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/openssl.hpp"

#include <openssl/err.h>

#include <algorithm>

#include "base/error.hpp"

namespace mailstack::openssl {

std::string last_reason() {
    const unsigned long first = ::ERR_get_error();
    ::ERR_clear_error();
    const char* const words = first == 0 ? nullptr : ::ERR_reason_error_string(first);
    return words == nullptr ? "" : words;
}

void require(bool done, const char* what) {
    if (!done) {
        const std::string reason = last_reason();
        throw Error(Code::Internal, std::string("OpenSSL cannot ") + what + ": " +
                                        (reason.empty() ? "no reason given" : reason));
    }
}

std::string bytes_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(std::max(size, 0L))};
}

int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
    return -1;
}

}  // namespace mailstack::openssl
