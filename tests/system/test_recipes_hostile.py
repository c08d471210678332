# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What must hold when somebody means harm or something is broken: nothing of a user's is expanded or run as root, a broken recipe file
loses no mail, and procmail becomes the local mailer only where a message proves that it delivers."""

import collections
import concurrent.futures
import contextlib
import re

import pytest

import smtp
from corpus_recipes import Recipe
from machine import wait_until
from recipes import await_empty_queue, found, Recipes

CANARY = "/root/canary"
SEEN = "/var/tmp/seen"  # who ran what a user had planted: anybody may write here
PROCMAILRC = "/etc/procmailrc"
PROOF = "/var/lib/mailstack/proof/Maildir"
BEGIN, END = "# >>> mailstack", "# <<< mailstack"


@pytest.fixture(scope="module")
def bus(machine):
    with Recipes(machine) as connection:
        yield connection


@pytest.fixture(scope="module")
def numbers():
    return iter(range(200_000, 300_000))


def message(number: int, subject: str = "plain") -> str:
    return f"From: sender@localhost\nTo: somebody@localhost\nSubject: {subject}\nX-Corpus-Id: {number}\n\nBody.\n"


def reload(bus) -> None:
    answer = bus.call("Reload", interface="org.mailstack1.Manager", seconds=60)
    assert "reply" in answer, answer


@contextlib.contextmanager
def broken(machine, bus, path: str, how: str, input: str = ""):
    """`how` was done to the file; afterwards it is as it was, and the daemon knows."""
    saved = machine.read(path)
    machine.sh(how, input=input)
    try:
        yield
    finally:
        machine.sh(f"rm -rf {path}; cat > {path}; chmod 600 {path}", input=saved)
        if path == RC:
            machine.sh(f"rm {RC}")  # it is made anew of the recipes
        bus.call("Reload", interface="org.mailstack1.Manager", seconds=60)


def by_sendmail(machine, user: str, text: str) -> None:
    with smtp.Session(machine) as session:
        session.sendmail("sender@localhost", [f"{user}@{smtp.HOST}"], text)


def by_procmail(machine, user: str, text: str) -> None:
    machine.do("procmail", "-a", "", "-d", user, input=text)


def where(machine, user: str, number: int, home: str = "") -> list[str]:
    """Every place at which the message is, once it is at one."""
    return wait_until(lambda: sorted(found(machine, user, home).get(str(number), collections.Counter()).elements()), f"message {number} of {user}", 20)


# -- procmail becomes the local mailer ----------------------------------------------------------------------------------------

def test_procmail_is_not_used_where_a_message_would_be_lost(machine, bus):
    """The administrator's own /etc/procmailrc throws everything away: the proof's message too."""
    machine.write(PROCMAILRC, "# by hand\n:0\n/dev/null\n")
    before = {path: machine.read(path) for path in ("/etc/mail/sendmail.mc", "/etc/mail/sendmail.cf", PROCMAILRC)}
    answer = bus.ask("UseProcmail")
    assert answer.get("error", "").endswith("MtaFailed"), answer
    assert "_mailstack" in answer["message"] and f"{PROOF}/new" in answer["message"]
    assert {path: machine.read(path) for path in before} == before
    assert bus.value("LocalMailer") == "/usr/sbin/sensible-mda"
    machine.do("rm", PROCMAILRC)
    smtp.send(machine, "alice", "the old way works")
    assert smtp.await_mail(machine, "alice", "the old way works")


def test_without_the_account_nothing_is_changed(machine, bus):
    line = machine.do("getent", "passwd", "_mailstack")
    machine.sh("sed -i '/^_mailstack:/d' /etc/passwd")
    before = machine.read("/etc/mail/sendmail.cf")
    answer = bus.ask("UseProcmail")
    assert answer.get("error", "").endswith("Unsupported") and "_mailstack" in answer["message"], answer
    assert machine.read("/etc/mail/sendmail.cf") == before
    machine.sh(f"echo '{line}' >> /etc/passwd")


def test_a_local_mailer_chosen_by_hand_is_left_alone(machine, bus):
    before = machine.read("/etc/mail/sendmail.mc")
    machine.write("/etc/mail/sendmail.mc", before.replace("MAILER_DEFINITIONS", "define(`LOCAL_MAILER_PATH', `/usr/bin/true')dnl\nMAILER_DEFINITIONS"))
    answer = bus.ask("UseProcmail")
    assert answer.get("error", "").rpartition(".")[2] in ("Unsupported", "HandEdited", "InvalidConfiguration"), answer
    machine.write("/etc/mail/sendmail.mc", before)
    reload(bus)


def test_it_is_used_once_a_message_has_arrived(machine, bus):
    bus.must("UseProcmail")
    assert re.search(r"^Mlocal,\s+P=/usr/bin/procmail,", machine.read("/etc/mail/sendmail.cf"), re.MULTILINE)
    assert bus.value("LocalMailer") == "/usr/bin/procmail"
    generation, configuration = bus.property("Generation"), machine.read("/etc/mail/sendmail.cf")
    arrived = machine.do("stat", "-c", "%y", PROOF + "/new")
    bus.must("UseProcmail")  # the proof alone
    assert machine.read("/etc/mail/sendmail.cf") == configuration and bus.property("Generation") - generation <= 1
    assert machine.do("stat", "-c", "%y", PROOF + "/new") != arrived, "a new proof each time"
    assert machine.ask("find", PROOF, "-type", "f") == ""
    by_sendmail(machine, "_mailstack", message(1))
    await_empty_queue(machine)
    assert found(machine, "_mailstack", "/var/lib/mailstack/proof") == {}, "other mail to it is kept out"


# -- hostile accounts ---------------------------------------------------------------------------------------------------------

def planted(command: str) -> str:
    return f"{command}; id -u >> {SEEN}; touch {CANARY}"


PROCMAILRC_OF_A_USER = f"""
LOGFILE={CANARY}
VERBOSE=on
DROPPRIVS=no
SHELL=/bin/sh
X=`id -u >> {SEEN}; touch {CANARY}`
TRAP='id -u >> {SEEN}; touch {CANARY}'
INCLUDERC=/root/.procmailrc
:0 c
| id -u >> {SEEN}; cat > {CANARY}
:0 c:
{CANARY}
"""


@pytest.fixture(scope="module")
def hostile(machine, bus):
    """Accounts whose every value is made to break out. useradd would not make some of them; another tool may. A backtick in the name
    or the home directory of /etc/passwd is left out: procmail runs what is in it as root whenever it starts, before it reads any file
    and without one too (measured on both releases); nobody but root can write it there."""
    machine.sh(f"install -m 0666 /dev/null {SEEN}; rm -f {CANARY}")
    entries = {
        # account: (home as passwd has it)
        "mallory": "/home/mallory",
        "trudy": f"/home/tr udy/|touch {CANARY}",
        "eve": f"/home/$(touch {CANARY})",
        "sybil": "/home/sybil'\";|x",
        "../../home/mallory/evil": "/home/mallory",
        "x$(id)": "/home/mallory",
    }
    uid = 5000
    homes = {}
    for name, home in entries.items():
        if name != "mallory":
            uid += 1
            machine.write("/srv/line", f"{name}:x:{uid}:{uid}::{home}:/bin/sh\n")
            machine.sh("cat /srv/line >> /etc/passwd")
            machine.path(home).mkdir(parents=True, exist_ok=True)
            machine.path(home).chmod(0o755)
        homes[name] = home
        rc = machine.path(home) / ".procmailrc"
        rc.write_text(PROCMAILRC_OF_A_USER)
        owner = 5000 if name == "mallory" else uid
        if name == "mallory":
            machine.do("chown", "-R", "mallory:mallory", home)
        elif home != "/home/mallory":
            machine.do("chown", "-R", f"{owner}:{owner}", home)
    # What an include that goes astray would read, and programs that an open PATH would find.
    machine.write("/home/mallory/evil.rc", PROCMAILRC_OF_A_USER)
    for name in ("mkdir", "formail", "sendmail", "test", "sh"):
        machine.write(f"/home/mallory/{name}", f"#!/bin/sh\nid -u >> {SEEN}\ntouch {CANARY}\n", "0755")
    bus.must("SetDefaultDelivery", "s", "maildir")
    return homes


def assert_unharmed(machine) -> None:
    assert machine.run("test", "-e", CANARY).returncode != 0, "something of a user's was done as root: " + machine.ask("ls", "-l", CANARY)
    ran_as = set(machine.read(SEEN).split())
    assert "0" not in ran_as, f"something of a user's was run as root: {ran_as}"
    assert machine.read(SEEN) == "" or machine.sh(f": > {SEEN}") == ""


def test_mailstacks_part_comes_first_and_drops_privileges(machine, hostile):
    part = machine.read(PROCMAILRC)
    lines = [line for line in part[part.index(BEGIN):part.index(END)].splitlines() if line and not line.startswith("#")]
    assert lines[0] == "DROPPRIVS=yes", lines


# Whose own ~/.procmailrc procmail reads: the others' home directories are not theirs, or not there for procmail.
READ = ("mallory", "trudy", "eve")


def assert_the_users_own_ran(machine) -> None:
    """What each planted ran, as this user, and as nobody else."""
    ran = set(machine.read(SEEN).split())
    assert ran == {machine.do("id", "-u", name) for name in READ}
    assert_unharmed(machine)


def test_nothing_of_a_users_is_done_as_root_by_procmail(machine, hostile, numbers):
    with concurrent.futures.ThreadPoolExecutor(len(hostile)) as pool:
        runs = {name: pool.submit(machine.run, "procmail", "-a", "", "-d", name, input=message(next(numbers))) for name in hostile}
    for name, run in runs.items():
        assert run.result().returncode in (0, 67, 73, 75, 77), (name, run.result())
    assert_the_users_own_ran(machine)


def test_nothing_of_a_users_is_done_as_root_by_sendmail(machine, hostile, numbers):
    for name in hostile:
        if re.fullmatch("[a-z]+", name):  # the others are no addresses
            by_sendmail(machine, name, message(next(numbers)))
    await_empty_queue(machine)
    assert_the_users_own_ran(machine)


def test_who_calls_procmail_himself_gains_nothing(machine, hostile, numbers):
    """procmail is setuid root. The environment is the caller's: where to look for programs, what to read, what to be called."""
    environment = ("env", "HOME=/home/mallory", "LOGNAME=../../home/mallory/evil", "PATH=/home/mallory", "SHELL=/home/mallory/sh",
                   "DROPPRIVS=no", "DEFAULT=" + CANARY, "MAILDIR=/root", "LOGFILE=" + CANARY, "INCLUDERC=/home/mallory/evil.rc",
                   "LD_PRELOAD=/home/mallory/x.so", "IFS=/", "ENV=/home/mallory/evil.rc", "MAILSTACK_ANY=yes", "ORGMAIL=" + CANARY,
                   "SENDMAIL=/home/mallory/sendmail", "/usr/bin/procmail")
    ways = (["-d", "mallory"], ["-p", "-d", "mallory"], ["-t", "-d", "mallory"], ["-a", "`touch " + CANARY + "`", "-d", "mallory"],
            ["-p", "-d", "alice"], ["-Y", "-o", "-d", "mallory"], ["-p", "-f", "$(touch /root/canary)", "-d", "mallory"],
            ["-p"], ["-p", "-m", "/etc/procmailrc"], ["-p", "LOGNAME=root", "/etc/procmailrc"])
    # All at once: some wait for locks that they do not get, and who reads no /etc/procmailrc waits long.
    with concurrent.futures.ThreadPoolExecutor(len(ways)) as pool:
        calls = [pool.submit(machine.run, *environment, *options, user="mallory", input=message(next(numbers))) for options in ways]
    assert len([call.result() for call in calls]) == len(ways)
    assert_unharmed(machine)


