// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <limits>

#include "base/error.hpp"
#include "engine/check.hpp"
#include "engine/relay_rule.hpp"

namespace mailstack {
namespace {

/// "line 7: ..." of a problem becomes "FILE:7: ...".
template <typename Problem>
std::string at(const std::string& path, const Problem& problem) {
    const std::string prefix = "line " + std::to_string(problem.line) + ": ";
    const std::string& message = problem.message;
    return path + ":" + std::to_string(problem.line) + ": " +
           (message.starts_with(prefix) ? message.substr(prefix.size()) : message);
}

/// The lines of a text that sendmail's own programs would reject, or of which they would take one of two.
template <typename Source>
void add_problems(const Source& source, const char* duplicate, const char* problem_code, Findings& findings) {
    for (const auto& problem : source.file.problems()) {
        const bool twice = problem.other_line != 0;
        findings.push_back({Severity::Warning, twice ? duplicate : problem_code,
                            at(source.text_path, problem),
                            twice ? "remove one of the lines " + std::to_string(problem.other_line) +
                                        " and " + std::to_string(problem.line)
                                  : "mend or remove the line"});
    }
}

/// Why an entry is not one that mailstack would write; nothing where it is.
void judge_entry(const TableSource& table, const TableEntry& entry, Findings& findings) {
    const std::string place = table.text_path + ":" + std::to_string(entry.line) + ": ";
    try {
        const TableRow row(table.name, entry.name, entry.value);
        try {
            refuse_relay_for_strangers(row);
        } catch (const Error& strangers) {
            findings.push_back({Severity::Error, "StrangersRelay", place + strangers.what(),
                                "mailstackctl table remove access '" + entry.name + "'"});
        }
    } catch (const Error& odd) {
        findings.push_back({Severity::Notice, "OddEntry", place + odd.what(),
                            "where it is meant so, nothing; mailstack would not write it"});
    }
}

}  // namespace

void find_alias_problems(const Inspection& inspection, Findings& findings) {
    for (const AliasSource& source : inspection.snapshot.configuration.aliases) {
        add_problems(source, "DuplicateAlias", "AliasProblem", findings);
    }
}

void find_table_problems(const Inspection& inspection, Findings& findings) {
    for (const TableSource& table : inspection.snapshot.configuration.tables) {
        add_problems(table, "DuplicateEntry", "TableProblem", findings);
    }
}

void find_domain_problems(const Inspection& inspection, Findings& findings) {
    const DomainSource& domains = inspection.snapshot.configuration.domains;
    for (const WordProblem& problem : domains.file.problems()) {
        findings.push_back(
            {Severity::Notice, "DomainProblem", at(domains.text_path, problem), "mend or remove the line"});
    }
}

void find_unused_tables(const Inspection& inspection, Findings& findings) {
    const Configuration& configuration = inspection.snapshot.configuration;
    for (const TableSource& table : configuration.tables) {
        if (!table.unused.empty() && table.file.count() != 0) {
            findings.push_back({Severity::Warning, "TableUnused",
                                table.text_path + " has " + std::to_string(table.file.count()) +
                                    " entries that nobody reads: " + table.unused,
                                "add the FEATURE, or empty the table"});
        }
    }
    const DomainSource& domains = configuration.domains;
    if (!domains.unused.empty() && !domains.file.words().empty()) {
        findings.push_back({Severity::Warning, "TableUnused",
                            domains.text_path + " has domains that nobody reads: " + domains.unused,
                            "add the FEATURE, or empty the file"});
    }
}

void find_odd_entries(const Inspection& inspection, Findings& findings) {
    for (const TableSource& table : inspection.snapshot.configuration.tables) {
        for (const TableEntry& entry : table.file.list("", "", std::numeric_limits<std::size_t>::max())) {
            judge_entry(table, entry, findings);
        }
    }
}

}  // namespace mailstack
