# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Setup and RebuildCf against a real sendmail and m4 in a sandbox: what they leave behind, what they refuse.

The account is daemon, which every machine has; listening stays where the sandbox has it.
"""

import pathlib
import subprocess

import pytest

from sandbox import ERROR, MANAGER, Sandbox

OPTIONS = {"submission": ["b", False]}


@pytest.fixture
def fresh(daemon):
    """A sandbox for one test alone."""
    made = Sandbox(daemon)
    yield made
    made.close()


def set_up(sandbox, domain="example.test", user="daemon", options=None):
    return sandbox.root_caller.call("Setup", domain, user, OPTIONS if options is None else options, signature="ssa{sv}",
                                    interface=MANAGER)


def octets(sandbox):
    """Every file below etc but the record of what was done."""
    etc = sandbox.root / "etc"
    return {path: path.read_bytes() for path in sorted(etc.rglob("*"))
            if path.is_file() and not {"history", "stage"} & set(path.parts) and path.name not in ("record", "statistics", "sendmail.pid")}


WRONG = [
    ("localhost", "daemon", {}, "'localhost'"), ("example", "daemon", {}, "two labels"), ("a b.example", "daemon", {}, "a b.example"),
    ("example.test", "nobody-knows", {}, "there is no account 'nobody-knows'"), ("example.test", "root", {}, "'root' is root"),
    ("example.test", "daemon", {"listen": ["s", "somewhere"]}, "keep, everywhere or loopback, not 'somewhere'"),
    ("example.test", "daemon", {"listen": ["b", True]}, "listen must be the string"),
    ("example.test", "daemon", {"submission": ["s", "no"]}, "submission must be a boolean"),
    ("example.test", "daemon", {"delivery": ["s", "mh"]}, "'mh' is no format of delivery"),
    ("example.test", "daemon", {"delivery": ["b", True]}, "delivery must be a string"),
    ("example.test", "daemon", {"replace-cf": ["u", 1]}, "replace-cf must be a boolean"),
    ("example.test", "daemon", {"replace_cf": ["b", True]}, "unknown option 'replace_cf'"),
]


@pytest.mark.parametrize("domain, user, options, words", WRONG)
def test_wrong_values(sandbox, domain, user, options, words):
    before = octets(sandbox)
    reply = set_up(sandbox, domain, user, options)
    assert reply.get("error") == ERROR + "InvalidArgument", reply
    assert words in reply["message"]
    assert octets(sandbox) == before


def test_what_it_leaves_behind_and_that_a_second_one_changes_no_byte(fresh):
    first = set_up(fresh)
    assert "reply" in first, first
    mc = (fresh.mail / "sendmail.mc").read_text()
    for line in ("define(`confAUTH_OPTIONS', `A p y')dnl", "TRUST_AUTH_MECH(`LOGIN PLAIN')dnl",
                 "define(`confAUTH_MECHANISMS', `LOGIN PLAIN')dnl"):
        assert line in mc.splitlines()
    cf = (fresh.mail / "sendmail.cf").read_text()
    certificate, key = (fresh.root / f"etc/mailstack/tls/example.test.{kind}" for kind in ("crt", "key"))
    assert f"O ServerCertFile={certificate}\n" in cf and f"O ServerKeyFile={key}\n" in cf
    assert key.stat().st_mode & 0o7777 == 0o600 and certificate.stat().st_mode & 0o7777 == 0o644
    assert b"PRIVATE KEY" not in b"".join(path.read_bytes() for path in (fresh.root / "etc/mailstack").rglob("*")
                                           if path.is_file() and path != key), "the key is in one place alone"
    assert {"localhost", "example.test", "mail.example.test", "localhost.localdomain"} <= set(
        (fresh.mail / "local-host-names").read_text().split())
    assert fresh.lookup("127.0.0.1", "access") == "RELAY"
    assert fresh.lookup("root") == "daemon"
    assert fresh.lookup("postmaster") == "root" and fresh.lookup("abuse") == "root"
    shown = subprocess.run(["openssl", "s_client", "-starttls", "smtp", "-connect", f"127.0.0.1:{fresh.port}"], input="QUIT\n",
                           capture_output=True, text=True, timeout=60, check=False)
    assert "CN = example.test" in shown.stdout or "CN=example.test" in shown.stdout, shown

    before = octets(fresh)
    assert set_up(fresh)["reply"] == first["reply"]
    assert octets(fresh) == before


MAILDIR = {**OPTIONS, "delivery": ["s", "maildir"]}


def test_a_delivery_is_refused_where_something_else_delivers(fresh):
    before = octets(fresh)
    reply = set_up(fresh, options=MAILDIR)
    assert reply.get("error") == ERROR + "Unsupported" and "/bin/true" in reply["message"], reply
    assert octets(fresh) == before


def test_a_delivery_is_set_where_procmail_delivers(daemon):
    made = Sandbox(daemon, local_mailer=None)
    try:
        program = made.root / "usr/bin/procmail"
        program.parent.mkdir(parents=True)
        program.write_text("")
        program.chmod(0o755)
        reply = set_up(made, options=MAILDIR)
        assert "reply" in reply, reply
        lines = (made.root / "etc/procmailrc").read_text().splitlines()
        assert lines[1:3] == ["DROPPRIVS=yes", "DEFAULT=$HOME/Maildir/"]
    finally:
        made.close()


def test_a_cf_that_was_edited_by_hand_is_not_lost(fresh):
    cf = fresh.mail / "sendmail.cf"
    edited = cf.read_text().replace("O MaxHopCount", "#hand\nO MaxHopCount") + "O MaxHopCount=33\n"
    cf.write_text(edited)
    before = octets(fresh)
    reply = set_up(fresh)
    assert reply.get("error") == ERROR + "HandEdited", reply
    assert octets(fresh) == before
    reply = set_up(fresh, options={**OPTIONS, "replace-cf": ["b", True]})
    assert "reply" in reply, reply
    assert "O MaxHopCount=33" not in cf.read_text()
    kept = [path.read_text() for path in pathlib.Path(fresh.root / "etc/mailstack/kept").rglob("*") if path.is_file()]
    assert edited in kept


def test_rebuild_cf(fresh):
    cf, mc = fresh.mail / "sendmail.cf", fresh.mail / "sendmail.mc"
    assert "reply" in set_up(fresh)  # from now on mailstackd knows what it made
    mc.write_text(mc.read_text().replace("MAILER(`local')", "define(`confMAX_HOP', `44')dnl\nMAILER(`local')"))
    cf.write_text(cf.read_text() + "O MaxHopCount=33\n")
    assert fresh.root_caller.call("Reload", interface=MANAGER).get("error") == ERROR + "HandEdited"
    assert "reply" in fresh.root_caller.call("RebuildCf", interface=MANAGER)
    assert "O MaxHopCount=44\n" in cf.read_text() and "O MaxHopCount=33" not in cf.read_text()


def test_broken_m4_changes_nothing(fresh):
    mc = fresh.mail / "sendmail.mc"
    mc.write_text(mc.read_text() + "FEATURE(`no_such_feature')dnl\n")
    before = octets(fresh)
    reply = set_up(fresh)
    assert reply.get("error") == ERROR + "InvalidConfiguration", reply
    assert "no_such_feature" in reply["message"]
    assert octets(fresh) == before