BREAKING_OUT = ["x\n:0\n| touch /root/canary", "x\r\n* ^x", "`touch /root/canary`", "$(touch /root/canary)", "$HOME", "${HOME}", "x | sh",
                "x\n}\nDROPPRIVS=no\n", "? /bin/touch /root/canary", "$ ? touch /root/canary", "!x", "x\\", "\\", "(", ")", "[", "]", "x\"y", "x'y",
                "< 1000", "1^1 x", "HOST ?? x", "H B ?? x", "{", "}", "#", "*", "\\/x", "^^x^^", "^TO_", "^FROM_DAEMON", "\0", "x" * 999]


def test_no_value_of_a_recipe_adds_a_line_a_condition_or_a_flag(machine, bus, hostile, numbers):
    """What is taken is one condition and one action; what would be more is refused. By root, who may change recipes as often as he likes."""
    taken = 0
    for text in BREAKING_OUT:
        for condition in (f"header Subject contains {text}", f"header Subject equals {text}", f"header Subject matches {text}",
                          f"sender contains {text}", f"list equals {text}", f"body contains {text}", f"recipient equals {text}",
                          f"header {text} exists", f"size over {text}", text):
            answer = bus.ask("AddRecipe", "sssasssu", "mallory", "tried", "all", [condition], "folder Tried", "stop", 0)
            if "error" in answer:
                assert answer["error"].rpartition(".")[2] in ("InvalidArgument", "InvalidExpression", "LimitExceeded"), (condition, answer)
                continue
            taken += 1
            rc = machine.read("/etc/mailstack/procmail/mallory.rc")
            assert one_recipe(rc), (condition, rc)
            bus.remove("mallory", "tried")
    assert taken > 50
    for action in ("folder ../../root/canary", "folder a\n:0", "folder $HOME", "folder `id`", "folder /root/canary", "folder .", "folder new",
                   "forward -bs", "forward |/bin/sh", "forward /root/canary", "forward x\ny", "forward \"|sh\"", "forward :include:/etc/shadow",
                   "keep x", "discard x", "", "folder", "forward", "| sh", "! root"):
        answer = bus.ask("AddRecipe", "sssasssu", "mallory", "tried", "all", ["header X exists"], action, "stop", 0)
        assert answer.get("error", "").rpartition(".")[2] in ("InvalidArgument", "InvalidAddress", "LimitExceeded"), (action, answer)
    assert_unharmed(machine)


