// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A machine's mail configuration on a model disk, for the tests of the engine: no thread, no bus, no MTA.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/model_disk.hpp"
#include "engine/batch.hpp"
#include "engine/loader.hpp"
#include "engine/recovery.hpp"
#include "formats/map.hpp"

namespace mailstack::test {

/// An MTA that does as it is told and remembers it.
struct ObedientMta : Mta {
    MtaState state() const override { return present; }
    std::string unit() const override { return "sendmail.service"; }
    void reload() override { act("reload"); }
    void restart() override { act("restart"); }
    void prove(const std::vector<std::string>& certificates) override {
        act(certificates.empty() ? "prove" : "prove " + certificates.front());
    }
    void prove_route(const std::string& route) override { act("prove route " + route); }
    void prove_delivery() override { act("prove delivery"); }
    void flush_queue() override { act("flush"); }
    void enable() override { act("enable"); }
    void bring_up(const std::string& unit) override { act("bring up " + unit); }
    void act(const std::string& what) {
        calls.push_back(what);
        if (what == fails_at) {
            fails_at = fails_once ? "" : fails_at;
            throw Error(Code::MtaFailed, "the MTA did not " + what);
        }
    }

    MtaState present = MtaState::Running;
    std::vector<std::string> calls;
    std::string fails_at;
    bool fails_once = true;
};

using Pairs = std::map<std::string, std::string>;

inline const std::string text_path = "/etc/aliases";
inline const std::string map_path = "/etc/aliases.db";
inline const Layout layout{};

/// What newaliases would make of the text, with the `@` entry.
inline Pairs pairs_of(const std::string& text) {
    Pairs pairs{{"@", "@"}};
    AliasFile::parse(text).each(
        [&](std::string_view key, std::string_view value) { pairs.emplace(key, value); });
    return pairs;
}

/// What makemap would make of the text.
inline Pairs table_pairs_of(const std::string& text) {
    Pairs pairs;
    TableFile::parse(text).each(
        [&](std::string_view key, std::string_view value) { pairs.emplace(key, value); });
    return pairs;
}

/// A text that is changed, with the map made from it ("": none).
struct Place {
    std::string text;
    std::string map;
    Pairs (*pairs_of)(const std::string& text);
};
inline const Place alias_place{.text = text_path, .map = map_path, .pairs_of = pairs_of};
inline const Place access_place{
    .text = "/etc/mail/access", .map = "/etc/mail/access.db", .pairs_of = table_pairs_of};
inline const Place domain_place{.text = "/etc/mail/local-host-names", .map = "", .pairs_of = table_pairs_of};

inline Pairs pairs_in_map(Disk& disk, const std::string& map = map_path) {
    Pairs pairs;
    disk.look_at(map, [&](const std::string& file) {
        each_in_map(file, [&](std::string_view key, std::string_view value) { pairs.emplace(key, value); });
    });
    return pairs;
}

inline std::string map_of(const std::string& text) {
    const AliasFile file = AliasFile::parse(text);
    return build_alias_map([&](const auto& visit) { file.each(visit); });
}

/// A disk with an alias file, an access table and a list of domains, published.
inline std::unique_ptr<ModelDisk> disk_with_tables(const std::string& access, const std::string& domains) {
    auto disk = std::make_unique<ModelDisk>();
    const std::string aliases = "postmaster: root\n";
    disk->put("/etc/mail/sendmail.cf", "O AliasFile=" + text_path +
                                           "\nKaccess hash -T<TMPF> /etc/mail/access\n"
                                           "Fw/etc/mail/local-host-names %[^\\#]\n");
    disk->put(text_path, aliases);
    disk->put(map_path, map_of(aliases));
    const TableFile file = TableFile::parse(access);
    disk->put(access_place.text, access);
    disk->put(access_place.map, build_table_map([&](const MapVisitor& visit) { file.each(visit); }));
    disk->put(domain_place.text, domains);
    disk->make_directory(layout.home());
    disk->settle();
    return disk;
}

/// A disk with this alias file, published.
inline std::unique_ptr<ModelDisk> disk_with(const std::string& text) {
    auto disk = std::make_unique<ModelDisk>();
    disk->put("/etc/mail/sendmail.cf", "O AliasFile=" + text_path + "\n");
    disk->put(text_path, text);
    disk->put(map_path, map_of(text));
    disk->make_directory(layout.home());
    disk->settle();
    return disk;
}

/// In m4's place: a .cf that names what the .mc asks for, and differs where the .mc does.
inline std::string cf_of(std::string_view mc, const std::string& /*path*/) {
    const McFile file = McFile::parse(std::string(mc));
    std::string cf = "V10/Berkeley\n# made by root\nO AliasFile=" + text_path + "\n";
    const std::vector<std::pair<std::string, std::string>> features{
        {"use_cw_file", "Fw/etc/mail/local-host-names %[^\\#]\n"},
        {"access_db", "Kaccess hash -T<TMPF> /etc/mail/access\n"},
        {"virtusertable", "Kvirtuser hash -T<TMPF> /etc/mail/virtusertable\n"},
        {"mailertable", "Kmailertable hash -T<TMPF> /etc/mail/mailertable\n"}};
    for (const auto& [feature, line] : features) {
        cf += file.has_feature(feature) ? line : "";
    }
    const std::vector<std::pair<std::string, std::string>> options{{"confCACERT_PATH", "CACertPath"},
                                                                   {"confCACERT", "CACertFile"},
                                                                   {"confSERVER_CERT", "ServerCertFile"},
                                                                   {"confSERVER_KEY", "ServerKeyFile"}};
    for (const auto& [define, option] : options) {
        const auto value = file.defined(define);
        cf += value ? "O " + option + '=' + value->value + '\n' : "";
    }
    for (const McInclude& include : file.includes()) {
        if (include.path == "/etc/mailstack/m4/routes.m4") {
            cf += "Kmsroute hash /etc/mail/msroute\nKmsauth hash /etc/mailstack/authinfo\n";
        } else if (include.path == "/etc/mailstack/m4/route-mailers.m4") {
            cf += "Mhold,\tP=[IPC]\nMrelay25,\tP=[IPC]\nMrelay587,\tP=[IPC]\n";
            const auto port = file.defined("confMAILSTACK_PORTS");
            cf += port ? "Mrelay" + port->value + ",\tP=[IPC]\n" : "";
        }
    }
    if (file.has_feature("bad")) {
        throw Error(Code::InvalidConfiguration, "m4:/etc/mail/sendmail.mc:1: there is no such feature");
    }
    return cf + "D{mc}" + std::to_string(std::hash<std::string_view>{}(mc)) + "\n";
}

inline const std::string mc_path = "/etc/mail/sendmail.mc";
inline const std::string cf_path = "/etc/mail/sendmail.cf";

/// A disk with a sendmail.mc and the sendmail.cf made of it, and the texts and maps that it names.
inline std::unique_ptr<ModelDisk> disk_with_mc(const std::string& mc) {
    auto disk = disk_with_tables("spam.example\tREJECT\n", "localhost\n");
    disk->put(mc_path, mc);
    disk->put(cf_path, cf_of(mc, mc_path));
    disk->settle();
    return disk;
}

/// procmail's part where no condition holds.
inline Rehearsed nothing_matches(const RecipeBook& book, const RecipeContext& context,
                                 std::string_view /*message*/) {
    Asked answers;
    for (const Recipe& recipe : book.recipes()) {
        answers.conditions.emplace_back(recipe.conditions().size(), Holds::No);
    }
    return rehearse(book, answers, context, "$HOME");
}

inline std::optional<Account> account_called(const std::string& name) {
    return name == "ghost"
               ? std::nullopt
               : std::optional(Account{.name = AccountName(name),
                                       .identity = {.user = 1000, .group = 1000, .groups = {1000}},
                                       .home = "/home/" + name});
}

/// The engine without its thread.
struct Engine {
    explicit Engine(Disk& its_disk) : disk(its_disk), journal(layout, disk) {
        recover_files(layout, disk, journal);
        now.configuration = load(layout, disk, journal.newest().files, nullptr);
        now.generation = journal.newest().generation;
    }

