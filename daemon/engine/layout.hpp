// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Where everything lies. In a sandbox everything lies below one directory; else `root` is empty.
#pragma once

#include <string>

namespace mailstack {

struct Layout {
    std::string root;  ///< "" for the machine itself, else the sandbox directory, without a trailing slash

    std::string etc() const { return root + "/etc"; }
    std::string sendmail_cf() const { return root + "/etc/mail/sendmail.cf"; }
    std::string sendmail_mc() const { return root + "/etc/mail/sendmail.mc"; }
    std::string local_host_names() const { return root + "/etc/mail/local-host-names"; }
    std::string home() const { return root + "/etc/mailstack"; }  ///< root, 0711: accounts reach procmail()
    std::string record() const { return home() + "/record"; }     ///< the journal of what is not yet archived
    std::string history() const { return home() + "/history"; }   ///< archived journals
    std::string stage() const { return home() + "/stage"; }  ///< staged files of the transaction under way
    std::string kept() const { return home() + "/kept"; }    ///< hand edits that an undo had to move aside
    std::string tls() const { return home() + "/tls"; }      ///< certificate and key made here
    std::string requests() const { return home() + "/requests"; }  ///< keys of certificate requests
    std::string expiry_warned() const { return home() + "/expiry-warned"; }
    std::string routes() const { return home() + "/routes.yaml"; }
    std::string secrets() const { return home() + "/secrets"; }    ///< relays' passwords
    std::string m4() const { return home() + "/m4"; }              ///< what sendmail.mc includes for routes
    std::string recipes() const { return home() + "/recipes"; }    ///< ACCOUNT.yaml
    std::string procmail() const { return home() + "/procmail"; }  ///< ACCOUNT.rc, which is made of it
    std::string procmailrc() const { return root + "/etc/procmailrc"; }
    std::string settings() const { return home() + "/mailstackd.yaml"; }  ///< the daemon's own settings
};

}  // namespace mailstack
