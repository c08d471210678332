// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/certificate_files.hpp"

#include <unistd.h>

#include <algorithm>

#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

std::string first_of(const std::string& files) {
    return files.substr(0, files.find(','));
}

}  // namespace

PairPaths first_pair(const PairPaths& named) {
    return {first_of(named.certificate), first_of(named.key)};
}

PairPaths named_pair(std::string_view cf) {
    return first_pair({cf_value(cf, "ServerCertFile"), cf_value(cf, "ServerKeyFile")});
}

bool names_several_pairs(std::string_view cf) {
    return cf_value(cf, "ServerCertFile").find(',') != std::string::npos ||
           cf_value(cf, "ServerKeyFile").find(',') != std::string::npos;
}

bool names_authorities(std::string_view cf, const std::vector<std::string>& to_come) {
    const std::string file = cf_value(cf, "CACertFile");
    const bool comes = std::find(to_come.begin(), to_come.end(), file) != to_come.end();
    return !cf_value(cf, "CACertPath").empty() && !file.empty() &&
           (comes || ::access(file.c_str(), R_OK) == 0);
}

ProvidedFiles pair_files(const CertificateChain& chain, const PrivateKey& key, const PairPaths& paths,
                         Origin origin) {
    const std::string head(origin == Origin::Here ? made_here : std::string_view{});
    return {std::make_shared<const ProvidedFile>(paths.key, key.pem(), 0600, OnExisting::Replace),
            std::make_shared<const ProvidedFile>(paths.certificate, head + chain.pem(), 0644,
                                                 OnExisting::Replace)};
}

}  // namespace mailstack
