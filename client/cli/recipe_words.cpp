// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recipe_words.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <sstream>

namespace mailstack::client {
namespace {

constexpr std::size_t longest_name = 32;

std::uint64_t unit_octets(char unit) {
    switch (unit) {
        case 'k':
        case 'K':
            return 1ULL << 10U;
        case 'm':
        case 'M':
            return 1ULL << 20U;
        default:
            return 0;
    }
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool is_letter_or_digit(char c) {
    return is_name_character(c) && c != '.' && c != '_' && c != '-';
}

/// At most `longest` octets of it as a name has them: "Lists/debian" as "lists-debian".
std::string slug(std::string_view text, std::size_t longest = longest_name) {
    std::string made;
    for (const char c : text) {
        const auto lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const auto shown = is_name_character(lower) ? lower : '-';
        if (is_letter_or_digit(shown) || (!made.empty() && is_letter_or_digit(made.back()))) {
            made += shown;
        }
    }
    made.resize(std::min(made.size(), longest));
    while (!made.empty() && !is_letter_or_digit(made.back())) {
        made.pop_back();
    }
    return made;
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

std::string file_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

/// What a condition is about: its value, a field's name, a program's.
std::string subject_of(const std::string& condition) {
    auto words = words_of(condition);
    if (!words.empty() && words.front() == "not") {
        words.erase(words.begin());
    }
    if (words.size() < 2) {
        return "";
    }
    const auto& kind = words.front();
    if (kind == "program") {
        return file_of(words[1]);
    }
    if (kind == "header" && words.size() == 3) {
        return words[1];
    }
    std::string subject;
    for (std::size_t at = kind == "header" ? 3 : kind == "size" ? 1 : 2; at < words.size(); ++at) {
        subject += (subject.empty() ? "" : " ") + words[at];
    }
    return subject;
}

/// What an action is called by.
std::string base_name(const Recipe& recipe) {
    const auto words = words_of(recipe.action);
    const auto verb = words.empty() ? std::string() : words.front();
    std::string base;
    if (verb == "folder" && words.size() > 1) {
        base = slug(words[1]);
    } else if (verb == "forward" && words.size() > 1) {
        base = slug("forward-" + words[1].substr(0, words[1].find('@')));
    } else if (verb == "pipe" && words.size() > 1) {
        base = slug(file_of(words[1]));
    } else {
        base = slug(verb + "-" + (recipe.conditions.empty() ? "" : subject_of(recipe.conditions.front())));
    }
    return base.empty() ? "recipe" : base;
}

bool does_the_same(const Recipe& one, Recipe other) {
    other.name = one.name;
    return one == other;
}

}  // namespace

std::optional<std::uint64_t> octets_of(std::string_view size) {
    std::uint64_t number = 0;
    const auto* end = size.data() + size.size();
    const auto read = std::from_chars(size.data(), end, number);
    if (read.ec != std::errc{}) {
        return std::nullopt;
    }
    if (read.ptr == end) {
        return number;
    }
    const auto unit = unit_octets(*read.ptr);
    if (unit == 0 || read.ptr + 1 != end || number > std::numeric_limits<std::uint64_t>::max() / unit) {
        return std::nullopt;
    }
    return number * unit;
}

std::optional<std::string> header_condition(std::string_view argument) {
    const auto colon = argument.find(':');
    const auto name = argument.substr(0, colon);
    const auto odd = [](char c) { return c <= ' ' || c > '~'; };  // RFC 5322, 3.6.8
    if (name.empty() || std::ranges::any_of(name, odd)) {
        return std::nullopt;
    }
    const auto header = "header " + std::string(name);
    if (colon == std::string_view::npos) {
        return header + " exists";
    }
    auto value = argument.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    if (value.empty()) {
        return std::nullopt;
    }
    return header + " contains " + std::string(value);
}

std::string negated(const std::string& condition) {
    constexpr std::string_view no = "not ";
    return condition.starts_with(no) ? condition.substr(no.size()) : std::string(no) + condition;
}

std::string made_name(const Recipe& recipe, const std::vector<Recipe>& present) {
    const auto same = std::ranges::find_if(
        present, [&recipe](const Recipe& other) { return does_the_same(recipe, other); });
    if (same != present.end()) {
        return same->name;
    }
    const auto base = base_name(recipe);
    auto name = base;
    const auto is_free = [&present](const std::string& wanted) {
        return wanted != "delivery" && find_recipe(present, wanted) == nullptr;  // no recipe is called so
    };
    for (std::size_t number = 2; !is_free(name); ++number) {
        const auto behind = "-" + std::to_string(number);
        name = slug(base, longest_name - behind.size()) + behind;
    }
    return name;
}

const Recipe* find_recipe(const std::vector<Recipe>& recipes, std::string_view name) {
    const auto found = std::ranges::find(recipes, name, &Recipe::name);
    return found == recipes.end() ? nullptr : &*found;
}

std::optional<std::uint32_t> place_before(const std::vector<Recipe>& recipes, std::string_view other,
                                          std::string_view moved) {
    std::uint32_t place = 1;
    for (const auto& recipe : recipes) {
        if (recipe.name == other) {
            return place;
        }
        place += recipe.name == moved ? 0 : 1;
    }
    return std::nullopt;
}

}  // namespace mailstack::client
