// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What Check judges: facts of the machine, gathered at one time (inspect.hpp), so that every judgement
/// (check.hpp) is a pure function of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/file_facts.hpp"
#include "engine/address_test.hpp"
#include "engine/certificate_facts.hpp"
#include "engine/mta.hpp"
#include "engine/recipe_facts.hpp"
#include "engine/relay_guard.hpp"
#include "engine/smtp_probe.hpp"
#include "engine/snapshot.hpp"

namespace mailstack {

/// A map compared with the text that it is made from.
struct MapFacts {
    std::string path, text_path;
    std::string failure;            ///< why it could not be read; "" where it was
    std::vector<std::string> keys;  ///< some that are not as in the text
    bool compared = false;          ///< false: too large, or our own work, or not read
};

struct NameFacts {
    std::string name;
    enum class State { Resolves, Absent, Unknown } state;
};

/// What m4 makes of sendmail.mc.
struct McBuild {
    std::string rejects;                ///< m4's words where it makes no sendmail.cf of it
    std::string failure;                ///< why m4 could not be asked; else ""
    std::vector<std::string> warnings;  ///< m4's
    bool made = false;                  ///< it made one
    bool differs = false;               ///< and that says other things than the one that is there
};

struct PortFacts {
    DaemonPort port;
    std::optional<SmtpPeer> peer;  ///< what it said; nothing where it did not greet
    std::string failure;
    bool asked = true;  ///< false: of a family that is not asked, or no time was left
};

/// What sendmail itself says of its configuration.
struct SendmailFacts {
    std::string rejects;               ///< its words where it rejects the .cf
    std::string failure;               ///< why it could not be asked; else ""
    std::vector<std::string> class_w;  ///< what it takes for local
    struct MapProbe {
        CfMap map;
        MapAnswer answer;
    };
    std::vector<MapProbe> maps;          ///< each hash map that the .cf names
    std::vector<RelayOpening> openings;  ///< for strangers
    std::string relay_failure;           ///< why that could not be found out; else ""
};

struct Inspection {
    Snapshot snapshot;
    std::string cf_path, cf;  ///< "" where it could not be read
    std::string mc_path;
    McBuild mc_build;
    std::string submit_cf_path;
    std::optional<std::string> debian_settings;  ///< /etc/mail/sendmail.conf, on Debian; its text
    MtaState mta = MtaState::Running;
    std::string mta_unit;
    std::vector<FileFacts> files;  ///< of every text, map and key, and their directories
    std::vector<uid_t> trusted;    ///< who may own them: root, and sendmail's own account
    std::vector<MapFacts> maps;
    CertificateFacts certificate;
    RecipesFacts recipes;
    std::vector<NameFacts> names;  ///< of class w
    std::size_t names_not_asked = 0;
    std::vector<PortFacts> ports;
    std::vector<std::string> missing_auth_packages;  ///< Debian's names (auth_packages.hpp)
    SendmailFacts sendmail;
    /// The number of an account; nothing where there is none.
    std::function<std::optional<uid_t>(const std::string& name)> account;
    std::string host_name;  ///< this machine's
    std::int64_t now = 0;   ///< seconds since the epoch

    /// The facts of `path`; of a file nobody looked at: !exists.
    FileFacts file(const std::string& path) const;
};

}  // namespace mailstack
