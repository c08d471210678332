// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The journal: a file of records and commit marks, each in an envelope that shows a torn tail for what it
/// is.
///
///     envelope = "mailstack" SP kind SP length SP sha256 LF payload      ; kind: "record" or "commit"
///
/// A record without its commit mark is a transaction to undo. When it is undone, the journal is cut back to
/// what it was before. Archiving is one rename into history/GENERATION.
#pragma once

#include <optional>
#include <string>

#include "base/disk.hpp"
#include "engine/layout.hpp"
#include "engine/record.hpp"

namespace mailstack {

class Journal {
  public:
    /// Reads what is there; a torn tail is cut off.
    Journal(const Layout& layout, Disk& disk);

    const Commit& newest() const noexcept { return newest_; }  ///< generation 0 on a machine without history
    /// The transaction that a crash left half done.
    const std::optional<Record>& pending() const noexcept { return pending_; }

    void begin(const Record& record);   ///< durable on return; on failure the journal is as before
    void commit(const Commit& commit);  ///< durable on return: the one commit point
    void cancel();                      ///< cuts off the record that was undone; durable on return
    /// Moves the journal to the history where it has so many octets; keeps the newest 100 files there. (Not
    /// at each end of the daemon: whoever makes few changes and waits each time would soon have pushed out
    /// everybody else's.)
    void archive(std::uint64_t grown_to = std::uint64_t{1} << 20U);

  private:
    void read(const std::string& path);
    void cut_off_quietly();
    void write(const std::string& kind, const std::string& payload);

    Layout layout_;
    Disk& disk_;
    Commit newest_;
    std::optional<Record> pending_;
    std::uint64_t length_ = 0;     ///< octets that are valid
    std::uint64_t rewind_to_ = 0;  ///< where the pending record begins
    bool exists_ = false;
    bool name_is_durable_ = true;
    bool torn_ = false;  ///< a write failed: what lies behind length_ must go before the next
};

}  // namespace mailstack
