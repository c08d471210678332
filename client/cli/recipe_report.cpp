// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recipe_report.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace mailstack::client {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using Phrase = std::pair<std::string_view, std::string_view>;

/// The second of the pair that begins with `word`, or `word` itself: a newer daemon may have more of them.
std::string phrase_of(const auto& phrases, const std::string& word) {
    for (const auto& [known, phrase] : phrases) {
        if (known == word) {
            return std::string(phrase);
        }
    }
    return printable(word);
}

std::string action_words(const Recipe& recipe) {
    return printable(recipe.action) + (recipe.then == "continue" ? ", continue" : "");
}

/// The recipe's row, and one more for each further condition.
void add_rows(Rows& rows, const Recipe& recipe, std::size_t place) {
    Rows own{{std::to_string(place), printable(recipe.name), action_words(recipe), "every message"}};
    const std::string joint = recipe.match == "any" ? "or " : "and ";
    for (std::size_t at = 0; at < recipe.conditions.size(); ++at) {
        if (at == 0) {
            own.front().back() = printable(recipe.conditions[at]);
        } else {
            own.push_back({"", "", "", joint + printable(recipe.conditions[at])});
        }
    }
    rows.insert(rows.end(), own.begin(), own.end());
}

std::string line_of_way(const Destination& destination) {
    static constexpr std::array<Phrase, 6> phrases{{{"folder", "into the folder"},
                                                    {"mailbox", "into the mailbox"},
                                                    {"forward", "on to"},
                                                    {"discard", "nowhere: it would be thrown away"},
                                                    {"pipe", "into the program"},
                                                    {"unknown", "perhaps:"}}};
    const auto where = destination.way == "discard" ? "" : destination.where;
    return "  " + phrase_of(phrases, destination.way) + (where.empty() ? "" : " ") + printable(where) + "\n";
}

std::string machines_format_words(const std::string& format) {
    static constexpr std::array<Phrase, 3> phrases{{{"maildir", "into Maildir of the home directory"},
                                                    {"mbox", "into /var/mail"},
                                                    {"", "as procmail does by itself"}}};
    return phrase_of(phrases, format);
}

/// Debian's sensible-mda runs procmail where it is installed.
bool knows_recipes(std::string_view local_mailer) {
    return local_mailer.ends_with("/procmail") || local_mailer.ends_with("/sensible-mda");
}

}  // namespace

Rehearsal rehearsal_of(const std::vector<RehearsalRow>& rows) {
    Rehearsal rehearsal;
    for (const auto& row : rows) {
        if (row.step == "delivery") {
            rehearsal.destinations.push_back({row.outcome, row.words});
        } else {
            rehearsal.recipes.push_back({row.step, row.outcome, row.words});
        }
    }
    return rehearsal;
}

Json to_json(const std::vector<Recipe>& recipes) {
    auto json = Json::array();
    for (const auto& recipe : recipes) {
        json.push_back({{"name", recipe.name},
                        {"match", recipe.match},
                        {"conditions", recipe.conditions},
                        {"action", recipe.action},
                        {"then", recipe.then}});
    }
    return json;
}

Json to_json(const Rehearsal& rehearsal) {
    Json json{{"recipes", Json::array()}, {"deliveries", Json::array()}};
    for (const auto& recipe : rehearsal.recipes) {
        json["recipes"].push_back(
            {{"name", recipe.recipe}, {"outcome", recipe.outcome}, {"words", recipe.words}});
    }
    for (const auto& destination : rehearsal.destinations) {
        json["deliveries"].push_back({{"way", destination.way}, {"where", destination.where}});
    }
    return json;
}

Json to_json(const DeliveryState& delivery) {
    return {{"format", delivery.format},
            {"mailbox", delivery.mailbox},
            {"default", delivery.machines_format},
            {"local_mailer", delivery.local_mailer}};
}

std::string to_text(const std::vector<Recipe>& recipes) {
    if (recipes.empty()) {
        return "There are no recipes: all mail goes into the mailbox ('mailstackctl delivery show').\n";
    }
    Rows rows{{"", "RECIPE", "ACTION", "WHEN"}};
    std::size_t place = 0;
    for (const auto& recipe : recipes) {
        add_rows(rows, recipe, ++place);
    }
    return to_table(rows);
}

std::string to_text(const Rehearsal& rehearsal) {
    static constexpr std::array<Phrase, 4> phrases{{{"matched", "matches"},
                                                    {"not-matched", "does not match"},
                                                    {"unknown", "not known"},
                                                    {"not-reached", "not asked"}}};
    Rows rows;
    for (const auto& recipe : rehearsal.recipes) {
        rows.push_back({printable(recipe.recipe), phrase_of(phrases, recipe.outcome)});
        if (!recipe.words.empty()) {
            rows.back().push_back(printable(recipe.words));
        }
    }
    auto text = rows.empty() ? "There are no recipes.\n" : to_table(rows);
    text += "\nThe message would go\n";
    for (const auto& destination : rehearsal.destinations) {
        text += line_of_way(destination);
    }
    return text;
}

std::string to_text(const DeliveryState& delivery) {
    const auto format = delivery.format.empty() ? "the machine's default" : printable(delivery.format);
    auto text =
        to_table({{"Mailbox:", printable(delivery.mailbox)},
                  {"Set for the account:", format},
                  {"The machine's default:", machines_format_words(delivery.machines_format)},
                  {"Local mailer:", delivery.local_mailer.empty() ? "sendmail.cf names none"
                                                                  : printable(delivery.local_mailer)}});
    if (!knows_recipes(delivery.local_mailer)) {
        text +=
            "Recipes are not asked, since procmail does not deliver: 'mailstackctl delivery use-procmail' "
            "changes that.\n";
    }
    return text;
}

std::string delivery_words(const std::string& local_mailer, const std::string& format) {
    if (local_mailer.empty()) {
        return "sendmail.cf names no local mailer";
    }
    return printable(local_mailer) +
           (knows_recipes(local_mailer) ? ", " + machines_format_words(format) : ", which asks no recipes");
}

}  // namespace mailstack::client
