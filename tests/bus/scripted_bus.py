# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A bus of its own with scripted_mailstackd.py on it, and mailstackctl there: fixtures for test_client_scripted.py and
test_client_routes.py, which import them.
"""

import json
import os
import pathlib
import select
import subprocess
import sys
import time

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
COMPLETION = SOURCE / "client/cli/mailstackctl.bash-completion"
BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow own="*"/><allow receive_sender="*"/></policy></busconfig>
"""


def wait_until(condition, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def empty_bus(tmp_path_factory, program):
    """A bus of its own, as an environment for whoever shall use it; MAILSTACKCTL is the program."""
    directory = tmp_path_factory.mktemp("bus")
    socket, configuration = directory / "socket", directory / "bus.conf"
    configuration.write_text(BUS_CONFIGURATION.format(socket=socket))
    bus = subprocess.Popen(["dbus-daemon", "--nofork", f"--config-file={configuration}"])
    wait_until(socket.exists, "the bus listens")
    yield {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={socket}", "LC_ALL": "C.UTF-8", "MAILSTACKCTL": program}
    bus.terminate()
    bus.wait()


@pytest.fixture
def scripted(empty_bus, request, tmp_path):
    """The same with the scripted service on it, which tells its calls in the file SCRIPTED_CALLS."""
    calls = {"SCRIPTED_CALLS": str(tmp_path / "scripted-calls")}
    service = subprocess.Popen([sys.executable, SOURCE / "tests/bus/scripted_mailstackd.py", SOURCE / "dbus-interfaces"],
                               env={**empty_bus, **calls, **getattr(request, "param", {})})
    wait_until(lambda: b"org.mailstack1" in subprocess.run(["busctl", "list"], env=empty_bus, capture_output=True,
                                                           check=True).stdout, "the service has its name")
    yield {**empty_bus, **calls}
    service.terminate()
    service.wait()


def ctl(environment, *arguments, **options):
    return subprocess.run([environment["MAILSTACKCTL"], *arguments], env=environment, capture_output=True, text=True, timeout=60, **options)


def ctl_json(environment, *arguments, **options):
    run = ctl(environment, "--json", *arguments, **options)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def read_lines(stream, count, seconds=20):
    """The next `count` lines of a pipe; fails when they do not come in time."""
    text = b""
    deadline = time.monotonic() + seconds
    while text.count(b"\n") < count:
        assert select.select([stream], [], [], max(0, deadline - time.monotonic()))[0], f"only came: {text!r}"
        chunk = os.read(stream.fileno(), 4096)
        assert chunk, f"ended after: {text!r}"
        text += chunk
    return text.decode().splitlines()


@pytest.fixture
def remote(scripted, tmp_path):
    """`ssh` is a program that runs what it is told here: all of the way but the network (and the other machine's own bus)."""
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\necho "$*" >> "$SSH_CALLS"\nwhile [ "$1" != systemd-stdio-bridge ]; do shift; done\n'
                   'exec "$@" --bus-path="$DBUS_SYSTEM_BUS_ADDRESS"\n')
    ssh.chmod(0o755)
    return {**scripted, "PATH": f"{tmp_path}:{os.environ['PATH']}", "SSH_CALLS": str(tmp_path / "calls")}


def complete(environment, line):
    """What bash offers for `line`, the cursor at its end."""
    script = f"""source {COMPLETION}
        COMP_LINE=$1 COMP_POINT=${{#1}} COMP_WORDBREAKS=" @=:"  # as bash breaks it: a : @ or = is a word of its own
        read -ra COMP_WORDS <<< "$(sed 's/[:@=]/ & /g' <<< "$1")"; [[ $1 == *' ' ]] && COMP_WORDS+=("")
        COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); _mailstackctl; printf '%s\\n' "${{COMPREPLY[@]}}" """
    path = f"{os.path.dirname(environment['MAILSTACKCTL'])}:{os.environ['PATH']}"
    run = subprocess.run(["bash", "-c", script, "bash", line], env={**environment, "PATH": path}, capture_output=True, text=True,
                         check=True, timeout=60)
    assert run.stderr == ""
    return run.stdout.split()
