// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/secret_file.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "engine/wiped_text.hpp"
#include "formats/map.hpp"

namespace mailstack {
namespace {

constexpr std::size_t token_size = 8, digest_size = 8;
/// The last two are for sendmail's sake: a mechanism that this machine lacks and the relay offers makes it
/// wait where it would go on without AUTH (routes.m4, on limits).
constexpr std::string_view mechanisms = "\"M:PLAIN LOGIN XOAUTH2 OAUTHBEARER\"";

/// Throws Error{InvalidConfiguration} for what is no base64.
std::string decoded(std::string_view text) {
    std::string octets(text.size(), '\0');
    const int size =
        ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(octets.data()),
                          reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < 0 || text.size() % 4 != 0) {
        throw Error(Code::InvalidConfiguration, "it holds no base64");
    }
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    octets.resize(static_cast<std::size_t>(size) - padding);
    return octets;
}

std::string path_of(const std::string& directory, const std::string& name) {
    return directory + '/' + name;
}

std::string binding_digest(const Relay& relay) {
    return sha256(secret_binding(relay)).substr(0, digest_size);
}

}  // namespace

std::string new_secret_token() {
    std::array<unsigned char, token_size / 2> random{};
    if (::RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        throw Error(Code::Internal, "there are no random numbers");
    }
    return hexadecimal({reinterpret_cast<const char*>(random.data()), random.size()});
}

std::string secret_file_name(const Relay& relay, std::string_view token) {
    return relay.id.text() + '-' + std::string(token) + binding_digest(relay);
}

bool has_secret(const Relay& relay) {
    return !relay.user.empty() && relay.secret.ends_with(binding_digest(relay));
}
bool lacks_secret(const Relay& relay) {
    return !relay.user.empty() && !relay.secret.ends_with(binding_digest(relay));
}

void require_secret_file_name(std::string_view name) {
    const auto dash = name.rfind('-');
    const bool right = dash != std::string_view::npos && name.size() - dash - 1 == token_size + digest_size &&
                       name.find_first_not_of("0123456789abcdef", dash + 1) == std::string_view::npos;
    if (!right) {
        throw Error(Code::InvalidConfiguration,
                    quoted(name) + " is no name of a secret's file; mailstackctl relay secret sets one");
    }
    static_cast<void>(RouteId(name.substr(0, dash)));
}

std::string secret_binding(const Relay& relay) {
    return relay.host.bracketed() + ' ' + std::to_string(relay.port) + ' ' + std::string(word(relay.tls)) +
           ' ' + relay.user;
}

std::shared_ptr<const ProvidedFile> secret_file(const std::string& directory, const Relay& relay,
                                                const Secret& secret) {
    const WipedText encoded(Base64{secret.octets()});
    const WipedText text{secret_binding(relay), "\n", encoded.octets(), "\n"};
    return std::make_shared<const ProvidedFile>(path_of(directory, relay.secret), std::string(text.octets()),
                                                0600);
}

std::shared_ptr<const Secret> read_secret(const std::string& directory, Disk& disk,
                                          const Credential& credential) {
    const std::string path = path_of(directory, credential.secret_file);
    if (!disk.identity(path).exists()) {
        return nullptr;
    }
    const WipedText file(disk.read(path).bytes);
    const std::string_view text = file.octets();
    const auto end = text.find('\n');
    if (end == std::string_view::npos || text.substr(0, end) != credential.binding) {
        return nullptr;
    }
    try {
        return std::make_shared<const Secret>(decoded(trimmed(text.substr(end + 1))));
    } catch (const Error& error) {
        throw Error(error.code(), path + ": " + error.what() + "; set the secret again");
    }
}

namespace {

/// One odd file must not keep all other changes, and their undo, from going through.
std::shared_ptr<const Secret> secret_or_none(const std::string& directory, Disk& disk,
                                             const Credential& credential) {
    try {
        return read_secret(directory, disk, credential);
    } catch (const Error& failure) {
        log::error("the password for " + credential.host.text() + " is not used: " + failure.what());
        return nullptr;
    }
}

}  // namespace

void with_authinfo_map(const std::string& directory, Disk& disk, const std::vector<Credential>& credentials,
                       const std::function<void(std::string_view bytes)>& use) {
    const WipedText map(build_table_map([&](const MapVisitor& visit) {
        for (const Credential& credential : credentials) {
            const auto secret = secret_or_none(directory, disk, credential);
            if (!secret) {
                continue;
            }
            const WipedText password(Base64{secret->octets()});
            const WipedText value{"\"U:",    credential.user,   "\" \"I:", credential.user,
                                  "\" \"P=", password.octets(), "\" ",     mechanisms};
            visit(fold_case(credential.host.bracketed()), value.octets());
        }
    }));
    use(map.octets());
}

namespace {

void remove_all_but(const std::string& directory, Disk& disk, const std::vector<Relay>& relays) {
    bool any = false;
    for (const std::string& name : disk.names(directory)) {
        const bool named = std::any_of(relays.begin(), relays.end(),
                                       [&](const Relay& relay) { return relay.secret == name; });
        if (!named) {
            disk.remove(path_of(directory, name));
            any = true;
        }
    }
    if (any) {
        disk.sync_directory(directory);
    }
}

}  // namespace

void remove_unused_secrets(const std::string& directory, Disk& disk, const RouteTable& table) noexcept {
    if (table.problem()) {
        return;
    }
    try {
        remove_all_but(directory, disk, table.routes().relays);
    } catch (const std::exception& failure) {
        log::warning(std::string("a secret that is no longer used is still there: ") + failure.what());
    }
}

}  // namespace mailstack
