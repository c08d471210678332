// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `recipe list` and `recipe test`.

#include <unistd.h>

#include <iostream>

#include "password_agent.hpp"
#include "progress.hpp"
#include "recipe.hpp"
#include "recipe_report.hpp"
#include "sealed_copy.hpp"

namespace mailstack::client {
namespace {

/// systemd-stdio-bridge, which -H talks through, hands no descriptors on.
void refuse_remote(const Options& options, const TestWish& wish) {
    if (!options.host.empty()) {
        throw Failure(ExitStatus::Usage, "",
                      "'recipe test' cannot work with -H: a file descriptor does not cross ssh",
                      "Run it there instead: ssh " + options.host + " mailstackctl recipe test" +
                          (wish.user.empty() ? "" : " --user " + wish.user) + " < " +
                          (wish.file == "-" ? "FILE" : wish.file));
    }
}

Rehearsal rehearsed(Daemon& daemon, const std::string& user, const Descriptor& message) {
    const WaitingNote note("procmail");
    std::vector<RehearsalRow> rows;
    for (const auto& row : daemon.TestMessage(user, sdbus::UnixFd(message.get()))) {
        rows.push_back({row.get<0>(), row.get<1>(), row.get<2>()});
    }
    return rehearsal_of(rows);
}

}  // namespace

std::vector<Recipe> recipes_of(Daemon& daemon, const std::string& user) {
    std::vector<Recipe> recipes;
    for (const auto& row : daemon.ListRecipes(user)) {
        recipes.push_back({.name = row.get<0>(),
                           .match = row.get<1>(),
                           .conditions = row.get<2>(),
                           .action = row.get<3>(),
                           .then = row.get<4>()});
    }
    return recipes;
}

ExitStatus list_recipes(const Options& options, const std::string& user, bool names_only) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    const auto recipes = recipes_of(*session.daemon, user);
    if (options.json) {
        std::cout << line_of(to_json(recipes));
    } else if (names_only) {
        for (const auto& recipe : recipes) {
            std::cout << printable(recipe.name) << '\n';
        }
    } else {
        std::cout << to_text(recipes);
    }
    return ExitStatus::Done;
}

ExitStatus test_message(const Options& options, const TestWish& wish) {
    refuse_remote(options, wish);
    if (wish.file == "-" && isatty(STDIN_FILENO) == 1) {
        std::cerr << "The message, head and body; Ctrl-D ends it:\n";
    }
    const auto message = sealed_copy(wish.file, message_limit);
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    const auto rehearsal = rehearsed(*session.daemon, wish.user, message);
    std::cout << (options.json ? line_of(to_json(rehearsal)) : to_text(rehearsal));
    return ExitStatus::Done;
}

}  // namespace mailstack::client
