# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Conditions and recipes against a real procmail, as an ordinary user: what it answers is what they mean, and whatever fails loses no
message."""

import argparse
import os
import re
import shutil
import subprocess

import pytest

import recipe_generator
from test_aliases import directory, helper  # noqa: F401 (a fixture)

NOBODY = 65534
ACCOUNT, OWN_NAME = "alice", "mail.example.org"


def lines_of(conditions):
    """The lines that mailstack writes for each; nothing is refused."""
    told = subprocess.run([helper("recipe-rc")], input=b"".join(c.text + b"\n" for c in conditions), capture_output=True, check=True).stdout
    blocks = told.split(b"\n\n")
    assert blocks.pop() == b"" and len(blocks) == len(conditions)
    assert not [block for block in blocks if block.startswith(b"error")], told
    return blocks


def procmail(place, rc, octets, seconds=20):
    (place / "rc").write_bytes(rc)
    return subprocess.run(["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "procmail", "./rc"], input=octets, cwd=place,
                          capture_output=True, env={"PATH": "/usr/bin:/bin"}, timeout=seconds, check=False)


def answers(place, blocks, message):
    """The numbers of the conditions that hold, as procmail says."""
    rc = b"LINEBUF=32768\nDEFAULT=/dev/null\nORGMAIL=/dev/null\nLOGABSTRACT=no\n"
    for number, block in enumerate(blocks):
        rc += b":0\n" + block + b'\n{ LOG="holds %d\n" }\n' % number
    told = procmail(place, rc, message.octets).stderr
    assert b"Invalid regexp" not in told and b"procmail:" not in told, told[-2000:]
    return {int(number) for number in re.findall(rb"^holds (\d+)$", told, re.MULTILINE)}


@pytest.mark.parametrize("seed", [1, 20261123, int(os.environ.get("MAILSTACK_SEED", "6"))])
def test_procmail_answers_what_the_conditions_mean(directory, seed):  # noqa: F811
    place = directory / f"conditions-{seed}"
    place.mkdir()
    for each in (directory, place):
        each.chmod(0o755)
    conditions, messages = recipe_generator.generated(seed, 250, 40)
    blocks = lines_of(conditions)
    held = pairs = 0
    for message in messages:
        holds = answers(place, blocks, message)
        for number, condition in enumerate(conditions):
            assert (number in holds) == condition.holds(message), (condition.text, blocks[number], message.octets)
            held += number in holds and not condition.negated
            pairs += 1
    assert pairs >= 3000 and held >= pairs / 50, (pairs, held)
    print(f"seed {seed}: {pairs} pairs, {held} of them held")


# Repetitions of repetitions, which the generator leaves out: on long values Python's own would not end.
NESTED = [(b"(ab*)*c", b"abbabc", True), (b"^(ab*)*$", b"abbabc", False), (b"^((ab)+c?)+$", b"ababcab", True), (b"^((ab)+c)+$", b"ababcab", False),
          (b"(\\^\\^*)*}", b"a" + b"^" * 200, False), (b"^(a+)+$", b"a" * 200, True), (b"^(a+)+$", b"a" * 200 + b"b", False),
          (b"^(.+,)+$", b"a,b,c," * 50, True), (b"^((a|b)+(c|d)*)+e", b"abcdab" * 30 + b"e", True)]


def test_a_repetition_of_repetitions_ends(directory):  # noqa: F811
    place = directory / "nested"
    place.mkdir()
    for each in (directory, place):
        each.chmod(0o755)
    blocks = lines_of([argparse.Namespace(text=b"header Subject matches " + expression) for expression, _, _ in NESTED])
    for number, (expression, value, expected) in enumerate(NESTED):
        message = argparse.Namespace(octets=b"From a@b.example Mon Jan  5 00:00:00 2026\nSubject: " + value + b"\n\n")
        assert (number in answers(place, blocks, message)) == expected, (expression, value)


MESSAGE = (b"From bob@far.example Mon Jan  5 00:00:00 2026\nFrom: Bob <bob@far.example>\nTo: alice@example.org\nSubject: hello\n"
           b"List-Id: <debian-user.lists.debian.org>\n\nthe body\n")
SENDMAIL = "#!/bin/sh\nprintf '%s\\n' \"$@\" >> \"$HOME/sent.to\"\ncat >> \"$HOME/sent\"\nexit {status}\n"


def delivered(directory, name, recipes, machine="maildir", message=MESSAGE, sendmail=0, home="home"):  # noqa: F811
    """What there is below HOME after the message came: {path without the unique name: octets}."""
    place = directory / name
    shutil.rmtree(place, ignore_errors=True)
    (place / home).mkdir(parents=True)
    for each in (directory, place):
        each.chmod(0o755)
    os.chown(place / home, NOBODY, NOBODY)
    rc = subprocess.run([helper("recipe-rc"), ACCOUNT, OWN_NAME, machine], input=recipes, capture_output=True, check=True).stdout
    (place / "alice.rc").write_bytes(rc)
    (place / "sendmail").write_text(SENDMAIL.format(status=sendmail))
    (place / "sendmail").chmod(0o755)
    default = {"maildir": "$HOME/Maildir/", "mbox": "$HOME/inbox", "": "$HOME/inbox"}[machine]
    outer = f"HOME='{place / home}'\n" f'SENDMAIL={place}/sendmail\nORGMAIL="$HOME/orgmail"\nDEFAULT="{default}"\nINCLUDERC={place}/alice.rc\n'
    told = procmail(place, outer.encode(), message)
    assert told.returncode == 0 and b"Invalid" not in told.stderr and b"Skipped" not in told.stderr and b"Extraneous" not in told.stderr, told.stderr
    found = {}
    for path in sorted((place / home).rglob("*")):
        if path.is_file():
            key = str(path.relative_to(place / home))
            found[re.sub(r"/new/[^/]*$", "/", key)] = path.read_bytes()
    return found


def yaml(*recipes):
    return b"recipes:\n" + b"".join(b"  r%d: {%s}\n" % (number, each) for number, each in enumerate(recipes))


LIST, OTHER = b'when: "list equals debian-user.lists.debian.org"', b'when: "header Subject equals bye"'
BIN_FALSE, BIN_TRUE = b"when: program /bin/false", b"when: program /bin/true"

CASES = {
    "folder": (yaml(LIST + b", action: folder Lists/debian"), "maildir", ["Maildir/.Lists.debian/"]),
    "folder in mbox": (yaml(LIST + b", action: folder Lists/debian"), "mbox", ["mail/Lists.debian"]),
    "no match": (yaml(OTHER + b", action: folder A"), "maildir", ["Maildir/"]),
    "keep": (yaml(b"action: keep", b"action: folder B"), "maildir", ["Maildir/"]),
    "keep in mbox": (yaml(b"action: keep", b"action: folder B"), "mbox", ["inbox"]),
    "keep where nothing is set": (yaml(b"action: keep", b"action: folder B"), "", ["inbox"]),
    "own delivery": (b"delivery: maildir\n" + yaml(OTHER + b", action: discard"), "mbox", ["Maildir/"]),
    "discard": (yaml(LIST + b", action: discard"), "maildir", []),
    "not": (yaml(b'when: "not list contains debian", action: discard', b"action: folder B"), "maildir", ["Maildir/.B/"]),
    "continue": (yaml(b"action: folder A, then: continue", b"action: folder B/C, then: continue", b"action: folder D"), "maildir",
                 ["Maildir/.A/", "Maildir/.B.C/", "Maildir/.D/"]),
    "continue in mbox": (yaml(b"action: folder A/x, then: continue", b"action: keep, then: continue", b"action: folder D"), "mbox",
                         ["inbox", "mail/A.x", "mail/D"]),
    "all": (yaml(LIST[:-1] + b'\\nheader Subject equals bye", action: folder A'), "maildir", ["Maildir/"]),
    "any": (yaml(b"match: any, " + OTHER[:-1] + b'\\nsize under 10\\nlist contains debian", action: folder A'), "maildir", ["Maildir/.A/"]),
    "any, none of them": (yaml(b"match: any, " + OTHER[:-1] + b'\\nsize under 10", action: folder A'), "maildir", ["Maildir/"]),
    "any, after another": (yaml(b"match: any, " + LIST[:-1] + b'\\nsize under 10", action: folder A, then: continue',
                                b"match: any, " + OTHER[:-1] + b'\\nsize under 10", action: folder B'), "maildir", ["Maildir/", "Maildir/.A/"]),
    "a program that says yes": (yaml(BIN_TRUE + b", action: folder A"), "maildir", ["Maildir/.A/"]),
    "a program that says no": (yaml(BIN_FALSE + b", action: folder A"), "maildir", ["Maildir/"]),
    "a pipe that fails": (yaml(b"action: pipe /bin/false"), "maildir", ["Maildir/"]),
    "a pipe that is not there": (yaml(b"action: pipe /nowhere/x -a b=c"), "maildir", ["Maildir/"]),
    "a pipe that takes it": (yaml(b"action: pipe /usr/bin/dd of=taken"), "maildir", ["taken"]),
    "a pipe with a copy": (yaml(b"action: pipe /usr/bin/dd of=taken, then: continue"), "maildir", ["Maildir/", "taken"]),
    "forward": (yaml(b"action: forward bob@far.example o'brien@x.example"), "maildir", ["sent", "sent.to"]),
    "forward a copy": (yaml(b"action: forward bob@far.example, then: continue", b"action: folder A"), "maildir", ["Maildir/.A/", "sent", "sent.to"]),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("home", ["home", "a home; with $x [1]"])
def test_a_message_arrives_where_the_recipes_say(directory, case, home):  # noqa: F811
    recipes, machine, where = CASES[case]
    if "pipe" in case and case.endswith(("takes it", "a copy")):
        recipes = recipes.replace(b"of=taken", b"of=" + str(directory / "delivered/taken").encode())
        if home != "home":
            pytest.skip("a path with such characters is no argument")
        recipes = recipes.replace(b"delivered/taken", b"delivered/home/taken")
    found = delivered(directory, "delivered", recipes, machine, home=home)
    assert sorted(found) == sorted(where), found
    for path, octets in found.items():
        assert path == "sent.to" or octets.count(b"the body\n") == 1, found


def test_what_is_forwarded_is_marked_and_not_forwarded_again(directory):  # noqa: F811
    recipes = yaml(b"action: forward bob@far.example a$x@y.example")
    found = delivered(directory, "forwarded", recipes)
    assert found["sent.to"].split() == [b"-oi", b"bob@far.example", b"a$x@y.example"]
    assert b"\nX-Loop: alice@mail.example.org\n" in found["sent"] and found["sent"].endswith(b"\n\nthe body\n\n")
    again = delivered(directory, "forwarded", recipes, message=found["sent"])
    assert list(again) == ["Maildir/"]
    other = delivered(directory, "forwarded", recipes, message=found["sent"].replace(b"X-Loop: alice@", b"X-Loop: bob@"))
    assert sorted(other) == ["sent", "sent.to"]


@pytest.mark.parametrize("sender", ["MAILER-DAEMON", "MAILER-DAEMON@mail.example.org", "<>"])
def test_a_bounce_is_not_forwarded_since_it_could_come_back_without_end(directory, sender):  # noqa: F811
    bounce = f"From {sender} Mon Nov 23 08:00:00 2026\nFrom: Mail Delivery <postmaster@far.example>\nSubject: Returned\n\nthe body\n\n"
    recipes = yaml(b"action: forward bob@far.example", b"action: folder A")
    assert list(delivered(directory, "bounced", recipes, message=bounce.encode())) == ["Maildir/.A/"]
    usual = bounce.replace(f"From {sender} ", "From bob@far.example ")
    assert sorted(delivered(directory, "bounced", recipes, message=usual.encode())) == ["sent", "sent.to"]


@pytest.mark.parametrize("then, where", [("stop", ["Maildir/", "sent", "sent.to"]), ("continue", ["Maildir/", "sent", "sent.to"])])
def test_a_forward_that_fails_keeps_the_message_once(directory, then, where):  # noqa: F811
    found = delivered(directory, "unsent", yaml(b"action: forward bob@far.example, then: " + then.encode()), sendmail=75)
    assert sorted(found) == where
    assert found["Maildir/"].count(b"the body\n") == 1


def test_a_folder_that_cannot_be_made_leaves_the_message_to_the_default(directory):  # noqa: F811
    for machine, where in (("maildir", "Maildir/"), ("mbox", "inbox")):
        recipes = yaml(b"action: folder A/b", b"action: folder C/d")
        place = directory / "blocked"
        found = delivered(directory, "blocked", recipes, machine)
        assert len(found) == 1
        # A file where the folder's directory should be.
        home = place / "home"
        shutil.rmtree(home / "Maildir", ignore_errors=True)
        shutil.rmtree(home / "mail", ignore_errors=True)
        for name in ("Maildir", "mail"):
            if machine == "mbox" or name == "mail":
                (home / name).write_text("in the way")
        if machine == "maildir":
            (home / "Maildir").mkdir()
            os.chown(home / "Maildir", NOBODY, NOBODY)
            for name in (".A.b", ".C.d"):
                (home / "Maildir" / name).write_text("in the way")
                (home / "Maildir" / name).chmod(0o444)
        told = procmail(place, (place / "rc").read_bytes(), MESSAGE)
        assert told.returncode == 0
        held = [p for p in home.rglob("*") if p.is_file() and b"the body\n" in p.read_bytes()]
        assert len(held) == 1 and str(held[0].relative_to(home)).startswith(where), (held, told.stderr)
