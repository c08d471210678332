// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// A small YAML file that people may edit too: settings, and sections of entries, edited line by line.
///
///     file    = *( comment / empty line / setting / section )
///     setting = key ":" scalar
///     section = key ":" *( entry )                    ; a block mapping
///     entry   = indent key ":" ( scalar / fields )
///     fields  = *( deeper-indent key ":" scalar )     ; a block mapping
///
/// A value of an entry or field that is lines is written as a block scalar ("|").
/// That is what mailstack writes. Any YAML 1.2 of that structure is read, in whatever style; a scalar is a string
/// ("587" and 587 are the same). An edit writes the lines of its own setting or entry and leaves every other octet; where the
/// file is written in a style that cannot be edited so (a section in braces), the edit is refused. The sections are
/// known beforehand: every other key is a setting.
// clang-format on
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mailstack {

struct YamlEntry {
    std::string key;
    std::string value{};                          ///< of an entry that is one scalar
    std::map<std::string, std::string> fields{};  ///< of one that has fields
    std::size_t line = 0;                         ///< 1-based, of its key
    bool operator==(const YamlEntry& other) const {
        return key == other.key && value == other.value && fields == other.fields;
    }
};

struct YamlProblem {
    std::size_t line;  ///< 1-based
    std::string message;
};

/// An immutable value, cheap to copy.
class YamlFile {
  public:
    using Sections = std::vector<std::string>;

    YamlFile() : YamlFile(parse({}, {})) {}
    /// Never fails: what cannot be read is a problem, and then the file has no settings and no entries.
    static YamlFile parse(std::string text, Sections sections);
    const std::string& print() const noexcept;
    const std::optional<YamlProblem>& problem() const noexcept;

    std::optional<YamlEntry> setting(std::string_view key) const;
    std::vector<YamlEntry> settings() const;
    /// In the file's order.
    std::vector<YamlEntry> entries(std::string_view section) const;

    /// Edits. Throw Error{Unsupported} where the file cannot be read, or not be edited line by line.
    YamlFile with_setting(const std::string& key, const std::string& value) const;
    YamlFile without_setting(std::string_view key) const;
    /// The entry takes the place of the one with its key, else it stands at the section's end.
    YamlFile with_entry(const std::string& section, const YamlEntry& entry) const;
    /// A new entry in front of the one with the key `before`, and of the comment right above that; at the
    /// section's end where there is none. Where there is an entry with its key: as with_entry.
    YamlFile with_entry_before(const std::string& section, const YamlEntry& entry,
                               std::string_view before) const;
    /// The lines of the entry with the key, as they are, in front of `before` as above.
    YamlFile with_entry_moved(const std::string& section, std::string_view key,
                              std::string_view before) const;
    YamlFile without_entry(const std::string& section, std::string_view key) const;

  private:
    struct State;
    explicit YamlFile(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    YamlFile edited(std::size_t first, std::size_t lines, const std::string& text, const State& wanted) const;
    const State& readable() const;
    std::size_t line_before(const State& state, const std::string& section, std::string_view before) const;
    std::shared_ptr<const State> state_;
};

}  // namespace mailstack
