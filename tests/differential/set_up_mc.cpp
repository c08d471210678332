// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What Setup makes of a sendmail.mc: reads it from standard input and writes it to standard output.
///
///     set-up-mc DOMAIN CF_DIRECTORY MAIL_DIRECTORY TLS_DIRECTORY [WORD...] <x.mc >y.mc
///
/// WORD: keep, everywhere, loopback; no-submission; debian; procmail; cf=FILE (what m4 made of the input);
/// include=FILE. Exits 3 with the message where Setup refuses.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/setup_mc.hpp"

using namespace mailstack;

namespace {

std::string whole(std::istream& from) {
    return {std::istreambuf_iterator<char>(from), {}};
}

std::string file_at(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return whole(file);
}

Setup setup_for(const std::vector<std::string>& words) {
    Setup setup{.domain = Domain(words.at(0)), .user = AliasName("alice")};
    setup.installed.cf_directory = words.at(1);
    setup.installed.mail_directory = words.at(2);
    const auto& tls = words.at(3);
    setup.tls = {tls, tls + "/ca.pem", tls + "/cert.pem", tls + "/key.pem"};
    return setup;
}

void take(Setup& setup, std::string& cf, const std::string& word) {
    if (word == "everywhere" || word == "loopback" || word == "keep") {
        setup.listen = word == "keep"         ? Listen::Keep
                       : word == "everywhere" ? Listen::Everywhere
                                              : Listen::Loopback;
    } else if (word == "no-submission") {
        setup.submission = false;
    } else if (word == "debian") {
        setup.installed.debian = true;
    } else if (word == "procmail") {
        setup.installed.procmail = true;
    } else if (word.starts_with("cf=")) {
        cf = file_at(word.substr(3));
    } else if (word.starts_with("include=")) {
        setup.installed.included.push_back({word.substr(8), file_at(word.substr(8))});
    } else {
        throw Error(Code::InvalidArgument, "no such word: " + word);
    }
}

}  // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    try {
        Setup setup = setup_for(words);
        std::string cf;
        for (std::size_t i = 4; i < words.size(); ++i) {
            take(setup, cf, words[i]);
        }
        std::cout << set_up_mc(McFile::parse(whole(std::cin)), setup, cf).print();
    } catch (const Error& error) {
        std::cerr << error.what() << '\n';
        return 3;
    }
    return 0;
}
