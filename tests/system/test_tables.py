# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables and domains on a real machine: who may send is decided at once, mail for a new domain is read, and one reload's worth
of connections is all that it costs."""

import smtp
from bus import Bus

ACCESS = {"interface": "org.mailstack1.Table", "path": "/org/mailstack1/table/access"}
DOMAINS = {"interface": "org.mailstack1.Domains", "signature": "s"}


def may_send(machine, sender: str) -> bool:
    with smtp.Session(machine) as session:
        session.mail(sender)
        return session.rcpt(f"alice@{smtp.HOST}")[0] == 250


def test_a_sender_is_refused_at_once_and_again_let_in(machine):
    with Bus(machine) as bus, machine.probing() as counts:
        assert "reply" in bus.call("SetEntry", "From:sales@example.com", "OK", signature="ss", **ACCESS)
        assert may_send(machine, "sales@example.com")
        assert "reply" in bus.call("SetEntry", "From:sales@example.com", "550 5.7.1 no more offers", signature="ss", **ACCESS)
        assert not may_send(machine, "sales@example.com")
        assert "reply" in bus.call("RemoveEntry", "From:sales@example.com", signature="s", **ACCESS)
    assert counts["refused"] == 0, counts
    assert "sales@example.com" not in machine.do("makemap", "-u", "hash", "/etc/mail/access.db")


def test_the_owner_and_mode_of_text_and_map_stay(machine):
    before = machine.do("stat", "-c", "%U:%G %a", "/etc/mail/access", "/etc/mail/access.db")
    with Bus(machine) as bus:
        assert "reply" in bus.call("SetEntry", "Connect:192.0.2.7", "REJECT", signature="ss", **ACCESS)
        assert "reply" in bus.call("SetEntry", "Connect:192.0.2.7", "DISCARD", signature="ss", **ACCESS)
    assert machine.do("stat", "-c", "%U:%G %a", "/etc/mail/access", "/etc/mail/access.db") == before
    assert "connect:192.0.2.7\tDISCARD" in machine.do("makemap", "-u", "hash", "/etc/mail/access.db")


def test_the_table_is_nobodys_to_read(machine):
    read = ("busctl", "call", "org.mailstack1", ACCESS["path"], ACCESS["interface"], "ListEntries", "ssu", "", "", "0")
    assert machine.run(*read, user="mallory").returncode != 0
    assert machine.run(*read).returncode == 0


def test_an_open_relay_cannot_be_made(machine):
    before = machine.read("/etc/mail/access")
    with Bus(machine) as bus:
        refused = bus.call("SetEntry", "Connect:com", "RELAY", signature="ss", **ACCESS)
    assert refused.get("error") == "org.mailstack1.Error.InvalidConfiguration", refused
    assert machine.read("/etc/mail/access") == before


def test_mail_for_a_new_domain_is_read(machine):
    # The machine has no name server, and what DNS cannot tell now sendmail keeps in its queue.
    machine.sh("echo 127.0.1.1 fresh.example >> /etc/hosts")
    with smtp.Session(machine) as old, machine.probing() as counts:
        old.mail("sender@localhost")
        with Bus(machine) as bus:
            assert "reply" in bus.call("AddDomain", "Fresh.Example", **DOMAINS)
        with smtp.Session(machine) as session:
            session.sendmail("sender@localhost", ["alice@fresh.example"], "Subject: to the new domain\r\n\r\nHello.\r\n")
        assert old.rcpt(f"alice@{smtp.HOST}")[0] == 250  # a session that was open goes on
    assert "to the new domain" in smtp.await_mail(machine, "alice", "to the new domain")
    assert machine.read("/etc/mail/local-host-names").endswith("\nfresh.example\n")
    print(f"\n{machine.release}: one reload refused {counts['refused']} of {counts['connections']} connections")
    assert counts["refused"] < 100
    with Bus(machine) as bus:
        assert "reply" in bus.call("RemoveDomain", "fresh.example", **DOMAINS)


def test_a_table_without_its_feature_says_what_is_missing(machine):
    with Bus(machine) as bus:
        refused = bus.call("SetEntry", "away.example", "smtp:[mx.example]", signature="ss", interface="org.mailstack1.Table",
                           path="/org/mailstack1/table/mailertable")
    assert refused.get("error") == "org.mailstack1.Error.Unsupported" and "FEATURE(`mailertable')" in refused["message"]
