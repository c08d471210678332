# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Load for a machine: aliases that change without pause over the bus, and others that are looked up meanwhile.

`fixed-N` aliases never change: whatever sendmail says of them but the truth is wrong. Each Changer has names of its own,
knows what an acknowledged call left behind, and asks the daemon after each call that was not answered: old or new it must be.
"""

import os
import pathlib
import random
import re
import subprocess
import threading
import time

import smtp
from bus import Bus
from machine import Machine

ALIASES, MAP = "/etc/aliases", "/etc/mail/aliases.db"
FIXED = {f"fixed-{i}": ["alice"] if i % 3 else ["alice", "mallory"] for i in range(300)}
TARGETS = (["alice"], ["mallory"], ["alice", "mallory"], ["\\alice"], ["someone@example.org"],
           ["alice", "other@example.net", "third@example.com"])
# What a caller is told whose daemon has died.
UNANSWERED = {"org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.ServiceUnknown",
              "org.freedesktop.DBus.Error.NameHasNoOwner", "org.freedesktop.DBus.Error.Spawn.ChildSignaled",
              "org.freedesktop.DBus.Error.Spawn.ExecFailed", "org.freedesktop.DBus.Error.Spawn.Failed",
              "org.freedesktop.systemd1.NoSuchUnit", "org.freedesktop.DBus.Error.Timeout",
              "org.freedesktop.DBus.Error.TimedOut"}


def publish_fixed(machine: Machine) -> None:
    lines = "".join(f"{name}: {', '.join(recipients)}\n" for name, recipients in FIXED.items())
    machine.run("sh", "-c", f"cat >> {ALIASES}", input=lines, check=True)
    with Bus(machine) as bus:
        answer = bus.manager("Reload")
        assert "reply" in answer, answer


def text_aliases(machine: Machine) -> dict[str, str]:
    """What the text says: key to recipients, as sendmail folds and trims them. No continuation lines are in it."""
    found = {}
    for line in machine.path(ALIASES).read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, recipients = line.partition(":")
            assert name.lower() not in found, f"{name} is defined twice"
            found[name.strip().lower()] = recipients.strip()
    return found


def map_aliases(machine: Machine) -> dict[str, str]:
    lines = machine.do("makemap", "-u", "hash", MAP).splitlines()
    return {key: value.strip() for key, _, value in (line.partition("\t") for line in lines) if key != "@"}


def differences(one: dict, other: dict) -> list[str]:
    return [f"{key}: {one.get(key)!r} against {other.get(key)!r}"
            for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key)]


class Changer(threading.Thread):
    """Adds, sets and removes `names` aliases of its own, one call after another, until stopped."""

    def __init__(self, machine: Machine, number: int, seed: int, names: int = 40):
        super().__init__(name=f"changer-{number}")
        self._machine, self._random = machine, random.Random(f"{seed} {number}")
        self.expected: dict[str, list[str] | None] = {f"load-{number}-{i}": None for i in range(names)}
        self.changing: str | None = None  # the name whose state is not certain just now
        self.made = self.unanswered = self.was_made = self.busy = 0
        self.wrong: list[str] = []
        self.surprised: dict[str, str] = {}  # names that were not as acknowledged
        self._recent: list[str] = []
        self._go, self._parked, self._ending = threading.Event(), threading.Event(), False
        self._go.set()

    def run(self) -> None:
        with Bus(self._machine) as bus:
            while not self._ending:
                if not self._go.is_set():
                    self._parked.set()
                    self._go.wait()
                self._change_one(bus)

    def pause(self) -> None:
        self._go.clear()

    def await_pause(self) -> None:
        assert self._parked.wait(60), f"{self.name} hangs"

    def resume(self) -> None:
        self._parked.clear()
        self._go.set()

    def stop(self) -> None:
        self._ending = True
        self._go.set()
        self.join(60)
        assert not self.is_alive(), f"{self.name} hangs"

    def _change_one(self, bus: Bus) -> None:
        name = self._random.choice(list(self.expected))
        old = self.expected[name]
        new = None if old and self._random.random() < 0.4 else self._random.choice([t for t in TARGETS if t != old])
        self.changing = name
        answer = bus.remove(name) if new is None else bus.set(name, *new) if old else bus.add(name, *new)
        if "reply" in answer:
            self.made += 1
            self.expected[name] = new
            self._recent = [*self._recent[-2:], name]
        elif answer["error"] in UNANSWERED:
            self.unanswered += 1
            self._look_after_death(bus, name, new)
        elif answer["error"] == "org.mailstack1.Error.Busy":
            self.busy += 1
            self._expect(bus, name, [old], "Busy says that nothing was changed")
        else:
            self._expect(bus, name, [old], f"{answer}")
            self.surprised.setdefault(name, f"{answer}")
        self.changing = None

    def _look_after_death(self, bus: Bus, name: str, new: list[str] | None) -> None:
        old = self.expected[name]
        self._expect(bus, name, [old, new], "neither old nor new after a call without an answer")
        self.was_made += self.expected[name] == new
        for known in self._recent:
            if known != name:
                self._expect(bus, known, [self.expected[known]], "an acknowledged change is lost")

    def _expect(self, bus: Bus, name: str, allowed: list, what: str) -> None:
        found = self._ask(bus, name)
        if found not in allowed:
            self.surprised.setdefault(name, f"{what}: {name} is {found}, not {' or '.join(map(str, allowed))}")
        self.expected[name] = found

    def _ask(self, bus: Bus, name: str) -> list[str] | None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            answer = bus.call("GetAlias", name, signature="s")
            if "reply" in answer:
                return answer["reply"][0]
            if answer["error"] == "org.mailstack1.Error.NoSuchAlias":
                return None
            if answer["error"] not in UNANSWERED:
                break
        self.wrong.append(f"GetAlias {name}: {answer}")
        return None

    def settled(self, pick: random.Random) -> tuple[str, list[str] | None]:
        """A name and its recipients. They are certain only if still_settled() says the same after the look-up."""
        name = pick.choice(list(self.expected))
        return name, self.expected[name]

    def still_settled(self, name: str, recipients: list[str] | None) -> bool:
        return self.changing != name and self.expected[name] is recipients


class Load:
    """storm_load.py: other changes without pause, so that the daemon is hardly ever idle."""

    def __init__(self, machine: Machine, seed: int):
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": machine.bus_address}
        self._process = subprocess.Popen(["/usr/bin/python3", str(pathlib.Path(__file__).with_name("storm_load.py")), str(seed)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def _tell(self, word: str) -> None:
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def pause(self) -> None:
        """Returns once each of its calls has been answered."""
        self._tell("pause")
        assert self._process.stdout.readline() == "paused\n"

    def resume(self) -> None:
        self._tell("go")

    def stop(self) -> None:
        self._process.communicate(timeout=60)


class LookUps(threading.Thread):
    """Asks sendmail one way, again and again. `wrong` holds the answers that were not the truth."""

    def __init__(self, machine: Machine, seed: int, changers: list[Changer] = ()):
        super().__init__(name=type(self).__name__)
        self.machine, self.random, self.changers = machine, random.Random(f"{seed} {self.name}"), list(changers)
        self.asked, self.slowest, self.began = 0, 0.0, 0.0
        self.wrong: list[str] = []
        self.wrong_at: list[float] = []  # when it was asked, on the monotonic clock
        self._ending = threading.Event()

    pause = 0.02

    def ask(self) -> None:
        raise NotImplementedError

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def fixed(self, count: int = 1) -> list[str]:
        return self.random.sample(sorted(FIXED), count)

    def check(self, name: str, expected, found) -> None:
        self.asked += 1
        if found != expected:
            self.wrong.append(f"{name}: {found!r}, not {expected!r}")
            self.wrong_at.append(self.began)

    def run(self) -> None:
        try:
            self.open()
            while not self._ending.wait(self.pause):
                self.began = time.monotonic()
                self.ask()
                self.slowest = max(self.slowest, time.monotonic() - self.began)
            self.close()
        except Exception as failure:  # a session that breaks off is a look-up that failed
            self.wrong.append(f"{type(failure).__name__}: {failure}")
            self.wrong_at.append(0.0)

    def stop(self) -> None:
        self._ending.set()
        self.join(90)
        assert not self.is_alive(), f"{self.name} hangs"

    def __str__(self) -> str:
        return f"{self.name} {self.asked} (slowest {self.slowest * 1000:.0f} ms)"


class OpenSession(LookUps):
    """RCPT in a session that stays open all the while."""

    def open(self):
        self.session = smtp.Session(self.machine, timeout=30)
        self.recipients = 0

    def ask(self):
        if self.recipients % 50 == 0:
            self.session.rset()
            self.session.mail("prober@localhost")
        self.recipients += 1
        name = self.fixed()[0]
        code = self.session.rcpt(f"{name}@{smtp.HOST}")[0]
        self.check(name, 250, code)
        if code != 250:
            self.recipients = 0  # a few refused in one transaction, and sendmail answers only once a second

    def close(self):
        self.session.quit()


class NewSessions(LookUps):
    """EXPN and RCPT in a session of its own each time; an alias just acknowledged must be in it."""

    pause = 0.06

    def ask(self):
        with smtp.Session(self.machine, timeout=30) as session:
            for name in self.fixed(2):
                self.check(name, sorted(FIXED[name]), session.expand(name))
            name = self.fixed()[0]
            self.check(name, True, session.accepts(name))
            for changer in self.changers:
                name, recipients = changer.settled(self.random)
                if recipients and all(r.isalpha() for r in recipients):
                    found = session.expand(name)
                    if changer.still_settled(name, recipients):
                        self.check(name, sorted(recipients), found)


class TestMode(LookUps):
    """`sendmail -bt`: one process that holds the map open."""

    def open(self):
        self.process = subprocess.Popen(self.machine.command("sendmail-mta", "-bt"), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def look_up(self, name: str) -> str | None:
        self.process.stdin.write(f"/map aliases {name}\n")
        self.process.stdin.flush()
        while line := self.process.stdout.readline():
            if found := re.search(r"map_lookup: aliases \((\S+)\) (?:returns (.*) \(\d+\)|no match \((\d+)\))", line):
                if found[1] == name:
                    return found[2] if found[3] in (None, "0", "68") else f"error {found[3]}"  # EX_NOHOST: not found
        raise EOFError("sendmail -bt ended")

    def ask(self):
        name = self.fixed()[0]
        self.check(name, ", ".join(FIXED[name]), self.look_up(name))
        for changer in self.changers:
            name, recipients = changer.settled(self.random)
            found = self.look_up(name)
            if changer.still_settled(name, recipients):
                self.check(name, ", ".join(recipients) if recipients else None, found)

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)


class Verifier(LookUps):
    """`sendmail -bv`: a new process for each look-up."""

    pause = 0.25

    def ask(self):
        names = self.fixed(5)
        done = self.machine.run("sendmail-mta", "-bv", *names, timeout=60)
        users = sorted(re.findall(r"deliverable: mailer local, user (\w+)", done.stdout))
        self.check(" ".join(names), (0, sorted({user for name in names for user in FIXED[name]})),
                   (done.returncode, sorted(set(users))))


ALL_WAYS = (OpenSession, NewSessions, TestMode, Verifier)
