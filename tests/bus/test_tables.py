# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables and domains over the bus, against a real sendmail: live at once, in their own lines, each error by its name."""

import socket
import subprocess

import pytest

from sandbox import DOMAINS, ERROR, MANAGER, Sandbox, TABLE, TABLES, table_path


class Table:
    def __init__(self, sandbox, name):
        self.sandbox, self.name, self.path = sandbox, name, sandbox.mail / name
        self.map = {"virtusertable": "virtuser"}.get(name, name)

    def call(self, member, *arguments, signature="", **more):
        return self.sandbox.root_caller.call(member, *arguments, signature=signature, interface=TABLE,
                                             path=table_path(self.name), **more)

    def set(self, key, value):
        return self.call("SetEntry", key, value, signature="ss")

    def remove(self, key):
        return self.call("RemoveEntry", key, signature="s")

    def get(self, key):
        return self.call("GetEntry", key, signature="s")

    def live(self, key):
        return self.sandbox.lookup(key, self.map)

    def property(self, name):
        reply = self.sandbox.root_caller.call("Get", TABLE, name, signature="ss", path=table_path(self.name),
                                              interface="org.freedesktop.DBus.Properties")
        return reply["reply"][0]


@pytest.fixture
def table(sandbox):
    return lambda name: Table(sandbox, name)


def domains(sandbox, member, name):
    return sandbox.root_caller.call(member, name, signature="s", interface=DOMAINS)


def class_w(sandbox):
    return subprocess.run([sandbox.tree.sendmail, "-C", sandbox.cf, "-bt"], input="$=w\n", capture_output=True, text=True,
                          check=False).stdout.split()


@pytest.mark.parametrize("name, key, value, other", [
    ("access", "Connect:192.0.2.7", "REJECT", "550 go away"),
    ("virtusertable", "info@v.example", "alice", "bob@example.org"),
    ("mailertable", "away.example", "smtp:[mx.example]", "error:5.1.2:550 no such host"),
])
def test_set_get_list_remove(table, name, key, value, other):
    one = table(name)
    before = one.path.read_text()
    first = one.set(key, value)["reply"][0]
    assert one.live(key) == value and one.get(key.upper()) == {"reply": [value]}
    assert one.path.read_text() == before + f"{key}\t{value}\n"
    assert one.set(key, value) == {"reply": [first]}
    assert one.set(key, other) == {"reply": [first + 1]}
    assert one.live(key) == other
    line = len(before.splitlines()) + 1
    assert one.call("ListEntries", key[:-1].lower(), "", 0, signature="ssu")["reply"][0] == [
        [key.lower(), other, f"{one.path}:{line}"]]
    assert one.call("ListProblems")["reply"] == [[]]
    assert one.property("Count") == len(before.splitlines()) + 1 and one.property("Unused") == ""
    assert "reply" in one.remove(key)
    assert one.live(key) is None and one.path.read_text() == before
    assert one.remove(key)["error"] == ERROR + "NoSuchEntry"
    assert one.get(key)["error"] == ERROR + "NoSuchEntry"


@pytest.mark.parametrize("name, key, value, error", [
    ("access", "a\nb", "OK", "InvalidArgument"),
    ("access", "a.example", "OK\nConnect:\tRELAY", "InvalidArgument"),
    ("access", "AuthInfo:mx.example", '"U:me" "P:secret"', "InvalidArgument"),
    ("access", "a.example", "SOMETHING", "InvalidArgument"),
    ("access", r"a\x00b", "OK", "InvalidArgument"),
    ("virtusertable", "a@v.example", "|/bin/id", "InvalidAddress"),
    ("virtusertable", "a@v.example", ":include:/etc/passwd", "InvalidAddress"),
    ("virtusertable", "a@v.example", "/etc/passwd", "InvalidAddress"),
    ("mailertable", "a.example", "prog:x", "InvalidArgument"),
    ("mailertable", "a.example", "local:alice", "InvalidArgument"),
    ("mailertable", "a.example", "*file*:x", "InvalidArgument"),
    ("access", "a.example", "ERROR:550 " + "x" * 5000, "LimitExceeded"),
])
def test_what_cannot_be_written(sandbox, table, name, key, value, error):
    one = table(name)
    before = one.path.read_bytes(), sandbox.root_caller.property(MANAGER, "Generation")
    reply = one.set(key, value)
    assert reply.get("error") == ERROR + error, reply
    assert (one.path.read_bytes(), sandbox.root_caller.property(MANAGER, "Generation")) == before


@pytest.mark.parametrize("key", ["Connect:", "com", "Connect:.com", "To:co.uk", "Connect:203", "9", "From:", "From:friend.example",
                                 "From:me@friend.example", "IPv6:2001", "Connect:IPv6:2001:db8"])
def test_no_entry_opens_the_relay(table, key):
    one = table("access")
    before = one.path.read_bytes()
    reply = one.set(key, "RELAY")
    assert reply.get("error") in (ERROR + "InvalidConfiguration", ERROR + "InvalidArgument"), reply
    assert one.path.read_bytes() == before


