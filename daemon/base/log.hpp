// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Lines for the journal: on standard error, each with the priority prefix that systemd reads (sd-daemon(3)).
#pragma once

#include <string>
#include <string_view>

namespace mailstack::log {

/// syslog's priorities that are used here.
enum class Priority { Error = 3, Warning = 4, Notice = 5, Info = 6, Debug = 7 };

/// Writes one line; newlines and other control bytes in `message` are written as \xHH. Safe from any thread.
void write(Priority priority, std::string_view message);

inline void error(std::string_view message) {
    write(Priority::Error, message);
}
inline void warning(std::string_view message) {
    write(Priority::Warning, message);
}
inline void notice(std::string_view message) {
    write(Priority::Notice, message);
}
inline void info(std::string_view message) {
    write(Priority::Info, message);
}

}  // namespace mailstack::log
