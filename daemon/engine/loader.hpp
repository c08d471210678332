// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The configuration as the files hold it.
#pragma once

#include <map>
#include <string>

#include "base/disk.hpp"
#include "engine/configuration.hpp"
#include "engine/layout.hpp"
#include "engine/record.hpp"

namespace mailstack {

/// Reads what sendmail.cf names. What `held` (may be null) has with the same identity is not read again.
/// `written` tells hand edits from our own work. Throws Unsupported where an alias map is of a kind that
/// mailstack does not manage.
Configuration load(const Layout& layout, Disk& disk, const std::map<std::string, WrittenFile>& written,
                   const Configuration* held);

/// The same configuration with another sendmail.cf: what that one names and this one did not is read.
Configuration with_cf(const Layout& layout, Disk& disk, const std::map<std::string, WrittenFile>& written,
                      const Configuration& configuration, const CfText& cf);

/// Class w as far as files tell, folded: localhost, the machine's name, local-host-names.
std::vector<std::string> local_hosts(const Layout& layout, Disk& disk);

/// Whether each file is still the one in `configuration`: a stat for each.
bool unchanged(Disk& disk, const Configuration& configuration);

/// The state of every managed file, for the commit mark.
std::map<std::string, WrittenFile> written_files(const Configuration& configuration);

/// Paths of the texts that hold unpublished hand edits.
std::vector<std::string> drifted_paths(const Configuration& configuration);

}  // namespace mailstack
