# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verbs of `mailstackctl recipe` and `delivery` against a service that answers by script: what goes over the bus, what is
printed, how each fails. Against the real daemon: test_manual_examples.py.
"""

import json
import pathlib
import pty
import os
import select
import subprocess

import pytest
from scripted_bus import ctl, ctl_json, empty_bus, remote, scripted

DENIED = "org.freedesktop.DBus.Error.AccessDenied"
MESSAGE = "From: bob@example.com\nSubject: caf\u00e9\n\nHello\n"


def calls(environment):
    path = pathlib.Path(environment["SCRIPTED_CALLS"])
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def added(environment, *words):
    """AddRecipe's arguments."""
    run = ctl(environment, "recipe", "add", *words)
    assert run.returncode == 0, run.stderr
    return calls(environment)[-1]


# Listing

def test_list(scripted):
    assert ctl(scripted, "recipe", "list").stdout == """\
   RECIPE  ACTION                             WHEN
1  debian  folder Lists/debian                list contains debian-user
2  junk    folder Junk                        header X-Spam-Flag contains yes
                                              or not program /usr/bin/filter
                                              or header Subject contains \\x1b[2J
3  copy    forward bob@example.com, continue  every message
"""
    assert ctl(scripted, "recipe", "list", "--names").stdout == "debian\njunk\ncopy\n"
    assert ctl_json(scripted, "recipe", "list", "--user", "alice") == [
        {"name": "word-x", "match": "all", "conditions": ["body contains x"], "action": "keep", "then": "stop"}]
    assert ctl(scripted, "recipe", "list", "--user", "carol").stdout.startswith("There are no recipes")
    assert calls(scripted) == [["ListRecipes", ""], ["ListRecipes", ""], ["ListRecipes", "alice"], ["ListRecipes", "carol"]]


# Adding

def test_the_line_that_a_person_types(scripted):
    run = ctl(scripted, "recipe", "add", "--folder", "Lists/debian", "--when-list", "debian-users")
    assert (run.returncode, run.stdout, run.stderr) == (0, "lists-debian: live as generation 31\n", "")
    assert calls(scripted) == [["ListRecipes", ""], ["AddRecipe", "", "lists-debian", "all", ["list contains debian-users"],
                                                    "folder Lists/debian", "stop", 0]]


def test_add_tells_the_name_to_programs(scripted):
    assert ctl_json(scripted, "recipe", "add", "--folder", "Debian", "--when-list", "x") == {
        "name": "debian-2", "generation": 31, "live": True}


def test_the_same_recipe_again_has_the_same_name(scripted):
    assert added(scripted, "--folder", "Lists/debian", "--when-list", "debian-user")[2] == "debian"


def test_who_names_recipe_and_place_need_not_read_the_others(scripted):
    assert added(scripted, "boss", "--keep", "--first") == ["AddRecipe", "", "boss", "all", [], "keep", "stop", 1]
    assert [call[0] for call in calls(scripted)] == ["AddRecipe"]


@pytest.mark.parametrize("words, conditions", [
    (["--when", "header Subject matches ^x[0-9]"], ["header Subject matches ^x[0-9]"]),
    (["--when-from", "boss@"], ["sender contains boss@"]), (["--when-to", "alice+shop@"], ["recipient contains alice+shop@"]),
    (["--when-subject", "[debian]"], ["header Subject contains [debian]"]), (["--when-subject", "[a,b]"], ["header Subject contains [a,b]"]),
    (["--when-subject=--x"], ["header Subject contains --x"]), (["--when-subject", "a, b"], ["header Subject contains a, b"]),
    (["--when-header", "X-Spam-Flag:yes"], ["header X-Spam-Flag contains yes"]), (["--when-header", "X-A: b: c"], ["header X-A contains b: c"]),
    (["--when-header", "List-Id"], ["header List-Id exists"]), (["--when-body", "caf\u00e9"], ["body contains caf\u00e9"]),
    (["--when-larger", "10M"], ["size over 10485760"]), (["--when-smaller", "500k"], ["size under 512000"]),
    (["--unless", "list contains x"], ["not list contains x"]), (["--unless", "not list contains x"], ["list contains x"]),
    (["--unless-list", "."], ["not list contains ."]), (["--unless-from", "a"], ["not sender contains a"]),
    (["--unless-to", "a"], ["not recipient contains a"]), (["--unless-subject", "a"], ["not header Subject contains a"]),
    (["--unless-header", "List-Id"], ["not header List-Id exists"]), (["--unless-body", "a"], ["not body contains a"]),
    (["--unless-larger", "1K"], ["not size over 1024"]), (["--unless-smaller", "1"], ["not size under 1"]),
    (["--when-to", "a", "--unless-list", "b", "--when-to", "c", "--when", "body contains d", "--when-list", "e"],
     ["recipient contains a", "not list contains b", "recipient contains c", "body contains d", "list contains e"]), (["--always"], [])])
