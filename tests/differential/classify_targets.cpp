// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Tells how mailstack classifies alias targets: reads them from standard input, each ended by a NUL, and
/// answers with one line for each: "plain", "sound" (one element of a list, but not plain) or "refused".
#include <iostream>
#include <iterator>
#include <string>

#include "base/error.hpp"
#include "model/alias.hpp"

int main() {
    std::string target;
    while (std::getline(std::cin, target, '\0')) {
        try {
            std::cout << (mailstack::Recipient(target).plain() ? "plain\n" : "sound\n");
        } catch (const mailstack::Error&) {
            std::cout << "refused\n";
        }
    }
    return 0;
}
