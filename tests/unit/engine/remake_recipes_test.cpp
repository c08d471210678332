// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/remake_recipes.hpp"

#include <doctest/doctest.h>

#include "engine/own_name.hpp"
#include "engine/procmailrc_file.hpp"
#include "engine/recipe_files.hpp"
#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

const std::string yaml = "recipes:\n  one: {when: size over 10, action: folder One}\n";
const std::string edited_yaml = "recipes:\n  one: {when: size over 20, action: folder One}\n";
const std::string yaml_path = layout.recipes() + "/alice.yaml";
const std::string rc_path = layout.procmail() + "/alice.rc";

/// A machine that delivers to Maildir, and alice's recipes, live.
std::unique_ptr<ModelDisk> machine_with_recipes() {
    auto disk = disk_with_mc("OSTYPE(`debian')\nMAILER(`local')\n");
    ProcmailrcFile procmailrc = read_procmailrc(layout, *disk);
    procmailrc.deliver_to(Delivery::Maildir);
    disk->put(layout.procmailrc(), procmailrc.after.print());
    const RecipeContext context{.account = AccountName("alice"),
                                .own_name = own_name(disk->read(cf_path).bytes, host_name()),
                                .machine = Delivery::Maildir};
    disk->put(yaml_path, yaml);
    disk->put(rc_path, stamped_rc(yaml, recipe_rc(RecipeBook::parse(yaml), context)));
    return disk;
}

void replace_in(ModelDisk& disk, const std::string& path, const std::string& old, const std::string& with) {
    std::string text = disk.read(path).bytes;
    REQUIRE(text.find(old) != std::string::npos);
    disk.put(path, text.replace(text.find(old), old.size(), with));
}

/// The paths of what would be written.
std::string written(ModelDisk& disk,
                    const std::function<void(const Workshop&, const Configuration&, Applied&)>& work,
                    const decltype(Programs::rehearse)& rehearse = nothing_matches) {
    Engine engine(disk);
    engine.programs.rehearse = rehearse;
    const Workshop workshop{.layout = layout,
                            .disk = disk,
                            .mta = engine.mta,
                            .programs = engine.programs,
                            .journal = engine.journal,
                            .beat = [] {},
                            .progress = [](std::uint64_t, std::uint64_t) {}};
    Applied applied{.configuration = engine.now.configuration, .changed = {}};
    work(workshop, engine.now.configuration, applied);
    std::string paths;
    for (const auto& file : applied.files) {
        paths += (paths.empty() ? "" : " ") + file->path;
    }
    return paths;
}

void deliver_as_it_is(const Workshop& workshop, const Configuration& after, Applied& applied) {
    add_machine_delivery(workshop, after, std::nullopt, applied);
}
void deliver_to_mbox(const Workshop& workshop, const Configuration& after, Applied& applied) {
    add_machine_delivery(workshop, after, Delivery::Mbox, applied);
}

}  // namespace

TEST_CASE("another delivery of the machine makes the rc files anew, the same makes nothing") {
    const auto disk = machine_with_recipes();
    CHECK(written(*disk, deliver_as_it_is).empty());
    CHECK(written(*disk, deliver_to_mbox) == rc_path + ' ' + layout.procmailrc());
}

TEST_CASE("where nobody can tell the machine's delivery the rc files stay as they are") {
    const auto disk = machine_with_recipes();
    replace_in(*disk, layout.procmailrc(), "$HOME/Maildir/", "$HOME/Post/");
    CHECK(written(*disk, deliver_as_it_is).empty());
    CHECK_THROWS_AS(written(*disk, deliver_to_mbox), Error);
    const auto broken = machine_with_recipes();
    replace_in(*broken, layout.procmailrc(), "# <<< mailstack", "# mailstack");
    CHECK(written(*broken, deliver_as_it_is).empty());
}

TEST_CASE("edits that cannot be rehearsed, or lose mail, hold up that account alone") {
    const auto disk = machine_with_recipes();
    disk->put(yaml_path, edited_yaml);
    CHECK(written(*disk, add_remade_recipes) == rc_path);
    for (const Code code : {Code::Unsupported, Code::InvalidExpression, Code::Timeout, Code::IoFailed}) {
        CAPTURE(static_cast<int>(code));
        CHECK(written(*disk, add_remade_recipes,
                      [code](const RecipeBook&, const RecipeContext&, std::string_view) -> Rehearsed {
                          throw Error(code, "no procmail");
                      })
                  .empty());
    }
    CHECK(written(*disk, add_remade_recipes, [](const RecipeBook&, const RecipeContext&, std::string_view) {
              return Rehearsed{.steps = {}, .deliveries = {}, .left = false, .arrives = false};
          }).empty());
}
