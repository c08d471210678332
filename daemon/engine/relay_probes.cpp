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
#include "engine/relay_named_probes.hpp"

namespace mailstack {
namespace {

using Variants = std::vector<RelayVariant>;

const std::string other_victim = "victim@mailstack-stranger.jp.";
const std::string other_address4 = "91.203.59.131";

void add_anybody(Variants& variants) {
    const std::string remedy =
        "remove FEATURE(`promiscuous_relay'), access entries with the value RELAY and nothing behind their "
        "tag "
        "('Connect: RELAY'), and rules of LOCAL_RULESETS that accept every recipient; with deferred delivery "
        "(confDELIVERY_MODE) sendmail checks no recipient";
    const auto add = [&](const std::string& who, const RelayAttempt& attempt) {
        variants.push_back({who, remedy, {attempt}, true});
    };
    add("any client", {relay_stranger, relay_sender, relay_victim});
    add("any client",
        {named_client("mx.stranger.example"), "someone@stranger.example", "victim@remote.example"});
    add("any client without a name", {nameless_client(relay_address4), relay_sender, relay_victim});
    add("any IPv6 client", {nameless_client("IPv6:2001:db8:7:9:1:2:3:4"), relay_sender, relay_victim});
    add("any client with the null sender", {relay_stranger, "<>", relay_victim});
}

void add_networks(Variants& variants) {
    const auto add = [&](const std::string& network, const std::string& one, const std::string& other) {
        variants.push_back(
            {"any client of the public network " + network,
             "take '" + network +
                 "' out of access and relay-domains: it is far more than one's own network; name "
                 "that one with all its octets",
             {{nameless_client(one), relay_sender, relay_victim},
              {nameless_client(other), relay_sender, other_victim}}});
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
        const RelayClient elsewhere = named_client("mx.mailstack-stranger.invalid.");
        const RelayClient far_elsewhere = named_client("mx.mailstack-stranger.invalid.", other_address4);
        add("any client, to every address below '" + suffix + "'",
            {elsewhere, relay_sender, "victim@mailstack-stranger." + suffix + "."},
            {far_elsewhere, relay_sender, "victim@mailstack-other-stranger." + suffix + "."});
        add("any client whose name ends in '." + suffix + "'",
            {named_client("mx." + below + "."), relay_sender, suffix == "com" ? other_victim : relay_victim},
            {named_client("mx." + below + ".", other_address4), relay_sender,
             suffix == "jp" ? relay_victim : other_victim});
        add("any client with a sender below '" + suffix + "'",
            {elsewhere, "someone@" + below, suffix == "com" ? other_victim : relay_victim},
            {far_elsewhere, "someone@" + below, suffix == "jp" ? relay_victim : other_victim});
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
    client.address = client.address == relay_address4 ? other_address4 : "IPv6:2a0d:f8e7:6d5c:4b3a:1:2:3:4";
    client.name = unnamed                              ? "[" + client.address + "]"
                  : client.name == relay_stranger.name ? "mx.mailstack-stranger.ch."
                                                       : client.name;
    if (second.recipient == relay_victim) {
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
        add_local_domain(variants, key.name);
    }
    add_sender(variants, "root");
    for (const auto* const list : {&inputs.relay_domains, &inputs.relay_keys}) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            add_key(variants, relay_key((*list)[i]),
                    i < most_thorough ? RelayEffort::Thorough
                    : i < most        ? RelayEffort::OneOfEach
                                      : RelayEffort::SenderOnly);
        }
    }
    std::for_each(variants.begin(), variants.end(), add_second_try);
    return variants;
}

}  // namespace mailstack
