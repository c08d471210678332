// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/examination.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/outside_files.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

/// A documentation address (RFC 5737): resolved without DNS.
constexpr const char* elsewhere = "someone@[192.0.2.1]";
constexpr const char* here = "postmaster@localhost";

[[noreturn]] void refuse(const std::string& what) {
    throw Error(Code::InvalidConfiguration,
                "sendmail was asked about the new configuration before it was installed: " + what);
}

void require_open(const TableSource& table, const MapAnswer& answer) {
    switch (answer.kind) {
        case MapAnswer::Kind::Found:
        case MapAnswer::Kind::NotFound:
            return;
        case MapAnswer::Kind::CannotOpen:
            refuse("it cannot open the map " + table.map_path +
                   (answer.words.empty()
                        ? ", and as it is declared optional it would go on without it in silence"
                        : ": " + answer.words));
        case MapAnswer::Kind::NoSuchMap:
            refuse("it has no map " + quoted(map_name(table.name)));
    }
}

void require_members(const ClassAnswer& answer, const WordList& domains) {
    for (const std::string& domain : domains.words()) {
        const bool is_member =
            std::any_of(answer.members.begin(), answer.members.end(),
                        [&](const std::string& member) { return fold_case(member) == domain; });
        if (!is_member) {
            refuse("it does not take " + quoted(domain) + " for one of our domains (class w)");
        }
    }
}

void require_mailer(const std::string& address, const Resolution& resolution, std::string_view cf) {
    if (resolution.mailer.empty() || resolution.mailer == "*error*") {
        const std::string words = resolution.words.empty() ? resolution.user : resolution.words;
        refuse("it has no mailer for " + address + (words.empty() ? "" : ": " + words));
    }
    require_mailer_runs(cf, resolution.mailer);
}

/// A look-up in each table's map that is in use, in their order.
std::vector<const TableSource*> tables_in_use(const Configuration& after) {
    std::vector<const TableSource*> tables;
    for (const TableSource& table : after.tables) {
        if (table.unused.empty()) {
            tables.push_back(&table);
        }
    }
    return tables;
}

}  // namespace

void require_working(const AddressTest& test, const Configuration& after) {
    const auto tables = tables_in_use(after);
    std::vector<Question> questions{ClassMembers{"w"}, ResolveAddress{here}, ResolveAddress{elsewhere}};
    for (const TableSource* const table : tables) {
        questions.emplace_back(MapLookup{.map = map_name(table->name), .key = "mailstack.invalid"});
    }
    const std::vector<AddressAnswer> answers = ask(test, questions);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        require_open(*tables[i], std::get<MapAnswer>(answers.at(3 + i)));
    }
    if (after.domains.unused.empty()) {
        require_members(std::get<ClassAnswer>(answers.at(0)), after.domains.file);
    }
    const std::string cf = after.cf.file.print();
    require_mailer(here, std::get<Resolution>(answers.at(1)), cf);
    require_mailer(elsewhere, std::get<Resolution>(answers.at(2)), cf);
}

RelayInputs relay_inputs(const Configuration& configuration, std::vector<std::string> relay_domains) {
    RelayInputs inputs{.local_domains = configuration.local_hosts,
                       .relay_domains = std::move(relay_domains),
                       .relay_keys = {}};
    for (const TableSource& table : configuration.tables) {
        if (table.name != TableName::Access || !table.unused.empty()) {
            continue;
        }
        table.file.each([&](std::string_view key, std::string_view value) {
            if (fold_case(trimmed(value)) == "relay") {
                inputs.relay_keys.emplace_back(key);
            }
        });
    }
    return inputs;
}

void require_closed_relay(const AddressTest& test, const Configuration& after) {
    const auto answers = ask(test, {ClassMembers{"R"}});
    const auto openings =
        relay_openings(test, relay_inputs(after, std::get<ClassAnswer>(answers.front()).members));
    if (!openings.empty()) {
        throw Error(
            Code::InvalidConfiguration,
            "this configuration would be an open relay: " + openings.front().sentence() +
                (openings.size() > 1 ? " (and " + std::to_string(openings.size() - 1) + " more)" : ""));
    }
}

}  // namespace mailstack