def test_conditions_come_in_the_order_in_which_they_are_given(scripted, words, conditions):
    assert added(scripted, "--keep", *words, "name")[2:] == ["name", "all", conditions, "keep", "stop", 0]


@pytest.mark.parametrize("words, action", [
    (["--folder", "Lists/debian"], "folder Lists/debian"), (["--keep"], "keep"), (["--discard"], "discard"),
    (["--forward", "bob@example.com"], "forward bob@example.com"), (["--forward", "a@b.example", "--forward", "c"], "forward a@b.example c"),
    (["--pipe", "/usr/bin/intake --queue x"], "pipe /usr/bin/intake --queue x")])
def test_actions(scripted, words, action):
    assert added(scripted, "name", *words)[5] == action
    assert added(scripted, *words, "name")[5] == action, "nothing is taken for the option's that is not"


def test_what_else_a_recipe_has(scripted):
    assert added(scripted, "n", "--keep", "--any", "--user", "alice", "--position", "3") == ["AddRecipe", "alice", "n", "any", [], "keep", "stop", 3]
    assert added(scripted, "n", "--keep", "--continue", "--before", "junk")[-2:] == ["continue", 2]
    run = ctl(scripted, "recipe", "add", "n", "--keep", "--before", "nothing")
    assert run.returncode == 3 and "there is no recipe 'nothing'" in run.stderr and "mailstackctl recipe list" in run.stderr


# Changing

@pytest.mark.parametrize("words, becomes", [
    (["junk", "--folder", "Spam"], ["any", 3, "folder Spam", "stop"]), (["junk", "--all"], ["all", 3, "folder Junk", "stop"]),
    (["junk", "--when-larger", "1"], ["any", 1, "folder Junk", "stop"]), (["junk", "--always"], ["any", 0, "folder Junk", "stop"]),
    (["junk", "--continue"], ["any", 3, "folder Junk", "continue"]), (["copy", "--stop"], ["all", 0, "forward bob@example.com", "stop"]),
    (["copy", "--forward", "x", "--any", "--unless-list", "y"], ["any", 1, "forward x", "continue"])])
def test_set_changes_what_is_given(scripted, words, becomes):
    assert ctl(scripted, "recipe", "set", *words).stdout == f"{words[0]}: live as generation 31\n"
    method, user, name, match, conditions, action, then = calls(scripted)[-1]
    assert (method, user, name) == ("SetRecipe", "", words[0])
    assert [match, len(conditions), action, then] == becomes


def test_set_of_a_recipe_that_is_not_there(scripted):
    run = ctl(scripted, "--json", "recipe", "set", "word-x", "--keep")
    assert (run.returncode, json.loads(run.stdout)["error"]) == (3, "org.mailstack1.Error.NoSuchRecipe")
    assert ctl(scripted, "recipe", "set", "word-x", "--user", "alice", "--discard").returncode == 0
    assert calls(scripted)[-1] == ["SetRecipe", "alice", "word-x", "all", ["body contains x"], "discard", "stop"]


@pytest.mark.parametrize("words, position", [
    (["--first"], 1), (["--last"], 0), (["--position", "2"], 2), (["--before", "debian"], 1), (["--before", "junk"], 2)])
def test_move(scripted, words, position):
    assert ctl_json(scripted, "recipe", "move", "copy", *words) == {"generation": 31, "live": True}
    assert calls(scripted)[-1] == ["MoveRecipe", "", "copy", position]


def test_move_down_to_before_another(scripted):
    assert ctl(scripted, "recipe", "move", "debian", "--before", "copy").returncode == 0
    assert calls(scripted)[-1] == ["MoveRecipe", "", "debian", 2]
    assert ctl(scripted, "recipe", "move", "debian", "--before", "debian").returncode == 2


def test_remove(scripted):
    assert ctl(scripted, "recipe", "remove", "junk", "--user", "alice").stdout == "junk: live as generation 31\n"
    assert calls(scripted) == [["RemoveRecipe", "alice", "junk"]]


# Testing

def test_a_message_from_standard_input(scripted):
    run = ctl(scripted, "recipe", "test", input=MESSAGE)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == """\
debian  does not match  list contains debian-user
junk    not known       it would run /usr/bin/filter
copy    matches         every condition holds

The message would go
  on to bob@example.com
  into the folder /home/alice/Maildir/.Junk \\x1b[2J/
  nowhere: it would be thrown away
  perhaps: junk cannot be told
"""
    assert calls(scripted) == [["TestMessage", "", MESSAGE]]


