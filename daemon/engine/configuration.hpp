// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The configuration as it stands in the files: an immutable value, cheap to copy.
#pragma once

#include <string>
#include <vector>

#include "base/disk.hpp"
#include "formats/alias_file.hpp"

namespace mailstack {

/// One alias file of sendmail (option AliasFile may name several) with the map made from it.
struct AliasSource {
    std::string text_path;  ///< resolved: /etc/aliases, not the link /etc/mail/aliases
    std::string map_path;   ///< where sendmail looks: AliasFile + ".db"; "" where no sendmail is installed
    AliasFile file;
    FileIdentity text_identity;    ///< of the bytes in `file`
    FileIdentity map_identity;     ///< as last seen
    std::int64_t map_written = 0;  ///< the mtime that we gave the map last, nanoseconds
    bool drifted = false;          ///< the text holds hand edits that are not in the map
    bool map_is_ours = false;      ///< the map is as mailstack last wrote it
};

struct Configuration {
    FileIdentity cf_identity;              ///< of sendmail.cf, which names the alias files
    FileIdentity hosts_identity;           ///< of local-host-names
    std::vector<std::string> alias_paths;  ///< as option AliasFile has them: may be links
    std::vector<AliasSource> aliases;      ///< in sendmail's order of lookup; at least one
    std::vector<std::string> local_hosts;  ///< folded: class w as far as files tell, "localhost" included
};

}  // namespace mailstack
