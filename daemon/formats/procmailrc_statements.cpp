// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/procmailrc_statements.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "formats/procmailrc_scan.hpp"

namespace mailstack {

namespace {

using Kind = RcStatement::Kind;
using Action = RcRecipe::Action;

constexpr std::string_view known_flags = "HBDAaEehbfcwWir";
/// procmail gives up the whole file at a name longer than LINEBUF, which is never set below 128.
constexpr std::size_t longest_name = 120;

class Reading {
  public:
    explicit Reading(std::string_view text) : text_(text), reader_(text) {
        const auto nul = text.find('\0');
        if (nul != std::string_view::npos) {
            unclear(nul, "a NUL");
        }
    }

    RcStatements all() {
        while (next()) {
        }
        if (!blocks_.empty() && !result_.open) {
            result_.open = RcProblem{blocks_.back(), "the block that begins here is not closed"};
        }
        return std::move(result_);
    }

  private:
    std::size_t line_of(std::size_t offset) {
        // Asked for growing offsets, but for problems.
        if (offset < counted_) {
            return 1 + static_cast<std::size_t>(std::count(
                           text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
        }
        const auto from = text_.begin() + static_cast<std::ptrdiff_t>(counted_);
        line_ += static_cast<std::size_t>(
            std::count(from, text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
        counted_ = offset;
        return line_;
    }
    void unclear(std::size_t offset, const std::string& what) {
        if (!result_.unclear) {
            result_.unclear = RcProblem{line_of(offset), what};
        }
    }
    std::string taken(const RcPiece& piece) {
        if (piece.unclear) {
            unclear(piece.begin,
                    "a substitution that procmail reads in one way or another, by what it holds");
        }
        if (piece.open && !result_.open) {
            result_.open =
                RcProblem{line_of(piece.begin), "what begins here does not end: a quote or a backslash"};
        }
        return std::string(text_.substr(piece.begin, piece.end - piece.begin));
    }

    RcStatement& begin(Kind kind, std::size_t at) {
        result_.list.push_back(
            {.kind = kind, .begin = at, .end = at, .line = line_of(at), .depth = blocks_.size()});
        return result_.list.back();
    }

    /// One statement; false at the end of the text.
    bool next() {
        do {
            reader_.skip_blanks();
        } while (reader_.take('\n'));
        if (reader_.done()) {
            return false;
        }
        const std::size_t at = reader_.at();
        if (reader_.take('#')) {
            begin(Kind::Comment, at).end = std::min(text_.find('\n', at), text_.size());
            reader_.skip_line();
        } else if (reader_.take(':')) {
            recipe(at);
        } else if (reader_.take('}')) {
            begin(Kind::CloseBlock, at).end = at + 1;
            if (!blocks_.empty()) {
                blocks_.pop_back();
            }
        } else {
            assignment(at);
        }
        return true;
    }

    void assignment(std::size_t at) {
        const std::string name(reader_.name());
        if (name.size() > longest_name || reader_.at() - at > longest_name) {
            unclear(at, "a name of more than " + std::to_string(longest_name) + " characters");
        }
        if (name.empty()) {
            pass_over(at);
            return;
        }
        const std::size_t end = reader_.at();
        reader_.skip_blanks();
        if (!reader_.take('=')) {
            RcStatement& removal = begin(Kind::Removal, at);
            removal.name = name;
            removal.end = end;
            return;
        }
        RcStatement& made = begin(Kind::Assignment, at);
        made.name = name;
        reader_.skip_blanks();
        const RcPiece value = reader_.value();
        made.value = taken(value);
        made.backquotes = value.backquotes;
        made.end = value.end;
    }

    /// A word that looked like a name goes alone, else the line.
    void pass_over(std::size_t at) {
        if (reader_.at() == at) {
            reader_.skip_line();
        }
        RcStatement& unknown = begin(Kind::Unknown, at);
        unknown.end = reader_.at() - (reader_.at() > at + 1 && text_[reader_.at() - 1] == '\n' ? 1U : 0U);
        unknown.value = std::string(text_.substr(at, unknown.end - at));
    }

    void recipe(std::size_t at) {
        const RcPiece head = reader_.words();
        RcStatement& made = begin(Kind::Recipe, at);
        made.backquotes = head.backquotes;
        const std::string words = taken(head);
        if (std::string_view(words).substr(0, words.find(':')).find_first_of("$`\"'\\+-") !=
            std::string::npos) {
            unclear(at, "a recipe's flags that procmail would have to expand");
        }
        const int bare = read_head(words, made.recipe);
        if (conditions(made.recipe, bare)) {
            action(made);
        }
        made.end = std::max(at + 1, reader_.at());
        if (made.end > at + 1 && text_[made.end - 1] == '\n') {
            --made.end;
        }
        if (made.recipe.action == Action::Block) {
            blocks_.push_back(made.line);
        } else if (made.recipe.action == Action::None && reader_.done() && !result_.open) {
            result_.open = RcProblem{made.line, "the recipe that begins here has no action"};
        }
    }

    /// Returns how many conditions stand there without "*".
    static int read_head(std::string_view head, RcRecipe& recipe) {
        head = trimmed(head);
        const auto digits = std::min(head.find_first_not_of("0123456789"), head.size());
        int bare = -1;
        if (digits > 0) {
            constexpr std::size_t many = 4;
            bare = digits > many ? 9999 : std::stoi(std::string(head.substr(0, digits)));
        }
        head.remove_prefix(digits);
        while (!head.empty() &&
               (known_flags.find(head.front()) != std::string_view::npos || is_blank(head.front()))) {
            recipe.flags += is_blank(head.front()) ? "" : std::string(1, head.front());
            head.remove_prefix(1);
        }
        if (!head.empty() && head.front() == ':') {
            recipe.locks = true;
            recipe.lockfile = std::string(trimmed(head.substr(1)));
        }
        const bool chained = recipe.flags.find_first_of("AaEe") != std::string::npos;
        return bare >= 0 ? bare : (chained ? 0 : 1);
    }

    /// False where another recipe begins before there was an action.
    bool conditions(RcRecipe& recipe, int bare) {
        bool empty_line = false;
        for (;;) {
            reader_.skip_blanks();
            --bare;
            if (!reader_.take('*') && bare < 0) {
                if (reader_.take('#')) {
                    reader_.skip_line();
                } else if (reader_.take('\n')) {
                    empty_line = true;
                } else {
                    return !(empty_line && reader_.peek() == ':');
                }
                continue;
            }
            if (reader_.done()) {
                return true;
            }
            reader_.skip_blanks();
            const RcPiece line = reader_.line();
            recipe.conditions.push_back(
                {.line = line_of(line.begin), .text = std::string(trimmed(taken(line)))});
        }
    }

    void action(RcStatement& made) {
        RcRecipe& recipe = made.recipe;
        reader_.skip_blanks();
        const std::size_t at = reader_.at();
        recipe.action_line = line_of(at);
        if (reader_.done()) {
            return;
        }
        if (pipe_or_forward(made)) {
            return;
        }
        const bool named = !reader_.name().empty();
        if (named) {
            reader_.skip_blanks();
            if (reader_.take('=')) {
                reader_.skip_blanks();
                if (reader_.peek() == '|' || reader_.peek() == '!') {
                    pipe_or_forward(made);
                    recipe.action = Action::Capture;
                    return;
                }
            }
        } else if (reader_.at() == at && opens_block()) {
            recipe.action = Action::Block;
            return;
        }
        const RcPiece rest = reader_.words();
        taken(rest);
        made.backquotes = made.backquotes || rest.backquotes;
        recipe.action = Action::Mailbox;
        recipe.target = std::string(trimmed(text_.substr(at, rest.end - at)));
    }

    bool pipe_or_forward(RcStatement& made) {
        const bool forwards = reader_.take('!');
        if (!forwards && !reader_.take('|')) {
            return false;
        }
        const RcPiece rest = forwards ? reader_.words() : reader_.line();
        made.recipe.action = forwards ? Action::Forward : Action::Pipe;
        made.recipe.target = std::string(trimmed(taken(rest)));
        made.backquotes = made.backquotes || rest.backquotes;
        return true;
    }

    /// A brace that nothing follows is a mailbox's name.
    bool opens_block() {
        RcReader ahead = reader_;
        const bool opens = ahead.take('{') && (ahead.take(' ') || ahead.take('\t') || ahead.take('\n'));
        if (opens) {
            reader_ = ahead;
        }
        return opens;
    }

    std::string_view text_;
    RcReader reader_;
    RcStatements result_;
    std::vector<std::size_t> blocks_;  ///< the lines at which the open ones begin
    std::size_t counted_ = 0, line_ = 1;
};

}  // namespace

bool RcRecipe::delivers() const noexcept {
    switch (action) {
        case Action::Forward:
        case Action::Mailbox:
            return !has_flag('c');
        case Action::Pipe:
            return !has_flag('c') && !has_flag('f');
        default:
            return false;
    }
}

RcStatements read_statements(std::string_view text) {
    return Reading(text).all();
}

}  // namespace mailstack
