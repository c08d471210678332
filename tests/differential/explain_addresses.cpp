// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Explains each address of standard input: a line "STEP TAB WHAT HAPPENS TAB PLACE" for each step, an empty
/// line behind the last; "error TAB MESSAGE" where it is refused.
///
///     explain-addresses SENDMAIL ROOT        the configuration is below ROOT/etc
#include <iostream>
#include <string>

#include "base/error.hpp"
#include "base/real_disk.hpp"
#include "engine/explain.hpp"
#include "engine/loader.hpp"

using namespace mailstack;

int main(int count, char** words) {
    if (count != 3) {
        return 2;
    }
    const Layout layout{words[2]};
    RealDisk disk;
    const Configuration configuration = load(layout, disk, {}, nullptr);
    const AddressTest test{.program = words[1], .cf = layout.sendmail_cf()};
    for (std::string line; std::getline(std::cin, line);) {
        try {
            for (const ExplainStep& step : explain(configuration, test, MailAddress(line))) {
                std::cout << step.step << '\t' << step.happens << '\t' << step.place << '\n';
            }
        } catch (const Error& error) {
            std::cout << "error\t" << error.what() << '\t' << '\n';
        }
        std::cout << std::endl;
    }
}
