// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/cf_options.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace mailstack {
namespace {

/// The one-letter names that sendmail still takes, of the options that are asked for here.
constexpr std::array<std::pair<char, std::string_view>, 3> letters{
    {{'A', "aliasfile"}, {'O', "daemonportoptions"}, {'Q', "queuedirectory"}}};

/// `line` up to a comment; `\#` is a number sign and `$#` is rule syntax.
std::string without_comment(std::string_view line) {
    std::string kept;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '#' && !kept.empty() && kept.back() == '\\') {
            kept.back() = '#';
        } else if (line[i] == '#' && (kept.empty() || kept.back() != '$')) {
            break;
        } else {
            kept += line[i];
        }
    }
    return kept;
}

/// The file's lines with their continuations joined by a space, comments gone.
std::vector<std::string> logical_lines(std::string_view cf) {
    std::vector<std::string> lines;
    while (!cf.empty()) {
        const auto end = cf.find('\n');
        const std::string_view line = cf.substr(0, end);
        cf.remove_prefix(end == std::string_view::npos ? cf.size() : end + 1);
        if (!line.empty() && is_blank(line.front()) && !lines.empty()) {
            lines.back() += " " + std::string(trimmed(without_comment(line)));
        } else {
            lines.push_back(without_comment(line));
        }
    }
    return lines;
}

/// Name (folded) and value of an option line.
std::pair<std::string, std::string> option_of(std::string_view line) {
    if (line.size() < 2 || line.front() != 'O') {
        return {};
    }
    if (line[1] == ' ') {
        const auto equals = line.find('=');
        return equals == std::string_view::npos ? std::pair<std::string, std::string>{}
                                                : std::pair{fold_case(trimmed(line.substr(2, equals - 2))),
                                                            std::string(trimmed(line.substr(equals + 1)))};
    }
    const auto* const letter = std::find_if(letters.begin(), letters.end(),
                                            [&](const auto& known) { return known.first == line[1]; });
    return letter == letters.end()
               ? std::pair<std::string, std::string>{}
               : std::pair{std::string(letter->second), std::string(trimmed(line.substr(2)))};
}

/// One "Key=value" of a DaemonPortOptions line; sendmail looks at the key's first letter only.
void apply_field(DaemonPort& port, std::string_view field) {
    const auto equals = field.find('=');
    if (field.empty() || equals == std::string_view::npos) {
        return;
    }
    const std::string value(trimmed(field.substr(equals + 1)));
    switch (field.front()) {
        case 'A':
            port.address = value;
            break;
        case 'F':
            port.family = fold_case(value);
            break;
        case 'M':
            port.smtps = value.find('s') != std::string::npos;
            port.no_starttls = value.find('S') != std::string::npos;
            port.optional = value.find('O') != std::string::npos;
            break;
        case 'N':
            port.name = value;
            break;
        case 'P':
            port.port = value;
            break;
        default:
            break;
    }
}

DaemonPort parse_daemon_port(std::string_view value) {
    DaemonPort port;
    while (!value.empty()) {
        const auto end = value.find(',');
        apply_field(port, trimmed(value.substr(0, end)));
        value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
    }
    return port;
}

}  // namespace

std::vector<std::string> cf_option(std::string_view cf, std::string_view name) {
    const std::string wanted = fold_case(name);
    std::vector<std::string> values;
    for (const std::string& line : logical_lines(cf)) {
        if (auto [found, value] = option_of(line); found == wanted) {
            values.push_back(std::move(value));
        }
    }
    return values;
}

std::vector<DaemonPort> daemon_ports(std::string_view cf) {
    std::vector<DaemonPort> ports;
    for (const std::string& value : cf_option(cf, "DaemonPortOptions")) {
        ports.push_back(parse_daemon_port(value));
    }
    if (ports.empty()) {
        ports.emplace_back();
    }
    return ports;
}

}  // namespace mailstack
