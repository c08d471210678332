// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/alias.hpp"
#include "model/characters.hpp"
#include "model/host.hpp"

namespace mailstack {

namespace {

[[noreturn]] void refuse(std::string_view recipient, const std::string& why) {
    throw Error(Code::InvalidAddress, "recipient " + quoted(recipient) + ": " + why);
}

/// Walks over one recipient as sendmail's scanner (prescan) does with ',' as the delimiter. In its order: a
/// comma splits even after a backslash, a backslash takes the next character's meaning, quotes hide comments
/// and brackets, comments hide everything.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    void run() {
        for (const char c : text_) {
            step(c);
        }
        if (escaped_) {
            refuse(text_, "it ends with a backslash");
        }
        if (in_quotes_) {
            refuse(text_, "a '\"' is not closed");
        }
        if (comments_ > 0) {
            refuse(text_, "a '(' is not closed");
        }
        if (angles_ > 0) {
            refuse(text_, "a '<' is not closed");
        }
        if (!has_text_) {
            refuse(text_, "there is no address in it");
        }
    }

  private:
    void step(char c) {
        if (c == ',' && !in_quotes_ && comments_ == 0) {
            refuse(text_, "a comma separates recipients: pass each one alone, or put it within quotes");
        }
        if (escaped_ || c == '\\') {
            escaped_ = !escaped_;
            has_text_ = has_text_ || comments_ == 0;
        } else if (in_quotes_) {
            in_quotes_ = c != '"';
        } else if (c == '(') {
            ++comments_;
        } else if (c == ')') {
            leave(comments_, "a ')' has no '('");
        } else if (comments_ == 0) {
            step_outside(c);
        }
    }

    void step_outside(char c) {
        if (c == '"') {
            in_quotes_ = true;
        } else if (c == '<') {
            ++angles_;
        } else if (c == '>') {
            leave(angles_, "a '>' has no '<'");
        }
        has_text_ = has_text_ || (c != '<' && c != '>' && c != ' ');
    }

    void leave(std::size_t& depth, const char* why) {
        if (depth == 0) {
            refuse(text_, why);
        }
        --depth;
    }

    std::string_view text_;
    bool escaped_ = false, in_quotes_ = false, has_text_ = false;
    std::size_t comments_ = 0, angles_ = 0;
};

void check(std::string_view text) {
    if (text.empty()) {
        refuse(text, "it is empty: a recipient has at least one character");
    }
    if (text.size() > longest_address) {
        refuse(text, "it has " + std::to_string(text.size()) + " octets, sendmail takes " +
                         std::to_string(longest_address) + " at most: use a file and :include:");
    }
    if (text.front() == ' ' || text.back() == ' ') {
        refuse(text, "it begins or ends with white space");
    }
    if (!std::all_of(text.begin(), text.end(), is_printable)) {
        refuse(text,
               "only printable ASCII is allowed (no line breaks, no control characters, no 8-bit characters: "
               "sendmail refuses or changes them)");
    }
}

}  // namespace

bool is_plain_recipient(std::string_view text) {
    if (!text.empty() && text.front() == '\\') {
        text.remove_prefix(1);
    }
    const auto at = text.find('@');
    const auto local = text.substr(0, at);
    return is_dot_atom(local, is_plain_char) && local.front() != '-' &&
           (at == std::string_view::npos || has_domain_syntax(text.substr(at + 1)));
}

Recipient::Recipient(std::string_view text) : text_(text), plain_(is_plain_recipient(text)) {
    check(text);
    if (!plain_) {
        Scanner(text_).run();
    }
}

}  // namespace mailstack
