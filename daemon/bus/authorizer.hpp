// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// From a set of actions to one answer: granted, or an error that tells which action was not.
#pragma once

#include <functional>
#include <optional>

#include "base/error.hpp"
#include "bus/polkit.hpp"

namespace mailstack {

class Authorizer {
  public:
    explicit Authorizer(Polkit& polkit) : polkit_(polkit) {}

    /// The error says which action was refused and why: Error{AccessDenied, InteractionRequired}; nothing:
    /// all are granted.
    using Done = std::function<void(std::optional<Error>)>;

    /// Asks for each of `required` one after another (one dialog at a time) and stops at the first that is
    /// refused. User 0 passes without asking. An empty set is refused: nothing is allowed because nobody
    /// thought of it.
    void authorize(const Caller& caller, const Actions& required, const Details& details, Done done);

    /// "yes", "no" or "challenge" for each action, without any dialog.
    using Permissions = std::map<std::string, std::string>;
    void permissions(const Caller& caller, std::function<void(Permissions)> done);

  private:
    void ask_next(const Caller& caller, const Actions& left, const Details& details, const Done& done);
    void ask_permission(const Caller& caller, std::size_t action, Permissions known,
                        const std::function<void(Permissions)>& done);

    Polkit& polkit_;
};

}  // namespace mailstack
