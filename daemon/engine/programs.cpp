// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/programs.hpp"

#include <unistd.h>

#include <utility>

#include "base/error.hpp"
#include "base/file_facts.hpp"
#include "base/read_as.hpp"
#include "engine/delivery_proof.hpp"
#include "engine/examination.hpp"
#include "engine/local_mailer.hpp"
#include "engine/m4.hpp"
#include "engine/outside_files.hpp"

namespace mailstack {

namespace {

/// m4 runs what stands in its input (syscmd), and we are root: in /etc/mail, which is sendmail's account's,
/// another file may have come in the place of the administrator's.
void require_root_owned(const std::string& path) {
    constexpr unsigned others_write = 0022;
    const FileFacts facts = file_facts(path);
    const bool ours = facts.owner == 0 || facts.owner == ::geteuid();
    if (facts.exists && (!ours || (facts.mode & others_write) != 0)) {
        throw Error(Code::UnsafeFile,
                    path +
                        " can be changed by others than root, and m4 would run what they write there "
                        "as root: 'chown root' and 'chmod go-w' set it right");
    }
}

}  // namespace

UserIdentity rehearsal_identity(const AccountOf& account_of) {
    for (const std::string& name : {std::string(proof_account), std::string("nobody")}) {
        if (const auto account = account_of(name)) {
            return account->identity;
        }
    }
    throw Error(Code::Unsupported, "there is no account " + std::string(proof_account) +
                                       ", as which procmail is asked about recipes: the package makes it");
}

Programs real_programs(std::function<ProgramSettings()> settings, AccountOf account_of) {
    return {
        .build_cf =
            [](std::string_view mc, const std::string& path) {
                const McFile file = McFile::parse(std::string(mc));
                require_root_owned(path);
                for (const McInclude& include : file.includes()) {
                    require_root_owned(include.path);
                }
                const std::string cf_directory = find_cf_directory(file);
                return build_cf({.cf_directory = cf_directory}, mc, path).cf;
            },
        .examine =
            [settings = std::move(settings)](const std::string& cf, const Configuration& after) {
                const ProgramSettings now = settings();
                if (::access(now.sendmail.c_str(), X_OK) != 0) {
                    return;
                }
                const AddressTest test{.program = now.sendmail, .cf = cf};
                require_working(test, after);
                if (!now.allow_open_relay) {
                    require_closed_relay(test, after);
                }
            },
        .look_around =
            [](const std::string& live, const Configuration& after, const std::vector<std::string>& to_come) {
                const std::string cf = after.cf.file.print();
                require_tls_files(cf, to_come);
                require_free_ports(live, cf);
            },
        .rehearse =
            [account_of](const RecipeBook& book, const RecipeContext& context, std::string_view message) {
                require_procmail();
                // The writer waits: ordinary recipes take some ms, the costliest expressions more than a
                // second.
                const RehearsalLimits limits{.patience = std::chrono::seconds(10), .cpu_seconds = 2};
                const Asked asked = ask_procmail(procmail_path, rehearsal_identity(account_of),
                                                 book.recipes(), context, message, limits);
                return rehearse(book, asked, context, "$HOME");
            },
        .read_as = read_as,
        .account_of = std::move(account_of)};
}

}  // namespace mailstack
