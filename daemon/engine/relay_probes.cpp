// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_probes.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/relay_key.hpp"

namespace mailstack {
namespace {

using Route = RelayAttempt::Route;
using Variants = std::vector<RelayVariant>;

// A final dot marks a name as complete: sendmail does not ask DNS for it, and strips the dot before it
// decides.
const std::string victim = "victim@mailstack-stranger.com.";
const std::string somebody = "someone@mailstack-stranger.net";
const std::string other_victim = "victim@mailstack-stranger.jp.";
const std::string address4 = "203.0.113.9";
const std::string other_address4 = "91.203.59.131";

RelayClient named(const std::string& name, const std::string& address = address4) {
    return {address, name, "OK", name};
}

RelayClient nameless(const std::string& address) {
    return {address, "[" + address + "]", "FAIL", "mx.mailstack-stranger.org"};
}

const RelayClient stranger = named("mx.mailstack-stranger.org.");

void add_anybody(Variants& variants) {
    const std::string remedy =
        "remove FEATURE(`promiscuous_relay'), access entries with the value RELAY and nothing behind their "
        "tag "
        "('Connect: RELAY'), and rules of LOCAL_RULESETS that accept every recipient; with deferred delivery "
        "(confDELIVERY_MODE) sendmail checks no recipient";
    const auto add = [&](const std::string& who, const RelayAttempt& attempt) {
        variants.push_back({who, remedy, {attempt}, true});
    };
    add("any client", {stranger, somebody, victim});
    add("any client", {named("mx.stranger.example"), "someone@stranger.example", "victim@remote.example"});
    add("any client without a name", {nameless(address4), somebody, victim});
    add("any IPv6 client", {nameless("IPv6:2001:db8:7:9:1:2:3:4"), somebody, victim});
    add("any client with the null sender", {stranger, "<>", victim});
}

void add_networks(Variants& variants) {
    const auto add = [&](const std::string& network, const std::string& one, const std::string& other) {
        variants.push_back(
            {"any client of the public network " + network,
             "take '" + network +
                 "' out of access and relay-domains: it is far more than one's own network; name "
                 "that one with all its octets",
             {{nameless(one), somebody, victim}, {nameless(other), somebody, other_victim}}});
    };
    constexpr int private_octet = 10, loopback = 127, last_unicast = 223;
    for (int octet = 1; octet <= last_unicast; ++octet) {
        if (octet != private_octet && octet != loopback) {  // in 100, 169, 172, 192, 198: public all the same
            const std::string first = std::to_string(octet);
            add(first, first + ".37.213.149", first + ".203.59.131");
        }
    }
    for (const char* const group :
         {"2001", "2400", "2401", "2402", "2403", "2404", "2405", "2406", "2407", "240e",
          "2600", "2601", "2602", "2603", "2604", "2605", "2606", "2607", "2800", "2801",
          "2803", "2804", "2806", "2a00", "2a01", "2a02", "2a03", "2a04", "2a05", "2a06",
          "2a07", "2a09", "2a0a", "2a0b", "2a0c", "2a0d", "2a0e", "2a0f", "2a10", "2c0f"}) {
        const std::string first = std::string("IPv6:") + group;
        add(first, first + ":1234:5678:9abc:1:2:3:4", first + ":f8e7:6d5c:4b3a:1:2:3:4");
    }
}

void add_public_suffixes(Variants& variants, const RelayInputs& inputs) {
    std::set<std::string> suffixes{"com", "net", "org", "edu",   "gov", "mil", "int", "info",
                                   "biz", "de",  "uk",  "co.uk", "fr",  "cn",  "ru",  "io"};
    for (const auto* const list : {&inputs.local_domains, &inputs.relay_domains, &inputs.relay_keys}) {
        for (const std::string& text : *list) {
            if (const auto suffix = public_suffix_of(relay_key(text))) {
                suffixes.insert(*suffix);
            }
        }
    }
    for (const std::string& suffix : suffixes) {
        const std::string below = "mailstack-stranger." + suffix;
        const std::string remedy =
            "take '" + suffix +
            "' out of access, relay-domains and class m: name single domains, not a "
            "registry's; class m (FEATURE(`relay_entire_domain')) is the host's own domain";
        const auto add = [&](const std::string& who, const RelayAttempt& one, const RelayAttempt& other) {
            variants.push_back({who, remedy, {one, other}});
        };
        const RelayClient elsewhere = named("mx.mailstack-stranger.invalid.");
        const RelayClient far_elsewhere = named("mx.mailstack-stranger.invalid.", other_address4);
        add("any client, to every address below '" + suffix + "'",
            {elsewhere, somebody, "victim@mailstack-stranger." + suffix + "."},
            {far_elsewhere, somebody, "victim@mailstack-other-stranger." + suffix + "."});
        add("any client whose name ends in '." + suffix + "'",
            {named("mx." + below + "."), somebody, suffix == "com" ? other_victim : victim},
            {named("mx." + below + ".", other_address4), somebody, suffix == "jp" ? victim : other_victim});
        add("any client with a sender below '" + suffix + "'",
            {elsewhere, "someone@" + below, suffix == "com" ? other_victim : victim},
            {far_elsewhere, "someone@" + below, suffix == "jp" ? victim : other_victim});
    }
}

void add_claims(Variants& variants, const std::string& domain, bool thorough) {
    const std::string who = "any client that claims a name of '" + domain + "'";
    const std::string remedy =
        "a rule of this configuration trusts a name that DNS does not verify (pointer record or HELO): trust "
        "{client_name} only where {client_resolve} is OK";
    for (const std::string& name : {"host." + domain, domain}) {
        for (const char* const resolve : {"FORGED", "FAIL"}) {
            variants.push_back(
                {who, remedy, {{{address4, "[" + address4 + "]", resolve, name}, somebody, victim}}});
            if (!thorough) {
                return;
            }
            variants.push_back({who, remedy, {{{address4, name, resolve, name}, somebody, victim}}});
        }
    }
}

void add_sender(Variants& variants, const std::string& sender) {
    variants.push_back(
        {"any client that writes the sender '" + sender + "'",
         "a sender is written by whoever sends: remove FEATURE(`relay_local_from'), "
         "FEATURE(`relay_mail_from') or its From: entry with RELAY; let users authenticate instead",
         {{stranger, sender, victim}}});
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
             {{stranger, somebody, recipient, route}}});
        if (!thorough) {
            return;
        }
    }
}

