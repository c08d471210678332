# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The deploy hook for certbot: what it hands over, what it passes over, and how it tells what failed.

It runs as certbot runs it: by sh, with RENEWED_LINEAGE and RENEWED_DOMAINS. tests/system has it run by a real certbot.
"""

import json
import os
import pathlib
import subprocess

import pytest
from scripted_bus import SOURCE, empty_bus, scripted

TEMPLATE = SOURCE / "client/certbot/deploy-hook.in"


@pytest.fixture
def lineage(tmp_path):
    """As certbot lays it out: links into its archive. The name holds what a shell would take apart."""
    archive, live = tmp_path / "archive", tmp_path / "live/mail.example.org $(touch pwned) *"
    archive.mkdir()
    live.mkdir(parents=True)
    for name, text in (("fullchain", "a chain"), ("privkey", "a key"), ("cert", "a leaf"), ("chain", "an issuer")):
        (archive / (name + "1.pem")).write_text(text)
        (live / (name + ".pem")).symlink_to(f"../../archive/{name}1.pem")
    return live


def hook(directory, mailstackctl):
    """The hook that runs `mailstackctl`, in a file."""
    path = directory / "deploy-hook"
    path.write_text(TEMPLATE.read_text(encoding="utf-8").replace("@mailstackctl@", str(mailstackctl)), encoding="utf-8")
    path.chmod(0o755)
    return path


def stand_in(directory, status):
    """A mailstackctl that notes its arguments and ends so."""
    path = directory / "mailstackctl"
    path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {directory}/arguments\necho "made up: no" >&2\nexit {status}\n')
    path.chmod(0o755)
    return path


def deploy(path, lineage, environment=None, **more):
    return subprocess.run(["/bin/sh", "-c", str(path)], capture_output=True, text=True, timeout=60, cwd=path.parent, check=False,
                          env={**(environment or {"PATH": "/nonexistent"}), "RENEWED_LINEAGE": str(lineage),
                               "RENEWED_DOMAINS": "mail.example.org example.org", **more})


def test_it_hands_over_the_chain_and_the_key_as_they_are(tmp_path, lineage):
    run = deploy(hook(tmp_path, stand_in(tmp_path, 0)), lineage)
    assert (run.returncode, run.stdout) == (0, "")
    assert (tmp_path / "arguments").read_text().splitlines() == [
        "--no-ask-password", "cert", "install", f"{lineage}/fullchain.pem", f"{lineage}/privkey.pem"]
    assert not (tmp_path / "pwned").exists()


def test_a_certificate_of_another_machine_is_passed_over(tmp_path, lineage):
    run = deploy(hook(tmp_path, stand_in(tmp_path, 12)), lineage)
    assert run.returncode == 0
    assert run.stderr == f"made up: no\nmailstack: {lineage} is for no name of this machine's mail, and is passed over\n"


@pytest.mark.parametrize("status", [*range(1, 12), 13, 70, 126, 127, 139])
def test_every_other_failure_is_one(tmp_path, lineage, status):
    run = deploy(hook(tmp_path, stand_in(tmp_path, status)), lineage)
    assert run.returncode == status
    assert run.stderr.startswith("made up: no\n") and "was not installed" in run.stderr
    assert f"mailstackctl cert install {lineage}/fullchain.pem {lineage}/privkey.pem\n" in run.stderr


def test_no_program_is_a_failure(tmp_path, lineage):
    assert deploy(hook(tmp_path, tmp_path / "missing"), lineage).returncode == 127


@pytest.mark.parametrize("wrong", ["", "live/mail.example.org", "-x", "--help"])
def test_without_a_lineage_nobody_is_asked(tmp_path, wrong):
    path = hook(tmp_path, stand_in(tmp_path, 0))
    run = deploy(path, wrong)
    assert run.returncode == 2 and "RENEWED_LINEAGE=/etc/letsencrypt/live/NAME" in run.stderr
    assert subprocess.run([path], env={}, capture_output=True, check=False).returncode == 2, "nor where there is no such variable"
    assert not (tmp_path / "arguments").exists()


def test_nothing_is_looked_for_in_path(tmp_path, lineage):
    """Whoever could name a directory there would be root."""
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("mailstackctl", "echo", "test", "[", "printf", "cat", "exit"):
        (trap / name).write_text(f"#!/bin/sh\n: > {tmp_path}/trapped\n")
        (trap / name).chmod(0o755)
    for status in (0, 1, 12):
        deploy(hook(tmp_path, stand_in(tmp_path, status)), lineage, PATH=str(trap))
    assert not (tmp_path / "trapped").exists()


def test_what_is_installed_names_the_program_by_its_full_path():
    built = pathlib.Path(os.environ.get("MAILSTACK_BUILD", SOURCE / "build")) / "client/certbot/certbot-deploy-hook"
    if not built.exists():
        pytest.skip("no build directory is named in $MAILSTACK_BUILD")
    text = built.read_text(encoding="utf-8")
    assert "@" not in text and "\n/usr/" in text and "bin/mailstackctl --no-ask-password cert install " in text


@pytest.mark.parametrize("chain, status", [("a chain", 0), ("error:NameMismatch", 0), ("error:KeyMismatch", 7), ("error:MtaFailed", 10)])
def test_with_the_real_program(scripted, tmp_path, lineage, chain, status):
    (lineage / "fullchain.pem").write_text(chain)
    run = deploy(hook(tmp_path, scripted["MAILSTACKCTL"]), lineage, scripted)
    assert run.returncode == status, run.stderr
    assert ("passed over" in run.stderr) == (chain == "error:NameMismatch")
    assert json.loads(pathlib.Path(scripted["SCRIPTED_CALLS"]).read_text()) == ["InstallCert", chain, "a key"]


def test_without_a_daemon_it_fails(empty_bus, tmp_path, lineage):
    assert deploy(hook(tmp_path, empty_bus["MAILSTACKCTL"]), lineage, empty_bus).returncode == 5
