// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/explain_end.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/disk.hpp"
#include "base/text.hpp"
#include "engine/address_test_answer.hpp"
#include "engine/local_mailer.hpp"
#include "formats/cf_mailers.hpp"

namespace mailstack {
namespace {

/// Macros that name a host which takes mail for others: cf/README.
constexpr std::array<std::pair<const char*, const char*>, 4> relays{
    {{"S", "SMART_HOST"}, {"H", "MAIL_HUB"}, {"R", "LOCAL_RELAY"}, {"L", "LUSER_RELAY"}}};

std::string place_in(const CfInUse& cf, std::size_t line) {
    return cf.path + ":" + std::to_string(line);
}

/// "relay:smtp.example.net" names a host with its mailer.
std::string host_of(const std::string& relay) {
    const auto colon = relay.find(':');
    return fold_case(colon == std::string::npos || relay.starts_with('[') ? relay : relay.substr(colon + 1));
}

std::vector<ExplainStep> relay_steps(const CfInUse& cf, const Resolution& recipient) {
    for (const auto& [macro, name] : relays) {
        const auto found = cf_macro(cf.text, macro);
        if (found && !recipient.host.empty() && host_of(found->value) == fold_case(recipient.host)) {
            return {
                {"relay", std::string(name) + " " + found->value + " takes it", place_in(cf, found->line)}};
        }
    }
    return {};
}

std::vector<ExplainStep> remote_steps(const CfInUse& cf, const Resolution& recipient,
                                      const std::string& place) {
    if (recipient.mailer == "hold") {
        return {
            {"mailer", "hold: waits in the queue until a route lets it leave, for " + recipient.user, place}};
    }
    std::vector<ExplainStep> steps = relay_steps(cf, recipient);
    const std::string host = recipient.host;
    steps.push_back({"mailer", recipient.mailer + ": sent to " + host + " for " + recipient.user, place});
    if (!host.starts_with('[')) {
        steps.push_back(
            {"unknown",
             "which machine takes mail for " + host + ": DNS is asked for its MX when the mail is sent", ""});
    }
    return steps;
}

/// What the program that delivers does with it.
std::vector<ExplainStep> after_program(const CfInUse& cf, const CfMailer& mailer, const Resolution& recipient,
                                       const std::string& place) {
    if (!delivers_by_procmail(mailer.program)) {
        return {};
    }
    std::vector<ExplainStep> steps;
    if (file_name_of(mailer.program) != "procmail") {
        steps.push_back({"unknown",
                         "which program delivers: " + mailer.program +
                             " takes procmail where it is installed, else maildrop, deliver or mail.local",
                         place});
    }
    steps.push_back(
        {"procmail", "/etc/procmailrc decides in which mailbox it ends, or where it goes on to", place});
    if (cf.recipes_of) {
        auto more = cf.recipes_of(recipient.user);
        std::move(more.begin(), more.end(), std::back_inserter(steps));
    }
    return steps;
}

}  // namespace

Resolution read_resolution(const std::string& text) {
    return read_mailer_line(text);
}

std::vector<ExplainStep> delivery_steps(const CfInUse& cf, const Resolution& recipient) {
    const auto mailer = cf_mailer(cf.text, recipient.mailer);
    const std::string place = mailer ? place_in(cf, mailer->line) : "";
    if (recipient.mailer == "prog") {
        return {{"mailer", "prog: given to the program " + recipient.user, place}};
    }
    if (recipient.mailer == "*file*") {
        return {{"mailer", "*file*: appended to the file " + recipient.user, place}};
    }
    if (mailer && (mailer->program == "[IPC]" || mailer->program == "[TCP]") &&
        !mailer->arguments.starts_with("FILE")) {
        return remote_steps(cf, recipient, place);
    }
    std::vector<ExplainStep> steps{
        {"mailer",
         recipient.mailer + ": delivered to " + recipient.user +
             (recipient.host.empty() ? "" : " (host " + recipient.host + ")") +
             (mailer && mailer->program.starts_with('/') ? " by " + mailer->program : ""),
         place}};
    auto more = mailer ? after_program(cf, *mailer, recipient, place) : std::vector<ExplainStep>{};
    steps.insert(steps.end(), more.begin(), more.end());
    return steps;
}

ExplainStep refusal_step(const std::string& line) {
    constexpr std::string_view between = ": line ";
    std::string place;
    if (const auto at = line.find(between); at != std::string::npos && line.starts_with('/')) {
        const auto number = line.substr(at + between.size());
        const auto digits = std::min(number.find_first_not_of("0123456789"), number.size());
        place = line.substr(0, at) + ":" + number.substr(0, digits);
    }
    return {"refused", line, place};
}

}  // namespace mailstack
