# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Certificates over the bus, against a real sendmail: what is served when a call returns, and that nothing bad gets so far."""

import hashlib
import pathlib
import re
import smtplib
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from certificate_maker import (Authority, CLIENTS, ed25519_key, fingerprint, key_pem, odd_curve, p256, pem, rsa_key)
from sandbox import CERTIFICATE, DENIED, ERROR, MANAGER, Sandbox, wait_until

NAME = "mail.example.test"
OURS = "# Made by mailstack, which renews it before it expires.\n"


class Certificates:
    def __init__(self, sandbox):
        self.sandbox = sandbox

    def rotate(self, **options):
        kinds = {"key": "s", "names": "as", "days": "u"}
        return self.sandbox.root_caller.call(
            "RotateCert", {name: [kinds.get(name, "s"), value] for name, value in options.items()}, signature="a{sv}",
            interface=CERTIFICATE)

    def install(self, chain, key):
        """Each a text, or [kind, argument] as caller.py has it."""
        handles = [["text", one] if isinstance(one, str) else one for one in (chain, key)]
        return self.sandbox.root_caller.call("InstallCert", descriptors=handles, interface=CERTIFICATE)

    def request(self, *names):
        return self.sandbox.root_caller.call("CreateRequest", names, signature="as", interface=CERTIFICATE)

    def check_expiry(self):
        return self.sandbox.root_caller.call("CheckExpiry", interface=CERTIFICATE)

    def property(self, name):
        return self.sandbox.root_caller.property(CERTIFICATE, name)

    def served(self):
        """The certificate as a stranger sees it, in DER; nothing without STARTTLS."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with smtplib.SMTP("127.0.0.1", self.sandbox.port, timeout=20) as session:
            session.ehlo()
            if not session.has_extn("starttls"):
                return None
            session.starttls(context=context)
            return session.sock.getpeercert(binary_form=True)

    def served_fingerprint(self):
        served = self.served()
        return hashlib.sha256(served).hexdigest() if served else ""

    def files(self):
        return pathlib.Path(self.property("CertificateFile")), pathlib.Path(self.property("CertificateFile")).with_suffix(".key")

    def assert_served(self):
        """The file, the properties and the running sendmail agree; the certificate."""
        served = x509.load_der_x509_certificate(self.served())
        assert self.property("Fingerprint") == self.property("ServedFingerprint") == fingerprint(served)
        assert self.property("Status") == "valid"
        return served


def must(reply):
    assert "reply" in reply, reply
    return reply["reply"][0]


@pytest.fixture(scope="module")
def box(pytestconfig):
    sandbox = Sandbox(pytestconfig.getoption("--daemon"))
    yield sandbox
    sandbox.close()


@pytest.fixture
def certificates(box):
    return Certificates(box)


@pytest.fixture(scope="module")
def authority():
    return Authority()


def test_none_at_first_and_that_is_told(pytestconfig):
    sandbox = Sandbox(pytestconfig.getoption("--daemon"))
    try:
        certificates = Certificates(sandbox)
        assert certificates.property("Status") == "none"
        assert certificates.property("Fingerprint") == certificates.property("ServedFingerprint") == ""
        assert certificates.property("NotAfter") == 0 and certificates.property("Names") == []
        assert must(certificates.check_expiry()) == "nothing"
        reply = certificates.rotate(key="keep")
        assert reply["error"] == ERROR + "BadKey" and "no key in use" in reply["message"]
        before = sandbox.root_caller.property(MANAGER, "Generation")
        assert must(certificates.rotate()) == before + 1
        assert certificates.assert_served().public_key().curve.name == "secp256r1"
    finally:
        sandbox.close()


def test_a_rotation_is_served_when_the_call_returns(box, certificates):
    must(certificates.rotate())
    first = certificates.assert_served()
    certificate, key = certificates.files()
    assert certificate.parent == box.root / "etc/mailstack/tls"
    text = (box.mail / "sendmail.mc").read_text()
    assert f"define(`confSERVER_CERT', `{certificate}')" in text and f"define(`confSERVER_KEY', `{key}')" in text
    must(certificates.rotate())
    second = certificates.assert_served()
    assert first.serial_number != second.serial_number
    assert first.public_key().public_numbers() != second.public_key().public_numbers()
    assert certificates.files() == (certificate, key) and (box.mail / "sendmail.mc").read_text() == text
    assert certificate.stat().st_mode & 0o777 == 0o644 and key.stat().st_mode & 0o777 == 0o600
    assert certificate.parent.stat().st_mode & 0o777 == 0o700 and certificate.stat().st_uid == key.stat().st_uid == 0
    assert sorted(certificate.parent.iterdir()) == [certificate, key]
    assert certificate.read_text().startswith(OURS) and certificates.property("RenewsItself")


@pytest.mark.parametrize("word, kind, bits", [("ecdsa-p256", "EllipticCurve", 256), ("ecdsa-p384", "EllipticCurve", 384), ("rsa-2048", "RSA", 2048),
                                              ("rsa-3072", "RSA", 3072), ("rsa-4096", "RSA", 4096)])
def test_kinds_of_keys(certificates, word, kind, bits):
    must(certificates.rotate(key=word))
    public = certificates.assert_served().public_key()
    assert kind in type(public).__name__ and public.key_size == bits


def test_the_key_is_kept_on_demand(certificates):
    must(certificates.rotate())
    first = certificates.assert_served()
    must(certificates.rotate(key="keep", days=40, names=[NAME, "www.elsewhere.test"]))
    second = certificates.assert_served()
    assert first.public_key().public_numbers() == second.public_key().public_numbers()
    assert first.serial_number != second.serial_number
    assert (second.not_valid_after - second.not_valid_before).days == 41
    assert certificates.property("Names") == [NAME, "www.elsewhere.test"]
    assert certificates.property("NotAfter") - certificates.property("NotBefore") == 41 * 86400
    assert certificates.property("Issuer") == certificates.property("Subject") == "CN=" + NAME


@pytest.mark.parametrize("options, error, words", [
    ({"key": "dsa-1024"}, "InvalidArgument", "known are ecdsa-p256"),
    ({"color": "red"}, "InvalidArgument", "known are key, names and days"),
    ({"days": 0}, "InvalidArgument", "from 1 to 823"),
    ({"days": 824}, "InvalidArgument", "from 1 to 823"),
    ({"names": ["localhost"]}, "InvalidArgument", "two labels"),
    ({"names": ["a b.test"]}, "InvalidArgument", "a b.test"),
    ({"names": ["evil.test,IP:127.0.0.1"]}, "InvalidArgument", "evil.test"),
    ({"names": [f"a{i}.example.test" for i in range(101)]}, "LimitExceeded", "101 names"),
    ({"names": ["mail.elsewhere.test"]}, "NameMismatch", "mail.elsewhere.test"),
])
def test_rotations_that_cannot_be(box, certificates, options, error, words):
    must(certificates.rotate())
    before = state(box), certificates.served_fingerprint()
    reply = certificates.rotate(**options)
    assert reply.get("error") == ERROR + error and words in reply["message"], reply
    assert (state(box), certificates.served_fingerprint()) == before


def test_an_option_of_a_wrong_type(box):
    reply = box.root_caller.call("RotateCert", {"days": ["s", "40"]}, signature="a{sv}", interface=CERTIFICATE)
    assert reply["error"] == ERROR + "InvalidArgument" and "days must be a number" in reply["message"]


def test_an_authoritys_certificate_is_served_with_its_chain(box, certificates, authority):
    key = p256()
    leaf = authority.leaf(key, names=("www.elsewhere.test", NAME))
    must(certificates.install(authority.chain(leaf), key_pem(key)))
    assert fingerprint(certificates.assert_served()) == fingerprint(leaf)
    assert not certificates.property("RenewsItself") and certificates.property("Issuer") == "CN=Test Intermediate"
    assert certificates.files()[0].read_text() == pem(leaf, authority.intermediate, authority.root)
    context = ssl.create_default_context(cadata=pem(authority.root))
    with smtplib.SMTP("127.0.0.1", box.port, timeout=20) as session:
        session._host = NAME  # by which the certificate is judged
        session.starttls(context=context)
        assert session.ehlo()[0] == 250


def test_the_chain_is_served_whatever_authority_was_named(box, certificates, authority):
    """sendmail completes the chain out of confCACERT, whatever stands in the certificate's own file."""
    must(certificates.rotate())
    other = box.root / "etc/other-authority.pem"
    other.write_text(pem(Authority().root))
    source, certificate = box.mail / "sendmail.mc", certificates.files()[0]
    source.write_text(source.read_text().replace(f"define(`confCACERT', `{certificate}')", f"define(`confCACERT', `{other}')"))
    assert "reply" in box.root_caller.call("Reload", interface=MANAGER)
    assert f"O CACertFile={other}\n" in (box.mail / "sendmail.cf").read_text()
    key = p256()
    leaf = authority.leaf(key)
    must(certificates.install(authority.chain(leaf), key_pem(key)))
    context = ssl.create_default_context(cadata=pem(authority.root))
    with smtplib.SMTP("127.0.0.1", box.port, timeout=20) as session:
        session._host = NAME
        session.starttls(context=context)
        assert session.ehlo()[0] == 250
    assert f"O CACertFile={certificate}\n" in (box.mail / "sendmail.cf").read_text()


