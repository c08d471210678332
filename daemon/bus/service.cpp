// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/service.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "base/real_disk.hpp"
#include "bus/accounts.hpp"
#include "bus/aliases_adaptor.hpp"
#include "bus/certificate_adaptor.hpp"
#include "bus/domains_adaptor.hpp"
#include "bus/manager_adaptor.hpp"
#include "bus/names.hpp"
#include "bus/observatory.hpp"
#include "bus/recipes_adaptor.hpp"
#include "bus/route_timer.hpp"
#include "bus/routes_adaptor.hpp"
#include "bus/settings.hpp"
#include "bus/systemd_mta.hpp"
#include "bus/table_adaptor.hpp"
#include "engine/child_mta.hpp"

namespace mailstack {
namespace {

/// In a sandbox nobody activates the daemon again, so that it does not end for idleness unless told to.
Settings settings_for(const Layout& layout) {
    Settings defaults;
    if (!layout.root.empty()) {
        defaults.idle_exit = std::chrono::seconds(0);
    }
    return read_settings(layout.settings(), defaults);
}

/// Debian's sendmail-mta; others have the program under its own name alone.
std::string sendmail_program(const ServiceOptions& options) {
    const bool own_name = options.layout.root.empty() && ::access(options.sendmail.c_str(), X_OK) != 0;
    return own_name ? "/usr/sbin/sendmail" : options.sendmail;
}

std::unique_ptr<sdbus::IConnection> attached(Loop& loop) {
    auto connection = sdbus::createSystemBusConnection();
    loop.attach(*connection);
    return connection;
}

/// At its end it destroys what was posted to the loop and never ran: calls that nobody answered are in there,
/// and their last word goes out over the connection.
class EndOfPosts {
  public:
    explicit EndOfPosts(Loop& loop) : loop_(loop) {}
    EndOfPosts(const EndOfPosts&) = delete;
    EndOfPosts& operator=(const EndOfPosts&) = delete;
    ~EndOfPosts() { loop_.drop_posted(); }

  private:
    Loop& loop_;
};

class Service {
  public:
    explicit Service(const ServiceOptions& options);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    ~Service() = default;
    int run();

  private:
    std::unique_ptr<Mta> make_mta(const ServiceOptions& options);
    WriterEvents events();
    Lifetime::Hooks hooks();
    void publish();
    TableAdaptor& table_adaptor(TableName table);
    void mta_changed();
    void reload_settings();

