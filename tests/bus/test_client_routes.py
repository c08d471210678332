# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verbs of `mailstackctl relay` against a service that answers by script: what goes over the bus, what is printed, how each
fails, and that a secret is seen nowhere.
"""

import fcntl
import json
import os
import pathlib
import select
import signal
import subprocess
import termios
import time

import pytest
from scripted_bus import ctl, ctl_json, empty_bus, read_lines, remote, scripted, wait_until

DENIED = "org.freedesktop.DBus.Error.AccessDenied"
SECRET = "hunter2 mit Käse"
ROUTES = [
    {"id": "direct", "kind": "direct", "active": True}, {"id": "local-only", "kind": "local-only", "active": False},
    {"id": "home", "kind": "relay", "active": False, "host": "smart.example.net", "port": 587, "tls": "verified", "user": "alice",
     "has_secret": True},
    {"id": "work", "kind": "relay", "active": False, "host": "[192.0.2.1]", "port": 25, "tls": "encrypted", "user": "bob",
     "has_secret": False}]


def calls(environment):
    path = pathlib.Path(environment["SCRIPTED_CALLS"])
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def changes(environment):
    """The calls but those that only read."""
    return [call for call in calls(environment) if call[0] not in ("CountQueued", "ListSenderRoutes")]


# Reading

def test_list_json(scripted):
    listed = ctl_json(scripted, "relay", "list")
    assert listed == {"active": "direct", "until": None, "return_to": None, "routes": ROUTES,
                      "senders": [{"sender": "@example.org", "route": "work"}, {"sender": "bob@example.net", "route": "direct"}]}
    assert list(listed) == ["active", "until", "return_to", "routes", "senders"]
    assert ctl_json(scripted, "relay", "list", "--ids") == listed


def test_list_text(scripted):
    run = ctl(scripted, "relay", "list")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == """\
  ROUTE       LEADS TO                                TLS        USER
* direct      each domain's own mail exchanger
  local-only  nowhere: mail for elsewhere waits here
  home        smart.example.net:587                   verified   alice
  work        [192.0.2.1]:25                          encrypted  bob (no secret yet)

Active: direct

Senders with a route of their own:
  @example.org     work
  bob@example.net  direct
