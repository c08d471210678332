// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/procmailrc_file.hpp"

namespace mailstack {
namespace {

constexpr std::string_view maildir = "$HOME/Maildir/";
constexpr std::string_view mbox = "$ORGMAIL";

std::string mailbox_of(Delivery delivery) {
    switch (delivery) {
        case Delivery::Maildir:
            return std::string(maildir);
        case Delivery::Mbox:
            return std::string(mbox);
        case Delivery::Unset:
            break;
    }
    return "";
}

}  // namespace

Delivery ProcmailrcFile::delivery() const {
    const auto section = after.section();
    const std::string mailbox = section ? section->part.default_mailbox : "";
    if (mailbox == maildir) {
        return Delivery::Maildir;
    }
    return mailbox == mbox ? Delivery::Mbox : Delivery::Unset;
}

std::optional<std::string> ProcmailrcFile::part_edited() const {
    const auto section = before.section();
    const bool ours = !section || (section->in_our_words && (section->part.default_mailbox.empty() ||
                                                             section->part.default_mailbox == maildir ||
                                                             section->part.default_mailbox == mbox));
    return ours ? std::nullopt
                : std::optional(path + ", line " + std::to_string(section->first_line) +
                                ": mailstack's part was edited by hand");
}

void ProcmailrcFile::include() {
    write(delivery());
}

void ProcmailrcFile::deliver_to(Delivery delivery) {
    if (delivery != Delivery::Unset || after.section()) {
        write(delivery);
    }
}

void ProcmailrcFile::write(Delivery delivery) {
    after = after.with_section({.include = included, .default_mailbox = mailbox_of(delivery)});
}

std::optional<std::string> ProcmailrcFile::problem() const {
    const auto& problem = after.problem();
    return problem ? std::optional(path + ", line " + std::to_string(problem->line) + ": " + problem->message)
                   : std::nullopt;
}

ProcmailrcFile read_procmailrc(const Layout& layout, Disk& disk) {
    ProcmailrcFile file{.path = layout.procmailrc(), .included = layout.procmail() + "/$LOGNAME.rc"};
    if (disk.identity(file.path).exists()) {
        FileContents contents = disk.read(file.path);
        file.before = ProcmailRc::parse(std::move(contents.bytes));
        file.identity = contents.identity;
    }
    file.after = file.before;
    return file;
}

}  // namespace mailstack
