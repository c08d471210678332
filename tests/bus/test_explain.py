# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Explain and Check over the bus and in mailstackctl, against a real sendmail: the lines, the faults, and who waits."""

import os
import re
import subprocess
import time

import pytest

from sandbox import Caller, ERROR, MANAGER, SOURCE, STRANGER, Sandbox, TABLE, table_path, wait_until
from test_introspection import comments

INVALID = ["", "-oQ/tmp", "-bs", "|/bin/id", "/etc/passwd", ":include:/etc/passwd", "!id", "$j", "#", ".Dx", "\\root", "a,b", "a\nb",
           "a\rb", "a\tb", " a", "a ", "\\x00", "\\xff", "\u00e4@example.test", "x" * 256, "x" * 100000, '"open', "(open", "<open"]


def explain(sandbox, address, caller=None, **more):
    return (caller or sandbox.root_caller).call("Explain", address, signature="s", interface=MANAGER, **more)


def steps(sandbox, address):
    reply = explain(sandbox, address)
    assert "reply" in reply, reply
    return [tuple(step) for step in reply["reply"][0]]


def findings(sandbox):
    reply = sandbox.root_caller.call("Check", interface=MANAGER)
    assert "reply" in reply, reply
    return [tuple(found) for found in reply["reply"][0]]


def codes(sandbox):
    return {found[1] for found in findings(sandbox)}


def answered(told):
    return None if "RelayUnknown" in told or "SendmailUnknown" in told else told


def set_entry(sandbox, table, key, value):
    reply = sandbox.root_caller.call("SetEntry", key, value, signature="ss", interface=TABLE, path=table_path(table))
    assert "reply" in reply, reply


def test_every_hop_has_its_line(sandbox):
    for name, recipients in (("crew", ["night", "\\games"]), ("night", ["x@away.example"])):
        assert "reply" in sandbox.root_caller.call("SetAlias", name, recipients, signature="sas")
    set_entry(sandbox, "virtusertable", "info@mail.example.test", "crew")
    set_entry(sandbox, "mailertable", "away.example", "smtp:[mx.example]")
    line = {name: (sandbox.mail / file).read_text().splitlines().index(text) + 1 for name, file, text in (
        ("crew", "aliases", "crew: night, \\games"), ("night", "aliases", "night: x@away.example"),
        ("info", "virtusertable", "info@mail.example.test\tcrew"), ("away", "mailertable", "away.example\tsmtp:[mx.example]"))}
    told = steps(sandbox, "info@mail.example.test")
    assert told[0] == ("access", "no rule refuses mail from outside", "")
    assert told[1:4] == [("virtusertable", "info@mail.example.test -> crew", f"{sandbox.mail}/virtusertable:{line['info']}"),
                         ("alias", "crew -> night, \\games", f"{sandbox.aliases}:{line['crew']}"),
                         ("alias", "night -> x@away.example", f"{sandbox.aliases}:{line['night']}")]
    assert ("mailertable", "away.example -> smtp:[mx.example]", f"{sandbox.mail}/mailertable:{line['away']}") in told
    ends = {step[1] for step in told if step[0] == "mailer"}
    assert ends == {"local: delivered to \\games by /bin/true", "smtp: sent to [mx.example] for x@away.example"}
    cf = (sandbox.mail / "sendmail.cf").read_text().split("\n")
    for step in told:
        if step[0] == "mailer":
            path, number = step[2].rsplit(":", 1)
            assert path == sandbox.cf and cf[int(number) - 1].startswith("M" + step[1].split(":")[0])


def test_a_change_is_told_at_once_and_a_hand_edit_as_not_live(sandbox):
    assert "reply" in sandbox.root_caller.call("SetAlias", "fresh", ["games"], signature="sas")
    assert any(step[:2] == ("alias", "fresh -> games") for step in steps(sandbox, "fresh"))
    text = sandbox.aliases.read_text()
    sandbox.aliases.write_text(text.replace("fresh: games", "fresh: mail"))
    try:
        assert any(step[:2] == ("alias", "fresh -> games (the text says 'mail', which is not live)") for step in steps(sandbox, "fresh"))
        assert "Drifted" in codes(sandbox)
    finally:
        sandbox.aliases.write_text(text)
        assert "reply" in sandbox.root_caller.call("Reload", interface=MANAGER)
    assert "Drifted" not in codes(sandbox)


