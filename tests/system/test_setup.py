# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""From an untouched Debian to a mail machine with one call, which may be made again at any time."""

import re

import pytest

import smtp
from certificates import fingerprint, fingerprints
from machine import Machine, wait_until
from world import STRANGER, World

DOMAIN = "example.test"
COMMAND = ("mailstackctl", "setup", "--domain", DOMAIN, "--user", "alice")
BUS_CALL = ("busctl", "call", "--timeout=90", "org.mailstack1", "/org/mailstack1", "org.mailstack1.Manager", "Setup", "ssa{sv}",
            DOMAIN, "alice", "1", "listen", "s", "everywhere")
PASSWORD = "correct horse 1"
# The names of RFC 2142 that lead to root, RFC 5321's postmaster and sendmail's own.
REQUIRED = ("postmaster", "mailer-daemon", "abuse", "noc", "security", "hostmaster", "webmaster")


@pytest.fixture(scope="module")
def set_up(release, deb):
    """A machine that was untouched but for the package, and had one call of mailstackctl."""
    with Machine(release, kind="fresh") as booted:
        booted.install(deb)
        booted.hosts = booted.read("/etc/hosts")
        booted.said = booted.do(*COMMAND)
        _take_its_advice(booted)
        yield booted


def _take_its_advice(machine) -> None:
    """The line for /etc/hosts. No name server tells of the domain, and sendmail keeps what DNS cannot tell in its queue."""
    line = next(line.strip() for line in machine.said.splitlines() if line.strip().startswith("127.0.0.1 "))
    machine.sh(f"echo '{line}' >> /etc/hosts")


@pytest.fixture(scope="module")
def submission(release, deb):
    """One with the packages that AUTH needs, set up by one call over the bus; alice has a password."""
    with Machine(release, kind="submission") as booted, World(booted) as booted.world:
        booted.install(deb)
        booted.do("chpasswd", input=f"alice:{PASSWORD}\n")
        booted.do(*BUS_CALL)
        booted.sh(f"echo 127.0.0.1 {DOMAIN} >> /etc/hosts")
        yield booted


def tree(machine) -> str:
    """Every file of /etc: its name, owner, mode, time and content. Not mailstack's own journal, nor what systemd writes."""
    return machine.sh("""cd /etc
find . -path ./mailstack/journal\\* -prune -o -path ./mailstack/stage -prune -o -printf '%p %y %U:%G %m %T@ %l\\n' | grep -v '^[.]/mailstack d' | sort
find . -path ./mailstack/journal\\* -prune -o -path ./mailstack/stage -prune -o -type f -print0 | sort -z | xargs -0 sha256sum""")


def words(machine, path: str) -> list[str]:
    return [line for line in machine.read(path).split("\n") if line and not line.startswith("#")]


def lines_of_cf(machine, *heads: str) -> list[str]:
    return [line for line in machine.read("/etc/mail/sendmail.cf").splitlines() if line.startswith(heads)]


def test_one_call_leaves_a_configuration_behind(set_up):
    mc, cf = set_up.read("/etc/mail/sendmail.mc"), set_up.read("/etc/mail/sendmail.cf")
    for statement in (f"define(`confDOMAIN_NAME', `{DOMAIN}')", "FEATURE(`use_cw_file')", "define(`confAUTH_OPTIONS', `A p y')",
                      "TRUST_AUTH_MECH(`LOGIN PLAIN')", "define(`confAUTH_MECHANISMS', `LOGIN PLAIN')", "define(`confCACERT_PATH'",
                      "define(`confCACERT'", "define(`confSERVER_CERT'", "define(`confSERVER_KEY'", "OSTYPE(`debian')",
                      "FEATURE(`virtusertable'", "FEATURE(`access_db'", "FEATURE(`local_procmail'", "MAILER(`local')",
                      "MAILER(`smtp')"):
        assert statement in mc, f"{statement} is not in\n{mc}"
    assert f"\nDj{DOMAIN}\n" in cf
    assert re.search(r"^Mlocal,\s+P=/usr/bin/procmail,", cf, re.MULTILINE)
    made = set_up.sh("m4 -D_CF_DIR_=/usr/share/sendmail/cf/ -D_NO_MAKEINFO_ - < /etc/mail/sendmail.mc")
    settings = lambda text: [line for line in text.splitlines() if line and not line.startswith("#")]  # noqa: E731
    assert settings(cf) == settings(made)


def test_one_call_leaves_tables_and_names_behind(set_up):
    assert {"localhost", DOMAIN, "mail." + DOMAIN, "localhost.localdomain"} <= set(words(set_up, "/etc/mail/local-host-names"))
    assert re.search(r"^127\.0\.0\.1\s+RELAY$", set_up.read("/etc/mail/access"), re.MULTILINE)
    assert "127.0.0.1\tRELAY" in set_up.do("makemap", "-u", "hash", "/etc/mail/access.db")
    set_up.do("makemap", "-u", "hash", "/etc/mail/virtusertable.db")
    aliases = set_up.read("/etc/aliases")
    assert re.search(r"^root:\s*alice$", aliases, re.MULTILINE)
    for name in REQUIRED:
        assert "deliverable: mailer local, user alice" in set_up.do("sendmail", "-bv", name)


