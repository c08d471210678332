// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <array>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/apply.hpp"
#include "engine/check.hpp"
#include "engine/loops.hpp"
#include "model/alias.hpp"

namespace mailstack {
namespace {

/// Names that others write to: RFC 5321 section 4.5.1, RFC 2142, and the sender of sendmail's own messages.
struct RequiredName {
    std::string_view name, why;
    Severity severity;
};
constexpr std::array<RequiredName, 3> required{{
    {"postmaster", "every mail system must take its mail (RFC 5321)", Severity::Error},
    {"mailer-daemon", "sendmail's own messages come from it, and answers go there", Severity::Warning},
    {"abuse", "others report misuse to it (RFC 2142)", Severity::Warning},
}};

std::string place_in_texts(const Configuration& configuration, const std::string& key) {
    const AliasSource* const source = defining_source(configuration, key);
    const auto entry = source == nullptr ? std::nullopt : source->file.find(key);
    return entry ? source->text_path + ":" + std::to_string(entry->line) : "";
}

constexpr uid_t any_account = 0, first_person = 1000;  // of a person: Debian's policy, 9.2.2

/// Whether what comes to a name comes to somebody: an account whose number is at least `first`, another
/// machine, a program, a file. Follows aliases.
class ReaderSearch {
  public:
    ReaderSearch(const Inspection& inspection, uid_t first) : inspection_(inspection), first_(first) {}

    bool reaches_somebody(const std::string& name) {
        constexpr std::size_t enough = 10000;
        std::vector<std::string> left{name};
        while (!left.empty() && seen_.size() < enough) {
            const std::string next = std::move(left.back());
            left.pop_back();
            if (!seen_.insert(next).second) {
                continue;
            }
            const Configuration& configuration = inspection_.snapshot.configuration;
            const AliasSource* const source = defining_source(configuration, next);
            if (source == nullptr) {
                if (is_reader(next)) {
                    return true;
                }
                continue;
            }
            const AliasEntry entry = *source->file.find(next);
            for (const std::string& recipient : entry.recipients) {
                const std::string key = local_key(configuration, recipient);
                if ((key.empty() || !is_plain_recipient(recipient)) && is_elsewhere(recipient)) {
                    return true;
                }
                left.push_back(key);
            }
        }
        return !left.empty();  // so many names: there will be somebody
    }

  private:
    /// What is no local name: another host, a program, a file; \name is the account itself.
    bool is_elsewhere(const std::string& recipient) const {
        return recipient.starts_with('\\') ? is_reader(fold_case(recipient.substr(1))) : true;
    }
    bool is_reader(const std::string& name) const {
        constexpr uid_t nobody = 65534;
        const auto number = name.empty() ? std::nullopt : inspection_.account(name);
        return number && *number >= first_ && *number != nobody;
    }

    const Inspection& inspection_;
    uid_t first_;
    std::unordered_set<std::string> seen_;
};

}  // namespace

void find_alias_loops(const Inspection& inspection, Findings& findings) {
    const Configuration& configuration = inspection.snapshot.configuration;
    const auto is_account = [&](const std::string& name) { return inspection.account(name).has_value(); };
    for (const std::vector<std::string>& way : alias_loops(configuration, is_account)) {
        std::vector<std::string> hops;
        for (const std::string& key : way) {
            hops.push_back(key + " (" + place_in_texts(configuration, key) + ")");
        }
        findings.push_back({Severity::Error, "AliasLoop",
                            "the alias " + quoted(way.front()) +
                                " leads back to itself, mail to it bounces: " + joined(hops, " -> ") +
                                " -> " + way.front(),
                            "remove one of these recipients; to deliver to an account write \\name"});
    }
}

void find_required_names(const Inspection& inspection, Findings& findings) {
    for (const RequiredName& name : required) {
        const std::string key(name.name);
        if (defining_source(inspection.snapshot.configuration, key) == nullptr && !inspection.account(key)) {
            findings.push_back({name.severity, "NameMissing",
                                "mail to " + key +
                                    " is refused: there is neither an alias nor an account of that "
                                    "name; " +
                                    std::string(name.why),
                                "mailstackctl alias add " + key + " root"});
        } else if (!ReaderSearch(inspection, any_account).reaches_somebody(key)) {
            findings.push_back({name.severity, "NameMissing",
                                "mail to " + key + " reaches nobody: its alias (" +
                                    place_in_texts(inspection.snapshot.configuration, key) +
                                    ") leads to no account and to no other machine; " + std::string(name.why),
                                "mailstackctl alias set " + key + " root"});
        }
    }
}

void find_unread_root(const Inspection& inspection, Findings& findings) {
    if (defining_source(inspection.snapshot.configuration, "root") == nullptr) {
        findings.push_back(
            {Severity::Warning, "RootUnread",
             "root has no alias: what the system and others write to it lies in root's own mailbox",
             "mailstackctl alias add root PERSON"});
    } else if (!ReaderSearch(inspection, first_person).reaches_somebody("root")) {
        findings.push_back({Severity::Warning, "RootUnread",
                            "the alias root (" + place_in_texts(inspection.snapshot.configuration, "root") +
                                ") leads to no person's account and to no other machine",
                            "mailstackctl alias set root PERSON"});
    }
}

}  // namespace mailstack