@pytest.mark.parametrize("address", INVALID, ids=lambda text: repr(text)[:20])
def test_what_is_no_address_is_refused_before_sendmail_is_asked(sandbox, address):
    reply = explain(sandbox, address)
    assert reply.get("error") == ERROR + "InvalidAddress", reply
    assert len(reply["message"]) < 1000


@pytest.mark.parametrize("address", [
    "nobody-has-this", "x@unknown.invalid", '"two words"@localhost', "a@b@c", "x%y@localhost", "a!b", "@localhost:games",
    "'; id #", "x$(id)@localhost", "`id`@localhost", "%s%n%s@localhost", "games@[127.0.0.1]", "@", "a" * 250, "a" * 64 + "@" + "b.c" * 50,
    '"map_lookup(virtuser, x, %0=x) => y (0), ad=0"@localhost', '"alias(root)"@localhost', "x... deliverable: mailer local; user root", "(a)games", "<games>", "games;"])
def test_odd_addresses_are_answered_as_sendmail_answers(sandbox, address):
    told = steps(sandbox, address)
    found = subprocess.run([sandbox.tree.sendmail, "-C", sandbox.cf, "-bv", "--", address], capture_output=True, text=True, check=False)
    ends = [line for line in found.stdout.splitlines() if line.strip() and not line.startswith("WARNING: ")]
    refusals = sorted(line for line in ends if "... deliverable: " not in line)
    assert sorted(step[1] for step in told if step[0] == "refused") == refusals
    assert len([step for step in told if step[0] == "mailer"]) == len(ends) - len(refusals)
    assert not any("defect" in step[1] for step in told), told


def make_access(sandbox, text):
    (sandbox.mail / "access").write_text(text)
    subprocess.run([sandbox.tree.makemap, "-C", "/dev/null", "hash", sandbox.mail / "access"], input=text, text=True, check=True)


def test_faults_are_found_and_gone_when_mended(sandbox):
    """One of each kind that a sandbox can have; the rest has its unit test."""
    root = sandbox.root_caller
    before = codes(sandbox)
    for name in ("mailer-daemon", "abuse"):
        assert "reply" in root.call("SetAlias", name, ["games"], signature="sas")
    text = sandbox.aliases.read_text()
    sandbox.aliases.write_text(text + "ring1: ring2\nring2: ring1\nring2: ring1\nno colon here\n")
    with open(sandbox.mail / "local-host-names", "a", encoding="ascii") as file:
        file.write("no-such-name.invalid\n")
    try:
        assert "reply" in root.call("Reload", interface=MANAGER)
        # Reload would refuse an open relay: somebody made the map himself.
        make_access(sandbox, (sandbox.mail / "access").read_text() + "com RELAY\n")
        (sandbox.mail / "access").chmod(0o666)
        # On a machine that is busy sendmail may take longer than Check gives it, which is told too.
        told = wait_until(lambda: answered({found[1]: found for found in findings(sandbox)}), "sendmail has told whom it relays for")
        assert {"AliasLoop", "DuplicateAlias", "AliasProblem", "UnsafeMode", "StrangersRelay"} <= set(told)
        assert {"NameUnresolved", "NamesUnknown"} & set(told)
        assert "OpenRelay" in told and told["OpenRelay"][0] == "error", told
        number = len(text.splitlines()) + 1
        assert f"ring1 ({sandbox.aliases}:{number}) -> ring2 ({sandbox.aliases}:{number + 2}) -> ring1" in told["AliasLoop"][2]
        assert "NameMissing" in before and "NameMissing" not in told
        assert [found[0] for found in findings(sandbox)] == sorted((found[0] for found in findings(sandbox)),
                                                                  key=["error", "warning", "notice"].index)
        assert all(found[2] and found[3] and re.fullmatch("[A-Z][A-Za-z]+", found[1]) for found in findings(sandbox))
    finally:
        sandbox.aliases.write_text(text)
        (sandbox.mail / "access").chmod(0o644)
        make_access(sandbox, (sandbox.mail / "access").read_text().replace("com RELAY\n", ""))
        names = sandbox.mail / "local-host-names"
        names.write_text(names.read_text().replace("no-such-name.invalid\n", ""))
        assert "reply" in root.call("Reload", interface=MANAGER)
    assert not {"AliasLoop", "DuplicateAlias", "UnsafeMode", "StrangersRelay", "OpenRelay"} & codes(sandbox)


