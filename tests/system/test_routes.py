# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Routes in a booted machine: 1,000 switches under mail, times that outlive daemon and machine, who may switch, and a machine
that was untouched. Relays that fail and secrets: test_route_relays.py."""

import random
import time

import pytest

import image
from machine import Machine, wait_until
from route_stream import Switch, active_between, arrivals, by_a_wrong_route, sending
from routes import Abroad, live, Routes

FAST, SLOW = 500, 500  # switches: one after another, and with a pause, where fewer routes can have been a message's
HOSTS = {"one.example.net": "203.0.113.11", "two.example.net": "203.0.113.12", "mx.elsewhere.example": "203.0.113.13"}
MX = {"elsewhere.example": "mx.elsewhere.example"}
SHORT_IDLENESS = "idle-exit-seconds: 1\n"


@pytest.fixture(scope="module")
def abroad(machine):
    with Abroad(machine, HOSTS, MX) as world, Routes(machine) as world.bus:
        world.relays = {"one": world.relay("one.example.net", 587), "two": world.relay("two.example.net", 2525),
                        "direct": world.relay("mx.elsewhere.example", 25)}
        world.bus.add("one", "one.example.net", 587)
        world.bus.add("two", "two.example.net", 2525)
        yield world


def switch(bus, made: list[Switch], route: str) -> None:
    called = time.monotonic()
    bus.activate(route)
    made.append(Switch(route, called, time.monotonic()))


def switch_often(bus, made: list[Switch], count: int, pause: float, pick: random.Random) -> float:
    """Switches, each time to another route; how many a second."""
    began = time.monotonic()
    for _ in range(count):
        switch(bus, made, pick.choice([route for route in ("one", "two", "direct", "local-only") if route != made[-1].route]))
        time.sleep(pause)
    return count / (time.monotonic() - began)


def test_a_thousand_switches_under_a_stream_of_mail(machine, abroad):
    offset, pick, switches = time.time() - time.monotonic(), random.Random(4), [Switch("direct", 0.0, 0.0)]
    with machine.probing(every=0.05) as counts, sending(machine) as senders:
        time.sleep(1)
        rates = switch_often(abroad.bus, switches, FAST, 0, pick), switch_often(abroad.bus, switches, SLOW, 0.06, pick)
    switch(abroad.bus, switches, "one")
    handed = {id: message for sender in senders for id, message in sender.handed.items()}
    failures = [failure for sender in senders for failure in sender.failures]
    waited = abroad.bus.must("CountQueued")
    assert waited > 0 and abroad.bus.value("Active") == "one"
    # What /usr/sbin/sendmail could not hand over at once waits in the queue of submissions.
    machine.do("sendmail-msp", "-Ac", "-q")
    abroad.bus.flush_until_nothing_waits()
    wait_until(lambda: machine.ask("find", "/var/spool/mqueue", "/var/spool/mqueue-client", "-name", "[dqt]f*") == "", "empty queues", 60)
    came = arrivals(abroad.relays, offset)
    certain = sum(len(active_between(switches, handed[id].asked, ways[0][1])) < 4 for id, ways in came.items() if id in handed)
    by = {route: sum(ways[0][0] == route for ways in came.values()) for route in abroad.relays}
    print(f"{machine.release}: {FAST} switches at {rates[0]:.0f} a second, {SLOW} at {rates[1]:.0f}; {len(handed)} messages "
          f"({', '.join(f'{sender.name} {len(sender.handed)}' for sender in senders)}), by {by}, {waited} had waited; "
          f"{certain} whose way not every route could have been; connections {counts}")
    assert not failures and counts["refused"] == 0
    assert set(came) == set(handed), "lost or never handed over"
    assert [id for id, ways in came.items() if len(ways) != 1] == [], "sent twice"
    assert by_a_wrong_route(handed, came, switches) == []
    # That all this could have failed: mail was sent by each sender and each way, and the log leaves few ways open for most.
    assert all(len(sender.handed) > 30 for sender in senders) and all(count > 30 for count in by.values())
    assert certain > len(handed) / 2


def test_the_example_rule_lets_a_group_switch_and_do_nothing_else_to_routes(machine, abroad):
    rule = image.SOURCE / "polkit/examples/50-mailstack-mailpile.rules"  # the images of the machines are made without documentation
    machine.write(f"/etc/polkit-1/rules.d/{rule.name}", rule.read_text())
    machine.sh("groupadd --force --system mailpile; usermod --append --groups mailpile mallory")
    machine.restart_polkit()
    generation = abroad.bus.property("Generation")
    with Routes(machine, "mallory") as mallory, Routes(machine, "alice") as alice:
        assert "org.mailstack1.switch-route" in alice.ask("ActivateRoute", "st", "two", 0)["message"]
        for member, signature, arguments in [
                ("SetRelay", "sqs", ("evil.example.net", 25, "none")), ("AddRoute", "ssqss", ("evil", "evil.example.net", 25, "none", "")),
                ("SetRoute", "ssqss", ("two", "evil.example.net", 25, "none", "")), ("RemoveRoute", "s", ("two",)),
                ("TestRoute", "s", ("two",)), ("AddSenderRoute", "ss", ("alice@example.org", "two")),
                ("RemoveSenderRoute", "s", ("alice@example.org",))]:
            refused = mallory.ask(member, signature, *arguments)
            assert refused.get("error", "").endswith("InteractiveAuthorizationRequired"), f"{member}: {refused}"
        refused = mallory.ask("SetSecret", "s", "two", descriptor=["text", "guess"])
        assert refused.get("error", "").endswith("InteractiveAuthorizationRequired"), refused
        assert abroad.bus.property("Generation") == generation
        mallory.activate("two")
        assert live(machine) == "relay2525:[two.example.net]"
        mallory.must("FlushQueue")


@pytest.fixture(scope="module")
def kept(release, deb):
    """A machine that can be booted again; its daemon ends after a second without a call. Mail leaves by `one`, nothing answers there."""
    with Machine(release, keep=True) as booted:
        booted.install(deb)
        booted.write("/etc/mailstack/mailstackd.yaml", SHORT_IDLENESS)
        booted.do("systemctl", "restart", "mailstackd")
        with Routes(booted) as bus:
            bus.add("one", "one.example.net")
            bus.activate("one")
        yield booted


def hold(machine, seconds: int) -> float:
    """Switches to local-only for a time; when that is over, on the monotonic clock."""
    with Routes(machine) as bus:
        bus.activate("local-only", seconds)
        assert bus.value("ReturnTo") == "one"
    assert live(machine) == "hold:held"
    return time.monotonic() + seconds


def await_return(machine, end: float, late: float = 5.0) -> None:
    """The former route comes back by itself: nothing here calls the daemon. Seconds are whole."""
    wait_until(lambda: live(machine) == "relay587:[one.example.net]", "the former route is back", max(0.0, end - time.monotonic()) + late, 0.2)
    assert time.monotonic() > end - 1.5, "too early"


def is_inactive(machine) -> bool:
    return machine.show("mailstackd", "ActiveState")["ActiveState"] == "inactive"


def test_a_time_ends_although_nobody_calls_and_then_the_daemon_goes(kept):
    end = hold(kept, 4)
    await_return(kept, end)
    wait_until(lambda: is_inactive(kept), "nothing keeps the daemon any longer", 15)


def test_a_time_ends_although_the_daemon_was_killed(kept):
    end = hold(kept, 5)
    pid = kept.show("mailstackd", "MainPID")["MainPID"]
    kept.do("kill", "-KILL", pid)
    await_return(kept, end)
    assert kept.show("mailstackd", "NRestarts")["NRestarts"] != "0"


def test_a_time_that_ends_while_no_daemon_runs_has_ended_when_one_runs_again(kept):
    end = hold(kept, 2)
    kept.do("systemctl", "stop", "mailstackd")
    time.sleep(max(0.0, end + 1 - time.monotonic()))
    assert live(kept) == "hold:held"
    kept.do("systemctl", "start", "mailstackd")
    await_return(kept, end, 10)


def test_a_clock_that_is_set_neither_ends_a_time_nor_lengthens_it(kept):
    """A machine here has the clock of its host: instead of it the time of day that is written down is moved by an hour."""
    for hours in (-1, 1):
        end = hold(kept, 8)
        kept.do("systemctl", "stop", "mailstackd")
        text = kept.read("/etc/mailstack/routes.yaml")
        until = next(line.split()[-1] for line in text.splitlines() if line.strip().startswith("until:"))
        kept.write("/etc/mailstack/routes.yaml", text.replace(until, str(int(until) + hours * 3600)), "0600")
        kept.do("systemctl", "start", "mailstackd")
        assert live(kept) == "hold:held", "a clock that is an hour fast has ended it"
        await_return(kept, end)


def test_a_time_lasts_across_a_boot(kept):
    hold(kept, 3600)
    with Routes(kept) as bus:
        until = bus.value("ActiveUntil")
    kept.reboot()
    assert live(kept) == "hold:held"
    assert not is_inactive(kept), "it waits for the end, though nobody has called"
    with Routes(kept) as bus:
        assert (bus.value("ReturnTo"), bus.value("Active")) == ("one", "local-only")
        assert abs(bus.value("ActiveUntil") - until) <= 2
        bus.activate("one")
        assert bus.value("ActiveUntil") == 0


def test_a_time_that_ends_while_the_machine_is_off_has_ended_after_boot(kept):
    end = hold(kept, 3)
    kept.crash()
    time.sleep(max(0.0, end + 1 - time.monotonic()))
    kept.boot()
    await_return(kept, end, 20)


@pytest.fixture
def set_up(release, deb):
    with Machine(release, kind="fresh") as booted:
        booted.install(deb)
        booted.do("mailstackctl", "setup", "--domain", "example.test", "--user", "alice")
        booted.sh("echo 127.0.0.1 example.test >> /etc/hosts")
        yield booted


def test_an_untouched_machine_after_setup(set_up):
    with Abroad(set_up, HOSTS, MX) as world, Routes(set_up) as bus:
        relay = world.relay("one.example.net", 587)
        bus.add("one", "one.example.net", 587)
        bus.activate("one")
        assert live(set_up) == "relay587:[one.example.net]"
        set_up.do("/usr/sbin/sendmail", "-i", "friend@elsewhere.example", user="alice", input="Subject: from an untouched machine\n\nx\n")
        wait_until(lambda: relay.messages, "the relay has the message")
        assert relay.messages[0]["sender"].partition("@")[0] == "alice"


def test_a_smart_host_of_the_administrators_is_not_overruled(bare_machine, deb):
    bare_machine.install(deb)
    bare_machine.sh("sed -i '/^MAILER_DEFINITIONS/i define(`SMART_HOST'\"'\"', `[hub.example.net]'\"'\"')dnl' /etc/mail/sendmail.mc;"
                    "m4 /etc/mail/sendmail.mc > /etc/mail/sendmail.cf; systemctl reload sendmail")
    before = bare_machine.read("/etc/mail/sendmail.mc")
    assert "SMART_HOST', `[hub.example.net]'" in before
    with Routes(bare_machine) as bus:
        for member, signature, arguments in (("AddRoute", "ssqss", ("one", "one.example.net", 587, "none", "")),
                                             ("ActivateRoute", "st", ("local-only", 0))):
            refused = bus.ask(member, signature, *arguments)
            assert "error" in refused and "SMART_HOST" in refused["message"], refused
        assert bus.value("Active") == "direct"
    assert bare_machine.read("/etc/mail/sendmail.mc") == before