def test_an_account_changes_its_own_recipes_and_no_more(machine, hostile):
    with Recipes(machine, "mallory") as mallory:
        assert "reply" in mallory.ask("AddRecipe", "sssasssu", "", "own", "all", ["header X exists"], "keep", "stop", 0)
        assert "reply" in mallory.ask("RemoveRecipe", "ss", "mallory", "own")
        for member, *arguments in (("AddRecipe", "sssasssu", "", "tried", "all", [], "pipe /bin/sh", "stop", 0),
                                   ("AddRecipe", "sssasssu", "", "tried", "all", ["program /bin/sh"], "keep", "stop", 0),
                                   ("AddRecipe", "sssasssu", "alice", "tried", "all", ["header X exists"], "keep", "stop", 0),
                                   ("SetDelivery", "ss", "alice", "mbox"), ("ListRecipes", "s", "alice"), ("UseProcmail", ""),
                                   ("SetDefaultDelivery", "s", "mbox")):
            assert mallory.ask(member, *arguments).get("error", "").rpartition(".")[2] in ("AccessDenied", "InteractiveAuthorizationRequired"), member


def one_recipe(rc: str) -> bool:
    """Whether the file has one delivering place beside the one that makes its folder, and no program but mkdir."""
    lines = [line.strip() for line in rc.splitlines() if line.strip() and not line.strip().startswith("#")]
    starts = [line for line in lines if line.startswith(":0")]
    programs = [line for line in lines if re.match(r"[|!]|\* *!? *\?", line)]
    known = re.compile(r":0|\*|[A-Z_]+=|\$HOME/|\"?\$HOME|[{}]")
    return len(starts) <= 3 and all("/bin/mkdir -p" in line for line in programs) and all(known.match(line) for line in lines)


