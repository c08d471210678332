// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/named_files.hpp"
#include "engine/local_mailer.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/cf_mailers.hpp"

namespace mailstack {
namespace {

/// Splits "hash:/etc/mail/aliases, /etc/mail/lists" into paths. Op Guide section 5.6 (AliasFile): [class:]
/// file, parted by commas; without a class sendmail takes hash where it is compiled in.
std::vector<std::string> alias_paths(std::string_view option) {
    std::vector<std::string> paths;
    while (!option.empty()) {
        const auto comma = option.find(',');
        std::string_view one = trimmed(option.substr(0, comma));
        option.remove_prefix(comma == std::string_view::npos ? option.size() : comma + 1);
        const auto colon = one.find(':');
        const std::string_view map_class =
            colon == std::string_view::npos ? "hash" : trimmed(one.substr(0, colon));
        one = colon == std::string_view::npos ? one : trimmed(one.substr(colon + 1));
        if (one.empty()) {
            continue;
        }
        if (map_class != "hash") {
            throw Error(Code::Unsupported, "sendmail.cf declares the alias map " + quoted(one) +
                                               " of class " + quoted(map_class) +
                                               "; mailstack manages maps of class hash");
        }
        paths.emplace_back(one);
    }
    return paths;
}

std::vector<std::string> configured_alias_paths(const Layout& layout, const std::string& cf) {
    std::vector<std::string> paths;
    for (const std::string& option : cf_option(cf, "AliasFile")) {
        for (std::string& path : alias_paths(option)) {
            paths.push_back(std::move(path));
        }
    }
    return paths.empty() ? std::vector{layout.etc() + "/mail/aliases"} : paths;
}

}  // namespace

NamedFiles named_files(const Layout& layout, const CfText& cf) {
    if (cf.empty()) {
        // Without a sendmail.cf there is no sendmail that would read a map: the text alone is kept.
        return {.cf = cf, .aliases = {layout.etc() + "/aliases"}, .maps = {}, .class_w = {}, .mailers = {}};
    }
    const std::string& text = cf.print();
    return {.cf = cf,
            .aliases = configured_alias_paths(layout, text),
            .maps = cf_maps(text),
            .class_w = cf_class_files(text, "w"),
            .mailers = cf_mailer_names(text),
            .pair = named_pair(text),
            .pid_file = cf_value(text, "PidFile"),
            .local_mailer = local_mailer(text)};
}

const CfMap* NamedFiles::map(std::string_view name) const {
    const auto found =
        std::find_if(maps.rbegin(), maps.rend(), [&](const CfMap& one) { return one.name == name; });
    return found == maps.rend() ? nullptr : &*found;
}

std::string map_name(TableName table) {
    return table == TableName::Virtusertable ? "virtuser" : std::string(word(table));
}

std::string map_file(const std::string& named) {
    return named + ".db";
}

}  // namespace mailstack
