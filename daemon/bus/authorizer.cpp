// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/authorizer.hpp"

#include <string>
#include <utility>

namespace mailstack {
namespace {

std::optional<Error> refusal(Verdict verdict, Action action, bool interactive) {
    const std::string which(name(action));
    switch (verdict) {
        case Verdict::Granted:
            return std::nullopt;
        case Verdict::Denied:
            return Error(Code::AccessDenied, which + " is not allowed to this caller");
        case Verdict::Dismissed:
            return Error(Code::AccessDenied, which + " was not allowed: the dialog was dismissed");
        case Verdict::NeedsInteraction:
            return interactive
                       ? Error(Code::AccessDenied,
                               which + " needs a password, and no polkit agent is there to ask for it")
                       : Error(Code::InteractionRequired,
                               which + " needs a password, and this call does not allow a dialog");
        case Verdict::Unavailable:
            return Error(Code::AccessDenied, which + " could not be allowed: polkit does not answer");
        case Verdict::TimedOut:
            return Error(Code::AccessDenied, which + " could not be allowed: polkit did not answer in time");
        case Verdict::CallerGone:
            return Error(Code::AccessDenied,
                         which + " was not allowed: the question to polkit was withdrawn");
    }
    return Error(Code::AccessDenied, which + " was not allowed");
}

std::size_t first_of(const Actions& actions) {
    std::size_t i = 0;
    while (i < actions.size() && !actions[i]) {
        ++i;
    }
    return i;
}

std::string word_for(Verdict verdict) {
    switch (verdict) {
        case Verdict::Granted:
            return "yes";
        case Verdict::NeedsInteraction:
            return "challenge";
        default:
            return "no";
    }
}

}  // namespace

void Authorizer::authorize(const Caller& caller, const Actions& required, const Details& details, Done done) {
    if (required.none()) {
        done(Error(Code::AccessDenied, "no action allows this call"));
    } else if (caller.uid == 0) {
        done(std::nullopt);
    } else {
        ask_next(caller, required, details, done);
    }
}

void Authorizer::ask_next(const Caller& caller, const Actions& left, const Details& details,
                          const Done& done) {
    const std::size_t next = first_of(left);
    if (next == left.size()) {
        done(std::nullopt);
        return;
    }
    const auto action = static_cast<Action>(next);
    polkit_.check(caller, action, details, caller.interactive, [=, this](Verdict verdict) {
        if (verdict != Verdict::Granted) {
            done(refusal(verdict, action, caller.interactive));
        } else {
            ask_next(caller, Actions(left).reset(next), details, done);
        }
    });
}

void Authorizer::permissions(const Caller& caller, std::function<void(Permissions)> done) {
    ask_permission(caller, 0, {}, done);
}

void Authorizer::ask_permission(const Caller& caller, std::size_t action, Permissions known,
                                const std::function<void(Permissions)>& done) {
    if (action == action_count) {
        done(std::move(known));
        return;
    }
    if (caller.uid == 0) {
        known.emplace(action_names.at(action), "yes");
        ask_permission(caller, action + 1, std::move(known), done);
        return;
    }
    const Details details{{"verb", "GetPermissions"}, {"alias", ""}, {"recipients", ""}};
    polkit_.check(caller, static_cast<Action>(action), details, false, [=, this](Verdict verdict) mutable {
        known.emplace(action_names.at(action), word_for(verdict));
        ask_permission(caller, action + 1, std::move(known), done);
    });
}

}  // namespace mailstack
