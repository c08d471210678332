// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/expression.hpp"

#include <string>
#include <vector>

#include "base/error.hpp"

namespace mailstack {
namespace {

/// Deeper ones take procmail's compiler twice as long for each level.
constexpr std::size_t deepest = 8;

class Scan {
  public:
    explicit Scan(std::string_view text) : text_(text) {}

    void run() {
        if (text_.empty()) {
            refuse("is empty: an expression must say what is looked for");
        }
        while (at_ < text_.size()) {
            step();
        }
        if (groups_.size() != 1) {
            refuse("has a \"(\" without its \")\"");
        }
        if (groups_.back().several) {
            end_branch();
        }
    }

  private:
    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(Code::InvalidExpression, "the expression " + quoted(text_) + " " + why);
    }
    std::string place() const { return "at its character " + std::to_string(at_ + 1); }

    void step() {
        const char c = text_[at_];
        switch (c) {
            case '\\':
                escape();
                return;
            case '[':
                set();
                return;
            case '^':
                anchor();
                break;
            case '$':
                if (at_ + 1 != text_.size()) {
                    refuse("has a \"$\" " + place() +
                           ", which stands for the end and belongs there: write \\$ for the character");
                }
                break;
            case '(':
                if (groups_.size() > deepest) {
                    refuse("has parentheses more than " + std::to_string(deepest) + " deep");
                }
                settle();
                groups_.emplace_back();
                repeatable_ = false;
                break;
            case ')':
                close();
                break;
            case '|':
                end_branch();
                groups_.back().several = true;
                groups_.back().begun = false;
                settle();
                groups_.back().some_empty |= groups_.back().empty;
                groups_.back().empty = true;
                repeatable_ = false;
                break;
            case '*':
            case '+':
            case '?':
                repetition(c);
                break;
            default:
                took(false);
        }
        ++at_;
    }

    void escape() {
        if (at_ + 1 == text_.size()) {
            refuse("ends with a backslash: write \\\\ for the character");
        }
        if (text_[at_ + 1] == '/') {
            refuse("has a \\/ " + place() +
                   ", which takes a part of what matched: write / for the character");
        }
        at_ += 2;
        took(false);
    }

    /// A "]" that is the first of the set, and a backslash, are characters of it (procmail's regexp.c).
    void set() {
        std::size_t end = at_ + 1;
        end += end < text_.size() && text_[end] == '^' ? 1 : 0;
        end = text_.find(']', end + 1);
        if (end == std::string_view::npos) {
            refuse("has a \"[\" without its \"]\" " + place() + ": write \\[ for the character");
        }
        at_ = end + 1;
        took(false);
    }

    void anchor() const {
        if (text_.substr(at_).starts_with("^^")) {
            refuse("has a \"^^\" " + place() + ": one \"^\" is the start of the value");
        }
        if (at_ != 0) {
            refuse("has a \"^\" " + place() +
                   ", which stands for the start and belongs there: write \\^ for the character");
        }
    }

    void repetition(char c) {
        if (!repeatable_) {
            refuse("has a \"" + std::string(1, c) + "\" " + place() +
                   ", where there is nothing to repeat: write \\" + c + " for the character");
        }
        if (nothing_) {
            refuse("repeats at its character " + std::to_string(at_) +
                   " what may be nothing, for which procmail has no answer: leave the inner repetition out");
        }
        nothing_ = c != '+';
        settle();
        repeatable_ = false;
    }

    void end_branch() const {
        if (!groups_.back().begun) {
            refuse("has an empty alternative " + place() +
                   ", of which procmail's compiler may die: (a|b)? is what (a|b|) would mean");
        }
    }

    /// An atom, which may be nothing, has been read; a repetition may follow.
    void took(bool nothing) {
        groups_.back().begun = true;
        settle();
        repeatable_ = pending_ = true;
        nothing_ = nothing;
    }
    /// The atom before is what it is.
    void settle() {
        groups_.back().empty &= !pending_ || nothing_;
        pending_ = false;
    }
    void close() {
        if (groups_.size() == 1) {
            refuse("has a \")\" without its \"(\" " + place() + ": write \\) for the character");
        }
        end_branch();
        settle();
        const bool nothing = groups_.back().empty || groups_.back().some_empty;
        groups_.pop_back();
        took(nothing);
    }

    struct Group {
        bool empty = true;        ///< whether the branch may be nothing, as far as it has been read
        bool some_empty = false;  ///< whether a branch before it may
        bool begun = false;       ///< whether the branch has an atom
        bool several = false;     ///< whether there was a branch before it
    };

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Group> groups_{1};  ///< the whole, and the open parentheses
    bool repeatable_ = false;       ///< whether a "*" may follow
    bool nothing_ = false;          ///< whether the last atom may be nothing
    bool pending_ = false;          ///< whether the last atom is not settled: a repetition may follow
};

}  // namespace

void require_expression(std::string_view text) {
    Scan(text).run();
}

}  // namespace mailstack
