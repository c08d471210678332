// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A sendmail that this daemon runs itself, for a sandbox: everything below one directory, on the ports that
/// the sandbox's sendmail.cf names.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/process.hpp"
#include "engine/layout.hpp"
#include "engine/mta.hpp"

namespace mailstack {

class ChildMta : public Mta {
  public:
    /// Starts `program` with the sandbox's sendmail.cf and waits until it greets. A daemon that an earlier
    /// mailstackd, killed, left behind in this sandbox is ended first. Where there is no program or no
    /// sendmail.cf, the MTA is Absent.
    ChildMta(Layout layout, std::string program);

    MtaState state() const override;
    std::string unit() const override;
    void reload() override;
    void restart() override;
    void prove(const std::vector<std::string>& certificates) override;
    void prove_route(const std::string& route) override;
    void flush_queue() override;
    /// Proves nothing: a sandbox has no accounts, and its sendmail is not to write into a real one's mailbox.
    void prove_delivery() override;
    // A sandbox is never booted and has no units.
    void enable() override;
    void bring_up(const std::string& unit) override;

  private:
    std::string configuration() const;
    std::string pid_file() const;
    void start();
    void end_left_behind() const;

    Layout layout_;
    std::string program_;
    mutable std::mutex guard_;  ///< of child_: the loop asks for the state while the writer restarts
    mutable std::optional<Process> child_;
    mutable bool end_told_ = false;
};

}  // namespace mailstack
