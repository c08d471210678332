# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine's certificates as a test uses them: calls that must succeed, what each port really serves, and an authority made with
openssl."""

import hashlib
import pathlib
import re
import ssl
import subprocess

import smtp
from bus import Bus
from machine import Machine

CERTIFICATE = "org.mailstack1.Certificate"
CALL = ("busctl", "call", "--timeout=60", "org.mailstack1", "/org/mailstack1", CERTIFICATE)
PORTS = (25, 587)


class Certificates(Bus):
    """A connection to the bus with the methods of certificates; the reply, or AssertionError with the error's words."""

    def ask(self, member: str, signature: str = "", *arguments, **more) -> dict:
        return self.call(member, *arguments, signature=signature, interface=CERTIFICATE, seconds=60, **more)

    def must(self, member: str, signature: str = "", *arguments, **more):
        answer = self.ask(member, signature, *arguments, **more)
        assert "reply" in answer, f"{member} {arguments}: {answer}"
        return answer["reply"][0]

    def rotate(self, **options) -> int:
        """options: key="keep", names=[...], days=40"""
        kinds = {"key": "s", "names": "as", "days": "u"}
        return self.must("RotateCert", "a{sv}", {name: [kinds[name], value] for name, value in options.items()})

    def install(self, chain: str, key: str = "") -> dict:
        return self.ask("InstallCert", descriptors=[["pipe", chain], ["text", key]])

    def must_install(self, chain: str, key: str = "") -> int:
        answer = self.install(chain, key)
        assert "reply" in answer, answer
        return answer["reply"][0]

    def value(self, name: str):
        answer = self.call("Get", CERTIFICATE, name, signature="ss", interface="org.freedesktop.DBus.Properties")
        return answer["reply"][0]

    def warnings(self) -> list:
        """[not_after, days, message] of every ExpiryWarning since this connection was made."""
        return [body for interface, member, body in self.signals() if (interface, member) == (CERTIFICATE, "ExpiryWarning")]


def served(where, port: int = 25) -> str:
    """The fingerprint of the certificate that the port serves now; "" where it offers no STARTTLS. `where`: a machine (its
    loopback) or a World (from outside)."""
    with smtp.Session(where, port=port) as session:
        return fingerprint(session.encrypt()) if session.has_extn("starttls") else ""


def fingerprint(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()


def blocks(text: str) -> list[str]:
    return re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", text, re.DOTALL)


def fingerprints(text: str) -> list[str]:
    """Of the certificates in a PEM text."""
    return [fingerprint(ssl.PEM_cert_to_DER_cert(block)) for block in blocks(text)]


def assert_served(machine: Machine, bus: Certificates) -> str:
    """File, property and every port agree; the fingerprint."""
    file = fingerprints(machine.read(bus.value("CertificateFile")))[0]
    assert bus.value("Fingerprint") == bus.value("ServedFingerprint") == file
    assert {port: served(machine, port) for port in PORTS} == dict.fromkeys(PORTS, file)
    return file


def key_file(machine: Machine) -> str:
    return machine.sh("sed -n 's/^O ServerKeyFile=//p' /etc/mail/sendmail.cf")


def public_key(text: str) -> str:
    """Of a certificate or a private key, in PEM: the same where they belong together."""
    if "CERTIFICATE" in text:
        return openssl("x509", "-noout", "-pubkey", input=text)
    return openssl("pkey", "-pubout", input=text)


def openssl(*words: str, input: str = "") -> str:
    done = subprocess.run(["openssl", *words], input=input, capture_output=True, text=True)
    assert done.returncode == 0, f"openssl {words}: {done.stderr}"
    return done.stdout


def assert_verified(machine: Machine, root: pathlib.Path, name: str, chain: str) -> None:
    """A careful stranger, who knows the root alone, accepts what each port serves, which is the chain; OpenSSL may add a root that
    the machine trusts."""
    wanted = fingerprints(chain)
    for port in PORTS:
        command = machine.in_its_network("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-starttls", "smtp", "-CAfile", str(root),
                                         "-verify_return_error", "-verify_hostname", name, "-showcerts")
        done = subprocess.run(command, input="QUIT\n", capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"port {port}: {done.stderr}"
        assert fingerprints(done.stdout)[:len(wanted)] == wanted, f"port {port} serves {re.findall('^ [0-9] s:.*', done.stdout, re.MULTILINE)}"


class Authority:
    """A root and an intermediate that it has signed, made with openssl, below `directory`."""

    def __init__(self, directory: pathlib.Path):
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "config").write_text("[req]\ndistinguished_name=name\n[name]\n")
        is_authority = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        self._make("root", "/CN=Test Root", *is_authority)
        self._make("intermediate", "/CN=Test Intermediate", *is_authority, issuer="root")
        self.root = directory / "root.pem"
        self.intermediate = (directory / "intermediate.pem").read_text()

    def _make(self, name: str, subject: str, *more: str, issuer: str = "", days: int = 90) -> None:
        self._request("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", self._path(name + ".key"), "-subj", subject,
                      "-out", self._path(name + ".pem"), "-days", str(days), *self._issued_by(issuer), *more)

    def _request(self, *words: str, input: str = "") -> str:
        return openssl("req", "-x509", "-config", self._path("config"), *words, input=input)

    def _path(self, name: str) -> str:
        return str(self._directory / name)

    def _issued_by(self, name: str) -> list[str]:
        return ["-CA", self._path(name + ".pem"), "-CAkey", self._path(name + ".key")] if name else []

    def issue(self, *names: str, days: int = 90) -> tuple[str, str]:
        """(leaf and intermediate, key), in PEM."""
        alternatives = ",".join("DNS:" + name for name in names)
        self._make("leaf", "/CN=" + names[0], "-addext", "subjectAltName=" + alternatives, "-addext", "basicConstraints=critical,CA:FALSE",
                   "-addext", "extendedKeyUsage=serverAuth", issuer="intermediate", days=days)
        return pathlib.Path(self._path("leaf.pem")).read_text() + self.intermediate, pathlib.Path(self._path("leaf.key")).read_text()

    def sign(self, request: str, days: int = 90) -> str:
        """The answer to a request: leaf and intermediate."""
        return self._request("-in", "/dev/stdin", "-copy_extensions", "copy", "-days", str(days), *self._issued_by("intermediate"),
                             input=request) + self.intermediate
