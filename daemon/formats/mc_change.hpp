// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What every edit of a sendmail.mc begins and ends with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/mc_file.hpp"
#include "formats/mc_place.hpp"

namespace mailstack {

/// Throws Error{Unsupported} where the file could not be read to its end.
void require_readable(const McFile& file);

/// `text` in m4's quotes.
std::string mc_quoted(std::string_view text);
/// MACRO(`first', `second').
std::string mc_call_text(std::string_view macro, const std::vector<std::string>& arguments);
/// Whether the call has exactly these arguments, written out.
bool has_arguments(const McStatement& call, const std::vector<std::string>& arguments);

/// The file with the change. Throws Error{Unsupported} where m4 would then make any other call, or one
/// elsewhere, outside of what was changed; `edited` is the macro that the change itself defines or removes.
McFile changed(const McFile& file, const McChange& change, std::string_view edited = {});
/// The file with the arguments of call `index` replaced.
McFile with_arguments(const McFile& file, std::size_t index, const std::vector<std::string>& arguments);
/// The file without each statement for which `unwanted` holds.
template <typename Unwanted>
McFile without_calls(McFile file, std::string_view edited, const Unwanted& unwanted) {
    require_readable(file);
    for (std::size_t i = file.statements().size(); i > 0; --i) {
        const auto& statement = file.statements()[i - 1];
        if (statement.kind == McStatement::Kind::Call && unwanted(statement)) {
            file = changed(file, McPlaces(file.print(), file.statements()).removal(i - 1), edited);
            i = std::min(i, file.statements().size() + 1);  // text before and after it may have become one
        }
    }
    return file;
}

/// Throws Error{InvalidArgument} where a word of `text`, which was written into `file`, is a macro that the
/// file defines: m4 would replace it.
void require_no_macro_of(const McFile& file, std::string_view text);

}  // namespace mailstack
