// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/cf_paths.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

constexpr CharacterSet separators(" \t,:\r");  // what ends a path; "hash:/path" is a class and a path

void check(const std::string& path) {
    if (!path.starts_with('/') || path.find_first_of(" \t\r\n,:#") != std::string::npos) {
        throw Error(Code::InvalidArgument,
                    "the path " + quoted(path) +
                        " cannot stand in a sendmail.cf: it must be absolute, without white "
                        "space, comma, colon or number sign");
    }
}

bool names_files(std::string_view line) {
    return line.starts_with('K') || line.starts_with('F') || line.starts_with("OA") ||
           (line.starts_with("O ") && fold_case(trimmed(line.substr(2))).starts_with("aliasfile"));
}

/// One word of such a line, with the path that ends it exchanged: "Fw-o/etc/x" and "=/etc/x" hold more than a
/// path.
std::string exchanged(std::string_view word, const std::vector<PathExchange>& exchanges) {
    constexpr std::string_view suffix = ".db";
    const auto slash = std::min(word.find('/'), word.size());
    const std::string_view path = word.substr(slash);
    for (const auto& [from, to] : exchanges) {
        if (path == from || (path.starts_with(from) && path.substr(from.size()) == suffix)) {
            return std::string(word.substr(0, slash)) + to + std::string(path.substr(from.size()));
        }
    }
    return std::string(word);
}

std::string exchanged_in_line(std::string_view line, const std::vector<PathExchange>& exchanges) {
    std::string result;
    while (!line.empty()) {
        const auto end = separators.first_in(line);
        result += exchanged(line.substr(0, end), exchanges);
        result += line.substr(end, 1);
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return result;
}

}  // namespace

std::string with_map_paths(std::string_view cf, const std::vector<PathExchange>& exchanges) {
    for (const auto& [from, to] : exchanges) {
        check(from);
        check(to);
    }
    std::string result;
    bool inside = false;
    while (!cf.empty()) {
        const auto end = cf.find('\n');
        const std::string_view line = cf.substr(0, end);
        inside = names_files(line) || (inside && !line.empty() && is_blank(line.front()));
        result += inside ? exchanged_in_line(line, exchanges) : std::string(line);
        if (end == std::string_view::npos) {
            break;
        }
        result += '\n';
        cf.remove_prefix(end + 1);
    }
    return result;
}

}  // namespace mailstack
