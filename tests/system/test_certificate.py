# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Certificates in a booted machine, after Setup: made, asked for, installed; served on every port when the call returns, or the old
one is. Over time: test_certificate_life.py; by certbot: test_certbot.py."""

import time

import pytest

import certificates
import smtp
import state
from certificates import assert_served, assert_verified, CALL, Certificates, CERTIFICATE, fingerprints, key_file, PORTS, public_key, served
from machine import Machine, wait_until
from test_kill import daemon, journal_size, kill, left_behind, start_quickly
from world import World

DOMAIN = "example.test"
NAMES = [DOMAIN, smtp.HOST]
SET_UP = ("busctl", "call", "--timeout=90", "org.mailstack1", "/org/mailstack1", "org.mailstack1.Manager", "Setup", "ssa{sv}",
          DOMAIN, "alice", "1", "listen", "s", "everywhere")
TRUST = "openssl x509 -in /etc/ssl/certs/test-root.pem -noout -hash | xargs -I HASH ln -s test-root.pem /etc/ssl/certs/HASH.0"
RELOAD = "/run/systemd/system/sendmail.service.d/reload.conf"
MOMENTS = (0.0, 0.002, 0.01, 0.02, 0.04, 0.08, 0.15)  # seconds after a rotation was recorded


@pytest.fixture(scope="module")
def set_up(release, deb):
    with Machine(release, kind="submission") as booted:
        booted.install(deb)
        booted.do(*SET_UP)
        booted.sh(f"echo 127.0.0.1 {DOMAIN} >> /etc/hosts")
        yield booted


@pytest.fixture(scope="module")
def bus(set_up):
    with Certificates(set_up) as connection:
        yield connection


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return certificates.Authority(tmp_path_factory.mktemp("authority"))


def pid(machine) -> str:
    return machine.show("sendmail.service", "MainPID")["MainPID"]


def test_setups_certificate_is_told(set_up, bus):
    assert_served(set_up, bus)
    assert bus.value("RenewsItself") and bus.value("Status") == "valid"
    assert set(NAMES) <= set(bus.value("Names"))
    assert bus.value("Issuer") == bus.value("Subject")


def test_a_call_by_hand_makes_a_new_one_that_is_served(set_up, bus):
    before, key, process = assert_served(set_up, bus), public_key(set_up.read(key_file(set_up))), pid(set_up)
    assert set_up.do(*CALL, "RotateCert", "a{sv}", "0").split() == ["t", str(bus.property("Generation"))]
    after = assert_served(set_up, bus)
    assert after != before and pid(set_up) == process, "a reload, not a restart"
    assert public_key(set_up.read(key_file(set_up))) != key
    assert bus.value("Names")[0] == DOMAIN and set(NAMES) <= set(bus.value("Names"))
    assert bus.value("NotBefore") <= time.time() < bus.value("NotAfter") <= time.time() + 825 * 86400
    assert [(found, why) for _, found, why in bus.must("ListServed")] == [(after, "")] * 2
    with World(set_up) as world:
        assert {served(world, port) for port in PORTS} == {after}


def test_only_root_can_read_the_key(set_up):
    key = key_file(set_up)
    assert key.startswith("/etc/mailstack/tls/")
    assert set_up.do("stat", "-c", "%U:%G %a", key, "/etc/mailstack/tls").splitlines() == ["root:root 600", "root:root 700"]


@pytest.mark.parametrize("kind, words", [("ecdsa-p384", "384 bit"), ("rsa-2048", "2048 bit"), ("keep", "2048 bit")])
def test_other_keys_names_and_times(set_up, bus, kind, words):
    key = public_key(set_up.read(key_file(set_up)))
    bus.rotate(key=kind, names=[smtp.HOST], days=90)
    assert_served(set_up, bus)
    assert bus.value("Names") == [smtp.HOST]
    assert abs(bus.value("NotAfter") - time.time() - 90 * 86400) < 3700
    assert words in certificates.openssl("pkey", "-noout", "-text", input=set_up.read(key_file(set_up)))
    assert (public_key(set_up.read(key_file(set_up))) == key) == (kind == "keep")


def test_a_chain_that_leads_to_no_root_changes_nothing(set_up, bus, authority):
    before, generation = assert_served(set_up, bus), bus.property("Generation")
    refused = bus.install(*authority.issue(*NAMES))
    assert refused.get("error") == "org.mailstack1.Error.BrokenChain", refused
    assert "Test Root" in refused["message"]
    assert (assert_served(set_up, bus), bus.property("Generation")) == (before, generation)


def test_a_chain_with_its_root_is_taken(set_up, bus, authority):
    chain, key = authority.issue(*NAMES)
    bus.must_install(chain + authority.root.read_text(), key)
    assert_served(set_up, bus)
    assert_verified(set_up, authority.root, DOMAIN, chain + authority.root.read_text())


def test_a_chain_below_a_trusted_root_is_served_whole(set_up, bus, authority):
    set_up.write("/etc/ssl/certs/test-root.pem", authority.root.read_text())
    set_up.sh(TRUST)
    chain, key = authority.issue(*NAMES)
    bus.must_install(chain, key)
    assert assert_served(set_up, bus) == fingerprints(chain)[0]
    assert_verified(set_up, authority.root, DOMAIN, chain)
    assert not bus.value("RenewsItself") and bus.value("Issuer") == "CN=Test Intermediate"
    assert public_key(set_up.read(key_file(set_up))) == public_key(key)


def request_by_command(machine, _bus) -> str:
    machine.do("mailstackctl", "cert", "request", "--name", DOMAIN, "--name", smtp.HOST, "--output", "/root/request.pem")
    return machine.read("/root/request.pem")


def install_by_command(machine, _bus, chain: str) -> None:
    machine.write("/root/chain.pem", chain)
    machine.do("mailstackctl", "cert", "install", "/root/chain.pem")


@pytest.mark.parametrize("request_, install", [
    (lambda _, bus: bus.must("CreateRequest", "as", NAMES), lambda _, bus, chain: bus.must_install(chain)),
    (request_by_command, install_by_command)], ids=["bus", "mailstackctl"])
def test_the_answer_to_a_request_is_installed_with_the_key_that_stayed_here(set_up, bus, authority, request_, install):
    before = assert_served(set_up, bus)
    request = request_(set_up, bus)
    assert assert_served(set_up, bus) == before
    assert set(set_up.sh("stat -c '%U %a' /etc/mailstack/requests/*.key").splitlines()) == {"root 600"}
    chain = authority.sign(request)
    install(set_up, bus, chain)
    assert assert_served(set_up, bus) == fingerprints(chain)[0] != before
    assert_verified(set_up, authority.root, DOMAIN, chain)
    assert public_key(set_up.read(key_file(set_up))) == public_key(chain)
    assert bus.value("Names") == NAMES


@pytest.fixture
def spoiling(set_up):
    """A function that has a command run between the next swap of files and the reload that follows it."""
    set_up.write("/srv/reload", '#!/bin/sh\nif mv /srv/next /srv/now 2>/dev/null; then sh -eu /srv/now || exit 1; fi\nkill -HUP "$MAINPID"\n', "0755")
    set_up.do("mkdir", "-p", RELOAD.rpartition("/")[0])
    set_up.write(RELOAD, "[Service]\nExecReload=\nExecReload=/srv/reload\n")
    set_up.do("systemctl", "daemon-reload")
    yield lambda command: set_up.write("/srv/next", command + "\n")
    set_up.do("rm", RELOAD)
    set_up.do("systemctl", "daemon-reload")


@pytest.mark.parametrize("spoil", ["chmod 0640 {key}", "chown nobody {key}", "chmod 0666 {certificate}"])
def test_a_pair_that_sendmail_does_not_take_is_put_back(set_up, bus, spoiling, spoil):
    before, generation, began = assert_served(set_up, bus), bus.property("Generation"), len(bus.signals())
    spoiling(spoil.format(key=key_file(set_up), certificate=bus.value("CertificateFile")))
    failed = bus.ask("RotateCert", "a{sv}", {})
    assert failed.get("error") == "org.mailstack1.Error.MtaFailed", failed
    assert "STARTTLS" in failed["message"] and "old configuration is back" in failed["message"], failed
    set_up.do("test", "!", "-e", "/srv/next")
    assert assert_served(set_up, bus) == before
    assert public_key(set_up.read(key_file(set_up))) == public_key(set_up.read(bus.value("CertificateFile")))
    assert set_up.do("stat", "-c", "%U:%G %a", key_file(set_up)) == "root:root 600"
    assert (bus.property("Generation"), bus.property("State"), state.left_over(set_up)) == (generation, "running", "")
    wait_until(lambda: [signal for signal in bus.signals()[began:] if signal[1] == "RolledBack"], "RolledBack")
    bus.rotate()
    assert assert_served(set_up, bus) != before


@pytest.mark.parametrize("edit", ["sed -i '1i dnl a comment' /etc/mail/sendmail.mc", "touch /etc/mail/sendmail.mc", "echo '# a comment' >> /etc/mail/local-host-names"])
def test_what_was_edited_by_hand_waits_for_reload(set_up, bus, edit):
    before = assert_served(set_up, bus)
    set_up.sh(edit)
    refused = bus.ask("RotateCert", "a{sv}", {})
    if "reply" not in refused:  # a file that says the same as before need not be called edited
        assert refused["error"] == "org.mailstack1.Error.HandEdited" and assert_served(set_up, bus) == before
        assert "reply" in bus.manager("Reload")
        bus.rotate()
    assert assert_served(set_up, bus) != before and bus.property("Drifted") == []


def test_a_session_that_is_open_goes_on_and_delivers(set_up, bus):
    with smtp.Session(set_up) as session:
        first = certificates.fingerprint(session.encrypt())
        session.mail("sender@localhost")
        bus.rotate()
        session.rcpt("alice@" + smtp.HOST)
        bus.rotate()
        assert session.data("Subject: over two rotations\r\n\r\nstill here\r\n")[0] == 250
        assert certificates.fingerprint(session.sock.getpeercert(binary_form=True)) == first != assert_served(set_up, bus)
    smtp.await_mail(set_up, "alice", "over two rotations")


def test_a_daemon_that_is_killed_leaves_a_whole_pair_that_is_served(set_up, bus):
    start_quickly(set_up)
    found = dict.fromkeys(("committed", "pending", "torn"), 0)
    for late in MOMENTS:
        before, size = assert_served(set_up, bus), journal_size(set_up)
        victim = daemon(set_up)
        bus.start("RotateCert", {}, signature="a{sv}", interface=CERTIFICATE)
        wait_until(lambda: journal_size(set_up) != size, "a change is recorded", 30, 0)
        time.sleep(late)
        kill(victim)
        found[left_behind(set_up)] += 1
        answer = bus.finish()
        wait_until(lambda: daemon(set_up) and bus.property("State") == "running", "the next daemon has cleared up")
        # It reloads sendmail meanwhile, where files were put back.
        wait_until(lambda: {found for _, found, _ in bus.must("ListServed")} == {bus.value("Fingerprint")}, "what is in the file is served")
        after = assert_served(set_up, bus)
        assert public_key(set_up.read(key_file(set_up))) == public_key(set_up.read(bus.value("CertificateFile")))
        assert "reply" not in answer or after != before
        assert state.left_over(set_up) == ""
    print(f"{set_up.release}: killed {found}")
    assert found["pending"] >= 2, f"the kills did not fall into rotations: {found}"


DEBIANS = r"""[ -e /etc/mail/tls/starttls.m4 ] || /usr/share/sendmail/update_tls new >/dev/null 2>&1
sed -i "/^MAILER_DEFINITIONS/i include(\`/etc/mail/tls/starttls.m4')dnl" /etc/mail/sendmail.mc
m4 /etc/mail/sendmail.mc > /etc/mail/sendmail.cf"""


def test_a_pair_of_debians_own_is_left_alone(release, deb, authority):
    with Machine(release, kind="submission") as machine:
        machine.sh(DEBIANS)
        machine.install(deb)
        machine.sh("systemctl enable sendmail; systemctl restart sendmail")
        theirs = "cd /etc/mail/tls && stat -c '%n %U:%G %a %Y %i' * && sha256sum *"
        before = machine.sh(theirs)
        with Certificates(machine) as bus:
            wait_until(lambda: bus.must("ListServed"), "sendmail answers")
            old = assert_served(machine, bus)
            assert bus.value("CertificateFile") == "/etc/mail/tls/sendmail-server.crt" and not bus.value("RenewsItself")
            bus.rotate()
            assert assert_served(machine, bus) != old
            assert bus.value("CertificateFile").startswith("/etc/mailstack/tls/") and bus.value("RenewsItself")
            chain, key = authority.issue(*NAMES)
            bus.must_install(chain + authority.root.read_text(), key)
            assert_verified(machine, authority.root, DOMAIN, chain)
        assert "/etc/mailstack/tls/" in machine.read("/etc/mail/sendmail.mc")
        assert machine.sh(theirs) == before