@pytest.mark.parametrize("key", ["Connect:127", "Connect:10", "Connect:192.168", "192.0.2.7", "To:example.org", "friend.example",
                                 "Connect:IPv6:fd00", "Connect:IPv6:2001:db8:1:2"])
def test_named_neighbours_may_relay(table, key):
    one = table("access")
    assert "reply" in one.set(key, "RELAY")
    assert one.live(key) == "RELAY"
    assert "reply" in one.remove(key)


def test_a_rejected_client_is_rejected_in_the_next_session(sandbox, table):
    def answer_to_mail():
        with socket.create_connection(("127.0.0.1", sandbox.port), timeout=30) as connection, connection.makefile("rw") as lines:
            lines.readline()
            for words in ("EHLO me.example", "MAIL FROM:<a@b.example>", "RCPT TO:<root@localhost>"):
                lines.write(words + "\r\n")
                lines.flush()
                while (line := lines.readline())[3:4] == "-":
                    pass
                if line[0] != "2":
                    break
            return line
    one = table("access")
    assert "reply" in one.set("From:b.example", "OK")
    assert answer_to_mail().startswith("250")
    assert "reply" in one.set("From:b.example", "550 5.7.1 not you")
    assert "not you" in answer_to_mail()
    assert "reply" in one.remove("From:b.example")


def test_a_domain_is_ours_once_the_call_returns(sandbox):
    before = (sandbox.mail / "local-host-names").read_text()
    assert "reply" in domains(sandbox, "AddDomain", "New.Example")
    assert (sandbox.mail / "local-host-names").read_text() == before + "new.example\n"
    assert sandbox.root_caller.property(DOMAINS, "Names") == [*before.split(), "new.example"]
    assert "new.example" in class_w(sandbox)
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=30) as connection, connection.makefile("rw") as lines:
        lines.readline()
        for words in ("HELO me.example", "MAIL FROM:<root@localhost>", "RCPT TO:<root@new.example>"):
            lines.write(words + "\r\n")
            lines.flush()
            assert lines.readline().startswith("250"), words
    generation = sandbox.root_caller.property(MANAGER, "Generation")
    assert domains(sandbox, "AddDomain", "new.example") == {"reply": [generation]}
    assert "reply" in domains(sandbox, "RemoveDomain", "NEW.example")
    assert (sandbox.mail / "local-host-names").read_text() == before
    assert domains(sandbox, "RemoveDomain", "new.example")["error"] == ERROR + "NoSuchDomain"


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "192.0.2.7", "-a.example", "m\u00fcller.example", "x" * 300, "*.example"])
def test_what_is_no_domain(sandbox, name):
    before = (sandbox.mail / "local-host-names").read_bytes()
    reply = domains(sandbox, "AddDomain", name)
    assert reply.get("error") == ERROR + "InvalidArgument", reply
    assert (sandbox.mail / "local-host-names").read_bytes() == before


def test_signals(sandbox, table):
    assert "reply" in table("mailertable").set("signal.example", "smtp:[mx.example]")
    assert "reply" in domains(sandbox, "AddDomain", "signal.example")
    told = sandbox.root_caller.signals()
    assert [body[1:] for interface, member, body in told if (interface, member) == (TABLE, "EntriesChanged")][-1] == [
        ["signal.example"], False]
    assert any(body[0] == DOMAINS and "signal.example" in str(body) for _, member, body in told if member == "PropertiesChanged")
    assert "reply" in table("mailertable").remove("signal.example")
    assert "reply" in domains(sandbox, "RemoveDomain", "signal.example")


def test_a_hand_edit_is_told_and_becomes_live_with_reload(sandbox, table):
    one = table("access")
    assert "reply" in one.set("mine.example", "OK")
    with open(one.path, "a", encoding="ascii") as edit:
        edit.write("hand.example\tREJECT\n")
    assert one.get("hand.example") == {"reply": ["REJECT"]} and one.live("hand.example") is None
    assert str(one.path) in sandbox.root_caller.property(MANAGER, "Drifted")
    assert "reply" in sandbox.root_caller.call("Reload", interface=MANAGER)
    assert one.live("hand.example") == "REJECT"
    assert sandbox.root_caller.property(MANAGER, "Drifted") == []


def test_a_table_that_sendmail_does_not_use(daemon):
    own = Sandbox(daemon)
    try:
        one = Table(own, "mailertable")
        text = (own.mail / "sendmail.cf").read_text()
        (own.mail / "sendmail.cf").write_text(text.replace("\nKmailertable ", "\n#Kmailertable "))
        assert "FEATURE(`mailertable')" in one.property("Unused")
        reply = one.set("a.example", "smtp:b.example")
        assert reply["error"] == ERROR + "Unsupported" and "FEATURE(`mailertable')" in reply["message"]
        assert one.path.read_text() == ""
        for name in set(TABLES) - {"mailertable"}:
            assert Table(own, name).property("Unused") == ""
    finally:
        own.close()
