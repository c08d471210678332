# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Certificates by certbot from an ACME server on the machine's loopback (pebble), handed over by the deploy hook. On Debian 12 alone:
its image costs more than a minute (conftest.py)."""

import contextlib
import http.client
import json
import shlex
import ssl

import pytest

import image
import smtp
from certificates import assert_served, assert_verified, Certificates, fingerprints, key_file, public_key
from machine import Machine, wait_until

RELEASES = (image.ACME_RELEASE,)
HOOK = "/usr/lib/mailstack/certbot-deploy-hook"
DIRECTORY, ROOTS = 14000, 15000  # pebble's ports
CONFIGURATION = {"pebble": {
    "listenAddress": f"127.0.0.1:{DIRECTORY}", "managementListenAddress": f"127.0.0.1:{ROOTS}", "certificate": "/srv/api.crt",
    "privateKey": "/srv/api.key", "httpPort": 5002, "tlsPort": 5001, "certificateValidityPeriod": 90 * 86400, "ocspResponderURL": "",
    "externalAccountBindingRequired": False}}
API_PAIR = """openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 30 -subj /CN=localhost \
-addext subjectAltName=DNS:localhost -keyout /srv/api.key -out /srv/api.crt 2>/dev/null"""
PEBBLE = ("systemd-run", "--unit=pebble", "--setenv=PEBBLE_VA_NOSLEEP=1", "--setenv=PEBBLE_WFE_NONCEREJECT=0", "--setenv=PEBBLE_AUTHZREUSE=100",
          "pebble", "-config", "/srv/pebble.json")
LINEAGE = f"/etc/letsencrypt/live/{smtp.HOST}"
LOG = "/var/log/letsencrypt/letsencrypt.log"


@pytest.fixture(scope="module")
def acme(release, deb, tmp_path_factory):
    """A machine with the package, set up, that trusts the root of an ACME server; `root`: a file of it outside."""
    with Machine(release, kind="acme") as booted:
        booted.install(deb)
        booted.do("mailstackctl", "setup", "--domain", smtp.HOST, "--user", "alice")
        booted.sh(API_PAIR)
        booted.write("/srv/pebble.json", json.dumps(CONFIGURATION))
        booted.do(*PEBBLE)
        root = wait_until(lambda: roots(booted), "pebble answers")
        booted.write("/usr/local/share/ca-certificates/pebble.crt", root)
        booted.do("update-ca-certificates")
        booted.root = tmp_path_factory.mktemp("pebble") / "root.pem"
        booted.root.write_text(root)
        yield booted


def roots(machine) -> str:
    with contextlib.suppress(OSError):
        with ssl._create_unverified_context().wrap_socket(machine.connect(ROOTS), server_hostname="localhost") as connection:
            connection.sendall(b"GET /roots/0 HTTP/1.0\r\nHost: localhost\r\n\r\n")
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return answer.read().decode()
    return ""


@pytest.fixture(scope="module")
def bus(acme):
    with Certificates(acme) as connection:
        yield connection


def certbot(machine, *words: str) -> str:
    """What it prints; it succeeds whatever its hook does."""
    return machine.sh("REQUESTS_CA_BUNDLE=/srv/api.crt certbot --non-interactive " + shlex.join(words) + " 2>&1")


def issue(machine, *names: str) -> str:
    domains = [word for name in names for word in ("-d", name)]
    return certbot(machine, "certonly", "--standalone", "--http-01-port", "5002", "--server", f"https://localhost:{DIRECTORY}/dir", "--agree-tos",
                   "--register-unsafely-without-email", "--deploy-hook", HOOK, *domains)


def renew(machine) -> str:
    return certbot(machine, "renew", "--force-renewal", "--no-random-sleep-on-renew", "--cert-name", smtp.HOST)


def assert_lineage_served(machine, bus) -> None:
    chain = machine.read(LINEAGE + "/fullchain.pem")
    assert assert_served(machine, bus) == fingerprints(chain)[0]
    assert public_key(machine.read(key_file(machine))) == public_key(machine.read(LINEAGE + "/privkey.pem"))
    assert_verified(machine, machine.root, smtp.HOST, chain)


def test_the_hook_is_off_until_asked_for(acme):
    assert acme.do("stat", "-c", "%U:%G %a", HOOK) == "root:root 755"
    assert acme.ask("sh", "-c", "ls -A /etc/letsencrypt/renewal-hooks/* 2>/dev/null") == ""


def test_what_certbot_gets_is_served(acme, bus):
    own = assert_served(acme, bus)
    issue(acme, smtp.HOST)
    assert_lineage_served(acme, bus)
    assert assert_served(acme, bus) != own and not bus.value("RenewsItself")


def test_what_certbot_renews_is_served_after_a_reload(acme, bus):
    first, process = assert_served(acme, bus), acme.show("sendmail.service", "MainPID")
    theirs = acme.sh(f"stat -L -c '%n %Y %a %U' {LINEAGE}/*")
    with acme.probing(0.1) as counts:  # 10 a second: sendmail as Debian leaves it takes 15
        renew(acme)
    assert_lineage_served(acme, bus)
    assert assert_served(acme, bus) != first
    assert acme.show("sendmail.service", "MainPID") == process
    assert counts["refused"] <= 3 and counts["refused_seconds"] < 0.5, f"more than a reload's: {counts}"
    assert theirs != acme.sh(f"stat -L -c '%n %Y %a %U' {LINEAGE}/*"), "renewed"


def test_a_lineage_that_is_none_of_this_machines_is_passed_over(acme, bus):
    acme.sh("echo 127.0.0.1 www.elsewhere.test >> /etc/hosts")
    before, generation = assert_served(acme, bus), bus.property("Generation")
    said = issue(acme, "www.elsewhere.test")
    assert "reported error code" not in said and "ran with error output" in said, said
    assert (assert_served(acme, bus), bus.property("Generation")) == (before, generation)


def test_a_failure_is_in_certbots_log_and_the_old_one_is_served(acme, bus):
    before = assert_served(acme, bus)
    acme.sh("echo '# an edit that is not live' >> /etc/mail/local-host-names")
    said = renew(acme)
    assert "reported error code" in said and "eload" in said, said
    assert "reported error code" in acme.read(LOG)
    assert assert_served(acme, bus) == before