def test_a_message_from_a_file(scripted, tmp_path):
    file = tmp_path / "message.eml"
    file.write_text(MESSAGE, encoding="utf-8")
    told = ctl_json(scripted, "recipe", "test", str(file), "--user", "alice")
    assert told["recipes"] == [{"name": "word-x", "outcome": "matched", "words": "every condition holds"}]
    assert [one["way"] for one in told["deliveries"]] == ["forward", "folder", "discard", "unknown"]
    assert told["deliveries"][0] == {"way": "forward", "where": "bob@example.com"}
    assert calls(scripted) == [["TestMessage", "alice", MESSAGE]]


@pytest.mark.parametrize("file, status, complaint", [("/nonexistent/file", 1, "could not open '/nonexistent/file'"), ("/", 1, "Is a directory"),
                                                     ("/dev/zero", 7, "larger than the 32 MiB that a message for a test may have")])
def test_files_that_are_no_messages(scripted, file, status, complaint):
    run = ctl(scripted, "recipe", "test", file)
    assert run.returncode == status and complaint in run.stderr
    assert calls(scripted) == []


def test_somebody_at_a_terminal_is_told_what_is_waited_for(scripted):
    ours, theirs = pty.openpty()
    child = subprocess.Popen([scripted["MAILSTACKCTL"], "recipe", "test"], env=scripted, stdin=theirs, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    os.close(theirs)
    assert child.stderr.readline() == "The message, head and body; Ctrl-D ends it:\n"
    os.write(ours, b"Subject: x\n\x04")
    assert "The message would go" in child.communicate(timeout=30)[0]
    os.close(ours)
    assert calls(scripted) == [["TestMessage", "", "Subject: x\n"]]


# Delivery

def test_delivery_show(scripted):
    assert ctl(scripted, "delivery", "show").stdout == """\
Mailbox:                /home/alice/Maildir/
Set for the account:    the machine's default
The machine's default:  into Maildir of the home directory
Local mailer:           /usr/bin/procmail
"""
    assert ctl_json(scripted, "delivery", "show", "--user", "alice") == {
        "format": "", "mailbox": "/home/alice/Maildir/", "default": "maildir", "local_mailer": "/usr/bin/procmail"}
    assert calls(scripted) == [["GetDelivery", ""], ["GetDelivery", "alice"]]


@pytest.mark.parametrize("scripted", [{"SCRIPTED_DELIVERY": json.dumps({"local_mailer": "/usr/lib/mail.local", "default": ""})}], indirect=True)
def test_delivery_where_procmail_does_not_deliver(scripted):
    assert "'mailstackctl delivery use-procmail' changes that." in ctl(scripted, "delivery", "show").stdout
    assert "  Delivery:                  /usr/lib/mail.local, which asks no recipes\n" in ctl(scripted, "status").stdout


@pytest.mark.parametrize("words, call", [
    (["maildir"], ["SetDelivery", "", "maildir"]), (["mbox", "--user", "alice"], ["SetDelivery", "alice", "mbox"]),
    (["default"], ["SetDelivery", "", ""]), (["default", "--machine"], ["SetDefaultDelivery", ""]),
    (["maildir", "--machine"], ["SetDefaultDelivery", "maildir"])])
def test_delivery_set(scripted, words, call):
    assert ctl(scripted, "delivery", "set", *words).stdout == "delivery: live as generation 31\n"
    assert calls(scripted) == [call]


def test_use_procmail_tells_what_is_waited_for(scripted):
    ours, theirs = pty.openpty()
    child = subprocess.Popen([scripted["MAILSTACKCTL"], "delivery", "use-procmail"], env=scripted, stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    shown = b""
    try:
        while select.select([ours], [], [], 30)[0]:
            shown += os.read(ours, 4096)
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert child.communicate(timeout=30)[0] == "procmail: live as generation 31\n"
    assert b"waiting for sendmail and a message to prove it: 1 s" in shown


# How it fails

@pytest.mark.parametrize("error, status, advice", [
    ("NoSuchRecipe", 3, "mailstackctl recipe list"), ("NoSuchAccount", 3, "/etc/passwd"), ("LosesMail", 7, "mailstackctl recipe test"),
    ("InvalidExpression", 7, "procmailrc(5)"), ("AlreadyExists", 8, "recipe set NAME"), ("LimitExceeded", 7, "Nothing was changed"),
    ("Busy", 9, "Try again"), ("HandEdited", 8, "mailstackctl reload"), ("Degraded", 11, "mailstackd(8)"), ("NoMta", 6, "becomes live"),
    ("MtaFailed", 10, "undone"), (DENIED, 4, "with a rule")])
def test_every_error_tells_what_to_do(scripted, error, status, advice):
    user = ["--user", "error:" + error]
    for verb in (["list"], ["add", "x", "--keep"], ["add", "--keep"], ["set", "x", "--keep"], ["remove", "x"], ["move", "x", "--first"], ["test"]):
        run = ctl(scripted, "--json", "recipe", *verb, *user, input=MESSAGE)
        told = json.loads(run.stdout)
        assert run.returncode == told["exit_status"] == status, verb
        assert advice in told["advice"] and advice in run.stderr
    for verb in (["show"], ["set", "mbox"]):
        assert ctl(scripted, "delivery", *verb, *user).returncode == status


@pytest.mark.parametrize("arguments, complaint", [
    (["recipe"], "A verb is required"), (["delivery"], "A verb is required"), (["recipe", "add"], "--folder, --keep, --forward, --discard or --pipe is required"),
    (["recipe", "add", "x", "--when-list", "y"], "--discard or --pipe is required"), (["recipe", "add", "x", "y", "--keep"], "y"),
    (["recipe", "add", "--keep", "--discard"], "'keep' and 'discard' cannot both"), (["recipe", "add", "--forward", "a", "b@c"], "--forward of its own"),
    (["recipe", "add", "--keep", "--when-larger", "5x"], "'5x' is no size"), (["recipe", "add", "--keep", "--unless-smaller", "-1"], "-1"),
    (["recipe", "add", "--keep", "--when-header", ":x"], "neither NAME nor NAME:TEXT"), (["recipe", "add", "--keep", "--when-body", ""], "no text"),
    (["recipe", "add", "--keep", "--when", ""], "no text"), (["recipe", "add", "--keep", "--when-list"], "--when-list"),
    (["recipe", "add", "--keep", "--first", "--position", "2"], "one place only"), (["recipe", "add", "--keep", "--position", "0"], "0"),
    (["recipe", "add", "--keep", "--any", "--all"], "only one of them"), (["recipe", "add", "--keep", "--continue", "--stop"], "only one of them"),
    (["recipe", "add", "--keep", "--always", "--when-list", "x"], "no conditions"), (["recipe", "add", "--keep", "--when-list", b"\xff"], "not UTF-8"),
    (["recipe", "add", "--keep", "--last"], "--last"), (["recipe", "set"], "NAME is required"), (["recipe", "set", "x"], "An action, a condition"),
    (["recipe", "set", "x", "--first"], "--first"), (["recipe", "remove"], "NAME is required"), (["recipe", "remove", "x", "y"], "y"),
    (["recipe", "move", "x"], "--first, --last, --position or --before is required"), (["recipe", "move", "x", "--first", "--last"], "one place only"),
    (["recipe", "test", "x", "y"], "y"), (["delivery", "set"], "FORMAT is required"), (["delivery", "set", "mh"], "mh not in"),
    (["delivery", "set", "mbox", "--machine", "--user", "x"], "excludes"), (["delivery", "use-procmail", "x"], "x")])
def test_usage_errors_ask_nobody(empty_bus, arguments, complaint):
    run = ctl(empty_bus, *arguments)
    assert run.returncode == 2 and complaint in run.stderr and run.stdout == ""


def test_no_daemon(empty_bus):
    for verb in (["recipe", "list"], ["recipe", "add", "--keep"], ["recipe", "test", "/dev/null"], ["delivery", "show"], ["delivery", "use-procmail"]):
        run = ctl(empty_bus, *verb)
        assert run.returncode == 5 and "systemctl start mailstackd" in run.stderr


# Another machine

def test_on_another_machine(remote):
    assert ctl_json(remote, "-H", "mail.example.com", "recipe", "list")[0]["name"] == "debian"
    assert ctl_json(remote, "-H", "mail.example.com", "recipe", "add", "--keep", "--user", "alice")["name"] == "keep"
    assert ctl_json(remote, "-H", "mail.example.com", "delivery", "show")["default"] == "maildir"


@pytest.mark.parametrize("words, instead", [([], " < FILE"), (["a.eml", "--user", "alice"], " --user alice < a.eml")])
def test_a_test_on_another_machine_says_what_works_instead(remote, words, instead):
    run = ctl(remote, "-H", "mail.example.com", "recipe", "test", *words)
    assert run.returncode == 2
    assert run.stderr.endswith(f"\nRun it there instead: ssh mail.example.com mailstackctl recipe test{instead}\n")
    assert not pathlib.Path(remote["SSH_CALLS"]).exists(), "and does not connect first"
