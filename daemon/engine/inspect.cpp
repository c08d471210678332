// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/inspect.hpp"

#include <pwd.h>

#include <algorithm>
#include <ctime>

#include "base/auth_packages.hpp"
#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/text.hpp"
#include "engine/m4.hpp"
#include "engine/own_name.hpp"
#include "formats/cf_options.hpp"
#include "formats/cf_text.hpp"

namespace mailstack {
namespace {

constexpr std::size_t most_names = 64;

std::optional<uid_t> account_number(const std::string& name) {
    std::vector<char> room(std::size_t{64} << 10U);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
    return found == nullptr ? std::nullopt : std::optional(entry.pw_uid);
}

std::string last_option(const std::string& cf, std::string_view name) {
    const std::string value = cf_value(cf, name);
    return value.substr(0, value.find(','));  // of two certificates the first
}

/// root, and the accounts under which sendmail itself owns its maps: option TrustedUser, Debian's smmta and
/// smmsp.
std::vector<uid_t> trusted_accounts(const std::string& cf) {
    std::vector<uid_t> trusted{0};
    for (const std::string& name :
         {last_option(cf, "TrustedUser"), std::string("smmta"), std::string("smmsp")}) {
        if (const auto number = name.empty() ? std::nullopt : account_number(name)) {
            trusted.push_back(*number);
        }
    }
    return trusted;
}

/// What DNS or /etc/hosts should know: no addresses, each once.
std::vector<std::string> names_to_resolve(const Inspection& inspection) {
    const auto& told = inspection.sendmail.class_w;
    std::vector<std::string> names;
    for (const std::string& name : told.empty() ? inspection.snapshot.configuration.local_hosts : told) {
        const bool is_name =
            !name.empty() && name.front() != '[' && name.front() != '-' && name.front() != '.';
        if (is_name && name.size() < 256 && name.find_first_not_of("0123456789.") != std::string::npos) {
            names.push_back(fold_case(name));
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

void inspect_names(Inspection& inspection, InspectionDeadline until) {
    auto names = names_to_resolve(inspection);
    if (names.size() > most_names) {
        inspection.names_not_asked = names.size() - most_names;
        names.resize(most_names);
    }
    inspection.names = resolve_names(names, until);
}

}  // namespace

McBuild build_mc(const Inspection& inspection) {
    const McSource& mc = inspection.snapshot.configuration.mc;
    McBuild facts;
    if (!mc.exists()) {
        return facts;
    }
    try {
        CfBuild built =
            build_cf({.cf_directory = find_cf_directory(mc.file)}, mc.file.print(), inspection.mc_path);
        facts.made = true;
        facts.warnings = std::move(built.warnings);
        facts.differs = !inspection.cf.empty() && !same_settings(built.cf, inspection.cf);
    } catch (const Error& error) {
        (error.code() == Code::InvalidConfiguration ? facts.rejects : facts.failure) = error.what();
    }
    return facts;
}

FileFacts Inspection::file(const std::string& path) const {
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const FileFacts& one) { return one.path == path; });
    return found == files.end() ? FileFacts{} : *found;
}

Inspection inspect(const InspectionPlan& plan, const Snapshot& snapshot) {
    using std::chrono::steady_clock;
    const auto until = steady_clock::now() + plan.patience;
    Inspection inspection;
    inspection.snapshot = snapshot;
    inspection.cf_path = plan.layout.sendmail_cf();
    inspection.mc_path = plan.layout.sendmail_mc();
    inspection.submit_cf_path = plan.layout.etc() + "/mail/submit.cf";
    inspection.cf = read_if_regular(inspection.cf_path);
    if (file_facts(plan.layout.etc() + "/debian_version").exists) {
        inspection.debian_settings = read_if_regular(plan.layout.etc() + "/mail/sendmail.conf");
    }
    inspection.missing_auth_packages = missing_auth_packages(plan.layout.root);
    inspection.mta = plan.mta;
    inspection.mta_unit = plan.mta_unit;
    inspection.account = account_number;
    inspection.host_name = host_name();
    inspection.now = std::time(nullptr);
    inspection.trusted = trusted_accounts(inspection.cf);
    inspection.certificate = certificate_facts(named_pair(inspection.cf));
    inspection.mc_build = build_mc(inspection);
    inspection.recipes =
        recipe_facts(plan.layout, plan.account_of, own_name(inspection.cf, inspection.host_name));
    inspect_files(inspection);
    if (!inspection.cf.empty()) {
        inspection.sendmail =
            ask_sendmail(inspection, plan.sendmail, steady_clock::now() + plan.patience / 3);
    }
    inspect_names(inspection, std::min(until, steady_clock::now() + plan.patience / 4));
    if (!inspection.cf.empty() && plan.mta == MtaState::Running) {
        inspection.ports = probe_ports(inspection.cf, until);
    }
    inspect_maps(inspection, until);
    return inspection;
}

}  // namespace mailstack