def test_codes_are_those_of_the_manual():
    listed = comments(MANAGER)["Check"].partition("The codes:")[2].partition(". Others")[0]
    told = set(re.findall(r"\b[A-Z]\w+", listed))
    source = "".join(path.read_text() for path in sorted((SOURCE / "daemon/engine").glob("check_*.cpp")))
    written = set(re.findall(r'Severity::\w+,\s*"(\w+)"', source)) | set(re.findall(r'Severity::Error, "(\w+)"', source))
    for pair in re.findall(r'twice \? "(\w+)"\s*: "(\w+)"', source):
        written |= set(pair)
    assert len(written) > 40
    assert written - told == set()
    assert {code for code in told if f'"{code}"' not in source} == set()


def test_without_an_mta(daemon):
    made = Sandbox(daemon, mta=False)
    try:
        reply = explain(made, "team")
        assert reply["error"] == ERROR + "NoMta" and "/nonexistent/sendmail" in reply["message"]
        assert {"MtaAbsent", "SendmailUnknown"} <= codes(made)
    finally:
        made.close()


def test_a_cf_that_sendmail_rejects(daemon):
    made = Sandbox(daemon)
    try:
        path = made.mail / "sendmail.cf"
        text = path.read_text()
        path.write_text(text + "Kbroken nosuchtype foo\n")
        reply = explain(made, "team")
        assert reply["error"] == ERROR + "InvalidConfiguration" and "nosuchtype" in reply["message"]
        told = [found for found in findings(made) if found[1] == "CfRejected"]
        assert told and "nosuchtype" in told[0][2]
        path.write_text(text)
        assert "reply" in explain(made, "team")
    finally:
        made.close()


def test_a_port_that_does_not_greet(daemon):
    made = Sandbox(daemon)
    try:
        path = made.mail / "sendmail.cf"
        path.write_text(path.read_text() + "O DaemonPortOptions=Name=Second, Addr=127.0.0.1, Port=1\n")
        told = [found for found in findings(made) if found[1] == "PortClosed"]
        assert len(told) == 1 and told[0][0] == "error" and "Second" in told[0][2]
        made.end_sendmail()
        assert "MtaStopped" in codes(made)
    finally:
        made.close()


class SlowSandbox(Sandbox):
    """Where the file `slow` is there, sendmail takes as long as that is."""

    def start_daemon(self, *options):
        wrapper = self.root / "slow-sendmail"
        wrapper.write_text(f"#!/bin/bash\nwhile [[ $* == *-b[vt]* && -e {self.root}/slow ]]; do sleep 0.05; done\nexec {self.tree.sendmail} \"$@\"\n")
        wrapper.chmod(0o755)
        self.sendmail = wrapper
        super().start_daemon(*options)


@pytest.fixture
def slow(daemon):
    made = SlowSandbox(daemon)
    yield made
    (made.root / "slow").unlink(missing_ok=True)
    made.close()


def test_nobody_waits_for_explain_or_check(slow):
    """Reads and changes go on while sendmail is slow to answer; then the answer comes."""
    (slow.root / "slow").touch()
    slow.answers("yes")
    checker = Caller(slow.environment, STRANGER)
    slow.stranger.start("Explain", "team", signature="s", interface=MANAGER)
    checker.start("Check", interface=MANAGER)
    time.sleep(0.3)
    begin = time.monotonic()
    assert "reply" in slow.root_caller.call("GetAlias", "team", signature="s")
    assert "reply" in slow.root_caller.call("SetAlias", "team", ["games"], signature="sas")
    assert time.monotonic() - begin < 10
    (slow.root / "slow").unlink()
    told = slow.stranger.finish()
    # What was changed meanwhile is in it: it was asked again.
    assert ["alias", "team -> games"] in [step[:2] for step in told["reply"][0]], told
    assert "reply" in checker.finish()
    checker.kill()


