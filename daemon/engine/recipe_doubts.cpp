// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/recipe_doubts.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "engine/own_name.hpp"

namespace mailstack {
namespace {

/// What stands before `line` (0: anywhere) and may deliver, change a message, or read another file.
const RcStatement* meddling_before(const ProcmailRc& file, std::size_t line) {
    const auto& all = file.statements();
    const auto found = std::find_if(all.begin(), all.end(), [&](const RcStatement& one) {
        const bool meddles =
            one.kind == RcStatement::Kind::Recipe || (one.kind == RcStatement::Kind::Assignment &&
                                                      (one.name == "INCLUDERC" || one.name == "SWITCHRC"));
        return meddles && (line == 0 || one.line < line);
    });
    return found == all.end() ? nullptr : &*found;
}

/// What before `line` (0: anywhere) says where mail goes that the recipes leave, where nothing of mailstack's
/// says it.
const RcStatement* mailbox_before(const ProcmailRc& file, std::size_t line, Delivery delivery) {
    const auto& all = file.statements();
    const auto found = std::find_if(all.begin(), all.end(), [&](const RcStatement& one) {
        const bool counts = (one.name == "DEFAULT" && delivery == Delivery::Unset) ||
                            (one.name == "ORGMAIL" && delivery != Delivery::Maildir);
        return one.kind == RcStatement::Kind::Assignment && counts && (line == 0 || one.line < line);
    });
    return found == all.end() ? nullptr : &*found;
}

/// What stands behind `line` and has a say in what the recipes leave.
const RcStatement* meddling_behind(const ProcmailRc& file, std::size_t line) {
    constexpr std::array<std::string_view, 4> names{"DEFAULT", "INCLUDERC", "ORGMAIL", "SWITCHRC"};
    const auto& all = file.statements();
    const auto found = std::find_if(all.begin(), all.end(), [&](const RcStatement& one) {
        const bool sets = one.kind == RcStatement::Kind::Assignment &&
                          std::find(names.begin(), names.end(), one.name) != names.end();
        return one.line > line && (sets || one.kind == RcStatement::Kind::Recipe);
    });
    return found == all.end() ? nullptr : &*found;
}

std::string at_line(const ProcmailrcFile& file, std::size_t line) {
    return file.path + ", line " + std::to_string(line);
}

}  // namespace

std::vector<std::string> recipe_doubts(const LiveRecipes& live) {
    const RecipeFiles& files = live.files;
    const ProcmailrcFile& procmailrc = live.procmailrc;
    std::vector<std::string> doubts;
    const auto section = procmailrc.after.section();
    const bool any = !files.book.recipes().empty();
    if (const auto problem = procmailrc.problem()) {
        return {*problem + ": what the recipes do is not known while that is so"};
    }
    if (const auto* const first = meddling_before(procmailrc.after, section ? section->first_line : 0)) {
        doubts.push_back(at_line(procmailrc, first->line) +
                         ": what stands there by hand comes before the recipes, and is not rehearsed");
    }
    if (const auto* const mailbox = mailbox_before(procmailrc.after, section ? section->first_line : 0,
                                                   effective_delivery(files.book, live.context))) {
        doubts.push_back(at_line(procmailrc, mailbox->line) + ": " + mailbox->name +
                         " is set there by hand: what the recipes leave goes where that says");
    }
    if (const auto end = procmailrc.after.ends_before_part(host_name()); any && section && end) {
        doubts.push_back(at_line(procmailrc, end->line) + ": " + end->message +
                         "; mailstack's part, which includes the recipes, stands behind it");
    }
    if (const auto* const next = section ? meddling_behind(procmailrc.after, section->last_line) : nullptr) {
        doubts.push_back(at_line(procmailrc, next->line) +
                         ": what stands there by hand gets what the recipes leave, and is not rehearsed");
    }
    if (any && (!section || section->part.include != procmailrc.included)) {
        doubts.push_back(procmailrc.path +
                         " does not include the recipes, so that none is used: "
                         "'mailstackctl reload' puts that right");
    }
    if (!live.as_said()) {
        doubts.push_back(files.rc_path + " is not what " + files.path +
                         " says on this machine, so that procmail does something else: 'mailstackctl reload' "
                         "makes it anew");
    }
    return doubts;
}

std::string own_procmailrc(const Account& account) {
    // Not what a link there leads to: whether that exists is not the account's to ask root.
    const std::string path = account.home + "/.procmailrc";
    std::error_code hidden;
    return !account.home.empty() && std::filesystem::exists(std::filesystem::symlink_status(path, hidden))
               ? path
               : "";
}

}  // namespace mailstack
