// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/setup_request.hpp"

#include <utility>

#include "base/error.hpp"
#include "bus/accounts.hpp"
#include "bus/escape.hpp"
#include "engine/own_name.hpp"
#include "engine/survey.hpp"

namespace mailstack {
namespace {

Listen listen_option(const sdbus::Variant& value) {
    const std::string word = value.containsValueOfType<std::string>() ? value.get<std::string>() : "";
    if (word == "keep") {
        return Listen::Keep;
    }
    if (word == "everywhere") {
        return Listen::Everywhere;
    }
    if (word == "loopback") {
        return Listen::Loopback;
    }
    throw Error(Code::InvalidArgument,
                "listen must be the string keep, everywhere or loopback, not " + quoted(word));
}

Delivery delivery_option(const sdbus::Variant& value) {
    if (!value.containsValueOfType<std::string>()) {
        throw Error(Code::InvalidArgument, "delivery must be a string: maildir, mbox, or empty");
    }
    return delivery_of(value.get<std::string>());
}

bool yes_or_no(const std::string& key, const sdbus::Variant& value) {
    if (!value.containsValueOfType<bool>()) {
        throw Error(Code::InvalidArgument, key + " must be a boolean");
    }
    return value.get<bool>();
}

void take_options(Setup& setup, const SetupOptions& options) {
    for (const auto& [key, value] : options) {
        if (key == "listen") {
            setup.listen = listen_option(value);
        } else if (key == "submission") {
            setup.submission = yes_or_no(key, value);
        } else if (key == "delivery") {
            setup.delivery = delivery_option(value);
        } else if (key == "replace-cf") {
            setup.replace_cf = yes_or_no(key, value);
        } else {
            throw Error(Code::InvalidArgument, "unknown option " + quoted(key) +
                                                   "; known are listen, submission, delivery and replace-cf");
        }
    }
}

Domain own_domain(const std::string& text) {
    Domain domain(text);
    if (domain.text().find('.') == std::string::npos || domain.text().starts_with("localhost.")) {
        throw Error(Code::InvalidArgument,
                    "the domain " + quoted(text) +
                        " cannot be one that others send mail to; give one of two labels "
                        "or more, as example.org");
    }
    return domain;
}

AliasName own_user(const std::string& text) {
    const AliasName user(AliasName(text).key());
    const auto uid = uid_of(user.text());
    if (!uid) {
        throw Error(Code::InvalidArgument, "there is no account " + quoted(text) +
                                               " on this machine to which root's mail could go; 'adduser " +
                                               "NAME' makes one");
    }
    if (*uid == 0) {
        throw Error(Code::InvalidArgument,
                    quoted(text) +
                        " is root: root's mail is to go to the account of a person, who "
                        "reads it without being root");
    }
    return user;
}

}  // namespace

Setup setup_request(const Layout& layout, const std::string& domain, const std::string& user,
                    const SetupOptions& options) {
    Setup setup{.domain = own_domain(bus_bytes(domain)), .user = own_user(bus_bytes(user))};
    take_options(setup, options);
    Survey found = survey(layout, setup.domain, host_name());
    setup.installed = std::move(found.installed);
    setup.tls = std::move(found.tls);
    setup.files = std::move(found.files);
    return setup;
}

}  // namespace mailstack
