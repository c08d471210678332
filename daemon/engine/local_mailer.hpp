// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Which program sendmail runs to deliver to an account, as sendmail.mc chooses it and as sendmail.cf has it.
///
/// Source: cf/README, FEATURE(`local_procmail'), LOCAL_MAILER_PATH, confLOCAL_MAILER; measured with m4 and
/// Debian's OSTYPE: local_procmail takes effect behind OSTYPE alone, where McFile puts every FEATURE.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/mc_file.hpp"
#include "model/setup.hpp"

namespace mailstack {

inline constexpr const char* procmail_path = "/usr/bin/procmail";

/// What a file says of its own of the local mailer.
struct LocalMailerChoice {
    std::string by;        ///< "LOCAL_MAILER_PATH", "FEATURE(`local_procmail')"
    std::string path;      ///< of the include where it stands; "": in the file itself
    std::size_t line = 0;  ///< 1-based; 0 where it is known only that it may stand there
};

/// The first choice that `mc` makes, or one of what it includes; nothing where the system's own mailer is
/// left. One for procmail comes last: it is what another would contradict.
std::optional<LocalMailerChoice> local_mailer_choice(const McFile& mc,
                                                     const std::vector<IncludedFile>& included);

/// `mc` with FEATURE(`local_procmail'), or the same octets where it has that already. Throws
/// Error{Unsupported} with the line where another local mailer is chosen, and as McFile's edits.
McFile with_procmail(const McFile& mc, const std::vector<IncludedFile>& included);

/// The program of the mailer "local" in `cf`: "/usr/bin/procmail"; "" where there is none.
std::string local_mailer(std::string_view cf);

/// Whether that program is procmail, or Debian's sensible-mda, which takes procmail where it is installed.
bool delivers_by_procmail(std::string_view local_mailer);

}  // namespace mailstack
