// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `monitor`: every signal as it comes, until it is interrupted.

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <ctime>
#include <iostream>

#include "format.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

/// "2026-11-22T13:05:09Z"
std::string utc_now() {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, sizeof "2026-11-22T13:05:09Z"> text{};
    (void)std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

/// One line, at once: whoever reads a pipe must not wait for the next signal to see this one.
void print(const Options& options, const std::string& signal, const std::string& text, const Json& members) {
    if (options.json) {
        Json line{{"time", utc_now()}, {"signal", signal}};
        line.update(members);
        std::cout << line_of(line) << std::flush;
    } else {
        std::cout << utc_now() << "  " << signal << "  " << printable(text) << '\n' << std::flush;
    }
}

/// Of the types that our properties have.
Json value_of(const sdbus::Variant& value) {
    if (value.containsValueOfType<std::uint64_t>()) {
        return value.get<std::uint64_t>();
    }
    if (value.containsValueOfType<std::vector<std::string>>()) {
        return value.get<std::vector<std::string>>();
    }
    if (value.containsValueOfType<bool>()) {
        return value.get<bool>();
    }
    return value.containsValueOfType<std::string>() ? Json(value.get<std::string>()) : Json(nullptr);
}

SignalHandlers printers(const Options& options) {
    SignalHandlers handlers;
    handlers.applied = [&options](std::uint64_t generation, const std::vector<std::string>& changes) {
        print(options, "Applied", "generation " + std::to_string(generation) + ": " + joined(changes),
              {{"generation", generation}, {"changes", changes}});
    };
    handlers.rolled_back = [&options](std::uint64_t generation, const std::string& reason) {
        print(options, "RolledBack", "generation " + std::to_string(generation) + " is live again: " + reason,
              {{"generation", generation}, {"reason", reason}});
    };
    handlers.aliases_changed = [&options](std::uint64_t generation, const std::vector<std::string>& names,
                                          bool more) {
        print(options, "AliasesChanged",
              "generation " + std::to_string(generation) + ": " + joined(names) + (more ? " and more" : ""),
              {{"generation", generation}, {"names", names}, {"more", more}});
    };
    handlers.entries_changed = [&options](const std::string& table, std::uint64_t generation,
                                          const std::vector<std::string>& keys, bool more) {
        print(options, "EntriesChanged",
              "generation " + std::to_string(generation) + ", " + table + ": " + joined(keys) +
                  (more ? " and more" : ""),
              {{"table", table}, {"generation", generation}, {"keys", keys}, {"more", more}});
    };
    handlers.expiry_warning = [&options](std::uint64_t not_after, std::uint32_t days,
                                         const std::string& message) {
        print(options, "ExpiryWarning", message,
              {{"not_after", not_after}, {"days", days}, {"message", message}});
    };
    handlers.objects_changed = [&options](const std::string& object,
                                          const std::vector<std::string>& interfaces, bool added) {
        print(options, added ? "InterfacesAdded" : "InterfacesRemoved", object + ": " + joined(interfaces),
              {{"object", object}, {"interfaces", interfaces}});
    };
    handlers.properties_changed = [&options](const std::string& table, const std::string& interface,
                                             const std::map<std::string, sdbus::Variant>& changed) {
        auto values = Json::object();
        std::vector<std::string> texts;
        for (const auto& [name, variant] : changed) {
            values[name] = value_of(variant);
            texts.push_back(name + " = " + values[name].dump(-1, ' ', false, Json::error_handler_t::replace));
        }
        Json members{{"interface", interface}, {"changed", values}};
        if (!table.empty()) {
            members["table"] = table;
        }
        print(options, "PropertiesChanged", (table.empty() ? "" : table + ": ") + joined(texts), members);
    };
    return handlers;
}

ExitStatus monitor(const Options& options) {
    const auto handlers = printers(options);
    const auto session = open_session(options, handlers);
    std::vector<std::unique_ptr<Table>> tables;
    for (const auto& name : table_names()) {
        tables.push_back(std::make_unique<Table>(*session.connection, name, handlers));
    }
    const Certificate certificate(*session.connection, handlers);
    std::cerr << "watching mailstackd " << session.daemon->Version() << "; Ctrl-C ends this\n" << std::flush;
    session.daemon->watch();
    return ExitStatus::Unreachable;
}

}  // namespace

void add_monitor_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("monitor", "Print changes as they happen, until Ctrl-C");
    verb->footer(
        "Examples:\n"
        "  mailstackctl monitor\n"
        "  mailstackctl monitor --json | jq .changes");
    verb->callback([&run] { run = monitor; });
}

}  // namespace mailstack::client
