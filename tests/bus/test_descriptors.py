# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ImportAliases: which descriptors are taken, which are refused and how fast, and what the options do."""

import fcntl
import time

import pytest

from sandbox import ALIASES, Caller, ERROR, MANAGER, STRANGER, Sandbox, wait_until


def take(sandbox, kind, argument="", options=None, caller=None, **more):
    return (caller or sandbox.root_caller).call("ImportAliases", options or {}, descriptor=[kind, argument], **more)


@pytest.fixture(autouse=True)
def clean(sandbox):
    for name in ("one", "two", "three"):
        sandbox.root_caller.call("RemoveAlias", name, signature="s")


@pytest.mark.parametrize("kind, argument, words", [
    ("path", "/tmp", "a directory"),
    ("path", "/dev/zero", "a device"),
    ("path", "/etc/passwd", "not a sealed memfd"),
    ("o-path", "/etc/passwd", "not open for reading"),
    ("unsealed", "one: alice\n", "not a sealed memfd"),
    ("half-sealed", "one: alice\n", "not a sealed memfd"),
    ("socket", "", "a socket"),
    ("writing-end", "", "not open for reading"),
])
def test_refused_by_kind(sandbox, kind, argument, words):
    begin = time.monotonic()
    reply = take(sandbox, kind, argument)
    assert reply.get("error") == ERROR + "InvalidArgument", reply
    assert words in reply["message"] and "pass a memfd sealed" in reply["message"]
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("kind, argument", [("size", 1 << 30), ("endless", "")])
def test_too_large(sandbox, kind, argument):
    reply = take(sandbox, kind, argument)
    assert reply.get("error") == ERROR + "LimitExceeded", reply
    assert "128 MiB" in reply["message"]


@pytest.mark.parametrize("kind", ["silent", "fifo"])
def test_deadline(sandbox, kind):
    """Nothing comes and the pipe stays open: the call ends in time, and everybody is served meanwhile."""
    caller = Caller(sandbox.environment, 0)
    begin = time.monotonic()
    caller.start("ImportAliases", {}, descriptor=[kind, f"{sandbox.directory}/fifo"], seconds=60)
    slowest = 0
    while time.monotonic() - begin < 3:
        asked = time.monotonic()
        assert "reply" in sandbox.root_caller.call("GetAlias", "team", signature="s")
        slowest = max(slowest, time.monotonic() - asked)
    assert slowest < 1
    reply = caller.finish()
    assert reply["error"] == ERROR + "Timeout"
    assert 29 < time.monotonic() - begin < 33
    caller.kill()


def test_two_at_most(sandbox):
    callers = [Caller(sandbox.environment, 0) for _ in range(2)]
    for caller in callers:
        caller.start("ImportAliases", {}, descriptor=["silent", ""], seconds=60)
    reply = wait_until(lambda: [r for r in [take(sandbox, "silent", seconds=1)] if r["error"] == ERROR + "Busy"],
                       "a third is refused")
    assert "two other imports" in reply[0]["message"]
    for caller in callers:
        caller.kill()
    assert "reply" in sandbox.root_caller.call("GetAlias", "team", signature="s")


@pytest.fixture
def own(daemon):
    made = Sandbox(daemon)
    yield made
    made.close()


def test_two_at_most_that_wait_to_be_parsed(own):
    callers = [Caller(own.environment, 0) for _ in range(2)]
    with open(own.aliases, encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        own.root_caller.start("SetAlias", "team", ["bob"], signature="sas")
        wait_until(lambda: own.daemon_has_open(own.aliases), "the writer waits for the lock")
        for caller in callers:
            caller.start("ImportAliases", {}, descriptor=["text", "one: alice\n"])
        third = Caller(own.environment, 0)
        reply = wait_until(lambda: [r for r in [take(own, "text", "two: bob\n", caller=third, seconds=0.2)]
                                    if r["error"] == ERROR + "Busy"], "a third is refused", seconds=4)
    assert "two other imports" in reply[0]["message"]
    assert "reply" in own.root_caller.finish()
    for caller in (*callers, third):
        caller.kill()


@pytest.mark.parametrize("kind", ["text", "pipe"])
def test_taken(sandbox, kind):
    # The two silent pipes of the test before may still be read until their deadline.
    reply = wait_until(lambda: [r for r in [take(sandbox, kind, "one: alice\ntwo: bob\n", {"on-conflict": ["s", "keep"]})]
                                if r.get("error") != ERROR + "Busy"], "a slot is free", seconds=40)[0]
    assert reply["reply"][1:] == [2, 0, 0]
    assert sandbox.lookup("one") == "alice" and sandbox.lookup("two") == "bob"


def test_conflicts(sandbox):
    assert "reply" in take(sandbox, "text", "one: alice\ntwo: bob\n")
    before = sandbox.aliases.read_bytes()
    text = "one: carol\ntwo: bob\nthree: dave\n"
    for options in ({}, {"on-conflict": ["s", "fail"]}):
        reply = take(sandbox, "text", text, options)
        assert reply["error"] == ERROR + "AlreadyExists" and "one" in reply["message"]
        assert sandbox.aliases.read_bytes() == before
    assert take(sandbox, "text", text, {"on-conflict": ["s", "keep"]})["reply"][1:] == [1, 0, 2]
    assert sandbox.lookup("one") == "alice"
    assert take(sandbox, "text", text, {"on-conflict": ["s", "replace"]})["reply"][1:] == [0, 1, 2]
    assert sandbox.lookup("one") == "carol"


@pytest.mark.parametrize("options, words", [
    ({"on-conflicts": ["s", "keep"]}, "on-conflicts"),
    ({"on-conflict": ["s", "merge"]}, "merge"),
    ({"on-conflict": ["b", True]}, "fail, keep or replace"),
])
def test_options(sandbox, options, words):
    reply = take(sandbox, "text", "one: alice\n", options)
    assert reply["error"] == ERROR + "InvalidArgument" and words in reply["message"]
    assert sandbox.lookup("one") is None


def test_a_wrong_line_stops_all_of_it(sandbox):
    before = sandbox.aliases.read_bytes()
    reply = take(sandbox, "text", "one: alice\nthis is no alias\n")
    assert reply["error"] == ERROR + "InvalidAddress" and "line 2" in reply["message"]
    assert sandbox.aliases.read_bytes() == before


def test_progress_goes_to_the_caller_alone(sandbox):
    sandbox.answers("yes")
    watcher = Caller(sandbox.environment, STRANGER)
    text = "".join(f"many{number}: alice\n" for number in range(20_000))
    assert "reply" in take(sandbox, "text", text, caller=sandbox.stranger)
    told = [body for interface, member, body in sandbox.stranger.signals() if member == "ImportProgress"]
    assert told and told[-1][0] == told[-1][1] >= 20_000
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert not [member for _, member, _ in watcher.signals() if member == "ImportProgress"]
    watcher.kill()


def test_the_loop_goes_on_during_a_large_import(sandbox):
    """polkit's question needs a look through the whole text: nobody waits for that."""
    sandbox.answers("yes")
    other = Caller(sandbox.environment, STRANGER)
    text = "".join(f"large{number}: user{number}@example.com\n" for number in range(200_000))
    other.start("ImportAliases", {}, descriptor=["text", text], seconds=120)
    slowest, begin = 0, time.monotonic()
    while time.monotonic() - begin < 2:
        asked = time.monotonic()
        assert sandbox.root_caller.property(MANAGER, "Version")
        slowest = max(slowest, time.monotonic() - asked)
    assert slowest < 1
    assert other.finish()["reply"][1] == 200_000
    other.kill()
