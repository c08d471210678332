// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_arguments.hpp"

#include <utility>

#include "base/text.hpp"

namespace mailstack {
namespace {

constexpr bool is_white(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// The offset after the parenthesis that closes the one at `open`, or the text's size.
std::size_t end_of_parentheses(std::string_view text, std::size_t open) {
    std::size_t depth = 0;
    for (auto at = open; at < text.size(); ++at) {
        if (text[at] == '`') {
            at = end_of_mc_quote(text, at) - 1;
            if (at >= text.size()) {
                break;
            }
        } else if (text[at] == '(') {
            ++depth;
        } else if (text[at] == ')' && --depth == 0) {
            return at + 1;
        }
    }
    return text.size();
}

class Collector {
  public:
    Collector(std::string_view text, std::size_t open, bool comments, const IsMacro& is_macro)
        : text_(text), at_(open + 1), open_(open), comments_(comments), is_macro_(is_macro) {}

    McArguments collected() {
        begin_argument();
        while (!found_.open && !closed_) {
            if (at_ >= text_.size()) {
                found_.open = McOpen{McOpen::What::Parenthesis, open_};
            } else {
                step();
            }
        }
        found_.end = at_;
        return std::move(found_);
    }

  private:
    void begin_argument() {
        while (at_ < text_.size() && is_white(text_[at_])) {
            ++at_;
        }
        argument_ = McArgument{{}, true, at_, at_};
    }
    void end_argument() {
        argument_.end = at_;
        found_.list.push_back(std::move(argument_));
    }

    void step() {
        const char c = text_[at_];
        if (c == '`') {
            quoted_string();
        } else if (c == '#' && comments_) {
            copy_to(end_of_mc_line(text_, at_));
        } else if (begins_mc_word(c)) {
            word();
        } else if (depth_ == 0 && (c == ')' || c == ',')) {
            end_argument();
            ++at_;
            closed_ = c == ')';
            if (!closed_) {
                begin_argument();
            }
        } else {
            depth_ += c == '(' ? 1U : 0U;
            depth_ -= c == ')' ? 1U : 0U;
            if (c == '\'' && found_.stray_apostrophe == 0) {
                found_.stray_apostrophe = at_;
            }
            copy_to(at_ + 1);
        }
    }
    void copy_to(std::size_t end) {
        argument_.text.append(text_.substr(at_, end - at_));
        at_ = end;
    }

    void quoted_string() {
        const auto end = end_of_mc_quote(text_, at_);
        if (end == std::string_view::npos) {
            found_.open = McOpen{McOpen::What::Quote, at_};
            at_ = text_.size();
            return;
        }
        argument_.text.append(text_.substr(at_ + 1, end - at_ - 2));
        at_ = end;
    }

    void word() {
        const auto word = mc_word_at(text_, at_);
        const auto after = at_ + word.size();
        const bool called = after < text_.size() && text_[after] == '(';
        if (word == "dnl") {
            drop_line(called ? end_of_parentheses(text_, after) : after);
            return;
        }
        argument_.literal = argument_.literal && !is_macro_(word, called);
        copy_to(after);
    }

    /// What dnl does to the rest of the line. After it m4 no longer skips white space.
    void drop_line(std::size_t from) {
        const auto end = end_of_mc_line(text_, from);
        if (argument_.begin == at_) {
            argument_.begin = end;
        }
        at_ = end;
    }

    std::string_view text_;
    std::size_t at_, open_;
    bool comments_;
    const IsMacro& is_macro_;
    McArguments found_{};
    McArgument argument_{};
    std::size_t depth_ = 0;
    bool closed_ = false;
};

}  // namespace

McArguments collect_mc_arguments(std::string_view text, std::size_t open, bool comments,
                                 const IsMacro& is_macro) {
    return Collector(text, open, comments, is_macro).collected();
}

std::size_t end_of_mc_quote(std::string_view text, std::size_t at) noexcept {
    std::size_t depth = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '`') {
            ++depth;
        } else if (text[at] == '\'' && --depth == 0) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

std::size_t end_of_mc_line(std::string_view text, std::size_t at) noexcept {
    const auto newline = text.find('\n', at);
    return newline == std::string_view::npos ? text.size() : newline + 1;
}

}  // namespace mailstack
