// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/route_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/secret_file.hpp"

namespace mailstack {

struct RouteTable::State {
    YamlFile yaml;
    Routes routes;
    std::optional<std::string> problem;
    std::map<std::string, std::string, std::less<>> pairs;
};

namespace {

constexpr const char* relays_section = "relays";
constexpr const char* senders_section = "senders";
constexpr const char* retired_section = "retired";
constexpr std::string_view default_key = ".";
/// No demand that the rules know: what is on its way to the relay waits in the queue and is routed anew.
constexpr std::string_view retired_word = "retired";

/// None of ours is larger than a time of day in the year 36812.
template <typename Number>
Number number(const std::string& text, const char* what) {
    Number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr auto largest = std::int64_t{1} << 40U;
    if (failed != std::errc{} || end != text.data() + text.size() || static_cast<std::int64_t>(value) < 0 ||
        static_cast<std::int64_t>(value) > largest) {
        throw Error(Code::InvalidConfiguration,
                    std::string(what) + " must be a number from 0 to 2^40, not " + quoted(text));
    }
    return value;
}

std::string field(const YamlEntry& entry, const char* name, const char* otherwise = nullptr) {
    const auto found = entry.fields.find(name);
    if (found == entry.fields.end() && otherwise == nullptr) {
        throw Error(Code::InvalidConfiguration, quoted(entry.key) + " has no \"" + name + "\"");
    }
    return found == entry.fields.end() ? otherwise : found->second;
}

void require_known(const YamlEntry& entry, const std::vector<std::string>& known) {
    for (const auto& [name, value] : entry.fields) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            throw Error(Code::InvalidConfiguration,
                        quoted(entry.key) + " has the unknown field " + quoted(name));
        }
    }
}

Relay relay_of(const YamlEntry& entry) {
    require_known(entry, {"host", "port", "tls", "user", "secret"});
    Relay relay =
        make_relay(entry.key, field(entry, "host"), number<std::uint32_t>(field(entry, "port"), "port"),
                   field(entry, "tls"), field(entry, "user", ""));
    relay.secret = field(entry, "secret", "");
    if (!relay.secret.empty()) {
        require_secret_file_name(relay.secret);
    }
    return relay;
}

RetiredRelay retired_of(const YamlEntry& entry) {
    require_known(entry, {"tls", "user", "since"});
    return {.host = RelayHost(entry.key),
            .tls = route_tls(field(entry, "tls")),
            .user = field(entry, "user", "no") == "yes",
            .since = number<std::int64_t>(field(entry, "since"), "since")};
}

std::string setting(const YamlFile& yaml, const char* key) {
    const auto found = yaml.setting(key);
    return found ? found->value : "";
}

void require_known_settings(const YamlFile& yaml) {
    constexpr std::array<std::string_view, 6> known{"active", "return-to", "seconds",
                                                    "until",  "boot",      "boot-time"};
    for (const YamlEntry& one : yaml.settings()) {
        if (std::find(known.begin(), known.end(), one.key) == known.end()) {
            throw Error(Code::InvalidConfiguration,
                        "line " + std::to_string(one.line) + ": unknown key " + quoted(one.key));
        }
    }
}

std::optional<TimedReturn> timed_of(const YamlFile& yaml) {
    if (!yaml.setting("return-to")) {
        return std::nullopt;
    }
    return TimedReturn{.return_to = RouteId(setting(yaml, "return-to")),
                       .seconds = number<std::uint64_t>(setting(yaml, "seconds"), "seconds"),
                       .until = number<std::int64_t>(setting(yaml, "until"), "until"),
                       .boot = setting(yaml, "boot"),
                       .boot_time = number<std::int64_t>(setting(yaml, "boot-time"), "boot-time")};
}

void require_there(const Routes& routes, const RouteId& id) {
    if (!id.built_in() && routes.relay(id) == nullptr) {
        throw Error(Code::InvalidConfiguration, "there is no relay " + quoted(id.text()));
    }
}

/// sendmail tells servers apart by host alone.
void require_one_of_each_host(const std::vector<Relay>& relays) {
    for (std::size_t i = 0; i < relays.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            const Relay &one = relays[k], &other = relays[i];
            if (one.host == other.host &&
                (one.tls != other.tls || !one.user.empty() || !other.user.empty())) {
                throw Error(
                    Code::InvalidArgument,
                    "the routes " + quoted(one.id.text()) + " and " + quoted(other.id.text()) +
                        " lead to the same host " + other.host.text() +
                        ": sendmail tells servers apart by host, so that a host with a user has one route, "
                        "and all routes to a host have one TLS demand");
            }
        }
    }
}

