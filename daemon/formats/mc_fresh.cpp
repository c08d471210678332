// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The sendmail.mc of a system that has none.
#include <string>

#include "formats/mc_change.hpp"
#include "formats/mc_file.hpp"

namespace mailstack {
namespace {

constexpr std::string_view head = R"(divert(-1)
#
# The configuration of sendmail, made into sendmail.cf by m4. mailstack changes single lines of this file and
# leaves the others as they are: edit it by hand as you like, then say "mailstackctl reload".
#
divert(0)dnl
)";

void add(std::string& text, std::string_view macro, const McValue& argument) {
    text += mc_call_text(macro, {argument.text()}) + "dnl\n";
}

}  // namespace

McFile McFile::fresh(const Fresh& wanted) {
    const bool debian = wanted.system == System::Debian;
    std::string text(head);
    if (debian) {
        text += "define(`_USE_ETC_MAIL_')dnl\n";
    }
    add(text, "include", McValue(wanted.cf_directory + "/m4/cf.m4"));
    add(text, "VERSIONID", McValue("mailstack"));
    add(text, "OSTYPE", McValue(debian ? "debian" : "linux"));
    if (debian) {
        add(text, "DOMAIN", McValue("debian-mta"));
    }
    for (const auto& path : wanted.includes) {
        add(text, "include", McValue(path));
    }
    text += "MAILER_DEFINITIONS\n";
    add(text, "MAILER", McValue("local"));
    add(text, "MAILER", McValue("smtp"));
    return parse(std::move(text));
}

}  // namespace mailstack
