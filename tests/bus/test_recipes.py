# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recipes over the bus, with the real procmail: what the files hold when a call returns, and what a rehearsal says of a message."""

import os
import pathlib
import pwd
import subprocess

import pytest

from sandbox import DENIED, ERROR, MANAGER, RECIPES, STRANGER, Sandbox, wait_until

MESSAGE = """From: Carol <carol@elsewhere.test>
To: nobody@example.test
Subject: [debian] a folded
  subject
List-Id: Users of Debian <debian-user.lists.debian.org>
X-Spam-Flag: YES

A body with a word: wonderland.
"""
BEGIN, END = "# >>> mailstack", "# <<< mailstack"


class Recipes:
    """The calls of one caller, for one account."""

    def __init__(self, box, caller=None, user="nobody"):
        self.box, self.caller, self.user = box, caller or box.root_caller, user
        self.yaml = box.root / f"etc/mailstack/recipes/{user}.yaml"
        self.rc = box.root / f"etc/mailstack/procmail/{user}.rc"
        self.procmailrc = box.root / "etc/procmailrc"

    def call(self, member, signature, *arguments, **more):
        return self.caller.call(member, *arguments, signature=signature, interface=RECIPES, **more)

    def add(self, name, conditions, action, match="all", then="stop", position=0):
        return self.call("AddRecipe", "sssasssu", self.user, name, match, conditions, action, then, position)

    def set(self, name, conditions, action, match="all", then="stop"):
        return self.call("SetRecipe", "sssasss", self.user, name, match, conditions, action, then)

    def remove(self, name):
        return self.call("RemoveRecipe", "ss", self.user, name)

    def move(self, name, position):
        return self.call("MoveRecipe", "ssu", self.user, name, position)

    def list(self):
        return must(self.call("ListRecipes", "s", self.user))

    def names(self):
        return [recipe[0] for recipe in self.list()]

    def test(self, message):
        return self.call("TestMessage", "s", self.user, descriptor=["text", message])

    def steps(self, message=MESSAGE):
        return [tuple(step) for step in must(self.test(message))]

    def clear(self):
        for name in self.names():
            must(self.remove(name))
        must(self.call("SetDelivery", "ss", self.user, ""))

    def files(self):
        return [path.read_bytes() if path.exists() else None for path in (self.yaml, self.rc, self.procmailrc)]


def must(reply):
    assert "reply" in reply, reply
    return reply["reply"][0]


def destination(steps):
    """What the rows of a rehearsal end with, without what they say of the sandbox's own local mailer."""
    return [(outcome, words) for name, outcome, words in steps if name == "delivery" and "local mailer" not in words]


@pytest.fixture(scope="module")
def box(pytestconfig):
    sandbox = Sandbox(pytestconfig.getoption("--daemon"), local_mailer=None)
    yield sandbox
    sandbox.close()


@pytest.fixture
def recipes(box):
    box.answers("yes")
    made = Recipes(box)
    made.clear()
    return made


def generation(box):
    return box.root_caller.property(MANAGER, "Generation")


# ---- what the files hold

def test_the_first_recipe(box):
    recipes = Recipes(box, user="daemon")
    before = generation(box)
    assert must(recipes.add("debian", ["list contains debian-user"], "folder Lists/debian")) == before + 1
    assert recipes.list() == [["debian", "all", ["list contains debian-user"], "folder Lists/debian", "stop"]]
    assert "list contains debian-user" in recipes.yaml.read_text()
    assert "* ^List-Id:" in recipes.rc.read_text()
    lines = recipes.procmailrc.read_text().splitlines()
    assert lines[0].startswith(BEGIN) and lines[-1].startswith(END)
    assert lines[1] == "DROPPRIVS=yes" and lines[-2] == f"INCLUDERC={box.root}/etc/mailstack/procmail/$LOGNAME.rc"
    # Nobody but root and the account reads them.
    assert (recipes.yaml.stat().st_mode & 0o777, recipes.yaml.stat().st_uid) == (0o600, 0)
    assert recipes.yaml.parent.stat().st_mode & 0o777 == 0o700
    readers = [uid for uid in (pwd.getpwnam("daemon").pw_uid, STRANGER) if reads(recipes.rc, uid)]
    assert readers == [pwd.getpwnam("daemon").pw_uid]


