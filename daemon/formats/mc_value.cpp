// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_value.hpp"

#include <algorithm>
#include <cstddef>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/mc_macros.hpp"
#include "formats/mc_scan.hpp"

namespace mailstack {
namespace {

constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_value = 1000;  // an option's line in a .cf, continued or not, is far shorter

[[noreturn]] void refuse(const char* what, std::string_view text, const std::string& why) {
    throw Error(Code::InvalidArgument, std::string(what) + " " + quoted(text) + " " + why);
}

void require_characters(std::string_view text) {
    constexpr CharacterSet unsafe("`'(),#");
    for (const char c : text) {
        if (c < ' ' || c > '~') {
            refuse("the value", text,
                   "holds a newline, a control character or a byte above 126: use printable ASCII");
        }
        if (unsafe.has(c)) {
            refuse("the value", text,
                   std::string("holds ") + c +
                       ": back-quotes, apostrophes, parentheses, commas and # cannot be "
                       "written into sendmail.mc safely");
        }
    }
}

void require_no_parameter(std::string_view text) {
    constexpr CharacterSet parameter("0123456789*#@");
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] == '$' && parameter.has(text[i + 1])) {
            refuse("the value", text, "holds " + std::string(text.substr(i, 2)) + ", which m4 replaces");
        }
    }
}

void require_element(std::string_view text) {
    if (text.empty() || trimmed(text) != text || text.find(',') != std::string_view::npos) {
        refuse("the element", text, "of a list is empty, has blanks at its ends or is a list itself");
    }
}

bool is_key(std::string_view key) {
    return !key.empty() && key.size() <= longest_name && std::all_of(key.begin(), key.end(), [](char c) {
        return fold_case(c) >= 'a' && fold_case(c) <= 'z';
    });
}

}  // namespace

std::vector<std::string_view> mc_words(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        if (!begins_mc_word(text[at])) {
            ++at;
            continue;
        }
        words.push_back(mc_word_at(text, at));
        at += words.back().size();
    }
    return words;
}

McName::McName(std::string_view text) : text_(text) {
    if (text.empty() || text.size() > longest_name || !begins_mc_word(text[0]) ||
        mc_word_at(text, 0).size() != text.size()) {
        refuse("the name", text,
               "is no m4 word: letters, digits and underscores, a digit not first, at most 100");
    }
    if (is_m4_builtin(text)) {
        refuse("the name", text, "is a macro of m4's own");
    }
}

McValue::McValue(std::string_view text) : text_(text) {
    require_characters(text);
    require_no_parameter(text);
    if (text.size() > longest_value) {
        refuse("the value", text, "is longer than 1000 octets");
    }
    for (const auto word : mc_words(text)) {
        if ((is_m4_builtin(word) && !needs_parenthesis(word)) || is_cf_macro(word) || is_cf_setting(word)) {
            refuse("the value", text, "holds the word " + quoted(word) + ", which m4 replaces");
        }
    }
}

McValue McValue::list(const std::vector<McValue>& elements) {
    McValue value;
    for (const auto& element : elements) {
        require_element(element.text());
        value.text_ += (value.text_.empty() ? "" : ",") + element.text();
    }
    return value;
}

McValue McValue::equates(const std::vector<std::pair<std::string, McValue>>& pairs) {
    McValue value;
    std::vector<std::string> keys;
    for (const auto& [key, setting] : pairs) {
        if (!is_key(key) || std::find(keys.begin(), keys.end(), key) != keys.end()) {
            refuse("the key", key, "is no key of letters that comes once");
        }
        const McValue checked(key);  // m4 could expand a key as well
        require_element(setting.text());
        keys.push_back(key);
        value.text_ += (value.text_.empty() ? "" : ", ") + checked.text() + "=" + setting.text();
    }
    if (pairs.empty()) {
        refuse("the list", "", "of key=value pairs is empty");
    }
    return value;
}

}  // namespace mailstack