/// What a rule lets pass for one key it lets pass for all: of many, most are tried in one way of each kind.
enum class Effort { Thorough, OneOfEach, SenderOnly };

void add_key(Variants& variants, const RelayKey& key, Effort effort) {
    if (!key.user.empty()) {
        const std::string host = key.name.empty() ? "mailstack-other-stranger.com" : key.name;
        if (key.as_sender) {
            add_sender(variants, key.user + "@" + host);
        }
        if (key.as_recipient && key.name.empty()) {
            variants.push_back({"any client, to '" + key.user + "' in every domain",
                                "name the domain too: '" + key.user + "@example.com RELAY'",
                                {{stranger, somebody, key.user + "@" + host + "."}}});
        }
        return;
    }
    if (key.kind != RelayKey::Kind::Name || key.name.empty()) {
        return;  // networks and empty keys: tried above for all
    }
    if (key.as_client && effort != Effort::SenderOnly) {
        add_claims(variants, key.name, effort == Effort::Thorough);
    }
    if (key.as_sender && (key.tagged || effort == Effort::Thorough)) {
        add_sender(variants, "someone@" + key.name);
    }
    if (key.as_recipient && effort != Effort::SenderOnly) {
        add_routes(variants, key.name, Route::ThroughPartner, effort == Effort::Thorough);
    }
}

/// The administrator may by chance have named the network of our first client, or the top-level domain of the
/// first victim: another client, to another victim, must pass too.
void add_second_try(RelayVariant& variant) {
    if (variant.attempts.size() > 1) {
        return;
    }
    RelayAttempt second = variant.attempts.front();
    RelayClient& client = second.client;
    const bool unnamed = client.name == "[" + client.address + "]";
    client.address = client.address == address4 ? other_address4 : "IPv6:2a0d:f8e7:6d5c:4b3a:1:2:3:4";
    client.name = unnamed                        ? "[" + client.address + "]"
                  : client.name == stranger.name ? "mx.mailstack-stranger.ch."
                                                 : client.name;
    if (second.recipient == victim) {
        second.recipient = other_victim;
    }
    variant.attempts.push_back(second);
}

}  // namespace

std::vector<RelayVariant> relay_variants(const RelayInputs& inputs) {
    constexpr std::size_t most_thorough = 50, most = 1000;
    Variants variants;
    add_anybody(variants);
    add_networks(variants);
    add_public_suffixes(variants, inputs);
    for (std::size_t i = 0; i < std::min(most_thorough, inputs.local_domains.size()); ++i) {
        const RelayKey key = relay_key(inputs.local_domains[i]);
        if (key.kind != RelayKey::Kind::Name || key.name.empty()) {
            continue;  // "[127.0.0.1]"
        }
        add_claims(variants, key.name, true);
        add_sender(variants, "someone@" + key.name);
        add_sender(variants, "someone@sub." + key.name);
        add_routes(variants, key.name, Route::ThroughLocal, true);
    }
    add_sender(variants, "root");
    for (const auto* const list : {&inputs.relay_domains, &inputs.relay_keys}) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            add_key(variants, relay_key((*list)[i]),
                    i < most_thorough ? Effort::Thorough
                    : i < most        ? Effort::OneOfEach
                                      : Effort::SenderOnly);
        }
    }
    std::for_each(variants.begin(), variants.end(), add_second_try);
    return variants;
}

}  // namespace mailstack