def test_pipes_and_windows_line_ends_serve_too(certificates, authority):
    key = rsa_key()
    leaf = authority.leaf(key)
    chain = "Bag Attributes\r\n" + authority.chain(leaf).replace("\n", "\r\n") + "the end\r\n"
    must(certificates.install(["pipe", chain], ["pipe", key_pem(key, form=serialization.PrivateFormat.TraditionalOpenSSL)]))
    assert fingerprint(certificates.assert_served()) == fingerprint(leaf)


def test_a_request_is_answered_without_a_key(box, certificates, authority):
    request = must(certificates.request())
    assert "PRIVATE" not in request
    waiting = list((box.root / "etc/mailstack/requests").iterdir())
    assert len(waiting) == 1 and waiting[0].stat().st_mode & 0o777 == 0o600
    other = must(certificates.request(NAME, "autoconfig.example.test"))
    leaf = authority.answer(request)
    must(certificates.install(authority.chain(leaf), ""))
    assert fingerprint(certificates.assert_served()) == fingerprint(leaf)
    left = list((box.root / "etc/mailstack/requests").iterdir())
    assert len(left) == 1 and left != waiting
    renewed = authority.answer(request)  # for the key that is in use now
    must(certificates.install(authority.chain(renewed), ""))
    assert fingerprint(certificates.assert_served()) == fingerprint(renewed)
    last = authority.answer(other)
    must(certificates.install(authority.chain(last), ""))
    assert certificates.property("Names") == [NAME, "autoconfig.example.test"]
    reply = certificates.install(authority.chain(leaf), "")
    assert reply["error"] == ERROR + "KeyMismatch" and "CreateRequest" in reply["message"]


