// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Edits of a sendmail.mc: mailers, daemons, includes and the other calls.
#include <algorithm>
#include <array>
#include <cstddef>

#include "base/error.hpp"
#include "formats/mc_change.hpp"
#include "formats/mc_file.hpp"
#include "formats/mc_macros.hpp"
#include "formats/mc_place.hpp"
#include "formats/mc_query.hpp"

namespace mailstack {
namespace {

template <std::size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> texts_of(const McFile& file, const std::vector<McValue>& values) {
    std::vector<std::string> texts;
    for (const auto& value : values) {
        require_no_macro_of(file, value.text());
        texts.push_back(value.text());
    }
    return texts;
}

std::size_t first_of(const McFile& file, std::string_view macro, std::string_view argument) {
    const auto& statements = file.statements();
    const auto found = std::find_if(statements.begin(), statements.end(), [&](const McStatement& statement) {
        return argument.empty() ? statement.name == macro : is_call_of(statement, macro, argument);
    });
    return found == statements.end() ? McPlaces::npos : static_cast<std::size_t>(found - statements.begin());
}

/// cf/README: local comes first, smtp before uucp; LOCAL_* sections follow all of them.
McChange mailer_change(const McFile& file, const std::string& name, const std::string& call) {
    const McPlaces where(file);
    const auto uucp = name == "smtp" ? first_of(file, "MAILER", "uucp") : McPlaces::npos;
    const auto next = name == "local" ? first_of(file, "MAILER", "") : uucp;
    if (next != McPlaces::npos) {
        return where.before(next, call);
    }
    const auto last = where.last_before(
        file.statements().size(), [](const McStatement& statement) { return statement.name == "MAILER"; });
    const auto definitions = first_of(file, "MAILER_DEFINITIONS", "");
    if (last != McPlaces::npos || definitions != McPlaces::npos) {
        return where.after(last != McPlaces::npos ? last : definitions, call);
    }
    return where.after_settings(call);
}

bool names_daemon(const McStatement& statement, std::string_view name) {
    if (statement.name != "DAEMON_OPTIONS" || statement.arguments.empty()) {
        return false;
    }
    const McDaemonOptions options{equates_of(statement.arguments[0].text), 0};
    return options.value('N') == name;
}

bool there_is_one(std::string_view macro) {
    return is_one_of(macro,
                     std::array<std::string_view, 4>{"OSTYPE", "DOMAIN", "VERSIONID", "MASQUERADE_AS"});
}
bool is_told_by_first(std::string_view macro) {
    return is_one_of(macro, std::array<std::string_view, 5>{"INPUT_MAIL_FILTER", "MAIL_FILTER", "HACK",
                                                            "QUEUE_GROUP", "MODIFY_MAILER_FLAGS"});
}

void require_plain_macro(const McName& name, const std::vector<McValue>& arguments) {
    const bool edited_elsewhere = is_one_of(
        name.text(), std::array<std::string_view, 4>{"FEATURE", "MAILER", "DAEMON_OPTIONS", "SITE"});
    const bool helper =
        is_one_of(name.text(), std::array<std::string_view, 7>{"PUSHDIVERT", "POPDIVERT", "CONCAT", "DOL",
                                                               "UUCPSMTP", "lower", "strcasecmp"});
    if (!is_cf_macro(name.text()) || begins_section(name.text()) || edited_elsewhere || helper ||
        arguments.empty()) {
        throw Error(Code::InvalidArgument,
                    quoted(name.text()) +
                        " is no macro of sendmail's cf that is called with arguments here "
                        "(TRUST_AUTH_MECH, EXPOSED_USER, ...)");
    }
}

/// The call whose arguments the edit replaces.
std::size_t same_call(const McFile& file, const std::string& macro, const std::vector<std::string>& wanted) {
    return McPlaces(file).last_before(file.statements().size(), [&](const McStatement& statement) {
        if (there_is_one(macro)) {
            return statement.name == macro;
        }
        return is_told_by_first(macro) ? is_call_of(statement, macro, wanted[0])
                                       : statement.name == macro && has_arguments(statement, wanted);
    });
}

/// VERSIONID, OSTYPE and DOMAIN: in this order, after the include of cf.m4, before anything else.
McChange head_change(const McFile& file, const std::string& macro, const std::string& call) {
    const McPlaces where(file);
    const auto section = where.first_section();
    const auto before_it = where.last_before(section, [&](const McStatement& statement) {
        const bool cf = is_include(statement) && statement.arguments[0].text.ends_with("cf.m4");
        return cf || (macro != "VERSIONID" && statement.name == "VERSIONID") ||
               (macro == "DOMAIN" && statement.name == "OSTYPE");
    });
    if (before_it != McPlaces::npos) {
        return where.after(before_it, call);
    }
    const auto& statements = file.statements();
    for (std::size_t i = 0; i < section; ++i) {
        if (statements[i].kind == McStatement::Kind::Call && statements[i].name != "divert") {
            return where.before(i, call);
        }
    }
    return where.after_settings(call);
}

McChange call_change(const McFile& file, const std::string& macro, const std::string& call) {
    if (there_is_one(macro) && macro != "MASQUERADE_AS") {
        return head_change(file, macro, call);
    }
    const McPlaces where(file);
    const auto last = where.last_before(
        where.first_section(), [&](const McStatement& statement) { return statement.name == macro; });
    return last == McPlaces::npos ? where.after_settings(call) : where.after(last, call);
}

}  // namespace

McFile McFile::with_mailer(const McName& name) const {
    require_readable(*this);
    require_no_macro_of(*this, name.text());
    if (first_of(*this, "MAILER", name.text()) != McPlaces::npos) {
        return *this;
    }
    return changed(*this, mailer_change(*this, name.text(), mc_call_text("MAILER", {name.text()})));
}

McFile McFile::without_mailer(const McName& name) const {
    return without_calls(*this, {}, [&](const McStatement& statement) {
        return is_call_of(statement, "MAILER", name.text());
    });
}

McFile McFile::with_daemon_options(const McValue& options) const {
    require_readable(*this);
    require_no_macro_of(*this, options.text());
    const McDaemonOptions wanted{equates_of(options.text()), 0};
    const auto name = wanted.value('N');
    if (name.empty()) {
        throw Error(Code::InvalidArgument,
                    "the daemon options " + quoted(options.text()) +
                        " have no Name=, by which mailstack tells one daemon from another");
    }
    const auto place = McPlaces(*this).last_before(
        statements().size(), [&](const McStatement& statement) { return names_daemon(statement, name); });
    if (place == McPlaces::npos) {
        return changed(
            *this, call_change(*this, "DAEMON_OPTIONS", mc_call_text("DAEMON_OPTIONS", {options.text()})));
    }
    const auto& call = statements()[place];
    const bool same = call.arguments.size() == 1 && call.arguments[0].literal &&
                      equates_of(call.arguments[0].text) == wanted.pairs;
    return same ? *this : with_arguments(*this, place, {options.text()});
}

McFile McFile::without_daemon_options(const McName& name) const {
    return without_calls(*this, {},
                         [&](const McStatement& statement) { return names_daemon(statement, name.text()); });
}

McFile McFile::with_call(const McName& name, const std::vector<McValue>& arguments) const {
    require_readable(*this);
    require_plain_macro(name, arguments);
    const auto wanted = texts_of(*this, arguments);
    const auto place = same_call(*this, name.text(), wanted);
    if (place == McPlaces::npos) {
        return changed(*this, call_change(*this, name.text(), mc_call_text(name.text(), wanted)));
    }
    return has_arguments(statements()[place], wanted) ? *this : with_arguments(*this, place, wanted);
}

McFile McFile::without_call(const McName& name, const std::vector<McValue>& arguments) const {
    require_plain_macro(name, arguments);
    std::vector<std::string> unwanted;
    unwanted.reserve(arguments.size());
    for (const auto& value : arguments) {
        unwanted.push_back(value.text());
    }
    return without_calls(*this, {}, [&](const McStatement& statement) {
        return statement.name == name.text() && has_arguments(statement, unwanted);
    });
}

namespace {

bool includes_file(const McFile& file, const McValue& path) {
    const auto& all = file.statements();
    return std::any_of(all.begin(), all.end(), [&](const McStatement& statement) {
        return is_include(statement) && has_arguments(statement, {path.text()});
    });
}

}  // namespace

McFile McFile::with_include(const McValue& path) const {
    require_readable(*this);
    require_no_macro_of(*this, path.text());
    return includes_file(*this, path)
               ? *this
               : changed(*this, McPlaces(*this).after_settings(mc_call_text("include", {path.text()})));
}

McFile McFile::with_last_include(const McValue& path) const {
    require_readable(*this);
    require_no_macro_of(*this, path.text());
    return includes_file(*this, path)
               ? *this
               : changed(*this, McPlaces(*this).at_end(mc_call_text("include", {path.text()})));
}

McFile McFile::without_include(const McValue& path) const {
    return without_calls(*this, {}, [&](const McStatement& statement) {
        return is_include(statement) && has_arguments(statement, {path.text()});
    });
}

}  // namespace mailstack
