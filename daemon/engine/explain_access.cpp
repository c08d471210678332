// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/explain_access.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/explain_hop.hpp"

namespace mailstack {
namespace {

std::string what_it_does(std::string_view value) {
    const std::string folded = fold_case(value);
    if (folded == "ok" || folded == "relay") {
        return "mail to it may pass";
    }
    if (folded == "discard") {
        return "mail to it is accepted and thrown away";
    }
    if (folded.starts_with("quarantine:")) {
        return "mail to it is put into quarantine";
    }
    return folded == "skip" ? "no other entry is looked for" : "mail to it is refused";
}

/// Keys that only FEATURE(`blocklist_recipients') looks up, most specific first.
std::vector<std::string> recipient_keys(std::string_view address) {
    const auto at = address.rfind('@');
    const std::string user(address.substr(0, at));
    std::vector<std::string> keys;
    if (at != std::string_view::npos) {
        keys = {"To:" + std::string(address), "To:" + std::string(address.substr(at + 1))};
    }
    keys.push_back("To:" + user + "@");
    return keys;
}

bool looked_up(const RecipientCheck& check, const std::string& key) {
    return std::any_of(check.lookups.begin(), check.lookups.end(),
                       [&](const MapLookedUp& lookup) { return fold_case(lookup.key) == fold_case(key); });
}

/// An entry that seems to refuse the address, but that sendmail never looks at.
void add_idle_entries(std::vector<ExplainStep>& steps, const Configuration& configuration,
                      const AskedAddress& asked) {
    const TableSource& table = table_of(configuration, TableName::Access);
    if (!table.unused.empty()) {
        return;
    }
    for (const std::string& key : recipient_keys(asked.address)) {
        const auto entry = table.file.find(key);
        if (entry && !looked_up(*asked.check, key)) {
            steps.push_back(
                {"access",
                 "the entry " + entry->name + " " + entry->value +
                     " has no effect on recipients: sendmail.mc needs FEATURE(`blocklist_recipients')",
                 place_of(table, entry->line)});
        }
    }
}

ExplainStep decision_step(const Rewriting& decision) {
    if (decision.temporary_error()) {
        return {"unknown", "whether mail from outside is accepted: sendmail says " + quoted(decision.text()),
                ""};
    }
    if (decision.error()) {
        const bool relaying = fold_case(decision.text()).find("relaying denied") != std::string::npos;
        return {"access",
                "mail from outside is refused: " + decision.text() +
                    (relaying ? "; who may relay through this machine can send to it" : ""),
                ""};
    }
    return {"access",
            decision.tokens.starts_with("$# discard") ? "mail from outside is thrown away"
                                                      : "no rule refuses mail from outside",
            ""};
}

}  // namespace

std::vector<ExplainStep> access_steps(const Configuration& configuration, const AskedAddress& asked) {
    if (!asked.check) {
        return {{"unknown", "whether mail from outside is accepted: " + asked.check_failure, ""}};
    }
    std::vector<ExplainStep> steps;
    const RecipientCheck& check = *asked.check;
    for (const MapLookedUp& lookup : check.lookups) {
        if (lookup.value) {
            const TableSource& table = table_of(configuration, TableName::Access);
            steps.push_back({"access",
                             lookup.key + " " + *lookup.value + ": " + what_it_does(*lookup.value) +
                                 staleness(table, lookup),
                             entry_place(table, lookup.key)});
        }
    }
    if (steps.empty() && !check.decision.error()) {
        add_idle_entries(steps, configuration, asked);
    }
    steps.push_back(decision_step(check.decision));
    return steps;
}

}  // namespace mailstack