# -- broken files -------------------------------------------------------------------------------------------------------------

RC = "/etc/mailstack/procmail/frank.rc"
YAML = "/etc/mailstack/recipes/frank.yaml"
BREAK = {
    "missing": f"rm -f {RC}",
    "unreadable": f"chmod 000 {RC}",
    "a directory": f"rm -f {RC}; mkdir {RC}",
    "a link to nowhere": f"rm -f {RC}; ln -s /nowhere {RC}",
    "empty": f": > {RC}",
    "cut off": f"truncate -s 60 {RC}",
    "octets": f"head -c 4000 /dev/urandom > {RC}",
    "open braces": f"printf ':0\\n* ^Subject:.*((\\n{{\\n:0\\n{{\\n' > {RC}",
    "no recipe at all": f"printf '((((\\n* * *\\n}}\\n}}\\n' > {RC}",
}


@pytest.fixture(scope="module")
def frank(machine, bus, hostile):
    machine.do("useradd", "--create-home", "--shell", "/bin/sh", "frank")
    bus.add("frank", Recipe("first", ("header Subject contains for the folder",), "folder First"))
    return machine


@pytest.mark.parametrize("how", BREAK)
def test_a_broken_rc_loses_no_mail(frank, bus, numbers, how):
    """The default mailbox is what mailstack's part of /etc/procmailrc says, before the file is read."""
    with broken(frank, bus, RC, BREAK[how]):
        for send in (by_sendmail, by_procmail):
            number = next(numbers)
            send(frank, "frank", message(number, "plain"))
            assert where(frank, "frank", number) == ["/home/frank/Maildir/"], (how, send.__name__)
        assert "frank" in frank.ask("mailstackctl", "check", "--json"), "Check tells of it"
    number = next(numbers)
    by_procmail(frank, "frank", message(number, "for the folder"))
    assert where(frank, "frank", number) == ["/home/frank/Maildir/.First/"], how


