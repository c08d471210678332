// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <fcntl.h>
#include <sys/wait.h>

#include <algorithm>
#include <thread>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "base/process.hpp"
#include "engine/inspect.hpp"

namespace mailstack {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* resolver =
    "/usr/bin/getent";  // of libc itself: asks as every program of the machine does

milliseconds left(InspectionDeadline until) {
    return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(until - steady_clock::now()));
}

/// getent(1): 0 found, 2 not found.
NameFacts::State state_of(std::optional<int> status) {
    constexpr int not_found = 2;
    if (status && WIFEXITED(*status) && WEXITSTATUS(*status) == 0) {
        return NameFacts::State::Resolves;
    }
    return status && WIFEXITED(*status) && WEXITSTATUS(*status) == not_found ? NameFacts::State::Absent
                                                                             : NameFacts::State::Unknown;
}

/// A daemon that throttles refuses at first.
PortFacts probe(const DaemonPort& port, InspectionDeadline until) {
    PortFacts facts{.port = port, .peer = {}, .failure = {}, .asked = port.family != "unix"};
    constexpr milliseconds pause{300};
    constexpr int tries = 3;
    for (int i = 0; facts.asked && !facts.peer && i < tries; ++i) {
        if (left(until) <= pause) {
            facts.asked = !facts.failure.empty();
            break;
        }
        if (i > 0) {
            std::this_thread::sleep_for(pause);
        }
        try {
            facts.peer = probe_smtp(port, port.no_starttls ? AskTls::Never : AskTls::IfOffered, until);
        } catch (const Error& error) {
            facts.failure = error.what();
        }
    }
    return facts;
}

}  // namespace

std::vector<NameFacts> resolve_names(const std::vector<std::string>& names, InspectionDeadline until) {
    const Descriptor nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const StandardStreams silent{.input = -1, .output = nowhere.get(), .errors = nowhere.get()};
    std::vector<Process> under_way;
    std::vector<NameFacts> facts;
    const bool in_time = left(until) > milliseconds(0);
    try {
        for (const std::string& name : in_time ? names : std::vector<std::string>{}) {
            under_way.emplace_back(Command{{resolver, "ahosts", "--", name}}, silent);
        }
    } catch (const Error&) {
        // those that were not started stay unknown
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        facts.push_back({names[i], i < under_way.size() ? state_of(under_way[i].wait(left(until)))
                                                        : NameFacts::State::Unknown});
    }
    return facts;
}

std::vector<PortFacts> probe_ports(const std::string& cf, InspectionDeadline until) {
    std::vector<PortFacts> facts;
    for (const DaemonPort& port : daemon_ports(cf)) {
        facts.push_back(probe(port, until));
    }
    return facts;
}

}  // namespace mailstack