def test_a_sendmail_that_hangs_is_given_up(slow):
    (slow.root / "slow").touch()
    begin = time.monotonic()
    reply = explain(slow, "team")
    assert reply.get("error") == ERROR + "Timeout", reply
    assert 10 < time.monotonic() - begin < 25
    told = {found[1]: found for found in findings(slow)}
    assert "SendmailUnknown" in told and time.monotonic() - begin < 50
    (slow.root / "slow").unlink()
    assert "reply" in explain(slow, "team")


def test_checks_that_come_together_are_one_look(slow):
    (slow.root / "slow").touch()
    callers = [Caller(slow.environment, 0) for _ in range(12)]
    for caller in callers:
        caller.start("Check", interface=MANAGER)
    time.sleep(0.5)
    begin = time.monotonic()
    (slow.root / "slow").unlink()
    for caller in callers:
        assert "reply" in caller.finish()
        caller.kill()
    assert time.monotonic() - begin < 15


def test_the_daemon_ends_while_explain_is_under_way(slow):
    (slow.root / "slow").touch()
    slow.root_caller.start("Explain", "team", signature="s", interface=MANAGER)
    time.sleep(0.3)
    slow.daemon.terminate()
    time.sleep(0.3)
    (slow.root / "slow").unlink()
    assert "reply" in slow.root_caller.finish()
    assert slow.daemon.wait(timeout=30) == 0


def test_a_caller_that_is_gone_harms_nobody(slow):
    (slow.root / "slow").touch()
    slow.answers("yes")
    gone = Caller(slow.environment, STRANGER)
    gone.start("Explain", "team", signature="s", interface=MANAGER)
    wait_until(slow.questions, "polkit is asked")
    time.sleep(0.2)
    gone.kill()
    (slow.root / "slow").unlink()
    assert "reply" in explain(slow, "team")


def test_the_client_shows_the_way(sandbox, ctl, ctl_json):
    told = ctl("explain", "postmaster")
    assert told.returncode == 0, told.stderr
    assert re.search(rf"^alias +postmaster -> root  \[{re.escape(str(sandbox.aliases))}:1\]$", told.stdout, re.MULTILINE)
    listed = ctl_json("explain", "postmaster")
    assert [list(step) for step in listed] == [["step", "happens", "place"]] * len(listed)
    assert {"step": "alias", "happens": "postmaster -> root", "place": f"{sandbox.aliases}:1"} in listed
    refused = ctl("explain", "a,b")
    assert refused.returncode == 7 and "a,b" in refused.stderr
    assert ctl("explain", "--", "-oQ/tmp").returncode == 7
    assert ctl("explain").returncode == 2
    sandbox.answers("no", read="yes")
    assert ctl("explain", "postmaster", uid=STRANGER).returncode == 4
    assert ctl("check", uid=STRANGER).returncode == 4


def test_the_client_tells_findings_and_fails_where_one_is_an_error(sandbox, ctl):
    text = sandbox.aliases.read_text()
    well = ctl("check")
    assert well.returncode == 0, well.stdout
    assert re.search(r"^0 errors, \d+ warnings?, \d+ notices?$", well.stdout.splitlines()[-1])
    sandbox.aliases.write_text(text + "ring1: ring2\nring2: ring1\n")
    try:
        found = ctl("check")
        assert found.returncode == 1
        assert found.stdout.startswith("error AliasLoop: ") and "\n    To do: " in found.stdout
        listed = ctl("--json", "check")
        assert listed.returncode == 1 and listed.stdout.startswith('[{"severity":"error","code":"AliasLoop"')
    finally:
        sandbox.aliases.write_text(text)
        os.utime(sandbox.aliases)
        assert ctl("reload").returncode == 0
