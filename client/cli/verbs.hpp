// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The command line as values, and how a verb hands itself to main.
#pragma once

#include <functional>
#include <string>

#include "failure.hpp"

namespace CLI {
class App;
}

namespace mailstack::client {

/// Options that every verb takes, before or after its name.
struct Options {
    bool json = false;
    bool ask_password = true;
    std::string host;  ///< [user@]host[:port][/container] to reach over ssh; empty for this machine
};

/// What the command line asks for; run by main after the whole line was understood.
using Run = std::function<ExitStatus(const Options&)>;

// Each of these adds its verbs to `parent`; the one that is called sets `run`.
void add_status_verb(CLI::App& parent, Run& run);
void add_alias_read_verbs(CLI::App& parent, Run& run);
void add_alias_change_verbs(CLI::App& parent, Run& run);
void add_alias_import_verb(CLI::App& parent, Run& run);
void add_table_verbs(CLI::App& parent, Run& run);
void add_domain_verbs(CLI::App& parent, Run& run);
void add_relay_verbs(CLI::App& parent, Run& run);
void add_certificate_verbs(CLI::App& parent, Run& run);
void add_recipe_verbs(CLI::App& parent, Run& run);
void add_delivery_verbs(CLI::App& parent, Run& run);
void add_setup_verb(CLI::App& parent, Run& run);
void add_service_verbs(CLI::App& parent, Run& run);
void add_explain_verb(CLI::App& parent, Run& run);
void add_check_verb(CLI::App& parent, Run& run);
void add_monitor_verb(CLI::App& parent, Run& run);

}  // namespace mailstack::client
