// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/local_mailer.hpp"

#include <unistd.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/cf_mailers.hpp"

namespace mailstack {
namespace {

constexpr const char* procmail_feature = "local_procmail";

std::string feature_text(std::string_view name) {
    return "FEATURE(`" + std::string(name) + "')";
}

/// The line of the last call of the macro whose first argument this is.
std::size_t line_of(const McFile& mc, const char* macro, std::string_view argument) {
    std::size_t line = 0;
    for (const auto* call : mc.calls(macro)) {
        line = !call->arguments.empty() && call->arguments[0].text == argument ? call->line : line;
    }
    return line;
}

std::optional<LocalMailerChoice> choice_by_hand(const McFile& mc, const std::string& path) {
    for (const char* const name : {"LOCAL_MAILER_PATH", "LOCAL_MAILER_ARGS", "confLOCAL_MAILER"}) {
        if (mc.may_define(name)) {
            return LocalMailerChoice{name, path, line_of(mc, "define", name)};
        }
    }
    if (mc.has_feature("local_lmtp")) {
        return LocalMailerChoice{feature_text("local_lmtp"), path, line_of(mc, "FEATURE", "local_lmtp")};
    }
    return std::nullopt;
}

std::optional<LocalMailerChoice> choice_of_procmail(const McFile& mc, const std::string& path) {
    if (!mc.has_feature(procmail_feature)) {
        return std::nullopt;
    }
    return LocalMailerChoice{feature_text(procmail_feature), path, line_of(mc, "FEATURE", procmail_feature)};
}

std::string place(const LocalMailerChoice& choice) {
    const std::string line = choice.line == 0 ? "" : ", line " + std::to_string(choice.line);
    return (choice.path.empty() ? "sendmail.mc" : choice.path) + line;
}

}  // namespace

std::optional<LocalMailerChoice> local_mailer_choice(const McFile& mc,
                                                     const std::vector<IncludedFile>& included) {
    for (const auto& choice : {choice_by_hand, choice_of_procmail}) {
        if (auto made = choice(mc, "")) {
            return made;
        }
        for (const IncludedFile& one : included) {
            if (auto made = choice(McFile::parse(one.text), one.path)) {
                return made;
            }
        }
    }
    return std::nullopt;
}

McFile with_procmail(const McFile& mc, const std::vector<IncludedFile>& included) {
    const auto choice = local_mailer_choice(mc, included);
    if (!choice) {
        return mc.with_feature(McName(procmail_feature), {McValue(procmail_path)});
    }
    if (choice->by == feature_text(procmail_feature)) {
        return mc;
    }
    throw Error(Code::Unsupported, place(*choice) + ": " + choice->by +
                                       " chooses another local mailer; where it is to be procmail, take that "
                                       "out by hand");
}

std::string local_mailer(std::string_view cf) {
    const auto mailer = cf_mailer(cf, "local");
    return mailer ? mailer->program : "";
}

bool delivers_by_procmail(std::string_view local_mailer) {
    return local_mailer == procmail_path ||
           (local_mailer.ends_with("/sensible-mda") && ::access(procmail_path, X_OK) == 0);
}

}  // namespace mailstack
