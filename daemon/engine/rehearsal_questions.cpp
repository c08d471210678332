// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// procmail asked, and its answers read.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <random>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/run.hpp"
#include "base/text.hpp"
#include "engine/local_mailer.hpp"
#include "engine/rehearsal.hpp"

namespace mailstack {

namespace {

constexpr std::string_view asked_word = "asked", holds_word = "holds", loops_word = "loops",
                           bounce_word = "bounce", end_word = "end";

/// Begins each line that the rc has written: nobody else knows it beforehand.
std::string fresh_mark() {
    std::random_device source;
    return "mailstack-" + std::to_string(source()) + '-' + std::to_string(source());
}

std::string log_line(const std::string& mark, const std::string& words) {
    return "LOG=\"" + mark + ' ' + words + "\n\"\n";
}

std::string place(std::size_t recipe, std::size_t condition) {
    return std::to_string(recipe) + ' ' + std::to_string(condition) + ' ';
}

std::string question(const std::vector<std::string>& lines, const std::string& answer) {
    return ":0\n" + joined(lines, "\n") + "\n{ " + answer + "}\n";
}

std::string told_unless(const std::string& line, const std::string& answer) {
    return ":0\n" + line + "\n{ }\n:0 E\n{ " + answer + "}\n";
}

/// Nothing in it delivers, runs or forwards.
std::string questions(const std::vector<Recipe>& recipes, const RecipeContext& context,
                      const std::string& mark) {
    std::string rc("VERBOSE=off\nLOGABSTRACT=no\nDEFAULT=/dev/null\n");
    rc += recipe_rc_settings();
    for (std::size_t i = 0; i < recipes.size(); ++i) {
        const auto& conditions = recipes[i].conditions();
        for (std::size_t k = 0; k < conditions.size(); ++k) {
            if (!conditions[k].needs_program()) {
                rc += log_line(mark, place(i, k) + std::string(asked_word));
                rc += question(condition_lines(conditions[k]),
                               log_line(mark, place(i, k) + std::string(holds_word)));
            }
        }
    }
    rc += told_unless(loop_guard_line(context), log_line(mark, std::string(loops_word)));
    rc += told_unless(bounce_guard_line(), log_line(mark, std::string(bounce_word)));
    return rc + log_line(mark, std::string(end_word));
}

/// A file without a name, which nobody can change: procmail takes no rc that others may write to.
Descriptor unnamed_file(std::string_view bytes) {
    Descriptor file(::memfd_create("recipes", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) {
        throw_io_error(errno, "make a file in memory");
    }
    write_all(file, bytes, "a file in memory");
    if (::fchmod(file.get(), 0444) != 0 ||
        ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) != 0) {
        throw_io_error(errno, "seal a file in memory");
    }
    return file;
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const auto end = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

std::size_t number_of(std::string_view text) {
    std::size_t number = std::string_view::npos;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

class Answers {
  public:
    Answers(const std::vector<Recipe>& recipes, std::string mark)
        : recipes_(recipes), mark_(std::move(mark)) {
        for (const Recipe& recipe : recipes) {
            asked_.conditions.emplace_back(recipe.conditions().size(), Holds::Unknown);
        }
    }

    /// `cpu_seconds`: that procmail had at most.
    Asked read(const Ended& ended, std::uint64_t cpu_seconds) {
        std::string_view said = ended.errors;
        while (!said.empty()) {
            const auto end = std::min(said.find('\n'), said.size());
            line(said.substr(0, end));
            said.remove_prefix(std::min(end + 1, said.size()));
        }
        if (!complete_ && WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGKILL) {
            throw Error(Code::LimitExceeded,
                        "procmail was stopped before it had answered: the expressions take it longer than " +
                            std::to_string(cpu_seconds) + " s; fewer or simpler ones do not");
        }
        if (!complete_ && WIFSIGNALED(ended.status) && in_question_) {
            throw Error(Code::InvalidExpression,
                        which() + ": procmail ended " + ended.ending() + " over its expression");
        }
        if (!complete_) {
            throw Error(Code::IoFailed, "procmail ended " + ended.ending() + " before it had answered" +
                                            (other_.empty() ? "" : ": " + quoted(other_)));
        }
        return std::move(asked_);
    }

  private:
    void line(std::string_view text) {
        const auto words = words_of(text);
        if (words.empty() || words.front() != mark_) {
            complain(text);
        } else if (words.size() == 2) {
            complete_ = complete_ || words[1] == end_word;
            asked_.forwarded_before = asked_.forwarded_before || words[1] == loops_word;
            asked_.bounce = asked_.bounce || words[1] == bounce_word;
            in_question_ = false;
        } else if (words.size() >= 4) {  // else procmail was cut short
            recipe_ = number_of(words.at(1));
            condition_ = number_of(words.at(2));
            asked_.conditions.at(recipe_).at(condition_) = words.at(3) == holds_word ? Holds::Yes : Holds::No;
            in_question_ = true;
        }
    }

    /// The condition in question.
    std::string which() const {
        return "condition " + std::to_string(condition_ + 1) + " of the recipe " +
               quoted(recipes_[recipe_].name().text()) + ", " +
               quoted(recipes_[recipe_].conditions()[condition_].text());
    }

    void complain(std::string_view text) {
        if (other_.empty()) {
            other_ = text;
        }
        if (!in_question_) {
            return;
        }
        if (text.find("Invalid regexp") != std::string_view::npos) {
            throw Error(Code::InvalidExpression, which() + ": procmail calls its expression invalid");
        }
        throw Error(Code::IoFailed, which() + ": procmail said " + quoted(text));
    }

    const std::vector<Recipe>& recipes_;
    std::string mark_;
    Asked asked_;
    std::string other_;  ///< the first of procmail's own words
    std::size_t recipe_ = 0, condition_ = 0;
    bool in_question_ = false, complete_ = false;
};

}  // namespace

Asked ask_procmail(const std::string& program, const std::optional<UserIdentity>& identity,
                   const std::vector<Recipe>& recipes, const RecipeContext& context, std::string_view message,
                   const RehearsalLimits& limits) {
    const std::string mark = fresh_mark();
    const Descriptor rc = unnamed_file(questions(recipes, context, mark));
    Command command{{program}};
    const std::string sender = sender_of(message);
    if (!sender.empty()) {
        command.arguments.insert(command.arguments.end(), {"-f", sender});
    }
    command.arguments.insert(command.arguments.end(), {"-m", "/proc/self/fd/3"});
    command.directory = "/";
    command.as = identity;
    command.no_new_privileges = true;
    command.inherited = {rc.get()};
    command.resources = {
        .cpu_seconds = limits.cpu_seconds, .address_space = limits.address_space, .file_size = 0};
    RunLimits run_limits;
    run_limits.patience = limits.patience;
    return Answers(recipes, mark).read(run(command, message, run_limits), limits.cpu_seconds);
}

void require_procmail() {
    if (::access(procmail_path, X_OK) != 0) {
        throw Error(Code::Unsupported, std::string("there is no ") + procmail_path +
                                           ", whose recipes these are: 'apt install procmail' installs it");
    }
}

}  // namespace mailstack
