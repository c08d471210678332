// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "setup_report.hpp"

namespace mailstack::client {

std::vector<std::string> names_of(const std::string& domain) {
    return {"localhost", domain, "mail." + domain, "localhost.localdomain"};
}

std::string hosts_line(const std::vector<std::string>& names) {
    std::string line = "127.0.0.1";
    for (const auto& name : names) {
        line += ' ' + name;
    }
    return line;
}

std::string to_text(const SetupReport& report) {
    std::string text = printable(report.domain) + ": live as generation " +
                       std::to_string(report.generation) + "; root's mail goes to " + printable(report.user) +
                       '\n';
    if (!report.unresolved.empty()) {
        text += "These names do not resolve here: " + printable(joined(report.unresolved)) +
                ". This line in /etc/hosts makes them:\n    " + printable(hosts_line(report.unresolved)) +
                '\n';
    }
    if (!report.missing_packages.empty()) {
        std::string packages;
        for (const auto& name : report.missing_packages) {
            packages += ' ' + name;
        }
        text += "Nobody can authenticate to send mail yet, as packages are missing:\n    apt install" +
                packages + "\nThen run this again.\n";
    }
    return text;
}

Json to_json(const SetupReport& report) {
    Json json{{"generation", report.generation}, {"live", true}};
    if (report.looked) {
        json["unresolved"] = report.unresolved;
        json["hosts_line"] = report.unresolved.empty() ? "" : hosts_line(report.unresolved);
        json["missing_packages"] = report.missing_packages;
    }
    return json;
}

}  // namespace mailstack::client
