// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/activation.hpp"

#include "base/error.hpp"

namespace mailstack {

namespace {

void reload_or_restart(const Workshop& workshop, Activation activation,
                       const std::vector<std::string>& certificates) {
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
    mta.prove(certificates);
    workshop.beat();
}

/// What does not run delivers nothing; where there is no MTA at all, a Setup cannot bring one up either.
void prove_delivery(const Workshop& workshop, const Demand& demand) {
    if (workshop.mta.state() == MtaState::Running) {
        workshop.mta.prove_delivery();
        workshop.beat();
    } else if (!demand.brings_up) {
        throw Error(Code::NoMta, "no delivery can be proved: the MTA does not run");
    }
}

/// A start is a restart of what does not run. An MTA that cannot reload is restarted: it is to run with the
/// new configuration, and whoever sets up the machine may do that.
void bring_up(const Workshop& workshop, const Demand& demand) {
    Mta& mta = workshop.mta;
    if (mta.state() == MtaState::Absent) {
        return;
    }
    const bool runs = mta.state() == MtaState::Running;
    try {
        reload_or_restart(workshop, runs ? demand.activation : Activation::Restart, demand.certificates);
    } catch (const Error& failure) {
        if (failure.code() != Code::Unsupported) {
            throw;
        }
        reload_or_restart(workshop, Activation::Restart, demand.certificates);
    }
    mta.enable();
    workshop.beat();
}

void require_readable_as_written(const Workshop& workshop, const ReadableFile& file) {
    if (workshop.programs.read_as(file.reader, file.path) != file.bytes) {
        throw Error(Code::Busy, file.path + " was changed by another program at the same moment");
    }
}

}  // namespace

void activate(const Workshop& workshop, const Demand& demand) {
    for (const std::string& service : demand.services) {
        workshop.mta.bring_up(service);
        workshop.beat();
    }
    if (demand.brings_up) {
        bring_up(workshop, demand);
    } else {
        reload_or_restart(workshop, demand.activation, demand.certificates);
    }
    if (demand.route && workshop.mta.state() == MtaState::Running) {
        workshop.mta.prove_route(*demand.route);
        workshop.beat();
    }
    for (const ReadableFile& file : demand.readable) {
        require_readable_as_written(workshop, file);
        workshop.beat();
    }
    if (demand.delivery) {
        prove_delivery(workshop, demand);
    }
}

void activate_again(const Workshop& workshop, bool ran, bool may_restart) {
    if (ran && workshop.mta.state() != MtaState::Running) {
        reload_or_restart(workshop, Activation::Restart, {});
        return;
    }
    try {
        reload_or_restart(workshop, Activation::Reload, {});
    } catch (const Error& failure) {
        if (failure.code() == Code::Unsupported && !may_restart) {
            throw;
        }
        // What a reload cannot bring back, a restart may; its failure is told.
        reload_or_restart(workshop, Activation::Restart, {});
    }
}

}  // namespace mailstack
