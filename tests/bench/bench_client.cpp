// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Times calls on the bus named by DBUS_SYSTEM_BUS_ADDRESS as a thin client sees them, and the bare costs to
// hold them against. Prints one figure, in microseconds: the median of many, or the total where one run is
// timed.
#include <fcntl.h>
#include <sys/mman.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr const char* service = "org.mailstack1";
constexpr const char* object = "/org/mailstack1";
constexpr const char* aliases = "org.mailstack1.Aliases";
constexpr std::uint64_t call_timeout = 600'000'000;  // microseconds

using Clock = std::chrono::steady_clock;

double microseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

double median(std::vector<double> figures) {
    std::sort(figures.begin(), figures.end());
    return figures.at(figures.size() / 2);
}

int checked(int result, const char* what) {
    if (result < 0) {
        throw std::runtime_error(std::string(what) + ": " + std::strerror(-result));
    }
    return result;
}

sd_bus_message* add_alias_message(sd_bus* bus, const std::string& name) {
    sd_bus_message* message = nullptr;
    checked(sd_bus_message_new_method_call(bus, &message, service, object, aliases, "AddAlias"), "new call");
    checked(sd_bus_message_append(message, "sas", name.c_str(), 1, "root"), "append");
    return message;
}

/// One call after the other: the median.
double add_one_by_one(sd_bus* bus, const std::string& prefix, int count) {
    std::vector<double> figures;
    for (int i = 0; i < count; ++i) {
        sd_bus_message* message = add_alias_message(bus, prefix + std::to_string(i));
        sd_bus_error error = SD_BUS_ERROR_NULL;
        const auto start = Clock::now();
        if (sd_bus_call(bus, message, call_timeout, &error, nullptr) < 0) {
            throw std::runtime_error(error.message);
        }
        figures.push_back(microseconds_since(start));
        sd_bus_message_unref(message);
    }
    return median(figures);
}

int count_reply(sd_bus_message* reply, void* left, sd_bus_error* /*error*/) {
    if (sd_bus_message_is_method_error(reply, nullptr) != 0) {
        std::fprintf(stderr, "%s\n", sd_bus_message_get_error(reply)->message);
        std::exit(1);
    }
    --*static_cast<int*>(left);
    return 0;
}

/// All calls sent before the first answer is read: the total.
double add_together(sd_bus* bus, const std::string& prefix, int count) {
    int left = count;
    const auto start = Clock::now();
    for (int i = 0; i < count; ++i) {
        sd_bus_message* message = add_alias_message(bus, prefix + std::to_string(i));
        checked(sd_bus_call_async(bus, nullptr, message, count_reply, &left, call_timeout), "send");
        sd_bus_message_unref(message);
    }
    while (left > 0) {
        if (checked(sd_bus_process(bus, nullptr), "process") == 0) {
            checked(sd_bus_wait(bus, call_timeout), "wait");
        }
    }
    return microseconds_since(start);
}

double import(sd_bus* bus, const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto start = Clock::now();
    const int memory = memfd_create("import", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t once = write(memory, text.data() + written, text.size() - written);
        written += static_cast<std::size_t>(
            checked(static_cast<int>(std::min<ssize_t>(once, 1)), "write") > 0 ? once : 0);
    }
    fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
    sd_bus_message* message = nullptr;
    checked(sd_bus_message_new_method_call(bus, &message, service, object, aliases, "ImportAliases"),
            "new call");
    checked(sd_bus_message_append(message, "ha{sv}", memory, 0), "append");
    sd_bus_error error = SD_BUS_ERROR_NULL;
    if (sd_bus_call(bus, message, call_timeout, &error, nullptr) < 0) {
        throw std::runtime_error(error.message);
    }
    return microseconds_since(start);
}

/// A call that costs a round trip and next to nothing else.
double call_often(sd_bus* bus, const char* to, const char* path, const char* interface, const char* method,
                  const char* argument, int count) {
    std::vector<double> figures;
    for (int i = 0; i < count; ++i) {
        sd_bus_error error = SD_BUS_ERROR_NULL;
        const auto start = Clock::now();
        const int result =
            argument == nullptr
                ? sd_bus_call_method(bus, to, path, interface, method, &error, nullptr, nullptr)
                : sd_bus_call_method(bus, to, path, interface, method, &error, nullptr, "s", argument);
        if (result < 0) {
            throw std::runtime_error(error.message);
        }
        figures.push_back(microseconds_since(start));
    }
    return median(figures);
}

/// The writes and syncs that one durable AddAlias cannot do without: record, text, two pages of the map,
/// commit mark.
double bare_syncs(const std::string& directory, int count) {
    const auto opened = [&](const char* name) {
        return checked(open((directory + '/' + name).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600), name);
    };
    const int record = opened("record");
    const int text = opened("text");
    const int map = opened("map");
    const std::string bytes(4096, 'x');
    checked(ftruncate(map, 65536), "ftruncate");
    std::vector<double> figures;
    for (int i = 0; i < count; ++i) {
        const auto start = Clock::now();
        bool whole = write(record, bytes.data(), 400) == 400 && fsync(record) == 0;
        whole = whole && write(text, bytes.data(), 20) == 20 && fsync(text) == 0;
        whole = whole && pwrite(map, bytes.data(), 4096, 0) == 4096 &&
                pwrite(map, bytes.data(), 4096, 8192) == 4096 && fsync(map) == 0;
        whole = whole && write(record, bytes.data(), 250) == 250 && fsync(record) == 0;
        figures.push_back(microseconds_since(start));
        if (!whole) {
            throw std::runtime_error("the bare writes failed");
        }
    }
    return median(figures);
}

double run(const std::vector<std::string>& words) {
    if (words.at(0) == "syncs") {
        return bare_syncs(words.at(1), std::stoi(words.at(2)));
    }
    sd_bus* bus = nullptr;
    checked(sd_bus_open_system(&bus), "open the bus");
    if (words.at(0) == "add") {
        return add_one_by_one(bus, words.at(1), std::stoi(words.at(2)));
    }
    if (words.at(0) == "together") {
        return add_together(bus, words.at(1), std::stoi(words.at(2)));
    }
    if (words.at(0) == "import") {
        return import(bus, words.at(1));
    }
    if (words.at(0) == "ping") {
        return call_often(bus, service, object, "org.freedesktop.DBus.Peer", "Ping", nullptr,
                          std::stoi(words.at(1)));
    }
    if (words.at(0) == "getall") {
        return call_often(bus, words.at(1).c_str(), words.at(2).c_str(), "org.freedesktop.DBus.Properties",
                          "GetAll", words.at(3).c_str(), std::stoi(words.at(4)));
    }
    throw std::runtime_error(
        "add PREFIX N | together PREFIX N | import FILE | ping N | getall SERVICE PATH INTERFACE N | syncs "
        "DIR N");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        std::printf("%.1f\n", run({argv + 1, argv + argc}));
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "bench-client: %s\n", failure.what());
        return 1;
    }
}
