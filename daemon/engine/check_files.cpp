// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/check.hpp"
#include "formats/cf_options.hpp"
#include "formats/mc_file.hpp"

namespace mailstack {
namespace {

constexpr mode_t by_group = 020, by_all = 002, read_by_others = 0077, by_group_read = 0040;

bool is_trusted(const Inspection& inspection, uid_t owner) {
    return std::find(inspection.trusted.begin(), inspection.trusted.end(), owner) != inspection.trusted.end();
}

std::string mode_text(mode_t mode) {
    std::string text(4, '0');
    for (std::size_t i = 0; i < text.size(); ++i) {
        text[text.size() - 1 - i] = static_cast<char>('0' + ((mode >> (3 * i)) & 7U));
    }
    return text;
}

void judge(const Inspection& inspection, const FileFacts& file, Findings& findings) {
    const std::string kind = file.directory ? "the directory " : "";
    if (!is_trusted(inspection, file.owner)) {
        findings.push_back({Severity::Error, "UnsafeOwner",
                            kind + file.path + " belongs to user " + std::to_string(file.owner) +
                                ", who can change where mail goes",
                            "chown root " + file.path});
    }
    constexpr mode_t sticky = 01000;
    const bool deletable_by_owner_only = file.directory && (file.mode & sticky) != 0;
    if ((file.mode & by_all) != 0 && !deletable_by_owner_only) {
        findings.push_back({Severity::Error, "UnsafeMode",
                            kind + file.path + " may be written by everybody (mode " + mode_text(file.mode) +
                                "): sendmail refuses to use what lies there",
                            "chmod o-w " + file.path});
    } else if ((file.mode & by_group) != 0 && !deletable_by_owner_only) {
        findings.push_back({Severity::Warning, "UnsafeMode",
                            kind + file.path + " may be written by its group (mode " + mode_text(file.mode) +
                                "): sendmail may refuse to use what lies there",
                            "chmod g-w " + file.path});
    }
}

/// The map of one text.
void judge_map(const Managed& source, Findings& findings) {
    if (source.map_path.empty() || !source.text_identity.exists()) {
        return;
    }
    if (!source.map_identity.exists()) {
        findings.push_back(
            {Severity::Error, "MapMissing",
             "there is no " + source.map_path + ", so sendmail sees nothing of " + source.text_path,
             "mailstackctl reload makes it"});
    } else if (!source.drifted && !source.map_is_ours &&
               source.map_identity.mtime < source.text_identity.mtime) {
        findings.push_back({Severity::Warning, "StaleMap",
                            source.text_path + " is newer than " + source.map_path + ", which sendmail reads",
                            "mailstackctl reload makes the map anew"});
    }
}

}  // namespace

void find_unsafe_files(const Inspection& inspection, Findings& findings) {
    for (const FileFacts& file : inspection.files) {
        if (file.unknown) {
            findings.push_back({Severity::Notice, "FileUnknown",
                                "owner and mode of " + file.path + " cannot be looked at",
                                "look at it as root"});
        } else if (file.exists) {
            judge(inspection, file, findings);
        }
    }
}

void find_key_modes(const Inspection& inspection, Findings& findings) {
    // Debian's sendmail.mc lets the group read it.
    const auto blame = cf_option(inspection.cf, "DontBlameSendmail");
    const bool group_may = std::any_of(blame.begin(), blame.end(), [](const std::string& option) {
        return fold_case(option).find("groupreadablekeyfile") != std::string::npos;
    });
    const FileFacts key = inspection.file(inspection.certificate.paths.key);
    if (key.exists && (key.mode & (group_may ? read_by_others & ~by_group_read : read_by_others)) != 0) {
        findings.push_back({Severity::Error, "KeyReadable",
                            "the key " + key.path + " may be read by others than its owner (mode " +
                                mode_text(key.mode) + "): sendmail does not offer TLS with it",
                            "chmod 0600 " + key.path});
    }
}

void find_stale_maps(const Inspection& inspection, Findings& findings) {
    for (const AliasSource& source : inspection.snapshot.configuration.aliases) {
        judge_map(source, findings);
    }
    for (const TableSource& source : inspection.snapshot.configuration.tables) {
        if (source.unused.empty()) {
            judge_map(source, findings);
        }
    }
}

void find_differing_maps(const Inspection& inspection, Findings& findings) {
    for (const MapFacts& map : inspection.maps) {
        if (!map.failure.empty()) {
            findings.push_back({Severity::Error, "MapUnknown",
                                "the map " + map.path + " cannot be read: " + map.failure,
                                "mailstackctl reload makes it anew"});
        } else if (!map.compared) {
            findings.push_back({Severity::Notice, "MapUnknown",
                                "whether " + map.path + " holds what " + map.text_path +
                                    " says was not looked at: it is too large, or time was up",
                                "mailstackctl reload makes it anew"});
        } else if (!map.keys.empty()) {
            findings.push_back({Severity::Warning, "MapDiffers",
                                map.path + " was not made from " + map.text_path +
                                    " as it stands: other values for " + quoted(joined(map.keys, ", ")),
                                "mailstackctl reload makes it anew"});
        }
    }
}

void find_drift(const Inspection& inspection, Findings& findings) {
    for (const std::string& path : inspection.snapshot.drifted) {
        findings.push_back({Severity::Warning, "Drifted", path + " was edited by hand, and that is not live",
                            "mailstackctl reload makes it live"});
    }
}

void find_old_cf(const Inspection& inspection, Findings& findings) {
    const FileFacts cf = inspection.file(inspection.cf_path), mc = inspection.file(inspection.mc_path);
    const McBuild& build = inspection.mc_build;
    if (inspection.cf.empty()) {
        findings.push_back({Severity::Error, "CfMissing",
                            inspection.cf_path + " is absent, empty or cannot be read: sendmail cannot run",
                            "make it from " + inspection.mc_path + ", or set the machine up anew"});
    } else if (inspection.snapshot.configuration.mc.drifted || (build.made && !build.differs)) {
        return;  // told as Drifted; or only the time is newer
    } else if (mc.exists && cf.exists && mc.mtime > cf.mtime) {
        findings.push_back({Severity::Warning, "CfOlderThanMc",
                            mc.path + " is newer than " + cf.path + ", so what changed in it has no effect",
                            "mailstackctl reload, or m4 by hand, makes " + cf.path + " anew"});
    } else if (build.made) {
        findings.push_back({Severity::Warning, "CfDiffers",
                            cf.path + " says other things than m4 makes of " + mc.path +
                                ": it was edited itself, and is lost where it is made anew",
                            "write into " + mc.path + " what was edited in " + cf.path});
    }
}

void find_mc_problems(const Inspection& inspection, Findings& findings) {
    const McFile& mc = inspection.snapshot.configuration.mc.file;
    for (const McProblem& problem : mc.problems()) {
        findings.push_back({Severity::Warning, "McProblem",
                            inspection.mc_path + ":" + std::to_string(problem.line) + ": " + problem.message,
                            "mend that line, then have " + inspection.cf_path + " made anew"});
    }
}

void find_mc_rejection(const Inspection& inspection, Findings& findings) {
    const McBuild& build = inspection.mc_build;
    if (!build.rejects.empty()) {
        findings.push_back(
            {Severity::Error, "McRejected", build.rejects,
             "mend " + inspection.mc_path + ": nothing that needs a new sendmail.cf can be changed"});
    } else if (!build.failure.empty()) {
        findings.push_back({Severity::Notice, "McUnknown",
                            "what m4 makes of " + inspection.mc_path + " is unknown: " + build.failure,
                            "install m4 and sendmail's own m4 files (Debian: sendmail-cf)"});
    }
    for (const std::string& warning : build.warnings) {
        findings.push_back({Severity::Notice, "McWarning",
                            "m4 says of " + inspection.mc_path + ": " + warning,
                            "do as it says, or leave it"});
    }
}

void find_submission(const Inspection& inspection, Findings& findings) {
    if (!inspection.cf.empty() && !inspection.file(inspection.submit_cf_path).exists) {
        findings.push_back({Severity::Warning, "SubmissionMissing",
                            "there is no " + inspection.submit_cf_path +
                                ": programs that send mail by calling sendmail may fail",
                            "make it from submit.mc of sendmail's package"});
    }
}

void find_debian_scripts(const Inspection& inspection, Findings& findings) {
    if (!inspection.debian_settings || inspection.debian_settings->empty()) {
        return;
    }
    constexpr std::string_view name = "HANDS_OFF=";
    std::string value = "No";  // what the scripts take where nothing is said: Parse_conf.pm
    std::string_view rest = *inspection.debian_settings;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.starts_with(name)) {
            const auto told = line.substr(name.size());
            const auto first = told.find_first_not_of("\"'");
            value = first == std::string_view::npos
                        ? ""
                        : told.substr(first, told.find_first_of("\"';", first) - first);
        }
    }
    if (fold_case(value) == "no" || value.empty()) {
        findings.push_back({Severity::Warning, "HandsOn",
                            "Debian's own scripts remake sendmail.cf and the maps at every boot and restart "
                            "(/etc/mail/sendmail.conf does not say HANDS_OFF)",
                            "write HANDS_OFF=\"Yes\"; into /etc/mail/sendmail.conf"});
    }
}

}  // namespace mailstack
