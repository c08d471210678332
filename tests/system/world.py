# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is outside of a machine: a network of its own with a stranger's mail machine in it, joined to the machine's by a cable."""

import contextlib
import os
import socket
import subprocess
import threading

from machine import Machine, socket_in_network, wait_until

# RFC 5737; without 192.0.2.0, which Debian's access refuses.
MACHINE, STRANGER = "203.0.113.1", "203.0.113.9"
STRANGERS_NAME = "mx.stranger.example"
REPLIES = {b"DATA": b"354 go on", b"QUIT": b"221 bye"}


class World(contextlib.AbstractContextManager):
    """connect() comes to the machine from outside; `taken` are the messages that the stranger's port 25 has accepted;
    while it is `refusing` it takes none for now."""

    def __init__(self, machine: Machine):
        self.taken: list[str] = []
        self.refusing = False
        self._machine = machine
        self._process = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        wait_until(lambda: _network(self._process.pid) != _network("self"), "a network of its own")
        self._lay_cable()
        # sendmail asks for the names of senders and clients, and no name server answers.
        machine.write("/etc/hosts", machine.read("/etc/hosts") + f"{STRANGER} {STRANGERS_NAME} stranger.example\n")
        self._listener = socket_in_network(self._process.pid, lambda: socket.create_server((STRANGER, 25)))
        threading.Thread(target=self._serve, daemon=True).start()

    def _lay_cable(self) -> None:
        outside = str(self._process.pid)
        subprocess.run(["ip", "link", "add", "outside", "netns", str(self._machine.leader), "type", "veth", "peer", "name", "inside",
                        "netns", outside], check=True)
        for process, link, address in ((str(self._machine.leader), "outside", MACHINE), (outside, "inside", STRANGER)):
            enter = ["nsenter", "-t", process, "-n", "ip"]
            subprocess.run([*enter, "address", "add", address + "/24", "dev", link], check=True)
            subprocess.run([*enter, "link", "set", link, "up"], check=True)

    def connect(self, port: int, timeout: float = 30) -> socket.socket:
        return socket_in_network(self._process.pid, lambda: socket.create_connection((MACHINE, port), timeout))

    def listen(self, address: str, port: int) -> socket.socket:
        """Another listener out there, on an address of its own (203.0.113.x)."""
        enter = ["nsenter", "-t", str(self._process.pid), "-n", "ip", "address"]
        subprocess.run([*enter, "replace", address + "/24", "dev", "inside"], check=True)
        return socket_in_network(self._process.pid, lambda: socket.create_server((address, port), backlog=64))

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def _take(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 " + STRANGERS_NAME.encode() + b"\r\n")
            for line in lines:
                verb = line[:4].strip().upper()
                later = self.refusing and verb == b"MAIL"
                connection.sendall((b"451 later" if later else REPLIES.get(verb, b"250 ok")) + b"\r\n")
                if verb == b"DATA":
                    text = b"".join(iter(lambda: lines.readline() or b".\r\n", b".\r\n"))
                    self.taken.append(text.decode(errors="replace"))
                    connection.sendall(b"250 taken\r\n")
                if verb == b"QUIT":
                    return

    def __exit__(self, *_):
        self._listener.close()
        self._process.kill()
        self._process.wait()


def _network(process) -> str:
    return os.readlink(f"/proc/{process}/ns/net")
