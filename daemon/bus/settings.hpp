// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The daemon's own settings: mailstackd.yaml. An absent file means the defaults; an unknown key is an error.
///
///     idle-exit-seconds: 60      # the daemon ends after so long without a call; 0: never
///     dialog-seconds: 120        # how long polkit may take to ask a person
///     allow-open-relay: false    # true: configurations are installed that let strangers send to strangers
///     renew-certificate: true    # false: a certificate that mailstack made expires unless somebody rotates
///     it
#pragma once

#include <chrono>
#include <string>

namespace mailstack {

struct Settings {
    std::chrono::seconds idle_exit{60};
    std::chrono::seconds dialog{120};
    bool allow_open_relay = false;
    bool renew_certificate = true;
};

/// `otherwise`: the defaults. Throws Error{InvalidArgument} that names file, line and key.
Settings read_settings(const std::string& path, const Settings& otherwise);

}  // namespace mailstack
