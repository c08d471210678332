// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/greeting.hpp"

#include <thread>

#include "base/error.hpp"
#include "engine/smtp_connection.hpp"

namespace mailstack {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

void ask_for_greeting(const DaemonPort& port, Deadline deadline) {
    SmtpConnection connection(port, deadline);
    if (port.smtps) {
        return;
    }
    const SmtpReply greeting = connection.read_reply();
    if (greeting.code != 220) {
        connection.fail("greets with " +
                        quoted(std::to_string(greeting.code) + " " + greeting.lines.front()));
    }
    connection.quit();
}

}  // namespace

void prove_greeting(const std::vector<DaemonPort>& ports, Deadline deadline) {
    for (const DaemonPort& port : ports) {
        bool proved = port.family != "inet" && port.family != "inet6";
        while (!proved) {
            try {
                ask_for_greeting(port, deadline);
                proved = true;
            } catch (const Error&) {
                if (!port.optional && std::chrono::steady_clock::now() >= deadline) {
                    throw;
                }
                proved = port.optional;
            }
            if (!proved) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        }
    }
}

}  // namespace mailstack
