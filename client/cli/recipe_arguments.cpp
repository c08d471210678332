// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recipe_arguments.hpp"

#include <map>
#include <string_view>

#include "arguments.hpp"

namespace mailstack::client {
namespace {

using Condition = std::optional<std::string>;

/// An option that makes a condition of its value.
struct Kind {
    const char* suffix;  ///< of --when and --unless
    const char* type;
    const char* holds;  ///< for the help: "Where the subject contains TEXT"
    Condition (*condition)(const std::string& value);
    const char* complaint;  ///< about a value of which none can be made
};

Condition size_condition(const char* test, const std::string& value) {
    const auto octets = octets_of(value);
    return octets ? Condition("size " + std::string(test) + " " + std::to_string(*octets)) : std::nullopt;
}

constexpr const char* no_size = "is no size: write 500K, 10M, or octets as 1000000";
constexpr const char* no_text = "is no text that could be looked for";

template <const char* const& Test>
Condition text_condition(const std::string& value) {
    return value.empty() ? std::nullopt : Condition(std::string(Test) + " contains " + value);
}

constexpr const char* list = "list";
constexpr const char* sender = "sender";
constexpr const char* recipient = "recipient";
constexpr const char* subject = "header Subject";
constexpr const char* body = "body";

constexpr std::array kinds{
    Kind{"", "CONDITION", "this holds, as 'recipe list' shows it: mailstackctl(1), RECIPES",
         [](const std::string& value) { return value.empty() ? std::nullopt : Condition(value); }, no_text},
    Kind{"-list", "TEXT", "the mailing list's id contains TEXT", text_condition<list>, no_text},
    Kind{"-from", "TEXT", "the sender contains TEXT", text_condition<sender>, no_text},
    Kind{"-to", "TEXT", "a recipient contains TEXT", text_condition<recipient>, no_text},
    Kind{"-subject", "TEXT", "the subject contains TEXT", text_condition<subject>, no_text},
    Kind{"-header", "NAME[:TEXT]", "the header field NAME contains TEXT, or is there",
         [](const std::string& value) { return header_condition(value); },
         "is neither NAME nor NAME:TEXT of a header field"},
    Kind{"-body", "TEXT", "the body contains TEXT", text_condition<body>, no_text},
    Kind{"-larger", "SIZE", "it is larger: 500K, 10M, or octets",
         [](const std::string& value) { return size_condition("over", value); }, no_size},
    Kind{"-smaller", "SIZE", "it is smaller",
         [](const std::string& value) { return size_condition("under", value); }, no_size}};

CLI::Validator check_of(const Kind& kind) {
    const auto check = [&kind](const std::string& value) -> std::string {
        return kind.condition(value) ? "" : "'" + value + "' " + kind.complaint;
    };
    return {check, "", "CONDITION"};
}

/// One value each time that it is given, so that none of them is taken for an argument that follows.
CLI::Option* add_repeated(CLI::App& verb, const std::string& name, std::vector<std::string>& values,
                          const char* type, const std::string& description) {
    return verb.add_option(name, values, description)
        ->type_name(type)
        ->check(utf8_argument().description(""))
        ->allow_extra_args(false);
}

}  // namespace

void add_account_option(CLI::App& verb, std::string& user) {
    verb.add_option("--user", user, "Another's account; by default the caller's own (with sudo: root's)")
        ->type_name("NAME")
        ->check(utf8_argument().description(""));
}

RecipeArguments::RecipeArguments(CLI::App& verb) : verb_(verb) {
    static_assert(kinds.size() == kinds_of_conditions);
    verb.add_option("--folder", folder_, "File it in this folder: Lists/debian")
        ->type_name("FOLDER")
        ->check(utf8_argument().description(""));
    verb.add_flag("--keep", keep_, "Leave it in the mailbox, past the recipes that follow");
    add_repeated(verb, "--forward", addresses_, "ADDRESS", "Send it on to this address; again for more");
    verb.add_flag("--discard", discard_, "Throw it away");
    verb.add_option("--pipe", program_, "Hand it to this program: '/usr/bin/intake --queue it'")
        ->type_name("PROGRAM")
        ->check(utf8_argument().description(""));
    for (std::size_t at = 0; at < options_.size(); ++at) {
        const bool unless = at >= kinds.size();
        const auto& kind = kinds[at % kinds.size()];
        options_[at] =
            add_repeated(verb, (unless ? "--unless" : "--when") + std::string(kind.suffix), values_[at],
                         kind.type, (unless ? "Not where " : "Where ") + std::string(kind.holds))
                ->check(check_of(kind).description(""));
    }
    verb.add_flag("--always", always_, "For every message: without conditions");
    verb.add_flag("--any", any_, "Where any of the conditions holds");
    verb.add_flag("--all", all_, "Where all of them hold, as by default");
    verb.add_flag("--continue", go_on_, "Do it with a copy, and go on with the recipes that follow");
    verb.add_flag("--stop", stop_, "End with this recipe, as by default");
}

/// In the order in which they were given: procmail asks them in it.
std::optional<std::vector<std::string>> RecipeArguments::conditions() const {
    std::map<const CLI::Option*, std::size_t> taken;
    std::vector<std::string> conditions;
    for (const auto* option : verb_.parse_order()) {
        for (std::size_t at = 0; at < options_.size(); ++at) {
            if (options_[at] == option) {
                const auto condition = *kinds[at % kinds.size()].condition(values_[at].at(taken[option]++));
                conditions.push_back(at < kinds.size() ? condition : negated(condition));
            }
        }
    }
    if (conditions.empty() && !always_) {
        return std::nullopt;
    }
    if (!conditions.empty() && always_) {
        throw CLI::ValidationError("--always", "with it there can be no conditions");
    }
    return conditions;
}

std::optional<std::string> RecipeArguments::action() const {
    std::vector<std::string> actions;
    if (!folder_.empty()) {
        actions.push_back("folder " + folder_);
    }
    if (keep_) {
        actions.emplace_back("keep");
    }
    if (!addresses_.empty()) {
        actions.emplace_back("forward");
        for (const auto& address : addresses_) {
            actions.back() += " " + address;
        }
    }
    if (discard_) {
        actions.emplace_back("discard");
    }
    if (!program_.empty()) {
        actions.push_back("pipe " + program_);
    }
    if (actions.size() > 1) {
        throw CLI::ValidationError("'" + actions[0] + "' and '" + actions[1] +
                                   "' cannot both be done by one recipe; two recipes, the first with "
                                   "--continue, can");
    }
    return actions.empty() ? std::nullopt : std::optional(actions.front());
}

void RecipeArguments::fill(RecipeWish& wish) const {
    if ((any_ && all_) || (go_on_ && stop_)) {
        throw CLI::ValidationError(any_ && all_ ? "--any and --all" : "--continue and --stop",
                                   "only one of them can be so");
    }
    wish.conditions = conditions();
    wish.action = action();
    if (any_ || all_) {
        wish.match = any_ ? "any" : "all";
    }
    if (go_on_ || stop_) {
        wish.then = go_on_ ? "continue" : "stop";
    }
}

}  // namespace mailstack::client