    BatchResult run(std::vector<Change> changes) {
        std::vector<Request> requests;
        for (Change& change : changes) {
            requests.push_back(
                {.change = std::move(change), .granted = Actions{}.set(), .uid = 1000, .done = {}});
        }
        return run_requests(requests);
    }

    BatchResult run_requests(const std::vector<Request>& requests) {
        const Workshop workshop{.layout = layout,
                                .disk = disk,
                                .mta = mta,
                                .programs = programs,
                                .journal = journal,
                                .beat = [] {},
                                .progress = [](std::uint64_t, std::uint64_t) {}};
        const IsAccount is_account = [](const std::string& name) {
            return name == "alice" || name == "root";
        };
        return run_batch(workshop, is_account, now, requests);
    }

    Disk& disk;
    Journal journal;
    ObedientMta mta;
    std::string examination_fails;  ///< sendmail's words about the staged configuration
    Programs programs{
        .build_cf = cf_of,
        .examine =
            [this](const std::string& cf, const Configuration& /*after*/) {
                examined = disk.read(cf).bytes;
                if (!examination_fails.empty()) {
                    throw Error(Code::InvalidConfiguration, examination_fails);
                }
            },
        .rehearse = nothing_matches,
        .read_as = [this](const UserIdentity& /*reader*/,
                          const std::string& path) { return hides_files ? "" : disk.read(path).bytes; },
        .account_of = account_called};
    bool hides_files = false;  ///< accounts cannot read what was written for them
    std::string examined;      ///< the .cf that was looked at last
    Snapshot now;
};

/// What became of the change on a disk whose operation `n` (from 0) fails, once; nothing where it needs no
/// more than `n` of them.
inline std::optional<BatchResult> run_failing_at(ModelDisk& disk, Engine& engine, const Change& change,
                                                 std::size_t n) {
    std::size_t calls = 0;
    disk.before_operation = [&](std::size_t /*operation*/, const std::string& what) {
        if (calls++ == n) {
            throw Error(Code::NoSpace, "cannot " + what + ": injected");
        }
    };
    BatchResult result = engine.run({change});
    disk.before_operation = nullptr;
    return calls > n ? std::optional(std::move(result)) : std::nullopt;
}

inline std::vector<Recipient> recipients(const std::vector<std::string>& texts) {
    std::vector<Recipient> all;
    for (const std::string& text : texts) {
        all.emplace_back(text);
    }
    return all;
}
inline Change add(const std::string& name, const std::vector<std::string>& to) {
    return AddAlias{.name = AliasName(name), .recipients = recipients(to)};
}
inline Change set(const std::string& name, const std::vector<std::string>& to) {
    return SetAlias{.name = AliasName(name), .recipients = recipients(to)};
}
inline Change removal(const std::string& name) {
    return RemoveAlias{.name = AliasName(name)};
}

inline Change set_entry(const std::string& key, const std::string& value) {
    return SetEntry{.row = TableRow(TableName::Access, key, value)};
}
inline Change remove_entry(const std::string& key) {
    return RemoveEntry{.key = TableKey(TableName::Access, key)};
}
inline Change add_domain(const std::string& name) {
    return AddDomain{.domain = Domain(name)};
}
inline Change remove_domain(const std::string& name) {
    return RemoveDomain{.domain = Domain(name)};
}

inline std::string failure(const Result& result) {
    const auto* error = std::get_if<Error>(&result);
    return error == nullptr ? "" : error->what();
}

}  // namespace mailstack::test
