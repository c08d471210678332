// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_scan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "formats/mc_arguments.hpp"
#include "formats/mc_macros.hpp"
#include "formats/mc_value.hpp"

namespace mailstack {
namespace {

using Kind = McStatement::Kind;

/// A word that looks like a macro of an included file is tried this often without finding its parenthesis.
constexpr int most_failed_tries = 16;

bool includes_cf_m4(const McStatement& statement) {
    const bool include = statement.name == "include" || statement.name == "sinclude";
    return include && !statement.arguments.empty() &&
           (statement.arguments[0].text == "cf.m4" || statement.arguments[0].text.ends_with("/cf.m4"));
}

/// Macros that change how the rest is read, in a way that is not followed here.
bool changes_syntax(std::string_view word) {
    return word == "changequote" || word == "changeword" || word == "m4exit" || word == "changecom";
}

bool looks_like_macro(std::string_view word) {
    return word.size() > 1 &&
           std::all_of(word.begin(), word.end(), [](char c) { return c < 'a' || c > 'z'; });
}

class Scanner {
  public:
    Scanner(std::string_view text, bool comments) : text_(text), comments_(comments) {}

    McScan scanned() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(scan_);
    }

  private:
    bool is_macro(std::string_view word, bool called) const {
        return defined_.contains(word) || is_cf_macro(word) ||
               (is_m4_builtin(word) && (called || !needs_parenthesis(word)));
    }

    void step() {
        const char c = text_[at_];
        if (c == '`') {
            const auto end = end_of_mc_quote(text_, at_);
            if (end == std::string_view::npos) {
                give_up(at_, at_, "a quote is opened and never closed");
            } else {
                add(Kind::Quoted, end);
            }
        } else if (c == '#' && comments_) {
            add(Kind::Comment, end_of_mc_line(text_, at_));
        } else if (begins_mc_word(c)) {
            word();
        } else {
            add(Kind::Text, at_ + 1);
        }
    }

    void word() {
        const auto word = mc_word_at(text_, at_);
        const auto after = at_ + word.size();
        const bool called = after < text_.size() && text_[after] == '(';
        if (is_macro(word, called)) {
            call(word, called);
        } else if (called && at_line_start() && looks_like_macro(word) && failed_tries_ < most_failed_tries) {
            unknown_call(word);
        } else {
            add(Kind::Text, after);
        }
    }

    McArguments arguments_after(std::string_view word) const {
        return collect_mc_arguments(
            text_, at_ + word.size(), comments_,
            [this](std::string_view inner, bool called) { return is_macro(inner, called); });
    }

    void call(std::string_view word, bool called) {
        McArguments arguments;
        arguments.end = at_ + word.size();
        if (called) {
            arguments = arguments_after(word);
        }
        if (arguments.open) {
            const bool quote = arguments.open->what == McOpen::What::Quote;
            give_up(at_, arguments.open->at,
                    quote ? "a quote is opened and never closed"
                          : "the parenthesis of " + std::string(word) + " is opened and never closed");
            return;
        }
        if (word == "dnl") {
            add(Kind::Dnl, end_of_mc_line(text_, arguments.end));
            return;
        }
        const auto raw = text_.substr(at_ + word.size(), arguments.end - at_ - word.size());
        if (arguments.stray_apostrophe != 0) {
            report(arguments.stray_apostrophe,
                   "an apostrophe stands outside quotes: it ends no quote, and m4 cannot "
                   "put one into a value");
        }
        const bool comments_change = word == "changecom" && set_comments(arguments.list);
        if (!comments_change && (changes_syntax(word) || mentions_syntax(raw))) {
            give_up(at_, at_,
                    "m4's syntax may change here (changequote, changecom, changeword, m4exit): mailstack "
                    "does not read what follows");
            return;
        }
        add_call(word, std::move(arguments));
    }

    /// A name that nothing here defines: the macro of an included file, or text.
    void unknown_call(std::string_view word) {
        auto arguments = arguments_after(word);
        if (arguments.open) {
            ++failed_tries_;
            add(Kind::Text, at_ + word.size());
        } else if (mentions_syntax(text_.substr(at_, arguments.end - at_))) {
            add(Kind::Text, at_ + word.size());
        } else {
            add_call(word, std::move(arguments));
        }
    }

