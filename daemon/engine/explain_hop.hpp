// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The steps of Explain between the ends: entries of tables and aliases with their lines, .forward files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/explain.hpp"

namespace mailstack {

const TableSource& table_of(const Configuration& configuration, TableName name);

/// "/etc/mail/access:7"
std::string place_of(const Managed& file, std::size_t line);
/// Where the key stands in the table's text; "" where it does not.
std::string entry_place(const TableSource& table, std::string_view key);
/// Words for a map that holds another value than the text's line, or a key that the text has not; else "".
std::string staleness(const TableSource& table, const MapLookedUp& lookup);

/// Reads a trace event by event: what an opened file is depends on what came before.
class HopExplainer {
  public:
    explicit HopExplainer(const Configuration& configuration) : configuration_(configuration) {}

    std::vector<ExplainStep> steps_of(const TraceEvent& event);

  private:
    std::vector<ExplainStep> looked_up(const MapLookedUp& lookup) const;
    std::vector<ExplainStep> expanded(const AliasExpanded& alias);
    std::vector<ExplainStep> opened(const FileOpened& file);

    const Configuration& configuration_;
    std::string alias_key_;  ///< looked for last
    std::string user_;       ///< whose .forward is tried; "" while what is opened is an include
};

}  // namespace mailstack
