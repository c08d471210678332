# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine's routes as a test uses them: calls that must succeed, relays and mail exchangers out in the world, and what the
running sendmail says of itself."""

import contextlib
import re
import subprocess

import smtp
from bus import Bus
from machine import Machine, wait_until
from relays import Relay
from world import World

ROUTES, ROUTE = "org.mailstack1.Routes", "org.mailstack1.Route"


class Routes(Bus):
    """A connection to the bus with the methods of routes; the reply, or AssertionError with the error's words."""

    def ask(self, member: str, signature: str = "", *arguments, **more) -> dict:
        return self.call(member, *arguments, signature=signature, interface=ROUTES, seconds=60, **more)

    def must(self, member: str, signature: str = "", *arguments, **more):
        answer = self.ask(member, signature, *arguments, **more)
        assert "reply" in answer, f"{member} {arguments}: {answer}"
        return answer["reply"][0] if answer["reply"] else None

    def add(self, id: str, host: str, port: int = 587, tls: str = "none", user: str = "") -> None:
        self.must("AddRoute", "ssqss", id, host, port, tls, user)

    def activate(self, id: str, seconds: int = 0) -> None:
        self.must("ActivateRoute", "st", id, seconds)

    def set_secret(self, id: str, secret: str, kind: str = "text") -> None:
        self.must("SetSecret", "s", id, descriptor=[kind, secret])

    def test(self, id: str) -> dict[str, tuple[str, str]]:
        """{step: (outcome, words)}; of a step that is made twice the last."""
        return {step: (outcome, words) for step, outcome, words in self.must("TestRoute", "s", id)}

    def value(self, name: str):
        answer = self.call("Get", ROUTES, name, signature="ss", interface="org.freedesktop.DBus.Properties")
        return answer["reply"][0]

    def flush_until_nothing_waits(self, seconds: float = 60) -> None:
        def nothing_waits():
            self.must("FlushQueue")
            return self.must("CountQueued") == 0
        wait_until(nothing_waits, "the queue is empty", seconds, pause=1)


def live(machine: Machine) -> str:
    """Where the running sendmail sends mail for elsewhere, by itself: "direct", "hold:held", "relay587:[smart.example.net]"."""
    with smtp.Session(machine) as session:
        words = session.docmd("MAIL", "FROM:<mailstack.route>")[1].decode()
    return re.sub(r"\s", "", words.partition("mailstack route:")[2])


class Abroad(contextlib.AbstractContextManager):
    """The world with names: a name server on the machine's loopback, which it asks anyway, knows `hosts` {name: address} and
    mail exchangers `mx` {domain: name}, and that there is nothing else. relay() and exchanger() serve at those names."""

    def __init__(self, machine: Machine, hosts: dict[str, str], mx: dict[str, str]):
        self._hosts = hosts
        self._stack = contextlib.ExitStack()
        self._stack.__enter__()
        self.world = self._stack.enter_context(World(machine))
        options = [f"--host-record={name},{address}" for name, address in hosts.items()]
        options += [f"--mx-host={domain},{name},10" for domain, name in mx.items()]
        self._process = subprocess.Popen(machine.in_its_network(
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--pid-file=", "--no-resolv", "--no-hosts",
            "--bind-interfaces", "--listen-address=127.0.0.1", *(f"--local=/{name}/" for name in ("arpa", "example", "net", "test")), *options))
        wait_until(lambda: self._answers(machine), "dnsmasq answers")

    def _answers(self, machine: Machine) -> bool:
        assert self._process.poll() is None, "dnsmasq did not start"
        with contextlib.suppress(OSError):
            machine.connect(53).close()
            return True
        return False

    def relay(self, host: str, port: int = 587, **more) -> Relay:
        """A recording relay at `host`, for as long as the world is there; more: see relays.py."""
        return self._stack.enter_context(Relay(listener=self.world.listen(self._hosts[host], port), name=host, **more))

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._stack.close()
