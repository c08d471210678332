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

/// Takes the first word off, parted by white space.
std::string take_word(std::string_view& rest) {
    rest = trimmed(rest);
    const auto end = std::find_if(rest.begin(), rest.end(), is_blank);
    std::string word(rest.begin(), end);
    rest.remove_prefix(word.size());
    return word;
}

CfMap parse_map(std::string_view rest) {
    CfMap map;
    map.name = take_word(rest);
    map.map_class = take_word(rest);
    for (std::string word = take_word(rest); !word.empty(); word = take_word(rest)) {
        if (word.front() != '-') {
            map.file = std::move(word);
            break;
        }
        map.optional = map.optional || word == "-o";
    }
    return map;
}

/// "w" of "w-o /etc/mail/local-host-names", "VirtHost" of "{VirtHost} /etc/mail/hosts"; `rest` is what
/// follows.
std::string take_class(std::string_view& rest) {
    if (!rest.starts_with('{')) {
        std::string letter(rest.substr(0, 1));
        rest.remove_prefix(letter.size());
        return letter;
    }
    const auto end = rest.find('}');
    std::string name(rest.substr(1, end == std::string_view::npos ? end : end - 1));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return name;
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

std::string cf_value(std::string_view cf, std::string_view name) {
    const auto values = cf_option(cf, name);
    return values.empty() ? "" : values.back();
}

std::vector<CfMap> cf_maps(std::string_view cf) {
    std::vector<CfMap> maps;
    for (const std::string& line : logical_lines(cf)) {
        if (line.starts_with('K')) {
            maps.push_back(parse_map(std::string_view(line).substr(1)));
        }
    }
    return maps;
}

std::vector<std::string> cf_class_files(std::string_view cf, std::string_view name) {
    std::vector<std::string> files;
    for (const std::string& line : logical_lines(cf)) {
        std::string_view rest(line);
        if (!rest.starts_with('F')) {
            continue;
        }
        rest.remove_prefix(1);
        if (take_class(rest) != name) {
            continue;
        }
        rest = trimmed(rest);
        if (rest.starts_with("-o")) {
            rest.remove_prefix(2);
        }
        files.push_back(take_word(rest));
    }
    return files;
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
