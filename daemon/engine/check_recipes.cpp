// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>

#include "base/text.hpp"
#include "engine/check.hpp"
#include "engine/local_mailer.hpp"

namespace mailstack {
namespace {

bool any_recipes(const Inspection& inspection) {
    const auto& all = inspection.recipes.accounts;
    return std::any_of(all.begin(), all.end(),
                       [](const RecipeFacts& one) { return !one.files.book.recipes().empty(); });
}

/// What makes the rc, as it stands, not the one that the YAML wants.
std::string why_not_live(const RecipeFacts& facts) {
    switch (facts.files.state()) {
        case RcState::Absent:
            return facts.files.identity.exists()
                       ? facts.files.rc_path + " is not there: mail goes to the default mailbox"
                       : "";
        case RcState::Stale:
            return facts.files.path + (facts.files.identity.exists() ? " was edited" : " is gone") +
                   ", and procmail still does what it said before";
        case RcState::Edited:
        case RcState::Foreign:
            return facts.files.rc_path + " was edited by hand: it is not what " + facts.files.path + " says";
        case RcState::AsMade:
            break;
    }
    return facts.as_said ? ""
                         : facts.files.rc_path + " is not what " + facts.files.path +
                               " says on this machine: it was made when that had another name or "
                               "delivery, or by another version of mailstack";
}

}  // namespace

void find_recipe_problems(const Inspection& inspection, Findings& findings) {
    for (const RecipeFacts& facts : inspection.recipes.accounts) {
        if (!facts.failure.empty()) {
            findings.push_back(
                {Severity::Error, "RecipesProblem", facts.failure, "see mailstackd(8), RECIPES"});
        } else if (const auto& problem = facts.files.book.problem()) {
            findings.push_back({Severity::Error, "RecipesProblem",
                                facts.files.path + ", " + *problem +
                                    (facts.files.rc_identity.exists() ? ": procmail does what it said before"
                                                                      : ": mail goes to the default mailbox"),
                                "mend the line, then mailstackctl reload"});
        }
    }
}

void find_stale_recipes(const Inspection& inspection, Findings& findings) {
    const bool known = inspection.recipes.failure.empty() && !inspection.recipes.procmailrc.problem();
    for (const RecipeFacts& facts : inspection.recipes.accounts) {
        const bool can_be = known && facts.exists && facts.failure.empty() && !facts.files.book.problem();
        const std::string why = can_be ? why_not_live(facts) : "";
        if (!why.empty()) {
            findings.push_back({Severity::Warning, "RecipesNotLive", why,
                                "mailstackctl reload; where that leaves it so, procmail does not take an "
                                "expression in " +
                                    facts.files.path +
                                    ", or a plain message would be discarded by what stands there"});
        }
    }
    const RecipesFacts& all = inspection.recipes;
    if (any_recipes(inspection) && known && !all.procmailrc.after.section()) {
        findings.push_back({Severity::Error, "RecipesNotLive",
                            all.path + " has no part of mailstack's, so that nobody's recipes are read",
                            "mailstackctl reload"});
    }
}

void find_unreadable_recipes(const Inspection& inspection, Findings& findings) {
    for (const RecipeFacts& facts : inspection.recipes.accounts) {
        if (facts.files.rc_identity.exists() && !facts.unreadable.empty()) {
            findings.push_back({Severity::Error, "RecipesUnreadable",
                                facts.unreadable + ": mail of " + facts.name.text() +
                                    " goes to the default mailbox, whatever its recipes say",
                                "chmod 711 " + inspection.recipes.home + " " + inspection.recipes.home +
                                    "/procmail, then remove " + facts.files.rc_path +
                                    " and run mailstackctl reload, which makes it anew"});
        }
    }
}

void find_unused_recipes(const Inspection& inspection, Findings& findings) {
    if (any_recipes(inspection) && !inspection.cf.empty() &&
        !delivers_by_procmail(local_mailer(inspection.cf))) {
        findings.push_back({Severity::Error, "RecipesUnused",
                            "there are recipes, but sendmail delivers by " +
                                quoted(local_mailer(inspection.cf)) + ", which knows nothing of them",
                            "mailstackctl delivery use-procmail"});
    }
}

void find_orphaned_recipes(const Inspection& inspection, Findings& findings) {
    for (const RecipeFacts& facts : inspection.recipes.accounts) {
        if (!facts.exists) {
            findings.push_back({Severity::Notice, "RecipesOrphaned",
                                "there are recipes for " + facts.name.text() +
                                    ", which is no account of this machine (any more)",
                                "rm -f " + inspection.recipes.home + "/recipes/" + facts.name.text() +
                                    ".yaml " + inspection.recipes.home + "/procmail/" + facts.name.text() +
                                    ".rc"});
        }
    }
}

void find_procmailrc_problems(const Inspection& inspection, Findings& findings) {
    const RecipesFacts& all = inspection.recipes;
    if (!all.failure.empty()) {
        findings.push_back({Severity::Error, "ProcmailrcProblem", all.failure, "mend the file"});
    }
    if (const auto problem = all.procmailrc.problem()) {
        findings.push_back(
            {Severity::Error, "ProcmailrcProblem", *problem + ": no recipe can be changed", "mend the line"});
    }
    if (const auto section = all.procmailrc.after.section(); section && !section->as_written) {
        findings.push_back(
            {Severity::Error, "ProcmailrcProblem",
             all.path + ", line " + std::to_string(section->first_line) +
                 ": mailstack's part was edited, or lacks a DROPPRIVS=yes before it: recipes may be "
                 "read with the rights of root",
             "mailstackctl reload"});
    }
    if (const auto end = all.procmailrc.after.ends_before_part(inspection.host_name);
        end && any_recipes(inspection)) {
        findings.push_back({end->certain ? Severity::Error : Severity::Warning, "ProcmailrcProblem",
                            all.path + ", line " + std::to_string(end->line) + ": " + end->message +
                                "; mailstack's part, which includes the recipes, stands behind it",
                            "put it behind mailstack's part"});
    }
}

void find_procmailrc_root_work(const Inspection& inspection, Findings& findings) {
    const RecipesFacts& all = inspection.recipes;
    for (const RcProblem& one : all.procmailrc.after.run_as_root()) {
        findings.push_back({Severity::Warning, "ProcmailrcRunsAsRoot",
                            all.path + ", line " + std::to_string(one.line) + ": " + one.message,
                            "put DROPPRIVS=yes before it"});
    }
}

void find_own_procmailrc(const Inspection& inspection, Findings& findings) {
    for (const RecipeFacts& facts : inspection.recipes.accounts) {
        if (!facts.own_procmailrc.empty()) {
            findings.push_back(
                {Severity::Notice, "OwnProcmailrc",
                 facts.own_procmailrc + " comes after the recipes of " + facts.name.text() +
                     " and gets the mail that they leave; what it delivers, mailstack's default "
                     "mailbox does not get",
                 "nothing, if that is meant; else move its rules into recipes"});
        }
    }
}

}  // namespace mailstack
