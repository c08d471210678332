// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Edits of a sendmail.mc: settings and features. Those of its other calls are in mc_edit_calls.cpp.
#include <algorithm>
#include <cstddef>

#include "base/error.hpp"
#include "formats/mc_change.hpp"
#include "formats/mc_file.hpp"
#include "formats/mc_macros.hpp"
#include "formats/mc_place.hpp"
#include "formats/mc_query.hpp"

namespace mailstack {
namespace {

void require_setting(const McName& name) {
    if (is_cf_macro(name.text())) {
        throw Error(Code::InvalidArgument,
                    quoted(name.text()) + " is a macro of sendmail's cf: it cannot be defined");
    }
}

/// The last statement that sets `name`, or may.
std::size_t last_setter(const McFile& file, const std::string& name, const std::vector<std::string>& set_by) {
    const std::string_view text = file.print();
    return McPlaces(file).last_before(file.statements().size(), [&](const McStatement& statement) {
        const bool sets = is_include(statement) && std::find(set_by.begin(), set_by.end(),
                                                             statement.arguments[0].text) != set_by.end();
        return sets || is_definition_of(statement, name) ||
               mentions_definition(text.substr(statement.begin, statement.end - statement.begin), name);
    });
}

/// Where a new define goes: not before `setter`, if there is one.
McChange define_change(const McFile& file, const std::string& name, std::size_t setter,
                       const std::string& define) {
    const McPlaces where(file);
    const auto& statements = file.statements();
    const auto section = where.first_section();
    if (setter != McPlaces::npos && setter >= section) {
        return where.after(setter, define);
    }
    for (auto i = setter == McPlaces::npos ? 0 : setter + 1; i < std::min(section + 1, statements.size());
         ++i) {
        const auto& statement = statements[i];
        if (statement.name == "FEATURE" && !statement.arguments.empty() &&
            feature_reads(statement.arguments[0].text, name)) {
            return where.before(i, define);
        }
    }
    return where.after_settings(define);
}

McChange value_change(const McStatement& define, const std::string& value) {
    if (define.arguments.size() < 2) {
        return {define.end - 1, 0, ", " + mc_quoted(value)};
    }
    const auto& old = define.arguments[1];
    return {old.begin, old.end - old.begin, mc_quoted(value)};
}

std::vector<std::string> texts_of(const std::string& first, const std::vector<McValue>& rest) {
    std::vector<std::string> texts{first};
    for (const auto& value : rest) {
        texts.push_back(value.text());
    }
    return texts;
}

/// The FEATURE that the edit means: of the same name, and where it matters with the same first argument.
std::size_t same_feature(const McFile& file, const std::vector<std::string>& wanted) {
    return McPlaces(file).last_before(file.statements().size(), [&](const McStatement& statement) {
        const bool same = is_call_of(statement, "FEATURE", wanted[0]);
        if (!same || !is_repeatable(wanted[0]) || wanted.size() == 1 || statement.arguments.size() == 1) {
            return same;
        }
        return statement.arguments[1].text == wanted[1];
    });
}

/// After the last FEATURE, else where DOMAIN and OSTYPE end, and never before what the feature reads.
McChange feature_change(const McFile& file, const std::string& name, const std::string& call) {
    const McPlaces where(file);
    const auto section = where.first_section();
    auto anchor =
        where.last_before(section, [](const McStatement& statement) { return statement.name == "FEATURE"; });
    if (anchor == McPlaces::npos) {
        anchor = where.last_before(section, [](const McStatement& statement) {
            return statement.name == "OSTYPE" || statement.name == "DOMAIN";
        });
    }
    if (anchor == McPlaces::npos) {
        return where.after_settings(call);
    }
    const auto read = where.last_before(section, [&](const McStatement& statement) {
        return statement.name == "define" && !statement.arguments.empty() &&
               feature_reads(name, statement.arguments[0].text);
    });
    return where.after(read == McPlaces::npos ? anchor : std::max(anchor, read), call);
}

}  // namespace

McFile McFile::with_define(const McName& name, const McValue& value,
                           const std::vector<std::string>& set_by) const {
    require_readable(*this);
    require_setting(name);
    const auto held = place_of_definition(statements(), name.text());
    const auto setter = last_setter(*this, name.text(), set_by);
    if (held && *held == setter) {
        const auto definition = *defined(name.text());
        if (definition.literal && definition.value == value.text()) {
            return *this;
        }
        auto result = changed(*this, value_change(statements()[*held], value.text()), name.text());
        require_no_macro_of(result, value.text());
        return result;
    }
    const auto define = mc_call_text("define", {name.text(), value.text()});
    auto result = changed(*this, define_change(*this, name.text(), setter, define), name.text());
    require_no_macro_of(result, value.text());
    return result;
}

McFile McFile::without_define(const McName& name) const {
    require_setting(name);
    return without_calls(*this, name.text(), [&](const McStatement& statement) {
        return is_definition_of(statement, name.text());
    });
}

McFile McFile::with_feature(const McName& name, const std::vector<McValue>& arguments) const {
    require_readable(*this);
    const auto wanted = texts_of(name.text(), arguments);
    for (const auto& text : wanted) {
        require_no_macro_of(*this, text);
    }
    const auto place = same_feature(*this, wanted);
    if (place == McPlaces::npos) {
        return changed(*this, feature_change(*this, name.text(), mc_call_text("FEATURE", wanted)));
    }
    return has_arguments(statements()[place], wanted) ? *this : with_arguments(*this, place, wanted);
}

McFile McFile::without_feature(const McName& name) const {
    return without_calls(*this, {}, [&](const McStatement& statement) {
        return is_call_of(statement, "FEATURE", name.text());
    });
}

}  // namespace mailstack
