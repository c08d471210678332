// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/loader.hpp"

#include <unistd.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {

namespace {

constexpr std::string_view map_suffix = ".db";

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

const AliasSource* held_source(const Configuration* held, const AliasSource& wanted) {
    if (held != nullptr) {
        for (const AliasSource& source : held->aliases) {
            if (source.text_path == wanted.text_path && source.map_path == wanted.map_path) {
                return &source;
            }
        }
    }
    return nullptr;
}

/// Told by our own last commit where there is one; else as sendmail itself tells a stale map, by the times.
/// A newaliases run by hand after a hand edit has published it: then both files are not as we left them.
bool has_drifted(const AliasSource& source, const std::map<std::string, WrittenFile>& written) {
    const bool stale = source.map_identity.exists() && source.map_identity.mtime < source.text_identity.mtime;
    const auto text = written.find(source.text_path);
    if (text == written.end()) {
        return stale;
    }
    if (text->second.identity == source.text_identity) {
        return text->second.drifted && source.map_is_ours;
    }
    return source.map_is_ours || stale;
}

FileIdentity map_of(Disk& disk, const AliasSource& source) {
    return source.map_path.empty() ? FileIdentity{} : disk.identity(source.map_path);
}

struct Known {
    const std::map<std::string, WrittenFile>& written;
    const Configuration* held;
    const std::vector<std::string>& local_hosts;
};

AliasSource load_source(Disk& disk, AliasSource source, const Known& known) {
    const AliasSource* same = held_source(known.held, source);
    const FileIdentity present = disk.identity(source.text_path);
    const bool same_hosts = known.held != nullptr && known.held->local_hosts == known.local_hosts;
    if (same != nullptr && same_hosts && same->text_identity == present) {
        source.file = same->file;
        source.text_identity = present;
    } else if (present.exists()) {
        FileContents contents = disk.read(source.text_path);
        source.file = AliasFile::parse(std::move(contents.bytes), known.local_hosts);
        source.text_identity = contents.identity;
    }
    source.map_identity = map_of(disk, source);
    const auto map = known.written.find(source.map_path);
    source.map_is_ours = source.map_identity.exists() && map != known.written.end() &&
                         map->second.identity == source.map_identity;
    source.map_written = map == known.written.end() ? 0 : map->second.identity.mtime;
    source.drifted = has_drifted(source, known.written);
    return source;
}

}  // namespace

std::vector<std::string> local_hosts(const Layout& layout, Disk& disk) {
    std::vector<std::string> hosts{"localhost"};
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) {
        hosts.push_back(fold_case(std::string_view(name.data())));
    }
    if (disk.identity(layout.local_host_names()).exists()) {
        const std::string text = disk.read(layout.local_host_names()).bytes;
        std::string_view rest = text;
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            const std::string_view line = trimmed(rest.substr(0, end));
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
            if (!line.empty() && line.front() != '#') {
                hosts.push_back(fold_case(line));
            }
        }
    }
    return hosts;
}

namespace {

/// AliasFile may name a file twice, which sendmail bears. One text with two maps we would write twice:
/// refused.
bool is_named_twice(const Configuration& configuration, const AliasSource& source) {
    for (const AliasSource& other : configuration.aliases) {
        if (other.text_path == source.text_path && other.map_path != source.map_path) {
            throw Error(Code::Unsupported, "sendmail.cf names " + source.text_path +
                                               " twice, with the maps " + other.map_path + " and " +
                                               source.map_path + "; mailstack manages a text with one map");
        }
        if (other.text_path == source.text_path) {
            return true;
        }
    }
    return false;
}

}  // namespace

Configuration load(const Layout& layout, Disk& disk, const std::map<std::string, WrittenFile>& written,
                   const Configuration* held) {
    Configuration configuration;
    configuration.cf_identity = disk.identity(layout.sendmail_cf());
    if (held != nullptr && held->cf_identity == configuration.cf_identity) {
        configuration.alias_paths = held->alias_paths;
    } else {
        // Without a sendmail.cf there is no sendmail that would read a map: the text alone is kept.
        configuration.alias_paths =
            configuration.cf_identity.exists()
                ? configured_alias_paths(layout, disk.read(layout.sendmail_cf()).bytes)
                : std::vector{layout.etc() + "/aliases"};
    }
    configuration.hosts_identity = disk.identity(layout.local_host_names());
    configuration.local_hosts = local_hosts(layout, disk);
    const Known known{.written = written, .held = held, .local_hosts = configuration.local_hosts};
    for (const std::string& path : configuration.alias_paths) {
        AliasSource source;
        source.text_path = disk.resolve(path, layout.etc());
        source.map_path = configuration.cf_identity.exists() ? path + std::string(map_suffix) : "";
        if (!is_named_twice(configuration, source)) {
            configuration.aliases.push_back(load_source(disk, std::move(source), known));
        }
    }
    return configuration;
}

bool unchanged(const Layout& layout, Disk& disk, const Configuration& configuration) {
    for (const AliasSource& source : configuration.aliases) {
        if (disk.identity(source.text_path) != source.text_identity ||
            map_of(disk, source) != source.map_identity) {
            return false;
        }
    }
    return disk.identity(layout.sendmail_cf()) == configuration.cf_identity &&
           disk.identity(layout.local_host_names()) == configuration.hosts_identity;
}

std::map<std::string, WrittenFile> written_files(const Configuration& configuration) {
    std::map<std::string, WrittenFile> files;
    for (const AliasSource& source : configuration.aliases) {
        files[source.text_path] = {.identity = source.text_identity, .drifted = source.drifted};
        if (source.map_path.empty()) {
            continue;
        }
        files[source.map_path] = {
            .identity = source.map_is_ours ? source.map_identity : FileIdentity{.mtime = source.map_written},
            .drifted = false};
    }
    return files;
}

std::vector<std::string> drifted_paths(const Configuration& configuration) {
    std::vector<std::string> paths;
    for (const AliasSource& source : configuration.aliases) {
        if (source.drifted) {
            paths.push_back(source.text_path);
        }
    }
    return paths;
}

}  // namespace mailstack
