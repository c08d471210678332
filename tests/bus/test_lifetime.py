# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Beginning and end: settings, idle exit, SIGTERM under load, and what systemd is told."""

import fcntl
import os
import signal
import socket
import subprocess
import time

import pytest

from sandbox import DENIED, MANAGER, Sandbox, wait_until


@pytest.fixture
def own(daemon):
    made = Sandbox(daemon)
    yield made
    made.close()


def restart_with(sandbox, settings, **environment):
    sandbox.stop_daemon()
    (sandbox.root / "etc/mailstack/mailstackd.yaml").write_text(settings)
    sandbox.environment.update(environment)
    sandbox.start_daemon()


@pytest.mark.parametrize("settings, words", [
    ("idle-exit-second: 5\n", "line 1: unknown key 'idle-exit-second'"),
    ("dialog-seconds: 4\nidle-exit-seconds: soon\n", "line 2: idle-exit-seconds must be a number"),
    ("idle-exit-seconds: -1\n", "line 1"),
    ("- a\n- list\n", "line 1"),
    ("a: [\n", "line"),
])
def test_wrong_settings(own, settings, words):
    own.stop_daemon()
    (own.root / "etc/mailstack/mailstackd.yaml").write_text(settings)
    ended = subprocess.run([own.daemon_path, "--sandbox", own.root], env=own.environment, capture_output=True, text=True,
                           check=False, timeout=20)
    assert ended.returncode == 1
    assert "mailstackd.yaml" in ended.stderr and words in ended.stderr


def test_sigterm_finishes_what_is_under_way(own):
    own.answers("hang")
    own.stranger.start("AddAlias", "crew", ["alice"], signature="sas", interactive=True)
    wait_until(own.questions, "polkit is asked")
    pid_file = own.mail / "sendmail.pid"
    before = pid_file.stat().st_mtime_ns
    own.root_caller.start("Reload", interface=MANAGER)
    wait_until(lambda: pid_file.stat().st_mtime_ns != before, "the reload has begun; its proof is to come")
    assert own.stop_daemon() == 0
    assert "reply" in own.root_caller.finish()
    assert own.stranger.finish()["error"] == DENIED


def test_sendmail_ends_with_the_daemon(own):
    pid = own.sendmail_pid()
    own.stop_daemon()
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"), "sendmail's end", seconds=5)


def test_a_sendmail_that_a_killed_daemon_left_is_replaced(own):
    own.stop_daemon(signal.SIGKILL)
    own.start_daemon()
    assert own.root_caller.property(MANAGER, "MtaState") == "running"
    assert "reply" in own.root_caller.call("AddAlias", "crew", ["alice"], signature="sas")
    assert own.lookup("crew") == "alice"


def test_idle_exit(own):
    restart_with(own, "idle-exit-seconds: 1\n")
    begin = time.monotonic()
    while time.monotonic() - begin < 2.5:
        assert own.daemon.poll() is None
        assert "reply" in own.root_caller.call("GetAlias", "team", signature="s")
        time.sleep(0.1)
    assert own.daemon.wait(timeout=10) == 0


def test_no_idle_exit_while_somebody_waits(own):
    restart_with(own, "idle-exit-seconds: 1\ndialog-seconds: 60\n")
    own.answers("wait")
    own.stranger.start("AddAlias", "crew", ["alice"], signature="sas", interactive=True)
    wait_until(own.questions, "polkit is asked")
    with pytest.raises(subprocess.TimeoutExpired):
        own.daemon.wait(timeout=3)
    own.polkit("Release")
    assert "reply" in own.stranger.finish()


def test_no_call_is_lost_at_idle_exit(own):
    """Calls arrive all the time while the daemon leaves again and again: each is answered, or was never delivered."""
    restart_with(own, "idle-exit-seconds: 1\n")
    answered, undelivered = 0, 0
    for _ in range(4):
        quiet_until = time.monotonic() + 0.95
        while time.monotonic() < quiet_until:
            time.sleep(0.01)
        for _ in range(60):  # around the moment at which it leaves
            reply = own.root_caller.call("GetAlias", "team", signature="s", seconds=5)
            if reply.get("error") == "org.freedesktop.DBus.Error.ServiceUnknown":
                undelivered += 1
                break
            assert reply == {"reply": [["alice"]]}, reply
            answered += 1
        if own.daemon.poll() is not None or undelivered:
            own.daemon.wait(timeout=10)
            own.start_daemon()
            undelivered = 0
    assert answered


class Notified:
    """What systemd would hear."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(10)

    def next(self, word):
        while True:
            text = self.socket.recv(4096).decode()
            if text.startswith(word):
                return text


def test_what_systemd_is_told(own):
    notified = Notified(own.directory / "notify")
    restart_with(own, "idle-exit-seconds: 0\n", NOTIFY_SOCKET=str(own.directory / "notify"), WATCHDOG_USEC="900000")
    notified.next("READY=1")
    for _ in range(3):
        notified.next("WATCHDOG=1")
    own.daemon.send_signal(signal.SIGHUP)
    assert "MONOTONIC_USEC=" in notified.next("RELOADING=1")
    notified.next("READY=1")
    own.daemon.send_signal(signal.SIGTERM)
    notified.next("STOPPING=1")
    assert own.daemon.wait(timeout=10) == 0


def test_sighup_reads_the_settings_again(own):
    (own.root / "etc/mailstack/mailstackd.yaml").write_text("idle-exit-seconds: 1\n")
    own.daemon.send_signal(signal.SIGHUP)
    assert own.daemon.wait(timeout=10) == 0


def test_wrong_settings_at_sighup_change_nothing(own):
    (own.root / "etc/mailstack/mailstackd.yaml").write_text("nonsense: 1\n")
    own.daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: "unknown key 'nonsense'" in own.log_text(), "the complaint")
    assert "reply" in own.root_caller.call("GetAlias", "team", signature="s")


def test_a_second_daemon_is_refused(own):
    ended = subprocess.run([own.daemon_path, "--sandbox", own.root, "--sendmail", "/nonexistent"], env=own.environment,
                           capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode == 1
    assert "reply" in own.root_caller.call("GetAlias", "team", signature="s")


def test_the_bus_goes_away(own):
    own.bus.kill()
    assert own.daemon.wait(timeout=10) == 1


@pytest.mark.parametrize("member, arguments, more", [
    ("SetAlias", ["team", ["bob"]], {"signature": "sas"}),
    ("ImportAliases", [{}], {"descriptor": ["text", "one: alice\ntwo: bob\n"]}),
])
def test_the_bus_goes_away_while_a_call_is_under_way(own, member, arguments, more):
    """What the writer still has to say then is dropped while the connection is there to take the last answer."""
    with open(own.aliases, encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        own.root_caller.start(member, *arguments, **more)
        wait_until(lambda: own.daemon_has_open(own.aliases), "the writer waits for the lock")
        own.bus.kill()
        wait_until(lambda: "the connection to the bus is lost" in own.log_text(), "the end of the loop")
    assert own.daemon.wait(timeout=20) == 1
    assert "Sanitizer" not in own.log_text()


def test_recover_where_nothing_is_left(own):
    own.stop_daemon()
    ended = subprocess.run([own.daemon_path, "--sandbox", own.root, "--recover"], capture_output=True, text=True,
                           check=False, timeout=20)
    assert (ended.returncode, ended.stderr) == (0, "<6>nothing to recover\n")
