# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Relays as they are met: with right and wrong certificates and passwords, dead, hanging; what TestRoute says of each and what
becomes of real mail, through the installed daemon and sendmail. And where a password stands: nowhere but in two files of root's."""

import base64
import contextlib
import dataclasses
import subprocess

import pytest

from machine import Machine, wait_until
from relays import Authority, Relay
from routes import Abroad, Routes

SECRET = "Wonderland-7319"
NAMES = ("right", "expired", "wrong-name", "self-signed", "encrypted", "clear", "no-tls", "wrong-password", "no-auth", "dead", "hanging",
         "vault")
HOSTS = {f"{name}.example.net": f"203.0.113.{20 + number}" for number, name in enumerate(NAMES)}
HOSTS["mx.elsewhere.example"] = "203.0.113.19"
MX = {"elsewhere.example": "mx.elsewhere.example"}


@dataclasses.dataclass
class Case:
    """`failed`: the step of TestRoute that fails, "" where none does; `words` of it; `queued`: what sendmail says, in its queue or its
    log, of mail that waits, "" where mail arrives; the relay knows the password `knows`."""
    name: str
    tls: str
    user: str
    failed: str = ""
    words: str = ""
    queued: str = ""
    knows: str = SECRET


CASES = [
    Case("right", "verified", "alice"),
    Case("encrypted", "encrypted", "alice"),
    Case("clear", "none", ""),
    Case("expired", "verified", "alice", "verify", "expired", "454 4.7.0 mailstack"),
    Case("wrong-name", "verified", "alice", "verify", "wrong-name.example.net", "454 4.7.0 mailstack"),
    Case("self-signed", "verified", "alice", "verify", "self", "454 4.7.0 mailstack"),
    Case("no-tls", "encrypted", "alice", "starttls", "", "454 4.7.0 mailstack"),
    Case("wrong-password", "verified", "alice", "auth", "535", "454 4.7.0 mailstack", knows="another"),
    Case("no-auth", "verified", "alice", "auth", "AUTH", "454 4.7.0 mailstack"),
    Case("dead", "verified", "alice", "connect", "refused", "Connection refused"),
    Case("hanging", "verified", "alice", "greeting", "", "mqueue ("),
]


@pytest.fixture(scope="module")
def abroad(release, deb, tmp_path_factory):
    """A machine set up for mail, where libsasl2's plug-ins are, and the relays of all cases; `authority` is one it trusts."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    with Machine(release, kind="submission") as booted:
        booted.install(deb)
        booted.do("mailstackctl", "setup", "--domain", "example.test", "--user", "alice")
        booted.sh("echo 127.0.0.1 example.test >> /etc/hosts; mkdir -p /etc/ssl/certs")
        booted.copy_in(authority.path, "/etc/ssl/certs/authority.pem")
        booted.do("openssl", "rehash", "/etc/ssl/certs")
        with Abroad(booted, HOSTS, MX) as world, Routes(booted) as world.bus:
            world.machine, world.relays = booted, relays_of(world, authority)
            yield world


def relays_of(world, authority) -> dict[str, Relay]:
    certificates = {"expired": {"expired": True}, "self-signed": {"self_signed": True}, "encrypted": {"self_signed": True}}
    relays = {}
    for case in CASES:
        host = case.name + ".example.net"
        certificate = authority.certificate("other.example.net" if case.name == "wrong-name" else host, **certificates.get(case.name, {}))
        relays[case.name] = world.relay(
            host, certificate=None if case.name in ("clear", "no-tls") else certificate, user="alice", password=case.knows,
            mechanisms="" if case.name in ("clear", "no-auth") else "PLAIN LOGIN", auth_in_clear=case.name == "no-tls",
            answers={"greeting": Relay.HANG} if case.name == "hanging" else None)
    relays["dead"].close()
    relays["vault"] = world.relay("vault.example.net", certificate=authority.certificate("vault.example.net"), user="alice",
                                  password=SECRET, demand_auth="mail")
    relays["direct"] = world.relay("mx.elsewhere.example", 25)
    return relays


def send(machine, subject: str) -> None:
    machine.do("/usr/sbin/sendmail", "-i", "friend@elsewhere.example", user="alice", input=f"Subject: {subject}\n\nx\n")


def said_of(machine, host: str) -> str:
    log = machine.ask("journalctl", "--no-pager", "--output=cat", "--identifier=sm-mta")
    return "\n".join(line for line in log.splitlines() if host in line) + machine.do("mailq")


def arrived(relay, subject: str) -> list[dict]:
    return [message for message in relay.messages if f"Subject: {subject}\n" in message["text"] + "\n"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_relay_is_told_and_used_as_it_is(abroad, case):
    bus, machine, relay = abroad.bus, abroad.machine, abroad.relays[case.name]
    bus.add(case.name, case.name + ".example.net", 587, case.tls, case.user)
    if case.user:
        bus.set_secret(case.name, SECRET)
    steps = bus.test(case.name)
    assert [step for step, (outcome, _) in steps.items() if outcome == "failed"] == ([case.failed] if case.failed else []), steps
    assert case.words.lower() in steps[case.failed][1].lower() if case.failed else True, steps
    assert SECRET not in str(steps)
    tested, waiting = len(relay.credentials), bus.must("CountQueued")
    bus.activate(case.name)
    send(machine, case.name)
    if case.queued:
        wait_until(lambda: case.queued in said_of(machine, case.name + ".example.net"), f"sendmail says {case.queued!r}", 20, 0.2)
        wait_until(lambda: bus.must("CountQueued") == waiting + 1, "the message waits", 20, 0.2)
        assert relay.messages == []
    else:
        wait_until(lambda: arrived(relay, case.name), "the relay has the message")
        assert arrived(relay, case.name)[0]["tls"] == (case.tls != "none")
        assert arrived(relay, case.name)[0]["user"] == case.user
    offered = [attempt for attempt in relay.credentials if attempt["password"] == SECRET]
    if case.failed in ("", "auth") and case.user and case.name != "no-auth":
        assert len(offered) >= tested + 1 >= 2 and all(attempt["tls"] for attempt in offered)
    else:
        assert relay.credentials == []
    bus.activate("local-only")


def test_what_waited_leaves_directly_once_and_is_nowhere_else(abroad):
    waiting = [case.name for case in CASES if case.queued]
    abroad.relays["hanging"].close()
    abroad.bus.activate("direct")
    wait_until(lambda: abroad.bus.must("FlushQueue") or all(arrived(abroad.relays["direct"], name) for name in waiting),
               "the exchanger has all that waited", 60, 1)
    abroad.bus.flush_until_nothing_waits()
    for name in waiting:
        assert len(arrived(abroad.relays["direct"], name)) == 1
        assert abroad.relays[name].messages == []
    assert abroad.relays["direct"].credentials == []


# -- secrets ----------------------------------------------------------------------------------------------------------


def forms(secret: str) -> list[bytes]:
    """The secret, as AUTH LOGIN and our map have it, and as AUTH PLAIN has it."""
    return [secret.encode(), base64.b64encode(secret.encode()), base64.b64encode(f"\0alice\0{secret}".encode())]


def files_with(machine, secret: str) -> list[str]:
    """"0600 root PATH" of each file of the machine's that holds the secret; its journal is among them."""
    patterns = "\n".join(form.decode() for form in forms(secret)) + "\n"
    found = machine.ask("grep", "-rlaF", "--devices=skip", "-f", "-", "/etc", "/var", "/run", "/tmp", "/root", "/home", "/srv", "/dev/shm",
                        input=patterns)
    return [machine.do("stat", "-c", "%a %U %n", path) for path in found.splitlines()]


