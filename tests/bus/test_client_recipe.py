# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`mailstackctl recipe` and `delivery` against the real daemon in a sandbox, with the real procmail and a mock polkit.

What they print and how they fail, verb by verb: test_client_recipes.py. What the daemon does: test_recipes.py.
"""

import json
import pwd

import pytest
from sandbox import STRANGER, Sandbox

HOME = pwd.getpwuid(STRANGER).pw_dir
MESSAGE = "From: bob@example.com\nTo: alice@example.org\nSubject: Hello\nList-Id: <debian-user.lists.debian.org>\n\nHello\n"


@pytest.fixture(scope="module")
def sandbox(daemon):
    made = Sandbox(daemon, local_mailer=None)
    yield made
    made.close()


def names(ctl, *words):
    return ctl("recipe", "list", "--names", *words).stdout.split()


def test_a_recipe_from_add_to_remove(sandbox, ctl, ctl_json):
    user = ["--user", "daemon"]
    before = ctl_json("status")["generation"]
    added = ctl_json("recipe", "add", "--folder", "Lists/debian", "--when-list", "debian-user", *user)
    assert added == {"name": "lists-debian", "generation": before + 1, "live": True}
    assert ctl_json("recipe", "add", "--folder", "Lists/debian", "--when-list", "debian-user", *user) == added, "the same again is no change"
    assert ctl_json("recipe", "add", "--folder", "Lists/debian", "--when-list", "debian-devel", *user)["name"] == "lists-debian-2"
    assert ctl("recipe", "add", "big", "--folder", "Big", "--when-larger", "1M", "--unless-from", "boss@", "--any", *user, "--first").returncode == 0
    assert ctl_json("recipe", "list", *user)[0] == {"name": "big", "match": "any", "conditions": ["size over 1048576", "not sender contains boss@"],
                                                   "action": "folder Big", "then": "stop"}
    assert ctl("recipe", "set", "big", "--all", "--continue", *user).returncode == 0
    assert ctl_json("recipe", "list", *user)[0] == {"name": "big", "match": "all", "conditions": ["size over 1048576", "not sender contains boss@"],
                                                   "action": "folder Big", "then": "continue"}
    assert ctl("recipe", "move", "big", "--before", "lists-debian-2", *user).returncode == 0
    assert names(ctl, *user) == ["lists-debian", "big", "lists-debian-2"]
    assert ctl("recipe", "move", "lists-debian-2", "--before", "lists-debian", *user).returncode == 0
    assert ctl("recipe", "move", "lists-debian", "--last", *user).returncode == 0
    assert names(ctl, *user) == ["lists-debian-2", "big", "lists-debian"]
    told = ctl_json("recipe", "test", *user, input=MESSAGE)
    assert [recipe["outcome"] for recipe in told["recipes"]] == ["not-matched", "not-matched", "matched"]
    assert told["deliveries"][0]["way"] == "folder" and told["deliveries"][0]["where"].endswith("/mail/Lists.debian")
    assert "into the folder " in ctl("recipe", "test", *user, input=MESSAGE).stdout
    for name in names(ctl, *user):
        assert ctl("recipe", "remove", name, *user).returncode == 0
    assert ctl("recipe", "remove", "big", *user).returncode == 3


def test_what_cannot_be(ctl):
    user = ["--user", "daemon"]
    bad = ctl("recipe", "add", "bad", "--folder", "x", "--when", "header Subject matches a(b", *user)
    assert bad.returncode == 7 and "procmailrc(5)" in bad.stderr
    assert ctl("recipe", "add", "gone", "--discard", *user).returncode == 7
    assert ctl("recipe", "add", "Bad name", "--keep", *user).returncode == 7
    assert ctl("recipe", "add", "x", "--folder", "../x", *user).returncode == 7
    assert ctl("recipe", "add", "x", "--keep", "--user", "no-such-account").returncode == 3
    assert ctl("recipe", "set", "nothing", "--keep", *user).returncode == 3
    assert ctl("recipe", "add", "x", "--keep", "--when-larger", "9", *user).returncode == 0
    there = ctl("recipe", "add", "x", "--folder", "y", *user)
    assert there.returncode == 8 and "recipe set NAME" in there.stderr
    assert ctl("recipe", "remove", "x", *user).returncode == 0


def test_ones_own_recipes_and_anothers(sandbox, ctl):
    sandbox.answers("no", manage_own_recipes="yes")
    assert ctl("recipe", "add", "mine", "--keep", "--when-list", "x", uid=STRANGER).returncode == 0
    assert ctl("recipe", "list", "--names", uid=STRANGER).stdout == "mine\n"
    assert ctl("recipe", "test", uid=STRANGER, input=MESSAGE).returncode == 0
    for words, action in [(["recipe", "list", "--user", "daemon"], "manage-recipes"), (["recipe", "add", "x", "--keep", "--user", "daemon"], "manage-recipes"),
                          (["recipe", "add", "p", "--pipe", "/bin/cat"], "manage-program-recipes"), (["delivery", "set", "maildir", "--machine"], "manage-delivery"),
                          (["delivery", "use-procmail"], "manage-delivery")]:
        denied = ctl(*words, uid=STRANGER)
        assert denied.returncode == 4 and f"'org.mailstack1.{action}' with a rule in" in denied.stderr, words
    assert ctl("recipe", "remove", "mine", uid=STRANGER).returncode == 0


def test_delivery(sandbox, ctl, ctl_json):
    sandbox.answers("yes")
    assert json.loads(ctl("--json", "delivery", "show", uid=STRANGER).stdout)["mailbox"] == "/var/mail/nobody"
    assert ctl("delivery", "set", "maildir", uid=STRANGER).returncode == 0
    shown = json.loads(ctl("--json", "delivery", "show", uid=STRANGER).stdout)
    assert (shown["format"], shown["mailbox"], shown["default"]) == ("maildir", f"{HOME}/Maildir/", "")
    assert ctl("delivery", "set", "default", uid=STRANGER).returncode == 0
    assert ctl("delivery", "set", "maildir", "--machine").returncode == 0
    assert ctl_json("delivery", "show", "--user", "nobody") == {**shown, "format": "", "default": "maildir"}
    assert ctl_json("status")["default_delivery"] == "maildir"
    assert ctl("delivery", "set", "default", "--machine").returncode == 0
    assert ctl_json("delivery", "show", "--user", "nobody")["mailbox"] == "/var/mail/nobody"
