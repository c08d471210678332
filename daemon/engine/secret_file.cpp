// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/secret_file.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/map.hpp"

namespace mailstack {
namespace {

constexpr std::size_t token_size = 8;

/// A string that is wiped when it goes.
struct Wiped {
    std::string text;
    explicit Wiped(std::string octets) : text(std::move(octets)) {}
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { OPENSSL_cleanse(text.data(), text.size()); }
};

std::string encoded(const std::string& octets) {
    std::string text(4 * ((octets.size() + 2) / 3) + 1, '\0');
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       reinterpret_cast<const unsigned char*>(octets.data()),
                                       static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

/// Throws Error{InvalidConfiguration} for what encoded() would not have made.
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

}  // namespace

std::string new_secret_file_name(const RouteId& id) {
    std::array<unsigned char, token_size / 2> random{};
    if (::RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        throw Error(Code::Internal, "there are no random numbers");
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string name = id.text() + '-';
    for (const unsigned char octet : random) {
        name += digits[octet >> 4U];
        name += digits[octet & 15U];
    }
    return name;
}

void require_secret_file_name(std::string_view name) {
    const auto dash = name.rfind('-');
    const bool right = dash != std::string_view::npos && name.size() - dash - 1 == token_size &&
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
    const Wiped text(encoded(secret.octets()));
    std::string bytes;
    bytes.reserve(secret_binding(relay).size() + text.text.size() + 2);  // one buffer: the one that is wiped
    bytes.append(secret_binding(relay)).append("\n").append(text.text).append("\n");
    auto file =
        std::make_shared<const ProvidedFile>(path_of(directory, relay.secret), std::move(bytes), 0600);
    return file;
}

std::shared_ptr<const Secret> read_secret(const std::string& directory, Disk& disk,
                                          const Credential& credential) {
    const std::string path = path_of(directory, credential.secret_file);
    if (!disk.identity(path).exists()) {
        return nullptr;
    }
    const Wiped file(disk.read(path).bytes);
    const auto end = file.text.find('\n');
    if (end == std::string::npos || std::string_view(file.text).substr(0, end) != credential.binding) {
        return nullptr;
    }
    try {
        return std::make_shared<const Secret>(decoded(trimmed(std::string_view(file.text).substr(end + 1))));
    } catch (const Error& error) {
        throw Error(error.code(), path + ": " + error.what() + "; set the secret again");
    }
}

void with_authinfo_map(const std::string& directory, Disk& disk, const std::vector<Credential>& credentials,
                       const std::function<void(const std::string& bytes)>& use) {
    const Wiped map(build_table_map([&](const MapVisitor& visit) {
        std::set<std::string> seen;  // two routes to one host have one user, and the first one's secret
        for (const Credential& credential : credentials) {
            const auto secret = read_secret(directory, disk, credential);
            if (!secret || !seen.insert(credential.host.text()).second) {
                continue;
            }
            const Wiped password(encoded(secret->octets()));
            std::string value;
            value.reserve(2 * credential.user.size() + password.text.size() + 64);
            value.append("\"U:").append(credential.user).append("\" \"I:").append(credential.user);
            value.append("\" \"P=").append(password.text).append("\" \"M:PLAIN LOGIN XOAUTH2 OAUTHBEARER\"");
            const Wiped wiped(std::move(value));
            visit(fold_case(credential.host.bracketed()), wiped.text);
        }
    }));
    use(map.text);
}

void remove_unused_secrets(const std::string& directory, Disk& disk, const Routes& routes) {
    bool any = false;
    for (const std::string& name : disk.names(directory)) {
        const bool named = std::any_of(routes.relays.begin(), routes.relays.end(),
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

}  // namespace mailstack
