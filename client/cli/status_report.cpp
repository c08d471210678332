// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The report of `mailstackctl status`, for people and for programs.

#include "certificate_report.hpp"
#include "format.hpp"
#include "recipe_report.hpp"
#include "route_report.hpp"

namespace mailstack::client {
namespace {

constexpr std::string_view action_prefix = "org.mailstack1.";

std::string state_line(const Status& status) {
    return "mailstackd " + status.version + ", " + status.state +
           (status.state_reason.empty() ? "" : ": " + printable(status.state_reason));
}

std::string generation_cell(const Status& status) {
    const auto generation = std::to_string(status.generation);
    if (status.live_generation == status.generation) {
        return generation + ", live";
    }
    return generation + ", but live is " + std::to_string(status.live_generation);
}

std::string mta_cell(const Status& status) {
    return status.mta_unit.empty() ? status.mta_state : printable(status.mta_unit) + ", " + status.mta_state;
}

std::string drifted_cell(const Status& status) {
    return status.drifted.empty()
               ? "nothing"
               : printable(joined(status.drifted)) + " ('mailstackctl reload' makes it live)";
}

std::string permission_cell(const std::string& answer) {
    return answer == "challenge" ? "yes, with a password" : answer;
}

std::string problem_line(const Problem& problem) {
    std::string place = problem.file + ":" + std::to_string(problem.line);
    if (problem.other_line != 0) {
        place += " (and line " + std::to_string(problem.other_line) + ")";
    }
    return "  " + printable(place + ": " + problem.message) + "\n";
}

}  // namespace

Json to_json(const Problem& problem) {
    return {{"file", problem.file},
            {"line", problem.line},
            {"other_line", problem.other_line},
            {"message", problem.message}};
}

Json to_json(const Status& status) {
    auto problems = Json::array();
    for (const auto& problem : status.problems) {
        problems.push_back(to_json(problem));
    }
    auto permissions = Json::object();
    for (const auto& [action, answer] : status.permissions) {
        permissions[action] = answer;
    }
    return {{"version", status.version},
            {"state", status.state},
            {"state_reason", status.state_reason},
            {"generation", status.generation},
            {"live_generation", status.live_generation},
            {"mta_unit", status.mta_unit},
            {"mta_state", status.mta_state},
            {"drifted", status.drifted},
            {"route", to_json(status.route)},
            {"certificate", to_json(status.certificate)},
            {"local_mailer", status.local_mailer},
            {"default_delivery", status.default_delivery},
            {"aliases", status.alias_count},
            {"problems", std::move(problems)},
            {"permissions", std::move(permissions)}};
}

std::string to_text(const Status& status, std::uint64_t now) {
    std::string text = state_line(status) + "\n";
    text += to_table({{"  Generation:", generation_cell(status)},
                      {"  MTA:", mta_cell(status)},
                      {"  Route:", to_text(status.route, now)},
                      {"  Certificate:", to_text(status.certificate, now)},
                      {"  Delivery:", delivery_words(status.local_mailer, status.default_delivery)},
                      {"  Aliases:", grouped(status.alias_count)},
                      {"  Edited by hand, not live:", drifted_cell(status)},
                      {"  Problems:", status.problems.empty() ? "none" : grouped(status.problems.size())}});
    if (!status.problems.empty()) {
        text += "\nProblems in the files:\n";
        for (const auto& problem : status.problems) {
            text += problem_line(problem);
        }
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [action, answer] : status.permissions) {
        const auto shown = action.starts_with(action_prefix) ? action.substr(action_prefix.size()) : action;
        rows.push_back({"  " + shown, permission_cell(answer)});
    }
    return text + "\nYou may:\n" + to_table(rows);
}

}  // namespace mailstack::client
