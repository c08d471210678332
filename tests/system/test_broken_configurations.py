# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Broken configurations (broken.py), one after another on a machine that takes mail meanwhile: each is refused with an error
that says why and leaves the old one live; no message is lost, and none comes twice."""

import subprocess

import pytest

import smtp
from broken import BACK, CASES, CF, MC, TEXTS, Broken
from bus import Bus
from machine import Machine, wait_until
from stream import Stream, assert_each_came_once
from world import STRANGER, World

QUEUED = 5


@pytest.fixture(scope="module")
def proving(release, deb):
    """A machine that was set up, a world outside, a stream of mail from there, mail in its queue for there, and somebody
    who holds port 2525."""
    with Machine(release, kind="fresh") as machine, World(machine) as world, Bus(machine) as bus:
        machine.install(deb)
        # Debian's limit of 15 connections a second would be what is measured.
        machine.sh(f"sed -i \"s/RATE_THROTTLE', .15'/RATE_THROTTLE', \\`0'/\" {MC}; m4 {MC} > {CF}")
        machine.do("mailstackctl", "setup", "--domain", "example.test", "--user", "alice", "--listen", "everywhere")
        machine.do("mailstackctl", "table", "set", "virtusertable", "info@example.test", "alice")
        machine.sh("for file in %s; do mkdir -p /srv/saved$(dirname $file); cp -p $file /srv/saved$file; done" % " ".join(TEXTS)
                   + "; cp -pr --parents /etc/mailstack/tls /srv/saved")
        machine.path("/srv/other.key").write_bytes(subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True).stdout)
        machine.sh("echo 127.0.0.1 example.test >> /etc/hosts")
        machine.bus, machine.world, world.refusing = bus, world, True
        squatter = subprocess.Popen(machine.command("perl", "-MIO::Socket::INET", "-e",
                                                    "my $s = IO::Socket::INET->new(LocalPort => 2525, Listen => 5) or die; sleep"))
        for number in range(QUEUED):
            machine.do("sendmail", "-f", "alice", f"friend@[{STRANGER}]", input=f"Subject: stream {number}\n\nqueued\n")
        machine.stream = Stream(world, "bob@example.test")
        machine.do("useradd", "--create-home", "bob")
        yield machine
        machine.stream.finish()
        squatter.terminate()


def listeners(machine) -> str:
    """The sockets that listen: the same ones were never closed."""
    return machine.sh("ss --no-header --listening --tcp --extended --numeric | grep -E ':(25|587) ' | grep -o 'ino:[0-9]*' | sort")


def call(machine, broken: Broken) -> tuple[str, str]:
    if broken.call[0] == "mailstackctl":
        done = machine.run(*broken.call)
        assert done.returncode != 0, "it was taken"
        return "", done.stderr
    answer = machine.bus.manager(broken.call[0])
    assert "error" in answer, "it was taken"
    return answer["error"].rpartition(".")[2], answer["message"]


def rolled_back(machine) -> int:
    return sum(signal[1] == "RolledBack" for signal in machine.bus.signals())


def serves(machine, subject: str) -> None:
    """The machine greets, speaks TLS, looks into its tables and delivers."""
    with smtp.Session(machine) as session:
        session.encrypt()
        session.sendmail("sender@localhost", ["info@example.test"], f"Subject: {subject}\r\n\r\nHello.\r\n")
    smtp.await_mail(machine, "alice", subject)


@pytest.mark.parametrize("broken", CASES, ids=lambda broken: broken.name.replace(" ", "-"))
def test_is_refused(proving, broken):
    machine = proving
    generation, undone, sockets = machine.bus.property("Generation"), rolled_back(machine), listeners(machine)
    machine.sh(broken.edit)
    edited = machine.read(CF)
    try:
        error, message = call(machine, broken)
        print(f"\n{error}: {message}")
        assert error in ("", broken.error), message
        assert not [word for word in broken.words if word not in message], message
        assert machine.read(CF) == edited
        assert machine.bus.property("Generation") == generation
        assert machine.bus.property("State") == "running"
        # Reading a configuration anew takes other sockets: what was refused before it was installed disturbed nobody.
        assert (listeners(machine) == sockets) == (not broken.swapped)
        assert rolled_back(machine) == undone + broken.swapped
        if broken.at_once:
            machine.sh(broken.back)
        serves(machine, "during " + broken.name)
    finally:
        machine.sh(f"{broken.back}; {BACK}")


def test_what_is_taken_back_was_never_live(proving):
    assert len(CASES) >= 50
    assert proving.do("mailstackctl", "table", "get", "virtusertable", "info@example.test") == "alice"
    assert "reply" in proving.bus.manager("Reload"), "the configuration that works is taken again"


def test_no_message_was_lost_and_none_came_twice(proving):
    machine = proving
    machine.stream.finish()
    # Debian's access takes 10 connections a minute from one client (ClientRate).
    assert len(machine.stream.accepted) >= 8, "hardly a message came through"
    machine.world.refusing = False
    machine.do("sendmail", "-Ac", "-q", timeout=60)
    machine.do("sendmail", "-q", timeout=60)
    assert_each_came_once(machine, machine.stream, "bob")
    wait_until(lambda: len(machine.world.taken) >= QUEUED, "the queued messages at the stranger's")
    for number in range(QUEUED):
        assert sum(f"Subject: stream {number}\r\n" in text for text in machine.world.taken) == 1
    assert len(machine.world.taken) == QUEUED
    print(f"\n{machine.release}: {len(machine.stream.accepted)} messages, {machine.stream.retries} tried again")
