// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/check.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

std::string name_of(const DaemonPort& port) {
    return "port " + port.port + (port.address.empty() ? "" : " of " + port.address) +
           (port.name.empty() ? "" : " (" + port.name + ")");
}

}  // namespace

void find_rejection(const Inspection& inspection, Findings& findings) {
    const SendmailFacts& sendmail = inspection.sendmail;
    if (!sendmail.rejects.empty()) {
        findings.push_back({Severity::Error, "CfRejected", sendmail.rejects,
                            "mend " + inspection.mc_path + " and have " + inspection.cf_path + " made anew"});
    } else if (!sendmail.failure.empty()) {
        findings.push_back({Severity::Notice, "SendmailUnknown",
                            "what sendmail makes of its configuration is unknown: " + sendmail.failure,
                            "check again; where it stays so, install sendmail or see the journal"});
    }
}

void find_optional_maps(const Inspection& inspection, Findings& findings) {
    for (const CfMap& map : inspection.snapshot.configuration.named.maps) {
        if (map.optional) {
            findings.push_back(
                {Severity::Warning, "OptionalMap",
                 "the map " + map.name + " is declared optional (-o): where " + map.file +
                     ".db cannot be opened, mail goes another way without a word",
                 "leave -o out in " + inspection.mc_path + ": FEATURE(`...', `hash " + map.file + "')"});
        }
    }
}

void find_closed_maps(const Inspection& inspection, Findings& findings) {
    for (const auto& [map, answer] : inspection.sendmail.maps) {
        if (answer.kind == MapAnswer::Kind::CannotOpen) {
            findings.push_back({Severity::Error, "MapNotOpened",
                                "sendmail cannot open the map " + map.name + ", " + map.file + ".db" +
                                    (answer.words.empty() ? "; it says nothing, for the map is optional"
                                                          : ": " + answer.words),
                                "mailstackctl reload makes it anew; see to the owner and mode of the file"});
        }
    }
}

void find_open_relay(const Inspection& inspection, Findings& findings) {
    for (const RelayOpening& opening : inspection.sendmail.openings) {
        findings.push_back({Severity::Error, "OpenRelay", opening.sentence(), opening.remedy});
    }
    if (!inspection.sendmail.relay_failure.empty()) {
        findings.push_back({Severity::Warning, "RelayUnknown",
                            "whether strangers can relay is unknown: " + inspection.sendmail.relay_failure,
                            "mend what that names, then check again"});
    }
}

void find_stopped_mta(const Inspection& inspection, Findings& findings) {
    if (inspection.mta == MtaState::Absent) {
        findings.push_back({Severity::Error, "MtaAbsent", "no MTA is installed: no mail is sent or taken",
                            "install sendmail"});
    } else if (inspection.mta == MtaState::Stopped) {
        findings.push_back({Severity::Error, "MtaStopped",
                            (inspection.mta_unit.empty() ? "the MTA" : inspection.mta_unit) +
                                " does not run: no mail is sent or taken",
                            "mailstackctl restart"});
    }
}

void find_closed_ports(const Inspection& inspection, Findings& findings) {
    for (const PortFacts& port : inspection.ports) {
        if (port.peer) {
            continue;
        }
        if (!port.asked) {
            findings.push_back({Severity::Notice, "PortUnknown",
                                name_of(port.port) + " was not asked for its greeting",
                                "check again, or ask it by hand"});
        } else {
            findings.push_back(
                {port.port.optional ? Severity::Notice : Severity::Error, "PortClosed",
                 "sendmail.cf names " + name_of(port.port) + ", which does not greet: " + port.failure,
                 "mailstackctl restart; where another program has the port, end that, or take the port out "
                 "of DAEMON_OPTIONS"});
        }
    }
}

void find_loopback(const Inspection& inspection, Findings& findings) {
    const auto elsewhere = [](const PortFacts& facts) {
        const std::string& address = facts.port.address;
        return !address.starts_with("127.") && address != "localhost" && address != "::1" &&
               address != "IPv6:::1";
    };
    if (!inspection.ports.empty() &&
        std::none_of(inspection.ports.begin(), inspection.ports.end(), elsewhere)) {
        findings.push_back({Severity::Notice, "ListensOnLoopback",
                            "sendmail listens on the loopback alone: no other machine can send mail here",
                            "mailstackctl setup with --listen everywhere, where it is to be reached"});
    }
}

/// Only where AUTH with a password is wanted at all.
void find_missing_auth(const Inspection& inspection, Findings& findings) {
    const bool wanted =
        fold_case(cf_value(inspection.cf, "AuthMechanisms")).find("plain") != std::string::npos;
    if (wanted && !inspection.missing_auth_packages.empty()) {
        const std::string packages = joined(inspection.missing_auth_packages, " ");
        findings.push_back({Severity::Notice, "AuthPackageMissing",
                            "nobody can authenticate to send mail: " + packages + " not installed",
                            "apt install " + packages + ", then run mailstackctl setup again"});
    }
}

void find_unresolved_names(const Inspection& inspection, Findings& findings) {
    std::vector<std::string> unknown;
    for (const NameFacts& name : inspection.names) {
        if (name.state == NameFacts::State::Absent) {
            findings.push_back(
                {Severity::Warning, "NameUnresolved",
                 quoted(name.name) + " is one of this machine's names, but resolves to no address",
                 "add it to /etc/hosts or to DNS, or take it out of the local domains"});
        } else if (name.state == NameFacts::State::Unknown) {
            unknown.push_back(name.name);
        }
    }
    if (!unknown.empty() || inspection.names_not_asked != 0) {
        findings.push_back(
            {Severity::Notice, "NamesUnknown",
             "whether some of this machine's names resolve is unknown: " +
                 (unknown.empty() ? "" : joined(unknown, ", ") + " got no answer in time") +
                 (unknown.empty() || inspection.names_not_asked == 0 ? "" : "; ") +
                 (inspection.names_not_asked == 0
                      ? ""
                      : std::to_string(inspection.names_not_asked) + " more were not asked for"),
             "see that DNS answers: getent ahosts NAME"});
    }
}

}  // namespace mailstack