def reads(path, uid):
    found = subprocess.run(["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "cat", path],
                           capture_output=True, check=False)
    return found.returncode == 0


def test_an_order(recipes):
    for name in ("one", "two", "three"):
        must(recipes.add(name, ["size over 10"], "folder " + name))
    must(recipes.add("first", ["size over 10"], "keep", position=1))
    assert recipes.names() == ["first", "one", "two", "three"]
    must(recipes.move("first", 3))
    assert recipes.names() == ["one", "two", "first", "three"]
    must(recipes.move("one", 0))
    assert recipes.names() == ["two", "first", "three", "one"]
    must(recipes.set("first", ["header X-Spam-Flag equals YES"], "folder Junk", match="any"))
    assert recipes.list()[1] == ["first", "any", ["header X-Spam-Flag equals YES"], "folder Junk", "stop"]
    must(recipes.remove("two"))
    assert recipes.names() == ["first", "three", "one"]
    order = [recipes.rc.read_text().index(f"\n# {name}\n") for name in recipes.names()]
    assert order == sorted(order)


def test_the_same_again_changes_nothing(box, recipes):
    must(recipes.add("debian", ["list contains debian"], "folder debian"))
    before = generation(box), recipes.files()
    assert must(recipes.add("debian", ["list contains debian"], "folder debian")) == before[0]
    assert must(recipes.set("debian", ["list contains debian"], "folder debian")) == before[0]
    assert (generation(box), recipes.files()) == before


def test_comments_and_foreign_order_stay(recipes):
    must(recipes.add("one", ["size over 10"], "folder one"))
    text = "# mine\n" + recipes.yaml.read_text().replace("  one:", "  # about one\n  one:")
    recipes.yaml.write_text(text)
    must(recipes.box.root_caller.call("Reload", interface=MANAGER))
    must(recipes.add("two", ["size over 20"], "folder two"))
    after = recipes.yaml.read_text()
    assert after.startswith(text.rstrip("\n")) and "two" in after[len(text):]


@pytest.mark.parametrize("written, dropped", [
    ("# mine\nSHELL=/bin/sh\n", True), ("DROPPRIVS=yes\nLOGABSTRACT=no\n", False), ("DROPPRIVS=no\n", True),
    (":0\n* ^Subject: x\n{\nDROPPRIVS=yes\n}\n", True), ("no newline at the end", True)])
def test_a_procmailrc_by_hand_stays(box, recipes, written, dropped):
    recipes.procmailrc.write_text(written)
    must(recipes.add("fresh", ["size over 10"], "folder fresh"))
    text = recipes.procmailrc.read_text()
    assert text.startswith(written)
    part = text[len(written):].strip("\n").splitlines()
    assert part[0].startswith(BEGIN) and part[-1].startswith(END)
    assert ("DROPPRIVS=yes" in part) == dropped
    must(recipes.remove("fresh"))
    assert recipes.procmailrc.read_text() == text


def test_a_procmailrc_keeps_its_mode_and_owner(recipes):
    recipes.procmailrc.write_text("# nobody else's business\n")
    recipes.procmailrc.chmod(0o640)
    os.chown(recipes.procmailrc, 0, pwd.getpwnam("daemon").pw_gid)
    must(recipes.add("fresh", ["size over 10"], "folder fresh"))
    found = recipes.procmailrc.stat()
    assert (found.st_mode & 0o777, found.st_gid) == (0o640, pwd.getpwnam("daemon").pw_gid)
    recipes.procmailrc.unlink()
    must(recipes.add("another", ["size over 10"], "folder fresh"))
    assert recipes.procmailrc.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("was, becomes", [("INCLUDERC=", "DEFAULT=$HOME/Mail/\nINCLUDERC="), (END, "FOO=bar\n" + END)])
def test_a_part_edited_by_hand_waits_for_reload(box, recipes, was, becomes):
    must(recipes.add("fresh", ["size over 10"], "folder fresh"))
    written = recipes.procmailrc.read_text()
    edited = written.replace(was, becomes, 1)
    recipes.procmailrc.write_text(edited)
    before = recipes.files()
    for reply in (recipes.add("more", ["size over 20"], "keep"), recipes.call("SetDefaultDelivery", "s", "mbox")):
        assert reply["error"] == ERROR + "HandEdited" and "mailstack's part" in reply["message"] and "line" in reply["message"]
    assert recipes.files() == before
    must(box.root_caller.call("Reload", interface=MANAGER))
    assert recipes.procmailrc.read_text() == written
    kept = [path for path in (box.root / "etc/mailstack/kept").iterdir() if path.name.startswith("procmailrc-")]
    assert edited in [path.read_text() for path in kept]
    for path in kept:
        path.unlink()
    must(recipes.add("more", ["size over 20"], "keep"))


def test_a_dropprivs_before_the_part_is_no_edit_of_it(recipes):
    must(recipes.add("fresh", ["size over 10"], "folder fresh"))
    recipes.procmailrc.write_text("DROPPRIVS=yes\n" + recipes.procmailrc.read_text())
    must(recipes.add("more", ["size over 20"], "keep"))
    recipes.procmailrc.write_text(recipes.procmailrc.read_text().replace("DROPPRIVS=yes\n", "", 1))
    must(recipes.add("third", ["size over 20"], "keep"))
    assert recipes.procmailrc.read_text().count("DROPPRIVS=yes") == 1


def test_reload_of_what_is_as_it_should_be_writes_nothing(box, recipes):
    must(recipes.add("fresh", ["size over 10"], "folder fresh"))
    before = recipes.rc.stat().st_ino
    must(box.root_caller.call("Reload", interface=MANAGER))
    assert recipes.rc.stat().st_ino == before


@pytest.mark.parametrize("written, words", [
    (":0\n* ^Subject: x\n{\nFOO=bar\n", "line"), (f"{BEGIN}\nDROPPRIVS=yes\n", "line 1")])
def test_a_procmailrc_that_cannot_be_edited(recipes, written, words):
    recipes.procmailrc.write_text(written)
    before = recipes.files()
    reply = recipes.add("fresh", ["size over 10"], "folder fresh")
    assert reply["error"] == ERROR + "InvalidConfiguration" and words in reply["message"] and "procmailrc" in reply["message"]
    assert recipes.files() == before
    recipes.procmailrc.unlink()


# ---- refusals

LONG = "x" * 1001
BAD = {  # conditions, action, then, the error, words of its message
    "no condition of this kind": (["colour is blue"], "keep", "stop", "InvalidArgument", "colour"),
    "a relation that a size has not": (["size contains 3"], "keep", "stop", "InvalidArgument", "over"),
    "a size that is no number": (["size over 3M"], "keep", "stop", "InvalidArgument", "3M"),
    "a header with a colon": (["header Subject: contains x"], "keep", "stop", "InvalidArgument", "Subject:"),
    "a second line": (["sender contains x\n* ^Subject"], "keep", "stop", "InvalidArgument", "control"),
    "an open parenthesis": (["header Subject matches a(b"], "keep", "stop", "InvalidExpression", "("),
    "one too many": (["header Subject matches a)|(b"], "keep", "stop", "InvalidExpression", ")"),
    "an open bracket": (["header Subject matches a[b"], "keep", "stop", "InvalidExpression", "["),
    "a backslash at the end": (["header Subject matches a\\"], "keep", "stop", "InvalidExpression", "backslash"),
    "an anchor within": (["header Subject matches a^b"], "keep", "stop", "InvalidExpression", "^"),
    "a relative program": (["program bin/true"], "keep", "stop", "InvalidArgument", "absolute"),
    "a shell's words": (["program /bin/true; rm"], "keep", "stop", "InvalidArgument", ";"),
    "a pipe into a shell": (["size over 1"], "pipe /bin/sh -c `id`", "stop", "InvalidArgument", "`"),
    "a variable": (["size over 1"], "pipe /bin/echo $HOME", "stop", "InvalidArgument", "$"),
    "too long": (["sender contains " + LONG], "keep", "stop", "LimitExceeded", "1000"),
    "too many": (["size over 1"] * 33, "keep", "stop", "LimitExceeded", "32"),
    "a folder upwards": (["size over 1"], "folder ../x", "stop", "InvalidArgument", ".."),
    "a folder at the root": (["size over 1"], "folder /etc/passwd", "stop", "InvalidArgument", "/etc"),
    "a folder with a dollar": (["size over 1"], "folder $HOME", "stop", "InvalidArgument", "$HOME"),
    "a Maildir's own": (["size over 1"], "folder a/new", "stop", "InvalidArgument", "new"),
    "no folder": (["size over 1"], "folder", "stop", "InvalidArgument", "folder"),
    "no action of this kind": (["size over 1"], "reject go away", "stop", "InvalidArgument", "reject"),
    "an option for an address": (["size over 1"], "forward -X/tmp/x", "stop", "InvalidAddress", "-X"),
    "a program for an address": (["size over 1"], "forward |/bin/id", "stop", "InvalidAddress", "|/bin/id"),
    "discarding all": ([], "discard", "stop", "InvalidArgument", "discard"),
    "discarding a copy": (["size over 1"], "discard", "continue", "InvalidArgument", "continue"),
    "neither stop nor continue": (["size over 1"], "keep", "perhaps", "InvalidArgument", "perhaps"),
    "discarding whatever comes": (["size over 0"], "discard", "stop", "LosesMail", "plain message"),
}


@pytest.mark.parametrize("what", BAD)
def test_refused(box, recipes, what):
    conditions, action, then, error, words = BAD[what]
    before = generation(box), recipes.files()
    reply = recipes.add("bad", conditions, action, then=then)
    assert reply.get("error") == ERROR + error, reply
    assert words in reply["message"]
    assert (generation(box), recipes.files()) == before


@pytest.mark.parametrize("name", ["", "Debian", "a b", "-x", "a\nb", "x" * 33, "../x"])
def test_a_bad_name(recipes, name):
    assert recipes.add(name, [], "keep")["error"] == ERROR + "InvalidArgument"


@pytest.mark.parametrize("match", ["", "most"])
def test_a_bad_match(recipes, match):
    reply = recipes.add("fresh", ["size over 1"], "keep", match=match)
    assert "reply" in reply if match == "" else reply["error"] == ERROR + "InvalidArgument"


def test_names_that_are_not_there(box, recipes):
    for reply in (recipes.set("none", [], "keep"), recipes.remove("none"), recipes.move("none", 1)):
        assert reply["error"] == ERROR + "NoSuchRecipe" and "none" in reply["message"]
    must(recipes.add("one", ["size over 1"], "keep"))
    assert recipes.add("one", ["size over 2"], "keep")["error"] == ERROR + "AlreadyExists"
    for user in ("ghost", "no/body", "..", "a\nb", "x" * 40):
        reply = Recipes(box, user=user).add("one", [], "keep")
        assert reply["error"] in (ERROR + "NoSuchAccount", ERROR + "InvalidArgument"), reply


def test_a_hundred_recipes(recipes):
    for number in range(100):
        must(recipes.add(f"r{number}", ["size over 10"], "folder x", then="continue"))
    before = recipes.files()
    reply = recipes.add("one-more", ["size over 10"], "folder x")
    assert reply["error"] == ERROR + "LimitExceeded" and "100" in reply["message"]
    assert recipes.files() == before


def test_sixty_four_kibibytes(recipes):
    long = ["sender contains " + "x" * 900 for _ in range(30)]
    must(recipes.add("one", long, "folder x"))
    must(recipes.add("two", long, "folder x"))
    reply = recipes.add("three", long, "folder x")
    assert reply["error"] == ERROR + "LimitExceeded" and "64 KiB" in reply["message"]
    assert recipes.names() == ["one", "two"]


# ---- hand edits

def test_edits_of_the_yaml_wait_for_a_reload(box, recipes):
    must(recipes.add("one", ["size over 10"], "folder one"))
    recipes.yaml.write_text(recipes.yaml.read_text().replace("folder one", "folder other"))
    before = recipes.files()
    reply = recipes.add("two", ["size over 10"], "folder two")
    assert reply["error"] == ERROR + "HandEdited" and "Reload" in reply["message"]
    assert recipes.files() == before and ".one/" not in recipes.yaml.read_text()
    assert "other" not in recipes.rc.read_text()
    must(box.root_caller.call("Reload", interface=MANAGER))
    assert "other" in recipes.rc.read_text()
    must(recipes.add("two", ["size over 10"], "folder two"))


def test_edits_of_the_rc_are_kept_aside(box, recipes):
    must(recipes.add("one", ["size over 10"], "folder one"))
    made = recipes.rc.read_bytes()
    recipes.rc.write_bytes(made + b"# by hand\n")
    reply = recipes.add("two", ["size over 10"], "folder two")
    assert reply["error"] == ERROR + "HandEdited" and str(recipes.rc) in reply["message"]
    must(box.root_caller.call("Reload", interface=MANAGER))
    assert recipes.rc.read_bytes() == made
    kept = list((box.root / "etc/mailstack/kept").glob("procmail-nobody.rc-*"))
    assert [path.read_bytes() for path in kept] == [made + b"# by hand\n"]


def test_a_lost_rc_comes_back(box, recipes):
    must(recipes.add("one", ["size over 10"], "folder one"))
    made = recipes.rc.read_bytes()
    recipes.rc.unlink()
    must(box.root_caller.call("Reload", interface=MANAGER))
    assert recipes.rc.read_bytes() == made


def test_a_yaml_that_cannot_be_read(box, recipes):
    must(recipes.add("one", ["size over 10"], "folder one"))
    good, rc = recipes.yaml.read_text(), recipes.rc.read_bytes()
    recipes.yaml.write_text(good + "  two: [\n")
    for reply in (recipes.add("three", [], "keep"), recipes.test(MESSAGE), recipes.call("ListRecipes", "s", "nobody")):
        assert reply["error"] == ERROR + "InvalidConfiguration" and "nobody.yaml" in reply["message"]
    must(box.root_caller.call("Reload", interface=MANAGER))
    assert recipes.rc.read_bytes() == rc
    found = must(box.root_caller.call("Check", interface=MANAGER))
    assert any(code == "RecipesProblem" and f"{recipes.yaml}, line " in text for _, code, text, *_ in found)
    recipes.yaml.write_text(good)


def test_an_edit_that_would_lose_mail_is_not_published(box, recipes):
    must(recipes.add("one", ["size over 10"], "folder one"))
    good, rc = recipes.yaml.read_text(), recipes.rc.read_bytes()
    recipes.yaml.write_text(good.replace("folder one", "discard"))
    must(box.root_caller.call("Reload", interface=MANAGER))
    assert recipes.rc.read_bytes() == rc
    found = must(box.root_caller.call("Check", interface=MANAGER))
    assert any(code == "RecipesNotLive" and str(recipes.yaml) in text for _, code, text, *_ in found)
    recipes.yaml.write_text(good)


# ---- delivery

def test_the_delivery_of_an_account(recipes):
    assert recipes.call("GetDelivery", "s", "nobody")["reply"] == ["", "/var/mail/nobody"]
    must(recipes.add("one", ["size over 10"], "folder Lists/one"))
    assert "$HOME/mail/Lists.one" in recipes.rc.read_text()
    must(recipes.call("SetDelivery", "ss", "nobody", "maildir"))
    assert "$HOME/Maildir/.Lists.one/" in recipes.rc.read_text() and 'DEFAULT="$HOME/Maildir/"' in recipes.rc.read_text()
    assert recipes.call("GetDelivery", "s", "nobody")["reply"] == ["maildir", pwd.getpwnam("nobody").pw_dir + "/Maildir/"]
    assert destination(recipes.steps()) == [("folder", pwd.getpwnam("nobody").pw_dir + "/Maildir/.Lists.one/")]
    reply = recipes.call("SetDelivery", "ss", "nobody", "mh")
    assert reply["error"] == ERROR + "InvalidArgument" and "maildir" in reply["message"]


def test_the_delivery_of_the_machine(box, recipes):
    other = Recipes(box, user="daemon")
    must(recipes.add("one", ["size over 10"], "folder one"))
    must(other.call("SetDelivery", "ss", "daemon", "mbox"))
    must(recipes.call("SetDefaultDelivery", "s", "maildir"))
    assert box.root_caller.property(RECIPES, "DefaultDelivery") == "maildir"
    assert "DEFAULT=$HOME/Maildir/" in recipes.procmailrc.read_text()
    assert "$HOME/Maildir/.one/" in recipes.rc.read_text()
    assert "Maildir" not in other.rc.read_text()
    must(recipes.call("SetDefaultDelivery", "s", ""))
    assert box.root_caller.property(RECIPES, "DefaultDelivery") == ""
    assert "DEFAULT" not in recipes.procmailrc.read_text() and "$HOME/mail/one" in recipes.rc.read_text()
    other.clear()


# ---- rehearsal

def test_nothing_matches(recipes):
    must(recipes.add("one", ["header Subject contains zebra"], "folder one"))
    steps = recipes.steps()
    assert steps[0][:2] == ("one", "not-matched") and "zebra" in steps[0][2]
    assert destination(steps) == [("mailbox", "/var/mail/nobody")]


@pytest.mark.parametrize("condition, holds", [
    ("list contains debian-user", True), ("list equals debian-user.lists.debian.org", True), ("list equals debian-user", False),
    ("sender equals carol@elsewhere.test", True), ("sender contains CAROL", True), ("sender equals arol@elsewhere.test", False),
    ("recipient equals nobody@example.test", True), ("recipient contains example.com", False),
    ("header Subject contains folded", True), ("header Subject contains [debian]", True),
    ("header Subject matches ^\\[debian\\]", True), ("header Subject matches subject$", True),
    ("header Subject matches ^a", False), ("header X-Spam-Flag equals yes", True), ("header X-Nothing exists", False),
    ("not header X-Nothing exists", True), ("body contains wonderland.", True), ("body matches w[o]+nderland", True),
    ("body contains List-Id", False), ("size over 100", True), ("size under 100", False), ("not size over 100000", True)])
def test_each_condition(recipes, condition, holds):
    must(recipes.add("one", [condition], "folder one"))
    steps = recipes.steps()
    assert steps[0][1] == ("matched" if holds else "not-matched"), steps
    assert destination(steps)[0][0] == ("folder" if holds else "mailbox")


def test_the_way_through_several(recipes):
    must(recipes.add("copy", ["sender contains carol"], "forward dave@elsewhere.test", then="continue"))
    must(recipes.add("no", ["size over 1000000", "sender contains carol"], "discard"))
    must(recipes.add("any", ["size over 1000000", "sender contains carol"], "folder any", match="any"))
    must(recipes.add("late", [], "folder late"))
    steps = recipes.steps()
    assert [step[:2] for step in steps[:4]] == [
        ("copy", "matched"), ("no", "not-matched"), ("any", "matched"), ("late", "not-reached")]
    assert destination(steps) == [("forward", "dave@elsewhere.test"), ("folder", "/nonexistent/mail/any")]


def test_a_program_is_not_run(box, recipes, tmp_path):
    canary = pathlib.Path("/tmp") / f"mailstack-canary-{os.getpid()}"
    must(recipes.add("ask", [f"program /usr/bin/touch {canary}"], "folder asked"))
    must(recipes.add("pass", ["sender contains carol"], f"pipe /usr/bin/touch {canary}"))
    steps = recipes.steps()
    assert steps[0][:2] == ("ask", "unknown") and "touch" in steps[0][2]
    assert destination(steps) == [("unknown", f"pipe /usr/bin/touch {canary}; but if 'ask' matches: folder /nonexistent/mail/asked")]
    assert not canary.exists()


@pytest.mark.parametrize("message", ["", "\n", "no header at all", "Subject: a", "Subject: a\n\n" + "x" * 100_000,
                                     "From nobody Mon Jan  1 00:00:00 2026\nSubject: a\n\nb\n", "X: \u00e4\u00f6\n\n\u20ac\n",
                                     "mailstack 1 1\n\nmailstack 1 1\n", 'LOG="mailstack 1 1\n"\n'])
def test_odd_messages(recipes, message):
    must(recipes.add("one", ["header Nothing contains never"], "discard"))
    steps = recipes.steps(message)
    assert steps[0][1] == "not-matched" and destination(steps) == [("mailbox", "/var/mail/nobody")]


def test_a_large_message(recipes):
    must(recipes.add("big", ["size over 10000000", "body contains needle-at-the-end"], "folder big"))
    steps = recipes.steps("Subject: big\n\n" + ("y" * 76 + "\n") * 270_000 + "needle-at-the-end\n")
    assert steps[0][1] == "matched"


def test_too_large_a_message(recipes):
    assert recipes.call("TestMessage", "s", "nobody", descriptor=["size", (32 << 20) + 1])["error"] == ERROR + "LimitExceeded"


def test_recipes_that_are_not_live_are_told(recipes):
    must(recipes.add("one", ["size over 10"], "folder one"))
    recipes.rc.unlink()
    assert any(outcome == "unknown" and "nobody.rc" in words for outcome, words in destination(recipes.steps()))
    must(recipes.box.root_caller.call("Reload", interface=MANAGER))


# ---- whose recipes

def test_ones_own_need_no_administrator(box, recipes):
    box.answers("no", manage_own_recipes="yes")
    own = Recipes(box, box.stranger, "nobody")
    must(own.add("mine", ["sender contains carol"], "folder mine"))
    assert own.names() == ["mine"] and destination(own.steps())[0][0] == "folder"
    by_no_name = Recipes(box, box.stranger, "nobody")
    by_no_name.user = ""
    assert by_no_name.names() == ["mine"]
    must(own.remove("mine"))
    for reply in (own.add("p", ["size over 1"], "pipe /bin/cat"), own.add("p", ["program /bin/true"], "folder x")):
        assert reply["error"] == DENIED and "manage-program-recipes" in reply["message"]
    other = Recipes(box, box.stranger, "daemon")
    for reply in (other.add("p", ["size over 1"], "keep"), other.remove("p"), other.test(MESSAGE),
                  other.call("ListRecipes", "s", "daemon"), other.call("GetDelivery", "s", "daemon"),
                  other.call("SetDelivery", "ss", "daemon", "mbox")):
        assert reply["error"] == DENIED and "manage-recipes" in reply["message"]
    assert other.call("SetDefaultDelivery", "s", "mbox")["error"] == DENIED
    assert other.call("UseProcmail", "")["error"] == DENIED


def test_a_flood_of_one_user(box, recipes):
    """Two of his changes wait for the writer at most; everybody else is served meanwhile."""
    box.answers("no", manage_own_recipes="yes", read="yes")
    callers = [type(box.stranger)(box.environment, STRANGER) for _ in range(30)]
    try:
        for number, caller in enumerate(callers):
            caller.start("AddRecipe", "", f"r{number}", "all", ["size over 1"], "folder x", "stop", 0, signature="sssasssu",
                         interface=RECIPES)
        assert "reply" in box.root_caller.call("GetAlias", "team", signature="s")
        replies = [caller.finish() for caller in callers]
    finally:
        for caller in callers:
            caller.kill()
    made = [reply for reply in replies if "reply" in reply]
    assert len(made) >= 2
    assert {reply["error"] for reply in replies if "error" in reply} <= {ERROR + "LimitExceeded"}
    assert len(recipes.names()) == len(made)


def test_one_rehearsal_of_a_user(box, recipes):
    box.answers("no", manage_own_recipes="yes")
    other = type(box.stranger)(box.environment, STRANGER)
    try:
        other.start("TestMessage", "", signature="s", interface=RECIPES, descriptor=["silent", ""])
        wait_until(box.questions, "the other's is under way")
        own = Recipes(box, box.stranger, "nobody")
        assert own.test(MESSAGE)["error"] == ERROR + "LimitExceeded"
        assert "reply" in recipes.test(MESSAGE)  # root's
    finally:
        other.kill()
    # Ten seconds are his: a pipe that does not end is given up, whoever holds it.
    wait_until(lambda: "reply" in own.test(MESSAGE), "whoever has gone gives his place back", seconds=40)


def test_no_end_of_changes(box, recipes):
    box.answers("no", manage_own_recipes="yes")
    own = Recipes(box, box.stranger, "nobody")
    must(own.add("one", ["size over 1"], "folder x"))
    replies = [own.move("one", 0) for _ in range(130)]
    assert ERROR + "LimitExceeded" in [reply.get("error") for reply in replies]
    assert "reply" in recipes.move("one", 1)  # root's


def test_explain_tells_a_stranger_nothing_of_ones_recipes(box, recipes):
    must(recipes.add("private", ["sender contains secret-friend"], "folder Elsewhere"))
    box.answers("no", read_tables="yes")
    own = [step[0] for step in must(box.stranger.call("Explain", "nobody", signature="s", interface=MANAGER))]
    assert own.count("recipe") == 1 and own[-1] == "mailbox"
    other = type(box.stranger)(box.environment, pwd.getpwnam("daemon").pw_uid)
    try:
        told = must(other.call("Explain", "nobody", signature="s", interface=MANAGER))
    finally:
        other.kill()
    assert [step[0] for step in told][-1] == "unknown" and "mailstackctl recipe list --user nobody" in told[-1][1]
    assert not [word for step in told for text in step for word in ("secret-friend", "Elsewhere", "nobody.yaml") if word in text]


def test_recipes_are_live_though_no_sendmail_runs(pytestconfig):
    """procmail reads them for each message, whoever hands it over."""
    sandbox = Sandbox(pytestconfig.getoption("--daemon"))
    try:
        sandbox.end_sendmail()
        recipes = Recipes(sandbox, user="daemon")
        must(recipes.add("one", ["size over 10"], "folder one"))
        assert recipes.names() == ["one"]
    finally:
        sandbox.close()


# ---- procmail as the local mailer

def test_a_local_mailer_chosen_by_hand_stays(pytestconfig):
    sandbox = Sandbox(pytestconfig.getoption("--daemon"))
    try:
        before = (sandbox.mail / "sendmail.mc").read_bytes(), generation(sandbox)
        reply = sandbox.root_caller.call("UseProcmail", interface=RECIPES)
        assert reply["error"] == ERROR + "Unsupported" and "LOCAL_MAILER_PATH" in reply["message"] and "line" in reply["message"]
        assert ((sandbox.mail / "sendmail.mc").read_bytes(), generation(sandbox)) == before
    finally:
        sandbox.close()


def test_procmail_that_is_the_local_mailer_stays_it(box, recipes):
    """OSTYPE(`linux') names it; how it is made so where it is not, a booted machine shows."""
    before = (box.mail / "sendmail.mc").read_bytes()
    must(recipes.call("UseProcmail", ""))
    assert box.root_caller.property(RECIPES, "LocalMailer") == "/usr/bin/procmail"
    assert (box.mail / "sendmail.mc").read_bytes() == before
    must(recipes.add("one", ["sender contains carol"], "folder one"))
    assert [outcome for outcome, _ in destination(recipes.steps())] == ["folder"]
