// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/provided_file.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace mailstack {

ProvidedFile::ProvidedFile(std::string its_path, std::string its_bytes, mode_t its_mode,
                           OnExisting its_on_existing)
    : path(std::move(its_path)), bytes(std::move(its_bytes)), mode(its_mode), on_existing(its_on_existing) {}

ProvidedFile::~ProvidedFile() {
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

}  // namespace mailstack
