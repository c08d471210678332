# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A certificate over time: renewed by a timer before it expires, warned of where it does not renew itself, and made anew again and
again while mail comes in."""

import time

import pytest

import smtp
import stream
from certificates import assert_served, Authority, Certificates, key_file, public_key
from clock import Clock

ROTATIONS = 20
DAY = 86400


@pytest.fixture(scope="module")
def bus(machine):
    with Certificates(machine) as connection:
        connection.rotate()
        yield connection


def test_rotations_lose_no_mail(machine, bus):
    machine.sh("echo 203.0.113.9 stranger.example >> /etc/hosts")
    mail = stream.Stream(machine, "alice@" + smtp.HOST)
    with machine.probing() as counts:
        for _ in range(ROTATIONS):
            bus.rotate()
    mail.finish()
    assert_served(machine, bus)
    print(f"{machine.release}: {ROTATIONS} rotations; {len(mail.accepted)} messages, {mail.retries} sent again; connections {counts}")
    assert len(mail.accepted) > 5
    stream.assert_each_came_once(machine, mail, "alice")
    assert counts["refused_seconds"] < 1.0


def test_the_timer_runs_and_what_it_starts_succeeds(machine, bus):
    assert machine.do("systemctl", "is-enabled", "mailstack-certificate.timer") == "enabled"
    assert machine.do("systemctl", "is-active", "mailstack-certificate.timer") == "active"
    shown = machine.show("mailstack-certificate.timer", "NextElapseUSecRealtime", "Persistent")
    assert shown["NextElapseUSecRealtime"] and shown["Persistent"] == "yes"
    before = bus.value("Fingerprint")
    machine.do("systemctl", "start", "mailstack-certificate.service")
    assert machine.show("mailstack-certificate.service", "Result", "ExecMainStatus") == {"Result": "success", "ExecMainStatus": "0"}
    assert bus.value("Fingerprint") == before


@pytest.fixture(scope="module")
def clock(machine, tmp_path_factory):
    return Clock(machine, tmp_path_factory.mktemp("clock"))


@pytest.fixture
def now(clock):
    clock.set_ahead(0)
    yield clock
    clock.set_ahead(0)


@pytest.mark.parametrize("days, early, due", [(30, 19.5, 19.8), (823, 790.9, 791.1)], ids=["a third", "32 days"])
def test_what_mailstack_made_is_renewed_in_time(machine, bus, now, days, early, due):
    bus.rotate(days=days)
    old, key, names = assert_served(machine, bus), public_key(machine.read(key_file(machine))), bus.value("Names")
    length = bus.value("NotAfter") - bus.value("NotBefore")
    now.set_ahead(early)
    assert bus.must("CheckExpiry") == "nothing"
    now.set_ahead(due)
    machine.do("systemctl", "start", "mailstack-certificate.service")
    assert assert_served(machine, bus) != old
    assert public_key(machine.read(key_file(machine))) == key and bus.value("Names") == names
    assert bus.value("NotAfter") - bus.value("NotBefore") == length
    assert abs(bus.value("NotAfter") - time.time() - (due + days) * DAY) < 3700
    assert bus.must("CheckExpiry") == "nothing" and bus.value("RenewsItself")


@pytest.fixture
def unrenewed(machine):
    settings = "/etc/mailstack/mailstackd.yaml"
    before = machine.ask("cat", settings)
    machine.write(settings, before + "\nrenew-certificate: false\n")
    machine.do("systemctl", "restart", "mailstackd")
    yield
    machine.write(settings, before + "\n")
    machine.do("systemctl", "restart", "mailstackd")


# Days since it was made (it is valid for 40), and the days that the warning tells; None: there is none.
STEPS = [(0, None), (9.5, None), (10.5, 30), (11, None), (26.2, 14), (26.3, None), (37.2, 3), (38.5, None), (39.2, 1), (40.1, 0), (41, None)]


def test_what_is_not_renewed_is_warned_of_once_for_each_threshold(machine, bus, now, unrenewed):
    bus.rotate(days=40)
    old, end = assert_served(machine, bus), bus.value("NotAfter")
    with Certificates(machine) as listener:
        for ahead, days in STEPS:
            now.set_ahead(ahead)
            heard = len(listener.warnings())
            assert listener.must("CheckExpiry") == ("nothing" if days is None else "warned"), f"after {ahead} days"
            told = listener.warnings()[heard:]
            assert [warning[:2] for warning in told] == ([] if days is None else [[end, days]]), f"after {ahead} days"
            assert all(smtp.HOST in warning[2] for warning in told)
            if days == 14:  # what was told is kept
                machine.do("systemctl", "restart", "mailstackd")
            # A daemon that has seen nothing change tells of the state of a certificate by the time that it is.
            assert listener.value("Status") == ("valid" if ahead < 10 else "expiring" if ahead < 40 else "expired")
    assert assert_served(machine, bus) == old


def test_what_others_issued_is_warned_of(machine, bus, now, tmp_path):
    authority = Authority(tmp_path)
    chain, key = authority.issue(smtp.HOST, days=5)
    bus.must_install(chain + authority.root.read_text(), key)
    heard = len(bus.warnings())
    assert bus.must("CheckExpiry") == "warned" and bus.must("CheckExpiry") == "nothing"
    assert [warning[1] for warning in bus.warnings()[heard:]] == [5]
    assert assert_served(machine, bus) and not bus.value("RenewsItself") and bus.value("Status") == "expiring"
    bus.rotate()
    assert bus.value("Status") == "valid"
