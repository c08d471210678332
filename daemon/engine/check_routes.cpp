// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/check.hpp"
#include "engine/route_rules.hpp"
#include "engine/secret_file.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

const RouteSource& source_of(const Inspection& inspection) {
    return inspection.snapshot.configuration.routes;
}

const Routes& routes_of(const Inspection& inspection) {
    return source_of(inspection).file.routes();
}

std::string secret_path(const RouteSource& source, const Relay& relay) {
    return source.secrets + '/' + relay.secret;
}

void find_readable(const Inspection& inspection, const std::string& path, Findings& findings) {
    const FileFacts file = inspection.file(path);
    if (file.exists && ((file.mode & 077U) != 0 || file.owner != 0)) {
        findings.push_back(
            {Severity::Error, "SecretReadable",
             path + ", which holds a relay's password, can be read by others than root",
             "chown root " + path + " && chmod 600 " + path + ", then change the password at the relay"});
    }
}

}  // namespace

void find_route_problems(const Inspection& inspection, Findings& findings) {
    if (const auto& problem = source_of(inspection).file.problem()) {
        findings.push_back({Severity::Error, "RoutesProblem",
                            source_of(inspection).text_path + ", " + *problem +
                                ": no route can be changed, and the map stays as it is",
                            "mend the line"});
    }
}

void find_missing_rules(const Inspection& inspection, Findings& findings) {
    const Configuration& configuration = inspection.snapshot.configuration;
    if (!inspection.cf.empty() && lacks_route_rules(configuration, routes_of(inspection))) {
        findings.push_back(
            {Severity::Error, "RouteRulesMissing",
             "sendmail.cf does not ask for routes, or lacks a relay's port: mail does not leave by " +
                 routes_of(inspection).active.text() + " as " + source_of(inspection).text_path + " says",
             "activate the route once more: mailstackctl relay use " + routes_of(inspection).active.text()});
    }
}

void find_missing_secrets(const Inspection& inspection, Findings& findings) {
    const RouteSource& source = source_of(inspection);
    for (const Relay& relay : routes_of(inspection).relays) {
        if (relay.user.empty()) {
            continue;
        }
        if (!has_secret(relay) || !inspection.file(secret_path(source, relay)).exists) {
            const bool used = routes_of(inspection).in_use(relay.id);
            findings.push_back({used ? Severity::Error : Severity::Notice, "SecretMissing",
                                "the route " + quoted(relay.id.text()) + " has the user " +
                                    quoted(relay.user) + " but no password" +
                                    (used ? ", and mail leaves by it" : ""),
                                "mailstackctl relay secret " + relay.id.text()});
        }
    }
}

void find_readable_secrets(const Inspection& inspection, Findings& findings) {
    const RouteSource& source = source_of(inspection);
    for (const Relay& relay : routes_of(inspection).relays) {
        if (!relay.secret.empty()) {
            find_readable(inspection, secret_path(source, relay), findings);
        }
    }
    find_readable(inspection, inspection.snapshot.configuration.credentials.map_path, findings);
}

void find_unverifiable_relays(const Inspection& inspection, Findings& findings) {
    const bool trusts =
        !cf_value(inspection.cf, "CACertFile").empty() && !cf_value(inspection.cf, "CACertPath").empty();
    for (const Relay& relay : routes_of(inspection).relays) {
        if (relay.tls == RouteTls::Verified && !trusts && !inspection.cf.empty()) {
            findings.push_back(
                {Severity::Error, "RelayUnverifiable",
                 "the route " + quoted(relay.id.text()) +
                     " demands a verified certificate, but sendmail.cf names no CACertFile and "
                     "CACertPath, without which sendmail knows no authority: its mail waits",
                 "define confCACERT and confCACERT_PATH in sendmail.mc (mailstackctl setup does)"});
        }
    }
}

void find_missing_relay_auth(const Inspection& inspection, Findings& findings) {
    const auto& relays = routes_of(inspection).relays;
    const bool wanted =
        std::any_of(relays.begin(), relays.end(), [](const Relay& relay) { return !relay.user.empty(); });
    const auto& missing = inspection.missing_auth_packages;
    if (wanted && std::find(missing.begin(), missing.end(), "libsasl2-modules") != missing.end()) {
        findings.push_back({Severity::Error, "RelayAuthMissing",
                            "a route has a user, but libsasl2-modules is not installed: sendmail cannot "
                            "authenticate to the relay, and its mail waits",
                            "apt install libsasl2-modules"});
    }
}

}  // namespace mailstack
