# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The demo's story: an ordinary user's alias is live, its mail is read, and nobody was turned away meanwhile."""

import smtp
from machine import wait_until

MANAGE = "org.mailstack1.manage-aliases"


def test_an_alias_is_added_over_the_bus_and_its_mail_is_read(machine):
    machine.grant("alice", MANAGE)
    assert smtp.expand(machine, "orders") is None
    with machine.probing() as counts:
        added = machine.call("Aliases", "AddAlias", "sas", "orders", "1", "alice", user="alice")
        assert added.returncode == 0, added.stderr
        smtp.send(machine, "orders", "An order")
        mailbox = smtp.await_mail(machine, "alice", "An order")
        denied = machine.call("Aliases", "AddAlias", "sas", "shop", "1", "mallory", user="mallory")
    assert "To: orders@mail.example.test" in mailbox
    assert added.stdout.startswith("t "), added.stdout
    assert denied.returncode != 0
    assert smtp.expand(machine, "shop") is None
    assert counts["connections"] > 100
    assert counts["refused"] == 0, counts


def test_the_alias_stands_in_the_file_and_in_sendmails_map(machine):
    assert "\norders: alice\n" in machine.read("/etc/aliases")
    assert "orders\talice" in machine.do("makemap", "-u", "hash", "/etc/mail/aliases.db")
    owner = machine.do("stat", "-L", "-c", "%U:%G %a", "/etc/mail/aliases.db")
    assert owner in ("smmta:smmsp 640", "smmta:smmsp 644")


def test_procmail_delivers_it(machine):
    """The user's own recipe is obeyed, so it was procmail."""
    machine.write("/home/alice/.procmailrc", ":0\n* ^Subject: for the folder\n/home/alice/folder\n")
    machine.do("chown", "alice:alice", "/home/alice/.procmailrc")
    smtp.send(machine, "orders", "for the folder")
    wait_until(lambda: "for the folder" in machine.ask("cat", "/home/alice/folder"), "procmail's delivery")
