# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ten worked examples of mailstackctl(1) are run as they stand there, against the real daemon and the real procmail, by the
user whose recipes they are; then messages must go where the manual says, and others must not.

In the manual's source an example is the literal block after a comment line `Worked example: NAME`.
"""

import json
import pwd
import re
import shlex

import pytest
from sandbox import SOURCE, STRANGER, Sandbox

MANUAL = SOURCE / "client/cli/mailstackctl.1"
HOME = pwd.getpwuid(STRANGER).pw_dir
INBOX = [("mailbox", f"{HOME}/Maildir/")]


def examples():
    """By its name the command of each example, as a shell has it."""
    section = MANUAL.read_text(encoding="utf-8").partition(".Sh RECIPES: TEN WORKED EXAMPLES\n")[2].partition("\n.Sh ")[0]
    found = re.findall(r'^\.\\" Worked example: (\w+)\n\.Bd -literal -offset indent\n(.*?)^\.Ed$', section, re.DOTALL | re.MULTILINE)
    return {name: text.replace("\\e", "\\").replace("\\\n", "") for name, text in found}  # shlex knows no continued line


def message(body="Hello\n", **fields):
    fields = {"From": "carol@elsewhere.example", "To": "alice@example.org", "Subject": "Lunch", **fields}
    return "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items()) + "\n" + body


def folder(name):
    return [("folder", f"{HOME}/Maildir/.{name}/")]


PLAIN = (message(), "not-matched", INBOX)
LARGE = "x" * 1023 + "\n"
# The recipe's name; messages, what becomes of the recipe, and where each goes.
EXPECTED = {
    "list": ("lists-debian", [
        (message(List_Id="Users of Debian\n <debian-user.lists.debian.org>"), "matched", folder("Lists.debian")),
        (message(List_Id="<debian-devel.lists.debian.org>"), "not-matched", INBOX), PLAIN]),
    "junk": ("junk", [
        (message(X_Spam_Flag="YES"), "matched", folder("Junk")), (message(Subject="[spam] Buy"), "matched", folder("Junk")),
        (message(X_Spam_Flag="NO", Subject="spam"), "not-matched", INBOX), PLAIN]),
    "big": ("big", [(message(LARGE * 1024), "matched", folder("Big")), (message(LARGE * 1022), "not-matched", INBOX), PLAIN]),
    "away": ("away", [
        (message(), "matched", [("forward", "bob@example.com"), *INBOX]),
        (message(List_Id="<debian-user.lists.debian.org>"), "not-matched", INBOX)]),
    "boss": ("boss", [
        (message(From="The Boss <Boss@Example.com>"), "matched", INBOX), (message(From="boss@example.com"), "matched", INBOX),
        (message(From="notboss@example.com"), "not-matched", INBOX), (message(From="boss@example.com.test"), "not-matched", INBOX)]),
    "nuisance": ("discard-offers-shop.example", [
        (message(From="Offers <offers@shop.example>"), "matched", [("discard", "")]), PLAIN]),
    "others": ("others", [
        (message(To="friends@example.net"), "matched", folder("Others")), (message(To="x@example.net", Cc="Alice <alice@example.org>"), "not-matched", INBOX),
        (message(To="list@example.net", List_Id="<x.example.net>"), "not-matched", INBOX), PLAIN]),
    "detail": ("shopping", [
        (message(To="alice+shop@example.org"), "matched", folder("Shopping")), (message(Cc="alice+shop@example.org"), "matched", folder("Shopping")),
        (message(To="alice+shopping@example.org"), "not-matched", INBOX), PLAIN]),
    "tickets": ("tickets", [
        (message(Subject="[ticket #4711] Printer"), "matched", folder("Work.tickets")),
        (message(Subject="Re: [Ticket #4711] Printer"), "matched", folder("Work.tickets")),
        (message(Subject="About [ticket #4711]"), "not-matched", INBOX), (message(Subject="[ticket #x]"), "not-matched", INBOX)]),
    "program": ("support", [
        (message(To="Support <support@example.org>"), "matched", [("pipe", "/usr/bin/logger -t support")]),
        (message(To="support@example.organic"), "not-matched", INBOX), PLAIN]),
}


@pytest.fixture(scope="module")
def sandbox(daemon):
    made = Sandbox(daemon, local_mailer=None)
    yield made
    made.close()


def ways(told):
    """Where it goes, without what a sandbox says of its own local mailer, and without the place that is nowhere."""
    return [(one["way"], "" if one["way"] == "discard" else one["where"]) for one in told["deliveries"] if "local mailer" not in one["where"]]


def test_there_are_ten():
    assert list(examples()) == list(EXPECTED) and len(EXPECTED) == 10


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_does_what_the_manual_says(sandbox, ctl, name):
    sandbox.answers("yes")
    assert ctl("delivery", "set", "maildir", uid=STRANGER).returncode == 0
    words = shlex.split(examples()[name])
    assert words[0] == "mailstackctl"
    called, messages = EXPECTED[name]
    made = ctl(*words[1:], uid=STRANGER)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith(f"{called}: live as generation ")
    try:
        for text, outcome, goes in messages:
            run = ctl("--json", "recipe", "test", uid=STRANGER, input=text)
            assert run.returncode == 0, run.stderr
            told = json.loads(run.stdout)
            assert [(one["name"], one["outcome"]) for one in told["recipes"]] == [(called, outcome)], text[:200]
            assert ways(told) == goes, text[:200]
    finally:
        assert ctl("recipe", "remove", called, uid=STRANGER).returncode == 0


def test_all_of_them_stand_together(sandbox, ctl):
    """In the manual's order, the two that ask for it first."""
    sandbox.answers("yes")
    assert ctl("delivery", "set", "maildir", uid=STRANGER).returncode == 0
    for command in examples().values():
        assert ctl(*shlex.split(command)[1:], uid=STRANGER).returncode == 0
    names = ctl("recipe", "list", "--names", uid=STRANGER).stdout.split()
    assert names[:2] == ["boss", "away"] and sorted(names) == sorted(called for called, _ in EXPECTED.values())
    for command in examples().values():
        if "--first" not in command:
            assert ctl(*shlex.split(command)[1:], uid=STRANGER).returncode == 0, "the same again is no change"
    assert ctl("recipe", "list", "--names", uid=STRANGER).stdout.split() == names
    told = json.loads(ctl("--json", "recipe", "test", uid=STRANGER, input=message(From="boss@example.com", X_Spam_Flag="yes")).stdout)
    assert ways(told) == INBOX, "and the boss's mail is never junk"
    for name in names:
        assert ctl("recipe", "remove", name, uid=STRANGER).returncode == 0
