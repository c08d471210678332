# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mailstackctl against a service that answers by script: every exit status, what it prints, help, ssh, completion.

test_client.py holds it against the real daemon.
"""

import json
import os
import pathlib
import pty
import re
import subprocess
import time
from unittest.mock import ANY

import pytest
from scripted_bus import COMPLETION, complete, ctl, ctl_json, empty_bus, read_lines, remote, scripted

VERBS = [["status"], ["alias", "list"], ["alias", "get"], ["alias", "add"], ["alias", "set"], ["alias", "remove"],
         ["alias", "import"], ["table", "list"], ["table", "get"], ["table", "set"], ["table", "remove"], ["domain", "list"],
         ["domain", "add"], ["domain", "remove"], ["relay", "list"], ["relay", "use"], ["relay", "test"],
         ["relay", "add"], ["relay", "set"], ["relay", "secret"], ["relay", "remove"], ["relay", "to"], ["relay", "flush"],
         ["relay", "sender", "list"], ["relay", "sender", "add"], ["relay", "sender", "remove"], ["cert", "show"],
         ["cert", "rotate"], ["cert", "install"], ["cert", "request"], ["recipe", "list"], ["recipe", "add"],
         ["recipe", "set"], ["recipe", "remove"], ["recipe", "move"], ["recipe", "test"], ["delivery", "show"], ["delivery", "set"],
         ["delivery", "use-procmail"], ["setup"], ["reload"], ["restart"], ["monitor"]]
OURS = "org.mailstack1.Error."


# What it prints

def test_status_text(scripted):
    run = ctl(scripted, "status")
    assert run.returncode == 0, run.stderr
    until = time.strftime("%Y-%m-%d %H:%M", time.localtime(ctl_json(scripted, "status")["certificate"]["not_after"]))
    assert run.stdout == f"""\
mailstackd 9.9, running: by script
  Generation:                7, but live is 6
  MTA:                       sendmail.service, running
  Route:                     direct
  Certificate:               valid, until {until} (400 days left)
  Delivery:                  /usr/bin/procmail, into Maildir of the home directory
  Aliases:                   2,500
  Edited by hand, not live:  /etc/aliases ('mailstackctl reload' makes it live)
  Problems:                  1

Problems in the files:
  /etc/aliases:12 (and line 4): 'sales' is defined twice

You may:
  read    yes
  reload  yes, with a password
