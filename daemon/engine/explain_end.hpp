// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The ends of Explain: a delivery, or a refusal.
#pragma once

#include <string>
#include <vector>

#include "engine/explain.hpp"

namespace mailstack {

/// "mailer M, host H, user U" of -bv.
Resolution read_resolution(const std::string& text);

/// The mailer with the line of sendmail.cf that defines it, the relay that sends it there, what decides
/// further.
std::vector<ExplainStep> delivery_steps(const CfInUse& cf, const Resolution& recipient);

/// "bob... User unknown", "/etc/list: line 2: bob... User unknown".
ExplainStep refusal_step(const std::string& line);

}  // namespace mailstack
