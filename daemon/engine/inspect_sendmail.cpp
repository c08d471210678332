// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "engine/examination.hpp"
#include "engine/inspect.hpp"

namespace mailstack {
namespace {

AddressTest test_of(const Inspection& inspection, const std::string& program, InspectionDeadline until) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::duration_cast<milliseconds>(until - std::chrono::steady_clock::now());
    return {.program = program, .cf = inspection.cf_path, .patience = std::max(left, milliseconds(1))};
}

/// Maps that are files: sendmail opens each when it is looked into.
std::vector<CfMap> file_maps(const Configuration& configuration) {
    std::vector<CfMap> maps;
    for (const CfMap& map : configuration.named.maps) {
        if (map.file.starts_with('/') && (map.map_class == "hash" || map.map_class == "btree")) {
            maps.push_back(map);
        }
    }
    return maps;
}

RelayInputs look_around(SendmailFacts& facts, const Inspection& inspection, const AddressTest& test) {
    const Configuration& configuration = inspection.snapshot.configuration;
    const auto maps = file_maps(configuration);
    std::vector<Question> questions{ClassMembers{"w"}, ClassMembers{"R"}};
    for (const CfMap& map : maps) {
        questions.emplace_back(MapLookup{.map = map.name, .key = "mailstack.invalid"});
    }
    const auto answers = ask(test, questions);
    const auto& w = std::get<ClassAnswer>(answers[0]);
    facts.class_w = w.members;
    for (std::size_t i = 0; i < maps.size(); ++i) {
        facts.maps.push_back({maps[i], std::get<MapAnswer>(answers[i + 2])});
    }
    RelayInputs inputs = relay_inputs(configuration, std::get<ClassAnswer>(answers[1]).members);
    inputs.local_domains = w.members;
    return inputs;
}

}  // namespace

SendmailFacts ask_sendmail(const Inspection& inspection, const std::string& program,
                           InspectionDeadline until) {
    SendmailFacts facts;
    if (::access(program.c_str(), X_OK) != 0) {
        facts.failure = "there is no sendmail to ask: " + quoted(program) + " cannot be run";
        return facts;
    }
    RelayInputs inputs;
    try {
        inputs = look_around(facts, inspection, test_of(inspection, program, until));
    } catch (const Error& error) {
        (error.code() == Code::InvalidConfiguration ? facts.rejects : facts.failure) = error.what();
        return facts;
    }
    try {
        facts.openings = relay_openings(test_of(inspection, program, until), inputs);
    } catch (const Error& error) {
        facts.relay_failure = error.what();
    }
    return facts;
}

}  // namespace mailstack
