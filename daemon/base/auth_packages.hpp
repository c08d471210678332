// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What AUTH needs besides sendmail: a program that checks passwords with PAM, and libsasl2's plug-ins for
/// PLAIN and LOGIN (Debian's libsasl2-2 brings neither). Looked for, not asked of a package manager.
/// mailstackctl looks, too.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mailstack {

/// Where libsasl2 looks for plug-ins and for Sendmail.conf below `root`, in its order: Debian's
/// /etc/sasl2:/etc/sasl:/usr/lib/TRIPLET/sasl2:/usr/lib/sasl2; elsewhere /usr/lib64/sasl2.
inline std::vector<std::string> sasl_directories(const std::string& root) {
    std::vector<std::string> directories{root + "/etc/sasl2", root + "/etc/sasl"};
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(root + "/usr/lib", none)) {
        if (std::filesystem::is_directory(entry.path() / "sasl2", none)) {
            directories.push_back(entry.path() / "sasl2");
        }
    }
    directories.push_back(root + "/usr/lib/sasl2");
    directories.push_back(root + "/usr/lib64/sasl2");
    return directories;
}

inline bool has_sasl_file(const std::string& root, const std::string& name) {
    for (const auto& directory : sasl_directories(root)) {
        std::error_code none;
        if (std::filesystem::exists(std::filesystem::symlink_status(directory + "/" + name, none))) {
            return true;
        }
    }
    return false;
}

inline bool has_saslauthd(const std::string& root) {
    std::error_code none;
    return std::filesystem::is_regular_file(root + "/usr/sbin/saslauthd", none);
}

/// Debian's names of the packages without which nobody can authenticate; none where all is there.
inline std::vector<std::string> missing_auth_packages(const std::string& root = "") {
    std::vector<std::string> missing;
    if (!has_saslauthd(root)) {
        missing.emplace_back("sasl2-bin");
    }
    if (!has_sasl_file(root, "libplain.so.2") && !has_sasl_file(root, "libplain.so.3")) {
        missing.emplace_back("libsasl2-modules");
    }
    return missing;
}

}  // namespace mailstack
