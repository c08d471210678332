# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signals come once, and when they are true; properties tell what is so now."""

import smtplib
import time

import pytest

from sandbox import ALIASES, Caller, MANAGER, STRANGER, wait_until

PROPERTIES = "org.freedesktop.DBus.Properties"


@pytest.fixture
def watcher(sandbox):
    made = Caller(sandbox.environment, STRANGER)
    made.call("GetAlias", "team", signature="s")  # its match is known to the bus once this is answered
    made.signals()
    yield made
    made.kill()


def heard(watcher, member, count=1):
    return wait_until(lambda: [s for s in [[body for _, name, body in watcher.signals() if name == member]]
                               if len(s) >= count], member)[0]


def test_a_change_is_told_once(sandbox, watcher):
    generation = sandbox.root_caller.call("SetAlias", "crew", ["alice"], signature="sas")["reply"][0]
    assert heard(watcher, "AliasesChanged") == [[generation, ["crew"], False]]
    assert heard(watcher, "Applied") == [[generation, ["SetAlias crew"]]]
    changes = heard(watcher, "PropertiesChanged", 2)
    told = {}
    for interface, values, invalidated in changes:
        assert invalidated == []
        for name, value in values.items():
            assert (interface, name) not in told, "told twice"
            told[interface, name] = value
    count = sandbox.root_caller.property(ALIASES, "Count")
    assert told == {(MANAGER, "Generation"): generation, (MANAGER, "LiveGeneration"): generation, (ALIASES, "Count"): count}


def test_nothing_is_told_of_a_failure(sandbox, watcher):
    assert "error" in sandbox.root_caller.call("AddAlias", "team", ["somebody-else"], signature="sas")
    assert "error" in sandbox.root_caller.call("RemoveAlias", "nobody-knows", signature="s")
    sandbox.root_caller.call("SetAlias", "marker", ["alice"], signature="sas")
    assert [body[1] for body in heard(watcher, "AliasesChanged")] == [["marker"]]


def test_many_names_are_cut(sandbox, watcher):
    text = "".join(f"cut{number}: alice\n" for number in range(150))
    generation = sandbox.root_caller.call("ImportAliases", {}, descriptor=["text", text])["reply"][0]
    told = heard(watcher, "AliasesChanged")
    assert len(told) == 1
    assert (told[0][0], len(told[0][1]), told[0][2]) == (generation, 100, True)


def test_a_hand_edit_is_told_and_not_published(sandbox, watcher):
    before = sandbox.aliases.read_text()
    sandbox.aliases.write_text(before + "byhand: alice\n")
    assert sandbox.root_caller.property(MANAGER, "Drifted") == [str(sandbox.aliases)]
    assert sandbox.root_caller.call("GetAlias", "byhand", signature="s")["reply"] == [["alice"]]
    assert sandbox.lookup("byhand") is None
    told = [values["Drifted"] for _, values, _ in heard(watcher, "PropertiesChanged") if "Drifted" in values]
    assert told == [[str(sandbox.aliases)]]
    assert "reply" in sandbox.root_caller.call("Reload", interface=MANAGER)
    assert sandbox.lookup("byhand") == "alice"
    assert sandbox.root_caller.property(MANAGER, "Drifted") == []


def test_all_properties(sandbox):
    values = sandbox.root_caller.call("GetAll", MANAGER, signature="s", interface=PROPERTIES)["reply"][0]
    assert values["State"] == "running" and values["StateReason"] == ""
    assert values["MtaState"] == "running" and values["MtaUnit"] == sandbox.sendmail
    assert values["Generation"] == values["LiveGeneration"]
    assert values["Version"].count(".") == 2


def test_properties_cannot_be_set(sandbox):
    reply = sandbox.root_caller.call("Set", MANAGER, "State", _variant(), signature="ssv", interface=PROPERTIES)
    assert reply["error"] == "org.freedesktop.DBus.Error.PropertyReadOnly"


def _variant():
    return {"variant": ["s", "degraded"]}


def test_open_sessions_survive_a_reload(sandbox):
    with smtplib.SMTP("127.0.0.1", sandbox.port) as session:
        assert session.ehlo()[0] == 250
        assert "reply" in sandbox.root_caller.call("Reload", interface=MANAGER)
        assert session.noop()[0] == 250


def test_reload_waits_for_the_young_daemon(sandbox):
    pid_file = sandbox.mail / "sendmail.pid"
    before = pid_file.stat().st_mtime_ns
    begin = time.time_ns()
    assert "reply" in sandbox.root_caller.call("Reload", interface=MANAGER)
    assert pid_file.stat().st_mtime_ns > before and pid_file.stat().st_mtime_ns >= begin - 10_000_000
