// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Changes of the certificate with which the MTA speaks TLS.
///
/// mailstack writes in its own directory only (Layout::tls()): a pair that sendmail.mc names there is
/// replaced where it is; another's stays as it is, and sendmail.mc names a new one in its place.
#pragma once

#include "engine/apply.hpp"
#include "engine/workshop.hpp"

namespace mailstack {

/// Whether the change is a new certificate: it makes sendmail.cf anew where that names other files.
bool is_certificate_change(const Change& change);

/// RotateCertificate, InstallCertificate. Throws what model/certificate.hpp's require_serviceable() throws;
/// HandEdited where a reload would publish what nobody asked to publish; Unsupported where sendmail.mc is
/// absent, names several pairs, or has an include that names others after all.
Applied apply_certificate_change(const Workshop& workshop, const Configuration& before, const Change& change);

}  // namespace mailstack
