// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What `recipe list`, `recipe test` and `delivery show` print.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "format.hpp"
#include "recipe_words.hpp"

namespace mailstack::client {

/// What became of a recipe in a rehearsal.
struct Rehearsed {
    std::string recipe;
    std::string outcome;  ///< "matched", "not-matched", "unknown" or "not-reached"
    std::string words;    ///< which condition decided
};

/// A way that the message would go.
struct Destination {
    std::string way;    ///< "folder", "mailbox", "forward", "discard", "pipe" or "unknown"
    std::string where;  ///< a path, addresses, a program, or why that is not known
};

struct Rehearsal {
    std::vector<Rehearsed> recipes;
    std::vector<Destination> destinations;
};

/// A row of TestMessage.
struct RehearsalRow {
    std::string step, outcome, words;
};

/// The rows as TestMessage gives them: first the recipes, then the ways, as "delivery", which no recipe
/// is called.
Rehearsal rehearsal_of(const std::vector<RehearsalRow>& rows);

struct DeliveryState {
    std::string format;           ///< the account's: "maildir", "mbox", or "" for the machine's
    std::string mailbox;          ///< where its mail goes then
    std::string machines_format;  ///< "maildir", "mbox", or "" for what procmail does by itself
    std::string local_mailer;     ///< a path, or ""
};

Json to_json(const std::vector<Recipe>& recipes);
Json to_json(const Rehearsal& rehearsal);
Json to_json(const DeliveryState& delivery);

std::string to_text(const std::vector<Recipe>& recipes);
std::string to_text(const Rehearsal& rehearsal);
std::string to_text(const DeliveryState& delivery);

/// "/usr/bin/procmail, into Maildir of the home directory": how this machine delivers.
std::string delivery_words(const std::string& local_mailer, const std::string& format);

}  // namespace mailstack::client
