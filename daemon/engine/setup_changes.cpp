// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/setup_changes.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "engine/apply.hpp"

namespace mailstack {
namespace {

/// RFC 5321, 4.5.1 (postmaster); RFC 2142, sections 4 (abuse, noc, security) and 5. The names of section 3
/// (info, marketing, sales, support) are for those who have such a business.
constexpr std::array<const char*, 13> required_names{
    "postmaster", "mailer-daemon", "abuse", "noc",  "security", "hostmaster", "webmaster",
    "www",        "uucp",          "ftp",   "news", "usenet",   "nobody"};

void add_domains(std::vector<Change>& changes, const Configuration& configuration, const Setup& setup) {
    for (const Domain& domain : domains_of(setup)) {
        if (!configuration.domains.file.contains(domain.text())) {
            changes.emplace_back(AddDomain{domain});
        }
    }
}

void add_relay(std::vector<Change>& changes, const Configuration& configuration) {
    const TableRow row(TableName::Access, "127.0.0.1", "RELAY");
    const auto& access = configuration.tables.at(static_cast<std::size_t>(TableName::Access));
    if (!access.file.contains(row.key())) {
        changes.emplace_back(SetEntry{row});
    }
}

/// Whether mail for root reaches the user by root's own alias.
bool reaches(const Configuration& configuration, const AliasName& user) {
    const AliasSource* source = defining_source(configuration, "root");
    if (source == nullptr) {
        return false;
    }
    const auto recipients = source->file.find("root")->recipients;
    return std::any_of(recipients.begin(), recipients.end(), [&](std::string_view recipient) {
        return fold_case(recipient.substr(recipient.starts_with('\\') ? 1 : 0)) == user.key();
    });
}

void add_aliases(std::vector<Change>& changes, const Configuration& configuration, const AliasName& user) {
    if (!reaches(configuration, user)) {
        changes.emplace_back(SetAlias{AliasName("root"), {Recipient(user.text())}});
    }
    for (const char* name : required_names) {
        if (name != user.key() && defining_source(configuration, name) == nullptr) {
            changes.emplace_back(AddAlias{AliasName(name), {Recipient("root")}});
        }
    }
}

std::string_view comment_of(TableName table) {
    switch (table) {
        case TableName::Access:
            return "# Who may send mail here, and who may relay: cf/README, ANTI-SPAM CONFIGURATION "
                   "CONTROL.\n";
        case TableName::Virtusertable:
            return "# Where addresses of virtual domains lead: cf/README, virtusertable.\n";
        case TableName::Mailertable:
            break;
    }
    return "# By which way the mail for a domain leaves: cf/README, USING MAILERTABLES.\n";
}

}  // namespace

std::vector<Domain> domains_of(const Setup& setup) {
    std::vector<Domain> domains{Domain("localhost"), setup.domain, Domain("mail." + setup.domain.text()),
                                Domain("localhost.localdomain")};
    return domains;
}

std::vector<Change> setup_changes(const Configuration& configuration, const Setup& setup) {
    std::vector<Change> changes;
    add_domains(changes, configuration, setup);
    add_relay(changes, configuration);
    add_aliases(changes, configuration, setup.user);
    return changes;
}

Configuration with_table_texts(Configuration configuration) {
    for (TableSource& table : configuration.tables) {
        if (table.unused.empty() && !table.text_identity.exists() && table.file.size() == 0) {
            table.file = TableFile::parse(std::string(comment_of(table.name)));
        }
    }
    return configuration;
}

}  // namespace mailstack
