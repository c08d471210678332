// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/settings.hpp"

#include <yaml-cpp/yaml.h>

#include <filesystem>

#include "base/error.hpp"

namespace mailstack {
namespace {

Error wrong(const std::string& path, const YAML::Mark& where, const std::string& what) {
    return {Code::InvalidArgument, path + ", line " + std::to_string(where.line + 1) + ": " + what};
}

std::chrono::seconds seconds_of(const YAML::Node& value, long least, const std::string& path,
                                const std::string& key) {
    constexpr long most = 86400;
    long number = -1;
    if (!value.IsScalar() || !YAML::convert<long>::decode(value, number) || number < least || number > most) {
        throw wrong(path, value.Mark(),
                    key + " must be a number of seconds from " + std::to_string(least) + " to " +
                        std::to_string(most));
    }
    return std::chrono::seconds(number);
}

bool truth_of(const YAML::Node& value, const std::string& path, const std::string& key) {
    bool truth = false;
    if (!value.IsScalar() || !YAML::convert<bool>::decode(value, truth)) {
        throw wrong(path, value.Mark(), key + " must be true or false");
    }
    return truth;
}

}  // namespace

Settings read_settings(const std::string& path, const Settings& otherwise) {
    Settings settings = otherwise;
    if (!std::filesystem::exists(path)) {
        return settings;
    }
    try {
        const YAML::Node all = YAML::LoadFile(path);
        if (!all.IsNull() && !all.IsMap()) {
            throw wrong(path, all.Mark(), "settings are lines of the form \"key: value\"");
        }
        for (const auto& entry : all) {
            const auto key = entry.first.as<std::string>();
            if (key == "idle-exit-seconds") {
                settings.idle_exit = seconds_of(entry.second, 0, path, key);
            } else if (key == "dialog-seconds") {
                settings.dialog = seconds_of(entry.second, 1, path, key);
            } else if (key == "allow-open-relay") {
                settings.allow_open_relay = truth_of(entry.second, path, key);
            } else if (key == "renew-certificate") {
                settings.renew_certificate = truth_of(entry.second, path, key);
            } else {
                throw wrong(path, entry.first.Mark(),
                            "unknown key " + quoted(key) +
                                "; known are idle-exit-seconds, dialog-seconds, allow-open-relay and "
                                "renew-certificate");
            }
        }
    } catch (const YAML::Exception& error) {
        throw wrong(path, error.mark, error.msg);
    }
    return settings;
}

}  // namespace mailstack
