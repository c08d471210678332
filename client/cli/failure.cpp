// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "failure.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace mailstack::client {
namespace {

struct Row {
    std::string_view name;
    ExitStatus status;
    std::string_view advice;
};

constexpr std::string_view start_advice =
    "mailstackd could not be reached. Start it with 'systemctl start mailstackd', and see why it does not "
    "run with "
    "'systemctl status mailstackd' and 'journalctl -u mailstackd'.";
constexpr std::string_view bus_advice =
    "Is the system bus running ('systemctl status dbus')? With -H: does 'ssh HOST true' work, and is "
    "systemd-stdio-bridge there?";
constexpr std::string_view look_advice =
    "'mailstackctl status' tells what is wrong; mailstackd(8), DEGRADED, tells the way out.";
constexpr std::string_view log_advice = "'journalctl -u mailstackd' tells more.";

constexpr std::string_view ours = "org.mailstack1.Error.";
constexpr std::array our_errors{
    Row{"InvalidArgument", ExitStatus::Refused, ""},
    Row{"InvalidAddress", ExitStatus::Refused, "Nothing was changed."},
    Row{"InvalidConfiguration", ExitStatus::Refused, "Nothing was changed."},
    Row{"AliasLoop", ExitStatus::Refused,
        "Nothing was changed. 'mailstackctl alias get NAME' follows the chain step by step."},
    Row{"LimitExceeded", ExitStatus::Refused, "Nothing was changed."},
    Row{"AlreadyExists", ExitStatus::Exists,
        "Nothing was changed. To replace it: 'mailstackctl alias set NAME RECIPIENT...', 'alias import "
        "--on-conflict replace', for a route 'relay set ID', for a recipe 'recipe set NAME'."},
    Row{"HandEdited", ExitStatus::Exists,
        "Nothing was changed. 'mailstackctl reload' makes live what was edited into sendmail.mc or a list. "
        "Where sendmail.cf itself was edited: put into sendmail.mc what is to stay, and then say "
        "'mailstackctl reload --rebuild-cf' (or 'setup --replace-cf'); the old one is kept in "
        "/etc/mailstack/kept."},
    Row{"NoSuchAlias", ExitStatus::NotFound, "'mailstackctl alias list' shows the names that exist."},
    Row{"NoSuchEntry", ExitStatus::NotFound, "'mailstackctl table list TABLE' shows the keys that exist."},
    Row{"NoSuchDomain", ExitStatus::NotFound, "'mailstackctl domain list' shows the domains that there are."},
    Row{"NoSuchRoute", ExitStatus::NotFound, "'mailstackctl relay list' shows the routes that there are."},
    Row{"NoSuchRecipe", ExitStatus::NotFound,
        "'mailstackctl recipe list' shows the recipes that there are; --user names another's account."},
    Row{"NoSuchAccount", ExitStatus::NotFound,
        "Nothing was changed. 'cut -d: -f1 /etc/passwd' shows the accounts that there are."},
    Row{"InvalidExpression", ExitStatus::Refused,
        "Nothing was changed. procmailrc(5), 'Extended regular expressions', tells what 'matches' takes; "
        "'contains' takes any text as it is."},
    Row{"LosesMail", ExitStatus::Refused,
        "Nothing was changed. 'mailstackctl recipe list' shows what a message meets, 'mailstackctl recipe "
        "test' what becomes of it."},
    Row{"RouteInUse", ExitStatus::Exists,
        "Nothing was changed. 'mailstackctl relay list' shows what leaves by it; 'mailstackctl relay use "
        "direct' lets mail leave another way first."},
    Row{"NoSecret", ExitStatus::Refused,
        "Nothing was changed. 'mailstackctl relay secret ID' sets the password of the route's user."},
    Row{"BadCertificate", ExitStatus::Refused,
        "Nothing was changed. 'openssl x509 -noout -text -in CHAIN' shows what the file holds; "
        "'openssl x509 -inform DER -in FILE -out CHAIN' makes PEM of DER."},
    Row{"BadKey", ExitStatus::Refused,
        "Nothing was changed. 'openssl pkey -in KEY -out NEW' makes PEM without a passphrase of a key that "
        "has one, or of DER; 'mailstackctl cert rotate' makes a new key and certificate."},
    Row{"KeyMismatch", ExitStatus::Refused,
        "Nothing was changed. 'openssl x509 -noout -pubkey -in CHAIN' and 'openssl pkey -pubout -in KEY' "
        "print the same where the two belong together. The answer to 'mailstackctl cert request' is "
        "installed without a KEY: 'mailstackctl cert install CHAIN'."},
    Row{"CertExpired", ExitStatus::Refused,
        "Nothing was changed. Renew it where it comes from ('certbot renew'), or make one here: "
        "'mailstackctl cert rotate'."},
    Row{"CertNotYetValid", ExitStatus::Refused,
        "Nothing was changed. 'timedatectl' tells whether this machine's clock is right; if it is, install "
        "the certificate when it is valid."},
    Row{"NameMismatch", ExitStatus::NameMismatch,
        "Nothing was changed. 'mailstackctl domain list' shows this machine's domains, 'mailstackctl domain "
        "add NAME' adds one; 'mailstackctl cert request --name NAME' asks for a certificate of another "
        "name."},
    Row{"WeakKey", ExitStatus::Refused,
        "Nothing was changed. It takes RSA of 2,048 bits or ECDSA on P-256, and a signature with SHA-256, or "
        "stronger: 'mailstackctl cert rotate' or 'mailstackctl cert request' makes such a key."},
    Row{"BrokenChain", ExitStatus::Refused,
        "Nothing was changed. The server's own certificate comes first, then each one's issuer: 'cat "
        "server.crt intermediate.crt > chain.pem'. certbot's fullchain.pem is such a file."},
    Row{"WrongPurpose", ExitStatus::Refused,
        "Nothing was changed. Install the server's own certificate; 'mailstackctl cert request' makes a "
        "request, for which an authority issues one."},
    Row{"Busy", ExitStatus::Busy, "Nothing was changed. Try again when the other program has finished."},
    Row{"Timeout", ExitStatus::Busy, "Try again; 'journalctl -u mailstackd' tells what it waited for."},
    Row{"NoSpace", ExitStatus::Failed,
        "Nothing was changed. Make room on the file system that holds /etc ('df -h /etc')."},
    Row{"ReadOnly", ExitStatus::Failed,
        "Nothing was changed. The file system that holds /etc is read-only ('findmnt -T /etc')."},
    Row{"IoFailed", ExitStatus::Failed, "Nothing was changed. 'journalctl -k' tells what the disk says."},
    Row{"UnsafeFile", ExitStatus::Failed,
        "Nothing was changed. Set the owner, mode or link of the file named above right."},
    Row{"Unsupported", ExitStatus::Failed, ""},
    Row{"MtaFailed", ExitStatus::MtaFailed,
        "Whatever was written for it was undone. 'mailstackctl status' names the MTA's unit; "
        "'journalctl -u UNIT' tells why."},
    Row{"NoMta", ExitStatus::NotLive,
        "It becomes live when an MTA starts: see 'mailstackctl status', then 'systemctl start UNIT' or "
        "install sendmail."},
    Row{"Degraded", ExitStatus::Degraded, look_advice},
    Row{"Internal", ExitStatus::Failed, log_advice},
};

constexpr std::array bus_errors{
    Row{"org.freedesktop.DBus.Error.ServiceUnknown", ExitStatus::Unreachable, start_advice},
    Row{"org.freedesktop.DBus.Error.NameHasNoOwner", ExitStatus::Unreachable, start_advice},
    Row{"org.freedesktop.DBus.Error.NoReply", ExitStatus::Unreachable, start_advice},
    Row{"org.freedesktop.DBus.Error.UnknownObject", ExitStatus::Unreachable, start_advice},
    Row{"org.freedesktop.DBus.Error.TimedOut", ExitStatus::Unreachable, start_advice},
    Row{"org.freedesktop.DBus.Error.NoServer", ExitStatus::Unreachable, bus_advice},
    Row{"org.freedesktop.DBus.Error.FileNotFound", ExitStatus::Unreachable, bus_advice},
    Row{"org.freedesktop.DBus.Error.Disconnected", ExitStatus::Unreachable, bus_advice},
    Row{"org.freedesktop.DBus.Error.Timeout", ExitStatus::Busy,
        "mailstackd did not answer in time; try again."},
    Row{"org.freedesktop.DBus.Error.InvalidArgs", ExitStatus::Refused, "Nothing was changed."},
};
constexpr std::string_view spawn_errors = "org.freedesktop.DBus.Error.Spawn.";

/// "org.mailstack1.manage-aliases" out of a message that names it, or "".
std::string action_in(std::string_view message) {
    constexpr std::string_view prefix = "org.mailstack1.";
    for (auto at = message.find(prefix); at != std::string_view::npos; at = message.find(prefix, at + 1)) {
        const auto rest = message.substr(at + prefix.size());
        const auto length = std::min(rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), rest.size());
        if (length > 0) {
            return std::string(prefix) + std::string(rest.substr(0, length));
        }
    }
    return "";
}

