# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A steady stream of mail into a machine, by a sender that tries again as an MTA does, and the account of it at the end."""

import collections
import re
import smtplib
import threading

import smtp
from machine import wait_until

PAUSE = 0.3


class Stream:
    """Sends to `recipient` until finish(). `accepted`: the numbers that the machine took over with its 250."""

    def __init__(self, where, recipient: str):
        self.accepted: list[int] = []
        self.uncertain: list[int] = []  # the connection broke when the message had been sent and not yet answered
        self.retries = 0
        self._where, self._recipient = where, recipient
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        while not self._stop.is_set():
            if self._sent(number):
                number += 1
            else:
                self.retries += 1
            self._stop.wait(PAUSE)

    def _sent(self, number: int) -> bool:
        text = smtp.message("someone@stranger.example", self._recipient, f"stream {number:04}")
        asked = False
        try:
            with smtp.Session(self._where, 30) as session:
                if session.mail("someone@stranger.example")[0] != 250 or session.rcpt(self._recipient)[0] != 250:
                    return False
                asked = True
                if session.data(text)[0] != 250:
                    return False
                self.accepted.append(number)
                return True
        except (OSError, smtplib.SMTPException):
            if number in self.accepted:
                return True  # it broke at QUIT
            if asked:
                self.uncertain.append(number)
            return False

    def finish(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), "the sender hangs"


def counted(text: str) -> collections.Counter:
    """How often each number of a stream is in a mailbox."""
    return collections.Counter(int(number) for number in re.findall(r"^Subject: stream (\d+)$", text, re.MULTILINE))


def assert_each_came_once(machine, stream: Stream, user: str) -> None:
    def mailbox():
        return counted(machine.run("cat", f"/var/mail/{user}", user=user).stdout)
    wait_until(lambda: set(stream.accepted) <= set(mailbox()), "every message that was accepted is in the mailbox", 60)
    wait_until(lambda: machine.ask("find", "/var/spool/mqueue", "-name", "qf*") == "", "the queue is empty", 60)
    came = mailbox()
    assert not stream.uncertain, f"accepted or not? {stream.uncertain}"
    assert came == collections.Counter(stream.accepted)
