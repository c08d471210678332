# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recording relays: SMTP servers that take what they are given, or fail in a chosen way, and write down all they saw.

In a test:

    authority = Authority(directory)                       # a certificate authority, made at once
    with Relay(certificate=authority.certificate("smart.example.net"), user="alice", password="secret") as relay:
        ...                                                # mail to 127.0.0.1, relay.port
        assert relay.messages[0]["user"] == "alice"        # and whether it came in TLS, from whom, to whom, the text

As a program, in a machine too, for it needs the standard library alone:

    python3 relays.py --port 587 --certificate CHAIN.PEM --key KEY.PEM --user alice --password secret --log FILE
    python3 relays.py --make DIRECTORY smart.example.net   # authority.pem, smart.example.net.pem and .key (python3-cryptography)

The log has one JSON object a line, in the order of events; several relays may share a file. Each has time (unix seconds), relay
("address:port"), session (a number), event, tls (is the session in TLS now), and:

    connect   peer
    hello     verb, name
    starttls  outcome: the TLS version, or what went wrong; sni
    auth      mechanism, user, password, accepted: every attempt to authenticate, in TLS or not, whether it was offered or not
    mail      sender, parameters;  rcpt  recipient;  both before the answer is chosen
    message   sender, recipients, user (authenticated as; ""), text: a message that was taken with 250
    end       last: the last command

