# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""SMTP into a machine: mail that is sent, and what the running sendmail answers about an alias."""

import re
import smtplib

from machine import Machine, wait_until

HOST = "mail.example.test"


class Session(smtplib.SMTP):
    """An open session with the machine's port 25."""

    def __init__(self, machine: Machine, timeout: float = 60):
        self._machine = machine
        self._in_mail = False
        super().__init__("127.0.0.1", 25, HOST, timeout)
        self.ehlo_or_helo_if_needed()

    def _get_socket(self, host, port, timeout):
        return self._machine.connect(port, timeout)

    def expand(self, name: str) -> list[str] | None:
        """The addresses that EXPN gives for `name`; None where there is no such user. After the sixth question of a session
        sendmail waits before it answers, each time twice as long."""
        code, text = self.expn(name)
        if code == 550:
            return None
        if code != 250:
            raise smtplib.SMTPResponseException(code, text)
        # "Alice <alice@mail.example.test>", "<alice@mail.example.test>"
        return sorted(re.sub("@" + HOST + "$", "", line.rpartition("<")[2].rstrip(">")) for line in text.decode().split("\n"))

    def accepts(self, name: str) -> bool:
        """Whether RCPT takes `name`: what a message under way would be told. Asked in one transaction that never ends, for
        sendmail delays a session that says RSET or EXPN often."""
        if not self._in_mail:
            self.mail("prober@localhost")
            self._in_mail = True
        code, text = self.rcpt(f"{name}@{HOST}")
        if code not in (250, 550):
            raise smtplib.SMTPResponseException(code, text)
        return code == 250


def expand(machine: Machine, name: str) -> list[str] | None:
    """The same in a new session."""
    with Session(machine) as session:
        return session.expand(name)


def send(machine: Machine, recipient: str, subject: str) -> None:
    with Session(machine) as session:
        session.sendmail("sender@localhost", [f"{recipient}@{HOST}"],
                         f"From: sender@localhost\r\nTo: {recipient}@{HOST}\r\nSubject: {subject}\r\n\r\nA real message.\r\n")


def await_mail(machine: Machine, user: str, subject: str) -> str:
    """The mailbox of `user` once a message of this subject is in it, read as that user."""
    def mailbox():
        text = machine.run("cat", f"/var/mail/{user}", user=user).stdout
        return text if f"Subject: {subject}\n" in text else ""
    return wait_until(mailbox, f"a message {subject!r} in the mailbox of {user}")
