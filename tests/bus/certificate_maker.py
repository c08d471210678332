# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Certificates and keys of every kind, right ones and wrong ones, made on the spot."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

A_DAY = datetime.timedelta(days=1)


def p256():
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key(bits=2048):
    return rsa.generate_private_key(65537, bits)


def ed25519_key():
    return ed25519.Ed25519PrivateKey.generate()


def odd_curve():
    return ec.generate_private_key(ec.SECP256K1())


def key_pem(key, password=None, form=serialization.PrivateFormat.PKCS8):
    cipher = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, cipher).decode()


def pem(*certificates):
    return "".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in certificates)


def fingerprint(certificate):
    return certificate.fingerprint(hashes.SHA256()).hex()


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """A root and an intermediate that it has signed."""

    def __init__(self):
        self.root_key, self.key = p256(), p256()
        self.root = self.certify("Test Root", self.root_key, issuer="Test Root", signer=self.root_key, authority=True)
        self.intermediate = self.certify("Test Intermediate", self.key, issuer="Test Root", signer=self.root_key, authority=True)

    def certify(self, subject, key, *, issuer="Test Intermediate", signer=None, names=(), begins=-1, ends=90, authority=False,
                usage=None, digest=hashes.SHA256()):
        """`begins`, `ends`: days from now."""
        now = datetime.datetime.utcnow()
        public = key if not hasattr(key, "public_key") else key.public_key()
        builder = (x509.CertificateBuilder().subject_name(named(subject)).issuer_name(named(issuer)).public_key(public)
                   .serial_number(x509.random_serial_number()).not_valid_before(now + begins * A_DAY).not_valid_after(now + ends * A_DAY)
                   .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True))
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        return builder.sign(signer or self.key, digest)

    def leaf(self, key, name="mail.example.test", **more):
        return self.certify(name, key, names=more.pop("names", (name,)), **more)

    def chain(self, leaf):
        """As files called fullchain hold it, and the root, which no machine here trusts otherwise."""
        return pem(leaf, self.intermediate, self.root)

    def answer(self, request):
        """What is issued for a PKCS #10 in PEM."""
        asked = x509.load_pem_x509_csr(request.encode())
        assert asked.is_signature_valid
        names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
        return self.certify(names[0], asked.public_key(), names=names)


CLIENTS = ExtendedKeyUsageOID.CLIENT_AUTH