    // Whatever stands further down is made later, uses what stands above, and goes first.
    Layout layout_;
    Settings settings_;
    std::atomic<bool> allow_open_relay_;  ///< asked for on the writer's thread
    Loop loop_;
    std::unique_ptr<sdbus::IConnection> connection_;
    EndOfPosts end_of_posts_;  ///< after the writer, which posts to its very end, and before the connection
    RealDisk disk_;
    std::unique_ptr<Mta> mta_;
    Writer writer_;
    Lifetime lifetime_;
    Polkit polkit_;
    Authorizer authorizer_;
    Gate gate_;
    Observatory observatory_;
    ManagerAdaptor manager_;
    AliasesAdaptor aliases_;
    DomainsAdaptor domains_;
    TableAdaptor access_, virtusertable_, mailertable_;
    RoutesAdaptor routes_;
    RouteTimer route_timer_;
    CertificateAdaptor certificate_;
    RecipesAdaptor recipes_;
    Loop::Source on_terminate_, on_interrupt_, on_hangup_;
    bool serving_ = false;  ///< the MTA may change while the members above are still being made
};

Service::Service(const ServiceOptions& options)
    : layout_(options.layout),
      settings_(settings_for(options.layout)),
      allow_open_relay_(settings_.allow_open_relay),
      connection_(attached(loop_)),
      end_of_posts_(loop_),
      mta_(make_mta(options)),
      writer_(
          layout_, disk_, *mta_,
          real_programs(
              [sendmail = sendmail_program(options), &allowed = allow_open_relay_] {
                  return ProgramSettings{.sendmail = sendmail, .allow_open_relay = allowed};
              },
              account_of),
          is_account, [this](std::function<void()> function) { loop_.post(std::move(function)); }, events()),
      lifetime_(loop_, *connection_, settings_.idle_exit, hooks()),
      polkit_(loop_, *connection_, settings_.dialog),
      authorizer_(polkit_),
      gate_(loop_, writer_, authorizer_, lifetime_, is_account),
      observatory_(loop_, writer_, *mta_, layout_, sendmail_program(options)),
      manager_(*connection_, gate_, *mta_, layout_, observatory_),
      aliases_(*connection_, gate_),
      domains_(*connection_, gate_),
      access_(*connection_, gate_, TableName::Access),
      virtusertable_(*connection_, gate_, TableName::Virtusertable),
      mailertable_(*connection_, gate_, TableName::Mailertable),
      routes_(*connection_, gate_, *mta_, observatory_),
      route_timer_(loop_, writer_),
      certificate_(*connection_, gate_, *mta_, layout_, settings_),
      recipes_(*connection_, gate_, layout_),
      on_terminate_(loop_.on_signal(SIGTERM, [this] { lifetime_.end("SIGTERM", true); })),
      on_interrupt_(loop_.on_signal(SIGINT, [this] { lifetime_.end("SIGINT", true); })),
      on_hangup_(loop_.on_signal(SIGHUP, [this] { reload_settings(); })) {
    compat::request_name(*connection_, service_name);
}

std::unique_ptr<Mta> Service::make_mta(const ServiceOptions& options) {
    if (!layout_.root.empty()) {
        return std::make_unique<ChildMta>(layout_, options.sendmail);
    }
    return std::make_unique<SystemdMta>(loop_, *connection_, layout_, [this] { mta_changed(); });
}

/// All of these run on the loop, so not before run(), when every member is there.
WriterEvents Service::events() {
    return {
        .applied = [this](std::uint64_t generation,
                          const std::vector<std::string>& changes) { manager_.applied(generation, changes); },
        .rolled_back = [this](std::uint64_t generation,
                              const std::string& reason) { manager_.rolled_back(generation, reason); },
        .aliases_changed = [this](const std::vector<std::string>& names) { aliases_.aliases_changed(names); },
        .entries_changed =
            [this](TableName table, const std::vector<std::string>& keys) {
                table_adaptor(table).entries_changed(keys);
            },
        .snapshot_changed = [this] { publish(); },
    };
}

Lifetime::Hooks Service::hooks() {
    return {
        .writer_idle = [this] { return writer_.idle(); },
        .awaits_a_time = [this] { return route_timer_.waits(); },
        .writer_stuck_for = [this] { return writer_.stuck_for(); },
        .before_end = [this] { polkit_.withdraw_all(); },
    };
}

TableAdaptor& Service::table_adaptor(TableName table) {
    switch (table) {
        case TableName::Access:
            return access_;
        case TableName::Virtusertable:
            return virtusertable_;
        case TableName::Mailertable:
            break;
    }
    return mailertable_;
}

void Service::publish() {
    if (!serving_) {
        return;
    }
    manager_.publish();
    aliases_.publish();
    domains_.publish();
    for (const TableName table : all_tables) {
        table_adaptor(table).publish();
    }
    routes_.publish();
    route_timer_.look();
    certificate_.publish();
    recipes_.publish();
}

/// An MTA that started has read the files: LiveGeneration is computed again.
void Service::mta_changed() {
    publish();
    if (serving_) {
        writer_.refresh([] {});
    }
}

void Service::reload_settings() {
    lifetime_.reloading();
    try {
        settings_ = settings_for(layout_);
        allow_open_relay_ = settings_.allow_open_relay;
        lifetime_.set_idle_exit(settings_.idle_exit);
        polkit_.set_patience(settings_.dialog);
    } catch (const Error& error) {
        log::error(std::string("the settings stay as they were: ") + error.what());
    }
    writer_.refresh([this] { lifetime_.reloaded(); });
}

int Service::run() {
    serving_ = true;
    publish();
    lifetime_.ready();
    log::info("serving " + std::string(service_name) +
              (layout_.root.empty() ? "" : " for the sandbox " + layout_.root));
    return loop_.run();
}

}  // namespace

int serve(const ServiceOptions& options) {
    return Service(options).run();
}

}  // namespace mailstack
