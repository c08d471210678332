# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A network and a DNS of a test's own, without a booted machine.

An Island is a network namespace with addresses that are not loopback, and a dnsmasq that knows just the names it is given;
commands run in it see that DNS, and an /etc/hosts without names. Needs root, dnsmasq, iproute2, util-linux.
"""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))

from machine import socket_in_network, wait_until  # noqa: E402

START = """set -e
ip link set lo up
for address in $ADDRESSES; do ip address add $address/32 dev lo; done
mount --bind "$PLACE/resolv.conf" /etc/resolv.conf
mount --bind "$PLACE/hosts" /etc/hosts
exec dnsmasq --keep-in-foreground --conf-file="$PLACE/dnsmasq.conf"
"""

DNSMASQ = """user=root
pid-file=
no-resolv
no-hosts
bind-interfaces
listen-address=127.0.0.1
local=/test/
local=/example/
local=/net/
local=/org/
local=/arpa/
"""


class Island(contextlib.AbstractContextManager):
    """addresses: more addresses. hosts: {name: address}; cnames: {name: name of hosts}; mx: {domain: name of hosts}."""

    def __init__(self, place, addresses, hosts, cnames, mx):
        place = pathlib.Path(place)
        place.mkdir(parents=True)
        (place / "resolv.conf").write_text("nameserver 127.0.0.1\n", encoding="ascii")
        (place / "hosts").write_text("127.0.0.1 mail.example.test localhost\n", encoding="ascii")
        lines = [f"host-record={name},{address}" for name, address in hosts.items()]
        lines += [f"cname={name},{target}" for name, target in cnames.items()]
        lines += [f"mx-host={domain},{target},10" for domain, target in mx.items()]
        (place / "dnsmasq.conf").write_text(DNSMASQ + "\n".join(lines) + "\n", encoding="ascii")
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--mount", "sh", "-c", START],
            env={**os.environ, "PLACE": str(place), "ADDRESSES": " ".join(addresses)})
        wait_until(self._answers, "dnsmasq answers")

    def command(self, *words):
        """The argument list that runs `words` here."""
        return ["nsenter", "-t", str(self._process.pid), "--net", "--mount", *(str(word) for word in words)]

    def listen(self, address, port):
        return self._socket(lambda: socket.create_server((address, port), backlog=64))

    def connect(self, address, port, source=None):
        return self._socket(lambda: socket.create_connection((address, port), 20, (source, 0) if source else None))

    def _socket(self, make):
        return socket_in_network(self._process.pid, make)

    def _answers(self):
        assert self._process.poll() is None, "dnsmasq did not start"
        with contextlib.suppress(OSError):
            self.connect("127.0.0.1", 53).close()
            return True
        return False

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
