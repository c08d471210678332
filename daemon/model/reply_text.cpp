// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/reply_text.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/characters.hpp"

namespace mailstack {

namespace {

constexpr CharacterSet refused_in_text{"\"\\()<>%"};
constexpr CharacterSet refused_in_quotes{"\"\\%"};

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_quoted(std::string_view text) {
    return text.size() >= 2 && text.front() == '"' && text.back() == '"';
}

bool is_number(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_status(std::string_view text) {
    const auto first = text.find('.');
    const auto last = text.rfind('.');
    return first < last && is_number(text.substr(0, first), 1) &&
           is_number(text.substr(first + 1, last - first - 1), 3) && is_number(text.substr(last + 1), 3);
}

std::string_view without_quotes(std::string_view text) {
    return is_quoted(text) ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::string_view leading_status(std::string_view text) {
    const auto status = text.substr(0, text.find(':'));
    return status.size() < text.size() && is_status(status) ? status : std::string_view{};
}

std::string why_no_text(std::string_view text) {
    const auto inside = without_quotes(text);
    if (trimmed(inside).empty()) {
        return "there is no text: say why";
    }
    const auto& refused = is_quoted(text) ? refused_in_quotes : refused_in_text;
    const auto at = refused.first_in(inside);
    if (at < inside.size()) {
        return quoted(inside.substr(at, 1)) + (is_quoted(text)
                                                   ? " cannot stand in a text"
                                                   : " can stand in a text only within quotes, as in "
                                                     "\"550 text\", and \" \\ % nowhere");
    }
    return {};
}

std::string why_no_reply(std::string_view status, std::string_view reply) {
    const auto inside = without_quotes(reply);
    const auto code = inside.substr(0, 3);
    if (!is_number(code, 3) || (code.front() != '4' && code.front() != '5') || code.size() < 3 ||
        inside.size() < 4 || inside[3] != ' ') {
        return "a reply is a code of three digits, 4xx or 5xx, a blank and a text: 550 No such user";
    }
    if (status.empty() && code.front() == '4') {
        return "with a temporary code write the status before it, as in 4.2.2:" + std::string(code) +
               " text: sendmail would say " + std::string(code) + " 5.0.0";
    }
    if (!status.empty() && status.front() != code.front()) {
        return "the status " + std::string(status) + " and the code " + std::string(code) +
               " begin with different digits";
    }
    if (trimmed(inside.substr(4)).empty()) {
        return why_no_text({});
    }
    return why_no_text(reply);
}

}  // namespace mailstack
