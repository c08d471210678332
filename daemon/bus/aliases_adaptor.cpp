// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/aliases_adaptor.hpp"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/alias_listing.hpp"
#include "bus/error_table.hpp"
#include "bus/escape.hpp"
#include "bus/import_options.hpp"
#include "bus/names.hpp"
#include "engine/import.hpp"

namespace mailstack {
namespace {

/// sendmail takes lines of 8,191 octets: whatever is longer is refused before anything is copied or asked.
void refuse_overlong(const std::string& name, const std::vector<std::string>& recipients) {
    constexpr std::size_t longest = std::size_t{4} * 8191;  // as escaped for the bus
    std::size_t octets = name.size();
    for (const std::string& recipient : recipients) {
        octets += recipient.size() + 2;
    }
    if (octets > longest) {
        throw Error(
            Code::LimitExceeded,
            "an alias of " + std::to_string(octets) +
                " octets: sendmail takes lines of 8191; put the recipients into a file and use :include:");
    }
}

AliasName decoded_name(const std::string& text) {
    return AliasName(bus_bytes(text));
}

std::vector<Recipient> decoded(const std::vector<std::string>& recipients) {
    if (recipients.empty()) {
        throw Error(Code::InvalidArgument, "an alias needs at least one recipient");
    }
    std::vector<Recipient> values;
    values.reserve(recipients.size());
    for (const std::string& text : recipients) {
        values.emplace_back(bus_bytes(text));
    }
    return values;
}

}  // namespace

AliasesAdaptor::AliasesAdaptor(sdbus::IConnection& connection, Gate& gate)
    : AdaptorInterfaces(connection, compat::ObjectPath(object_path)),
      gate_(gate),
      told_count_(alias_count(*gate.writer().snapshot())) {
    registerAdaptor();
}

AliasesAdaptor::~AliasesAdaptor() {
    unregisterAdaptor();
}

void AliasesAdaptor::publish() {
    const std::uint64_t now = alias_count(*gate_.writer().snapshot());
    if (std::exchange(told_count_, now) != now) {
        compat::emit_properties_changed(getObject(), std::string(aliases_interface), {"Count"});
    }
}

void AliasesAdaptor::aliases_changed(const std::vector<std::string>& names) {
    constexpr std::size_t at_most = 100;
    const auto told = static_cast<std::ptrdiff_t>(std::min(at_most, names.size()));
    emitAliasesChanged(gate_.writer().snapshot()->generation,
                       bus_texts({names.begin(), names.begin() + told}), names.size() > at_most);
}

/// Decodes, authorizes, submits, answers: the way of the three verbs.
void AliasesAdaptor::submit(const char* method, sdbus::Result<std::uint64_t>&& result,
                            const std::string& name, const Recipients& recipients,
                            std::function<Change()> decode) {
    try {
        refuse_overlong(name, recipients);
    } catch (const Error& refusal) {
        result.returnError(bus_error(refusal));
        return;
    }
    gate_.serve_change(getObject(), aliases_interface, method, std::move(result),
                       {{"alias", fold_case(name)}, {"recipients", joined(recipients, ", ")}},
                       std::move(decode));
}

void AliasesAdaptor::AddAlias(sdbus::Result<std::uint64_t>&& result, std::string name,
                              Recipients recipients) {
    submit("AddAlias", std::move(result), name, recipients, [name, recipients]() -> Change {
        return mailstack::AddAlias{decoded_name(name), decoded(recipients)};
    });
}

void AliasesAdaptor::SetAlias(sdbus::Result<std::uint64_t>&& result, std::string name,
                              Recipients recipients) {
    submit("SetAlias", std::move(result), name, recipients, [name, recipients]() -> Change {
        return mailstack::SetAlias{decoded_name(name), decoded(recipients)};
    });
}

void AliasesAdaptor::RemoveAlias(sdbus::Result<std::uint64_t>&& result, std::string name) {
    submit("RemoveAlias", std::move(result), name, {},
           [name]() -> Change { return mailstack::RemoveAlias{decoded_name(name)}; });
}

void AliasesAdaptor::GetAlias(sdbus::Result<Recipients>&& result, std::string name) {
    gate_.serve(getObject(), aliases_interface, "GetAlias", std::move(result),
                [this, name](const Caller&, const Answer<Recipients>& answer) {
                    const AliasName wanted = decoded_name(name);
                    gate_.read([answer, wanted](const Snapshot& snapshot) {
                        answer.guard([&] { answer.give(bus_texts(recipients_of(snapshot, wanted))); });
                    });
                });
}

void AliasesAdaptor::ListAliases(sdbus::Result<Listed>&& result, std::string prefix, std::string after,
                                 std::uint32_t limit) {
    gate_.serve(
        getObject(), aliases_interface, "ListAliases", std::move(result),
        [this, prefix, after, limit](const Caller&, const Answer<Listed>& answer) {
            gate_.read([=](const Snapshot& snapshot) {
                answer.guard([&] {
                    Listed page;
                    for (AliasLine& line : alias_page(snapshot, bus_bytes(prefix), bus_bytes(after), limit)) {
                        page.emplace_back(std::move(line.name), std::move(line.recipients),
                                          std::move(line.place));
                    }
                    answer.give(page);
                });
            });
        });
}

void AliasesAdaptor::ListProblems(sdbus::Result<Problems>&& result) {
    gate_.serve(getObject(), aliases_interface, "ListProblems", std::move(result),
                [this](const Caller&, const Answer<Problems>& answer) {
                    gate_.read([answer](const Snapshot& snapshot) {
                        answer.guard([&] {
                            Problems problems;
                            for (ProblemLine& line : problem_page(snapshot)) {
                                problems.emplace_back(std::move(line.file), line.line, line.other_line,
                                                      std::move(line.message));
                            }
                            answer.give(problems);
                        });
                    });
                });
}

AliasesAdaptor::ImportSlot AliasesAdaptor::import_slot() {
    constexpr long at_most = 3;  // two imports, and the one copy that is always there
    if (imports_.use_count() >= at_most) {
        throw Error(Code::Busy, "two other imports are under way");
    }
    return std::make_shared<const std::shared_ptr<void>>(imports_);
}

void AliasesAdaptor::ImportAliases(
    sdbus::Result<std::uint64_t, std::uint32_t, std::uint32_t, std::uint32_t>&& result, sdbus::UnixFd source,
    std::map<std::string, sdbus::Variant> options) {
    const auto file = std::make_shared<Descriptor>(::fcntl(source.get(), F_DUPFD_CLOEXEC, 3));
    gate_.serve(getObject(), aliases_interface, "ImportAliases", std::move(result),
                [this, file, options](const Caller& caller, const Imported& answer) {
                    const OnConflict on_conflict = import_options(options);
                    DescriptorReader::read(gate_.loop(), std::move(*file), {},
                                           [this, caller, answer, on_conflict, slot = import_slot()](
                                               const std::optional<Error>& error, std::string text) {
                                               answer.guard([&] {
                                                   if (error) {
                                                       throw *error;
                                                   }
                                                   import(caller, answer, std::move(text), on_conflict, slot);
                                               });
                                           });
                });
}

void AliasesAdaptor::import(const Caller& caller, const Imported& answer, std::string text,
                            OnConflict on_conflict, const ImportSlot& slot) {
    const auto bytes = std::make_shared<std::string>(std::move(text));
    gate_.aside<mailstack::ImportAliases>(
        [bytes, on_conflict] { return parse_import(std::move(*bytes), on_conflict); },
        [this, caller, answer, slot](const std::optional<Error>& failed,
                                     const mailstack::ImportAliases& change) {
            failed ? answer.refuse(*failed) : submit_import(caller, answer, change, slot);
        });
}

void AliasesAdaptor::submit_import(const Caller& caller, const Imported& answer,
                                   const mailstack::ImportAliases& change, const ImportSlot& slot) {
    // polkit's details cannot hold a million names: these words, which are no names, stand for them.
    const Details details{{"verb", "ImportAliases"}, {"alias", "(many)"}, {"recipients", "(many)"}};
    gate_.change({caller, change, details, just(Action::ManageAliases),
                  [answer, slot](const std::optional<Error>& error, const Outcome& outcome) {
                      error ? answer.refuse(*error)
                            : answer.give(outcome.generation, outcome.added, outcome.replaced, outcome.kept);
                  },
                  [this, receiver = caller.name](std::uint64_t done, std::uint64_t total) {
                      compat::emit_to(getObject(), receiver, std::string(aliases_interface), "ImportProgress",
                                      done, total);
                  }});
}

std::uint64_t AliasesAdaptor::Count() {
    gate_.freshen();
    return alias_count(*gate_.writer().snapshot());
}

}  // namespace mailstack
