// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/queue.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/text.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

namespace fs = std::filesystem;

fs::directory_iterator entries_of(const fs::path& directory) {
    std::error_code failed;
    fs::directory_iterator entries(directory, failed);
    if (failed && failed != std::errc::no_such_file_or_directory && failed != std::errc::not_a_directory) {
        throw Error(Code::IoFailed,
                    "the queue " + directory.string() + " cannot be read: " + failed.message());
    }
    return failed ? fs::directory_iterator() : entries;
}

std::vector<fs::path> queues_of(std::string_view cf) {
    const std::string option = cf_value(cf, "QueueDirectory");
    const fs::path named(option.empty() ? "/var/spool/mqueue" : option);
    const std::string pattern = named.filename();
    if (pattern.find('*') == std::string::npos) {
        return {named};
    }
    std::vector<fs::path> queues;
    for (const auto& entry : entries_of(named.parent_path())) {
        if (::fnmatch(pattern.c_str(), entry.path().filename().c_str(), 0) == 0) {
            queues.push_back(entry.path());
        }
    }
    return queues;
}

std::uint32_t count_in(const fs::path& directory, const std::vector<std::string>& local_hosts) {
    std::uint32_t messages = 0;
    for (const auto& entry : entries_of(directory)) {
        // One that sendmail has finished meanwhile is gone, and reads as empty.
        if (entry.path().filename().string().starts_with("qf") && !entry.is_directory() &&
            waits_for_elsewhere(read_if_regular(entry.path()), local_hosts)) {
            ++messages;
        }
    }
    return messages;
}

/// "alice@Example.ORG", "<alice@example.org>": example.org; "" where it has no domain.
std::string domain_of(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) {
        return "";
    }
    std::string_view domain = address.substr(at + 1);
    domain = domain.substr(0, domain.find_first_of("> \t\r"));
    return fold_case(domain.substr(0, domain.size() - (domain.ends_with('.') ? 1 : 0)));
}

}  // namespace

bool waits_for_elsewhere(std::string_view control_file, const std::vector<std::string>& local_hosts) {
    while (!control_file.empty()) {
        const auto end = std::min(control_file.find('\n'), control_file.size());
        const std::string_view line = control_file.substr(0, end);
        control_file.remove_prefix(std::min(end + 1, control_file.size()));
        if (!line.starts_with('R') || line.find(':') == std::string_view::npos) {
            continue;
        }
        const std::string domain = domain_of(line.substr(line.find(':') + 1));
        if (!domain.empty() &&
            std::find(local_hosts.begin(), local_hosts.end(), domain) == local_hosts.end()) {
            return true;
        }
    }
    return false;
}

std::uint32_t count_queued(std::string_view cf, const std::vector<std::string>& local_hosts) {
    std::uint32_t messages = 0;
    for (const fs::path& queue : queues_of(cf)) {
        const fs::path apart = queue / "qf";  // beside df and xf, where those exist
        std::error_code failed;
        messages += count_in(fs::is_directory(apart, failed) ? apart : queue, local_hosts);
    }
    return messages;
}

}  // namespace mailstack
