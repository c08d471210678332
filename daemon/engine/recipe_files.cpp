// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/recipe_files.hpp"

#include <set>

#include "base/digest.hpp"
#include "base/error.hpp"

namespace mailstack {
namespace {

constexpr std::string_view stamp = "# mailstack ";
constexpr std::string_view yaml_ending = ".yaml", rc_ending = ".rc";

/// Enough to tell an edit; nobody gains by a collision in his own file.
std::string short_digest(std::string_view text) {
    constexpr std::size_t digits = 16;
    return sha256(text).substr(0, digits);
}

FileIdentity read_into(Disk& disk, const std::string& path, std::string& bytes) {
    if (!disk.identity(path).exists()) {
        return {};
    }
    FileContents contents = disk.read(path);
    bytes = std::move(contents.bytes);
    return contents.identity;
}

void add_accounts(const std::vector<std::string>& files, std::string_view ending,
                  std::set<AccountName>& accounts) {
    for (const std::string& file : files) {
        if (!file.ends_with(ending)) {
            continue;
        }
        try {
            accounts.emplace(file.substr(0, file.size() - ending.size()));
        } catch (const Error&) {
            continue;  // an editor's copy, or what no account is called
        }
    }
}

}  // namespace

std::string stamped_rc(std::string_view yaml, std::string_view body) {
    return std::string(stamp) + short_digest(yaml) + ' ' + short_digest(body) + '\n' + std::string(body);
}

RcState RecipeFiles::state() const {
    if (!rc_identity.exists()) {
        return RcState::Absent;
    }
    const std::size_t end = rc.find('\n');
    if (!rc.starts_with(stamp) || end == std::string::npos) {
        return RcState::Foreign;
    }
    const std::string_view body = std::string_view(rc).substr(end + 1);
    if (stamped_rc(book.print(), body) == rc) {
        return RcState::AsMade;
    }
    return std::string_view(rc).substr(0, end).ends_with(' ' + short_digest(body)) ? RcState::Stale
                                                                                   : RcState::Edited;
}

bool RecipeFiles::is_as_said(const RecipeContext& here) const {
    if (!rc_identity.exists()) {
        return !identity.exists();
    }
    return !book.problem() && rc == stamped_rc(book.print(), recipe_rc(book, here));
}

RecipeFiles recipe_files(const Layout& layout, Disk& disk, const AccountName& account) {
    RecipeFiles files{.path = layout.recipes() + '/' + account.text() + std::string(yaml_ending),
                      .rc_path = layout.procmail() + '/' + account.text() + std::string(rc_ending)};
    std::string yaml;
    files.identity = read_into(disk, files.path, yaml);
    files.book = RecipeBook::parse(std::move(yaml));
    files.rc_identity = read_into(disk, files.rc_path, files.rc);
    return files;
}

std::vector<AccountName> accounts_with_recipes(const Layout& layout, Disk& disk) {
    std::set<AccountName> accounts;
    add_accounts(disk.names(layout.recipes()), yaml_ending, accounts);
    add_accounts(disk.names(layout.procmail()), rc_ending, accounts);
    return {accounts.begin(), accounts.end()};
}

void require_readable(const RecipeFiles& files) {
    if (files.book.problem()) {
        throw Error(Code::InvalidConfiguration, files.path + ", " + *files.book.problem());
    }
}

RecipeFiles readable_recipe_files(const Layout& layout, Disk& disk, const AccountName& account) {
    RecipeFiles files = recipe_files(layout, disk, account);
    require_readable(files);
    return files;
}

}  // namespace mailstack
