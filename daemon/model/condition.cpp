// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/condition.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/characters.hpp"
#include "model/expression.hpp"
#include "model/program_line.hpp"

namespace mailstack {
namespace {

using Kind = Condition::Kind;
using Relation = Condition::Relation;

constexpr std::array<std::pair<std::string_view, Kind>, 7> kinds{{{"header", Kind::Header},
                                                                  {"sender", Kind::Sender},
                                                                  {"recipient", Kind::Recipient},
                                                                  {"list", Kind::List},
                                                                  {"body", Kind::Body},
                                                                  {"size", Kind::Size},
                                                                  {"program", Kind::Program}}};
constexpr std::array<std::pair<std::string_view, Relation>, 7> relations{{{"contains", Relation::Contains},
                                                                          {"equals", Relation::Equals},
                                                                          {"matches", Relation::Matches},
                                                                          {"exists", Relation::Exists},
                                                                          {"over", Relation::Over},
                                                                          {"under", Relation::Under},
                                                                          {"", Relation::Succeeds}}};

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw Error(Code::InvalidArgument, "the condition " + quoted(text) + " " + why);
}

/// The next word of `rest`, which is left behind the spaces after it.
std::string_view next_word(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.find_first_not_of(' ', end), rest.size()));
    return word;
}

bool allowed(Kind kind, Relation relation) {
    switch (relation) {
        case Relation::Contains:
        case Relation::Matches:
            return kind != Kind::Size;
        case Relation::Equals:
            return kind != Kind::Size && kind != Kind::Body;
        case Relation::Exists:
            return kind == Kind::Header;
        case Relation::Over:
        case Relation::Under:
            return kind == Kind::Size;
        default:
            return false;
    }
}

std::string allowed_words(Kind kind) {
    switch (kind) {
        case Kind::Header:
            return "contains, equals or matches and a value, or exists";
        case Kind::Body:
            return "contains or matches, and a value";
        case Kind::Size:
            return "over or under, and a number of octets";
        default:
            return "contains, equals or matches, and a value";
    }
}

void require_header_name(std::string_view text, std::string_view name) {
    constexpr std::size_t longest = 76;
    const auto fits = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; };
    if (name.empty() || name.size() > longest || !std::all_of(name.begin(), name.end(), fits)) {
        refuse(text, "has " + quoted(name) +
                         " for the name of a header field: 1 to 76 letters, digits, \"-\" and "
                         "\"_\", without a colon");
    }
}

void require_octets(std::string_view text) {
    constexpr std::size_t longest = 1000;
    if (text.size() > longest) {
        throw Error(Code::LimitExceeded, "the condition " + quoted(text) + " has " +
                                             std::to_string(text.size()) + " octets: at most 1000 are taken");
    }
    if (std::any_of(text.begin(), text.end(),
                    [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; })) {
        refuse(text, "has a control character: a condition is one line of text");
    }
}

std::uint64_t octets_of(std::string_view text, std::string_view number) {
    constexpr std::uint64_t most = 1ULL << 40U;
    std::uint64_t octets{};
    const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), octets);
    if (failed != std::errc{} || end != number.data() + number.size() || octets > most) {
        refuse(text,
               "has " + quoted(number) + " for a number of octets: a decimal number up to 2^40 is expected");
    }
    return octets;
}

std::string_view word(Kind kind) {
    return std::find_if(kinds.begin(), kinds.end(), [&](const auto& one) { return one.second == kind; })
        ->first;
}
std::string_view word(Relation relation) {
    return std::find_if(relations.begin(), relations.end(),
                        [&](const auto& one) { return one.second == relation; })
        ->first;
}

}  // namespace

Condition::Condition(std::string_view text) {
    require_octets(text);
    std::string_view rest = trimmed(text);
    std::string_view first = next_word(rest);
    if (first == "not") {
        negated_ = true;
        first = next_word(rest);
    }
    const auto kind =
        std::find_if(kinds.begin(), kinds.end(), [&](const auto& one) { return one.first == first; });
    if (kind == kinds.end()) {
        refuse(text, "begins with " + quoted(first) +
                         ": header, sender, recipient, list, body, size or program is expected, and \"not\" "
                         "may stand before it");
    }
    kind_ = kind->second;
    if (kind_ == Kind::Program) {
        relation_ = Relation::Succeeds;
        value_ = rest;
        require_program_line(value_);
        return;
    }
    if (kind_ == Kind::Header) {
        header_ = next_word(rest);
        require_header_name(text, header_);
    }
    const std::string_view second = next_word(rest);
    const auto relation = std::find_if(relations.begin(), relations.end(), [&](const auto& one) {
        return !second.empty() && one.first == second && allowed(kind_, one.second);
    });
    if (relation == relations.end()) {
        refuse(text, "has " + quoted(second) + " behind " + quoted(kind_ == Kind::Header ? header_ : first) +
                         ": " + allowed_words(kind_) + " is expected");
    }
    relation_ = relation->second;
    if (relation_ == Relation::Exists ? !rest.empty() : rest.empty()) {
        refuse(text, rest.empty() ? "has no value behind " + quoted(second)
                                  : "has " + quoted(rest) + " behind \"exists\", which takes no value");
    }
    if (kind_ == Kind::Size) {
        octets_ = octets_of(text, rest);
        return;
    }
    value_ = rest;
    if (relation_ == Relation::Matches) {
        require_expression(value_);
    }
}

std::string Condition::text() const {
    std::string text = negated_ ? "not " : "";
    text += word(kind_);
    const auto add = [&](std::string_view more) {
        if (!more.empty()) {
            text.append(" ").append(more);
        }
    };
    add(header_);
    add(word(relation_));
    add(kind_ == Kind::Size ? std::to_string(octets_) : value_);
    return text;
}

}  // namespace mailstack
