// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What Check finds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

enum class Severity {
    Error,    ///< mail is lost, refused or misused, or will be soon
    Warning,  ///< it works, but not as it looks, or not for long
    Notice,   ///< worth knowing; what could not be looked at
};

/// "error", "warning", "notice".
constexpr std::string_view word(Severity severity) noexcept {
    switch (severity) {
        case Severity::Error:
            return "error";
        case Severity::Warning:
            return "warning";
        case Severity::Notice:
            break;
    }
    return "notice";
}

struct Finding {
    Severity severity;
    std::string code;     ///< stable, for programs: "StaleMap"
    std::string message;  ///< what is wrong, and where
    std::string remedy;   ///< what to do
};
using Findings = std::vector<Finding>;

}  // namespace mailstack
