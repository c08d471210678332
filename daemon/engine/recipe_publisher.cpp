// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/recipe_publisher.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "engine/message_test.hpp"
#include "engine/own_name.hpp"
#include "engine/recipe_rc.hpp"
#include "engine/rehearsal.hpp"

namespace mailstack {
namespace {

std::shared_ptr<ProvidedFile> replacing(const std::string& path, std::string bytes, mode_t mode,
                                        const FileIdentity& expected, std::string_view present) {
    auto file = std::make_shared<ProvidedFile>(path, std::move(bytes), mode, OnExisting::Replace);
    file->expected = expected;
    file->expected_sha256 = sha256(present);
    return file;
}

/// The last recipe that took the message.
std::string deciding(const Rehearsed& rehearsed) {
    std::string name;
    for (const RehearsedStep& step : rehearsed.steps) {
        name = step.outcome == RehearsedStep::Outcome::Matched ? step.recipe : name;
    }
    return name;
}

}  // namespace

RecipePublisher::RecipePublisher(const Workshop& workshop, const Configuration& configuration)
    : workshop_(workshop),
      own_name_(own_name(configuration.cf.file.print(), host_name())),
      procmailrc_(read_procmailrc(workshop.layout, workshop.disk)) {}

void RecipePublisher::add_procmailrc(ProvidedFiles& files) const {
    if (procmailrc_.changed()) {
        auto file = replacing(procmailrc_.path, procmailrc_.after.print(), 0644, procmailrc_.identity,
                              procmailrc_.before.print());
        file->keeps_attributes = true;
        files.push_back(std::move(file));
    }
}

void RecipePublisher::require_unedited_part() const {
    if (const auto edited = procmailrc_.part_edited()) {
        throw Error(Code::HandEdited, *edited +
                                          "; Reload writes it as it was and keeps a copy ('mailstackctl "
                                          "reload'): what is meant belongs before or behind it");
    }
}

void RecipePublisher::require_arrival(const Account& account, const RecipeBook& book) const {
    const Rehearsed rehearsed =
        workshop_.programs.rehearse(book, context_of(account), plain_message(account.name, own_name_));
    if (!rehearsed.arrives) {
        throw Error(Code::LosesMail, "a plain message to " + account.name.text() + " would be discarded by " +
                                         quoted(deciding(rehearsed)) +
                                         "; give that recipe a condition that plain messages do not fulfil");
    }
}

void RecipePublisher::write(const Account& account, const RecipeFiles& present, const RecipeBook& book,
                            Applied& applied) const {
    const std::string rc = stamped_rc(book.print(), recipe_rc(book, context_of(account)));
    if (book.print() != present.book.print()) {
        applied.files.push_back(
            replacing(present.path, book.print(), 0600, present.identity, present.book.print()));
    }
    if (rc == present.rc) {
        return;
    }
    auto file = replacing(present.rc_path, rc, 0640, present.rc_identity, present.rc);
    file->reader = account.identity.user;
    applied.files.push_back(std::move(file));
    applied.readable.push_back({.reader = account.identity, .path = present.rc_path, .bytes = rc});
}

RecipeContext RecipePublisher::context_of(const Account& account) const {
    return {.account = account.name, .own_name = own_name_, .machine = procmailrc_.delivery()};
}

}  // namespace mailstack
