# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The MTA under systemd: found, reloaded without losing its process or a session, restarted, and left alone by scripts."""

import re

import pytest

import smtp
from bus import Bus
from machine import wait_until


def pid(machine) -> str:
    return machine.show("sendmail.service", "MainPID")["MainPID"]


def refresh(machine, bus):
    """What Drifted tells after a look at the disk."""
    bus.get("postmaster")
    return bus.property("Drifted")


def test_the_unit_is_found_out(machine):
    assert machine.property("Manager", "MtaUnit") == '"sendmail.service"'
    assert machine.property("Manager", "MtaState") == '"running"'
    shown = machine.show("sendmail.service", "FragmentPath", "CanReload", "Type")
    assert shown["CanReload"] == "yes" and shown["Type"] == "exec"


def test_a_hand_edit_is_told_and_goes_live_only_with_reload(machine):
    with Bus(machine) as bus:
        machine.sh("printf '# mine\\nbyhand:   alice\\n' >> /etc/aliases")
        assert bus.get("byhand") == ["alice"]
        assert refresh(machine, bus) == ["/etc/aliases"]
        assert smtp.expand(machine, "byhand") is None
        machine.do("systemctl", "restart", "mailstackd")
        assert bus.get("byhand") == ["alice"]
        assert smtp.expand(machine, "byhand") is None, "a start does not publish"
        before, generation = pid(machine), bus.property("Generation")
        assert bus.manager("Reload")["reply"][0] > generation
        assert smtp.expand(machine, "byhand") == ["alice"]
        assert refresh(machine, bus) == []
        assert pid(machine) == before
    assert "# mine\nbyhand:   alice\n" in machine.read("/etc/aliases")


def test_a_session_survives_a_reload(machine):
    with smtp.Session(machine) as session, Bus(machine) as bus:
        session.mail("sender@localhost")
        session.rcpt("alice@" + smtp.HOST)
        assert "reply" in bus.manager("Reload")
        assert session.data("Subject: over a reload\r\n\r\nstill here\r\n")[0] == 250
    smtp.await_mail(machine, "alice", "over a reload")


def test_a_restart_is_a_new_process_that_answers_when_the_reply_comes(machine):
    before = pid(machine)
    with Bus(machine) as bus:
        assert "reply" in bus.manager("Restart")
        smtp.Session(machine).close()
    assert pid(machine) not in (before, "0")


def test_a_reload_is_a_short_refusal(machine):
    with machine.probing() as counts, Bus(machine) as bus:
        assert "reply" in bus.manager("Reload")
    assert counts["refused_seconds"] < 1.0, counts


def test_debians_scripts_keep_their_hands_off(machine):
    state = "stat -c '%n %i %s %Y' /etc/mail/sendmail.cf /etc/mail/aliases.db /etc/mail/access.db /etc/mail/Makefile"
    machine.sh("echo 'debian: alice' >> /etc/aliases; touch /etc/mail/access /etc/mail/sendmail.mc")
    before = machine.sh(state)
    machine.do("systemctl", "restart", "sendmail")
    machine.do("/etc/init.d/sendmail", "restart")
    machine.do("/etc/init.d/sendmail", "reload")
    machine.do("/usr/share/sendmail/update_sendmail")
    assert machine.sh(state) == before
    assert smtp.expand(machine, "debian") is None


def test_a_reload_that_fails_is_undone(machine):
    drop_in = "/run/systemd/system/sendmail.service.d/fails.conf"
    with Bus(machine) as bus:
        machine.sh("echo 'undone: alice' >> /etc/aliases; mkdir -p /run/systemd/system/sendmail.service.d")
        machine.write(drop_in, "[Service]\nExecReload=\nExecReload=/bin/false\n")
        machine.do("systemctl", "daemon-reload")
        generation, drifted = bus.property("Generation"), refresh(machine, bus)
        assert "/etc/aliases" in drifted
        failed = bus.manager("Reload")
        assert failed.get("error") == "org.mailstack1.Error.MtaFailed", failed
        wait_until(lambda: [s for s in bus.signals() if s[1] == "RolledBack"], "RolledBack")
        assert bus.property("Generation") == generation
        assert bus.property("State") == "running"
        assert smtp.expand(machine, "undone") is None
        assert smtp.expand(machine, "postmaster") == ["root"]
        assert "undone: alice\n" in machine.read("/etc/aliases")
        assert refresh(machine, bus) == drifted
        machine.do("rm", drop_in)
        machine.do("systemctl", "daemon-reload")
        assert "reply" in bus.manager("Reload")
    assert smtp.expand(machine, "undone") == ["alice"]


def test_a_stopped_mta_is_told_and_the_change_is_there_when_it_starts(machine):
    machine.do("systemctl", "stop", "sendmail")
    try:
        with Bus(machine) as bus:
            answer = bus.add("written", "alice")
            assert answer.get("error") == "org.mailstack1.Error.NoMta", answer
            assert re.match(r"written as generation \d+, but not live:", answer["message"])
            assert bus.property("MtaState") == "stopped"
            assert bus.property("LiveGeneration") < bus.property("Generation")
    finally:
        machine.do("systemctl", "start", "sendmail")
    assert wait_until(lambda: _expand_or_none(machine, "written"), "the started MTA") == ["alice"]


def _expand_or_none(machine, name):
    try:
        return smtp.expand(machine, name)
    except OSError:
        return None


@pytest.mark.parametrize("unit", ["mailstackd.service", "mailstack-recover.service"])
def test_the_units_are_confined(machine, unit):
    last = machine.ask("systemd-analyze", "security", "--no-pager", unit).splitlines()[-1]
    assert float(re.search(r"([0-9.]+) \w+", last.rpartition(":")[0] + last.rpartition(": ")[2]).group(1)) <= 2.8, last


@pytest.mark.parametrize("path", ["/etc/shadow", "/etc/sudoers.d", "/etc/ssh"])
def test_secrets_of_others_are_hidden_from_the_daemon(machine, path):
    if machine.run("test", "-e", path).returncode != 0:
        machine.do("mkdir", "-p", path)
        machine.do("systemctl", "restart", "mailstackd")
    machine.property("Manager", "Version")
    daemon = machine.show("mailstackd", "MainPID")["MainPID"]
    seen = machine.ask("nsenter", "-t", daemon, "-m", "stat", "-c", "%a", path)
    assert seen == "0", f"{path} is {seen} for the daemon"


def test_the_rest_of_etc_is_read_only_for_the_daemon(machine):
    machine.property("Manager", "Version")
    daemon = machine.show("mailstackd", "MainPID")["MainPID"]
    for path in ("/etc/passwd", "/etc/systemd/system/x", "/etc/polkit-1/rules.d/x", "/etc/pam.d/x", "/etc/init.d/x", "/usr/x"):
        done = machine.run("nsenter", "-t", daemon, "-m", "sh", "-c", f"echo >> {path}")
        assert done.returncode != 0 and "Read-only" in done.stderr, f"{path}: {done.stderr}"
