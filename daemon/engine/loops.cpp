// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/loops.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/apply.hpp"

namespace mailstack {

namespace {

bool is_local_host(const Configuration& configuration, const std::string& host) {
    return std::find(configuration.local_hosts.begin(), configuration.local_hosts.end(), host) !=
           configuration.local_hosts.end();
}

}  // namespace

std::string local_key(const Configuration& configuration, std::string_view recipient) {
    // A backslash stops alias expansion; programs, files and includes have none.
    if (recipient.empty() || std::string_view("\\|/:").find(recipient.front()) != std::string_view::npos) {
        return {};
    }
    const auto at = recipient.rfind('@');
    if (at != std::string_view::npos && !is_local_host(configuration, fold_case(recipient.substr(at + 1)))) {
        return {};
    }
    std::string key = fold_case(recipient.substr(0, at));
    const auto plus = key.find('+');
    if (plus != std::string::npos && defining_source(configuration, key) == nullptr) {
        const std::string wildcard = key.substr(0, plus) + "+*";
        return defining_source(configuration, wildcard) != nullptr ? wildcard : key.substr(0, plus);
    }
    return key;
}

namespace {

class LoopSearch {
  public:
    LoopSearch(const Configuration& configuration, const std::string& start)
        : configuration_(configuration), start_(start) {}

    void follow(const std::string& key, const std::vector<std::string>& recipients) {
        constexpr std::size_t longest_chain = 10;  // sendmail's MaxAliasRecursion: behind it mail bounces
        way_.push_back(key);
        if (way_.size() > longest_chain) {
            throw Error(Code::AliasLoop, "alias " + quoted(start_) + " would lead through more than " +
                                             std::to_string(longest_chain) +
                                             " aliases in a row: sendmail gives up there");
        }
        for (const std::string& recipient : recipients) {
            const std::string next = local_key(configuration_, recipient);
            if (next == start_) {
                refuse();
            }
            const AliasSource* source = next.empty() ? nullptr : defining_source(configuration_, next);
            if (source != nullptr && seen_.insert(next).second) {
                const AliasEntry entry = *source->file.find(next);
                follow(next, entry.recipients);
            }
        }
        way_.pop_back();
    }

  private:
    [[noreturn]] void refuse() const {
        std::string way;
        for (const std::string& key : way_) {
            way += key + " -> ";
        }
        throw Error(Code::AliasLoop, "alias " + quoted(start_) + " would lead back to itself: " + way +
                                         start_ + "; to deliver to the account of that name write \\" +
                                         start_);
    }

    const Configuration& configuration_;
    const std::string& start_;
    std::unordered_set<std::string> seen_;
    std::vector<std::string> way_;
};

}  // namespace

bool leads_on(const Configuration& configuration, const std::string& key, const std::string& recipient) {
    const std::string next = local_key(configuration, recipient);
    return next == key || (!next.empty() && defining_source(configuration, next) != nullptr);
}

void refuse_loop(const Configuration& configuration, const std::string& key,
                 const std::vector<std::string>& recipients) {
    LoopSearch(configuration, key).follow(key, recipients);
}

}  // namespace mailstack
