#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Throw-away machines: a real systemd, booted from an image, whose writes are forgotten when it ends.

As a program: `machine.py shell bookworm [file.deb]` boots one, installs the package and gives a root shell in it;
`machine.py why-not` prints why no machine can be booted here (nothing where one can).
"""

import concurrent.futures
import contextlib
import ctypes
import itertools
import os
import pathlib
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import image
import prober

_ENVIRONMENT = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
                "TERM=dumb", "DEBIAN_FRONTEND=noninteractive"]
_names = itertools.count()


def why_not() -> str:
    """Why no machine can be booted here, or "" where one can."""
    if os.geteuid() != 0:
        return "not root"
    missing = [tool for tool in ("systemd-nspawn", "nsenter", "unshare", "mmdebstrap") if not shutil.which(tool)]
    if missing:
        return "not installed: " + ", ".join(missing)
    probe = subprocess.run(["unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup", "--fork", "sh", "-c",
                            "mount -t tmpfs none /mnt"], capture_output=True, text=True)
    return "no privilege for namespaces: " + probe.stderr.strip() if probe.returncode else ""


def wait_until(condition, what: str, seconds: float = 30.0, pause: float = 0.05):
    """Returns the first true value of `condition()`; fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        time.sleep(pause)


def _is_first_of_its_own(process: str) -> bool:
    with contextlib.suppress(OSError):
        ids = next(line for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("NSpid:"))
        return len(ids.split()) > 2 and ids.split()[-1] == "1"
    return False


def _enter_network(process: int) -> None:
    with open(f"/proc/{process}/ns/net") as network:
        if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), 0) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def socket_in_network(process: int, make) -> socket.socket:
    """The socket that `make` makes in the network of `process`: a thread enters it, makes the socket and is gone."""
    with concurrent.futures.ThreadPoolExecutor(1, initializer=_enter_network, initargs=(process,)) as pool:
        return pool.submit(make).result()


