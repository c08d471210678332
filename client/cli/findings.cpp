// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What `explain` and `check` print.

#include <algorithm>

#include "format.hpp"

namespace mailstack::client {
namespace {

std::string counted(const std::vector<Finding>& findings, const std::string& severity) {
    const auto number = static_cast<std::uint64_t>(std::count_if(
        findings.begin(), findings.end(), [&](const Finding& one) { return one.severity == severity; }));
    return grouped(number) + " " + severity + (number == 1 ? "" : "s");
}

}  // namespace

Json to_json(const Step& step) {
    return {{"step", step.step}, {"happens", step.happens}, {"place", step.place}};
}

Json to_json(const Finding& finding) {
    return {{"severity", finding.severity},
            {"code", finding.code},
            {"message", finding.message},
            {"remedy", finding.remedy}};
}

std::string to_text(const std::vector<Step>& steps) {
    std::vector<std::vector<std::string>> rows;
    for (const Step& step : steps) {
        rows.push_back({printable(step.step),
                        printable(step.happens + (step.place.empty() ? "" : "  [" + step.place + "]"))});
    }
    return to_table(rows);
}

std::string to_text(const std::vector<Finding>& findings) {
    if (findings.empty()) {
        return "Nothing is wrong.\n";
    }
    std::string text;
    for (const Finding& finding : findings) {
        text += printable(finding.severity + " " + finding.code + ": " + finding.message) + "\n";
        if (!finding.remedy.empty()) {
            text += "    To do: " + printable(finding.remedy) + "\n";
        }
    }
    return text + counted(findings, "error") + ", " + counted(findings, "warning") + ", " +
           counted(findings, "notice") + "\n";
}

}  // namespace mailstack::client
