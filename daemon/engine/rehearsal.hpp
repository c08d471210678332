// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What an account's recipes would do with a message, told without doing it.
///
/// procmail itself is asked whether each condition holds, in an rc that has nothing but those: no delivery,
/// no program, nothing forwarded. What follows from the answers is told here, in the order and with the words
/// of engine/recipe_rc.hpp. What only a program could tell is unknown.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.hpp"
#include "engine/recipe_book.hpp"
#include "engine/recipe_rc.hpp"

namespace mailstack {

enum class Holds { No, Yes, Unknown };

/// For each recipe each of its conditions, negations counted in.
struct Asked {
    std::vector<std::vector<Holds>> conditions;
    bool forwarded_before = false;  ///< the account's own mark of a forward is in the message (X-Loop)
    bool bounce = false;            ///< it has the null sender
};

struct RehearsalLimits {
    std::chrono::milliseconds patience{20000};  ///< less than the 25 s for which busctl waits
    std::uint64_t cpu_seconds = 20;
    std::uint64_t address_space = std::uint64_t{1} << 30U;  ///< octets: procmail holds the message whole
};

/// Asks `program` (procmail's path) as `identity` ("nothing": as we), once, about all conditions but
/// programs.
///
/// The message is as it lies in a mailbox, or as it was sent: where it does not begin with a From_ line,
/// procmail is told the sender that sender_of() finds. procmail has a clean environment, no new privileges,
/// may write no file, and reads neither /etc/procmailrc nor ~/.procmailrc.
///
/// Throws Error{InvalidExpression} that names the recipe and the condition which procmail calls invalid;
/// {Timeout}; {LimitExceeded}, {IoFailed} where procmail did not answer, with its words.
Asked ask_procmail(const std::string& program, const std::optional<UserIdentity>& identity,
                   const std::vector<Recipe>& recipes, const RecipeContext& context, std::string_view message,
                   const RehearsalLimits& limits = {});

/// Throws Error{Unsupported} where the machine has none.
void require_procmail();

/// The envelope's sender, as far as the message tells: of Return-Path, else of From; MAILER-DAEMON where that
/// is empty or there is neither. "" where the message begins with a From_ line, which tells it itself.
std::string sender_of(std::string_view message);

struct RehearsedStep {
    enum class Outcome { Matched, NotMatched, Unknown, NotReached };

    std::string recipe;  ///< its name
    Outcome outcome = Outcome::NotReached;
    std::string words;  ///< what decided: "condition 2 does not hold: size over 1000"
};

struct RehearsedDelivery {
    enum class Kind { Folder, Mailbox, Forward, Discard, Pipe, Unknown };

    Kind kind = Kind::Unknown;
    std::string where;  ///< path, addresses or program; of Unknown what on which condition
    bool operator==(const RehearsedDelivery&) const = default;
};

struct Rehearsed {
    std::vector<RehearsedStep> steps;  ///< one for each recipe, in order
    /// All, in order; the last is where the message itself goes, those before are copies.
    std::vector<RehearsedDelivery> deliveries;
    /// No recipe takes the message itself for certain: the last delivery is the default mailbox's.
    bool left = false;
    /// False where a discard takes the message, whichever recipes in doubt match, and no copy is anywhere for
    /// certain.
    bool arrives = false;
};

/// "matched", "not-matched", "unknown", "not-reached".
std::string_view word(RehearsedStep::Outcome outcome) noexcept;
/// "folder", "mailbox", "forward", "discard", "pipe", "unknown".
std::string_view word(RehearsedDelivery::Kind kind) noexcept;

/// What the book does, by these answers. A recipe that may or may not match is passed, and what comes then is
/// told as unknown, with both. Every delivery, program and forward is taken to succeed. `home`: the
/// account's directory. The book has no problem().
Rehearsed rehearse(const RecipeBook& book, const Asked& asked, const RecipeContext& context,
                   std::string_view home);

}  // namespace mailstack