/// Runs `parse` on each entry, and says where what it throws happened.
template <typename Parse>
void for_each_entry(const YamlFile& yaml, const char* section, const Parse& parse) {
    for (const YamlEntry& entry : yaml.entries(section)) {
        try {
            parse(entry);
        } catch (const Error& error) {
            throw Error(Code::InvalidConfiguration,
                        "line " + std::to_string(entry.line) + ": " + error.what());
        }
    }
}

Routes routes_of(const YamlFile& yaml) {
    if (yaml.problem()) {
        throw Error(Code::InvalidConfiguration,
                    "line " + std::to_string(yaml.problem()->line) + ": " + yaml.problem()->message);
    }
    require_known_settings(yaml);
    Routes routes;
    for_each_entry(yaml, relays_section, [&](const YamlEntry& entry) {
        routes.relays.push_back(relay_of(entry));
        require_one_of_each_host(routes.relays);
    });
    for_each_entry(yaml, retired_section,
                   [&](const YamlEntry& entry) { routes.retired.push_back(retired_of(entry)); });
    for_each_entry(yaml, senders_section, [&](const YamlEntry& entry) {
        routes.senders.push_back({.sender = RouteSender(entry.key), .route = RouteId(entry.value)});
        require_there(routes, routes.senders.back().route);
    });
    routes.active = RouteId(yaml.setting("active") ? setting(yaml, "active") : "direct");
    require_there(routes, routes.active);
    routes.timed = timed_of(yaml);
    if (routes.timed) {
        require_there(routes, routes.timed->return_to);
    }
    return routes;
}

std::map<std::string, std::string, std::less<>> pairs_of(const Routes& routes) {
    std::map<std::string, std::string, std::less<>> pairs;
    const auto demand = [&](const RelayHost& host, std::string_view value) {
        pairs.emplace("tls:" + fold_case(host.bracketed()), value);
    };
    for (const Relay& relay : routes.relays) {
        // Without its password sendmail would go on without AUTH, and the relay return the mail.
        demand(relay.host, lacks_secret(relay) ? retired_word : word(relay.tls));
    }
    for (const RetiredRelay& relay : routes.retired) {
        demand(relay.host, relay.user ? retired_word : word(relay.tls));
    }
    for (const SenderRoute& one : routes.senders) {
        pairs.emplace(one.sender.text(), map_value(routes, one.route));
    }
    if (!routes.active.direct()) {
        pairs.emplace(default_key, map_value(routes, routes.active));
    }
    return pairs;
}

YamlEntry entry_of(const Relay& relay) {
    YamlEntry entry{.key = relay.id.text(),
                    .fields = {{"host", relay.host.text()},
                               {"port", std::to_string(relay.port)},
                               {"tls", std::string(word(relay.tls))}}};
    if (!relay.user.empty()) {
        entry.fields.emplace("user", relay.user);
    }
    if (!relay.secret.empty()) {
        entry.fields.emplace("secret", relay.secret);
    }
    return entry;
}
YamlEntry entry_of(const SenderRoute& one) {
    return {.key = one.sender.text(), .value = one.route.text()};
}
YamlEntry entry_of(const RetiredRelay& relay) {
    return {.key = relay.host.text(),
            .fields = {{"tls", std::string(word(relay.tls))},
                       {"user", relay.user ? "yes" : "no"},
                       {"since", std::to_string(relay.since)}}};
}

/// Keys are compared folded: a hand may have written them otherwise.
template <typename Item>
YamlFile with_items(YamlFile yaml, const char* section, const std::vector<Item>& before,
                    const std::vector<Item>& after) {
    const auto stays = [&](const std::string& key) {
        return std::any_of(before.begin(), before.end(), [&](const Item& one) {
            return entry_of(one).key == fold_case(key) &&
                   std::find(after.begin(), after.end(), one) != after.end();
        });
    };
    const auto comes_back = [&](const std::string& key) {
        return std::any_of(after.begin(), after.end(),
                           [&](const Item& one) { return entry_of(one).key == key; });
    };
    for (const YamlEntry& entry : yaml.entries(section)) {
        if (!stays(entry.key) && !comes_back(entry.key)) {
            yaml = yaml.without_entry(section, entry.key);
        }
    }
    for (const Item& one : after) {
        if (std::find(before.begin(), before.end(), one) == before.end()) {
            yaml = yaml.with_entry(section, entry_of(one));
        }
    }
    return yaml;
}

YamlFile with_timed(YamlFile yaml, const std::optional<TimedReturn>& timed) {
    const std::vector<std::pair<std::string, std::string>> settings{
        {"return-to", timed ? timed->return_to.text() : ""},
        {"seconds", timed ? std::to_string(timed->seconds) : ""},
        {"until", timed ? std::to_string(timed->until) : ""},
        {"boot", timed ? timed->boot : ""},
        {"boot-time", timed ? std::to_string(timed->boot_time) : ""}};
    for (const auto& [key, value] : settings) {
        yaml = timed ? yaml.with_setting(key, value) : yaml.without_setting(key);
    }
    return yaml;
}

}  // namespace

