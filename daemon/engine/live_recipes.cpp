// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/live_recipes.hpp"

#include <chrono>
#include <thread>

namespace mailstack {
namespace {

LiveRecipes look(const Layout& layout, Disk& disk, const AccountName& account, const std::string& own_name) {
    LiveRecipes live{.files = recipe_files(layout, disk, account),
                     .procmailrc = read_procmailrc(layout, disk),
                     .context = {.account = account, .own_name = own_name}};
    live.context.machine = live.procmailrc.delivery();
    return live;
}

}  // namespace

void wait_for_renames() {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

LiveRecipes live_recipes(const Layout& layout, Disk& disk, const AccountName& account,
                         const std::string& own_name, const std::function<void()>& wait) {
    LiveRecipes live = look(layout, disk, account, own_name);
    if (live.as_said()) {
        return live;
    }
    wait();
    return look(layout, disk, account, own_name);
}

}  // namespace mailstack
