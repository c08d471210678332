// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A whole file that a change brings along: a key, a certificate, another program's settings.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.hpp"

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
    /// As NewFile::reader; the directory, where it is missing, is made such that everybody may pass (0711).
    std::optional<uid_t> reader{};
    /// The mode, owner and ACL of a file that gives way stay as they are; `mode` is for one that is made.
    bool keeps_attributes = false;
    /// What these bytes were made from; the change fails as Busy where the file is another by then (or there,
    /// where this one does not exist).
    std::optional<FileIdentity> expected{};
    /// Its octets then, as sha256(): a save of the same length within one tick of the kernel's clock leaves
    /// the identity as it was. "": they are not compared.
    std::string expected_sha256{};

    ProvidedFile(std::string its_path, std::string its_bytes, mode_t its_mode,
                 OnExisting its_on_existing = OnExisting::Refuse);
    ProvidedFile(const ProvidedFile&) = delete;
    ProvidedFile& operator=(const ProvidedFile&) = delete;
    ~ProvidedFile();  ///< wipes the bytes: a key may be among them
};
using ProvidedFiles = std::vector<std::shared_ptr<const ProvidedFile>>;

}  // namespace mailstack
