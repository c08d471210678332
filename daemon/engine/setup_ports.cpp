// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/setup_ports.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

using Options = McDaemonOptions;
using Pairs = std::vector<std::pair<std::string, McValue>>;

enum class Port { Smtp, Submission };

bool is_for(const Options& daemon, Port port) {
    const auto named = fold_case(daemon.value('P'));
    return port == Port::Smtp ? named.empty() || named == "smtp" || named == "25"
                              : named == "submission" || named == "587";
}

bool is_ipv6(const Options& daemon) {
    return fold_case(daemon.value('F')) == "inet6";
}

/// The daemons for the port whose address counts: those of IPv4, or of IPv6 where there is no other.
std::vector<Options> daemons_for(const McFile& file, Port port) {
    std::vector<Options> found, ipv6;
    for (const auto& daemon : file.daemon_options()) {
        if (is_for(daemon, port)) {
            (is_ipv6(daemon) ? ipv6 : found).push_back(daemon);
        }
    }
    return found.empty() ? ipv6 : found;
}

bool is_everywhere(const Options& daemon) {
    const auto address = daemon.value('A');
    return address.empty() || address == "0.0.0.0" || address == "::";
}

bool is_loopback(const Options& daemon) {
    const auto address = fold_case(daemon.value('A'));
    return address.starts_with("127.") || address == "localhost" || address == "::1" || address == "ipv6:::1";
}

bool listens_as(const Options& daemon, Listen listen) {
    return listen == Listen::Keep ||
           (listen == Listen::Everywhere ? is_everywhere(daemon) : is_loopback(daemon));
}

std::string place(const Options& daemon) {
    return "sendmail.mc, line " + std::to_string(daemon.line) + ": ";
}

/// The daemon's options with another address.
McValue with_address(const Options& daemon, Listen listen) {
    Pairs pairs;
    for (const auto& [key, value] : daemon.pairs) {
        if (fold_case(key[0]) != 'a') {
            pairs.emplace_back(key, McValue(value));
        }
    }
    if (listen == Listen::Loopback) {
        pairs.emplace_back("Addr", McValue(is_ipv6(daemon) ? "::1" : "127.0.0.1"));
    }
    return McValue::equates(pairs);
}

McFile moved(McFile file, Port port, Listen listen) {
    const auto daemons = daemons_for(file, port);
    const auto fits = [&](const Options& daemon) { return listens_as(daemon, listen); };
    const bool done = listen == Listen::Everywhere ? std::any_of(daemons.begin(), daemons.end(), fits)
                                                   : std::all_of(daemons.begin(), daemons.end(), fits);
    if (done || daemons.empty()) {
        return file;
    }
    if (daemons.size() > 1) {
        throw Error(Code::Unsupported,
                    place(daemons[1]) +
                        "this is the second address of one port, and mailstack cannot tell "
                        "which of the two is to stay; change the addresses by hand, and let "
                        "Setup keep them (listen: keep)");
    }
    if (daemons[0].value('N').empty()) {
        throw Error(Code::Unsupported,
                    place(daemons[0]) +
                        "these DAEMON_OPTIONS have no Name=, so mailstack cannot change their "
                        "address; give them one (Name=MTA), or let Setup keep them (listen: "
                        "keep)");
    }
    try {
        return file.with_daemon_options(with_address(daemons[0], listen));
    } catch (const Error& error) {
        throw Error(Code::Unsupported,
                    place(daemons[0]) + "mailstack cannot change the address of this daemon: " +
                        error.what() + "; do it by hand, and let Setup keep it (listen: keep)");
    }
}

/// `wanted`, or where a daemon has that name already, another.
std::string unused_name(const McFile& file, const std::string& wanted) {
    const auto daemons = file.daemon_options();
    std::string name = wanted;
    for (int i = 2; std::any_of(daemons.begin(), daemons.end(),
                                [&](const Options& daemon) { return daemon.value('N') == name; });
         ++i) {
        name = wanted + "-" + std::to_string(i);
    }
    return name;
}

McFile with_daemon(const McFile& file, const char* name, const char* port, const char* modifiers,
                   const std::string& address) {
    Pairs pairs{{"Name", McValue(unused_name(file, name))}, {"Port", McValue(port)}};
    if (*modifiers != '\0') {
        pairs.emplace_back("M", McValue(modifiers));
    }
    if (!address.empty()) {
        pairs.emplace_back("Addr", McValue(address));
    }
    return file.with_daemon_options(McValue::equates(pairs));
}

/// A path of an included file that names a daemon, or "".
std::string named_elsewhere(const Setup& setup) {
    for (const auto& included : setup.installed.included) {
        if (!McFile::parse(included.text).calls("DAEMON_OPTIONS").empty()) {
            return included.path;
        }
    }
    return "";
}

/// The address of new daemons: as Setup wants it, or that of the one for port smtp, or of any.
std::string address_for_new(const McFile& file, Listen listen) {
    if (listen == Listen::Loopback) {
        return "127.0.0.1";
    }
    const auto smtp = daemons_for(file, Port::Smtp);
    const auto like = smtp.empty() ? file.daemon_options() : smtp;
    const bool copies = listen == Listen::Keep && !like.empty() && !is_ipv6(like[0]);
    return copies ? like[0].value('A') : "";
}

}  // namespace

McFile set_up_ports(McFile file, const Setup& setup) {
    if (const auto path = named_elsewhere(setup); !path.empty()) {
        if (setup.listen != Listen::Keep) {
            throw Error(Code::Unsupported,
                        path +
                            " names where sendmail listens (DAEMON_OPTIONS), and mailstack "
                            "does not edit it; let Setup keep that (listen: keep)");
        }
        return file;
    }
    file = moved(moved(std::move(file), Port::Smtp, setup.listen), Port::Submission, setup.listen);
    const bool names_any = !file.daemon_options().empty();
    const bool names_smtp = !daemons_for(file, Port::Smtp).empty();
    const bool names_submission = !daemons_for(file, Port::Submission).empty();
    const bool cf_submission = !file.has_feature("no_default_msa");
    const auto address = address_for_new(file, setup.listen);

    const bool adds_submission =
        !names_submission && (setup.submission || (cf_submission && setup.listen == Listen::Loopback));
    const bool adds_smtp = !names_smtp && (names_any ? setup.listen != Listen::Keep
                                                     : adds_submission || setup.listen == Listen::Loopback);
    if (cf_submission && (adds_submission || names_submission)) {
        file = file.with_feature(McName("no_default_msa"));
    }
    if (adds_smtp) {
        file = with_daemon(file, "MTA", "smtp", "", address);
    }
    if (adds_submission) {
        file = with_daemon(file, "MSA", "submission", setup.submission ? "Ea" : "E", address);
    }
    return file;
}

}  // namespace mailstack