std::string relay_mailer(std::uint16_t port) {
    return "relay" + std::to_string(port);
}

std::string map_value(const Routes& routes, const RouteId& id) {
    if (id.built_in()) {
        return id.direct() ? "direct:direct" : "hold:held";
    }
    const Relay& relay = *routes.relay(id);
    return relay_mailer(relay.port) + ':' + relay.host.bracketed();
}

std::optional<Credential> credential_of(const Relay& relay) {
    if (!has_secret(relay)) {
        return std::nullopt;
    }
    return Credential{.host = relay.host,
                      .user = relay.user,
                      .secret_file = relay.secret,
                      .binding = secret_binding(relay)};
}

RouteTable RouteTable::parse(std::string text) {
    return made(YamlFile::parse(std::move(text), {relays_section, senders_section, retired_section}));
}

RouteTable RouteTable::made(YamlFile yaml) {
    auto state = std::make_shared<State>();
    state->yaml = std::move(yaml);
    try {
        state->routes = routes_of(state->yaml);
        state->pairs = pairs_of(state->routes);
    } catch (const Error& error) {
        state->routes = {};
        state->problem = error.what();
    }
    return RouteTable(std::move(state));
}

const std::string& RouteTable::print() const noexcept {
    return state_->yaml.print();
}
const std::optional<std::string>& RouteTable::problem() const noexcept {
    return state_->problem;
}
const Routes& RouteTable::routes() const noexcept {
    return state_->routes;
}

namespace {

std::size_t line_of_entry(const YamlFile& yaml, const char* section, const std::string& key) {
    for (const YamlEntry& entry : yaml.entries(section)) {
        if (fold_case(entry.key) == key) {
            return entry.line;
        }
    }
    return 0;
}

}  // namespace

std::size_t RouteTable::line_of(const RouteId& id) const {
    return line_of_entry(state_->yaml, relays_section, id.text());
}
std::size_t RouteTable::line_of(const RouteSender& sender) const {
    return line_of_entry(state_->yaml, senders_section, sender.text());
}

RouteTable RouteTable::with(const Routes& routes) const {
    if (problem()) {
        throw Error(Code::InvalidConfiguration, "routes.yaml, " + *problem() + "; mend it by hand first");
    }
    const Routes& before = state_->routes;
    YamlFile yaml = state_->yaml;
    if (yaml.print().empty()) {
        yaml = YamlFile::parse("# By which route mail for elsewhere leaves; see mailstackctl(1), ROUTES.\n",
                               {relays_section, senders_section, retired_section});
    }
    if (routes.active != before.active || !yaml.setting("active")) {
        yaml = yaml.with_setting("active", routes.active.text());
    }
    if (routes.timed != before.timed) {
        yaml = with_timed(yaml, routes.timed);
    }
    yaml = with_items(yaml, relays_section, before.relays, routes.relays);
    yaml = with_items(yaml, senders_section, before.senders, routes.senders);
    yaml = with_items(yaml, retired_section, before.retired, routes.retired);
    RouteTable table = made(yaml);
    if (table.problem()) {
        throw Error(Code::InvalidArgument, *table.problem());
    }
    return table;
}

void RouteTable::each(const MapVisitor& visit) const {
    for (const auto& [key, value] : state_->pairs) {
        visit(key, value);
    }
}
std::optional<std::string> RouteTable::value(std::string_view key) const {
    const auto found = state_->pairs.find(key);
    return found == state_->pairs.end() ? std::nullopt : std::optional(found->second);
}
std::size_t RouteTable::count() const noexcept {
    return state_->pairs.size();
}
bool RouteTable::same_as(const RouteTable& other) const noexcept {
    return state_ == other.state_ || state_->pairs == other.state_->pairs;
}

std::vector<std::string> RouteTable::keys_changed_to(const RouteTable& other) const {
    std::vector<std::string> keys;
    for (const auto& [key, value] : state_->pairs) {
        if (other.value(key) != value) {
            keys.push_back(key);
        }
    }
    for (const auto& [key, value] : other.state_->pairs) {
        if (!this->value(key)) {
            keys.push_back(key);
        }
    }
    return keys;
}

std::vector<Credential> RouteTable::credentials() const {
    std::vector<Credential> all;
    for (const Relay& relay : state_->routes.relays) {
        if (auto credential = credential_of(relay)) {
            all.push_back(std::move(*credential));
        }
    }
    return all;
}

}  // namespace mailstack
