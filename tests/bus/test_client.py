# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mailstackctl against the real daemon in a sandbox, with a real sendmail and a mock polkit: every verb, as several users.

Exit statuses and output that need a fault on the other side: test_client_scripted.py.
"""

import json
import pathlib
import re
import signal
import subprocess

import pytest
from sandbox import STRANGER, Sandbox, wait_until


@pytest.fixture(scope="module")
def sandbox(daemon):
    made = Sandbox(daemon, aliases="postmaster: root\nsales: alice\n")
    yield made
    made.close()


def test_an_alias_from_add_to_remove(sandbox, ctl, ctl_json):
    before = ctl_json("status")["generation"]
    assert ctl_json("alias", "add", "team", "alice", "bob@example.com") == {"generation": before + 1, "live": True}
    assert sandbox.lookup("team") == "alice, bob@example.com"
    assert ctl("alias", "get", "team").stdout == "alice\nbob@example.com\n"
    assert ctl("alias", "set", "team", "carol").stdout == f"team: live as generation {before + 2}\n"
    assert sandbox.lookup("team") == "carol"
    assert {"name": "team", "recipients": ["carol"]} == ctl_json("alias", "get", "TEAM") | {"name": "team"}
    assert "team" in ctl("alias", "list", "--names").stdout.splitlines()
    assert ctl_json("alias", "remove", "team")["generation"] == before + 3
    assert sandbox.lookup("team") is None
    assert ctl("alias", "get", "team").returncode == 3


def test_what_cannot_be_has_its_exit_status(sandbox, ctl):
    text = sandbox.aliases.read_bytes()
    assert ctl("alias", "remove", "nobody-has-this").returncode == 3
    assert ctl("alias", "add", "sales", "somebody-else").returncode == 8
    assert ctl("alias", "add", "sales", "alice").returncode == 0, "the same again is no change"
    assert ctl("alias", "add", "bad name\n", "alice").returncode == 7
    refused = ctl("alias", "add", "fine", 'an "open quote')
    assert refused.returncode == 7 and 'an "open quote' in refused.stderr
    assert ctl("alias", "set", "loop", "loop").returncode == 7
    assert sandbox.aliases.read_bytes() == text


def test_a_user_who_was_not_granted_it(sandbox, ctl):
    sandbox.answers("no", read="yes")
    assert ctl("alias", "list", uid=STRANGER).returncode == 0
    denied = ctl("alias", "add", "mine", "alice", uid=STRANGER)
    assert denied.returncode == 4
    assert "'org.mailstack1.manage-aliases' with a rule in" in denied.stderr
    denied = ctl("alias", "add", "mine", "|/bin/prog", uid=STRANGER)
    assert denied.returncode == 4
    assert sandbox.lookup("mine") is None


def test_whether_a_dialog_may_be_shown_is_up_to_the_user(sandbox, ctl):
    sandbox.answers("challenge", read="yes")
    denied = ctl("--no-ask-password", "alias", "add", "asked", "alice", uid=STRANGER)
    assert denied.returncode == 4
    assert "without --no-ask-password" in denied.stderr
    assert sandbox.lookup("asked") is None
    assert ctl("alias", "add", "asked", "alice", uid=STRANGER).returncode == 0
    assert sandbox.lookup("asked") == "alice"


def test_status_tells_what_is_so(sandbox, ctl, ctl_json):
    sandbox.answers("no", read="yes", manage_aliases="challenge")
    status = ctl_json("status", uid=STRANGER)
    assert status["state"] == "running" and status["mta_state"] == "running"
    assert status["generation"] == status["live_generation"]
    assert status["aliases"] == len(ctl_json("alias", "list"))
    assert status["permissions"]["org.mailstack1.read"] == "yes"
    assert status["permissions"]["org.mailstack1.manage-aliases"] == "challenge"
    assert status["permissions"]["org.mailstack1.restart"] == "no"
    text = ctl("status").stdout
    assert text.startswith(f"mailstackd {status['version']}, running\n")
    assert re.search(r"^  restart +yes$", text, re.MULTILINE), text


def test_hand_edits_are_told_and_made_live(sandbox, ctl, ctl_json):
    with open(sandbox.aliases, "a", encoding="utf-8") as text:
        text.write("byhand: alice\nsales: twice\n")
    status = ctl_json("status")
    assert [pathlib.Path(path).name for path in status["drifted"]] == ["aliases"]
    assert [problem for problem in status["problems"] if "sales" in problem["message"] and problem["other_line"]]
    assert sandbox.lookup("byhand") is None, "a status publishes nothing"
    assert ctl("reload").returncode == 0
    assert sandbox.lookup("byhand") == "alice"
    assert ctl_json("status")["drifted"] == []
    sandbox.aliases.write_text(sandbox.aliases.read_text().replace("sales: twice\n", ""))
    assert ctl("reload").returncode == 0


def test_restart(ctl_json):
    assert ctl_json("restart")["live"] is True


def test_import_and_its_conflicts(sandbox, ctl, ctl_json, tmp_path):
    text = "".join(f"import{number}: alice, bob{number}@example.com\n" for number in range(3000))
    file = tmp_path / "aliases"
    file.write_text("# a comment\n" + text)
    first = ctl_json("alias", "import", str(file))
    assert (first["added"], first["replaced"], first["kept"], first["live"]) == (3000, 0, 0, True)
    assert sandbox.lookup("import2999") == "alice, bob2999@example.com"
    listed = ctl_json("alias", "list", "import")
    assert len(listed) == 3000
    assert {alias["name"]: alias["recipients"] for alias in listed}["import7"] == ["alice", "bob7@example.com"]
    other = "import1: carol\nimport-new: dave\n"
    failed = ctl("alias", "import", "-", input=other)
    assert failed.returncode == 8 and "import1" in failed.stderr
    assert sandbox.lookup("import-new") is None, "all or none"
    kept = ctl_json("alias", "import", "-", "--on-conflict", "keep", input=other)
    assert (kept["added"], kept["replaced"], kept["kept"]) == (1, 0, 1)
    replaced = ctl_json("alias", "import", "-", "--on-conflict", "replace", input=other)
    assert (replaced["added"], replaced["replaced"], replaced["kept"]) == (0, 1, 1)
    assert sandbox.lookup("import1") == "carol"
    assert ctl("alias", "import", "-", input="no colon here\n").returncode == 7


def test_what_is_no_utf8_in_the_file_is_shown_escaped(sandbox, ctl, ctl_json):
    with open(sandbox.aliases, "ab") as text:
        text.write(b"caf\xe9: alice\ncafe: \"andr\xe9\"\n")
    assert ctl("reload").returncode == 0
    assert sorted(ctl("alias", "list", "caf", "--names").stdout.split()) == ["caf\\xe9", "cafe"]
    assert ctl_json("alias", "get", "cafe")["recipients"] == ['"andr\\xe9"']


def test_monitor_sees_a_change(sandbox, program, ctl):
    child = subprocess.Popen([program, "--json", "monitor"], env=sandbox.environment, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    try:
        assert child.stderr.readline().startswith("watching mailstackd ")
        assert ctl("alias", "add", "watched", "alice").returncode == 0
        seen = {}
        while not {"Applied", "AliasesChanged", "PropertiesChanged"} <= seen.keys():
            line = json.loads(child.stdout.readline())
            seen.setdefault(line["signal"], line)
        assert seen["Applied"]["changes"] == ["AddAlias watched"]
        assert seen["AliasesChanged"]["names"] == ["watched"] and seen["AliasesChanged"]["more"] is False
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=20) == -signal.SIGINT
    finally:
        child.kill()
        child.communicate()


def test_without_an_mta_changes_are_written_and_the_status_says_so(daemon, program):
    alone = Sandbox(daemon, mta=False)
    try:
        done = subprocess.run([program, "--json", "alias", "add", "later", "alice"], env=alone.environment, capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 6, done.stderr
        answer = json.loads(done.stdout)
        assert answer["live"] is False and answer["generation"] == 1
        assert "later: alice" in alone.aliases.read_text()
        status = json.loads(subprocess.run([program, "--json", "status"], env=alone.environment, capture_output=True, check=True,
                                           timeout=60).stdout)
        assert (status["mta_state"], status["generation"]) == ("absent", 1)
    finally:
        alone.close()


def test_a_daemon_that_is_gone(daemon, program):
    gone = Sandbox(daemon)
    try:
        gone.stop_daemon()
        wait_until(lambda: not any("org.mailstack1" in line for line in gone.busctl("list").stdout.splitlines()), "it is gone")
        done = subprocess.run([program, "status"], env=gone.environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 5
        assert "systemctl start mailstackd" in done.stderr
    finally:
        gone.close()
