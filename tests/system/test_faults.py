# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A full disk, a read-only one, a power cut in the midst of a change, an MTA that is gone."""

import json
import threading

import pytest

import smtp
import state
from bus import Bus
from machine import Machine, wait_until


@pytest.fixture
def small_etc(machine):
    """/etc on a small file system of its own, as the one mount that the daemon may write."""
    machine.do("systemctl", "stop", "mailstackd")
    machine.sh("mkdir -p /run/etc; mount -t tmpfs -o size=16m,mode=0755 tmpfs /run/etc; cp -a /etc/. /run/etc; mount --bind /run/etc /etc")
    yield machine
    machine.run("rm", "-f", "/etc/filler")
    machine.run("systemctl", "stop", "mailstackd")
    machine.do("umount", "-l", "/etc")


def unchanged_and_live(machine, before: str) -> None:
    assert machine.read("/etc/aliases") == before
    assert smtp.expand(machine, "postmaster") == ["root"]
    assert smtp.expand(machine, "toomuch") is None
    assert state.left_over(machine) == ""


def test_a_full_disk(small_etc):
    machine = small_etc
    with Bus(machine) as bus:
        assert "reply" in bus.add("roomy", "alice")
        before = machine.read("/etc/aliases")
        machine.run("dd", "if=/dev/zero", "of=/etc/filler", "bs=4k")
        long = [f"someone{number}@a-long-domain-name.example.org" for number in range(120)]
        failed = bus.add("toomuch", *long)
        assert failed.get("error") == "org.mailstack1.Error.NoSpace", failed
        unchanged_and_live(machine, before)
        machine.do("rm", "/etc/filler")
        assert bus.property("State") == "running"
        assert "reply" in bus.add("toomuch", *long)
    assert len(smtp.expand(machine, "toomuch")) == 120
    assert state.differences(machine) == ""


def test_a_read_only_disk(small_etc):
    machine = small_etc
    machine.sh("sed -i '/^toomuch/d' /etc/aliases; newaliases")
    with Bus(machine) as bus:
        assert "reply" in bus.set("roomy", "alice")
        before = machine.read("/etc/aliases")
        machine.do("mount", "-o", "remount,ro", "/etc")
        failed = bus.add("toomuch", "alice")
        assert failed.get("error") == "org.mailstack1.Error.ReadOnly", failed
        unchanged_and_live(machine, before)
        machine.do("mount", "-o", "remount,rw", "/etc")
        assert "reply" in bus.add("toomuch", "alice")


def test_a_power_cut_is_undone_before_the_mta_starts(release, deb):
    """The machine dies while changes are under way, again until the cut has left a change half done."""
    with Machine(release, keep=True) as machine:
        machine.install(deb)
        for attempt in range(12):
            _cut_during_changes(machine, attempt)
            machine.boot()
            log = machine.ask("journalctl", "--no-pager", "--boot", "--output=json", "--unit=mailstack-recover",
                              "--unit=sendmail")
            entries = [json.loads(line) for line in log.splitlines()]
            assert smtp.expand(machine, "postmaster") == ["root"]
            assert state.differences(machine) == ""
            recovered = [e for e in entries if "undid on disk" in str(e.get("MESSAGE", ""))]
            if recovered:
                break
        assert recovered, "no cut left a change half done"
        started = [e for e in entries if e.get("UNIT") == "sendmail.service" and "Start" in str(e.get("MESSAGE"))]
        assert int(recovered[0]["__MONOTONIC_TIMESTAMP"]) < int(started[0]["__MONOTONIC_TIMESTAMP"])
        with Bus(machine) as bus:
            assert bus.property("State") == "running"
            assert "reply" in bus.add("afterwards", "alice")


def _cut_during_changes(machine, attempt: int) -> None:
    def change():
        with Bus(machine) as bus:
            for number in range(10_000):
                if "reply" not in bus.set(f"cut{attempt}x{number % 50}", f"user{number}@example.org"):
                    return
    workers = [threading.Thread(target=lambda: _quietly(change), daemon=True) for _ in range(2)]
    machine.property("Manager", "Version")
    for worker in workers:
        worker.start()
    wait_until(lambda: f"cut{attempt}x{10 + attempt}:" in machine.read("/etc/aliases"), "changes are under way", 60, 0.01)
    machine.crash()
    for worker in workers:
        worker.join(60)


def _quietly(what) -> None:
    try:
        what()
    except Exception:
        pass  # its machine is gone, which is what this is about


def test_without_sendmail_reads_work_and_writes_say_so(bare_machine, deb):
    machine = bare_machine
    machine.install(deb)
    machine.do("systemctl", "stop", "sendmail.service")
    machine.do("dpkg", "--remove", "--force-depends", "sendmail", "sendmail-bin", timeout=180)
    with Bus(machine) as bus:
        assert bus.get("postmaster") == ["root"]
        answer = bus.add("nomta", "alice")
        assert answer.get("error") == "org.mailstack1.Error.NoMta", answer
        assert answer["message"].startswith("written as generation ")
        assert bus.get("nomta") == ["alice"]
