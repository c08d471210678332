// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/pid_file.hpp"

#include <sys/stat.h>

#include <sstream>
#include <thread>

#include "base/error.hpp"
#include "base/file_calls.hpp"

namespace mailstack {

std::string pid_file_stamp(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0 || found.st_size == 0) {
        return "";
    }
    return std::to_string(found.st_ino) + ":" + std::to_string(found.st_size) + ":" +
           std::to_string(found.st_mtim.tv_sec) + "." + std::to_string(found.st_mtim.tv_nsec);
}

pid_t pid_in_file(const std::string& path) {
    std::istringstream file(read_if_regular(path));
    pid_t pid = 0;
    return file >> pid && pid > 1 ? pid : 0;
}

void await_new_pid_file(const std::string& path, const std::string& before,
                        std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        const std::string now = pid_file_stamp(path);
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
