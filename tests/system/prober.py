#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Knocks at port 25, or the one given, every 5 ms, or the seconds given, until SIGTERM, then prints as JSON how often, how often
it was refused, for how long at most and in all.

Refused is what the kernel answers where nobody listens. A connection that takes longer than a second is told apart as slow:
somebody listens, but has his hands full.
"""

import contextlib
import errno
import json
import select
import signal
import socket
import subprocess
import sys
import time

EVERY = 0.005


class Prober:
    def __init__(self, port: int):
        self.port = port
        self.pending: dict[socket.socket, float] = {}
        self.counts = {"connections": 0, "refused": 0, "slow": 0, "refused_seconds": 0.0, "refused_in_all": 0.0}
        self.refused_since = None

    def knock(self) -> None:
        knocker = socket.socket()
        knocker.setblocking(False)
        self.counts["connections"] += 1
        self.settle(knocker, knocker.connect_ex(("127.0.0.1", self.port)))

    def settle(self, knocker: socket.socket, error: int) -> None:
        if error == errno.EINPROGRESS:
            self.pending[knocker] = time.monotonic()
            return
        knocker.close()
        now = time.monotonic()
        if error == errno.ECONNREFUSED:
            self.counts["refused"] += 1
            self.refused_since = self.refused_since or now
        elif self.refused_since:
            self.counts["refused_seconds"] = max(self.counts["refused_seconds"], round(now - self.refused_since, 3))
            self.counts["refused_in_all"] = round(self.counts["refused_in_all"] + now - self.refused_since, 3)
            self.refused_since = None

    def collect(self) -> None:
        ready = select.select([], list(self.pending), [], 0)[1] if self.pending else []
        for knocker in ready:
            del self.pending[knocker]
            self.settle(knocker, knocker.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        for knocker in [k for k, since in self.pending.items() if time.monotonic() - since > 1]:
            del self.pending[knocker]
            knocker.close()
            self.counts["slow"] += 1


@contextlib.contextmanager
def probing(command: list[str], every: float = EVERY):
    """Runs this program meanwhile, with `command` before it (to enter a network); what is yielded holds its counts then."""
    counts: dict = {}
    prober = subprocess.Popen([*command, "/usr/bin/python3", __file__, "25", str(every)], stdout=subprocess.PIPE, text=True)
    assert prober.stdout.readline() == "knocking\n"
    try:
        yield counts
    finally:
        prober.terminate()
        counts.update(json.loads(prober.communicate()[0]))


def main() -> None:
    running = True

    def stop(*_):
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    prober = Prober(int(sys.argv[1]) if len(sys.argv) > 1 else 25)
    every = float(sys.argv[2]) if len(sys.argv) > 2 else EVERY
    print("knocking", flush=True)
    due = time.monotonic()
    while running:
        prober.knock()
        due = max(due + every, time.monotonic() - 0.1)
        time.sleep(max(0.0, due - time.monotonic()))
        prober.collect()
    json.dump(prober.counts, sys.stdout)


if __name__ == "__main__":
    main()
