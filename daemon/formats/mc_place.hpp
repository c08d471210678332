// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Where in a sendmail.mc a new statement goes, and what of a line goes with a statement that is removed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "formats/mc_file.hpp"
#include "formats/mc_scan.hpp"

namespace mailstack {

/// One replacement of octets.
struct McChange {
    std::size_t begin = 0;
    std::size_t removed = 0;
    std::string inserted{};
};

class McPlaces {
  public:
    McPlaces(std::string_view text, const std::vector<McStatement>& statements)
        : text_(text), statements_(statements) {}
    /// Of a file that outlives it.
    explicit McPlaces(const McFile& file) : McPlaces(file.print(), file.statements()) {}

    /// The first statement that must come after all settings, or their number.
    std::size_t first_section() const;
    /// The last call before statement `limit` for which `wanted` holds, or npos.
    template <typename Wanted>
    std::size_t last_before(std::size_t limit, const Wanted& wanted) const {
        for (auto i = limit; i > 0; --i) {
            if (statements_[i - 1].kind == McStatement::Kind::Call && wanted(statements_[i - 1])) {
                return i - 1;
            }
        }
        return npos;
    }

    /// `statement` (without its line end) as a line of its own after that of statement `index`, before it, or
    /// after all settings.
    McChange after(std::size_t index, const std::string& statement) const;
    McChange before(std::size_t index, const std::string& statement) const;
    McChange after_settings(const std::string& statement) const;
    /// The same after everything.
    McChange at_end(const std::string& statement) const { return insertion(text_.size(), statement); }
    /// The whole lines of statement `index` where nothing else but a dnl is on them, else the statement.
    McChange removal(std::size_t index) const;

    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  private:
    McChange insertion(std::size_t at, const std::string& statement) const;
    std::size_t line_begin(std::size_t index) const;
    std::size_t line_end(std::size_t index) const;

    std::string_view text_;
    const std::vector<McStatement>& statements_;
};

}  // namespace mailstack
