# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mail for elsewhere from several senders while routes are switched, and the account of it: what came, where, and whether the
route was one that was active when sendmail took the message or later. All times are on the monotonic clock."""

import collections
import contextlib
import dataclasses
import itertools
import re
import smtplib
import threading
import time

import smtp

RECIPIENT = "friend@elsewhere.example"
PAUSE = 0.1


@dataclasses.dataclass
class Handed:
    """A message that sendmail took: `asked` before MAIL (or the start of /usr/sbin/sendmail), `taken` after its 250 (or end)."""
    asked: float
    taken: float
    how: str


@dataclasses.dataclass
class Switch:
    """A call of ActivateRoute: it became true between `called` and `answered`."""
    route: str
    called: float
    answered: float


class Sender(threading.Thread):
    """Sends until stop(). `per_session`: messages in one SMTP session; 0: each through /usr/sbin/sendmail, as alice."""

    def __init__(self, machine, name: str, per_session: int):
        super().__init__(name=name, daemon=True)
        self.handed: dict[str, Handed] = {}
        self.failures: list[str] = []
        self._machine, self._per_session = machine, per_session
        self._ending = threading.Event()
        self._numbers = itertools.count()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                if self._per_session:
                    self._session()
                else:
                    self._hand_over(self._program)
            except (OSError, smtplib.SMTPException) as failure:
                self.failures.append(f"{self.name}: {type(failure).__name__}: {failure}")
                self._ending.wait(1)

    def _session(self) -> None:
        with smtp.Session(self._machine, 60) as session:
            for _ in range(self._per_session):
                self._hand_over(lambda text: session.sendmail(f"{self.name}@{smtp.HOST}", [RECIPIENT], text))
                if self._ending.is_set():
                    return

    def _program(self, text: str) -> None:
        done = self._machine.run("/usr/sbin/sendmail", "-i", RECIPIENT, user="alice", input=text.replace("\r\n", "\n"))
        if done.returncode != 0:
            raise OSError(f"sendmail gave {done.returncode}: {done.stdout}{done.stderr}")

    def _hand_over(self, send) -> None:
        id = f"{self.name}-{next(self._numbers)}"
        asked = time.monotonic()
        send(smtp.message(f"{self.name}@{smtp.HOST}", RECIPIENT, "id " + id))
        self.handed[id] = Handed(asked, time.monotonic(), self.name)
        self._ending.wait(PAUSE)

    def stop(self) -> None:
        self._ending.set()

    def finish(self) -> None:
        self.stop()
        self.join(90)
        assert not self.is_alive(), f"{self.name} hangs"


@contextlib.contextmanager
def sending(machine):
    """Five senders meanwhile: two in long sessions, one in short ones, one in a new one for each message, one through the program."""
    senders = [Sender(machine, name, per_session) for name, per_session in
               (("long", 10**6), ("hundred", 100), ("few", 3), ("new", 1), ("program", 0))]
    for sender in senders:
        sender.start()
    try:
        yield senders
    finally:
        for sender in senders:
            sender.stop()
        for sender in senders:
            sender.finish()


def arrivals(relays: dict, began: float) -> dict[str, list[tuple[str, float]]]:
    """{id: [(route, time)]} of all messages that the relays took; `relays`: {route: Relay}, `began`: time.time() - time.monotonic()."""
    found = collections.defaultdict(list)
    for route, relay in relays.items():
        for message in relay.messages:
            found[re.search(r"^Subject: id (\S+)$", message["text"], re.MULTILINE)[1]].append((route, message["time"] - began))
    return found


def active_between(switches: list[Switch], first: float, last: float) -> set[str]:
    """The routes that can have been active at some moment of the span. switches[0] must be before it."""
    ends = [after.answered for after in switches[1:]] + [float("inf")]
    return {switch.route for switch, end in zip(switches, ends) if switch.called <= last and end >= first}


def by_a_wrong_route(handed: dict[str, Handed], came: dict, switches: list[Switch]) -> list[str]:
    """Messages that came by a route that was not active from when they were handed over until they came."""
    wrong = []
    for id, message in handed.items():
        for route, when in came.get(id, []):
            allowed = active_between(switches, message.asked, when)
            if route not in allowed:
                wrong.append(f"{id} by {route}, not {' or '.join(sorted(allowed))}")
    return wrong
