// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The rc files of all accounts, made anew.
#pragma once

#include <optional>

#include "engine/apply.hpp"
#include "engine/workshop.hpp"
#include "model/delivery.hpp"

namespace mailstack {

/// `after`: whose name recipes mark what they forward with. The rc files of all accounts made of their YAML,
/// hand edits included; of an rc that was edited itself, or whose YAML is gone, a copy is kept aside. The rc
/// of an account whose YAML cannot be read, is not taken by procmail or would lose mail stays as it is: Check
/// tells of it. Throws InvalidConfiguration where /etc/procmailrc cannot be read.
void add_remade_recipes(const Workshop& workshop, const Configuration& after, Applied& applied);

/// The machine's delivery, where one is given, and the rc files of the accounts for which it, or the
/// machine's name, is another now. Hand edits stay as they are, not live. Where none
/// is given and /etc/procmailrc cannot be read, or its part was edited, nothing is made anew: Check tells of
/// it. Where one is given: throws InvalidConfiguration as above, HandEdited where the part was edited.
void add_machine_delivery(const Workshop& workshop, const Configuration& after,
                          std::optional<Delivery> delivery, Applied& applied);

}  // namespace mailstack
