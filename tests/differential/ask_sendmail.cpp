// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Asks a sendmail what standard input says, a line for each question, and answers in lines of words with
/// tabs between them. The tests compare that with what they set up.
///
///     ask-sendmail SENDMAIL CF            map NAME KEY | class NAME | resolve ADDRESS | try MAILER ADDRESS |
///                                         ruleset NAME WORKSPACE | define MACRO VALUE | verify ADDRESS
///     ask-sendmail SENDMAIL CF relay      w DOMAIN | R DOMAIN | key KEY
///     ask-sendmail m4 CF_DIRECTORY PATH   the text of a .mc
///     ask-sendmail smtp SECONDS           the text of a .cf, whose ports are asked
///     ask-sendmail paths                  FROM TO, an empty line, the text of a .cf
#include <chrono>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/address_test.hpp"
#include "engine/m4.hpp"
#include "engine/relay_guard.hpp"
#include "engine/smtp_probe.hpp"
#include "formats/cf_paths.hpp"

using namespace mailstack;

namespace {

Question question_of(const std::string& line) {
    std::istringstream words(line);
    std::string kind, name, rest;
    words >> kind;
    if (kind != "resolve" && kind != "verify") {
        words >> name;
    }
    std::getline(words >> std::ws, rest);
    if (kind == "map") {
        return MapLookup{name, rest};
    }
    if (kind == "class") {
        return ClassMembers{name};
    }
    if (kind == "try") {
        return TryMailer{name, rest};
    }
    if (kind == "ruleset") {
        return CallRuleset{name, rest};
    }
    if (kind == "define") {
        return DefineMacro{name, rest};
    }
    return ResolveAddress{rest};
}

struct Printer {
    void operator()(std::monostate) const { std::cout << "defined\n"; }
    void operator()(const MapAnswer& answer) const {
        const char* const kinds[] = {"found", "not-found", "cannot-open", "no-such-map"};
        std::cout << kinds[static_cast<int>(answer.kind)] << '\t' << answer.value << '\t' << answer.words
                  << '\n';
    }
    void operator()(const ClassAnswer& answer) const {
        for (const std::string& member : answer.members) {
            std::cout << member << '\t';
        }
        std::cout << '\n';
    }
    void operator()(const Resolution& answer) const {
        std::cout << answer.mailer << '\t' << answer.host << '\t' << answer.user << '\t'
                  << (answer.temporary ? "temporary" : "") << '\t' << answer.words << '\n';
    }
    void operator()(const TryAnswer& answer) const {
        std::cout << answer.status << '\t' << answer.address << '\n';
    }
    void operator()(const Rewriting& answer) const {
        std::cout << answer.tokens << '\t' << answer.text() << '\t'
                  << (answer.temporary_error() ? "temporary" : "") << '\t' << answer.words << '\n';
    }
};

void verify_address(const AddressTest& test, const std::string& address) {
    const Verification found = verify(test, address);
    for (const Resolution& recipient : found.recipients) {
        std::cout << recipient.mailer << '\t' << recipient.host << '\t' << recipient.user << '\t';
    }
    for (const std::string& refusal : found.refusals) {
        std::cout << "refused: " << refusal << '\t';
    }
    std::cout << '\n';
}

void relay(const AddressTest& test) {
    RelayInputs inputs;
    for (std::string line; std::getline(std::cin, line);) {
        (line.starts_with("w ")   ? inputs.local_domains
         : line.starts_with("R ") ? inputs.relay_domains
                                  : inputs.relay_keys)
            .push_back(line.substr(line.find(' ') + 1));
    }
    for (const RelayOpening& opening : relay_openings(test, inputs)) {
        std::cout << opening.who << '\t' << opening.sentence() << '\n';
    }
}

void answer(const AddressTest& test) {
    std::vector<Question> questions;
    for (std::string line; std::getline(std::cin, line);) {
        if (line.starts_with("verify ")) {
            verify_address(test, line.substr(7));
        } else {
            questions.push_back(question_of(line));
        }
    }
    if (!questions.empty()) {
        for (const AddressAnswer& told : ask(test, questions)) {
            std::visit(Printer{}, told);
        }
    }
}

std::string rest_of_input() {
    return {std::istreambuf_iterator<char>(std::cin), {}};
}

void exchange_paths() {
    std::vector<PathExchange> exchanges;
    for (std::string line; std::getline(std::cin, line) && !line.empty();) {
        exchanges.push_back({line.substr(0, line.find(' ')), line.substr(line.find(' ') + 1)});
    }
    std::cout << with_map_paths(rest_of_input(), exchanges);
}

void build(const std::string& cf_directory, const std::string& path) {
    M4 m4;
    m4.cf_directory = cf_directory;
    const CfBuild built = build_cf(m4, rest_of_input(), path);
    for (const std::string& warning : built.warnings) {
        std::cerr << "warning: " << warning << '\n';
    }
    std::cout << built.cf;
}

void prove(const std::string& seconds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(std::stoi(seconds));
    for (const SmtpPeer& peer : prove_smtp(rest_of_input(), deadline)) {
        std::cout << peer.greeting << '\t' << (peer.tls ? peer.tls->fingerprint : "") << '\t'
                  << (peer.tls ? peer.tls->protocol : "");
        for (const std::string& extension : peer.extensions) {
            std::cout << '\t' << extension;
        }
        std::cout << '\n';
    }
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> arguments(words + 1, words + count);
    const auto began = std::chrono::steady_clock::now();
    try {
        if (arguments.at(0) == "m4") {
            build(arguments.at(1), arguments.at(2));
        } else if (arguments[0] == "smtp") {
            prove(arguments.at(1));
        } else if (arguments[0] == "paths") {
            exchange_paths();
        } else if (arguments.size() == 3) {
            relay({arguments[0], arguments.at(1)});
        } else {
            answer({arguments[0], arguments.at(1)});
        }
    } catch (const Error& error) {
        std::cerr << "error " << static_cast<int>(error.code()) << ": " << error.what() << '\n';
        return 1;
    }
    std::cerr << "took "
              << std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                       began)
                     .count()
              << " us\n";
    return 0;
}