"""


def test_status_json(scripted):
    told = ctl_json(scripted, "status")
    assert told.pop("certificate") == {"status": "valid", "names": ["mail.example.org", "example.org"], "not_after": ANY}
    assert told == {
        "version": "9.9", "state": "running", "state_reason": "by script", "generation": 7, "live_generation": 6,
        "mta_unit": "sendmail.service", "mta_state": "running", "drifted": ["/etc/aliases"],
        "route": {"active": "direct", "until": None, "return_to": None}, "local_mailer": "/usr/bin/procmail", "default_delivery": "maildir",
        "aliases": 2500,
        "problems": [{"file": "/etc/aliases", "line": 12, "other_line": 4, "message": "'sales' is defined twice"}],
        "permissions": {"org.mailstack1.read": "yes", "org.mailstack1.reload": "challenge"}}


@pytest.mark.parametrize("scripted", [{"SCRIPTED_STATE": "degraded"}], indirect=True)
def test_status_of_a_degraded_daemon_has_its_own_exit_status(scripted):
    run = ctl(scripted, "status")
    assert run.returncode == 11
    assert run.stdout.startswith("mailstackd 9.9, degraded: by script\n")


def test_list_goes_through_all_pages(scripted):
    aliases = ctl_json(scripted, "alias", "list")
    assert len(aliases) == 2500
    assert aliases[0] == {"name": "alias0000", "recipients": ["alias0000@example.com", "bob"], "source": "/etc/aliases:1"}
    assert [alias["name"] for alias in aliases] == [f"alias{number:04}" for number in range(2500)]


def test_list_with_prefix_limit_and_names(scripted):
    assert ctl(scripted, "alias", "list", "alias00", "--names").stdout.splitlines() == [f"alias{n:04}" for n in range(100)]
    assert len(ctl_json(scripted, "alias", "list", "--limit", "1001")) == 1001
    assert ctl_json(scripted, "alias", "list", "nothing") == []
    assert ctl(scripted, "alias", "list", "alias000", "--limit", "2").stdout == (
        "NAME       DEFINED AT      RECIPIENTS\n"
        "alias0000  /etc/aliases:1  alias0000@example.com, bob\n"
        "alias0001  /etc/aliases:2  alias0001@example.com, bob\n")


def test_table_list_goes_through_all_pages(scripted):
    entries = ctl_json(scripted, "table", "list", "access")
    assert len(entries) == 201
    assert entries[0] == {"key": "connect:192.0.2.000", "value": "REJECT", "source": "/etc/mail/access:1"}
    assert entries[200]["value"] == "ERROR:5.7.1:550 Go away"
    assert len(ctl(scripted, "table", "list", "access", "--keys").stdout.splitlines()) == 201
    assert len(ctl_json(scripted, "table", "list", "access", "--limit", "101")) == 101
    assert ctl(scripted, "table", "list", "access", "Connect:192.0.2.00", "--limit", "2").stdout == (
        "KEY                  DEFINED AT          VALUE\n"
        "connect:192.0.2.000  /etc/mail/access:1  REJECT\n"
        "connect:192.0.2.001  /etc/mail/access:2  REJECT\n")


def test_an_empty_list_tells_why_where_nobody_looks_into_the_table(scripted):
    run = ctl(scripted, "table", "list", "mailertable", "--json")
    assert (run.returncode, run.stdout) == (0, "[]\n")
    assert run.stderr == "mailstackctl: sendmail.mc needs FEATURE(`mailertable')\n"
    assert ctl(scripted, "table", "list", "access", "nothing").stderr == ""


def test_table_get(scripted):
    assert ctl(scripted, "table", "get", "virtusertable", "info@example.org").stdout == "alice\n"
    assert ctl_json(scripted, "table", "get", "access", "From:spam.example") == {
        "key": "From:spam.example", "value": "ERROR:5.7.1:550 Go away"}


def test_domain_list(scripted):
    assert ctl(scripted, "domain", "list").stdout == "example.org\nexample.net\nmail.example\n"
    assert ctl_json(scripted, "domain", "list") == ["example.org", "example.net", "mail.example"]


def test_get(scripted):
    assert ctl(scripted, "alias", "get", "sales").stdout == "alice\nbob@example.com\n"
    assert ctl_json(scripted, "alias", "get", "sales") == {"name": "sales", "recipients": ["alice", "bob@example.com"]}


@pytest.mark.parametrize("arguments", [["alias", "add", "sales", "alice", "|/bin/prog x"], ["alias", "set", "sales", "bob"],
                                       ["alias", "remove", "sales"]])
def test_changes(scripted, arguments):
    assert ctl(scripted, *arguments).stdout == "sales: live as generation 8\n"
    assert ctl_json(scripted, *arguments) == {"generation": 8, "live": True}


@pytest.mark.parametrize("arguments", [["set", "access", "[192.0.2.7]", "REJECT"], ["remove", "access", "[192.0.2.7]"]])
def test_changes_of_tables(scripted, arguments):
    """The key is in brackets, which CLI11 takes for a list elsewhere."""
    assert ctl(scripted, "table", *arguments).stdout == "access [192.0.2.7]: live as generation 8\n"
    assert ctl_json(scripted, "table", *arguments) == {"generation": 8, "live": True}


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_changes_of_domains(scripted, verb):
    assert ctl(scripted, "domain", verb, "example.org").stdout == "example.org: live as generation 9\n"
    assert ctl_json(scripted, "domain", verb, "example.org") == {"generation": 9, "live": True}


@pytest.mark.parametrize("verb", ["reload", "restart"])
def test_service_verbs(scripted, verb):
    assert ctl(scripted, verb).stdout == f"{verb}: live as generation 9\n"
    assert ctl_json(scripted, verb) == {"generation": 9, "live": True}


def test_reload_that_rebuilds(scripted):
    assert ctl(scripted, "reload", "--rebuild-cf").stdout == "reload: live as generation 10\n"


def test_setup(scripted):
    done = ctl(scripted, "setup", "--domain", "unknown.invalid", "--user", "alice")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "unknown.invalid: live as generation 9; root's mail goes to alice"
    # RFC 2606: these never resolve. Nothing is written: the line is an offer.
    assert "unknown.invalid, mail.unknown.invalid" in lines[1] and "/etc/hosts" in lines[1]
    assert lines[2].startswith("    127.0.0.1 unknown.invalid mail.unknown.invalid")
    told = ctl_json(scripted, "setup", "--domain", "unknown.invalid", "--user", "alice")
    assert (told["generation"], told["live"]) == (9, True)
    assert told["unresolved"][:2] == ["unknown.invalid", "mail.unknown.invalid"]
    assert told["hosts_line"] == " ".join(["127.0.0.1", *told["unresolved"]])
    assert set(told["missing_packages"]) <= {"sasl2-bin", "libsasl2-modules"}


@pytest.mark.parametrize("words, options", [
    ([], "[]"), (["--listen", "loopback"], "[('listen', 'loopback')]"),
    (["--delivery", "maildir"], "[('delivery', 'maildir')]"), (["--no-submission", "--replace-cf"], "[('replace-cf', True), ('submission', False)]")])
def test_setup_tells_what_was_given_and_no_more(scripted, words, options):
    done = ctl(scripted, "setup", "--domain", "told.example", "--user", "alice", *words)
    assert f"told: alice {options}" in done.stderr


@pytest.mark.parametrize("words", [["--domain", "x.example"], ["--user", "alice"],
                                   ["--domain", "x.example", "--user", "alice", "--listen", "somewhere"]])
def test_setup_without_what_it_needs(scripted, words):
    assert ctl(scripted, "setup", *words).returncode == 2


def test_arguments_that_look_like_verbs_or_options(scripted):
    assert ctl(scripted, "alias", "add", "status", "list", "monitor").returncode == 0
    assert ctl(scripted, "alias", "add", "sales", "--", "-bob", "--json").stdout == "sales: live as generation 8\n"
    assert ctl(scripted, "alias", "add", "sales", "bob", "--json").stdout == '{"generation":8,"live":true}\n'


def test_import_from_file_and_from_standard_input(scripted, tmp_path):
    file = tmp_path / "aliases"
    file.write_text("a: b\nc: d\n")
    run = ctl(scripted, "alias", "import", str(file))
    assert (run.stdout, run.stderr) == ("2 added, 2 replaced, 3 kept: live as generation 8\n", "")
    assert ctl_json(scripted, "alias", "import", "-", "--on-conflict", "replace", input="x: y\n") == {
        "generation": 8, "live": True, "added": 1, "replaced": 2, "kept": 3}


def run_on_terminal(environment, *arguments):
    """Exit status and all that is written to a terminal that is standard error."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen([environment["MAILSTACKCTL"], *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    written = b""
    while True:
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # EIO: the last writer has closed it
            chunk = b""
        if not chunk:
            break
        written += chunk
    os.close(ours)
    return child.wait(), written.decode()


