// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The verbs of `recipe` on the command line.

#include "recipe.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "arguments.hpp"
#include "recipe_arguments.hpp"

namespace mailstack::client {
namespace {

/// --first and its like. Exactly one of them, or where `required` is false at most one.
class PlaceArguments {
  public:
    PlaceArguments(CLI::App& verb, bool with_last) {
        verb.add_flag("--first", first_, "Before all others");
        if (with_last) {
            verb.add_flag("--last", last_, "Behind all others");
        }
        verb.add_option("--position", position_, "At this place: 1 for the first")
            ->type_name("N")
            ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{100}).description(""));
        verb.add_option("--before", before_, "Just before this recipe")
            ->type_name("OTHER")
            ->check(utf8_argument().description(""));
    }

    Place place(bool required) const {
        const int given =
            (first_ ? 1 : 0) + (last_ ? 1 : 0) + (position_ != 0 ? 1 : 0) + (before_.empty() ? 0 : 1);
        if (given > 1) {
            throw CLI::ValidationError("A recipe", "it can have one place only");
        }
        if (given == 0 && required) {
            throw CLI::RequiredError("--first, --last, --position or --before");
        }
        return {.position = first_ ? 1 : position_, .before = before_};
    }

  private:
    bool first_ = false, last_ = false;
    std::uint32_t position_ = 0;
    std::string before_;
};

struct AccountArguments {
    std::string user, name;
    bool names_only = false;
};

void add_recipe_list_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("list", "List the recipes in the order in which they are asked");
    const auto arguments = std::make_shared<AccountArguments>();
    add_account_option(*verb, arguments->user);
    verb->add_flag("--names", arguments->names_only, "Only the names, one a line");
    verb->footer("Examples:\n  mailstackctl recipe list\n  mailstackctl recipe list --user alice --json");
    verb->callback([&run, arguments] {
        run = [arguments](const Options& options) {
            return list_recipes(options, arguments->user, arguments->names_only);
        };
    });
}

/// "bob@example.org" as a name is an address that was meant for --forward.
void refuse_address(const std::string& name) {
    if (name.find('@') != std::string::npos) {
        throw CLI::ValidationError("'" + name +
                                   "' is no name; each address is given with a --forward of its own");
    }
}

void add_recipe_add_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("add", "Add a recipe: what becomes of which mail");
    struct Arguments {
        explicit Arguments(CLI::App& app) : recipe(app), place(app, false) {}
        RecipeWish wish{};
        RecipeArguments recipe;
        PlaceArguments place;
    };
    const auto arguments = std::make_shared<Arguments>(*verb);
    verb->add_option("NAME", arguments->wish.name, "Its name: a-z, 0-9, . _ and -; by default one is made")
        ->type_name("")
        ->check(utf8_argument().description(""));
    add_account_option(*verb, arguments->wish.user);
    verb->footer(
        "Several conditions must all hold, but with --any. mailstackctl(1) has ten worked examples.\n\n"
        "Examples:\n"
        "  mailstackctl recipe add --folder Lists/debian --when-list debian-user\n"
        "  mailstackctl recipe add junk --folder Junk --when-header X-Spam-Flag:yes --unless-from boss@\n"
        "  mailstackctl recipe add big --folder Big --when-larger 10M --when 'body contains holiday' --any\n"
        "  mailstackctl recipe add --forward bob@example.com --continue --first");
    verb->callback([&run, arguments] {
        auto& wish = arguments->wish;
        refuse_address(wish.name);
        arguments->recipe.fill(wish);
        if (!wish.action) {
            throw CLI::RequiredError("--folder, --keep, --forward, --discard or --pipe");
        }
        wish.place = arguments->place.place(false);
        run = [arguments](const Options& options) { return add_recipe(options, arguments->wish); };
    });
}

void add_recipe_set_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("set", "Change a recipe: what is given, and nothing else");
    struct Arguments {
        explicit Arguments(CLI::App& app) : recipe(app) {}
        RecipeWish wish{};
        RecipeArguments recipe;
    };
    const auto arguments = std::make_shared<Arguments>(*verb);
    add_name_argument(*verb, "NAME", arguments->wish.name, "The recipe");
    add_account_option(*verb, arguments->wish.user);
    verb->footer(
        "The conditions that are given take the place of all that it had.\n\n"
        "Examples:\n"
        "  mailstackctl recipe set lists-debian --folder Debian\n"
        "  mailstackctl recipe set junk --when-header X-Spam-Flag:yes --when-header X-Spam-Level:***** "
        "--any\n"
        "  mailstackctl recipe set copy --stop");
    verb->callback([&run, arguments] {
        auto& wish = arguments->wish;
        refuse_address(wish.name);
        arguments->recipe.fill(wish);
        if (!wish.action && !wish.conditions && !wish.match && !wish.then) {
            throw CLI::RequiredError("An action, a condition, --always, --any, --all, --continue or --stop");
        }
        run = [arguments](const Options& options) { return set_recipe(options, arguments->wish); };
    });
}

void add_remove_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("remove", "Remove a recipe");
    const auto arguments = std::make_shared<AccountArguments>();
    add_name_argument(*verb, "NAME", arguments->name, "The recipe");
    add_account_option(*verb, arguments->user);
    verb->footer("Examples:\n  mailstackctl recipe remove lists-debian");
    verb->callback([&run, arguments] {
        run = [arguments](const Options& options) {
            return remove_recipe(options, arguments->user, arguments->name);
        };
    });
}

void add_move_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("move", "Move a recipe to another place in the order");
    struct Arguments : AccountArguments {
        explicit Arguments(CLI::App& app) : place(app, true) {}
        PlaceArguments place;
        Place wanted{};
    };
    const auto arguments = std::make_shared<Arguments>(*verb);
    add_name_argument(*verb, "NAME", arguments->name, "The recipe");
    add_account_option(*verb, arguments->user);
    verb->footer(
        "Examples:\n"
        "  mailstackctl recipe move boss --first\n"
        "  mailstackctl recipe move junk --before lists-debian");
    verb->callback([&run, arguments] {
        arguments->wanted = arguments->place.place(true);
        run = [arguments](const Options& options) {
            return move_recipe(options, arguments->user, arguments->name, arguments->wanted);
        };
    });
}

void add_test_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("test", "Tell where a message would go; nothing is delivered");
    const auto wish = std::make_shared<TestWish>();
    verb->add_option("FILE", wish->file, "The message, head and body; by default standard input")
        ->type_name("");
    add_account_option(*verb, wish->user);
    verb->footer(
        "procmail itself is asked. A condition that would run a program is not known.\n\n"
        "Examples:\n"
        "  mailstackctl recipe test message.eml\n"
        "  mailstackctl recipe test --user alice --json < message.eml");
    verb->callback(
        [&run, wish] { run = [wish](const Options& options) { return test_message(options, *wish); }; });
}

}  // namespace

void add_recipe_verbs(CLI::App& parent, Run& run) {
    add_recipe_list_verb(parent, run);
    add_recipe_add_verb(parent, run);
    add_recipe_set_verb(parent, run);
    add_remove_verb(parent, run);
    add_move_verb(parent, run);
    add_test_verb(parent, run);
}

}  // namespace mailstack::client