@pytest.mark.parametrize("garbage", ["recipes: [", "recipes: 7\n", "\tx\n", "recipes:\n  first: {when: nonsense here, action: folder First}\n",
                                     "recipes:\n  first: {action: fold First}\n", "{}{}{}", "recipes:\n  ../../x: {action: keep}\n", "\x00\x01\x02",
                                     "a: &a [*a, *a]\n"])
def test_garbage_in_the_recipes_loses_no_mail(frank, bus, numbers, garbage):
    with broken(frank, bus, YAML, f"cat > {YAML}", garbage):
        bus.call("Reload", interface="org.mailstack1.Manager", seconds=60)
        for send in (by_sendmail, by_procmail):
            number = next(numbers)
            send(frank, "frank", message(number, "plain"))
            assert where(frank, "frank", number) == ["/home/frank/Maildir/"], (garbage, send.__name__)
        answer = bus.ask("AddRecipe", "sssasssu", "frank", "another", "all", ["header X exists"], "keep", "stop", 0)
        assert answer.get("error", "").rpartition(".")[2] in ("InvalidConfiguration", "Unsupported"), answer
        assert "frank" in frank.ask("mailstackctl", "check", "--json"), "Check tells of it"
    assert bus.names("frank") == ["first"]


def test_a_change_that_would_lose_all_mail_is_refused(frank, bus):
    answer = bus.ask("AddRecipe", "sssasssu", "frank", "gone", "all", ["header From matches ."], "discard", "stop", 1)
    assert answer.get("error", "").endswith("LosesMail"), answer
    assert bus.names("frank") == ["first"]


def test_what_stood_in_procmailrc_stays(machine, bus, numbers, hostile):
    """mailstack's part is one among lines of a person's own, wherever they stand."""
    text = machine.read(PROCMAILRC)
    own = "# mine\nPATH=/usr/bin:/bin\n:0\n* ^X-Mine: yes\n/var/mail/mine-$LOGNAME\n\n"
    machine.write(PROCMAILRC, own + text)
    bus.must("SetDefaultDelivery", "s", "mbox")
    bus.must("SetDefaultDelivery", "s", "maildir")
    assert machine.read(PROCMAILRC) == own + text


def test_an_account_without_a_home_gets_its_mail(machine, bus, numbers, hostile):
    """Where no Maildir can be made, procmail tries its lock for a while, and delivers as if there were no mailstack."""
    number = next(numbers)
    assert machine.ask("sh", "-c", "getent passwd nobody | cut -d: -f6") == "/nonexistent"
    by_procmail(machine, "nobody", message(number, "homeless"))
    assert f"X-Corpus-Id: {number}" in machine.read("/var/mail/nobody")
