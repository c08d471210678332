// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/table_adaptor.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "bus/error_table.hpp"
#include "bus/escape.hpp"
#include "bus/names.hpp"
#include "bus/table_listing.hpp"

namespace mailstack {
namespace {

/// makemap takes lines of 1,023 octets: whatever is longer is refused before anything is copied or asked.
void refuse_overlong(const std::string& key, const std::string& value) {
    constexpr std::size_t longest = std::size_t{4} * 1023;  // as escaped for the bus
    if (key.size() + value.size() > longest) {
        throw Error(Code::LimitExceeded, "an entry of " + std::to_string(key.size() + value.size()) +
                                             " octets: makemap takes lines of 1023");
    }
}

}  // namespace

TableAdaptor::TableAdaptor(sdbus::IConnection& connection, Gate& gate, TableName table)
    : AdaptorInterfaces(connection,
                        compat::ObjectPath(std::string(object_path) + "/table/" + std::string(word(table)))),
      gate_(gate),
      table_(table),
      told_(picture()) {
    registerAdaptor();
}

TableAdaptor::~TableAdaptor() {
    unregisterAdaptor();
}

TableAdaptor::Picture TableAdaptor::picture() const {
    const auto snapshot = gate_.writer().snapshot();
    const TableSource& source = table_in(*snapshot, table_);
    return {source.file.count(), source.unused};
}

void TableAdaptor::publish() {
    const Picture now = picture();
    std::vector<std::string> changed;
    if (now.count != told_.count) {
        changed.emplace_back("Count");
    }
    if (now.unused != told_.unused) {
        changed.emplace_back("Unused");
    }
    told_ = now;
    if (!changed.empty()) {
        compat::emit_properties_changed(getObject(), std::string(table_interface), changed);
    }
}

void TableAdaptor::entries_changed(const std::vector<std::string>& keys) {
    constexpr std::size_t at_most = 100;
    const auto told = static_cast<std::ptrdiff_t>(std::min(at_most, keys.size()));
    emitEntriesChanged(gate_.writer().snapshot()->generation, bus_texts({keys.begin(), keys.begin() + told}),
                       keys.size() > at_most);
}

void TableAdaptor::SetEntry(sdbus::Result<std::uint64_t>&& result, std::string key, std::string value) {
    gate_.serve_change(getObject(), table_interface, "SetEntry", std::move(result),
                       {{"table", std::string(word(table_))}, {"key", key}, {"value", value}},
                       [table = table_, key, value]() -> Change {
                           refuse_overlong(key, value);
                           return mailstack::SetEntry{TableRow(table, bus_bytes(key), bus_bytes(value))};
                       });
}

void TableAdaptor::RemoveEntry(sdbus::Result<std::uint64_t>&& result, std::string key) {
    gate_.serve_change(getObject(), table_interface, "RemoveEntry", std::move(result),
                       {{"table", std::string(word(table_))}, {"key", key}, {"value", ""}},
                       [table = table_, key]() -> Change {
                           refuse_overlong(key, "");
                           return mailstack::RemoveEntry{TableKey(table, bus_bytes(key))};
                       });
}

void TableAdaptor::GetEntry(sdbus::Result<std::string>&& result, std::string key) {
    gate_.serve(
        getObject(), table_interface, "GetEntry", std::move(result),
        [this, key](const Caller& /*caller*/, const Answer<std::string>& answer) {
            gate_.read([this, answer, key](const Snapshot& snapshot) {
                answer.guard([&] { answer.give(bus_text(value_in(snapshot, table_, bus_bytes(key)))); });
            });
        });
}

void TableAdaptor::ListEntries(sdbus::Result<Listed>&& result, std::string prefix, std::string after,
                               std::uint32_t limit) {
    gate_.serve(getObject(), table_interface, "ListEntries", std::move(result),
                [this, prefix, after, limit](const Caller& /*caller*/, const Answer<Listed>& answer) {
                    gate_.read([this, answer, prefix, after, limit](const Snapshot& snapshot) {
                        answer.guard([&] {
                            Listed listed;
                            for (EntryLine& line :
                                 entry_page(snapshot, table_, bus_bytes(prefix), bus_bytes(after), limit)) {
                                listed.emplace_back(std::move(line.key), std::move(line.value),
                                                    std::move(line.place));
                            }
                            answer.give(listed);
                        });
                    });
                });
}

void TableAdaptor::ListProblems(sdbus::Result<Problems>&& result) {
    gate_.serve(getObject(), table_interface, "ListProblems", std::move(result),
                [this](const Caller& /*caller*/, const Answer<Problems>& answer) {
                    gate_.read([this, answer](const Snapshot& snapshot) {
                        answer.guard([&] {
                            Problems listed;
                            for (ProblemLine& line : table_problem_page(snapshot, table_)) {
                                listed.emplace_back(std::move(line.file), line.line, line.other_line,
                                                    std::move(line.message));
                            }
                            answer.give(listed);
                        });
                    });
                });
}

std::uint64_t TableAdaptor::Count() {
    gate_.freshen();
    return picture().count;
}

std::string TableAdaptor::Unused() {
    gate_.freshen();
    return bus_text(picture().unused);
}

}  // namespace mailstack
