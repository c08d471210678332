// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What a condition asks, in procmail's words.

#include "engine/recipe_rc.hpp"
#include "formats/procmail_regex.hpp"

namespace mailstack {
namespace {

using Kind = Condition::Kind;
using Relation = Condition::Relation;

constexpr const char* blanks = "[ \t]*";
constexpr const char* sender_fields = "(From|Sender|Resent-From|Return-Path):";
/// Those of procmail's ^TO_ (procmailrc(5), MISCELLANEOUS), and three that other software writes.
constexpr const char* recipient_fields =
    "((Original-)?(Resent-)?(To|Cc|Bcc)|(X-Envelope|Apparently(-Resent)?)-To|Delivered-To|X-Original-To|"
    "Envelope-To):";
/// What is no character of an address (RFC 5322's atext, "." and "@").
constexpr const char* no_address = "[^-a-zA-Z0-9_.!#$%&'*+/=?^`{|}~@]";

/// The field or fields whose value is asked, up to and with the colon, behind "^".
std::string fields(const Condition& condition) {
    switch (condition.kind()) {
        case Kind::Sender:
            return sender_fields;
        case Kind::Recipient:
            return recipient_fields;
        case Kind::List:
            return "List-Id:";
        default:
            return procmail_field_name(condition.header_name()) + ':';
    }
}

std::string contains(const Condition& condition) {
    const std::string literal = procmail_literal(condition.value());
    // The envelope's sender is one word of the From_ line.
    if (condition.kind() == Kind::Sender && condition.value().find(' ') == std::string::npos) {
        return "^(From [^ ]*|" + fields(condition) + ".*)" + literal;
    }
    return '^' + fields(condition) + ".*" + literal;
}

std::string equals(const Condition& condition) {
    const std::string literal = procmail_literal(condition.value());
    switch (condition.kind()) {
        case Kind::Sender:
        case Kind::Recipient: {
            const std::string field = fields(condition) + "(.*" + no_address + ")?";
            return (condition.kind() == Kind::Sender ? "^(From |" + field + ')' : '^' + field) + literal +
                   '(' + no_address + "|$)";
        }
        case Kind::List:
            return "^List-Id:(" + (blanks + literal) + blanks + "$|.*<" + literal + ">)";
        default:
            return '^' + fields(condition) + blanks + literal + blanks + '$';
    }
}

std::string matches(const Condition& condition) {
    const ProcmailExpression asked = procmail_expression(condition.value());
    if (condition.kind() == Kind::Body) {
        return (asked.at_start ? "^" : "") + asked.core + (asked.at_end ? "$" : "");
    }
    const std::string field = fields(condition) + (asked.at_start ? blanks : ".*");
    if (condition.kind() != Kind::Sender) {
        return '^' + field + asked.core + (asked.at_end ? std::string(blanks) + '$' : "");
    }
    const std::string envelope = std::string("From ") + (asked.at_start ? "" : "[^ ]*");
    if (!asked.at_end) {
        return "^(" + envelope + '|' + field + ')' + asked.core;
    }
    return "^(" + envelope + asked.core + "( .*)?|" + field + asked.core + blanks + ")$";
}

std::string asked_of(const Condition& condition) {
    if (condition.kind() == Kind::Size) {
        return (condition.relation() == Relation::Over ? "> " : "< ") + std::to_string(condition.octets());
    }
    if (condition.kind() == Kind::Program) {
        return "? " + condition.value();
    }
    const bool body = condition.kind() == Kind::Body;
    switch (condition.relation()) {
        case Relation::Equals:
            return equals(condition);
        case Relation::Matches:
            return (body ? "B ?? " : "") + matches(condition);
        case Relation::Exists:
            return '^' + fields(condition);
        default:
            // What a literal begins with must not be taken for a sign of procmail's.
            return body ? "B ?? ()" + procmail_literal(condition.value()) : contains(condition);
    }
}

}  // namespace

std::vector<std::string> condition_lines(const Condition& condition) {
    return {(condition.negated() ? "* ! " : "* ") + asked_of(condition)};
}

}  // namespace mailstack
