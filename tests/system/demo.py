# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""./demo: an ordinary user's alias, added over D-Bus, is live at once, and nobody is turned away meanwhile.

In a machine that is booted for it and thrown away: the real Debian with systemd, D-Bus, polkit, sendmail and procmail, and
mailstack's own package, installed by apt. Where no machine can be booted, the same in a sandbox: a private bus, a mock
polkit, and a real sendmail on a high port of the loopback.
"""

import shlex
import sys
import time

import demo_sandbox
import machine as machines
import package
import smtp

GRANTED = "org.mailstack1.manage-aliases"
NAME = "orders"
_began = time.monotonic()
_failed: list[str] = []


def say(text: str) -> None:
    print(f"[{time.monotonic() - _began:6.1f} s] {text}", flush=True)


def shown(what: str, holds: bool, detail: str = "") -> None:
    """A line of the summary; what does not hold makes the demo fail."""
    say(("  ok: " if holds else "  NOT SO: ") + what + (f" ({detail})" if detail else ""))
    if not holds:
        _failed.append(what)


def in_machine(release: str) -> None:
    say(f"building the Debian package in a clean {release} and having lintian look at it (some minutes at first)")
    deb = package.build(release)
    say(f"booting a throw-away {release} with systemd, D-Bus, polkit, sendmail and procmail")
    with machines.Machine(release) as machine:
        say(f"installing {deb.name} in it: apt install ./{deb.name}")
        with machine.probing() as counts:
            machine.install(deb)
        say(f"  sendmail now runs as mailstack's own service; while it changed over, the port refused for "
            f"{counts['refused_seconds'] * 1000:.0f} ms")
        say(f"granting alice {GRANTED} with a polkit rule")
        machine.grant("alice", GRANTED)
        say("knocking at port 25 every 5 ms from here on")
        with machine.probing() as counts:
            _story(machine)
        shown(f"of {counts['connections']} connections to port 25 none was refused", counts["refused"] == 0,
              f"refused: {counts['refused']}")
        say("and now the whole machine in one call: domain, TLS, AUTH, tables, aliases, the service")
        _whole_set_up(machine)
        say("and what procmail does with her mail is alice's to say: no administrator, no polkit rule")
        _recipes(machine)


def _story(machine: machines.Machine) -> None:
    def before() -> list[str] | None:
        return smtp.expand(machine, NAME)

    shown(f"sendmail does not know {NAME}@{smtp.HOST}", before() is None)
    call = ["busctl", "call", "org.mailstack1", "/org/mailstack1", "org.mailstack1.Aliases", "AddAlias", "sas", NAME, "1", "alice"]
    say("alice$ " + " ".join(call))
    began = time.monotonic()
    answer = machine.run(*call, user="alice")
    took = time.monotonic() - began
    shown(f"it is answered: {answer.stdout.strip() or answer.stderr.strip()}", answer.returncode == 0, f"{took * 1000:.0f} ms, busctl's start and the daemon's included")
    shown("the running sendmail expands it to alice", smtp.expand(machine, NAME) == ["alice"])
    say(f"sending mail to {NAME}@{smtp.HOST} through port 25")
    smtp.send(machine, NAME, "An order")
    mailbox = smtp.await_mail(machine, "alice", "An order")
    say("alice$ cat /var/mail/alice")
    print("".join(f"    | {line}\n" for line in mailbox.splitlines()), end="", flush=True)
    shown("alice reads it in her mailbox, where procmail put it", f"To: {NAME}@{smtp.HOST}" in mailbox)
    theft = [*call[:-3], "shop", "1", "mallory"]
    say("mallory$ " + " ".join(theft))
    answer = machine.run(*theft, user="mallory")
    shown(f"mallory has no grant: {answer.stderr.strip()}", answer.returncode != 0 and "Access denied" in answer.stderr)
    shown("and nothing was changed", smtp.expand(machine, "shop") is None)


def _whole_set_up(machine: machines.Machine) -> None:
    domain = smtp.HOST.partition(".")[2]
    call = ["mailstackctl", "setup", "--domain", domain, "--user", "alice"]
    say("root# " + " ".join(call))
    began = time.monotonic()
    with machine.probing() as counts:
        answer = machine.run(*call)
    shown(f"it is answered: {(answer.stdout or answer.stderr).splitlines()[0]}", answer.returncode == 0,
          f"{time.monotonic() - began:.1f} s; the port refused for {counts['refused_seconds'] * 1000:.0f} ms")
    with smtp.Session(machine) as session:
        shown("sendmail offers STARTTLS, with a certificate made for it", bool(session.encrypt()))
    smtp.send(machine, "postmaster", "To the postmaster")
    mailbox = smtp.await_mail(machine, "alice", "To the postmaster")
    shown("mail for the postmaster is in alice's mailbox", f"To: postmaster@{smtp.HOST}" in mailbox)
    say("a relay, and one hour in which no mail leaves: each switch is one key of a map, in sessions that are open too")
    _routes(machine)


def _routes(machine: machines.Machine) -> None:
    def run(*words: str) -> None:
        say("root# mailstackctl relay " + " ".join(words))
        began = time.monotonic()
        answer = machine.run("mailstackctl", "relay", *words)
        shown(f"it is answered: {(answer.stdout or answer.stderr).splitlines()[0]}", answer.returncode == 0,
              f"{(time.monotonic() - began) * 1000:.0f} ms, mailstackctl's start included")

    def live() -> str:
        """By which route the running sendmail says that mail leaves."""
        with smtp.Session(machine) as session:
            return session.docmd("MAIL", "FROM:<mailstack.route>")[1].decode().split("mailstack route:")[-1].strip()

    run("add", "home", "smart.example.net")
    with machine.probing() as counts:
        run("use", "home")
        shown("the running sendmail tells the relay", "smart.example.net" in live())
        run("use", "local-only", "--for", "1h")
        shown("the running sendmail holds mail for elsewhere", "hold" in live())
        run("use", "direct")
        shown("and lets it leave directly again", "direct" in live())
    shown(f"of {counts['connections']} connections to port 25 none was refused", counts["refused"] == 0)


def _recipes(machine: machines.Machine) -> None:
    def run(*words: str, **more) -> str:
        say("alice$ mailstackctl " + shlex.join(words))
        answer = machine.run("mailstackctl", *words, user="alice", **more)
        shown(f"it is answered: {(answer.stdout or answer.stderr).splitlines()[0]}", answer.returncode == 0)
        return answer.stdout

    run("delivery", "set", "maildir")
    run("recipe", "add", "--folder", "Orders", "--when-subject", "[order]")
    folder = "/home/alice/Maildir/.Orders/"
    shown("procmail, asked before any mail comes, says where it will go",
          folder in run("recipe", "test", input="Subject: [order] ten\n\nplease\n"))
    smtp.send(machine, "alice", "[order] ten")
    mail = machines.wait_until(lambda: machine.run("sh", "-c", f"cat {folder}new/*", user="alice").stdout, f"the message in {folder}")
    shown(f"the message is in {folder}new", "Subject: [order] ten\n" in mail)


def main() -> int:
    reason = machines.why_not()
    if reason:
        say(f"no machine can be booted here: {reason}")
        say("the same in a sandbox: a private bus, a mock polkit, a real sendmail on a high port of the loopback")
        demo_sandbox.tell(say, shown)
    else:
        in_machine(sys.argv[1] if len(sys.argv) > 1 else "bookworm")
    if _failed:
        print("\ndemo: FAILED: " + "; ".join(_failed))
        return 1
    print(f"\ndemo: all of it is so, shown in {time.monotonic() - _began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
