// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/caller.hpp"

#include "base/error.hpp"
#include "bus/sdbus_compat.hpp"

namespace mailstack {
namespace {

/// Asks the bus, which always answers at once; sd-bus keeps what else arrives meanwhile.
std::uint32_t ask_uid(sd_bus_message* message, const std::string& name) {
    sd_bus_creds* asked = nullptr;
    const int result = sd_bus_query_sender_creds(message, SD_BUS_CREDS_EUID, &asked);
    const std::unique_ptr<sd_bus_creds, sd_bus_creds* (*)(sd_bus_creds*)> creds(asked, sd_bus_creds_unref);
    uid_t uid = 0;
    if (result < 0 || sd_bus_creds_get_euid(creds.get(), &uid) < 0) {
        throw Error(Code::AccessDenied, "the bus cannot tell which user " + name + " is");
    }
    return uid;
}

}  // namespace

Caller Callers::current(const sdbus::IObject& object) {
    return compat::with_current_message(object, [this](const sdbus::Message& message) {
        sd_bus_message* const native = compat::NativeMessage::of(message);
        const char* const sender = sd_bus_message_get_sender(native);
        if (sender == nullptr) {
            throw Error(Code::AccessDenied, "a message without a sender");
        }
        constexpr std::size_t remembered = 1000;
        auto known = uids_.find(sender);
        if (known == uids_.end()) {
            if (uids_.size() >= remembered) {
                uids_.clear();
            }
            known = uids_.emplace(sender, ask_uid(native, sender)).first;
        }
        return Caller{sender, known->second, sd_bus_message_get_allow_interactive_authorization(native) > 0};
    });
}

}  // namespace mailstack
