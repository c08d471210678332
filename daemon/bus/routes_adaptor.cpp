// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/routes_adaptor.hpp"

#include <fcntl.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "bus/changed_properties.hpp"
#include "bus/descriptor_reader.hpp"
#include "bus/error_table.hpp"
#include "bus/escape.hpp"
#include "bus/names.hpp"
#include "engine/route_time.hpp"
#include "engine/secret_file.hpp"

namespace mailstack {
namespace {

/// The id of the relay that SetRelay makes.
constexpr const char* relay_id = "relay";

Details details_for(const std::string& id, const std::string& host = "", std::uint16_t port = 0,
                    const std::string& user = "") {
    return {{"route", id}, {"host", host}, {"port", port == 0 ? "" : std::to_string(port)}, {"user", user}};
}

}  // namespace

RoutesAdaptor::RoutesAdaptor(sdbus::IConnection& connection, Gate& gate, Mta& mta, Observatory& observatory)
    : AdaptorInterfaces(connection, compat::ObjectPath(object_path)),
      connection_(connection),
      gate_(gate),
      mta_(mta),
      observatory_(observatory),
      told_(picture()) {
    registerAdaptor();
    for (RoutePicture& route : pictures_of(gate_.writer().snapshot()->configuration.routes.file.routes())) {
        objects_.push_back(std::make_unique<RouteObject>(connection_, gate_, std::move(route)));
    }
}

RoutesAdaptor::~RoutesAdaptor() {
    unregisterAdaptor();
}

RoutesAdaptor::Picture RoutesAdaptor::picture() const {
    const auto snapshot = gate_.writer().snapshot();
    const Routes& routes = snapshot->configuration.routes.file.routes();
    return {.active = routes.active.text(),
            .return_to = routes.timed ? routes.timed->return_to.text() : "",
            .until = routes.timed ? routes.timed->until : 0};
}

void RoutesAdaptor::publish() {
    publish_objects();
    const Picture now = picture();
    const Picture was = std::exchange(told_, now);
    ChangedProperties changed;
    changed.compare(was.active, now.active, "Active");
    changed.compare(was.until, now.until, "ActiveUntil");
    changed.compare(was.return_to, now.return_to, "ReturnTo");
    changed.emit(getObject(), routes_interface);
}

/// Objects come, change and go with their routes.
void RoutesAdaptor::publish_objects() {
    const auto pictures = pictures_of(gate_.writer().snapshot()->configuration.routes.file.routes());
    const auto picture_at = [&](const std::string& id) {
        return std::find_if(pictures.begin(), pictures.end(),
                            [&](const RoutePicture& one) { return one.id == id; });
    };
    std::erase_if(objects_, [&](const std::unique_ptr<RouteObject>& object) {
        const bool gone = picture_at(object->id()) == pictures.end();
        if (gone) {
            object->withdraw();
        }
        return gone;
    });
    for (const RoutePicture& route : pictures) {
        const auto object = std::find_if(objects_.begin(), objects_.end(),
                                         [&](const auto& one) { return one->id() == route.id; });
        if (object != objects_.end()) {
            (*object)->publish(route);
            continue;
        }
        objects_.push_back(std::make_unique<RouteObject>(connection_, gate_, route));
        objects_.back()->announce();
    }
}

void RoutesAdaptor::submit(const char* method, Generation&& result, Details details,
                           std::function<Change()> decode) {
    gate_.serve_change(getObject(), routes_interface, method, std::move(result), std::move(details),
                       std::move(decode));
}

void RoutesAdaptor::SetRelay(Generation&& result, std::string host, std::uint16_t port, std::string tls) {
    submit("SetRelay", std::move(result), details_for(host.empty() ? "direct" : relay_id, host, port),
           [host, port, tls]() -> Change {
               if (host.empty()) {
                   return mailstack::ActivateRoute{.id = RouteId("direct")};
               }
               return mailstack::SetRelay{.relay = make_relay(relay_id, bus_bytes(host), port, tls, ""),
                                          .now = moment().time_of_day};
           });
}

void RoutesAdaptor::AddRoute(Generation&& result, std::string id, std::string host, std::uint16_t port,
                             std::string tls, std::string user) {
    submit("AddRoute", std::move(result), details_for(id, host, port, user), [=]() -> Change {
        return mailstack::AddRoute{make_relay(id, bus_bytes(host), port, tls, bus_bytes(user))};
    });
}

void RoutesAdaptor::SetRoute(Generation&& result, std::string id, std::string host, std::uint16_t port,
                             std::string tls, std::string user) {
    submit("SetRoute", std::move(result), details_for(id, host, port, user), [=]() -> Change {
        return mailstack::SetRoute{.relay = make_relay(id, bus_bytes(host), port, tls, bus_bytes(user)),
                                   .now = moment().time_of_day};
    });
}

void RoutesAdaptor::SetSecret(Generation&& result, std::string id, sdbus::UnixFd secret) {
    const auto file = std::make_shared<Descriptor>(::fcntl(secret.get(), F_DUPFD_CLOEXEC, 3));
    gate_.serve(getObject(), routes_interface, "SetSecret", std::move(result), details_for(id),
                [this, file, id](const Caller& caller, const Answer<std::uint64_t>& answer) {
                    const DescriptorReader::Limits limits{.octets = Secret::longest + 2};
                    DescriptorReader::read(
                        gate_.loop(), std::move(*file), limits,
                        [this, caller, answer, id](const std::optional<Error>& error, std::string octets) {
                            answer.guard([&] {
                                if (error) {
                                    throw *error;
                                }
                                submit_secret(caller, answer, id, std::move(octets));
                            });
                        });
                });
}

void RoutesAdaptor::submit_secret(const Caller& caller, const Answer<std::uint64_t>& answer,
                                  const std::string& id, std::string octets) {
    auto secret = std::make_shared<const Secret>(std::move(octets));
    const RouteId route(id);
    Details details = details_for(id);
    details.emplace("verb", "SetSecret");
    gate_.change({caller,
                  mailstack::SetSecret{.id = route, .secret = std::move(secret), .token = new_secret_token()},
                  std::move(details), just(Action::SetSecret),
                  [answer](const std::optional<Error>& error, const Outcome& outcome) {
                      error ? answer.refuse(*error) : answer.give(outcome.generation);
                  }});
}

void RoutesAdaptor::RemoveRoute(Generation&& result, std::string id) {
    submit("RemoveRoute", std::move(result), details_for(id), [id]() -> Change {
        return mailstack::RemoveRoute{.id = RouteId(id), .now = moment().time_of_day};
    });
}

void RoutesAdaptor::ActivateRoute(Generation&& result, std::string id, std::uint64_t seconds) {
    submit("ActivateRoute", std::move(result), details_for(id), [id, seconds]() -> Change {
        mailstack::ActivateRoute change{.id = RouteId(id)};
        if (seconds != 0) {
            change.span = span_from(moment(), seconds);
        }
        return change;
    });
}

void RoutesAdaptor::TestRoute(sdbus::Result<Steps>&& result, std::string id) {
    gate_.serve(getObject(), routes_interface, "TestRoute", std::move(result), details_for(id),
                [this, id](const Caller& /*caller*/, const Answer<Steps>& answer) {
                    observatory_.test_route(RouteId(id), [answer](const std::optional<Error>& failed,
                                                                  const std::vector<RouteStep>& steps) {
                        answer.guard([&] {
                            if (failed) {
                                throw *failed;
                            }
                            Steps told;
                            for (const RouteStep& step : steps) {
                                told.emplace_back(step.step, std::string(word(step.outcome)),
                                                  bus_text(step.words));
                            }
                            answer.give(told);
                        });
                    });
                });
}

void RoutesAdaptor::AddSenderRoute(Generation&& result, std::string sender, std::string id) {
    submit("AddSenderRoute", std::move(result), details_for(id, sender), [sender, id]() -> Change {
        return mailstack::AddSenderRoute{{.sender = RouteSender(bus_bytes(sender)), .route = RouteId(id)}};
    });
}

void RoutesAdaptor::RemoveSenderRoute(Generation&& result, std::string sender) {
    submit("RemoveSenderRoute", std::move(result), details_for("", sender),
           [sender]() -> Change { return mailstack::RemoveSenderRoute{RouteSender(bus_bytes(sender))}; });
}

void RoutesAdaptor::ListSenderRoutes(sdbus::Result<Listed>&& result) {
    gate_.serve(
        getObject(), routes_interface, "ListSenderRoutes", std::move(result),
        [this](const Caller& /*caller*/, const Answer<Listed>& answer) {
            gate_.read([answer](const Snapshot& snapshot) {
                answer.guard([&] {
                    Listed all;
                    for (const SenderRoute& one : snapshot.configuration.routes.file.routes().senders) {
                        all.emplace_back(one.sender.text(), one.route.text());
                    }
                    answer.give(all);
                });
            });
        });
}

void RoutesAdaptor::CountQueued(sdbus::Result<std::uint32_t>&& result) {
    gate_.serve(
        getObject(), routes_interface, "CountQueued", std::move(result),
        [this](const Caller& /*caller*/, const Answer<std::uint32_t>& answer) {
            observatory_.count_queued([answer](const std::optional<Error>& failed, std::uint32_t messages) {
                answer.guard([&] { failed ? throw *failed : answer.give(messages); });
            });
        });
}

void RoutesAdaptor::FlushQueue(sdbus::Result<>&& result) {
    gate_.serve(getObject(), routes_interface, "FlushQueue", std::move(result), details_for("(as it is)"),
                [this](const Caller& /*caller*/, const Answer<>& answer) {
                    gate_.aside<bool>(
                        [this] {
                            mta_.flush_queue();
                            return true;
                        },
                        [answer](const std::optional<Error>& failed, bool /*done*/) {
                            answer.guard([&] { failed ? throw *failed : answer.give(); });
                        });
                });
}

std::string RoutesAdaptor::Active() {
    gate_.freshen();
    return picture().active;
}

std::uint64_t RoutesAdaptor::ActiveUntil() {
    gate_.freshen();
    const auto snapshot = gate_.writer().snapshot();
    const auto& timed = snapshot->configuration.routes.file.routes().timed;
    return timed ? static_cast<std::uint64_t>(end_of(*timed, moment())) : 0;
}

std::string RoutesAdaptor::ReturnTo() {
    gate_.freshen();
    return picture().return_to;
}

}  // namespace mailstack
