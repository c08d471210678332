// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/pid_file.hpp"

#include <sstream>
#include <thread>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/file_facts.hpp"

namespace mailstack {

pid_t pid_in_file(const std::string& path) {
    std::istringstream file(read_if_regular(path));
    pid_t pid = 0;
    return file >> pid && pid > 1 ? pid : 0;
}

void await_new_pid_file(const std::string& path, const std::string& before,
                        std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        const std::string now = file_stamp(path);
        if (!now.empty() && now != before) {
            return;
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            throw Error(Code::Timeout, "the MTA did not write its pid file " + path +
                                           " anew: it may not have read its configuration");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace mailstack
