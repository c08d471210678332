// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What lists show of an alias and of an entry.

#include "format.hpp"

namespace mailstack::client {

const std::string& name_of(const Alias& alias) {
    return alias.name;
}

std::vector<std::string> columns_of(const Alias& /*any*/) {
    return {"NAME", "DEFINED AT", "RECIPIENTS"};
}

std::vector<std::string> row_of(const Alias& alias) {
    return {printable(alias.name), printable(alias.source), printable(joined(alias.recipients))};
}

Json to_json(const Alias& alias) {
    return {{"name", alias.name}, {"recipients", alias.recipients}, {"source", alias.source}};
}

const std::string& name_of(const Entry& entry) {
    return entry.key;
}

std::vector<std::string> columns_of(const Entry& /*any*/) {
    return {"KEY", "DEFINED AT", "VALUE"};
}

std::vector<std::string> row_of(const Entry& entry) {
    return {printable(entry.key), printable(entry.source), printable(entry.value)};
}

Json to_json(const Entry& entry) {
    return {{"key", entry.key}, {"value", entry.value}, {"source", entry.source}};
}

}  // namespace mailstack::client
