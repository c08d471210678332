// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/recipes_adaptor.hpp"

#include <fcntl.h>

#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/file_facts.hpp"
#include "base/real_disk.hpp"
#include "bus/accounts.hpp"
#include "bus/changed_properties.hpp"
#include "bus/descriptor_reader.hpp"
#include "bus/escape.hpp"
#include "bus/names.hpp"
#include "bus/recipe_values.hpp"
#include "engine/authorization.hpp"
#include "engine/message_test.hpp"
#include "engine/procmailrc_file.hpp"
#include "engine/programs.hpp"
#include "engine/recipe_files.hpp"
#include "engine/recipe_rc.hpp"

namespace mailstack {
namespace {

bool is_refusal(const Error& error) {
    return error.code() == Code::AccessDenied || error.code() == Code::InteractionRequired;
}

/// Whoever has the answer may call again at once.
void give_back(const std::shared_ptr<CallPlace>& place) {
    if (place) {
        place->give_back();
    }
}

/// Where /etc/procmailrc cannot be read, nothing is known to be set.
Delivery read_machine_delivery(const Layout& layout) {
    try {
        RealDisk disk;
        return read_procmailrc(layout, disk).delivery();
    } catch (const Error&) {
        return Delivery::Unset;
    }
}

}  // namespace

RecipesAdaptor::RecipesAdaptor(sdbus::IConnection& connection, Gate& gate, const Layout& layout)
    : AdaptorInterfaces(connection, compat::ObjectPath(object_path)),
      gate_(gate),
      layout_(layout),
      told_(picture()) {
    registerAdaptor();
}

RecipesAdaptor::~RecipesAdaptor() {
    unregisterAdaptor();
}

void RecipesAdaptor::change(const char* method, Generation&& result, const std::string& user, Details details,
                            std::function<Change(RecipeOwner)> decode) {
    details.emplace("verb", method);
    gate_.serve(getObject(), recipes_interface, method, std::move(result),
                [this, user, details = std::move(details), decode = std::move(decode)](
                    const Caller& caller, const Answer<std::uint64_t>& answer) {
                    RecipeOwner owner = owner_for(caller, user);
                    Details told = details;
                    told.insert_or_assign("user", bus_text(owner.account.name.text()));
                    Change change = decode(std::move(owner));
                    told.emplace("programs", programs_of(change));
                    const auto place = limits_.admit_change(caller.uid, std::chrono::steady_clock::now());
                    gate_.change({caller,
                                  std::move(change),
                                  std::move(told),
                                  {},
                                  [this, answer, place, uid = caller.uid](const std::optional<Error>& error,
                                                                          const Outcome& outcome) {
                                      give_back(place);
                                      if (error && is_refusal(*error)) {
                                          limits_.return_change(uid);
                                      }
                                      error ? answer.refuse(*error) : answer.give(outcome.generation);
                                  }});
                });
}

void RecipesAdaptor::AddRecipe(Generation&& result, std::string user, std::string name, std::string match,
                               Texts conditions, std::string action, std::string then,
                               std::uint32_t position) {
    change("AddRecipe", std::move(result), user, recipe_details(user, name, action),
           [=](RecipeOwner owner) -> Change {
               return mailstack::AddRecipe{.owner = std::move(owner),
                                           .recipe = recipe_from(name, match, conditions, action, then),
                                           .position = position};
           });
}

void RecipesAdaptor::SetRecipe(Generation&& result, std::string user, std::string name, std::string match,
                               Texts conditions, std::string action, std::string then) {
    change("SetRecipe", std::move(result), user, recipe_details(user, name, action),
           [=](RecipeOwner owner) -> Change {
               return mailstack::SetRecipe{.owner = std::move(owner),
                                           .recipe = recipe_from(name, match, conditions, action, then)};
           });
}

void RecipesAdaptor::RemoveRecipe(Generation&& result, std::string user, std::string name) {
    change("RemoveRecipe", std::move(result), user, recipe_details(user, name),
           [=](RecipeOwner owner) -> Change {
               return mailstack::RemoveRecipe{.owner = std::move(owner), .name = RecipeName(bus_bytes(name))};
           });
}

void RecipesAdaptor::MoveRecipe(Generation&& result, std::string user, std::string name,
                                std::uint32_t position) {
    change("MoveRecipe", std::move(result), user, recipe_details(user, name),
           [=](RecipeOwner owner) -> Change {
               return mailstack::MoveRecipe{
                   .owner = std::move(owner), .name = RecipeName(bus_bytes(name)), .position = position};
           });
}

void RecipesAdaptor::SetDelivery(Generation&& result, std::string user, std::string format) {
    change("SetDelivery", std::move(result), user, recipe_details(user, "", format),
           [=](RecipeOwner owner) -> Change {
               return mailstack::SetDelivery{.owner = std::move(owner), .delivery = delivery_of(format)};
           });
}

void RecipesAdaptor::SetDefaultDelivery(Generation&& result, std::string format) {
    gate_.serve_change(getObject(), recipes_interface, "SetDefaultDelivery", std::move(result),
                       recipe_details("", "", format),
                       [format]() -> Change { return mailstack::SetDefaultDelivery{delivery_of(format)}; });
}

void RecipesAdaptor::UseProcmail(Generation&& result) {
    gate_.serve_change(getObject(), recipes_interface, "UseProcmail", std::move(result), recipe_details(""),
                       []() -> Change { return mailstack::UseProcmail{}; });
}

template <typename... Values, typename Work>
void RecipesAdaptor::look(const char* method, sdbus::Result<Values...>&& result, const std::string& user,
                          Work work) {
    gate_.serve(
        getObject(), recipes_interface, method, std::move(result),
        [this, method, user, work = std::move(work)](const Caller& caller, const Answer<Values...>& answer) {
            const RecipeOwner owner = owner_for(caller, user);
            Details details = recipe_details(bus_text(owner.account.name.text()));
            details.emplace("verb", method);
            gate_.authorizer().authorize(
                caller, for_owner(owner), details, [=](const std::optional<Error>& refused) {
                    answer.guard([&] { refused ? throw *refused : work(caller, owner, answer); });
                });
        });
}

void RecipesAdaptor::ListRecipes(sdbus::Result<Listed>&& result, std::string user) {
    look("ListRecipes", std::move(result), user,
         [this](const Caller& /*caller*/, const RecipeOwner& owner, const Answer<Listed>& answer) {
             gate_.beside<std::vector<Recipe>>(
                 reader_,
                 [layout = layout_, name = owner.account.name] {
                     RealDisk disk;
                     return readable_recipe_files(layout, disk, name).book.recipes();
                 },
                 [answer](const std::optional<Error>& failed,
                          const std::optional<std::vector<Recipe>>& recipes) {
                     answer.guard([&] { failed ? throw *failed : answer.give(rows_of(*recipes)); });
                 });
         });
}

void RecipesAdaptor::TestMessage(sdbus::Result<Steps>&& result, std::string user, sdbus::UnixFd message) {
    const auto file = std::make_shared<Descriptor>(::fcntl(message.get(), F_DUPFD_CLOEXEC, 3));
    look("TestMessage", std::move(result), user,
         [this, file](const Caller& caller, const RecipeOwner& owner, const Answer<Steps>& answer) {
             const DescriptorReader::Limits limits{.octets = std::size_t{32} << 20U,
                                                   .deadline = std::chrono::seconds(10)};
             DescriptorReader::read(gate_.loop(), std::move(*file), limits,
                                    [this, owner, answer, place = limits_.admit_rehearsal(caller.uid)](
                                        const std::optional<Error>& error, std::string bytes) {
                                        if (error) {
                                            give_back(place);
                                        }
                                        answer.guard([&] {
                                            error ? throw *error
                                                  : rehearse(owner, answer, std::move(bytes), place);
                                        });
                                    });
         });
}

void RecipesAdaptor::rehearse(const RecipeOwner& owner, const Answer<Steps>& answer, std::string message,
                              const std::shared_ptr<CallPlace>& place) {
    const auto snapshot = gate_.writer().snapshot();
    gate_.beside<Rehearsed>(
        rehearser_,
        [layout = layout_, account = owner.account, snapshot, message = std::move(message)] {
            RealDisk disk;
            return test_message(layout, disk, snapshot->configuration, account,
                                rehearsal_identity(account_of), message);
        },
        [answer, place](const std::optional<Error>& failed, const std::optional<Rehearsed>& rehearsed) {
            give_back(place);
            answer.guard([&] { failed ? throw *failed : answer.give(rows_of(*rehearsed)); });
        });
}

void RecipesAdaptor::GetDelivery(sdbus::Result<std::string, std::string>&& result, std::string user) {
    look("GetDelivery", std::move(result), user,
         [this](const Caller& /*caller*/, const RecipeOwner& owner,
                const Answer<std::string, std::string>& answer) {
             using Told = std::pair<std::string, std::string>;
             gate_.beside<Told>(
                 reader_,
                 [layout = layout_, account = owner.account] {
                     RealDisk disk;
                     const RecipeFiles files = readable_recipe_files(layout, disk, account.name);
                     const RecipeContext context{.account = account.name,
                                                 .own_name = {},
                                                 .machine = read_procmailrc(layout, disk).delivery()};
                     return Told(word(files.book.delivery()),
                                 default_mailbox(effective_delivery(files.book, context), account.name,
                                                 account.home));
                 },
                 [answer](const std::optional<Error>& failed, const std::optional<Told>& told) {
                     answer.guard(
                         [&] { failed ? throw *failed : answer.give(told->first, bus_text(told->second)); });
                 });
         });
}

RecipesAdaptor::Picture RecipesAdaptor::picture() {
    if (const std::string now = file_stamp(layout_.procmailrc()); now != machine_.stamp) {
        machine_ = {.stamp = now, .delivery = read_machine_delivery(layout_)};
    }
    const auto snapshot = gate_.writer().snapshot();
    return {.default_delivery = std::string(word(machine_.delivery)),
            .local_mailer = bus_text(snapshot->configuration.named.local_mailer)};
}

void RecipesAdaptor::publish() {
    const Picture now = picture();
    const Picture was = std::exchange(told_, now);
    ChangedProperties changed;
    changed.compare(was.default_delivery, now.default_delivery, "DefaultDelivery");
    changed.compare(was.local_mailer, now.local_mailer, "LocalMailer");
    changed.emit(getObject(), recipes_interface);
}

std::string RecipesAdaptor::DefaultDelivery() {
    gate_.lifetime().touch();
    return picture().default_delivery;
}

std::string RecipesAdaptor::LocalMailer() {
    gate_.freshen();
    return picture().local_mailer;
}

}  // namespace mailstack
