# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""SMTP into a machine: mail that is sent, and what the running sendmail answers about an alias."""

import re
import smtplib
import ssl

from machine import Machine, wait_until

HOST = "mail.example.test"


class Session(smtplib.SMTP):
    """An open session with the machine's port 25, from within; or from outside, where a World (world.py) is given."""

    def __init__(self, machine, timeout: float = 60, port: int = 25):
        self._machine = machine
        self._in_mail = False
        super().__init__("127.0.0.1", port, HOST, timeout)
        self.ehlo_or_helo_if_needed()

    def _get_socket(self, host, port, timeout):
        return self._machine.connect(port, timeout)

    def encrypt(self) -> bytes:
        """STARTTLS; the certificate that is served (DER)."""
        self.starttls(context=ssl._create_unverified_context())
        self.ehlo()
        return self.sock.getpeercert(binary_form=True)

    def authenticate(self, mechanism: str, user: str, password: str) -> tuple[int, bytes]:
        """AUTH PLAIN or LOGIN; the reply, whatever it is."""
        self.user, self.password = user, password
        try:
            return self.auth(mechanism, getattr(self, "auth_" + mechanism.lower()))
        except smtplib.SMTPAuthenticationError as refusal:
            return refusal.smtp_code, refusal.smtp_error

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


def message(sender: str, recipient: str, subject: str) -> str:
    return f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n\r\nA real message.\r\n"


def send(machine, recipient: str, subject: str, sender: str = "sender@localhost") -> None:
    """`recipient`: an address, or a name at the machine's."""
    address = recipient if "@" in recipient else f"{recipient}@{HOST}"
    with Session(machine) as session:
        session.sendmail(sender, [address], message(sender, address, subject))


def await_mail(machine: Machine, user: str, subject: str) -> str:
    """The mailbox of `user` once a message of this subject is in it, read as that user."""
    def mailbox():
        text = machine.run("cat", f"/var/mail/{user}", user=user).stdout
        return text if f"Subject: {subject}\n" in text else ""
    return wait_until(mailbox, f"a message {subject!r} in the mailbox of {user}")
