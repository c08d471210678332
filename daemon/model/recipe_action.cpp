// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What becomes of a message: the words of a recipe's action.

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/alias.hpp"
#include "model/characters.hpp"
#include "model/mail_address.hpp"
#include "model/program_line.hpp"
#include "model/recipe.hpp"

namespace mailstack {
namespace {

constexpr std::array<std::string_view, 5> action_words{"folder", "keep", "forward", "discard", "pipe"};

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

ToFolder folder_of(std::string_view name) {
    constexpr std::size_t longest = 200;
    constexpr std::size_t deepest = 8;
    const auto refuse = [&](const std::string& why) {
        throw Error(Code::InvalidArgument, "the folder " + quoted(name) + " " + why);
    };
    const auto fits = [](char c) {
        return is_letter_or_digit(c) || c == '_' || c == '+' || c == '@' || c == '-';
    };
    ToFolder folder{split(name, '/')};
    if (name.size() > longest || folder.parts.size() > deepest) {
        refuse("is too long: at most 200 octets and 8 parts");
    }
    for (const std::string& part : folder.parts) {
        if (part.empty() || !std::all_of(part.begin(), part.end(), fits)) {
            refuse("has the part " + quoted(part) +
                   ": a folder's name is letters, digits, \"_\", \"+\", \"@\" and \"-\", with \"/\" between "
                   "its parts");
        }
        const std::string folded = fold_case(part);
        if (folded == "new" || folded == "cur" || folded == "tmp") {
            refuse("has the part " + quoted(part) + ", which a Maildir needs for itself");
        }
    }
    return folder;
}

/// A plain recipient, as a sender could write it.
std::string forward_address(const std::string& text) {
    const std::string address = MailAddress(text).text();
    if (!is_plain_recipient(address)) {
        throw Error(Code::InvalidAddress, "mail cannot be forwarded to " + quoted(address) +
                                              ": write name@host, or the name of an account or alias");
    }
    return address;
}

Forward forward_of(std::string_view list) {
    constexpr std::size_t most = 10;
    Forward forward;
    for (const std::string& one : split(list, ' ')) {
        if (!one.empty()) {
            forward.addresses.push_back(forward_address(one));
        }
    }
    if (forward.addresses.empty()) {
        throw Error(Code::InvalidArgument, "\"forward\" needs an address: forward name@host");
    }
    if (forward.addresses.size() > most) {
        throw Error(Code::LimitExceeded, "mail is forwarded to at most 10 addresses, not to " +
                                             std::to_string(forward.addresses.size()) +
                                             ": an alias can have more");
    }
    return forward;
}

}  // namespace

RecipeAction recipe_action(std::string_view text) {
    const std::string_view all = trimmed(text);
    const std::size_t end = std::min(all.find(' '), all.size());
    const std::string_view verb = all.substr(0, end);
    const std::string_view value = trimmed(all.substr(end));
    if ((verb == "keep" || verb == "discard") && !value.empty()) {
        throw Error(Code::InvalidArgument,
                    "the action " + quoted(text) + " has more than " + quoted(verb) + ", which stands alone");
    }
    if (verb == "folder") {
        return folder_of(value);
    }
    if (verb == "keep") {
        return Keep{};
    }
    if (verb == "forward") {
        return forward_of(value);
    }
    if (verb == "discard") {
        return Discard{};
    }
    if (verb == "pipe") {
        require_program_line(value);
        return Pipe{std::string(value)};
    }
    throw Error(Code::InvalidArgument, quoted(text) +
                                           " is no action: folder NAME, keep, forward ADDRESS..., discard "
                                           "or pipe PATH ARGUMENT... is expected");
}

std::string_view word(const RecipeAction& action) noexcept {
    return action_words.at(action.index());
}

std::string text_of(const RecipeAction& action) {
    std::string text(word(action));
    if (const auto* folder = std::get_if<ToFolder>(&action)) {
        text += ' ' + joined(folder->parts, "/");
    } else if (const auto* forward = std::get_if<Forward>(&action)) {
        text += ' ' + joined(forward->addresses, " ");
    } else if (const auto* pipe = std::get_if<Pipe>(&action)) {
        text += ' ' + pipe->program;
    }
    return text;
}

}  // namespace mailstack
