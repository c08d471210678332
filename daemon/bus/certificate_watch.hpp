// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Which certificate the running sendmail serves: asked once for each time that it has read its files (then
/// its pid file is another one), since between them it serves the same.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bus/loop.hpp"
#include "engine/mta.hpp"
#include "engine/observer.hpp"
#include "engine/served_certificates.hpp"
#include "engine/writer.hpp"

namespace mailstack {

class CertificateWatch {
  public:
    using Listed = std::function<void(const std::vector<ServedCertificate>&)>;

    /// `changed` runs on the loop when sendmail was asked anew.
    CertificateWatch(Loop& loop, const Writer& writer, const Mta& mta, std::function<void()> changed);

    /// Begins to ask, where sendmail has read its files since it was asked last.
    void look();
    /// For somebody who asks now: waits half a second at most, once for each time that sendmail is asked.
    void await();
    /// What it said last; nothing where no sendmail runs.
    const std::vector<ServedCertificate>& heard() const noexcept { return served_; }
    /// Asks now; those who come while it is asked are answered together by the next answer.
    void list(Listed done);

  private:
    void ask();
    void take(std::vector<ServedCertificate> served);
    /// Differs after each time that sendmail has read its files; "" where none runs.
    std::string reading() const;

    Loop& loop_;
    const Writer& writer_;
    const Mta& mta_;
    std::function<void()> changed_;
    std::string asked_at_;  ///< reading() when it was asked
    bool asking_ = false, awaited_ = false;
    std::vector<Listed> waiting_;    ///< for the next answer
    std::vector<Listed> answering_;  ///< by the one that is under way
    Loop::Source again_;
    std::vector<ServedCertificate> served_;
    Observer observer_;  ///< the last: its thread uses what stands above
};

}  // namespace mailstack
