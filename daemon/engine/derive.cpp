// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/derive.hpp"

#include <chrono>

#include "base/error.hpp"
#include "engine/loader.hpp"

namespace mailstack {
namespace {

std::string made_of(const Workshop& workshop, const McSource& mc) {
    return workshop.programs.build_cf(mc.file.print(), mc.text_path);
}

std::shared_ptr<const ProvidedFile> kept_copy(const Layout& layout, const CfSource& cf) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    return std::make_shared<const ProvidedFile>(
        layout.kept() + '/' + std::to_string(seconds) + "-sendmail.cf", cf.file.print(), 0600);
}

[[noreturn]] void refuse(const Configuration& before) {
    throw Error(Code::HandEdited,
                before.cf.text_path + " is not what m4 makes of " + before.mc.text_path +
                    ": it was edited by hand, or the .mc was and nobody made it. Making it anew would take "
                    "away what it "
                    "holds; look at it, carry what you need over into the .mc, then call RebuildCf "
                    "(mailstackctl reload --rebuild-cf), which keeps a copy of it in /etc/mailstack/kept");
}

}  // namespace

bool is_made(const Workshop& workshop, const Configuration& present) {
    if (present.cf.made || !present.mc.exists()) {
        return present.cf.made;
    }
    try {
        return same_settings(made_of(workshop, present.mc), present.cf.file.print());
    } catch (const Error&) {
        return false;
    }
}

void require_nothing_drifted(const Configuration& before, const std::string& why) {
    for (const Managed* const managed : all_managed(before)) {
        if (managed->drifted && (managed->read_at_start || managed == &before.mc)) {
            throw Error(Code::HandEdited, managed->text_path +
                                              " was edited by hand, and that is not live yet: " + why +
                                              ", which would publish it. Call Reload first");
        }
    }
}

Configuration with_cf_made(const Workshop& workshop, const Configuration& before, Configuration after,
                           HandEdits hand_edits, ProvidedFiles& files) {
    if (!after.mc.exists()) {
        after.mc.drifted = false;
        return after;
    }
    const std::string made = made_of(workshop, after.mc);
    after.mc.drifted = false;
    if (same_settings(made, before.cf.file.print())) {
        after.cf.made = true;
        return after;
    }
    if (before.cf.text_identity.exists() && !is_made(workshop, before)) {
        if (hand_edits == HandEdits::Keep) {
            return after;
        }
        if (hand_edits == HandEdits::Refuse) {
            refuse(before);
        }
        files.push_back(kept_copy(workshop.layout, before.cf));
    }
    after =
        with_cf(workshop.layout, workshop.disk, workshop.journal.newest().files, after, CfText::parse(made));
    after.cf.made = true;
    return after;
}

}  // namespace mailstack
