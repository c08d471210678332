// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/address_test_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

constexpr std::string_view warning = "WARNING: ";

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

std::string_view without_first_line(std::string_view text) {
    const auto end = text.find('\n');
    return end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
}

/// "NAME   input: ..." and "NAME   returns: ...", the trace of every rule set.
bool is_trace(std::string_view line) {
    const auto name = line.find(' ');
    const auto rest = name == std::string_view::npos ? std::string_view{} : trimmed(line.substr(name));
    return rest.starts_with("input:") || rest.starts_with("returns:");
}

std::string words_in(const std::vector<std::string_view>& lines) {
    std::vector<std::string> words;
    for (const std::string_view line : lines) {
        if (!is_trace(line) && !line.starts_with("mailer ") && !line.starts_with("Cracked address = ") &&
            !line.starts_with("Parsing ") && !line.starts_with("Trying ") &&
            !line.starts_with("== Ruleset")) {
            words.emplace_back(line);
        }
    }
    return joined(words, "; ");
}

/// The number in brackets that ends `text`: the look-up's exit status.
int status_in(std::string_view text) {
    int status = -1;
    const auto open = text.rfind('(');
    if (open != std::string_view::npos) {
        std::from_chars(text.data() + open + 1, text.data() + text.size(), status);
    }
    return status;
}

[[noreturn]] void not_understood(std::string_view asked, std::string_view output) {
    throw Error(Code::MtaFailed, "sendmail's answer about " + quoted(asked) +
                                     " is not understood: " + quoted(trimmed(output)));
}

struct Reader {
    std::string_view output;

    AddressAnswer operator()(const MapLookup& question) const {
        constexpr int no_such_host = 68;  // EX_NOHOST: what an alias that is not there gives
        const std::string begins = "map_lookup: " + question.map + " (" + question.key + ") ";
        const auto at = output.find(begins);
        const std::string before = words_in(output_lines(output.substr(0, at)));
        if (at == std::string_view::npos) {
            if (before.find("\" not found") == std::string::npos &&
                before.find("\" not open") == std::string::npos) {
                not_understood(question.map, output);
            }
            const bool known = before.find("\" not open") != std::string::npos;
            return MapAnswer{known ? MapAnswer::Kind::CannotOpen : MapAnswer::Kind::NoSuchMap, "", before};
        }
        std::string_view told = output.substr(at + begins.size());
        while (told.starts_with(warning)) {
            told = without_first_line(told);
        }
        constexpr std::string_view found = "returns ";
        const std::string_view line = first_line(told);
        if (line.starts_with(found)) {
            return MapAnswer{MapAnswer::Kind::Found,
                             std::string(line.substr(found.size(), line.rfind(" (") - found.size())), ""};
        }
        const auto miss = told.find("no match (");  // what cannot be opened is told before it
        if (miss == std::string_view::npos) {
            not_understood(question.map, output);
        }
        const int status = status_in(first_line(told.substr(miss)));
        if (status == 0 || status == no_such_host) {
            return MapAnswer{MapAnswer::Kind::NotFound, "", ""};
        }
        const std::string between = words_in(output_lines(told.substr(0, miss)));
        return MapAnswer{MapAnswer::Kind::CannotOpen, "", before.empty() ? between : before};
    }

    AddressAnswer operator()(const ClassMembers&) const {
        ClassAnswer answer;
        for (const std::string_view line : output_lines(output)) {
            answer.members.emplace_back(line);
        }
        return answer;
    }

    AddressAnswer operator()(const ResolveAddress&) const {
        const auto lines = output_lines(output);
        const auto last = std::find_if(lines.rbegin(), lines.rend(),
                                       [](std::string_view line) { return line.starts_with("mailer "); });
        Resolution resolution = last == lines.rend() ? Resolution{} : read_mailer_line(*last);
        resolution.words = words_in(lines);
        resolution.temporary = resolution.words.find("Transient parse error") != std::string::npos;
        return resolution;
    }

    AddressAnswer operator()(const TryMailer& question) const {
        constexpr std::string_view begins = "Rcode = ", between = ", addr = ";
        const auto at = output.rfind(begins);
        if (at == std::string_view::npos) {
            return TryAnswer{-1, ""};
        }
        const std::string_view line = first_line(output.substr(at + begins.size()));
        const auto address = line.find(between);
        int status = -1;
        std::from_chars(line.data(), line.data() + line.size(), status);
        if (address == std::string_view::npos) {
            not_understood(question.mailer, output);
        }
        return TryAnswer{status, std::string(line.substr(address + between.size()))};
    }

    AddressAnswer operator()(const CallRuleset& question) const {
        const auto lines = output_lines(output);
        const auto last = std::find_if(lines.rbegin(), lines.rend(), [&](std::string_view line) {
            return line.starts_with(question.ruleset + " ") && is_trace(line) &&
                   trimmed(line.substr(question.ruleset.size())).starts_with("returns:");
        });
        if (last == lines.rend()) {
            throw Error(Code::MtaFailed, "sendmail does not call the rule set " + quoted(question.ruleset) +
                                             " with " + quoted(question.workspace) + ": " + words_in(lines));
        }
        return Rewriting{std::string(trimmed(last->substr(last->find("returns:") + 8))), words_in(lines)};
    }

    AddressAnswer operator()(const DefineMacro&) const { return {}; }
};

}  // namespace

std::vector<std::string_view> output_lines(std::string_view output) {
    std::vector<std::string_view> lines;
    for (; !output.empty(); output = without_first_line(output)) {
        const std::string_view line = trimmed(first_line(output));
        if (!line.empty() && !line.starts_with(warning)) {
            lines.push_back(line);
        }
    }
    return lines;
}

AddressAnswer read_answer(const Question& question, std::string_view output) {
    return std::visit(Reader{output}, question);
}

Resolution read_mailer_line(std::string_view line) {
    Resolution resolution;
    const auto field = [&](std::string_view name, std::string_view next) {
        const auto at = line.find(name);
        if (at == std::string_view::npos) {
            return std::string();
        }
        const auto from = at + name.size();
        return std::string(
            line.substr(from, next.empty() ? std::string_view::npos : line.find(next, from) - from));
    };
    resolution.mailer = field("mailer ", ", ");
    resolution.host = field(", host ", ", user ");
    resolution.user = field(", user ", "");
    return resolution;
}

bool Rewriting::temporary_error() const {
    return tokens.starts_with("$# TEMP") ||
           (error() && (tokens.starts_with("$# error $@ 4 .") || tokens.find("$: \"4") != std::string::npos ||
                        tokens.find("$: 4") != std::string::npos));
}

std::string Rewriting::text() const {
    constexpr std::string_view begins = "$: ";
    const auto at = tokens.find(begins);
    if (!error() || at == std::string::npos) {
        return tokens;
    }
    std::string text = tokens.substr(at + begins.size());
    text.erase(std::remove(text.begin(), text.end(), '"'), text.end());
    return text;
}

}  // namespace mailstack