std::string denied_advice(const std::string& message, bool would_ask) {
    const auto action = action_in(message);
    std::string advice =
        would_ask ? "A password would have been asked for, but nobody could be: run it on a terminal without "
                    "--no-ask-password, or as root. "
                  : "";
    advice += "An administrator grants ";
    advice += action.empty() ? "the polkit action (org.mailstack1.*)" : "the polkit action '" + action + "'";
    advice +=
        " with a rule in /etc/polkit-1/rules.d: mailstackd(8), AUTHORIZATION, shows one. "
        "'mailstackctl status' lists what you may do.";
    return advice;
}

const Row* find(const auto& table, std::string_view name) {
    const auto row = std::ranges::find(table, name, &Row::name);
    return row == table.end() ? nullptr : &*row;
}

}  // namespace

Failure from_bus_error(const std::string& name, const std::string& message) {
    if (name == "org.freedesktop.DBus.Error.AccessDenied") {
        return {ExitStatus::Denied, name, message, denied_advice(message, false)};
    }
    if (name == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired") {
        return {ExitStatus::Denied, name, message, denied_advice(message, true)};
    }
    if (name.starts_with(spawn_errors)) {
        return {ExitStatus::Unreachable, name, message, std::string(start_advice)};
    }
    const Row* row = name.starts_with(ours) ? find(our_errors, std::string_view(name).substr(ours.size()))
                                            : find(bus_errors, name);
    if (row == nullptr) {
        return {ExitStatus::Failed, name, message, std::string(log_advice)};
    }
    return {row->status, name, message, std::string(row->advice)};
}

}  // namespace mailstack::client
