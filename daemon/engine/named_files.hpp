// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What sendmail.cf says of the files that it is used with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/certificate_files.hpp"
#include "engine/layout.hpp"
#include "formats/cf_options.hpp"
#include "formats/cf_text.hpp"
#include "model/table_entry.hpp"

namespace mailstack {

struct NamedFiles {
    CfText cf;                         ///< the sendmail.cf that says so
    std::vector<std::string> aliases;  ///< option AliasFile: may be links
    std::vector<CfMap> maps;           ///< the K lines
    std::vector<std::string> class_w;  ///< the files of class w
    std::vector<std::string> mailers;  ///< their names
    PairPaths pair{};                  ///< the server's certificate and key
    std::string pid_file{};            ///< option PidFile
    std::string local_mailer{};        ///< the program that delivers to accounts; "" where none is named

    /// The one that sendmail uses, of one name the last; nullptr where there is none.
    const CfMap* map(std::string_view name) const;
};

/// Throws Error{Unsupported} where an alias map is of a class that mailstack does not manage.
NamedFiles named_files(const Layout& layout, const CfText& cf);

/// What sendmail.cf calls the table's map: "virtuser" for virtusertable, else as the table.
std::string map_name(TableName table);

/// The file of a hash map that sendmail.cf names: sendmail adds ".db".
std::string map_file(const std::string& named);

}  // namespace mailstack
