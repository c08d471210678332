# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""200 times `kill -9` of the installed daemon at random moments under load: nothing acknowledged is lost, nothing stays half
done, and sendmail can look up all the while."""

import contextlib
import hashlib
import os
import pathlib
import random
import select
import signal
import time

import state
import storm
from bus import Bus
from machine import wait_until

KILLS, SEED = 200, 20260701


def start_quickly(machine) -> None:
    """Setting up the confinement (one mount for each hidden path) takes several times as long as the daemon itself needs to
    start; 200 starts are to be had without it. What is confined has tests of its own."""
    machine.do("mkdir", "-p", "/run/systemd/system/mailstackd.service.d")
    machine.write("/run/systemd/system/mailstackd.service.d/quick.conf",
                  "[Service]\nReadOnlyPaths=\nInaccessiblePaths=\nRestartSec=1ms\n")
    machine.do("systemctl", "daemon-reload")
    machine.do("systemctl", "restart", "mailstackd")


def daemon(machine) -> int:
    """A handle (pidfd) of the daemon, which is a child of the machine's systemd; 0 where none runs."""
    for child in pathlib.Path(f"/proc/{machine.leader}/task/{machine.leader}/children").read_text().split():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            handle = os.pidfd_open(int(child))
            if pathlib.Path(f"/proc/{child}/comm").read_text() == "mailstackd\n" and not select.select([handle], [], [], 0)[0]:
                return handle
            os.close(handle)
    return 0


def kill(handle: int) -> None:
    """Returns once no thread of it is left."""
    signal.pidfd_send_signal(handle, signal.SIGKILL)
    assert select.select([handle], [], [], 10)[0], "mailstackd survived SIGKILL"
    os.close(handle)


def let_it_get_on(machine, changers, chance: random.Random, number: int) -> None:
    """One in five dies while it starts, and perhaps undoes; one at any moment of its work; three soon after they began to write, of which two at once."""
    if number % 5 == 0:
        time.sleep(chance.uniform(0, 0.1))
        return
    made = sum(changer.made for changer in changers)
    wait_until(lambda: sum(changer.made for changer in changers) > made, "changes are made again", 30, 0.001)
    time.sleep(chance.uniform(0, 0.1))
    if number % 5 > 1:
        size = journal_size(machine)
        wait_until(lambda: journal_size(machine) != size, "a change is recorded", 30, 0)
        if number % 5 == 2:
            time.sleep(chance.uniform(0, 0.001))


def journal_size(machine) -> int:
    with contextlib.suppress(FileNotFoundError):
        return machine.path("/etc/mailstack/record").stat().st_size
    return 0


def left_behind(machine) -> str:
    """What the journal says of the moment of death: "committed" (between two changes), "pending" (a change was begun and is
    not committed) or "torn" (an entry was being written)."""
    with contextlib.suppress(FileNotFoundError):
        rest, state = machine.path("/etc/mailstack/record").read_bytes(), "committed"
        while rest:
            head, _, body = rest.partition(b"\n")
            words = head.split()
            if len(words) != 4 or hashlib.sha256(body[:int(words[2])]).hexdigest() != words[3].decode():
                return "torn"
            state = "pending" if words[1] == b"record" else "committed"
            rest = body[int(words[2]):]
        return state
    return "committed"


def the_books_agree(machine, changers, load, bus) -> None:
    """All changers pause: text, map and what was acknowledged must be the same, and nothing be called a hand edit."""
    for changer in changers:
        changer.pause()
    for changer in changers:
        changer.await_pause()
    load.pause()
    assert bus.property("State") == "running" and bus.property("StateReason") == "", bus.property("StateReason")
    assert bus.property("Drifted") == []
    acknowledged = {name: ", ".join(recipients) for c in changers for name, recipients in c.expected.items() if recipients}
    text, built = storm.text_aliases(machine), storm.map_aliases(machine)
    assert not storm.differences(text, built), "text against map"
    in_text = {name: recipients for name, recipients in text.items() if name.startswith("load-")}
    assert not storm.differences(acknowledged, in_text), "acknowledged against text"
    for paused in (*changers, load):
        paused.resume()


def test_kills_lose_nothing(machine):
    start_quickly(machine)
    storm.publish_fixed(machine)
    chance = random.Random(SEED)
    changers = [storm.Changer(machine, number, SEED) for number in range(3)]
    askers = [way(machine, SEED) for way in storm.ALL_WAYS]
    load = storm.Load(machine, SEED)
    moments = dict.fromkeys(("committed", "pending", "torn"), 0)
    began = time.monotonic()
    with Bus(machine) as bus:
        for thread in (*changers, *askers):
            thread.start()
        try:
            # The last kill is followed by a look at the books.
            for number in range(KILLS):
                victim = wait_until(lambda: daemon(machine), "mailstackd runs again", 30, 0.002)
                let_it_get_on(machine, changers, chance, number)
                kill(victim)
                moments[left_behind(machine)] += 1
                if number % 20 == 19:
                    the_books_agree(machine, changers, load, bus)
        finally:
            for stopped in (*changers, load, *askers):
                stopped.stop()
        assert state.differences(machine) == "" and state.left_over(machine) == ""
        assert bus.property("State") == "running"
    seconds = time.monotonic() - began
    print(f"\n{machine.release}: {KILLS} kills in {seconds:.0f} s: {moments['pending']} with a change begun, "
          f"{moments['torn']} within an entry of the journal, {moments['committed']} between changes; "
          f"{sum(c.made for c in changers)} changes acknowledged, {sum(c.unanswered for c in changers)} calls without an "
          f"answer, of which {sum(c.was_made for c in changers)} were made; look-ups: {', '.join(map(str, askers))}")
    for thread in (*changers, *askers):
        assert not thread.wrong, f"{thread.name}: {len(thread.wrong)}, as " + "; ".join(thread.wrong[:5])
    for changer in changers:
        assert not changer.surprised, changer.surprised
        assert not changer.busy
    assert moments["pending"] >= KILLS // 20, "the kills did not fall into changes"
    assert all(asker.asked > 100 for asker in askers)


def test_the_watchdog_ends_a_daemon_that_hangs(machine):
    """Stopped by a signal it neither answers nor ends: systemd ends it, and the next one serves."""
    machine.do("mkdir", "-p", "/run/systemd/system/mailstackd.service.d")
    machine.write("/run/systemd/system/mailstackd.service.d/impatient.conf", "[Service]\nWatchdogSec=2\n")
    machine.do("systemctl", "daemon-reload")
    machine.do("systemctl", "restart", "mailstackd")
    victim = daemon(machine)
    signal.pidfd_send_signal(victim, signal.SIGSTOP)
    assert select.select([victim], [], [], 30)[0], "the watchdog did not end it"
    os.close(victim)
    assert "Watchdog timeout" in machine.journal("mailstackd")
    with Bus(machine) as bus:
        assert "reply" in bus.set("watched", "alice")
        assert bus.property("State") == "running"