def test_ten_requests_wait_and_the_newest_are_they(box, certificates, authority):
    requests = [must(certificates.request(f"a{number}.example.test", NAME)) for number in range(12)]
    assert len(list((box.root / "etc/mailstack/requests").iterdir())) == 10
    assert certificates.install(authority.chain(authority.answer(requests[0])), "")["error"] == ERROR + "KeyMismatch"
    must(certificates.install(authority.chain(authority.answer(requests[2])), ""))


# ---- thirty pairs that must not be served

GOOD_KEY, OTHER_KEY = p256(), p256()
MAKER = Authority()
GOOD = MAKER.leaf(GOOD_KEY)
CHAIN, KEY = MAKER.chain(GOOD), key_pem(GOOD_KEY)
OLD_AUTHORITY = MAKER.certify("Old Intermediate", MAKER.key, issuer="Test Root", signer=MAKER.root_key, authority=True, begins=-99, ends=-9)


def chain_of(leaf):
    return MAKER.chain(leaf)


def der(text):
    return x509.load_pem_x509_certificate(text.encode()).public_bytes(serialization.Encoding.DER).decode("utf-8", "surrogateescape")


BAD_PAIRS = {
    "the key of another": (CHAIN, key_pem(OTHER_KEY), "KeyMismatch", "CN=" + NAME),
    "expired": (chain_of(MAKER.leaf(GOOD_KEY, begins=-90, ends=-3)), KEY, "CertExpired", "UTC"),
    "not yet valid": (chain_of(MAKER.leaf(GOOD_KEY, begins=3)), KEY, "CertNotYetValid", "UTC"),
    "an expired intermediate": (pem(MAKER.leaf(GOOD_KEY, issuer="Old Intermediate"), OLD_AUTHORITY, MAKER.root), KEY, "CertExpired",
                                "Old Intermediate"),
    "for another machine": (chain_of(MAKER.leaf(GOOD_KEY, "mail.elsewhere.test")), KEY, "NameMismatch", "mail.elsewhere.test"),
    "for a wildcard of another level": (chain_of(MAKER.leaf(GOOD_KEY, "*.mail.example.test")), KEY, "NameMismatch", "*.mail"),
    "the chain reversed": (pem(MAKER.root, MAKER.intermediate, GOOD), KEY, "BrokenChain", "first"),
    "intermediate and root exchanged": (pem(GOOD, MAKER.root, MAKER.intermediate), KEY, "BrokenChain", "Test"),
    "no intermediate": (pem(GOOD), KEY, "BrokenChain", "Test Intermediate"),
    "an intermediate left out": (pem(GOOD, MAKER.root), KEY, "BrokenChain", "Test Intermediate"),
    "no root that anybody knows": (pem(GOOD, MAKER.intermediate), KEY, "BrokenChain", "Test Root"),
    "a stranger at the end": (CHAIN + pem(Authority().root), KEY, "BrokenChain", ""),
    "the certificate twice": (pem(GOOD) + CHAIN, KEY, "BrokenChain", ""),
    "cut in the middle": (CHAIN[:len(pem(GOOD)) // 2], KEY, "BadCertificate", "line"),
    "damaged": (CHAIN.replace("M", "!", 40), KEY, "BadCertificate", "line"),
    "DER": (der(pem(GOOD)), KEY, "BadCertificate", "DER"),
    "empty": ("", KEY, "BadCertificate", ""),
    "some text": ("certificate, please\n" * 9, KEY, "BadCertificate", ""),
    "the key in place of the chain": (KEY, KEY, "BadCertificate", "key"),
    "the key within the chain": (CHAIN + KEY, KEY, "BadCertificate", "key"),
    "a key that needs a passphrase": (CHAIN, key_pem(GOOD_KEY, b"secret"), "BadKey", "passphrase"),
    "one of old that does": (CHAIN, key_pem(GOOD_KEY, b"secret", serialization.PrivateFormat.TraditionalOpenSSL), "BadKey", "passphrase"),
    "two keys": (CHAIN, KEY + key_pem(OTHER_KEY), "BadKey", "second key"),
    "a key that is cut": (CHAIN, KEY[:80], "BadKey", "line"),
    "the certificate in place of the key": (CHAIN, pem(GOOD), "BadKey", "certificate"),
    "a key in DER": (CHAIN, "0\x82\x04\xbd\x02\x01\x00", "BadKey", "DER"),
    "RSA of 1024 bits": None, "Ed25519": None, "an odd curve": None,
    "an authority's own": (pem(MAKER.certify(NAME, GOOD_KEY, names=(NAME,), authority=True), MAKER.intermediate, MAKER.root), KEY,
                           "WrongPurpose", "authority"),
    "for clients alone": (chain_of(MAKER.leaf(GOOD_KEY, usage=CLIENTS)), KEY, "WrongPurpose", "server"),
    "signed with SHA-1": (chain_of(MAKER.leaf(GOOD_KEY, digest=hashes.SHA1())), KEY, "WeakKey", "SHA"),
    "a gigabyte": (["size", 1 << 30], KEY, "LimitExceeded", ""),
    "a key of a gigabyte": (CHAIN, ["size", 1 << 30], "LimitExceeded", ""),
    "without an end": (["endless", ""], KEY, "LimitExceeded", ""),
    "a key without an end": (CHAIN, ["endless", ""], "LimitExceeded", ""),
    "a directory": (["path", "/"], KEY, "InvalidArgument", ""),
    "/dev/zero": (CHAIN, ["path", "/dev/zero"], "InvalidArgument", ""),
    "a file": (["path", "/etc/passwd"], KEY, "InvalidArgument", ""),
    "a memfd that can change": (["unsealed", CHAIN], KEY, "InvalidArgument", "seal"),
    "a socket": (["socket", ""], KEY, "InvalidArgument", ""),
}
for case, make, error, words in (("RSA of 1024 bits", lambda: rsa_key(1024), "WeakKey", "1024"), ("Ed25519", ed25519_key, "Unsupported", "25519"),
                                 ("an odd curve", odd_curve, "Unsupported", "secp256k1")):
    odd = make()
    BAD_PAIRS[case] = (chain_of(MAKER.leaf(odd)), key_pem(odd), error, words)


def state(sandbox):
    return {str(path.relative_to(sandbox.root)): path.read_bytes() for path in
            [*(sandbox.root / "etc/mailstack/tls").glob("*"), *(sandbox.root / "etc/mailstack/requests").glob("*"),
             sandbox.mail / "sendmail.mc", sandbox.mail / "sendmail.cf"]} | {
        "generation": sandbox.root_caller.property(MANAGER, "Generation")}


@pytest.fixture(scope="module")
def whole(box):
    """A good pair, which every bad one leaves alone."""
    certificates = Certificates(box)
    must(certificates.install(CHAIN, KEY))
    return state(box)


@pytest.mark.parametrize("case", BAD_PAIRS)
def test_bad_pairs(box, certificates, whole, case):
    chain, key, error, words = BAD_PAIRS[case]
    reply = certificates.install(chain, key)
    assert reply.get("error") == ERROR + error, reply
    assert words in reply["message"] and "\n" not in reply["message"].strip() and len(reply["message"]) < 1000, reply
    assert state(box) == whole
    assert certificates.served_fingerprint() == fingerprint(GOOD)


def test_bad_pairs_cost_little_memory(box, certificates, whole):
    status = pathlib.Path(f"/proc/{box.daemon.pid}/status").read_text()
    assert int(re.search(r"VmHWM:\s*(\d+)", status).group(1)) < 700 << 10  # with the sanitizer's own


def test_a_silent_pipe_is_not_waited_for_for_ever(box, certificates, whole):
    reply = certificates.install(["silent", ""], KEY)
    assert reply["error"] == ERROR + "Timeout"
    assert state(box) == whole


# ---- around it

def test_no_record_holds_a_key(box, certificates):
    must(certificates.rotate())
    must(certificates.rotate())
    _, key = certificates.files()
    inside = key.read_text().splitlines()[1].encode()
    home = box.root / "etc/mailstack"
    assert [path for path in home.rglob("*") if path.is_file() and inside in path.read_bytes()] == [key]
    assert not list((home / "stage").glob("*"))
    assert inside.decode() not in box.log_text()


def test_hand_edits_are_not_published_along(box, certificates):
    must(certificates.rotate())
    before = certificates.served_fingerprint()
    names = box.mail / "local-host-names"
    text = names.read_text()
    names.write_text(text + "by-hand.test\n")
    reply = certificates.rotate()
    assert reply["error"] == ERROR + "HandEdited" and "local-host-names" in reply["message"]
    assert certificates.served_fingerprint() == before
    names.write_text(text)
    assert "reply" in box.root_caller.call("Reload", interface=MANAGER)
    must(certificates.rotate())


def test_anothers_files_are_left_alone(box, certificates, authority):
    """sendmail.mc names a pair elsewhere: it stays, and ours is named in its place."""
    key = p256()
    leaf = authority.leaf(key)
    theirs = box.root / "etc/theirs"
    theirs.mkdir(mode=0o755)
    (theirs / "chain.pem").write_text(authority.chain(leaf))
    (theirs / "key.pem").touch(mode=0o600)
    (theirs / "key.pem").write_text(key_pem(key))
    source = box.mail / "sendmail.mc"
    ours = certificates.files()
    source.write_text(source.read_text().replace(str(ours[0]), str(theirs / "chain.pem")).replace(str(ours[1]), str(theirs / "key.pem")))
    assert "reply" in box.root_caller.call("Reload", interface=MANAGER)
    assert fingerprint(certificates.assert_served()) == fingerprint(leaf)
    assert not certificates.property("RenewsItself")
    must(certificates.rotate(key="keep"))
    assert certificates.assert_served().public_key().public_numbers() == key.public_key().public_numbers()
    assert (theirs / "chain.pem").read_text() == authority.chain(leaf) and (theirs / "key.pem").read_text() == key_pem(key)
    assert certificates.files()[0].parent == box.root / "etc/mailstack/tls"


def test_a_comment_in_sendmail_mc_is_no_hand_edit_that_stays(box, certificates):
    must(certificates.rotate())
    source = box.mail / "sendmail.mc"
    source.write_text("dnl a remark\n" + source.read_text())
    assert certificates.rotate()["error"] == ERROR + "HandEdited"
    assert "reply" in box.root_caller.call("Reload", interface=MANAGER)
    must(certificates.rotate())
    certificates.assert_served()


def test_a_pair_in_one_file_is_left_alone(box, certificates):
    """sendmail takes it; two files cannot be put in its place."""
    must(certificates.rotate())
    certificate, key = certificates.files()
    both = certificate.with_name("both.pem")
    both.touch(mode=0o600)
    both.write_text(certificate.read_text() + key.read_text())
    text, source = both.read_text(), box.mail / "sendmail.mc"
    source.write_text(source.read_text().replace(str(certificate), str(both)).replace(str(key), str(both)))
    assert "reply" in box.root_caller.call("Reload", interface=MANAGER)
    assert certificates.property("Status") == "valid" and certificates.property("CertificateFile") == str(both)
    must(certificates.rotate())
    certificates.assert_served()
    assert both.read_text() == text and certificates.property("CertificateFile") != str(both)


def test_a_directory_that_others_may_write_is_refused(box, certificates):
    """sendmail would go on without STARTTLS: what works stays."""
    must(certificates.rotate())
    before = certificates.served_fingerprint()
    directory = box.root / "etc/mailstack/tls"
    directory.chmod(0o777)
    reply = certificates.rotate()
    directory.chmod(0o700)
    assert reply["error"] == ERROR + "UnsafeFile" and "0700" in reply["message"]
    assert certificates.served_fingerprint() == before


def test_a_file_that_is_a_link_is_not_followed(box, certificates):
    must(certificates.rotate())
    before = state(box), certificates.served_fingerprint()
    certificate, _ = certificates.files()
    link = certificate.with_suffix(".old")
    certificate.rename(link)
    certificate.symlink_to(link)
    reply = certificates.rotate()
    assert reply["error"] == ERROR + "UnsafeFile", reply
    certificate.unlink()
    link.rename(certificate)
    assert (state(box), certificates.served_fingerprint()) == before


def test_properties_change_once(box, certificates):
    must(certificates.rotate())
    certificates.assert_served()

    def changes():
        return [body[1] | dict.fromkeys(body[2]) for interface, member, body in box.stranger.signals()
                if member == "PropertiesChanged" and body[0] == CERTIFICATE]
    told = len(changes())
    must(certificates.rotate())
    certificates.assert_served()
    wait_until(lambda: any("ServedFingerprint" in one for one in changes()[told:]), "ServedFingerprint is told")
    names = [name for one in changes()[told:] for name in one]
    assert sorted(set(names)) == sorted(names) or names.count("Status") <= 2
    assert {"Fingerprint", "ServedFingerprint"} <= set(names)


def test_what_is_served_is_for_everybody_to_see(box, certificates):
    must(certificates.rotate())
    box.answers("no", read="yes")
    served = box.stranger.call("ListServed", interface=CERTIFICATE)["reply"][0]
    assert served == [[f"127.0.0.1:{box.port}", certificates.served_fingerprint(), ""]]


def test_a_sendmail_that_does_not_run(pytestconfig, authority):
    sandbox = Sandbox(pytestconfig.getoption("--daemon"))
    try:
        certificates = Certificates(sandbox)
        must(certificates.rotate())
        sandbox.end_sendmail()
        assert certificates.property("ServedFingerprint") == ""
        assert sandbox.root_caller.call("ListServed", interface=CERTIFICATE)["reply"][0] == []
        assert "PRIVATE" not in must(certificates.request())
        reply = certificates.rotate()
        assert reply["error"] == ERROR + "NoMta" and "written as generation" in reply["message"]
        assert "reply" in sandbox.root_caller.call("Restart", interface=MANAGER)
        certificates.assert_served()
    finally:
        sandbox.close()


# ---- expiry

def test_what_mailstack_made_is_renewed_with_its_key(box, certificates, authority):
    """The files as mailstack left them sixty days ago."""
    must(certificates.rotate(days=40, names=[NAME, "www.elsewhere.test"]))
    assert must(certificates.check_expiry()) == "nothing"
    certificate, key = certificates.files()
    old = p256()
    leaf = authority.certify(NAME, old, issuer=NAME, signer=old, names=(NAME, "www.elsewhere.test"), begins=-60, ends=20)
    certificate.write_text(OURS + pem(leaf))
    key.write_text(key_pem(old))
    assert certificates.property("Status") == "not-served"
    assert "reply" in box.root_caller.call("Reload", interface=MANAGER)
    assert certificates.property("Status") == "expiring" and certificates.property("RenewsItself")
    assert must(certificates.check_expiry()) == "renewed"
    renewed = certificates.assert_served()
    assert renewed.public_key().public_numbers() == old.public_key().public_numbers() and renewed.serial_number != leaf.serial_number
    assert certificates.property("Names") == [NAME, "www.elsewhere.test"]
    assert (renewed.not_valid_after - renewed.not_valid_before).days == 80 and certificates.property("RenewsItself")
    assert must(certificates.check_expiry()) == "nothing"


def warnings(box):
    return [body for interface, member, body in box.stranger.signals() if member == "ExpiryWarning"]


@pytest.mark.parametrize("days, threshold", [(29.5, 30), (13.5, 14), (6.5, 7), (2.5, 3), (0.5, 1)])
def test_anothers_certificate_is_warned_of_once(box, certificates, authority, days, threshold):
    key = p256()
    leaf = authority.leaf(key, ends=days)
    must(certificates.install(authority.chain(leaf), key_pem(key)))
    told = len(warnings(box))
    assert must(certificates.check_expiry()) == "warned"
    assert must(certificates.check_expiry()) == "nothing"
    wait_until(lambda: len(warnings(box)) > told, "the warning")
    not_after, left, message = warnings(box)[-1]
    assert len(warnings(box)) == told + 1
    assert not_after == certificates.property("NotAfter") and left == int(days + 0.5) and NAME in message
    assert threshold >= left
    assert certificates.property("NotAfter") < 1 << 40
    assert certificates.property("Status") == "expiring"


def test_far_from_its_end_nobody_is_warned(certificates, authority):
    key = p256()
    must(certificates.install(authority.chain(authority.leaf(key, ends=31.5)), key_pem(key)))
    assert must(certificates.check_expiry()) == "nothing"
    assert certificates.property("Status") == "valid"


def test_nobody_unasked(box):
    box.answers("no")
    for member, more in (("RotateCert", {"signature": "a{sv}", "arguments": [{}]}), ("CheckExpiry", {})):
        reply = box.stranger.call(member, *more.pop("arguments", []), interface=CERTIFICATE, **more)
        assert reply["error"] == DENIED, member
