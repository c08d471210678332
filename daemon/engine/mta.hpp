// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The MTA as the engine sees it. bus/systemd_mta implements it through systemd; engine/child_mta runs a
/// sendmail itself. Called on the writer's thread; every call may block it, none may block the loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/process.hpp"

namespace mailstack {

enum class MtaState { Absent, Stopped, Running };

/// What a change demands of the MTA, the least disturbance that serves.
enum class Activation { None, Reload, Restart };

/// A file that somebody must be able to read when the change is live.
struct ReadableFile {
    UserIdentity reader;
    std::string path;
    std::string bytes;
};

/// What there is to do besides, and what must hold then.
struct Demand {
    Activation activation = Activation::None;
    bool brings_up = false;                   ///< the MTA runs afterwards, and at every boot
    std::vector<std::string> services{};      ///< units that run afterwards, and at every boot
    std::optional<std::string> route{};       ///< what the running MTA is to find for the default route
    std::vector<std::string> certificates{};  ///< fingerprints of those that it is to serve; none: any
    std::vector<ReadableFile> readable{};
    bool delivery = false;  ///< a message to an account arrives
};

class Mta {
  public:
    Mta() = default;
    Mta(const Mta&) = delete;
    Mta& operator=(const Mta&) = delete;
    virtual ~Mta() = default;

    /// What is known without asking anybody: kept up to date by whoever implements this.
    virtual MtaState state() const = 0;
    /// Name of the unit (or of the program) that is controlled, "" where there is none.
    virtual std::string unit() const = 0;

    /// Make the MTA read its configuration anew, and return when it has: systemd's job is done, and the
    /// daemon that answers is younger than the call. Throws Error{MtaFailed, NoMta, Timeout};
    /// reload() Error{Unsupported} where the unit cannot reload: then nothing was touched.
    virtual void reload() = 0;
    virtual void restart() = 0;
    /// Throws Error{MtaFailed} unless each port that sendmail.cf names for SMTP greets with 220 within 30
    /// seconds, answers EHLO, and speaks TLS where the .cf promises it (smtp_probe.hpp), with these
    /// `certificates` (fingerprints, the server's own first; none: whichever it has).
    virtual void prove(const std::vector<std::string>& certificates) = 0;
    /// Throws Error{MtaFailed} unless the running MTA sends mail for elsewhere by `route`, as the map
    /// "msroute" tells it ("direct" where the map has none): see route_probe.hpp.
    virtual void prove_route(const std::string& route) = 0;
    /// Throws Error{MtaFailed} unless a message to the account that is there for this arrives within 30
    /// seconds (delivery_proof.hpp); Error{Unsupported} where there is no such account.
    virtual void prove_delivery() = 0;

    /// Begins one run of the MTA's queue, and returns when it has begun. Throws Error{MtaFailed, NoMta,
    /// Timeout}.
    virtual void flush_queue() = 0;

    /// The MTA is started at boot from now on. Throws Error{MtaFailed, NoMta, Timeout}.
    virtual void enable() = 0;
    /// The same of another unit ("saslauthd.service"), which runs on return too, and has read its settings
    /// anew.
    virtual void bring_up(const std::string& unit) = 0;
};

}  // namespace mailstack