A server of our own, not a library's: it must answer wrongly on purpose at any step, and must note credentials that are sent
where they should not be.
"""

import argparse
import base64
import contextlib
import datetime
import json
import pathlib
import socket
import ssl
import sys
import threading
import time

MECHANISMS = ("PLAIN", "LOGIN")
DEADLINE = 60.0  # seconds without a command, or of a hanging step


class Log:
    """Events in memory, and in a file where one is named."""

    def __init__(self, path=None):
        self._events = []
        self._changed = threading.Condition()
        self._file = open(path, "a", encoding="utf-8", buffering=1) if path else None

    def add(self, **event):
        with self._changed:
            event = {"time": time.time(), **event}
            self._events.append(event)
            if self._file:
                self._file.write(json.dumps(event) + "\n")
            self._changed.notify_all()

    def events(self, kind=None, relay=None):
        with self._changed:
            return [event for event in self._events
                    if kind in (None, event["event"]) and relay in (None, event["relay"])]

    def wait(self, condition, what, seconds=20.0):
        """Waits until condition(), asked after each event, is true."""
        with self._changed:
            assert self._changed.wait_for(condition, seconds), f"waited {seconds:g} s in vain: {what}"

    def clear(self):
        with self._changed:
            self._events.clear()

    def close(self):
        if self._file:
            self._file.close()


class Relay:
    """A server on a thread of its own.

    certificate: (chain, key), paths of PEM files; with it STARTTLS is offered. listener: a listening socket (of another network);
    else one is made on address and port (0: any, see .port).
    mechanisms: what AUTH offers ("" or (): AUTH is not offered); user, password: who is let in; None: AUTH is offered to all and
    accepted by none. auth_in_clear: AUTH is offered before TLS as well. demand_tls: MAIL gets 530 without. demand_auth:
    the step, "mail" or "rcpt", that gets 530 without.
    answers: {step: reply} instead of the usual; steps: greeting, hello, starttls, auth, mail, rcpt, data, message. A reply of "" closes
    the connection, HANG never answers. (answers may be changed while it runs.)
    """

    HANG = "hang"

    def __init__(self, address="127.0.0.1", port=0, *, listener=None, name="relay.example.test", certificate=None,
                 mechanisms=MECHANISMS, user=None, password=None, auth_in_clear=False, demand_auth="",
                 demand_tls=False, answers=None, log=None):
        self.name, self.user, self.password = name, user, password
        self.mechanisms = tuple(mechanisms.split() if isinstance(mechanisms, str) else mechanisms)
        self.auth_in_clear, self.demand_auth, self.demand_tls = auth_in_clear, demand_auth, demand_tls
        self.answers = dict(answers or {})
        self.log = log or Log()
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*(str(path) for path in certificate))
            self.context.sni_callback = _note_sni
        self._listener = listener or _listen(address, port)
        bound = self._listener.getsockname()
        self.port = bound[1]
        self.place = f"{bound[0]}:{bound[1]}"
        self.sessions = 0
        self.stopping = threading.Event()
        self._connections = set()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def messages(self):
        return self.log.events("message", self.place)

    @property
    def credentials(self):
        """Every attempt to authenticate: {"mechanism", "user", "password", "accepted", "tls", ...}."""
        return self.log.events("auth", self.place)

    @property
    def connections(self):
        return self.log.events("connect", self.place)

    def close(self):
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _serve(self):
        while True:
            try:
                connection, peer = self._listener.accept()
            except OSError:
                return
            self.sessions += 1
            self._connections.add(connection)
            threading.Thread(target=self._take, args=(connection, peer, self.sessions), daemon=True).start()

    def _take(self, connection, peer, number):
        session = _Session(self, connection, number)
        try:
            session.note("connect", peer=peer[0])
            session.run()
        except (OSError, EOFError, _Closed):
            pass
        finally:
            session.note("end", last=session.last)
            self._connections.discard(connection)
            session.close()


class _Closed(Exception):
    pass


class _Session:
    def __init__(self, relay, connection, number):
        self.relay, self.number, self.last = relay, number, ""
        self.user = ""
        self._reset()
        self._use(connection)
        self.tls = False

    def _use(self, connection):
        self.connection = connection
        connection.settimeout(DEADLINE)
        self.lines = connection.makefile("rb")

    def _reset(self):
        self.sender, self.recipients = None, []

    def close(self):
        with contextlib.suppress(OSError):
            self.lines.close()
            self.connection.close()

    def note(self, event, **what):
        self.relay.log.add(relay=self.relay.place, session=self.number, event=event, tls=self.tls, **what)

    def send(self, text):
        self.connection.sendall(text.encode() + b"\r\n")

    def answer(self, step, usual):
        """Sends the chosen reply of the step, or the usual one; whether it is the usual."""
        chosen = self.relay.answers.get(step)
        if chosen is None:
            self.send(usual)
            return True
        if chosen == Relay.HANG:
            self.relay.stopping.wait(DEADLINE)
            raise _Closed
        if chosen == "":
            raise _Closed
        self.send(chosen)
        return False

    def line(self):
        octets = self.lines.readline()
        if not octets:
            raise EOFError
        return octets.decode("utf-8", "replace").rstrip("\r\n")

    def run(self):
        self.answer("greeting", f"220 {self.relay.name} ESMTP")
        while True:
            self.last = self.line()
            verb, _, rest = self.last.partition(" ")
            command = getattr(self, "do_" + verb.lower(), None)
            if command is None:
                self.send("502 5.5.1 not known")
            elif command(rest) is False:
                return

    def do_ehlo(self, name):
        self.note("hello", verb="EHLO", name=name)
        offers = [self.relay.name, "8BITMIME", "ENHANCEDSTATUSCODES"]
        if self.relay.context and not self.tls:
            offers.append("STARTTLS")
        if self.relay.mechanisms and (self.tls or self.relay.auth_in_clear):
            offers.append("AUTH " + " ".join(self.relay.mechanisms))
        self.answer("hello", "\r\n".join([*("250-" + offer for offer in offers[:-1]), "250 " + offers[-1]]))

    def do_helo(self, name):
        self.note("hello", verb="HELO", name=name)
        self.answer("hello", "250 " + self.relay.name)

    def do_starttls(self, _):
        if not self.relay.context or self.tls:
            self.send("503 5.5.1 no TLS here")
            return
        if not self.answer("starttls", "220 2.0.0 go ahead"):
            if self.relay.answers["starttls"].startswith("2"):
                raise _Closed  # no handshake after all
            return
        try:
            inner = self.relay.context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError) as error:
            self.note("starttls", outcome=str(error), sni="")
            raise _Closed from error
        self._use(inner)
        self.tls = True
        self._reset()
        self.note("starttls", outcome=inner.version(), sni=getattr(inner, "sni", None) or "")

    def do_auth(self, rest):
        mechanism, _, initial = rest.partition(" ")
        mechanism = mechanism.upper()
        asked = iter(["VXNlcm5hbWU6", "UGFzc3dvcmQ6"] if mechanism == "LOGIN" else [""])

        def given():
            self.send("334 " + next(asked))
            return self.line()

        if mechanism == "PLAIN":
            _, user, password = (_plain(initial or given()).split("\0", 2) + ["", "", ""])[:3]
        elif mechanism == "LOGIN":
            user = _plain(initial) if initial and next(asked) else _plain(given())
            password = _plain(given())
        else:
            self.note("auth", mechanism=mechanism, user=rest, password="", accepted=False)
            self.send("504 5.5.4 mechanism not known")
            return
        right = bool(self.relay.mechanisms) and (user, password) == (self.relay.user, self.relay.password)
        right = right and (self.tls or self.relay.auth_in_clear) and "auth" not in self.relay.answers
        self.note("auth", mechanism=mechanism, user=user, password=password, accepted=right)
        if self.answer("auth", "235 2.7.0 welcome" if right else "535 5.7.8 wrong user or password") and right:
            self.user = user

    def do_mail(self, rest):
        path, _, parameters = rest.partition(":")[2].strip().partition(" ")
        self.note("mail", sender=path.strip("<>"), parameters=parameters)
        if self.relay.demand_tls and not self.tls:
            self.send("530 5.7.0 STARTTLS first")
        elif self.relay.demand_auth == "mail" and not self.user:
            self.send("530 5.7.0 authentication required")
        elif self.answer("mail", "250 2.1.0 sender ok"):
            self._reset()
            self.sender = path.strip("<>")

    def do_rcpt(self, rest):
        path = rest.partition(":")[2].strip().partition(" ")[0].strip("<>")
        self.note("rcpt", recipient=path)
        if self.sender is None:
            self.send("503 5.5.1 MAIL first")
        elif self.relay.demand_auth == "rcpt" and not self.user:
            self.send("530 5.7.0 authentication required")
        elif self.answer("rcpt", "250 2.1.5 recipient ok"):
            self.recipients.append(path)

    def do_data(self, _):
        if not self.recipients:
            self.send("503 5.5.1 RCPT first")
            return
        if not self.answer("data", "354 go on"):
            return
        lines = []
        while (line := self.line()) != ".":
            lines.append(line.removeprefix("."))
        if "message" not in self.relay.answers:
            self.note("message", sender=self.sender, recipients=self.recipients, user=self.user, text="\n".join(lines))
        self.answer("message", "250 2.0.0 taken")
        self._reset()

    def do_rset(self, _):
        self._reset()
        self.send("250 2.0.0 ok")

    def do_noop(self, _):
        self.send("250 2.0.0 ok")

    def do_quit(self, _):
        self.send("221 2.0.0 bye")
        return False


def _plain(word):
    try:
        return base64.b64decode(word, validate=True).decode("utf-8", "replace")
    except ValueError:
        return word


def _note_sni(connection, name, _context):
    connection.sni = name


def _listen(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=64)


class Authority:
    """A certificate authority for tests, below `directory`: .path is its certificate."""

    def __init__(self, directory, name="Test Authority"):
        # Only who makes certificates needs python3-cryptography.
        from cryptography.hazmat.primitives.asymmetric import ec
        self._directory = pathlib.Path(directory)
        self._directory.mkdir(parents=True, exist_ok=True)
        self._curve = ec.SECP256R1
        self._generate = ec.generate_private_key
        self._count = 0
        self._key = self._generate(self._curve())
        self._subject = _x509_name(name)
        certificate = self._sign(self._subject, self._key.public_key(), (), authority=True)
        self.path = self._write("authority.pem", _pem(certificate))

    def certificate(self, *names, common_name=None, expired=False, self_signed=False, file=None):
        """(chain, key) of a new certificate for `names` (host names, wildcards, addresses)."""
        self._count += 1
        file = file or f"certificate-{self._count}"
        key = self._generate(self._curve())
        subject = _x509_name(names[0] if common_name is None else common_name)
        made = self._sign(subject, key.public_key(), names, expired=expired, self_signed_by=key if self_signed else None)
        return self._write(file + ".pem", _pem(made)), self._write(file + ".key", _pem_key(key), 0o600)

    def _sign(self, subject, public_key, names, authority=False, expired=False, self_signed_by=None):
        import ipaddress
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        now = datetime.datetime.utcnow()
        end = now - datetime.timedelta(days=1) if expired else now + datetime.timedelta(days=30)
        builder = (x509.CertificateBuilder().subject_name(subject).public_key(public_key)
                   .issuer_name(subject if self_signed_by else self._subject)
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(now - datetime.timedelta(days=40)).not_valid_after(end)
                   .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True))
        alternatives = []
        for name in names:
            try:
                alternatives.append(x509.IPAddress(ipaddress.ip_address(name)))
            except ValueError:
                alternatives.append(x509.DNSName(name))
        if alternatives:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        return builder.sign(self_signed_by or self._key, hashes.SHA256())

    def _write(self, name, octets, mode=0o644):
        path = self._directory / name
        path.touch(mode=mode)
        path.write_bytes(octets)
        path.chmod(mode)
        return str(path)


def _x509_name(common_name):
    from cryptography import x509
    from cryptography.x509.oid import NameOID
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(certificate):
    from cryptography.hazmat.primitives.serialization import Encoding
    return certificate.public_bytes(Encoding.PEM)


def _pem_key(key):
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def main():
    parser = argparse.ArgumentParser(description="A recording SMTP relay.")
    parser.add_argument("--make", nargs="+", metavar=("DIRECTORY", "NAME"), help="make an authority and certificates, and end")
    parser.add_argument("--expired", action="store_true", help="with --make: expired ones")
    parser.add_argument("--self-signed", action="store_true", help="with --make: ones without an authority")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--name", default="relay.example.test")
    parser.add_argument("--certificate", "--cert", help="chain, PEM; with it STARTTLS is offered")
    parser.add_argument("--key", help="default: beside the certificate, .key instead of .pem")
    parser.add_argument("--mechanisms", default=" ".join(MECHANISMS), help='"" : AUTH is not offered')
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--auth-in-clear", action="store_true")
    parser.add_argument("--demand-auth", default="", choices=("mail", "rcpt"))
    parser.add_argument("--demand-tls", action="store_true")
    parser.add_argument("--answer", action="append", default=[], metavar="STEP=REPLY", help=f'such as "rcpt=450 4.2.1 later", "greeting={Relay.HANG}"')
    parser.add_argument("--log", help="JSON lines")
    given = parser.parse_args()
    if given.make:
        authority = Authority(given.make[0])
        for name in given.make[1:]:
            authority.certificate(name, expired=given.expired, self_signed=given.self_signed, file=name)
        return
    certificate = None
    if given.certificate:
        certificate = (given.certificate, given.key or given.certificate.removesuffix(".pem") + ".key")
    relay = Relay(given.address, given.port, name=given.name, certificate=certificate, mechanisms=given.mechanisms,
                  user=given.user, password=given.password, auth_in_clear=given.auth_in_clear,
                  demand_auth=given.demand_auth, demand_tls=given.demand_tls,
                  answers=dict(answer.split("=", 1) for answer in given.answer), log=Log(given.log))
    print(relay.port, flush=True)  # it listens from here on
    with contextlib.suppress(KeyboardInterrupt):
        while not relay.stopping.wait(3600):
            pass


if __name__ == "__main__":
    sys.exit(main())
