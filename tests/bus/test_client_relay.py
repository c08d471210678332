# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`mailstackctl relay` against the real daemon in a sandbox, with a real sendmail and a mock polkit.

What it prints and how it fails, verb by verb: test_client_routes.py. What the daemon does: test_routes.py.
"""

import json
import time

from sandbox import STRANGER


def route(listed, name):
    return next(route for route in listed["routes"] if route["id"] == name)


def test_a_relay_from_add_to_remove(ctl, ctl_json):
    listed = ctl_json("relay", "list")
    assert (listed["active"], listed["until"], listed["return_to"], listed["senders"]) == ("direct", None, None, [])
    assert [route["id"] for route in listed["routes"]] == ["direct", "local-only"]
    added = ctl_json("relay", "add", "on-the-way", "Smart.Example.net", "--user", "alice")
    assert added["live"] is True
    assert route(ctl_json("relay", "list"), "on-the-way") == {
        "id": "on-the-way", "kind": "relay", "active": False, "host": "smart.example.net", "port": 587, "tls": "verified",
        "user": "alice", "has_secret": False}
    early = ctl("relay", "use", "on-the-way")
    assert early.returncode == 7 and "relay secret" in early.stderr
    assert ctl_json("relay", "secret", "on-the-way", "--stdin", input="Wonderland-7319\n")["generation"] == added["generation"] + 1
    assert route(ctl_json("relay", "list"), "on-the-way")["has_secret"] is True
    made = ctl_json("relay", "use", "on-the-way", "--for", "1h")
    assert (made["route"], made["queued"], made["flushed"]) == ("on-the-way", 0, False)
    assert abs(made["until"] - time.time() - 3600) < 60
    listed = ctl_json("relay", "list")
    # The daemon waits by another clock than that of the day: an end is told to the second, give or take one.
    for told in (listed, ctl_json("status")["route"]):
        assert (told["active"], told["return_to"]) == ("on-the-way", "direct")
        assert abs(told["until"] - made["until"]) <= 1
    assert ctl("relay", "remove", "on-the-way").returncode == 8
    assert ctl("relay", "set", "on-the-way", "--port", "2525").returncode == 8, "mail leaves by it, with its user"
    assert ctl_json("relay", "use", "direct")["until"] is None
    assert ctl_json("relay", "set", "on-the-way", "--port", "2525")["has_secret"] is False
    assert route(ctl_json("relay", "list"), "on-the-way")["port"] == 2525
    assert ctl("relay", "remove", "on-the-way").returncode == 0
    assert ctl("relay", "remove", "on-the-way").returncode == 3


def test_a_sender_and_a_host(ctl, ctl_json):
    made = ctl_json("relay", "to", "[127.0.0.1]", "--port", "2525", "--tls", "none")
    assert made["route"] == ctl_json("relay", "list")["active"] == "relay"
    assert ctl("relay", "sender", "add", "@Example.org", "relay").returncode == 0
    assert ctl_json("relay", "sender", "list") == [{"sender": "@example.org", "route": "relay"}]
    assert ctl("relay", "use", "direct").returncode == 0
    assert ctl("relay", "remove", "relay").returncode == 8, "it serves a sender"
    assert ctl("relay", "sender", "remove", "@example.org").returncode == 0
    assert ctl("relay", "sender", "remove", "@example.org").returncode == 3
    assert ctl("relay", "remove", "relay").returncode == 0


def test_a_relay_that_nobody_is_at_is_not_switched_to(ctl, ctl_json):
    assert ctl("relay", "add", "dead", "127.0.0.1", "--port", "1", "--tls", "none").returncode == 0
    run = ctl("--json", "relay", "use", "dead", "--test")
    answer = json.loads(run.stdout)
    assert run.returncode == 1
    assert [step["step"] for step in answer["test"] if step["outcome"] == "failed"] == ["connect"]
    assert ctl_json("relay", "list")["active"] == "direct"
    assert ctl("relay", "test", "dead").returncode == 1
    assert ctl("relay", "test", "direct").stdout == "direct: there is nothing to test\n"
    assert ctl("relay", "remove", "dead").returncode == 0


def test_what_cannot_be(ctl):
    assert ctl("relay", "add", "home", "smart.example.net", "--port", "465").returncode == 7
    assert ctl("relay", "add", "Home", "smart.example.net").returncode == 7
    assert ctl("relay", "use", "nowhere").returncode == 3
    assert ctl("relay", "use", "local-only", "--for", "400d").returncode == 7


def test_each_right_is_its_own(sandbox, ctl, ctl_json):
    assert ctl("relay", "add", "home", "smart.example.net").returncode == 0
    sandbox.answers("no", switch_route="yes")
    run = ctl("--json", "relay", "use", "local-only", uid=STRANGER)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["queued"] is None and "org.mailstack1.read" in run.stderr
    for arguments, action in [(["test", "home"], "test-route"), (["use", "home", "--test"], "test-route"),
                              (["secret", "home", "--stdin"], "set-secret"), (["remove", "home"], "manage-routes"),
                              (["to", "smart.example.net"], "manage-routes"), (["sender", "add", "@a.example", "home"], "manage-routes")]:
        denied = ctl("relay", *arguments, uid=STRANGER, input="Wonderland-7319")
        assert denied.returncode == 4, arguments
        assert f"'org.mailstack1.{action}' with a rule in" in denied.stderr
    assert ctl_json("relay", "list")["active"] == "local-only"
    assert ctl("relay", "use", "direct").returncode == 0
    assert ctl("relay", "flush", uid=STRANGER).returncode == 0
    assert ctl("relay", "remove", "home").returncode == 0
