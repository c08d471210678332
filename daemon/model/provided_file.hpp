// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A whole file that a change brings along: a key, a certificate, another program's settings.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace mailstack {

/// What becomes of a file that is there already.
enum class OnExisting {
    Refuse,  ///< it stays: the change fails
    Replace  ///< it gives way, and comes back if the change is undone
};

struct ProvidedFile {
    std::string path;
    std::string bytes;
    mode_t mode = 0644;
    OnExisting on_existing = OnExisting::Refuse;

    ProvidedFile(std::string its_path, std::string its_bytes, mode_t its_mode,
                 OnExisting its_on_existing = OnExisting::Refuse);
    ProvidedFile(const ProvidedFile&) = delete;
    ProvidedFile& operator=(const ProvidedFile&) = delete;
    ~ProvidedFile();  ///< wipes the bytes: a key may be among them
};
using ProvidedFiles = std::vector<std::shared_ptr<const ProvidedFile>>;

}  // namespace mailstack
