// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The configuration as it stands in the files: an immutable value, cheap to copy.
#pragma once

#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include "base/disk.hpp"
#include "engine/named_files.hpp"
#include "engine/route_table.hpp"
#include "formats/alias_file.hpp"
#include "formats/cf_text.hpp"
#include "formats/mc_file.hpp"
#include "formats/table_file.hpp"
#include "formats/word_list.hpp"
#include "model/table_entry.hpp"

namespace mailstack {

/// A text that we manage, and the map made from it, as they were last seen.
struct Managed {
    std::string text_path;         ///< resolved: /etc/aliases, not the link /etc/mail/aliases
    std::string map_path;          ///< where sendmail looks; "" where no map is made from the text
    bool read_at_start = false;    ///< sendmail reads the text itself, when it starts or reloads
    FileIdentity text_identity;    ///< of the bytes that were read
    FileIdentity map_identity;     ///< as last seen
    std::int64_t map_written = 0;  ///< the mtime that we gave the map last, nanoseconds
    bool drifted = false;          ///< the text holds hand edits that are not live
    bool map_is_ours = false;      ///< the map is as mailstack last wrote it
};

/// One alias file of sendmail: option AliasFile may name several.
struct AliasSource : Managed {
    AliasFile file;
};

inline constexpr std::array all_tables{TableName::Access, TableName::Virtusertable, TableName::Mailertable};

/// A keyed table: access, virtusertable or mailertable.
struct TableSource : Managed {
    TableName name{};
    TableFile file;
    std::string unused;  ///< why sendmail does not look into it, and what would help; "" where it does
};

/// The domains whose mail is ours: the file of class w, local-host-names.
struct DomainSource : Managed {
    WordList file;
    std::string unused;  ///< as TableSource's
};

/// routes.yaml, and the map "msroute". Without a map_path sendmail.cf has no rules that would ask it.
struct RouteSource : Managed {
    RouteTable file;
    std::string secrets;  ///< the directory of the secrets that it names
};

/// The map "msauth": made of the routes and their secrets, which are held only while it is made. It has no
/// text.
struct CredentialSource : Managed {};

/// sendmail.mc: sendmail's own settings. Drifted: its hand edits are in no sendmail.cf.
struct McSource : Managed {
    McFile file;
    bool exists() const noexcept { return text_identity.exists() || !file.print().empty(); }
};

/// sendmail.cf, which m4 makes of sendmail.mc.
struct CfSource : Managed {
    CfText file;
    bool known = false;          ///< the journal knows it: then `made` tells
    bool made = false;           ///< it is what m4 made, for certain; else it may hold hand edits
    FileIdentity live_identity;  ///< of the file that was made live last, as far as the journal knows
};

struct Configuration {
    NamedFiles named;
    std::vector<AliasSource> aliases;  ///< in sendmail's order of lookup; at least one
    std::vector<TableSource> tables;   ///< one for each TableName, in that order
    DomainSource domains;
    CredentialSource credentials;  ///< before the routes: what a route needs is there when the route is
    RouteSource routes;
    McSource mc;
    CfSource cf;
    std::vector<std::string> local_hosts;  ///< folded: class w as far as files tell, "localhost" included
};

/// Everything managed, in one order: Plan's indices are places in it.
template <typename Configuration>
auto all_managed(Configuration& configuration) {
    std::vector<std::conditional_t<std::is_const_v<Configuration>, const Managed*, Managed*>> all;
    for (auto& source : configuration.aliases) {
        all.push_back(&source);
    }
    for (auto& source : configuration.tables) {
        all.push_back(&source);
    }
    all.push_back(&configuration.domains);
    all.push_back(&configuration.credentials);
    all.push_back(&configuration.routes);
    all.push_back(&configuration.mc);
    all.push_back(&configuration.cf);
    return all;
}

}  // namespace mailstack