"""
    assert ctl(scripted, "relay", "list", "--ids").stdout == "direct\nlocal-only\nhome\nwork\n"


def test_a_timed_route_is_told_with_its_end_in_local_time(scripted):
    environment = {**scripted, "TZ": "Asia/Kolkata"}
    until = ctl_json(environment, "relay", "use", "home", "--for", "400d")["until"]
    told = time.strftime("%Y-%m-%d %H:%M", time.gmtime(until + 5 * 3600 + 1800))
    assert f"\nActive: home, until {told}, then direct\n" in ctl(environment, "relay", "list").stdout
    assert f"\n  Route:                     home, until {told}, then direct\n" in ctl(environment, "status").stdout
    assert ctl_json(environment, "status")["route"] == {"active": "home", "until": until, "return_to": "direct"}
    listed = ctl_json(environment, "relay", "list")
    assert (listed["active"], listed["until"], listed["return_to"]) == ("home", until, "direct")
    assert [route["id"] for route in listed["routes"] if route["active"]] == ["home"]


def test_senders(scripted):
    assert ctl_json(scripted, "relay", "sender", "list") == [{"sender": "@example.org", "route": "work"},
                                                             {"sender": "bob@example.net", "route": "direct"}]
    assert ctl(scripted, "relay", "sender", "list").stdout == (
        "SENDER           ROUTE\n@example.org     work\nbob@example.net  direct\n")
    assert ctl(scripted, "relay", "sender", "list", "--senders").stdout == "@example.org\nbob@example.net\n"
    assert ctl(scripted, "relay", "sender", "add", "@example.com", "home").stdout == "@example.com: live as generation 12\n"
    assert ctl_json(scripted, "relay", "sender", "remove", "@example.org") == {"generation": 12, "live": True}
    assert ctl_json(scripted, "relay", "sender", "add", "carol@example.org", "direct") == {"generation": 12, "live": True}
    assert changes(scripted) == [["AddSenderRoute", "@example.com", "home"], ["RemoveSenderRoute", "@example.org"],
                                 ["AddSenderRoute", "carol@example.org", "direct"]]


# Changing

def test_add(scripted):
    run = ctl(scripted, "relay", "add", "new", "smart.example.net")
    assert run.stdout == "new: live as generation 12\n"
    run = ctl(scripted, "relay", "add", "other", "[IPv6:2001:db8::1]", "--port", "2525", "--tls", "encrypted", "--user", "carol")
    assert run.stdout == ("other: live as generation 12\nIt cannot be used before the password of its user is set: "
                          "'mailstackctl relay secret other' sets it.\n")
    assert ctl_json(scripted, "relay", "add", "third", "127.0.0.1", "--port", "25", "--tls", "none", "--user", "x") == {
        "generation": 12, "live": True}
    assert changes(scripted) == [["AddRoute", "new", "smart.example.net", 587, "verified", ""],
                                 ["AddRoute", "other", "[IPv6:2001:db8::1]", 2525, "encrypted", "carol"],
                                 ["AddRoute", "third", "127.0.0.1", 25, "none", "x"]]


def test_add_with_its_secret(scripted):
    assert ctl_json(scripted, "relay", "add", "new", "mx.example", "--user", "carol", "--secret-stdin", input=SECRET + "\n") == {
        "generation": 13, "live": True}
    assert changes(scripted) == [["AddRoute", "new", "mx.example", 587, "verified", "carol"], ["SetSecret", "new", SECRET]]


def test_add_with_a_secret_that_cannot_be_changes_nothing(scripted):
    run = ctl(scripted, "relay", "add", "new", "mx.example", "--user", "carol", "--secret-stdin", input="\n")
    assert run.returncode == 7 and "no secret was given" in run.stderr
    assert changes(scripted) == []


def test_add_whose_secret_fails_tells_that_the_route_is_there(scripted):
    run = ctl(scripted, "--json", "relay", "add", "unlucky", "mx.example", "--user", "carol", "--secret-stdin", input=SECRET)
    answer = json.loads(run.stdout)
    assert run.returncode == answer["exit_status"] == 1
    assert answer["message"] == "the route 'unlucky' was added, but its secret was not set: no room for the secret"
    assert SECRET not in run.stdout + run.stderr


@pytest.mark.parametrize("words, sent", [
    (["mail.example.net"], ["mail.example.net", 587, "verified", "alice"]), (["--port", "2525"], ["smart.example.net", 2525, "verified", "alice"]),
    (["--tls", "encrypted"], ["smart.example.net", 587, "encrypted", "alice"]), (["--user", "eve"], ["smart.example.net", 587, "verified", "eve"]),
    (["[192.0.2.7]", "--port", "25", "--tls", "none", "--user", ""], ["[192.0.2.7]", 25, "none", ""])])
def test_set_changes_what_is_given(scripted, words, sent):
    assert ctl_json(scripted, "relay", "set", "home", *words) == {"generation": 12, "live": True, "has_secret": False}
    assert changes(scripted) == [["SetRoute", "home", *sent]]


def test_set_tells_that_the_secret_is_gone(scripted):
    run = ctl(scripted, "relay", "set", "home", "--port", "25")
    assert run.stdout == ("home: live as generation 12\nIts password was for what it was before, and is dropped: "
                          "'mailstackctl relay secret home' sets it.\n")
    assert "It has no password yet" in ctl(scripted, "relay", "set", "home", "--port", "26").stdout
    assert ctl(scripted, "relay", "set", "home", "--user", "").stdout == "home: live as generation 12\n"


def test_what_cannot_be_set(scripted):
    gone = ctl(scripted, "--json", "relay", "set", "nowhere", "--port", "25")
    assert gone.returncode == 3
    assert json.loads(gone.stdout)["error"] == "org.mailstack1.Error.NoSuchRoute"
    assert "'mailstackctl relay list' shows" in gone.stderr
    built_in = ctl(scripted, "relay", "set", "direct", "--port", "25")
    assert built_in.returncode == 7 and "'direct' is no relay" in built_in.stderr
    assert changes(scripted) == []


def test_remove(scripted):
    assert ctl(scripted, "relay", "remove", "home").stdout == "home: live as generation 12\n"
    assert ctl_json(scripted, "relay", "remove", "work") == {"generation": 12, "live": True}
    assert changes(scripted) == [["RemoveRoute", "home"], ["RemoveRoute", "work"]]
    assert ctl(scripted, "relay", "remove", "home").returncode == 3


# Switching

def test_use(scripted):
    made = ctl_json(scripted, "relay", "use", "home")
    assert made == {"route": "home", "generation": 12, "live": True, "until": None, "queued": 3, "flushed": False}
    assert calls(scripted) == [["CountQueued"], ["ActivateRoute", "home", 0]], "what waits is counted before the switch"
    assert ctl(scripted, "relay", "use", "local-only").stdout == (
        "local-only: live as generation 12\n3 messages in the queue stay there.\n")


def test_use_for_a_time_and_with_a_run_of_the_queue(scripted):
    before = int(time.time())
    made = ctl_json(scripted, "relay", "use", "home", "--for", "1h30m", "--flush")
    assert 5400 <= made["until"] - before <= 5460 and made["flushed"] is True
    assert calls(scripted) == [["CountQueued"], ["ActivateRoute", "home", 5400], ["FlushQueue"]]
    lines = ctl(scripted, "relay", "use", "home", "--for", "60", "--flush").stdout.splitlines()
    assert lines[0].startswith("home: live as generation 12, until ") and lines[0].endswith(", then direct")
    assert lines[1:] == ["3 messages in the queue go by it at the next attempt.", "The queue is being run."]


def test_use_after_a_test(scripted):
    made = ctl_json(scripted, "relay", "use", "home", "--test")
    assert list(made) == ["route", "generation", "live", "until", "queued", "flushed", "test"]
    assert made["test"][1] == {"step": "greeting", "outcome": "ok", "words": "220 relay ESMTP \x1b[2J"}
    assert calls(scripted) == [["TestRoute", "home"], ["CountQueued"], ["ActivateRoute", "home", 0]]
    text = ctl(scripted, "relay", "use", "home", "--test").stdout
    assert text.startswith("connect   ok  smart.example.net\ngreeting  ok  220 relay ESMTP \\x1b[2J\n")
    assert "\nhome: live as generation 12\n" in text
    assert ctl_json(scripted, "relay", "use", "direct", "--test")["test"] == [], "of which there is nothing to test"


def test_no_switch_where_a_step_fails(scripted):
    run = ctl(scripted, "relay", "use", "work", "--test", "--flush")
    assert run.returncode == 1
    assert "verify    failed   certificate has expired\n" in run.stdout
    assert run.stderr == ("mailstackctl: the test of 'work' failed at 'verify': certificate has expired\n"
                          "Nothing was switched. Without --test it would be.\n")
    run = ctl(scripted, "--json", "relay", "use", "work", "--test")
    answer = json.loads(run.stdout)
    assert run.returncode == answer["exit_status"] == 1
    assert answer["route"] == "work" and answer["test"][2] == {"step": "verify", "outcome": "failed", "words": "certificate has expired"}
    assert calls(scripted) == [["TestRoute", "work"]] * 2


@pytest.mark.parametrize("scripted", [{"SCRIPTED_COUNT": DENIED}], indirect=True)
def test_a_denied_count_does_not_stop_the_switch(scripted):
    run = ctl(scripted, "--json", "relay", "use", "home")
    assert run.returncode == 0
    assert json.loads(run.stdout)["queued"] is None
    assert "could not be told: org.mailstack1.read is not allowed" in run.stderr
    assert ctl(scripted, "relay", "use", "home").stdout == "home: live as generation 12\n"
    assert ctl_json(scripted, "relay", "to", "smart.example")["queued"] is None


@pytest.mark.parametrize("scripted", [{"SCRIPTED_FLUSH": DENIED}], indirect=True)
def test_a_denied_run_of_the_queue_tells_that_the_switch_stands(scripted):
    run = ctl(scripted, "--json", "relay", "use", "home", "--flush")
    answer = json.loads(run.stdout)
    assert run.returncode == answer["exit_status"] == 4
    assert (answer["route"], answer["generation"], answer["live"], answer["flushed"]) == ("home", 12, True, False)
    assert "mail leaves by 'home' now, but the queue was not run" in run.stderr
    assert "'org.mailstack1.switch-route' with a rule in" in run.stderr
    plain = ctl(scripted, "relay", "use", "home", "--flush")
    assert plain.stdout.startswith("home: live as generation 12\n") and "being run" not in plain.stdout
    assert ctl(scripted, "relay", "flush").returncode == 4


@pytest.mark.parametrize("scripted", [{"SCRIPTED_FLUSH": "org.mailstack1.Error.MtaFailed"}], indirect=True)
def test_a_failed_run_of_the_queue_does_not_claim_that_anything_was_undone(scripted):
    run = ctl(scripted, "relay", "use", "home", "--flush")
    assert run.returncode == 10 and "undone" not in run.stderr and "mail leaves by 'home' now" in run.stderr


@pytest.mark.parametrize("verb", [["use"], ["use", "--test"], ["test"], ["remove"], ["secret", "--stdin"]])
def test_a_denied_verb(scripted, verb):
    """The id makes the scripted service deny: nothing else is called."""
    run = ctl(scripted, "--json", "relay", *verb, "error:" + DENIED, input="x")
    assert run.returncode == json.loads(run.stdout)["exit_status"] == 4
    assert "with a rule in /etc/polkit-1/rules.d" in run.stderr
    assert changes(scripted) == []


@pytest.mark.parametrize("error, status, advice", [("NoSuchRoute", 3, "relay list"), ("RouteInUse", 8, "relay use direct"),
                                                   ("NoSecret", 7, "relay secret ID"), ("AlreadyExists", 8, "relay set ID")])
def test_errors_of_routes_tell_what_to_do(scripted, error, status, advice):
    run = ctl(scripted, "--json", "relay", "use", "error:" + error)
    assert run.returncode == status
    assert advice in json.loads(run.stdout)["advice"] and advice in run.stderr


def test_to(scripted):
    assert ctl_json(scripted, "relay", "to", "smart.example") == {
        "route": "relay", "generation": 12, "live": True, "until": None, "queued": 3, "flushed": False}
    assert ctl(scripted, "relay", "to", "[192.0.2.25]", "--port", "25", "--tls", "none").stdout.startswith("relay: live as generation 12\n3 ")
    assert changes(scripted) == [["SetRelay", "smart.example", 587, "verified"], ["SetRelay", "[192.0.2.25]", 25, "none"]]


def test_test(scripted):
    assert ctl_json(scripted, "relay", "test", "home") == {"route": "home", "ok": True, "steps": [
        {"step": "connect", "outcome": "ok", "words": "smart.example.net"},
        {"step": "greeting", "outcome": "ok", "words": "220 relay ESMTP \x1b[2J"},
        {"step": "verify", "outcome": "ok", "words": "TLSv1.3"}, {"step": "auth", "outcome": "ok", "words": "235 2.7.0 accepted"}]}
    assert ctl(scripted, "relay", "test", "home").stdout.endswith("auth      ok  235 2.7.0 accepted\nhome: the test passed\n")
    failed = ctl(scripted, "relay", "test", "work")
    assert failed.returncode == 1
    assert failed.stdout.endswith("auth      skipped\nwork: the test failed at 'verify'\n")
    run = ctl(scripted, "--json", "relay", "test", "work")
    assert run.returncode == 1 and json.loads(run.stdout)["ok"] is False
    assert ctl(scripted, "relay", "test", "direct").stdout == "direct: there is nothing to test\n"


def test_flush(scripted):
    assert ctl(scripted, "relay", "flush").stdout == "The queue is being run.\n"
    assert ctl_json(scripted, "relay", "flush") == {"flushed": True}
    assert calls(scripted) == [["FlushQueue"]] * 2


def test_monitor_shows_routes(scripted):
    child = subprocess.Popen([scripted["MAILSTACKCTL"], "monitor", "--json"], env=scripted, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert read_lines(child.stderr, 1) == ["watching mailstackd 9.9; Ctrl-C ends this"]
        assert ctl(scripted, "relay", "use", "local-only").returncode == 0
        assert ctl(scripted, "relay", "add", "on-the-way", "mx.example").returncode == 0
        assert ctl(scripted, "relay", "remove", "on-the-way").returncode == 0
        lines = [json.loads(line) for line in read_lines(child.stdout, 3)]
    finally:
        child.terminate()
        child.communicate()
    told = {"object": "/org/mailstack1/route/on_2dthe_2dway", "interfaces": ["org.mailstack1.Route"]}
    assert [{key: value for key, value in line.items() if key != "time"} for line in lines] == [
        {"signal": "PropertiesChanged", "interface": "org.mailstack1.Routes",
         "changed": {"Active": "local-only", "ActiveUntil": 0, "ReturnTo": ""}},
        {"signal": "InterfacesAdded", **told}, {"signal": "InterfacesRemoved", **told}]


# Secrets

@pytest.mark.parametrize("text", [SECRET, SECRET + "\n"])
def test_a_secret_from_standard_input(scripted, text):
    run = ctl(scripted, "--json", "relay", "secret", "work", "--stdin", input=text)
    assert json.loads(run.stdout) == {"generation": 13, "live": True}
    assert calls(scripted) == [["SetSecret", "work", SECRET]]
    assert "hunter2" not in run.stdout + run.stderr


@pytest.mark.parametrize("text, complaint", [("", "no secret was given"), ("\n", "no secret was given"), ("hunter2\nhunter2\n", "one line"),
                                             ("hunter2" * 200, "longer than 1024 octets")])
def test_what_is_no_secret_is_refused_and_not_shown(scripted, text, complaint):
    run = ctl(scripted, "--json", "relay", "secret", "work", "--stdin", input=text)
    assert run.returncode == 7 and complaint in run.stderr
    assert "hunter2" not in run.stdout + run.stderr
    assert calls(scripted) == []


def test_a_secret_is_not_in_the_bus_traffic(scripted):
    monitor = subprocess.Popen(["busctl", "monitor", "--json=short"], env=scripted, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        read_lines(monitor.stderr, 1)
        assert ctl(scripted, "relay", "secret", "work", "--stdin", input=SECRET).returncode == 0
        seen, deadline = b"", time.monotonic() + 20
        while b"SetSecret" not in seen or b'"data":[13]' not in seen:
            assert select.select([monitor.stdout], [], [], max(0, deadline - time.monotonic()))[0], f"only came: {seen!r}"
            seen += os.read(monitor.stdout.fileno(), 65536)
    finally:
        monitor.terminate()
        monitor.communicate()
    assert b"hunter2" not in seen


class Asked:
    """mailstackctl on a terminal of its own, which is not its standard input."""

    def __init__(self, environment, *arguments):
        self.ours, self.theirs = os.openpty()
        self.shown = b""

        def take_terminal():
            fcntl.ioctl(self.theirs, termios.TIOCSCTTY, 0)
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):  # ignored below nohup, or in a shell's background
                signal.signal(number, signal.SIG_DFL)

        self.child = subprocess.Popen([environment["MAILSTACKCTL"], *arguments], env=environment, start_new_session=True,
                                      preexec_fn=take_terminal, pass_fds=[self.theirs], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def echoes(self):
        return bool(termios.tcgetattr(self.theirs)[3] & termios.ECHO)

    def wait_for(self, text):
        deadline = time.monotonic() + 20
        while text.encode() not in self.shown:
            assert select.select([self.ours], [], [], max(0, deadline - time.monotonic()))[0], f"only came: {self.shown!r}"
            self.shown += os.read(self.ours, 4096)
        self.shown = self.shown.partition(text.encode())[2]

    def type(self, text):
        os.write(self.ours, text.encode())

    def end(self):
        """Exit status, and all that was written."""
        out, err = self.child.communicate(timeout=60)
        os.set_blocking(self.ours, False)
        try:
            shown = os.read(self.ours, 65536)
        except BlockingIOError:
            shown = b""
        return self.child.returncode, (out + err + self.shown + shown).decode()

    def close(self):
        self.child.kill()
        self.child.communicate()
        os.close(self.ours)
        os.close(self.theirs)


@pytest.fixture
def asked(scripted):
    running = []

    def start(*arguments):
        running.append(Asked(scripted, *arguments))
        return running[-1]

    yield start
    for one in running:
        one.close()


QUESTION = "Password of alice at smart.example.net"


def test_a_secret_is_asked_for_twice_and_not_shown(scripted, asked):
    terminal = asked("relay", "secret", "home")
    terminal.wait_for(QUESTION + ": ")
    assert not terminal.echoes()
    terminal.type(SECRET + "\n")
    terminal.wait_for(QUESTION + ", again: ")
    assert not terminal.echoes()
    terminal.type(SECRET + "\n")
    status, written = terminal.end()
    assert status == 0 and "home: live as generation 13\n" in written
    assert "hunter2" not in written
    assert terminal.echoes()
    assert changes(scripted) == [["SetSecret", "home", SECRET]]
    assert "hunter2" not in terminal.child.args


@pytest.mark.parametrize("first, second, complaint", [("hunter2", "hunter3", "the two are not the same"), ("", None, "no secret was given"),
                                                      ("hunter2" * 200, None, "longer than 1024 octets")])
def test_answers_that_are_refused(scripted, asked, first, second, complaint):
    terminal = asked("relay", "secret", "home")
    terminal.wait_for(QUESTION + ": ")
    terminal.type(first + "\n")
    if second is not None:
        terminal.wait_for("again: ")
        terminal.type(second + "\n")
    status, written = terminal.end()
    assert status == 7 and complaint in written and "hunter" not in written
    assert terminal.echoes()
    assert changes(scripted) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_ends_it_and_leaves_the_terminal_as_it_was(scripted, asked, number):
    terminal = asked("relay", "secret", "home")
    terminal.wait_for(QUESTION + ": ")
    terminal.type("hunter2")
    wait_until(lambda: not terminal.echoes(), "the echo is off")
    if number == signal.SIGINT:
        terminal.type("\x03")
    else:
        terminal.child.send_signal(number)
    status, written = terminal.end()
    assert status == -number
    assert terminal.echoes() and "hunter2" not in written
    assert changes(scripted) == []


def test_after_a_stop_it_asks_anew(scripted, asked):
    terminal = asked("relay", "secret", "home")
    terminal.wait_for(QUESTION + ": ")
    # A session's leader has nobody who could continue it, so the kernel does not stop it (setpgid(2)): it goes on at once.
    terminal.type("forgotten\x1a")
    terminal.wait_for(QUESTION + ": ")
    terminal.type("hunter2\n")
    terminal.wait_for("again: ")
    terminal.type("hunter2\n")
    assert terminal.end()[0] == 0
    assert changes(scripted) == [["SetSecret", "home", "hunter2"]]


@pytest.mark.parametrize("scripted", [{"SCRIPTED_OBJECTS": DENIED}], indirect=True)
def test_who_may_not_read_is_asked_all_the_same(asked):
    terminal = asked("relay", "secret", "home")
    terminal.wait_for("Password of the route home: ")


def test_nobody_is_asked_in_vain(scripted, asked):
    ended = asked("relay", "secret", "nowhere").end()
    assert ended[0] == 3 and "there is no route 'nowhere'" in ended[1] and "Password" not in ended[1]
    ended = asked("relay", "secret", "direct").end()
    assert ended[0] == 7 and "has no user" in ended[1]
    assert ctl(scripted, "relay", "add", "plain", "mx.example").returncode == 0
    ended = asked("relay", "secret", "plain").end()
    assert ended[0] == 7 and "relay set plain --user USER" in ended[1]


def test_without_a_terminal(scripted):
    run = ctl(scripted, "relay", "secret", "home", start_new_session=True, input="hunter2\n")
    assert run.returncode == 2 and "--stdin" in run.stderr
    assert changes(scripted) == [], "what nobody called a secret is not read as one"


def test_standard_input_that_would_show_it(scripted):
    ours, theirs = os.openpty()
    run = subprocess.run([scripted["MAILSTACKCTL"], "relay", "secret", "home", "--stdin"], env=scripted, stdin=theirs,
                         capture_output=True, text=True, timeout=60)
    os.close(ours)
    os.close(theirs)
    assert run.returncode == 2 and "is a terminal" in run.stderr


# Another machine

def test_routes_of_another_machine(remote):
    assert ctl_json(remote, "-H", "mail.example.com", "relay", "list")["active"] == "direct"
    assert ctl_json(remote, "-H", "mail.example.com", "relay", "use", "home")["route"] == "home"


@pytest.mark.parametrize("arguments, there", [
    (["secret", "home"], "Run it there instead: ssh -t mail.example.com mailstackctl relay secret home\n"),
    (["secret", "home", "--stdin"], "Run it there instead: ssh mail.example.com mailstackctl relay secret home --stdin < FILE\n"),
    (["add", "new", "mx.example", "--user", "x", "--secret-stdin"],
     "Leave --secret-stdin away, and then run there: ssh mail.example.com mailstackctl relay secret new --stdin < FILE\n")])
def test_a_secret_for_another_machine_says_what_works_instead(remote, arguments, there):
    run = ctl(remote, "-H", "mail.example.com", "relay", *arguments, input="hunter2\n")
    assert run.returncode == 2
    assert "does not cross ssh" in run.stderr and run.stderr.endswith("\n" + there)
    assert not pathlib.Path(remote["SSH_CALLS"]).exists(), "and does not connect first"
