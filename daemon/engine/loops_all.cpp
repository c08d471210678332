// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "engine/apply.hpp"
#include "engine/loops.hpp"

namespace mailstack {
namespace {

/// A depth-first walk over all aliases: each is entered once, and a way round shows as a step back onto the
/// present path. It keeps its own path instead of recursing: a chain may be as long as the file.
class AllLoops {
  public:
    AllLoops(const Configuration& configuration, const std::function<bool(const std::string&)>& is_account)
        : configuration_(configuration), is_account_(is_account) {}

    void walk_from(const std::string& start) {
        enter(start);
        while (!path_.empty()) {
            Hop& hop = path_.back();
            if (hop.left.empty()) {
                marks_[hop.key] = Mark::Done;
                path_.pop_back();
                continue;
            }
            const std::string next = std::move(hop.left.back());
            hop.left.pop_back();
            enter(next);
        }
    }

    std::vector<std::vector<std::string>> take() { return std::move(ways_); }

  private:
    enum class Mark { OnPath, Done };
    struct Hop {
        std::string key;
        std::vector<std::string> left;  ///< aliases that it leads to, not yet entered
    };

    void enter(const std::string& key) {
        const auto mark = marks_.find(key);
        if (mark != marks_.end()) {
            if (mark->second == Mark::OnPath) {
                add_way(key);
            }
            return;
        }
        std::vector<std::string> next;
        if (const AliasSource* const source = defining_source(configuration_, key)) {
            const AliasEntry entry = *source->file.find(key);
            for (const std::string& recipient : entry.recipients) {
                std::string alias = local_key(configuration_, recipient);
                if (!alias.empty() && defining_source(configuration_, alias) != nullptr) {
                    next.push_back(std::move(alias));
                }
            }
        }
        if (next.empty()) {
            marks_.emplace(key, Mark::Done);
            return;
        }
        marks_.emplace(key, Mark::OnPath);
        std::reverse(next.begin(), next.end());
        path_.push_back({key, std::move(next)});
    }

    void add_way(const std::string& key) {
        constexpr std::size_t most = 1000;
        std::vector<std::string> way;
        auto hop = path_.rbegin();
        while (hop->key != key) {
            ++hop;
        }
        for (auto from = hop.base() - 1; from != path_.end(); ++from) {
            way.push_back(from->key);
        }
        if (ways_.size() < most && std::none_of(way.begin(), way.end(), is_account_)) {
            ways_.push_back(std::move(way));
        }
    }

    const Configuration& configuration_;
    const std::function<bool(const std::string&)>& is_account_;
    std::unordered_map<std::string, Mark>
        marks_;  ///< of aliases that lead to aliases, and those met on the way
    std::vector<Hop> path_;
    std::vector<std::vector<std::string>> ways_;
};

}  // namespace

std::vector<std::vector<std::string>> alias_loops(const Configuration& configuration,
                                                  const std::function<bool(const std::string&)>& is_account) {
    AllLoops loops(configuration, is_account);
    for (const AliasSource& source : configuration.aliases) {
        source.file.each_entry([&](const AliasEntry& entry) {
            const bool leads_to_alias = std::any_of(
                entry.recipients.begin(), entry.recipients.end(),
                [&](const std::string& recipient) { return leads_on(configuration, entry.key, recipient); });
            if (leads_to_alias) {
                loops.walk_from(entry.key);
            }
        });
    }
    return loops.take();
}

}  // namespace mailstack
