// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_named_probes.hpp"

namespace mailstack {
namespace {

using Route = RelayAttempt::Route;
using Variants = std::vector<RelayVariant>;

void add_claims(Variants& variants, const std::string& domain, bool thorough) {
    const std::string who = "any client that claims a name of '" + domain + "'";
    const std::string remedy =
        "a rule of this configuration trusts a name that DNS does not verify (pointer record or HELO): trust "
        "{client_name} only where {client_resolve} is OK";
    for (const std::string& name : {"host." + domain, domain}) {
        for (const char* const resolve : {"FORGED", "FAIL"}) {
            variants.push_back({who,
                                remedy,
                                {{{relay_address4, "[" + relay_address4 + "]", resolve, name},
                                  relay_sender,
                                  relay_victim}}});
            if (!thorough) {
                return;
            }
            variants.push_back(
                {who, remedy, {{{relay_address4, name, resolve, name}, relay_sender, relay_victim}}});
        }
    }
}

void add_routes(Variants& variants, const std::string& domain, Route route, bool thorough) {
    const std::string stranger_host = stranger_domain;
    for (const std::string& recipient :
         {"victim%" + stranger_host + "@" + domain, "victim%" + stranger_host + "%" + domain + "@" + domain,
          stranger_host + "!victim@" + domain, "\"victim@" + stranger_host + "\"@" + domain,
          "\"victim%" + stranger_host + "\"@" + domain, "victim@" + stranger_host + "@" + domain,
          "<@" + domain + ":victim@" + stranger_host + ">", domain + "!" + stranger_host + "!victim"}) {
        variants.push_back(
            {"any client, to anybody, with a recipient that routes on through '" + domain + "'",
             "remove FEATURE(`loose_relay_check') and the 'nospecial' of FEATURE(`nopercenthack') and "
             "FEATURE(`nouucp'), or the rule that takes such addresses apart",
             {{relay_stranger, relay_sender, recipient, route}}});
        if (!thorough) {
            return;
        }
    }
}

}  // namespace

void add_sender(Variants& variants, const std::string& sender) {
    variants.push_back(
        {"any client that writes the sender '" + sender + "'",
         "a sender is written by whoever sends: remove FEATURE(`relay_local_from'), "
         "FEATURE(`relay_mail_from') or its From: entry with RELAY; let users authenticate instead",
         {{relay_stranger, sender, relay_victim}}});
}

void add_key(Variants& variants, const RelayKey& key, RelayEffort effort) {
    if (!key.user.empty()) {
        const std::string host = key.name.empty() ? "mailstack-other-stranger.com" : key.name;
        if (key.as_sender) {
            add_sender(variants, key.user + "@" + host);
        }
        if (key.as_recipient && key.name.empty()) {
            variants.push_back({"any client, to '" + key.user + "' in every domain",
                                "name the domain too: '" + key.user + "@example.com RELAY'",
                                {{relay_stranger, relay_sender, key.user + "@" + host + "."}}});
        }
        return;
    }
    if (key.kind != RelayKey::Kind::Name || key.name.empty()) {
        return;  // networks and empty keys: tried above for all
    }
    if (key.as_client && effort != RelayEffort::SenderOnly) {
        add_claims(variants, key.name, effort == RelayEffort::Thorough);
    }
    if (key.as_sender && (key.tagged || effort == RelayEffort::Thorough)) {
        add_sender(variants, "someone@" + key.name);
    }
    if (key.as_recipient && effort != RelayEffort::SenderOnly) {
        add_routes(variants, key.name, Route::ThroughPartner, effort == RelayEffort::Thorough);
    }
}

void add_local_domain(Variants& variants, const std::string& domain) {
    add_claims(variants, domain, true);
    add_sender(variants, "someone@" + domain);
    add_sender(variants, "someone@sub." + domain);
    add_routes(variants, domain, Route::ThroughLocal, true);
}

}  // namespace mailstack
