# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Routes over the bus, against a real sendmail and recording relays: live in the running process, by a map alone, and each
error by its name."""

import base64
import pathlib
import re
import signal
import smtplib
import subprocess
import sys
import time

import pytest

from sandbox import ERROR, MANAGER, ROUTE, ROUTES, Sandbox, SOURCE, wait_until

sys.path.insert(0, str(SOURCE / "tests/system"))
from relays import Relay  # noqa: E402

SECRET = "Wonderland-7319"


class Routes:
    def __init__(self, sandbox):
        self.sandbox = sandbox

    def call(self, member, signature, *arguments, **more):
        return self.sandbox.root_caller.call(member, *arguments, signature=signature, interface=ROUTES, **more)

    def add(self, id, host="127.0.0.1", port=2525, tls="none", user=""):
        return self.call("AddRoute", "ssqss", id, host, port, tls, user)

    def activate(self, id, seconds=0):
        return self.call("ActivateRoute", "st", id, seconds)

    def secret(self, id, secret=SECRET, kind="text"):
        return self.call("SetSecret", "s", id, descriptor=[kind, secret])

    def property(self, name):
        return self.sandbox.root_caller.property(ROUTES, name)

    def objects(self):
        reply = self.sandbox.root_caller.call("GetManagedObjects", interface="org.freedesktop.DBus.ObjectManager")
        return {values[ROUTE]["Id"]: values[ROUTE] for values in reply["reply"][0].values() if ROUTE in values}

    def live(self):
        """What the running process says of itself, in a session of its own."""
        with smtplib.SMTP("127.0.0.1", self.sandbox.port, timeout=20) as session:
            session.ehlo()
            words = session.docmd("MAIL FROM:<mailstack.route>")[1].decode()
        return re.sub(r"\s", "", words.split("mailstack route:")[1])


@pytest.fixture(scope="module")
def box(pytestconfig):
    sandbox = Sandbox(pytestconfig.getoption("--daemon"))
    yield sandbox
    sandbox.close()


@pytest.fixture
def routes(box):
    found = Routes(box)
    yield found
    assert "reply" in found.activate("direct")
    for sender, _ in found.call("ListSenderRoutes", "")["reply"][0]:
        found.call("RemoveSenderRoute", "s", sender)
    for id, values in found.objects().items():
        if values["Kind"] == "relay":
            assert "reply" in found.call("RemoveRoute", "s", id)


def test_built_in_routes_and_objects(routes):
    assert routes.property("Active") == "direct"
    objects = routes.objects()
    assert objects["direct"] == {"Id": "direct", "Kind": "direct", "Host": "", "Port": 0, "Tls": "", "User": "",
                                 "HasSecret": False, "Active": True}
    assert "reply" in routes.add("home", "Smart.Example.net", 587, "verified", "alice")
    home = routes.objects()["home"]
    assert (home["Host"], home["Port"], home["Tls"], home["User"], home["HasSecret"]) == \
        ("smart.example.net", 587, "verified", "alice", False)
    reply = routes.activate("home")
    assert reply["error"] == ERROR + "NoSecret", reply
    assert "reply" in routes.secret("home")
    assert routes.objects()["home"]["HasSecret"]


def test_a_switch_is_live_in_the_running_process_and_reloads_nothing(box, routes):
    assert "reply" in routes.add("home", "smart.example.net", 587, "verified")
    pid = (box.mail / "sendmail.pid").read_text()
    written = (box.mail / "sendmail.cf").stat().st_mtime_ns
    for id, live in [("home", "relay587:[smart.example.net]"), ("local-only", "hold:held"), ("direct", "direct")]:
        assert "reply" in routes.activate(id)
        assert routes.live() == live
        assert routes.property("Active") == id
        assert routes.objects()[id]["Active"]
    assert (box.mail / "sendmail.pid").read_text() == pid
    assert (box.mail / "sendmail.cf").stat().st_mtime_ns == written


def test_mail_in_an_open_session_goes_by_the_new_route(box, routes):
    with Relay() as one, Relay(address="127.0.0.2", port=one.port) as two:
        for id, relay in (("one", one), ("two", two)):
            assert "reply" in routes.add(id, relay.place.split(":")[0], relay.port)
        with smtplib.SMTP("127.0.0.1", box.port, timeout=60) as session:
            for id, relay in (("one", one), ("two", two), ("one", one)):
                assert "reply" in routes.activate(id)
                before = len(relay.messages)
                session.sendmail("a@localhost", ["b@elsewhere.example"], f"Subject: {id}\r\n\r\nx\r\n")
                wait_until(lambda relay=relay, before=before: len(relay.messages) == before + 1, f"mail by {id}")


def test_a_port_without_a_mailer_is_declared_before_the_map_names_it(box, routes):
    assert "reply" in routes.add("odd", "127.0.0.1", 10025)
    assert "confMAILSTACK_PORTS" in (box.mail / "sendmail.mc").read_text()
    assert "Mrelay10025" in (box.mail / "sendmail.cf").read_text()
    assert "reply" in routes.activate("odd")
    assert routes.live() == "relay10025:[127.0.0.1]"


def test_set_relay_in_one_call(box, routes):
    assert "reply" in routes.call("SetRelay", "sqs", "smart.example.net", 587, "verified")
    assert routes.property("Active") == "relay"
    assert "reply" in routes.call("SetRelay", "sqs", "", 0, "")
    assert routes.live() == "direct"


def test_properties_and_signals_change_once(box, routes):
    assert "reply" in routes.add("home", "smart.example.net", 587, "verified")
    heard = len(box.root_caller.signals())
    assert "reply" in routes.activate("home")
    told = [(body[0], sorted(body[1])) for interface, member, body in box.root_caller.signals()[heard:]
            if member == "PropertiesChanged" and body[0] in (ROUTES, ROUTE)]
    assert sorted(told) == sorted([(ROUTES, ["Active"]), (ROUTE, ["Active"]), (ROUTE, ["Active"])])


def test_a_route_for_a_time_returns_by_itself(box, routes):
    assert "reply" in routes.add("home", "smart.example.net", 587, "verified")
    before = int(time.time())
    assert "reply" in routes.activate("local-only", 2)
    assert routes.property("ReturnTo") == "direct"
    assert before + 1 <= routes.property("ActiveUntil") <= before + 4
    wait_until(lambda: routes.live() == "direct", "the former route is back")
    wait_until(lambda: routes.property("ActiveUntil") == 0, "and the property says so")
    # A manual switch cancels; another time returns to where the first began.
    assert "reply" in routes.activate("local-only", 3600)
    assert "reply" in routes.activate("home", 3600)
    assert routes.property("ReturnTo") == "direct"
    assert "reply" in routes.activate("home")
    assert (routes.property("ReturnTo"), routes.property("ActiveUntil")) == ("", 0)


def test_a_time_that_passes_while_the_daemon_is_killed(box, routes):
    assert "reply" in routes.activate("local-only", 2)
    box.daemon.send_signal(signal.SIGKILL)
    box.daemon.wait()
    box.start_daemon()
    wait_until(lambda: routes.property("Active") == "direct", "the former route is back")
    assert routes.live() == "direct"


def test_after_another_boot_the_time_of_day_counts(box, routes):
    assert "reply" in routes.activate("local-only", 3600)
    text = box.root / "etc/mailstack/routes.yaml"
    box.stop_daemon()
    edited = re.sub(r"boot: .*", "boot: another", text.read_text())
    text.write_text(re.sub(r"until: \d+", f"until: {int(time.time()) - 1}", edited))
    box.start_daemon()
    assert "reply" in box.root_caller.call("Reload", interface=MANAGER)
    wait_until(lambda: routes.property("Active") == "direct", "the former route is back")


def test_credentials_reach_their_relay_and_stand_nowhere_else(box, routes):
    with Relay(user="alice", password=SECRET, auth_in_clear=True, demand_auth="mail") as relay:
        assert "reply" in routes.add("home", "127.0.0.1", relay.port, "none", "alice")
        assert "reply" in routes.secret("home")
        steps = routes.call("TestRoute", "s", "home")["reply"][0]
        assert {step: outcome for step, outcome, _ in steps}["auth"] == "ok", steps
        assert SECRET not in str(steps)
        assert not relay.messages
        assert "reply" in routes.activate("home")
        with smtplib.SMTP("127.0.0.1", box.port, timeout=60) as session:
            session.sendmail("a@localhost", ["b@elsewhere.example"], "Subject: x\r\n\r\nx\r\n")
        wait_until(lambda: relay.messages, "the relay takes the message")
        assert relay.messages[0]["user"] == "alice"
    forms = [SECRET.encode(), base64.b64encode(SECRET.encode())]
    holders = [path for path in box.directory.rglob("*") if path.is_file()
               and any(form in path.read_bytes() for form in forms)]
    assert {path.parent.name for path in holders if path.name != "authinfo.db"} == {"secrets"}, holders
    assert len(holders) == 2
    for path in holders:
        assert (path.stat().st_mode & 0o7777, path.stat().st_uid) == (0o600, 0)
    # Not in the daemon's memory either, as far as it can be read.
    maps = pathlib.Path(f"/proc/{box.daemon.pid}/maps").read_text().splitlines()
    held = 0
    with open(f"/proc/{box.daemon.pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights, *_ = line.split()
            first, last = (int(one, 16) for one in place.split("-"))
            if "w" not in rights or last - first > 1 << 28:
                continue
            try:
                memory.seek(first)
                held += sum(memory.read(last - first).count(form) for form in forms)
            except (OSError, ValueError):
                continue
    assert held == 0


def test_a_failing_test_tells_the_step(routes):
    with Relay(user="alice", password="other", auth_in_clear=True) as relay:
        assert "reply" in routes.add("home", "127.0.0.1", relay.port, "none", "alice")
        assert "reply" in routes.secret("home")
        outcomes = {step: outcome for step, outcome, _ in routes.call("TestRoute", "s", "home")["reply"][0]}
        assert (outcomes["connect"], outcomes["auth"]) == ("ok", "failed")
    assert routes.call("TestRoute", "s", "direct")["error"] == ERROR + "InvalidArgument"
    assert routes.call("TestRoute", "s", "nowhere")["error"] == ERROR + "NoSuchRoute"


def test_senders_of_their_own_route(box, routes):
    with Relay() as relay:
        assert "reply" in routes.add("home", "127.0.0.1", relay.port)
        assert "reply" in routes.activate("local-only")
        assert "reply" in routes.call("AddSenderRoute", "ss", "Bob@Mail.Example.Test", "home")
        assert routes.call("ListSenderRoutes", "")["reply"][0] == [["bob@mail.example.test", "home"]]
        assert routes.call("RemoveRoute", "s", "home")["error"] == ERROR + "RouteInUse"
        with smtplib.SMTP("127.0.0.1", box.port, timeout=60) as session:
            session.sendmail("bob@mail.example.test", ["b@elsewhere.example"], "Subject: bob\r\n\r\nx\r\n")
            session.sendmail("eve@mail.example.test", ["b@elsewhere.example"], "Subject: eve\r\n\r\nx\r\n")
        wait_until(lambda: relay.messages, "bob's mail leaves")
        assert [message["sender"] for message in relay.messages] == ["bob@mail.example.test"]
        wait_until(lambda: routes.call("CountQueued", "")["reply"] == [1], "eve's waits")
        # It leaves by what is active when the queue is run.
        assert "reply" in routes.activate("home")
        assert "reply" in routes.call("FlushQueue", "")
        wait_until(lambda: len(relay.messages) == 2, "eve's mail leaves")
        wait_until(lambda: routes.call("CountQueued", "")["reply"] == [0], "nothing waits")


@pytest.mark.parametrize("member, signature, arguments, error, words", [
    ("AddRoute", "ssqss", ["home", "a.example", 465, "verified", ""], "InvalidArgument", "587"),
    ("AddRoute", "ssqss", ["home", "a.example", 25, "none", "alice"], "InvalidArgument", "in clear"),
    ("AddRoute", "ssqss", ["direct", "a.example", 25, "none", ""], "InvalidArgument", "built in"),
    ("AddRoute", "ssqss", ["Home", "a.example", 25, "none", ""], "InvalidArgument", "right would be"),
    ("AddRoute", "ssqss", ["home", "a.example:25", 25, "none", ""], "InvalidArgument", "right would be"),
    ("AddRoute", "ssqss", ["home", "a.example", 25, "maybe", ""], "InvalidArgument", "verified"),
    ("SetRoute", "ssqss", ["nowhere", "a.example", 25, "none", ""], "NoSuchRoute", "nowhere"),
    ("ActivateRoute", "st", ["nowhere", 0], "NoSuchRoute", "nowhere"),
    ("ActivateRoute", "st", ["local-only", 2**40], "LimitExceeded", "366"),
    ("RemoveRoute", "s", ["local-only"], "InvalidArgument", "built in"),
    ("AddSenderRoute", "ss", ["bob", "direct"], "InvalidAddress", "right would be"),
    ("RemoveSenderRoute", "s", ["bob@example.org"], "NoSuchRoute", "ListSenderRoutes"),
])
def test_refused_with_words_and_nothing_changed(box, routes, member, signature, arguments, error, words):
    generation = box.root_caller.property(MANAGER, "Generation")
    reply = routes.call(member, signature, *arguments)
    assert reply["error"] == ERROR + error, reply
    assert words in reply["message"]
    assert box.root_caller.property(MANAGER, "Generation") == generation


@pytest.mark.parametrize("kind, argument, error", [
    ("text", "", "InvalidArgument"), ("text", "two\nlines", "InvalidArgument"), ("text", "x" * 2000, "LimitExceeded"),
    ("path", "/etc/passwd", "InvalidArgument"), ("path", "/dev/zero", "InvalidArgument"),
])
def test_secrets_that_are_none(routes, kind, argument, error):
    assert "reply" in routes.add("home", "127.0.0.1", 2525, "none", "alice")
    reply = routes.secret("home", argument, kind)
    assert reply["error"] == ERROR + error, reply
    assert not routes.objects()["home"]["HasSecret"]


def test_explain_names_the_route(box, routes):
    assert "reply" in routes.activate("local-only")
    steps = box.root_caller.call("Explain", "b@elsewhere.example", signature="s", interface=MANAGER)["reply"][0]
    assert any("local-only" in " ".join(step) for step in steps), steps
