// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Gathers what Check judges. Takes 0.1 s to some seconds: sendmail is asked, every port, and DNS; no longer
/// than `patience` in all, and what was not learned by then is told as unknown. Changes nothing, and needs no
/// other thread's data: it may run beside a change.
#pragma once

#include <chrono>

#include "engine/inspection.hpp"
#include "engine/layout.hpp"

namespace mailstack {

struct InspectionPlan {
    Layout layout{};
    std::string sendmail = "/usr/sbin/sendmail";
    MtaState mta = MtaState::Running;
    std::string mta_unit{};
    AccountOf account_of{};
    std::chrono::seconds patience{18};
};

/// Throws nothing that it can tell as a fact.
Inspection inspect(const InspectionPlan& plan, const Snapshot& snapshot);

// Its parts; each ends before `until`.
using InspectionDeadline = std::chrono::steady_clock::time_point;
void inspect_files(Inspection& inspection);
void inspect_maps(Inspection& inspection, InspectionDeadline until);
McBuild build_mc(const Inspection& inspection);
/// Each name is looked up by a process of its own (getent), so that a resolver that hangs can be ended.
std::vector<NameFacts> resolve_names(const std::vector<std::string>& names, InspectionDeadline until);
std::vector<PortFacts> probe_ports(const std::string& cf, InspectionDeadline until);
SendmailFacts ask_sendmail(const Inspection& inspection, const std::string& program,
                           InspectionDeadline until);

}  // namespace mailstack