def test_one_call_says_what_it_cannot_do_itself(set_up):
    assert "127.0.0.1 " in set_up.said and DOMAIN in set_up.said and "/etc/hosts" in set_up.said
    assert "apt install" in set_up.said and "sasl2-bin" in set_up.said
    assert set_up.hosts == set_up.read("/etc/hosts").rpartition("127.0.0.1 ")[0], "offered, never forced"


def test_the_service_runs_now_and_at_every_boot(set_up):
    assert set_up.do("systemctl", "is-active", "sendmail.service") == "active"
    assert set_up.ask("systemctl", "is-enabled", "sendmail.service").endswith("enabled")
    assert set_up.property("Manager", "MtaState") == '"running"'


def test_the_certificate_is_served(set_up):
    with smtp.Session(set_up) as session:
        served = session.encrypt()
    path = next(line.split("=")[1] for line in lines_of_cf(set_up, "O ServerCertFile="))
    assert fingerprints(set_up.read(path)) == [fingerprint(served)]
    key = next(line.split("=")[1] for line in lines_of_cf(set_up, "O ServerKeyFile="))
    assert set_up.do("stat", "-c", "%U %a", key) == "root 600"


def test_mail_for_the_postmaster_is_in_the_mailbox(set_up):
    smtp.send(set_up, f"postmaster@{DOMAIN}", "to the postmaster")
    assert f"To: postmaster@{DOMAIN}" in smtp.await_mail(set_up, "alice", "to the postmaster")
    smtp.send(set_up, f"alice@mail.{DOMAIN}", "to the other name")
    smtp.await_mail(set_up, "alice", "to the other name")


def test_a_second_call_changes_no_byte_and_disturbs_nobody(set_up):
    # A listening socket that is the same one was never closed: nobody can have been refused.
    listeners = "ss --no-header --listening --tcp --extended --numeric | grep -E ':(25|587) ' | grep -o 'ino:[0-9]*' | sort"
    before = tree(set_up), set_up.sh(listeners), set_up.property("Manager", "Generation")
    assert before[1].count("ino:") == 2
    set_up.do(*COMMAND)
    assert (tree(set_up), set_up.sh(listeners), set_up.property("Manager", "Generation")) == before
    set_up.do(*COMMAND, "--json")
    assert tree(set_up) == before[0]


def test_the_call_over_the_bus_does_the_same(submission):
    assert submission.do("systemctl", "is-active", "sendmail.service", "mailstack-saslauthd.service") == "active\nactive"
    smtp.send(submission.world, f"postmaster@{DOMAIN}", "from outside", "someone@stranger.example")
    smtp.await_mail(submission, "alice", "from outside")
    before = tree(submission), submission.property("Manager", "Generation")
    submission.do(*BUS_CALL)
    assert (tree(submission), submission.property("Manager", "Generation")) == before


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_who_authenticates_over_tls_may_send_anywhere(submission, mechanism):
    subject = f"sent with {mechanism}"
    with smtp.Session(submission.world, port=587) as session:
        session.encrypt()
        assert {"PLAIN", "LOGIN"} <= set(session.esmtp_features["auth"].split())
        assert session.authenticate(mechanism, "alice", PASSWORD)[0] == 235
        session.sendmail(f"alice@{DOMAIN}", [f"friend@[{STRANGER}]", f"alice@{DOMAIN}"],
                         smtp.message(f"alice@{DOMAIN}", f"friend@[{STRANGER}]", subject))
    assert "authenticated" in smtp.await_mail(submission, "alice", subject)
    wait_until(lambda: any(f"Subject: {subject}" in message for message in submission.world.taken), "the message at the stranger's")


def test_without_tls_nobody_is_asked_for_a_password(submission):
    for port in (25, 587):
        with smtp.Session(submission.world, port=port) as session:
            assert "auth" not in session.esmtp_features and "starttls" in session.esmtp_features
            assert session.docmd("AUTH", "PLAIN AGFsaWNlAGNvcnJlY3QgaG9yc2UgMQ==")[0] in (503, 504)  # 8.18, 8.17


def test_a_wrong_password_opens_nothing(submission):
    with smtp.Session(submission.world, port=587) as session:
        session.encrypt()
        assert session.authenticate("PLAIN", "alice", "guessed")[0] == 535
        assert session.mail(f"alice@{DOMAIN}")[0] == 530
    with smtp.Session(submission.world, port=587) as session:
        session.encrypt()
        assert session.mail(f"alice@{DOMAIN}")[0] == 530


def test_a_stranger_cannot_relay(submission):
    with smtp.Session(submission.world) as session:
        session.encrypt()
        session.mail("someone@stranger.example")
        code, text = session.rcpt(f"victim@[{STRANGER}]")
        assert code == 550 and b"Relaying denied" in text
        assert session.rcpt(f"alice@{DOMAIN}")[0] == 250
