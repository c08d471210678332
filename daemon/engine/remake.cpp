// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/remake.hpp"

#include <string>

#include "base/error.hpp"
#include "engine/apply_certificate.hpp"
#include "engine/apply_route.hpp"
#include "engine/derive.hpp"
#include "engine/local_mailer.hpp"
#include "engine/remake_recipes.hpp"
#include "engine/route_rules.hpp"
#include "engine/setup_changes.hpp"
#include "engine/setup_mc.hpp"
#include "engine/survey.hpp"

namespace mailstack {
namespace {

/// Where the machine has no m4 and nobody edited the .mc, there is nothing to make.
Applied reloaded(const Workshop& workshop, const Configuration& before) {
    if (before.routes.file.problem()) {
        throw Error(Code::InvalidConfiguration,
                    before.routes.text_path + ", " + *before.routes.file.problem());
    }
    Applied applied{.configuration = before, .changed = {}};
    const HandEdits hand_edits = before.mc.drifted ? HandEdits::Refuse : HandEdits::Keep;
    try {
        applied.configuration = with_cf_made(workshop, before, before, hand_edits, applied.files);
    } catch (const Error& failure) {
        if (failure.code() != Code::Unsupported || before.mc.drifted) {
            throw;
        }
    }
    add_remade_recipes(workshop, applied.configuration, applied);
    return applied;
}

Applied rebuilt(const Workshop& workshop, const Configuration& before) {
    if (!before.mc.exists()) {
        throw Error(Code::Unsupported,
                    "there is no " + before.mc.text_path + " to make sendmail.cf of; Setup writes one");
    }
    Applied applied{.configuration = before, .changed = {}};
    applied.configuration = with_cf_made(workshop, before, before, HandEdits::Replace, applied.files);
    add_remade_recipes(workshop, applied.configuration, applied);
    return applied;
}

/// What m4 makes of sendmail.mc as it stands; "" where it has errors, which Setup may mend.
std::string cf_of(const Workshop& workshop, const McSource& mc) {
    if (!mc.exists()) {
        return "";
    }
    try {
        return workshop.programs.build_cf(mc.file.print(), mc.text_path);
    } catch (const Error& failure) {
        if (failure.code() != Code::InvalidConfiguration) {
            throw;
        }
        return "";
    }
}

/// What is set for procmail counts for nobody else.
void require_procmail_delivers(const Configuration& after, Delivery delivery) {
    const std::string mailer = local_mailer(after.cf.file.print());
    if (delivery != Delivery::Unset && !delivers_by_procmail(mailer)) {
        throw Error(Code::Unsupported,
                    "procmail is to deliver, but sendmail's local mailer would be " +
                        (mailer.empty() ? "none" : quoted(mailer)) +
                        ": install procmail, or take out of sendmail.mc what chooses another local mailer");
    }
}

Applied set_up(const Workshop& workshop, const Configuration& before, const Setup& setup) {
    Applied all{.configuration = before, .changed = {}, .files = setup.files};
    Configuration& after = all.configuration;
    after.mc.file = set_up_mc(before.mc.file, setup, cf_of(workshop, before.mc));
    after = with_cf_made(workshop, before, after, setup.replace_cf ? HandEdits::Replace : HandEdits::Refuse,
                         all.files);
    after = with_table_texts(std::move(after));
    for (const Change& change : setup_changes(after, setup)) {
        Applied one = mailstack::apply(after, change);
        after = std::move(one.configuration);
        all.changed.add(std::move(one.changed));
    }
    if (setup.delivery) {
        require_procmail_delivers(after, *setup.delivery);
    }
    add_machine_delivery(workshop, after, setup.delivery, all);
    all.delivery = local_mailer(after.cf.file.print()) == procmail_path;
    return all;
}

Applied with_rules(const Workshop& workshop, const Configuration& before, const Change& change) {
    require_nothing_drifted(before, "the rules of routes need a reload");
    ProvidedFiles kept;
    Configuration after = before;
    const auto* const rules = std::get_if<AddRouteRules>(&change);
    const Routes routes =
        rules != nullptr ? rules->routes : changed_routes(before.routes.file.routes(), change);
    after.mc.file = with_route_rules(before, workshop.layout, routes);
    after = with_cf_made(workshop, before, after, HandEdits::Refuse, kept);
    if (lacks_route_rules(after, routes)) {
        throw Error(Code::Unsupported,
                    before.mc.text_path +
                        " includes the rules of routes, but sendmail.cf as m4 makes it has none: "
                        "a MAILER stands before the include of " +
                        workshop.layout.m4() + "/routes.m4, or the configuration is a null client's");
    }
    return mailstack::apply(after, change);
}

Applied with_procmail_used(const Workshop& workshop, const Configuration& before) {
    require_procmail();
    require_nothing_drifted(before, "another local mailer needs a reload");
    Applied applied{.configuration = before, .changed = {}, .delivery = true};
    if (before.named.local_mailer == procmail_path) {
        return applied;  // however sendmail.mc says so
    }
    Configuration after = before;
    after.mc.file = with_procmail(before.mc.file, included_files(before.mc.file));
    applied.configuration = with_cf_made(workshop, before, after, HandEdits::Refuse, applied.files);
    return applied;
}

}  // namespace

bool remakes_cf(const Configuration& before, const Change& change) {
    return needs_route_rules(before, change) || is_certificate_change(change) ||
           std::holds_alternative<UseProcmail>(change) || std::holds_alternative<Reload>(change) ||
           std::holds_alternative<RebuildCf>(change) || std::holds_alternative<Setup>(change);
}

Applied apply_remaking(const Workshop& workshop, const Configuration& before, const Change& change) {
    if (const auto* const setup = std::get_if<Setup>(&change)) {
        return set_up(workshop, before, *setup);
    }
    if (is_certificate_change(change)) {
        return apply_certificate_change(workshop, before, change);
    }
    if (is_route_change(change)) {
        return with_rules(workshop, before, change);
    }
    if (std::holds_alternative<UseProcmail>(change)) {
        return with_procmail_used(workshop, before);
    }
    return std::holds_alternative<RebuildCf>(change) ? rebuilt(workshop, before) : reloaded(workshop, before);
}

}  // namespace mailstack