    static bool mentions_syntax(std::string_view raw) {
        const auto words = mc_words(raw);
        return std::any_of(words.begin(), words.end(), changes_syntax);
    }

    /// changecom: no argument or an empty one ends comments, `#' brings them back. Anything else: false.
    bool set_comments(const std::vector<McArgument>& arguments) {
        const bool none = arguments.empty() || (arguments.size() == 1 && arguments[0].text.empty());
        const bool usual = arguments.size() == 1 && arguments[0].text == "#";
        comments_ = usual || (comments_ && !none);
        return none || usual;
    }

    void add_call(std::string_view word, McArguments&& arguments) {
        add(Kind::Call, arguments.end);
        auto& statement = scan_.statements.back();
        statement.name = word;
        statement.arguments = std::move(arguments.list);
        follow(statement);
    }

    /// What the call does to the reading of the rest.
    void follow(const McStatement& statement) {
        const auto& arguments = statement.arguments;
        const bool names = !arguments.empty() && arguments[0].literal;
        if (includes_cf_m4(statement)) {
            comments_ = false;  // cf/m4/cfhead.m4: changecom()
        } else if (statement.name == "divert") {
            set_divert(arguments);
        } else if (begins_section(statement.name) && statement.name != "MAILER") {
            discarding_ = false;  // each is a divert of its own
        } else if (names && (statement.name == "define" || statement.name == "pushdef")) {
            defined_.emplace(arguments[0].text);
        } else if (names && (statement.name == "undefine" || statement.name == "popdef")) {
            for (const auto& argument : arguments) {
                defined_.erase(argument.text);
            }
        }
    }
    void set_divert(const std::vector<McArgument>& arguments) {
        const std::string number = arguments.empty() ? "" : arguments[0].text;
        discarding_ = number.starts_with('-');
    }

    bool at_line_start() const {
        auto at = at_;
        while (at > 0 && (text_[at - 1] == ' ' || text_[at - 1] == '\t')) {
            --at;
        }
        return at == 0 || text_[at - 1] == '\n';
    }

    /// The statement from here to `end`; text joins the text before it.
    void add(Kind kind, std::size_t end) {
        auto& statements = scan_.statements;
        if (kind == Kind::Text && !statements.empty() && statements.back().kind == Kind::Text) {
            statements.back().end = end;
        } else {
            McStatement statement;
            statement.kind = kind;
            statement.line = line_of(at_);
            statement.begin = at_;
            statement.end = end;
            statement.discarded = discarding_;
            statements.push_back(std::move(statement));
        }
        at_ = end;
    }

    void give_up(std::size_t from, std::size_t where, const std::string& why) {
        at_ = from;
        add(Kind::Unread, text_.size());
        report(where, why);
    }
    void report(std::size_t where, const std::string& what) {
        const auto line = line_of(where);
        scan_.problems.push_back({line, 0, "line " + std::to_string(line) + ": " + what});
    }

    /// Counts from where it was asked last.
    std::size_t line_of(std::size_t at) {
        const auto from = std::min(at, counted_);
        const auto between = text_.substr(from, std::max(at, counted_) - from);
        const auto lines = static_cast<std::size_t>(std::count(between.begin(), between.end(), '\n'));
        line_ = at < counted_ ? line_ - lines : line_ + lines;
        counted_ = at;
        return line_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool comments_;
    bool discarding_ = false;
    int failed_tries_ = 0;
    std::set<std::string, std::less<>> defined_{};
    std::size_t counted_ = 0, line_ = 1;
    McScan scan_{};
};

}  // namespace

McScan scan_mc(std::string_view text) {
    // Where the file does not include cf.m4, it is read after it (`m4 cf.m4 x.mc`): without comments.
    auto with_comments = Scanner(text, true).scanned();
    const bool includes =
        std::any_of(with_comments.statements.begin(), with_comments.statements.end(), includes_cf_m4);
    return includes ? std::move(with_comments) : Scanner(text, false).scanned();
}

}  // namespace mailstack
