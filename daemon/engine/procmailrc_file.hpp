// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// /etc/procmailrc as it is and as a change makes it. Hand edits of it are live at once: procmail reads it
/// for each message.
#pragma once

#include <optional>
#include <string>

#include "base/disk.hpp"
#include "engine/layout.hpp"
#include "formats/procmailrc.hpp"
#include "model/delivery.hpp"

namespace mailstack {

struct ProcmailrcFile {
    std::string path;
    ProcmailRc before{}, after{};
    FileIdentity identity{};  ///< !exists(): there is none
    std::string included{};   ///< what mailstack's part includes: "/etc/mailstack/procmail/$LOGNAME.rc"

    bool changed() const { return before.print() != after.print(); }
    /// What mailstack's part says; Unset where there is none.
    Delivery delivery() const;
    /// Why the part is not what mailstack wrote, which an edit of it would take away; nothing where it is.
    std::optional<std::string> part_edited() const;
    /// The part is there, and includes the recipes. Throws Error{InvalidConfiguration}.
    void include();
    /// The machine's delivery from now on. Throws Error{InvalidConfiguration}.
    void deliver_to(Delivery delivery);
    /// Why no change of it can be made, with its path and the line; nothing where one can.
    std::optional<std::string> problem() const;

    // How the two above do it.
    void write(Delivery delivery);
};

/// Throws as Disk's looking does.
ProcmailrcFile read_procmailrc(const Layout& layout, Disk& disk);

}  // namespace mailstack
