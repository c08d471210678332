// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The open-relay guard: whether a configuration lets a stranger send to a stranger. The answer is sendmail's
/// own: the rule sets of the .cf are asked, in one process, as SMTP would ask them at RCPT (see
/// relay_probes.hpp for what is tried).
///
/// What is asked is check_rcpt without what FEATURE(`delay_checks') puts in front of it (check_mail and
/// check_relay refuse a sender that DNS does not know, and so hide an open relay). It calls Local_check_rcpt,
/// so that rules of the administrator that open or close count.
///
/// What the administrator names is no stranger: loopback, private networks, a network or domain in access or
/// class R (relay-domains), local domains and their subdomains with FEATURE(`relay_entire_domain'), clients
/// that have authenticated. A whole first octet of public addresses, a top-level domain or one like co.uk,
/// and any sender address are strangers, whoever names them.
///
/// Not seen: FEATURE(`relay_based_on_MX') (whoever points an MX here relays to himself; DNS would have to be
/// asked), relaying by TLS certificate (CertIssuer: and CertSubject: entries), milters, policy in check_relay
/// and check_mail, a public network smaller than a
/// first octet.
#pragma once

#include <string>
#include <vector>

#include "engine/address_test.hpp"

namespace mailstack {

struct RelayInputs {
    std::vector<std::string> local_domains;  ///< class w
    std::vector<std::string> relay_domains;  ///< class R: domains, and networks such as "10.1"
    std::vector<std::string>
        relay_keys;  ///< keys of access whose value is RELAY, as written: "Connect:10", "com"
};

/// One way for strangers to use the relay.
struct RelayOpening {
    std::string who;                        ///< "any client", "a client whose name ends in '.com'", ...
    std::string client, sender, recipient;  ///< the probe that passed
    std::string words;                      ///< sendmail's answer to it
    std::string remedy;                     ///< what to change

    /// All of it, in one sentence.
    std::string sentence() const;
};

/// The openings of the .cf that `test` names, most general first; where anybody may relay, that one alone. Of
/// local domains 50 are tried; of relay_domains and relay_keys 50 each in every way, the next 950 in one way
/// of each kind, the rest only as senders (where tagged From:). The maps that the .cf names must open. One
/// process asks the first try of each; another one, where any passes, the second.
///
/// Throws Error{InvalidConfiguration} where sendmail rejects the .cf or cannot decide (a temporary failure: a
/// map that does not open), and as ask().
std::vector<RelayOpening> relay_openings(const AddressTest& test, const RelayInputs& inputs);

}  // namespace mailstack
