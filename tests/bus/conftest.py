# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run with: /usr/bin/python3 -m pytest tests/bus --daemon BUILD/daemon/mailstackd (or $MAILSTACKD)."""

import json
import os
import subprocess

import pytest

from sandbox import Sandbox


def pytest_addoption(parser):
    parser.addoption("--daemon", default=os.environ.get("MAILSTACKD", "build/daemon/mailstackd"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A failed test shows what the daemons of its sandboxes said."""
    report = (yield).get_result()
    if report.failed:
        for value in item.funcargs.values():
            if isinstance(value, Sandbox):
                report.sections.append(("mailstackd's log", value.log_text()[-6000:]))


@pytest.fixture(scope="session")
def daemon(request):
    path = os.path.abspath(request.config.getoption("--daemon"))
    if not os.access(path, os.X_OK):
        pytest.exit(f"{path} is not there: build it, or name it with --daemon", returncode=2)
    if os.geteuid() != 0:
        pytest.exit("these tests call as several users, so they need root", returncode=2)
    return path


@pytest.fixture(scope="session")
def program(request):
    """mailstackctl: $MAILSTACKCTL, or the one of the daemon's build directory."""
    built = os.path.dirname(os.path.dirname(os.path.abspath(request.config.getoption("--daemon"))))
    path = os.path.abspath(os.environ.get("MAILSTACKCTL", os.path.join(built, "client/cli/mailstackctl")))
    assert os.access(path, os.X_OK), f"{path} is not there: build it"
    return path


@pytest.fixture(scope="module")
def sandbox(daemon):
    made = Sandbox(daemon)
    yield made
    made.close()


@pytest.fixture
def ctl(sandbox, program):
    """Runs mailstackctl, as root unless another uid is given."""

    def run(*arguments, uid=0, **options):
        become = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"] if uid else []
        # A file of the build directory that only root can reach is opened here and run through its descriptor.
        with open(program, "rb") as file:
            return subprocess.run([*become, f"/proc/self/fd/{file.fileno()}", *arguments], env=sandbox.environment,
                                  pass_fds=[file.fileno()], capture_output=True, text=True, timeout=120, check=False, **options)

    return run


@pytest.fixture
def ctl_json(ctl):
    def run(*arguments, **options):
        done = ctl("--json", *arguments, **options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