class Machine(contextlib.AbstractContextManager):
    """One booted machine of a release, from an image of a kind (image.py). `keep`: a copy of the image that survives
    reboot(), instead of an overlay."""

    def __init__(self, release: str, kind: str = "machine", keep: bool = False):
        self.release = release
        self._root = image.ensure(release, kind)
        self._own = pathlib.Path(tempfile.mkdtemp(prefix=f"mailstack-{release}-"))
        self._keep = keep
        if keep:
            subprocess.run(["cp", "-a", "--reflink=auto", str(self._root), str(self._own / "root")], check=True)
            self._root = self._own / "root"
        self.boot()

    # -- life ---------------------------------------------------------------------------------------------------------

    def boot(self, expect: str = "running") -> None:
        self._name = f"mailstack-{os.getpid()}-{next(_names)}"
        # The machine ends when its owner dies, whatever that dies of.
        command = ["setpriv", "--pdeathsig", "TERM", "systemd-nspawn", "--quiet", "-D", str(self._root), "--boot",
                   "--private-network", "--register=no", "--keep-unit", "--console=pipe", "--resolv-conf=off",
                   "--timezone=off", "--link-journal=no", f"--hostname={image.HOST_NAME}", f"--machine={self._name}"]
        if not self._keep:
            command.append("--volatile=overlay")
        self.log = self._own / "console.log"
        with open(self.log, "ab") as log:
            self._nspawn = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.leader = wait_until(self._find_leader, "systemd-nspawn's child")
        wait_until(lambda: self.ask("systemctl", "is-system-running") not in ("", "offline"), "systemd answers", 60)
        state = self.ask("systemctl", "is-system-running", "--wait", timeout=90)
        if state != expect:
            raise AssertionError(f"{self.release} booted to {state!r}:\n" + self.ask("systemctl", "--failed"))

    def _find_leader(self):
        if self._nspawn.poll() is not None:
            raise RuntimeError("systemd-nspawn ended: " + self.log.read_text(errors="replace"))
        children = pathlib.Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        # Its first child only prepares the second, which is process 1 of the machine.
        return next((int(child) for child in children if _is_first_of_its_own(child)), 0)

    def halt(self) -> None:
        """A clean shutdown: systemd is asked to power off, and what then still stands is killed."""
        if self._nspawn.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.leader, signal.SIGRTMIN + 4)
            try:
                self._nspawn.wait(60)
            except subprocess.TimeoutExpired:
                self._tell_what_stands()
                self._nspawn.kill()
                self._nspawn.wait()

    def _tell_what_stands(self) -> None:
        """Of a machine that does not power off: to standard error, where pytest shows it."""
        for words in (("systemctl", "list-jobs", "--no-pager"), ("ps", "-ef"), ("journalctl", "--no-pager", "--lines=40")):
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                print(self.ask(*words, timeout=10), file=sys.stderr, flush=True)

    def crash(self) -> None:
        """Power is cut."""
        os.kill(self.leader, signal.SIGKILL)
        self._nspawn.wait(60)

    def reboot(self) -> None:
        assert self._keep, "only a machine with keep=True has something to boot again"
        self.halt()
        self.boot()

    def __exit__(self, *_):
        self.halt()
        shutil.rmtree(self._own, ignore_errors=True)

    # -- work in it ---------------------------------------------------------------------------------------------------

    def command(self, *words: str, user: str = "root") -> list[str]:
        """The argument list that runs `words` in the machine as `user`."""
        become = [] if user == "root" else ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--reset-env"]
        return ["nsenter", "-t", str(self.leader), "-a", *_ENVIRONMENT, *become, *words]

    def run(self, *words: str, user: str = "root", input: str | None = None, timeout: float = 120,
            check: bool = False) -> subprocess.CompletedProcess:
        done = subprocess.run(self.command(*words, user=user), input="" if input is None else input, text=True,
                              errors="surrogateescape", capture_output=True, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(f"{self.release}: {shlex.join(words)} (as {user}) gave {done.returncode}:\n"
                                 f"{done.stdout}{done.stderr}")
        return done

    def do(self, *words: str, **more) -> str:
        """Runs a command that must succeed; its output, without white space at the ends."""
        return self.run(*words, check=True, **more).stdout.strip()

    def ask(self, *words: str, **more) -> str:
        """Output of a command that may fail."""
        return self.run(*words, **more).stdout.strip()

    def sh(self, script: str, **more) -> str:
        return self.do("sh", "-euc", script, **more)

    def in_its_network(self, *words: str) -> list[str]:
        """The argument list that runs a program of the host in the machine's network."""
        return ["nsenter", "-t", str(self.leader), "-n", *words]

    def probing(self, every: float = prober.EVERY):
        """Knocks at port 25 meanwhile: see prober.py."""
        return prober.probing(self.in_its_network(), every)

    def connect(self, port: int, timeout: float = 30) -> socket.socket:
        """A TCP connection to the machine's loopback."""
        return socket_in_network(self.leader, lambda: socket.create_connection(("127.0.0.1", port), timeout))

    # -- files --------------------------------------------------------------------------------------------------------

    def path(self, inside: str) -> pathlib.Path:
        """A path of the machine as the host sees it (what is a link inside must not be followed from here)."""
        return pathlib.Path(f"/proc/{self.leader}/root{inside}")

    def read(self, inside: str) -> str:
        return self.run("cat", inside, check=True).stdout

    def write(self, inside: str, text: str, mode: str = "0644") -> None:
        self.run("sh", "-c", f"cat > {shlex.quote(inside)} && chmod {mode} {shlex.quote(inside)}", input=text, check=True)

    def copy_in(self, outside: os.PathLike, inside: str) -> None:
        shutil.copyfile(outside, self.path(inside))
        self.do("chmod", "0644", inside)

    @property
    def bus_address(self) -> str:
        """The machine's system bus, for a client on the host. It is uid 0 there as here."""
        return f"unix:path=/proc/{self.leader}/root/run/dbus/system_bus_socket"

    # -- what most tests ask ------------------------------------------------------------------------------------------

    def install(self, deb: os.PathLike) -> str:
        name = pathlib.Path(deb).name
        self.copy_in(deb, "/srv/" + name)
        return self.do("apt-get", "install", "--yes", "/srv/" + name, timeout=180)

    def show(self, unit: str, *properties: str) -> dict[str, str]:
        text = self.do("systemctl", "show", unit, *(f"--property={name}" for name in properties))
        return dict(line.partition("=")[::2] for line in text.splitlines())

    def grant(self, user: str, *actions: str) -> None:
        """A site rule that lets `user` do `actions` without a password."""
        list_ = ", ".join(f'"{action}"' for action in actions)
        self.write(f"/etc/polkit-1/rules.d/10-{user}.rules", "polkit.addRule(function(action, subject) {\n"
                   f'    if (subject.user == "{user}" && [{list_}].indexOf(action.id) >= 0) {{\n'
                   "        return polkit.Result.YES;\n    }\n});\n")
        self.restart_polkit()

    def restart_polkit(self) -> None:
        """polkitd notices new rules and groups by itself, some time later; a restart is at once. systemd refuses a unit
        that is started several times within seconds, which is what tests do: it is told to forget (a unit that it has not
        loaded there is nothing to forget of)."""
        self.run("systemctl", "reset-failed", "polkit.service")
        self.do("systemctl", "restart", "polkit.service")

    def call(self, interface: str, member: str, *arguments: str, user: str = "root",
             timeout: float = 60) -> subprocess.CompletedProcess:
        """`busctl call` on mailstack's object."""
        return self.run("busctl", "call", "--timeout=50", "org.mailstack1", "/org/mailstack1", f"org.mailstack1.{interface}",
                        member, *arguments, user=user, timeout=timeout)

    def property(self, interface: str, name: str) -> str:
        """A property as busctl prints it, without its type: `"running"`, `7`."""
        return self.do("busctl", "get-property", "org.mailstack1", "/org/mailstack1", f"org.mailstack1.{interface}",
                       name).partition(" ")[2]

    def journal(self, unit: str) -> str:
        return self.ask("journalctl", "--no-pager", "--output=cat", "--unit", unit)


def main(words: list[str]) -> int:
    reason = why_not()
    if words[:1] == ["why-not"]:
        print(reason, end="\n" if reason else "")
        return 1 if reason else 0
    if words[:1] != ["shell"] or len(words) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    if reason:
        print(f"no machine can be booted here: {reason}", file=sys.stderr)
        return 1
    with Machine(words[1]) as machine:
        if len(words) == 3:
            machine.install(words[2])
        subprocess.run(["nsenter", "-t", str(machine.leader), "-a", "env", "-i", "TERM=" + os.environ.get("TERM", "dumb"),
                        "HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "bash", "-l"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
