// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/m4.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/run.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

/// m4 begins its lines with how it was called, and calls its standard input "stdin": whoever reads the
/// message knows "m4" and the file.
std::string with_path(std::string_view line, const M4& m4, const std::string& path) {
    const std::string called = m4.program + ":";
    constexpr std::string_view input = "stdin:";
    if (!line.starts_with(called)) {
        return std::string(line);
    }
    line.remove_prefix(called.size());
    return line.starts_with(input) ? "m4:" + path + ":" + std::string(line.substr(input.size()))
                                   : "m4:" + std::string(line);
}

/// The complaints on m4's standard error. A line that begins with white space continues the one before;
/// macros of cf/ that print no newline leave several complaints in one line.
std::vector<std::string> complaints_in(std::string_view errors, const M4& m4, const std::string& path) {
    std::vector<std::string> complaints;
    for (const std::string_view line : lines_of(errors)) {
        if (trimmed(line).empty()) {
            continue;
        }
        if (is_blank(line.front()) && !complaints.empty()) {
            complaints.back() += " " + std::string(trimmed(line));
            continue;
        }
        std::size_t from = 0;
        for (auto next = line.find("***", 1); next != std::string_view::npos;
             next = line.find("***", next + 3)) {
            complaints.push_back(with_path(trimmed(line.substr(from, next - from)), m4, path));
            from = next;
        }
        complaints.push_back(with_path(trimmed(line.substr(from)), m4, path));
    }
    return complaints;
}

/// Errors are whatever is not known to be a warning.
bool is_warning(std::string_view complaint) {
    constexpr std::array<std::string_view, 3> of_age = {" is deprecated", " is obsolete",
                                                        " is no longer valid"};
    const bool of_m4 =
        complaint.starts_with("m4:") && complaint.find(": Warning: ") != std::string_view::npos;
    return of_m4 || complaint.starts_with("*** WARNING") || complaint.starts_with("WARNING") ||
           (!complaint.starts_with("m4:") && !complaint.starts_with("*** ERROR") &&
            std::any_of(of_age.begin(), of_age.end(), [&](std::string_view words) {
                return complaint.find(words) != std::string_view::npos;
            }));
}

bool includes_cf_m4(std::string_view mc) {
    const auto lines = lines_of(mc);
    return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
        const auto at = line.find("cf.m4");
        const auto comment = std::min(line.find('#'), line.find("dnl"));
        return at != std::string_view::npos &&
               line.substr(0, at).find("include(") != std::string_view::npos && comment > at;
    });
}

Command command_for(const M4& m4, std::string_view mc, const std::string& path) {
    const std::string cf_m4 = m4.cf_directory + "/m4/cf.m4";
    if (m4.cf_directory.empty() || ::access(cf_m4.c_str(), R_OK) != 0) {
        throw Error(Code::Unsupported, "sendmail's m4 files are not installed: " + quoted(cf_m4) +
                                           " cannot be read (on Debian, install sendmail-cf)");
    }
    if (::access(m4.program.c_str(), X_OK) != 0) {
        throw Error(Code::Unsupported, quoted(m4.program) + " cannot be run: install m4");
    }
    Command command{{m4.program, "-D_CF_DIR_=" + m4.cf_directory + "/", "-D_NO_MAKEINFO_"}};
    if (!includes_cf_m4(mc)) {
        command.arguments.push_back(cf_m4);
    }
    command.arguments.emplace_back("-");
    command.directory = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
    return command;
}

std::string words_of(const std::vector<std::string>& errors) {
    constexpr std::size_t most = 20;
    std::vector<std::string> shown(
        errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(std::min(most, errors.size())));
    if (errors.size() > most) {
        shown.push_back("and " + std::to_string(errors.size() - most) + " more");
    }
    return joined(shown, "; ");
}

}  // namespace

std::string find_cf_directory() {
    for (const char* const directory :
         {"/usr/share/sendmail/cf", "/usr/share/sendmail-cf", "/usr/local/share/sendmail/cf"}) {
        if (::access((std::string(directory) + "/m4/cf.m4").c_str(), R_OK) == 0) {
            return directory;
        }
    }
    return "";
}

std::string find_cf_directory(const McFile& mc) {
    constexpr std::string_view cf_m4 = "/m4/cf.m4";
    for (const McInclude& include : mc.includes()) {
        if (include.path.ends_with(cf_m4) && ::access(include.path.c_str(), R_OK) == 0) {
            return include.path.substr(0, include.path.size() - cf_m4.size());
        }
    }
    return find_cf_directory();
}

CfBuild build_cf(const M4& m4, std::string_view mc, const std::string& path) {
    Ended ended = run(command_for(m4, mc, path), mc, {m4.patience, m4.longest_cf, std::size_t{1} << 20U});
    CfBuild build{std::move(ended.output), {}};
    std::vector<std::string> errors;
    for (std::string& complaint : complaints_in(ended.errors, m4, path)) {
        (is_warning(complaint) ? build.warnings : errors).push_back(std::move(complaint));
    }
    if (!ended.success() && errors.empty()) {
        errors = build.warnings;
    }
    if (!ended.success() || !errors.empty()) {
        throw Error(Code::InvalidConfiguration,
                    "m4 cannot make sendmail.cf of " + quoted(path) + ": " +
                        (errors.empty() ? "it ended " + ended.ending() : words_of(errors)));
    }
    if (const auto missing = missing_in_cf(build.cf)) {
        throw Error(Code::InvalidConfiguration,
                    "what m4 makes of " + quoted(path) + " is no whole sendmail.cf: it has no " + *missing +
                        " (" + std::to_string(build.cf.size()) +
                        " octets; is a divert, an OSTYPE or the include of cf.m4 missing?)");
    }
    return build;
}

std::optional<std::string> missing_in_cf(std::string_view cf) {
    struct Part {
        std::string_view begins, name;
    };
    constexpr std::array<Part, 6> parts{{{"V10", "version line (V10)"},
                                         {"Scanonify=3", "rule set canonify"},
                                         {"Sparse=0", "rule set parse"},
                                         {"SBasic_check_rcpt", "rule set Basic_check_rcpt"},
                                         {"Mlocal,", "mailer local"},
                                         {"Mprog,", "mailer prog"}}};
    const auto lines = lines_of(cf);
    for (const Part& part : parts) {
        if (std::none_of(lines.begin(), lines.end(),
                         [&](std::string_view line) { return line.starts_with(part.begins); })) {
            return std::string(part.name);
        }
    }
    // The mailers are what cf.m4 puts last; each ends with its argument vector.
    const auto last = std::find_if(lines.rbegin(), lines.rend(),
                                   [](std::string_view line) { return line.starts_with('M'); });
    const bool whole = std::any_of(last.base() - 1, lines.end(), [](std::string_view line) {
        return line.find("\tA=") != std::string_view::npos || line.find(", A=") != std::string_view::npos;
    });
    return whole && cf.ends_with('\n') ? std::nullopt : std::optional<std::string>("whole last mailer");
}

}  // namespace mailstack
