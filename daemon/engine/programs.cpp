// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/programs.hpp"

#include <unistd.h>

#include <utility>

#include "engine/examination.hpp"
#include "engine/m4.hpp"
#include "engine/outside_files.hpp"

namespace mailstack {

Programs real_programs(std::function<ProgramSettings()> settings) {
    return {
        .build_cf =
            [](std::string_view mc, const std::string& path) {
                const std::string cf_directory = find_cf_directory(McFile::parse(std::string(mc)));
                return build_cf({.cf_directory = cf_directory}, mc, path).cf;
            },
        .examine =
            [settings = std::move(settings)](const std::string& cf, const Configuration& after) {
                const ProgramSettings now = settings();
                if (::access(now.sendmail.c_str(), X_OK) != 0) {
                    return;
                }
                const AddressTest test{.program = now.sendmail, .cf = cf};
                require_working(test, after);
                if (!now.allow_open_relay) {
                    require_closed_relay(test, after);
                }
            },
        .look_around =
            [](const std::string& live, const Configuration& after, const std::vector<std::string>& to_come) {
                const std::string cf = after.cf.file.print();
                require_tls_files(cf, to_come);
                require_free_ports(live, cf);
            }};
}

}  // namespace mailstack
