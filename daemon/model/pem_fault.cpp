// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/error.hpp"
#include "model/pem.hpp"

namespace mailstack {

std::string fault_words(const PemBlock& block) {
    const std::string begun =
        block.line == block.fault_line
            ? ""
            : " (the block " + quoted(block.label) + " begins in line " + std::to_string(block.line) + ")";
    const auto words = [&]() -> std::string {
        switch (block.fault) {
            case PemFault::None:
                break;
            case PemFault::Delimiter:
                return "a damaged -----BEGIN or -----END line: it has five \"-\" at both ends, and nothing "
                       "else "
                       "stands in it";
            case PemFault::StrayEnd:
                return "-----END " + block.label +
                       "----- without its -----BEGIN: the file's beginning is missing";
            case PemFault::NoEnd:
                return "the block is cut off: -----END " + block.label + "----- is missing";
            case PemFault::OtherEnd:
                return "the block ends as another one: -----END " + block.label + "----- should stand here";
            case PemFault::NotBase64:
                return "the block is damaged: something here is no base64";
            case PemFault::Cut:
                return "the block is damaged: characters are missing from it";
            case PemFault::Empty:
                return "the block is empty";
        }
        return "";
    };
    return "line " + std::to_string(block.fault_line) + ": " + words() + begun;
}

}  // namespace mailstack
