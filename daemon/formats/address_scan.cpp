// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/address_scan.hpp"

#include "base/text.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mailstack {

namespace {

enum class Class { Word, Operator, Quote, White };

Class class_of(char c) {
    constexpr std::string_view operators = ".:%@!^/[]+<>,;";
    if (c == '"') {
        return Class::Quote;
    }
    if (is_c_space(c) || c == '(' || c == ')') {
        return Class::White;
    }
    return operators.find(c) != std::string_view::npos ? Class::Operator : Class::Word;
}

/// A state machine over characters, with the same order of tests as sendmail's, since that order decides what
/// an odd text means. At the text's end it is fed what is missing to balance it.
class AddressScanner {
  public:
    AddressScanner(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

    ScannedAddress run() {
        while (at_ < text_.size() && take(text_[at_])) {
            ++at_;
        }
        escaped_ = false;
        result_.end = at_;
        while (in_quotes_ || comments_ > 0 || angles_ > 0) {
            close();
        }
        end_token();
        return std::move(result_);
    }

  private:
    /// False at the delimiter that ends the address.
    bool take(char c) {
        if (c == delimiter_ && comments_ == 0 && !in_quotes_) {
            if (angles_ == 0) {
                return false;
            }
            if (delimiter_ == ',' && !route_) {
                close();  // sendmail takes a '>' for granted before the comma
                return false;
            }
        }
        if (escaped_) {
            take_escaped(c);
        } else if (c == '\\') {
            escaped_ = true;
        } else if (in_quotes_) {
            token_ += c;
            if (c == '"') {
                end_token();
                in_quotes_ = false;
            }
        } else {
            take_outside(c);
        }
        return true;
    }

    void take_escaped(char c) {
        escaped_ = false;
        if (comments_ > 0) {
            return;
        }
        if (c == '!' && !in_quotes_) {  // "for naive users": \! is !
            take_outside(c);
            return;
        }
        token_ += '\\';
        token_ += c;
    }

    void take_outside(char c) {
        if (c == '(') {
            ++comments_;
        } else if (c == ')') {
            leave_comment();
        } else if (comments_ == 0) {
            take_text(c);
        }
    }

    void leave_comment() {
        if (comments_ == 0) {
            complain("unbalanced ')'");
            return;
        }
        --comments_;
        end_token();
    }

    void take_text(char c) {
        if (c == '<') {
            enter_angles();
        } else if (c == '>') {
            route_ = false;
            if (angles_ == 0) {
                complain("unbalanced '>'");
                return;
            }
            --angles_;
        }
        add(c);
    }

    void enter_angles() {
        ++angles_;
        std::size_t next = at_ + 1;
        while (next < text_.size() && is_c_space(text_[next])) {
            ++next;
        }
        route_ = route_ || (next < text_.size() && text_[next] == '@');
    }

    void add(char c) {
        switch (class_of(c)) {
            case Class::White:
                end_token();
                break;
            case Class::Operator:
                end_token();
                token_ = c;
                end_token();
                break;
            case Class::Quote:
                end_token();
                token_ = c;
                in_quotes_ = true;
                break;
            case Class::Word:
                token_ += c;
                break;
        }
    }

    /// Supplies the character that closes what is open, innermost first as sendmail sees it.
    void close() {
        if (in_quotes_) {
            complain(unbalanced_quote);
            token_ += '"';
            end_token();
            in_quotes_ = false;
        } else if (comments_ > 0) {
            complain("unbalanced '('");
            leave_comment();
        } else {
            complain("unbalanced '<'");
            --angles_;
            add('>');
        }
    }

    void end_token() {
        if (!token_.empty()) {
            result_.tokens.push_back(std::exchange(token_, {}));
        }
    }

    void complain(std::string_view what) {
        if (result_.complaint.empty()) {
            result_.complaint = what;
        }
    }

    std::string_view text_;
    char delimiter_;
    ScannedAddress result_{};
    std::string token_{};
    std::size_t at_ = 0, comments_ = 0, angles_ = 0;
    bool escaped_ = false, in_quotes_ = false, route_ = false;
};

}  // namespace

ScannedAddress scan_address(std::string_view text, char delimiter) {
    return AddressScanner(text, delimiter).run();
}

std::vector<std::string> split_recipients(std::string_view value) {
    // Without one of these before the comma there is nothing to scan: most of a large file.
    constexpr CharacterSet specials{",\"\\()<>"};
    std::vector<std::string> recipients;
    while (true) {
        while (!value.empty() && (value.front() == ',' || is_c_space(value.front()))) {
            value.remove_prefix(1);
        }
        if (value.empty()) {
            return recipients;
        }
        const auto special = specials.first_in(value);
        const bool simple = special == value.size() || value[special] == ',';
        const auto end = simple ? special : scan_address(value, ',').end;
        auto recipient = value.substr(0, end);
        while (!recipient.empty() && is_c_space(recipient.back())) {
            recipient.remove_suffix(1);
        }
        if (!recipient.empty()) {
            recipients.emplace_back(recipient);
        }
        value.remove_prefix(end);
    }
}

}  // namespace mailstack
