// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/loader.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/own_name.hpp"

namespace mailstack {

namespace {

/// Told by our own last commit where there is one; else as sendmail itself tells a stale map, by the times.
/// A newaliases run by hand after a hand edit has published it: then both files are not as we left them.
bool has_drifted(const Managed& source, const std::map<std::string, WrittenFile>& written) {
    const bool stale = source.map_identity.exists() && source.map_identity.mtime < source.text_identity.mtime;
    const auto text = written.find(source.text_path);
    if (text == written.end()) {
        return stale;
    }
    if (source.map_path.empty()) {
        return source.read_at_start &&
               (text->second.drifted || text->second.identity != source.text_identity);
    }
    if (text->second.identity == source.text_identity) {
        return text->second.drifted && source.map_is_ours;
    }
    return source.map_is_ours || stale;
}

struct Known {
    const std::map<std::string, WrittenFile>& written;
    const Configuration* held;
};

/// What the journal says of the file; nothing where it does not know it.
const WrittenFile* known_file(const Known& known, const std::string& path) {
    const auto found = known.written.find(path);
    return found == known.written.end() ? nullptr : &found->second;
}

/// Whether there is the map, and whether it is as it was left.
void look_at_map(Disk& disk, Managed& source, const Known& known) {
    source.map_identity = source.map_path.empty() ? FileIdentity{} : disk.identity(source.map_path);
    const WrittenFile* const written = known_file(known, source.map_path);
    source.map_is_ours =
        source.map_identity.exists() && written != nullptr && written->identity == source.map_identity;
    source.map_written = written == nullptr ? 0 : written->identity.mtime;
}

/// The same files in what is held, if their bytes are still those.
template <typename Source>
const Source* held_source(const std::vector<Source>& held, const Managed& wanted) {
    const auto found = std::find_if(held.begin(), held.end(), [&](const Source& source) {
        return source.text_path == wanted.text_path && source.map_path == wanted.map_path;
    });
    return found != held.end() && found->text_identity == wanted.text_identity ? &*found : nullptr;
}

/// Fills in `source`, whose paths are set: what is `held` with the same identity is not read again.
template <typename Source, typename Parse>
Source loaded(Disk& disk, Source source, const Known& known, const std::vector<Source>& held,
              const Parse& parse) {
    source.text_identity = disk.identity(source.text_path);
    if (const Source* same = held_source(held, source)) {
        source.file = same->file;
    } else if (source.text_identity.exists()) {
        FileContents contents = disk.read(source.text_path);
        source.file = parse(std::move(contents.bytes));
        source.text_identity = contents.identity;
    }
    look_at_map(disk, source, known);
    source.drifted = has_drifted(source, known.written);
    return source;
}

template <typename Source>
std::vector<Source> held_one(const Known& known, Source Configuration::*member) {
    return known.held == nullptr ? std::vector<Source>{} : std::vector{known.held->*member};
}

CfSource load_cf(const Layout& layout, Disk& disk, const Known& known) {
    CfSource source;
    source.text_path = disk.resolve(layout.sendmail_cf(), layout.etc());
    source.read_at_start = true;
    source = loaded(disk, std::move(source), known, held_one(known, &Configuration::cf), CfText::parse);
    const WrittenFile* const known_as = known_file(known, source.text_path);
    source.known = known_as != nullptr;
    source.drifted = source.known && known_as->identity != source.text_identity;
    source.made = source.known && !known_as->drifted && !source.drifted;
    source.live_identity = source.known ? known_as->identity : source.text_identity;
    return source;
}

/// Where nothing was ever written here, make's rule holds: a .mc that is newer than its .cf was edited since.
McSource load_mc(const Layout& layout, Disk& disk, const CfSource& cf, const Known& known) {
    McSource source;
    source.text_path = disk.resolve(layout.sendmail_mc(), layout.etc());
    source = loaded(disk, std::move(source), known, held_one(known, &Configuration::mc), McFile::parse);
    const WrittenFile* const known_as = known_file(known, source.text_path);
    source.drifted = known_as != nullptr
                         ? known_as->drifted || known_as->identity != source.text_identity
                         : cf.text_identity.exists() && source.text_identity.mtime > cf.text_identity.mtime;
    return source;
}

/// Class w as far as files tell, folded.
std::vector<std::string> local_hosts(const WordList& listed) {
    std::vector<std::string> hosts{"localhost"};
    if (std::string host = host_name(); !host.empty()) {
        hosts.push_back(std::move(host));
    }
    hosts.insert(hosts.end(), listed.words().begin(), listed.words().end());
    return hosts;
}

/// AliasFile may name a file twice, which sendmail bears. One text with two maps we would write twice:
/// refused.
bool is_named_twice(const std::vector<AliasSource>& sources, const AliasSource& source) {
    for (const AliasSource& other : sources) {
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

std::vector<AliasSource> load_aliases(const Layout& layout, Disk& disk, const Configuration& now,
                                      const Known& known) {
    static const std::vector<AliasSource> none;
    // A name with a host means something else once the host is ours: then every file is read anew.
    const bool same_hosts = known.held != nullptr && known.held->local_hosts == now.local_hosts;
    const auto parse = [&](std::string text) { return AliasFile::parse(std::move(text), now.local_hosts); };
    std::vector<AliasSource> sources;
    for (const std::string& path : now.named.aliases) {
        AliasSource source;
        source.text_path = disk.resolve(path, layout.etc());
        source.map_path = now.cf.text_identity.exists() ? map_file(path) : "";
        if (!is_named_twice(sources, source)) {
            sources.push_back(
                loaded(disk, std::move(source), known, same_hosts ? known.held->aliases : none, parse));
        }
    }
    return sources;
}

/// Where sendmail looks for the table, and why it does not where it does not.
void find_table(const NamedFiles& named, TableSource& source) {
    const std::string text(word(source.name));
    const std::string map = map_name(source.name);
    const CfMap* const found = named.map(map);
    if (found == nullptr || found->file.empty()) {
        const std::string feature = source.name == TableName::Access ? "access_db" : text;
        source.unused = "sendmail.cf has no map " + quoted(map) +
                        ", so nobody would look into the table: " + "sendmail.mc needs FEATURE(`" + feature +
                        "')";
    } else if (found->map_class != "hash") {
        source.unused = "sendmail.cf declares the map " + quoted(map) + " of class " +
                        quoted(found->map_class) + "; mailstack manages maps of class hash";
    } else {
        source.text_path = found->file;
        source.map_path = map_file(found->file);
    }
}

std::vector<TableSource> load_tables(const Layout& layout, Disk& disk, const NamedFiles& named,
                                     const Known& known) {
    static const std::vector<TableSource> none;
    std::vector<TableSource> sources;
    for (const TableName name : all_tables) {
        TableSource source;
        source.name = name;
        source.text_path = layout.etc() + "/mail/" + std::string(word(name));
        find_table(named, source);
        source.text_path = disk.resolve(source.text_path, layout.etc());
        sources.push_back(loaded(disk, std::move(source), known,
                                 known.held == nullptr ? none : known.held->tables, TableFile::parse));
    }
    return sources;
}

DomainSource load_domains(const Layout& layout, Disk& disk, const NamedFiles& named, const Known& known) {
    DomainSource source;
    source.text_path = layout.local_host_names();
    if (named.class_w.empty()) {
        source.unused = "sendmail.cf reads no file into class w: sendmail.mc needs FEATURE(`use_cw_file')";
    } else {
        source.text_path = named.class_w.back();
        source.read_at_start = true;
    }
    source.text_path = disk.resolve(source.text_path, layout.etc());
    return loaded(disk, std::move(source), known, held_one(known, &Configuration::domains), WordList::parse);
}

/// Where the rules look it up; "" where there are none.
std::string rules_map(const NamedFiles& named, std::string_view name) {
    const CfMap* const map = named.map(name);
    return map == nullptr || map->map_class != "hash" || map->file.empty() ? "" : map_file(map->file);
}

RouteSource load_routes(const Layout& layout, Disk& disk, const NamedFiles& named, const Known& known) {
    RouteSource source;
    source.text_path = layout.routes();
    source.map_path = rules_map(named, "msroute");
    source.secrets = layout.secrets();
    return loaded(disk, std::move(source), known, held_one(known, &Configuration::routes), RouteTable::parse);
}

CredentialSource load_credentials(Disk& disk, const NamedFiles& named, const Known& known) {
    CredentialSource source;
    source.map_path = rules_map(named, "msauth");
    look_at_map(disk, source, known);
    return source;
}

/// A text that is the very one that is held was gone through then, four times from its beginning to its end.
NamedFiles named_by(const CfText& cf, const Layout& layout, const Known& known) {
    const bool same = known.held != nullptr && &known.held->named.cf.print() == &cf.print();
    return same ? known.held->named : named_files(layout, cf);
}

/// What `now.cf` names.
void load_named(const Layout& layout, Disk& disk, Configuration& now, const Known& known) {
    now.named = named_by(now.cf.file, layout, known);
    now.domains = load_domains(layout, disk, now.named, known);
    now.local_hosts = local_hosts(now.domains.file);
    now.aliases = load_aliases(layout, disk, now, known);
    now.tables = load_tables(layout, disk, now.named, known);
    now.credentials = load_credentials(disk, now.named, known);
    now.routes = load_routes(layout, disk, now.named, known);
}

}  // namespace

std::vector<std::string> local_hosts(const Layout& layout, Disk& disk) {
    const std::map<std::string, WrittenFile> nothing;
    const Known known{.written = nothing, .held = nullptr};
    const CfSource cf = load_cf(layout, disk, known);
    return local_hosts(load_domains(layout, disk, named_files(layout, cf.file), known).file);
}

Configuration load(const Layout& layout, Disk& disk, const std::map<std::string, WrittenFile>& written,
                   const Configuration* held) {
    const Known known{.written = written, .held = held};
    Configuration now;
    now.cf = load_cf(layout, disk, known);
    now.mc = load_mc(layout, disk, now.cf, known);
    load_named(layout, disk, now, known);
    return now;
}

Configuration with_cf(const Layout& layout, Disk& disk, const std::map<std::string, WrittenFile>& written,
                      const Configuration& configuration, const CfText& cf) {
    Configuration now = configuration;
    now.cf.file = cf;
    load_named(layout, disk, now, {.written = written, .held = &configuration});
    return now;
}

}  // namespace mailstack
