// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/activation.hpp"

#include "base/error.hpp"

namespace mailstack {

void activate(const Workshop& workshop, Activation activation) {
    Mta& mta = workshop.mta;
    // An MTA that does not run reads the files when it starts: there is nothing to reload, and the reply
    // tells so.
    const bool nothing_to_do = activation == Activation::None ||
                               (activation == Activation::Reload && mta.state() != MtaState::Running);
    if (nothing_to_do) {
        return;
    }
    workshop.beat();
    if (activation == Activation::Reload) {
        mta.reload();
    } else {
        mta.restart();
    }
    workshop.beat();
    mta.prove();
    workshop.beat();
}

void activate_again(const Workshop& workshop) {
    try {
        activate(workshop, Activation::Reload);
    } catch (const Error& failure) {
        if (failure.code() == Code::Unsupported) {
            throw;
        }
        // What a reload cannot bring back, a restart may; its failure is told.
        activate(workshop, Activation::Restart);
    }
}

}  // namespace mailstack
