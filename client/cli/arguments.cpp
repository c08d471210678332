// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "arguments.hpp"

#include "format.hpp"

namespace mailstack::client {

CLI::Validator utf8_argument() {
    const auto check = [](const std::string& argument) -> std::string {
        return is_utf8(argument) ? "" : "it is not UTF-8; write each such byte as \\xHH, as 'list' shows it";
    };
    return {check, "", "UTF-8"};
}

CLI::Option* add_name_argument(CLI::App& verb, const std::string& name, std::string& value,
                               const std::string& description) {
    return verb.add_option(name, value, description)->type_name("")->required()->check(utf8_argument());
}

void refuse_bracketed(const std::vector<std::string>& arguments) {
    for (const auto& argument : arguments) {
        if (argument.size() > 1 && argument.front() == '[' && argument.back() == ']') {
            throw CLI::ValidationError(
                "'" + argument +
                "' is in square brackets, which is no address; write each recipient as an "
                "argument of its own");
        }
    }
}

}  // namespace mailstack::client