def test_import_shows_progress_on_a_terminal(scripted, tmp_path):
    file = tmp_path / "aliases"
    file.write_text("slow\n")
    status, written = run_on_terminal(scripted, "alias", "import", str(file))
    assert status == 0
    shown = written.split("\r\x1b[K")
    assert shown[1:-1] == [f"[{'#' * filled}{'-' * (30 - filled)}] {percent:3} %  {done} of 1,000" for filled, percent, done in
                           [(7, 25, "250"), (15, 50, "500"), (22, 75, "750"), (30, 100, "1,000")]]
    assert shown[-1] == "", "the bar is wiped at the end"


SIGNALS = [["alias", "add", "signals", "x"], ["table", "set", "access", "signals", "x"], ["domain", "add", "signals"]]


def monitor(environment, *options):
    """The lines that `monitor` prints for one of each signal."""
    child = subprocess.Popen([environment["MAILSTACKCTL"], *options, "monitor"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert read_lines(child.stderr, 1) == ["watching mailstackd 9.9; Ctrl-C ends this"]
        for change in SIGNALS:
            assert ctl(environment, *change).returncode == 0
        return read_lines(child.stdout, 7)
    finally:
        child.terminate()
        child.communicate()


def test_monitor_json(scripted):
    lines = [json.loads(line) for line in monitor(scripted, "--json")]
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line.pop("time"))
    assert lines == [
        {"signal": "Applied", "generation": 8, "changes": ["AddAlias signals"]},
        {"signal": "RolledBack", "generation": 7, "reason": "the proof failed"},
        {"signal": "AliasesChanged", "generation": 8, "names": ["signals"], "more": True},
        {"signal": "PropertiesChanged", "interface": "org.mailstack1.Manager",
         "changed": {"Drifted": ["/etc/aliases"], "Generation": 8}},
        {"signal": "EntriesChanged", "table": "access", "generation": 8, "keys": ["signals"], "more": True},
        {"signal": "PropertiesChanged", "interface": "org.mailstack1.Table", "changed": {"Count": 202}, "table": "access"},
        {"signal": "PropertiesChanged", "interface": "org.mailstack1.Domains", "changed": {"Names": ["signals"]}}]


def test_monitor_text(scripted):
    assert [line.split("  ", 1)[1] for line in monitor(scripted)] == [
        "Applied  generation 8: AddAlias signals", "RolledBack  generation 7 is live again: the proof failed",
        "AliasesChanged  generation 8: signals and more", 'PropertiesChanged  Drifted = ["/etc/aliases"], Generation = 8',
        "EntriesChanged  generation 8, access: signals and more", "PropertiesChanged  access: Count = 202",
        'PropertiesChanged  Names = ["signals"]']


# How it fails

@pytest.mark.parametrize("error, status", [
    ("NoSuchAlias", 3), ("NoSuchEntry", 3), ("NoSuchDomain", 3), ("org.freedesktop.DBus.Error.AccessDenied", 4),
    ("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", 4), ("org.freedesktop.DBus.Error.ServiceUnknown", 5),
    ("NoSuchRoute", 3), ("NoSuchRecipe", 3), ("NoSuchAccount", 3), ("InvalidExpression", 7), ("LosesMail", 7), ("RouteInUse", 8), ("NoSecret", 7), ("NoMta", 6), ("InvalidArgument", 7), ("InvalidAddress", 7),
    ("InvalidConfiguration", 7), ("AliasLoop", 7), ("LimitExceeded", 7), ("AlreadyExists", 8), ("HandEdited", 8), ("BadCertificate", 7),
    ("BadKey", 7), ("KeyMismatch", 7), ("CertExpired", 7), ("CertNotYetValid", 7), ("NameMismatch", 12), ("WeakKey", 7), ("BrokenChain", 7),
    ("WrongPurpose", 7),
    ("Busy", 9), ("Timeout", 9), ("MtaFailed", 10), ("Degraded", 11), ("NoSpace", 1), ("ReadOnly", 1), ("IoFailed", 1),
    ("UnsafeFile", 1), ("Unsupported", 1), ("Internal", 1), ("org.example.Odd", 1)])
def test_exit_status_of_every_error(scripted, error, status):
    run = ctl(scripted, "--json", "alias", "add", "error:" + error, "bob")
    assert run.returncode == status
    answer = json.loads(run.stdout)
    assert answer["error"] == (error if "." in error else OURS + error)
    assert answer["exit_status"] == status
    assert run.stderr.startswith(f"mailstackctl: {answer['message']}\n{answer['advice']}")
    assert ("generation" in answer) == (status == 6)


def test_what_is_written_but_not_live_tells_its_generation(scripted):
    answer = json.loads(ctl(scripted, "--json", "alias", "remove", "error:NoMta").stdout)
    assert (answer["generation"], answer["live"]) == (41, False)


def test_a_denial_names_the_action_and_the_way_to_it(scripted):
    run = ctl(scripted, "alias", "remove", "error:org.freedesktop.DBus.Error.AccessDenied")
    assert "'org.mailstack1.manage-aliases' with a rule in /etc/polkit-1/rules.d" in run.stderr
    assert run.stdout == ""


def test_no_daemon(empty_bus):
    for verb in (["status"], ["alias", "list"], ["reload"], ["monitor"], ["alias", "import", "/dev/null"]):
        run = ctl(empty_bus, *verb)
        assert run.returncode == 5, verb
        assert "systemctl start mailstackd" in run.stderr
        assert run.stdout == ""


def test_a_daemon_that_ends_without_an_answer(scripted):
    assert ctl(scripted, "alias", "add", "vanish", "x").returncode == 5


def test_no_bus(empty_bus):
    run = ctl({**empty_bus, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus"}, "status")
    assert run.returncode == 5
    assert "could not connect to the system bus" in run.stderr


@pytest.mark.parametrize("arguments, complaint", [
    ([], "A verb is required"), (["alias"], "A verb is required"), (["bogus"], "bogus"), (["alias", "bogus"], "bogus"),
    (["status", "--bogus"], "--bogus"), (["alias", "add", "sales"], "RECIPIENT is required"), (["alias", "get"], "NAME is required"),
    (["alias", "import", "x", "--on-conflict", "merge"], "merge"), (["alias", "list", "--limit", "many"], "many"),
    (["alias", "add", "sales", "[a,b]"], "[a,b]"), (["alias", "remove", b"\xff"], "not UTF-8"), (["alias", "get", "a", "b"], "b"),
    (["table"], "A verb is required"), (["table", "list"], "TABLE is required"), (["table", "list", "aliases"], "aliases not in"),
    (["table", "set", "access", "a"], "VALUE is required"), (["table", "set", "access", "a", "b", "c"], "c"),
    (["table", "get", "access", b"\xff"], "not UTF-8"), (["domain", "add"], "NAME is required"), (["domain", "remove", "a", "b"], "b"),
    (["relay"], "A verb is required"), (["relay", "sender"], "A verb is required"), (["relay", "use"], "ID is required"),
    (["relay", "use", "a", "--for", "1x"], "'1x' is no duration"), (["relay", "use", "a", "--for", "0"], "'0' is no duration"),
    (["relay", "add", "a"], "HOST is required"), (["relay", "add", "a", "b", "--tls", "some"], "some not in"),
    (["relay", "add", "a", "b", "--port", "0"], "0"), (["relay", "add", "a", "b", "--port", "65536"], "65536"),
    (["relay", "add", "a", "b", "--secret-stdin"], "--user"), (["relay", "set", "a"], "HOST, --port, --tls or --user is required"),
    (["relay", "to", "direct"], "'relay use direct' switches to it"), (["relay", "test", b"\xff"], "not UTF-8"),
    (["relay", "sender", "add", "@example.org"], "ID is required")])
def test_usage_errors_ask_nobody(empty_bus, arguments, complaint):
    run = ctl(empty_bus, *arguments)
    assert run.returncode == 2
    assert run.stderr.startswith("mailstackctl: ") and complaint in run.stderr
    assert "--help" in run.stderr
    assert run.stdout == ""


@pytest.mark.parametrize("file, status, complaint", [("/nonexistent/file", 1, "could not open '/nonexistent/file'"),
                                                     ("/", 1, "Is a directory"), ("/dev/zero", 7, "larger than the 128 MiB")])
def test_files_that_cannot_be_imported(scripted, file, status, complaint):
    run = ctl(scripted, "alias", "import", file)
    assert run.returncode == status
    assert complaint in run.stderr


# Passwords

def test_a_dialog_is_allowed_unless_forbidden(scripted):
    add = ["alias", "add", "was-interactive", "x"]
    assert ctl_json(scripted, *add)["generation"] == 1
    assert ctl_json(scripted, "--no-ask-password", *add)["generation"] == 2
    assert ctl_json(scripted, *add, "--no-ask-password")["generation"] == 2


# Another machine

def test_another_machine_through_ssh(remote):
    assert ctl_json(remote, "-H", "root@mail.example.com", "alias", "get", "sales")["recipients"] == ["alice", "bob@example.com"]
    assert ctl_json(remote, "alias", "add", "sales", "x", "--host", "root@mail.example.com")["generation"] == 8
    assert ctl_json(remote, "table", "get", "virtusertable", "info@example.org", "-H", "root@mail.example.com")["value"] == "alice"
    assert ctl_json(remote, "-H", "root@mail.example.com", "domain", "list")[0] == "example.org"
    assert "root@mail.example.com" in pathlib.Path(remote["SSH_CALLS"]).read_text()


def test_import_on_another_machine_says_what_works_instead(remote):
    run = ctl(remote, "-H", "mail.example.com", "alias", "import", "new.txt", "--on-conflict", "keep")
    assert run.returncode == 2
    assert "ssh mail.example.com mailstackctl alias import --on-conflict keep - < new.txt" in run.stderr
    assert not pathlib.Path(remote["SSH_CALLS"]).exists(), "and does not connect first"


def test_a_machine_that_cannot_be_reached(scripted, tmp_path):
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\nexit 255\n")
    ssh.chmod(0o755)
    run = ctl({**scripted, "PATH": f"{tmp_path}:{os.environ['PATH']}"}, "-H", "nowhere.example", "status")
    assert run.returncode == 5
    assert "nowhere.example" in run.stderr


# Help and completion

@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_verb_has_help_with_examples_that_parse(empty_bus, verb, tmp_path):
    run = ctl(empty_bus, *verb, "--help")
    assert run.returncode == 0
    assert " ".join(verb) in run.stdout
    examples = [line.strip() for line in run.stdout.partition("Examples:\n")[2].splitlines()]
    assert examples and all(example.startswith("mailstackctl ") for example in examples)
    for example in examples:
        example = re.sub(r"fullchain\.pem|privkey\.pem|answer\.pem|message\.eml", str(COMPLETION), example)  # any file will do
        example = example.replace("mail.csr", str(tmp_path / "mail.csr"))
        local = re.sub(r" -H \S+| <.*| \|.* \..*", "", example)  # without ssh, redirection and the pipe to jq
        tried = subprocess.run(["bash", "-c", local.replace("mailstackctl", empty_bus["MAILSTACKCTL"], 1).replace("new-aliases.txt", "/dev/null")],
                               env=empty_bus, capture_output=True, text=True, input="hunter2\n", timeout=60)
        assert tried.returncode == 5, f"{example}: understood, but nobody is there: {tried.stderr}"


def test_version_and_general_help(empty_bus):
    assert re.fullmatch(r"mailstackctl \d+\.\d+\.\d+\n", ctl(empty_bus, "--version").stdout)
    general = ctl(empty_bus, "--help").stdout
    assert all(verb[0] in general for verb in VERBS) and "Examples:" in general


@pytest.mark.parametrize("line, offers", [
    ("mailstackctl ", ["status", "check", "explain", "alias", "table", "domain", "relay", "cert", "recipe", "delivery", "setup",
                     "reload", "restart", "monitor"]),
    ("mailstackctl re", ["relay", "recipe", "reload", "restart"]),
    ("mailstackctl --json al", ["alias"]), ("mailstackctl alias ", ["list", "get", "add", "set", "remove", "import"]),
    ("mailstackctl table ", ["list", "get", "set", "remove"]), ("mailstackctl table set ", ["access", "virtusertable", "mailertable"]),
    ("mailstackctl table get ma", ["mailertable"]), ("mailstackctl table list access --k", ["--keys"]),
    ("mailstackctl table get access fr", ["from:spam.example"]), ("mailstackctl table get access from:", ["spam.example"]),
    ("mailstackctl table set access Connect:192.0.2.19", [f"192.0.2.19{n}" for n in range(10)]),
    ("mailstackctl table remove virtusertable info@exam", ["@example.org"]), ("mailstackctl table set access From:spam.example ", []),
    ("mailstackctl domain ", ["list", "add", "remove"]), ("mailstackctl domain remove ", ["example.org", "example.net", "mail.example"]),
    ("mailstackctl -H root@host domain remove m", ["mail.example"]),
    ("mailstackctl -H host alias re", ["remove"]), ("mailstackctl alias import --on-conflict ", ["fail", "keep", "replace"]),
    ("mailstackctl setup --listen ", ["keep", "everywhere", "loopback"]), ("mailstackctl setup --user roo", ["root"]),
    ("mailstackctl reload --re", ["--rebuild-cf"]), ("mailstackctl setup --listen keep --do", ["--domain"]),
    ("mailstackctl alias list --l", ["--limit"]), ("mailstackctl --no", ["--no-ask-password"]),
    ("mailstackctl alias get alias001", [f"alias001{n}" for n in range(10)]), ("mailstackctl alias remove alias2499", ["alias2499"]),
    ("mailstackctl alias get nothing", []), ("mailstackctl alias add sales roo", ["root"]), ("mailstackctl status x", []),
    ("mailstackctl relay ", ["list", "use", "test", "add", "set", "secret", "remove", "to", "flush", "sender"]),
    ("mailstackctl relay use ", ["direct", "local-only", "home", "work"]), ("mailstackctl relay secret h", ["home"]),
    ("mailstackctl relay use --for 1h --test lo", ["local-only"]), ("mailstackctl relay use home --f", ["--for", "--flush"]),
    ("mailstackctl relay add home smart.example.net --tls ", ["verified", "encrypted", "none"]),
    ("mailstackctl relay add home smart.example.net --user roo", []), ("mailstackctl relay add home --s", ["--secret-stdin"]),
    ("mailstackctl relay sender ", ["list", "add", "remove"]), ("mailstackctl relay sender add @example.org wo", ["work"]),
    ("mailstackctl relay sender add ", []), ("mailstackctl relay sender remove bob@e", ["@example.net"]),
    ("mailstackctl relay sender remove ", ["@example.org", "bob@example.net"]), ("mailstackctl relay set home ", []),
    ("mailstackctl cert ", ["show", "rotate", "install", "request"]), ("mailstackctl cert rotate --key rsa", ["rsa-2048", "rsa-3072", "rsa-4096"]),
    ("mailstackctl cert rotate --key keep --", ["--json", "--host", "--no-ask-password", "--help", "--key", "--name", "--days"]),
    ("mailstackctl cert rotate --name exam", ["example.org", "example.net"]), ("mailstackctl cert request --name mail", ["mail.example"]),
    ("mailstackctl cert request --o", ["--output"]), ("mailstackctl cert rotate --days ", []), ("mailstackctl cert show ", []),
    (f"mailstackctl cert install {COMPLETION.parent}/mailstackctl.b", [f"{COMPLETION}"]),
    (f"mailstackctl cert install x {COMPLETION.parent}/mailstackctl.b", [f"{COMPLETION}"]), ("mailstackctl cert install x y ", []),
    (f"mailstackctl cert request --output {COMPLETION.parent}/mailstackctl.b", [f"{COMPLETION}"]),
    ("mailstackctl recipe ", ["list", "add", "set", "remove", "move", "test"]), ("mailstackctl recipe set j", ["junk"]),
    ("mailstackctl recipe remove --user alice ", ["word-x"]), ("mailstackctl recipe move copy --before ", ["debian", "junk", "copy"]),
    ("mailstackctl recipe move copy --", ["--json", "--host", "--no-ask-password", "--help", "--user", "--first", "--last", "--position", "--before"]),
    ("mailstackctl recipe add --when-l", ["--when-list", "--when-larger"]), ("mailstackctl recipe add --when-list ", []),
    ("mailstackctl recipe add --unless-from roo", []), ("mailstackctl recipe set junk --fi", []), ("mailstackctl recipe add --user roo", ["root"]),
    (f"mailstackctl recipe test {COMPLETION.parent}/mailstackctl.b", [f"{COMPLETION}"]), ("mailstackctl delivery ", ["show", "set", "use-procmail"]),
    ("mailstackctl delivery set ", ["maildir", "mbox", "default"]), ("mailstackctl delivery set --user roo", ["root"]),
    ("mailstackctl delivery set maildir --m", ["--machine"]), ("mailstackctl setup --delivery ", ["maildir", "mbox"]),
    ("mailstackctl relay sender list --s", ["--senders"]), ("mailstackctl relay list --i", ["--ids"])])
def test_completion(scripted, line, offers):
    assert complete(scripted, line) == offers


def test_completion_offers_every_verb_and_option_of_the_help(scripted):
    """So that a verb that is added later is not forgotten there."""
    for verb in [[], ["alias"], ["table"], ["domain"], ["relay"], ["relay", "sender"], ["cert"], ["recipe"], ["delivery"], *VERBS]:
        helped = ctl(scripted, *verb, "--help").stdout
        options = set(re.findall(r"^  .*?(--[a-z-]+)", helped.partition("Options:\n")[2].partition("\n\n")[0], re.MULTILINE))
        assert options <= set(complete(scripted, " ".join(["mailstackctl", *verb, "--"]))), verb
        names = re.findall(r"^  ([a-z-]+) ", helped.partition("Subcommands:\n")[2].partition("\n\n")[0], re.MULTILINE)
        assert set(names) <= set(complete(scripted, " ".join(["mailstackctl", *verb, ""])))


def test_completion_is_quiet_without_a_daemon(empty_bus):
    assert complete(empty_bus, "mailstackctl alias get ") == []


def test_completion_in_an_interactive_bash(scripted):
    pexpect = pytest.importorskip("pexpect")
    shell = pexpect.spawn("bash", ["--norc", "--noprofile", "-i"], encoding="utf-8", timeout=30,
                          env={**scripted, "PATH": os.path.dirname(scripted["MAILSTACKCTL"]) + ":" + os.environ["PATH"], "PS1": "ready> ", "TERM": "dumb"})
    shell.expect_exact("ready> ")
    shell.sendline(f"source {COMPLETION}")
    shell.expect_exact("ready> ")
    shell.send("mailstackctl alias rem\talias249\t\t")
    shell.expect_exact("alias2490")
    shell.expect_exact("alias2499")
    shell.sendcontrol("u")
    shell.send("mailstackctl table get virtusertable sales@\t")
    shell.expect(r"sales@(\x08@)?example\.org ")
    shell.sendcontrol("u")
    shell.send("mailstackctl table get access connect:192.0.2.07\t5\t")
    shell.expect(r"connect:192\.0\.2\.07\x07?5 ")  # not unique at first: a bell
    shell.close(force=True)
