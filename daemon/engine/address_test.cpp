// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/address_test.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/error.hpp"
#include "base/run.hpp"
#include "base/text.hpp"
#include "engine/address_test_answer.hpp"
#include "engine/address_test_question.hpp"

namespace mailstack {
namespace {

constexpr std::string_view banner = "ADDRESS TEST MODE";

/// A word that no map of the configuration holds.
std::string new_mark() {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
        throw Error(Code::IoFailed, "no random numbers");
    }
    return "mailstack-" + std::to_string(number) + "-";
}

std::string script_of(const std::vector<Question>& questions, const std::string& mark) {
    std::string script;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        script += command_line(questions[i]) + "\n";
        if (std::holds_alternative<DefineMacro>(questions[i])) {
            continue;
        }
        script += ".D{mailstackMark}" + mark + std::to_string(i) + ".\n${mailstackMark}\n";
    }
    return script;
}

[[noreturn]] void reject(const AddressTest& test, const std::string& words) {
    throw Error(Code::InvalidConfiguration, "sendmail rejects " + quoted(test.cf) + ": " + words);
}

/// What sendmail says before it is ready, but for warnings.
std::string complaints_in(std::string_view preamble) {
    std::vector<std::string> complaints;
    for (const std::string_view line : output_lines(preamble)) {
        if (!line.starts_with("My unqualified host name")) {
            complaints.emplace_back(line);
        }
    }
    return joined(complaints, "; ");
}

/// `text` without the prompts at its ends.
std::string_view without_prompts(std::string_view text) {
    while (text.starts_with("> ")) {
        text.remove_prefix(2);
    }
    while (text.ends_with("> ") &&
           (text.size() == 2 || text[text.size() - 3] == '\n' || text[text.size() - 3] == ' ')) {
        text.remove_suffix(2);
    }
    return text;
}

}  // namespace

Command sendmail_command(const AddressTest& test, std::vector<std::string> words) {
    std::vector<std::string> arguments{test.program, "-C", test.cf, "-OTimeout.resolver.retrans=1s",
                                       "-OTimeout.resolver.retry=1"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    return {std::move(arguments)};
}

RunLimits sendmail_limits(const AddressTest& test) {
    return {test.patience, std::size_t{128} << 20U, std::size_t{1} << 20U};
}

std::vector<AddressAnswer> ask(const AddressTest& test, const std::vector<Question>& questions) {
    const std::string mark = new_mark();
    const std::string script = script_of(questions, mark);
    const Ended ended = run(sendmail_command(test, {"-bt"}), script, sendmail_limits(test));
    const std::string_view output = ended.output;
    const auto ready = output.find(banner);
    const std::string complaints = complaints_in(output.substr(0, ready));
    if (!complaints.empty()) {
        reject(test, complaints);
    }
    if (ready == std::string_view::npos) {
        const auto words = trimmed(ended.errors);
        reject(test, words.empty() ? "it ended " + ended.ending() : std::string(words));
    }
    // Two lines: the mode, and how to use it.
    const auto mode_end = std::min(output.find('\n', ready), output.size() - 1);
    auto at = std::min(output.find('\n', mode_end + 1), output.size() - 1) + 1;
    std::vector<AddressAnswer> answers;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        if (std::holds_alternative<DefineMacro>(questions[i])) {
            answers.emplace_back();  // it prints nothing
            continue;
        }
        const std::string end_mark = mark + std::to_string(i) + ".\n";
        const auto end = output.find(end_mark, at);
        if (end == std::string_view::npos) {
            throw Error(Code::MtaFailed, quoted(test.program) + " ended " + ended.ending() +
                                             " before it answered " + quoted(command_line(questions[i])));
        }
        answers.push_back(read_answer(questions[i], without_prompts(output.substr(at, end - at))));
        at = end + end_mark.size();
    }
    return answers;
}

Verification verify(const AddressTest& test, const std::string& address) {
    check_address(address);
    const Ended ended = run(sendmail_command(test, {"-bv", "--", address}), "", sendmail_limits(test));
    Verification verification;
    constexpr std::string_view sound = "... deliverable: ";
    const std::string output = ended.output + ended.errors;
    for (const std::string_view line : output_lines(output)) {
        if (line.starts_with(test.cf + ": line ")) {
            reject(test, std::string(line));
        }
        if (const auto found = line.find(sound); found != std::string_view::npos) {
            verification.recipients.push_back(read_mailer_line(line.substr(found + sound.size())));
        } else {
            verification.refusals.emplace_back(line);
        }
    }
    if (verification.recipients.empty() && verification.refusals.empty() && !ended.success()) {
        throw Error(Code::MtaFailed, quoted(test.program) + " ended " + ended.ending() +
                                         " and said nothing of " + quoted(address));
    }
    return verification;
}

}  // namespace mailstack