def memory_holds(machine, pid: str, words: list[bytes]) -> int:
    """How often one of `words` is in what can be read of a process' memory, all that a core would have and more."""
    found = 0
    with open(machine.path(f"/proc/{pid}/mem"), "rb", buffering=0) as memory:
        for line in machine.path(f"/proc/{pid}/maps").read_text().splitlines():
            first, last = (int(end, 16) for end in line.split()[0].split("-"))
            with contextlib.suppress(OSError, ValueError, OverflowError):
                memory.seek(first)
                found += sum(memory.read(last - first).count(word) for word in words)
    return found


@contextlib.contextmanager
def recorded(machine, directory):
    """All that is said on the system bus meanwhile, by two programs that may listen to it."""
    commands = {"busctl": ["busctl", "monitor"], "capture": ["busctl", "capture"], "dbus-monitor": ["dbus-monitor", "--system"]}
    files = {name: directory / name for name in commands}
    processes = []
    for name, command in commands.items():
        with open(files[name], "wb") as out:
            processes.append(subprocess.Popen(machine.command(*command), stdout=out, stderr=out))
    def hear():
        machine.do("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId")
        return all(b"GetId" in file.read_bytes() for file in files.values())
    wait_until(hear, "the recorders hear the bus", pause=0.2)
    try:
        yield files
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def test_a_secret_stands_in_two_files_of_roots_and_is_heard_and_read_nowhere(abroad, tmp_path):
    bus, machine, relay = abroad.bus, abroad.machine, abroad.relays["vault"]
    of_root, of_mallory, of_alice = "Looking-Glass-5501", "Jabberwock-8824", SECRET.replace("7319", "vault-2260")
    relay.password = of_alice
    machine.grant("alice", "org.mailstack1.set-secret")
    with recorded(machine, tmp_path) as recordings, Routes(machine, "alice") as alice, Routes(machine, "mallory") as mallory:
        bus.add("vault", "vault.example.net", 587, "verified", "alice")
        bus.set_secret("vault", of_root)
        assert files_with(machine, of_root) != []
        assert "error" in mallory.ask("SetSecret", "s", "vault", descriptor=["text", of_mallory])
        alice.set_secret("vault", of_alice, "pipe")
        assert bus.test("vault")["auth"][0] == "ok"
        bus.activate("vault")
        send(machine, "with a password")
        wait_until(lambda: arrived(relay, "with a password"), "the relay has the message")
        assert arrived(relay, "with a password")[0]["user"] == "alice"
        wait_until(lambda: all(file.read_bytes().count(b"SetSecret") >= 3 for file in recordings.values()), "all is recorded")
    said = [file.read_bytes() for file in recordings.values()] + [machine.do("journalctl", "--all", "--output=export").encode()]
    for secret in (of_root, of_mallory, of_alice):
        assert not any(form in text for text in said for form in forms(secret))
    assert files_with(machine, of_root) == files_with(machine, of_mallory) == []
    holders = sorted(files_with(machine, of_alice))
    assert all(holder.startswith("600 root /etc/mailstack/") for holder in holders) and len(holders) == 2, holders
    assert "/secrets/" in holders[1] and "authinfo" in holders[0]
    pid = machine.show("mailstackd", "MainPID")["MainPID"]
    assert memory_holds(machine, pid, [b"vault.example.net"]) > 0, "its memory can be read"
    for secret in (of_root, of_mallory, of_alice):
        assert memory_holds(machine, pid, forms(secret)) == 0
    bus.activate("direct")
    bus.must("SetRoute", "ssqss", "vault", "vault.example.net", 2525, "verified", "alice")
    assert files_with(machine, of_alice) == [], "a change of the port drops it"
