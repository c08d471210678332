# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mailstackctl's verbs for tables and domains against the real daemon, with a real sendmail that looks into them.

Exit statuses and output that need a fault on the other side: test_client_scripted.py.
"""

import json
import signal
import subprocess

import pytest
from sandbox import STRANGER

ROWS = {  # table: key, value, another value, what sendmail calls the map
    "access": ("From:spam.example", "REJECT", "ERROR:5.7.1:550 Go away", "access"),
    "virtusertable": ("info@v.example", "alice", "bob@example.com", "virtuser"),
    "mailertable": ("away.example", "smtp:[mx.example.net]", "relay:a.example:b.example", "mailertable"),
}


def class_w(sandbox):
    """The domains that sendmail takes for its own when it reads its files now."""
    return subprocess.run([sandbox.tree.sendmail, "-C", sandbox.cf, "-bt"], input="$=w\n", capture_output=True, text=True,
                          check=False).stdout.split()


@pytest.mark.parametrize("table", ROWS)
def test_an_entry_from_set_to_remove(sandbox, ctl, ctl_json, table):
    key, value, other, map_name = ROWS[table]
    before = ctl_json("status")["generation"]
    pid = sandbox.sendmail_pid()
    assert ctl_json("table", "set", table, key, value) == {"generation": before + 1, "live": True}
    assert sandbox.lookup(key.lower(), map_name) == value
    assert ctl("table", "get", table, key).stdout == value + "\n"
    assert ctl("table", "set", table, key, other).stdout == f"{table} {key}: live as generation {before + 2}\n"
    assert sandbox.lookup(key.lower(), map_name) == other
    assert ctl_json("table", "get", table, key.upper()) == {"key": key.upper(), "value": other}
    line = (sandbox.mail / table).read_text().splitlines().index(f"{key}\t{other}") + 1
    assert ctl_json("table", "list", table, key[:4]) == [
        {"key": key.lower(), "value": other, "source": f"{sandbox.mail / table}:{line}"}]
    assert ctl("table", "list", table, key[:4], "--keys").stdout == key.lower() + "\n"
    assert ctl("table", "list", table, key[:4]).stdout.splitlines()[0].split() == ["KEY", "DEFINED", "AT", "VALUE"]
    assert ctl_json("table", "remove", table, key)["generation"] == before + 3
    assert sandbox.lookup(key.lower(), map_name) is None
    assert sandbox.sendmail_pid() == pid, "nothing was reloaded"
    for gone in (ctl("table", "get", table, key), ctl("table", "remove", table, key)):
        assert gone.returncode == 3
        assert "'mailstackctl table list TABLE' shows the keys" in gone.stderr


def test_a_key_in_brackets_is_one_key(sandbox, ctl, ctl_json):
    assert ctl("table", "set", "access", "[192.0.2.9]", "REJECT").returncode == 0
    assert ctl("table", "get", "access", "[192.0.2.9]").stdout == "REJECT\n"
    assert [entry["key"] for entry in ctl_json("table", "list", "access", "[")] == ["[192.0.2.9]"]
    assert ctl("table", "remove", "access", "[192.0.2.9]").returncode == 0


@pytest.mark.parametrize("table, key, value, words", [
    ("access", "Connect:192.0.2.7", "perhaps", "OK, RELAY, REJECT"), ("access", "Connect:192.0.2.0/24", "REJECT", "192.0.2.0/24"),
    ("access", "Connect:", "RELAY", "Connect:"), ("access", "com", "RELAY", "relay|send mail to anybody"),
    ("virtusertable", "info@v.example", "|/bin/id", "one plain address"), ("mailertable", "away.example", "prog:x", "prog")])
def test_what_cannot_be_is_refused(sandbox, ctl, table, key, value, words):
    before = (sandbox.mail / table).read_bytes()
    refused = ctl("table", "set", table, key, value)
    assert refused.returncode == 7, refused.stderr
    assert any(word in refused.stderr for word in words.split("|"))
    assert (sandbox.mail / table).read_bytes() == before


def test_a_list_of_several_pages_is_whole(sandbox, ctl, ctl_json):
    """A page holds 1 MiB at most."""
    path, count = sandbox.mail / "virtusertable", 30000
    path.write_text("".join(f"user{number:05}@long.example\talice-of-{number}@example.com\n" for number in range(count)))
    assert ctl("reload").returncode == 0
    try:
        entries = ctl_json("table", "list", "virtusertable")
        assert [entry["key"] for entry in entries] == [f"user{number:05}@long.example" for number in range(count)]
        assert entries[29999]["value"] == "alice-of-29999@example.com"
        assert len(ctl("table", "list", "virtusertable", "user1", "--limit", "5000", "--keys").stdout.splitlines()) == 5000
    finally:
        path.write_text("")
        assert ctl("reload").returncode == 0
    empty = ctl("table", "list", "virtusertable", "--json")
    assert (empty.stdout, empty.stderr) == ("[]\n", ""), "it is used, and empty"


def test_domains_from_add_to_remove(sandbox, ctl, ctl_json):
    before, domains = ctl_json("status")["generation"], ctl_json("domain", "list")
    assert "fresh.example" not in domains
    assert ctl_json("domain", "add", "fresh.example") == {"generation": before + 1, "live": True}
    assert "fresh.example" in class_w(sandbox)
    assert ctl_json("domain", "add", "Fresh.Example") == {"generation": before + 1, "live": True}, "the same again is no change"
    assert ctl("domain", "list").stdout.splitlines() == [*domains, "fresh.example"]
    assert ctl("domain", "remove", "fresh.example").stdout == f"fresh.example: live as generation {before + 2}\n"
    assert "fresh.example" not in class_w(sandbox)
    gone = ctl("domain", "remove", "fresh.example")
    assert gone.returncode == 3
    assert "'mailstackctl domain list' shows" in gone.stderr
    assert ctl("domain", "add", "[192.0.2.7]").returncode == 7
    assert ctl("domain", "add", "not a domain").returncode == 7
    assert ctl_json("domain", "list") == domains


def test_a_user_who_was_not_granted_it(sandbox, ctl):
    sandbox.answers("no", read="yes")
    for arguments, action in [(["table", "list", "access"], "read-tables"), (["table", "get", "access", "a.example"], "read-tables"),
                              (["table", "set", "access", "a.example", "REJECT"], "manage-access"),
                              (["table", "remove", "mailertable", "a.example"], "manage-mailertable"),
                              (["domain", "add", "a.example"], "manage-domains")]:
        denied = ctl(*arguments, uid=STRANGER)
        assert denied.returncode == 4, arguments
        assert f"'org.mailstack1.{action}' with a rule in" in denied.stderr
    assert ctl("domain", "list", uid=STRANGER).returncode == 0


def test_whether_a_dialog_may_be_shown_is_up_to_the_user(sandbox, ctl):
    sandbox.answers("challenge", read="yes")
    denied = ctl("--no-ask-password", "table", "list", "access", uid=STRANGER)
    assert denied.returncode == 4
    assert "without --no-ask-password" in denied.stderr
    assert ctl("table", "list", "access", uid=STRANGER).returncode == 0
    assert ctl("table", "set", "access", "asked.example", "REJECT", uid=STRANGER).returncode == 0
    assert ctl("table", "remove", "access", "asked.example").returncode == 0


def test_monitor_sees_tables_and_domains(sandbox, program, ctl):
    child = subprocess.Popen([program, "--json", "monitor"], env=sandbox.environment, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    try:
        assert child.stderr.readline().startswith("watching mailstackd ")
        assert ctl("table", "set", "mailertable", "watched.example", "smtp:[mx.example]").returncode == 0
        assert ctl("domain", "add", "watched.example").returncode == 0
        seen = {}
        while not {"EntriesChanged", "Count", "Names"} <= seen.keys():
            line = json.loads(child.stdout.readline())
            for name in [line["signal"], *line.get("changed", {})]:
                seen.setdefault(name, line)
        assert (seen["EntriesChanged"]["table"], seen["EntriesChanged"]["keys"]) == ("mailertable", ["watched.example"])
        assert (seen["Count"]["table"], seen["Count"]["interface"]) == ("mailertable", "org.mailstack1.Table")
        assert "watched.example" in seen["Names"]["changed"]["Names"] and "table" not in seen["Names"]
    finally:
        child.kill()
        child.communicate()
        assert ctl("table", "remove", "mailertable", "watched.example").returncode == 0
        assert ctl("domain", "remove", "watched.example").returncode == 0


def test_a_table_that_sendmail_does_not_have(sandbox, ctl, ctl_json):
    """The last test here: it takes the tables away."""
    sandbox.tree.write_cf(sandbox.mail, port=sandbox.port, queue=sandbox.root / "queue")
    assert ctl("reload").returncode == 0
    empty = ctl("table", "list", "mailertable", "--json")
    assert (empty.returncode, empty.stdout) == (0, "[]\n")
    assert "FEATURE(`mailertable')" in empty.stderr
    refused = ctl("table", "set", "mailertable", "away.example", "smtp:[mx.example]")
    assert refused.returncode == 1
    assert "FEATURE(`mailertable')" in refused.stderr
    assert ctl("domain", "add", "fresh.example").returncode == 1
