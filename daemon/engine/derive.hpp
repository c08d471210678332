// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// sendmail.cf made of sendmail.mc, and the question whether the one that is there may go.
#pragma once

#include "engine/workshop.hpp"
#include "model/setup.hpp"

namespace mailstack {

/// What is done about a sendmail.cf that holds what m4 did not make.
enum class HandEdits {
    Keep,    ///< sendmail.mc was not changed: the edits stay, and become live
    Refuse,  ///< they would be lost: an error
    Replace  ///< they go; a copy is kept aside
};

/// Whether the present .cf is what m4 makes of the present .mc: what the journal says, else m4 is asked.
/// False where that .mc cannot be made into one.
bool is_made(const Workshop& workshop, const Configuration& present);

/// A reload makes live whatever sendmail reads then: hand edits that nobody asked to publish would be among
/// it. Throws Error{HandEdited} where there are some; `why`: "a new certificate needs a reload".
void require_nothing_drifted(const Configuration& before, const std::string& why);

/// `after` with the sendmail.cf that its sendmail.mc gives, and with what that one names. The present .cf
/// stays, byte for byte, where it says the same. Without a sendmail.mc the .cf is the truth and stays. A copy
/// of a .cf that is replaced against its hand edits is added to `files`.
///
/// Throws Error{HandEdited}, and as Programs::build_cf().
Configuration with_cf_made(const Workshop& workshop, const Configuration& before, Configuration after,
                           HandEdits hand_edits, ProvidedFiles& files);

}  // namespace mailstack
