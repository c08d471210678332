// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/cf_mailers.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailstack {
namespace {

/// Calls `visit(line, number)` for each line with those that continue it, joined by a space.
template <typename Visit>
void each_logical_line(std::string_view cf, const Visit& visit) {
    std::string joined_line;
    std::size_t first = 0, number = 0;
    while (!cf.empty()) {
        const auto end = cf.find('\n');
        const std::string_view line = cf.substr(0, end);
        cf.remove_prefix(end == std::string_view::npos ? cf.size() : end + 1);
        ++number;
        if (!line.empty() && is_blank(line.front()) && first != 0) {
            joined_line += " " + std::string(trimmed(line));
            continue;
        }
        if (first != 0) {
            visit(std::string_view(joined_line), first);
        }
        joined_line = line;
        first = number;
    }
    if (first != 0) {
        visit(std::string_view(joined_line), first);
    }
}

/// One field, and what follows it: the arguments run to the end of the line.
void take_field(CfMailer& mailer, std::string_view& rest) {
    rest = trimmed(rest);
    const bool arguments = rest.starts_with('A');
    const auto end = arguments ? rest.size() : std::min(rest.find(','), rest.size());
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) {
        return;
    }
    const std::string value(trimmed(field.substr(equals + 1)));
    if (arguments) {
        mailer.arguments = value;
    } else if (field.starts_with('P')) {
        mailer.program = value;
    }
}

}  // namespace

std::optional<CfMailer> cf_mailer(std::string_view cf, std::string_view name) {
    std::optional<CfMailer> found;
    each_logical_line(cf, [&](std::string_view line, std::size_t number) {
        if (!line.starts_with('M')) {
            return;
        }
        std::string_view rest = line.substr(1);
        const auto comma = std::min(rest.find(','), rest.size());
        if (trimmed(rest.substr(0, comma)) != name) {
            return;
        }
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        CfMailer mailer{.program = {}, .arguments = {}, .line = number};
        while (!rest.empty()) {
            take_field(mailer, rest);
        }
        found = std::move(mailer);
    });
    return found;
}

std::vector<std::string> cf_mailer_names(std::string_view cf) {
    std::vector<std::string> names;
    each_logical_line(cf, [&](std::string_view line, std::size_t /*number*/) {
        if (line.starts_with('M')) {
            names.emplace_back(trimmed(line.substr(1, line.find(',') - 1)));
        }
    });
    return names;
}

std::optional<CfMacro> cf_macro(std::string_view cf, std::string_view name) {
    std::optional<CfMacro> found;
    each_logical_line(cf, [&](std::string_view line, std::size_t number) {
        if (line.starts_with('D') && line.substr(1).starts_with(name)) {
            found = CfMacro{.value = std::string(trimmed(line.substr(1 + name.size()))), .line = number};
        }
    });
    return found && found->value.empty() ? std::nullopt : found;
}

}  // namespace mailstack
