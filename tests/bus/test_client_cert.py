# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The verbs of `mailstackctl cert` against a service that answers by script: what goes over the bus, what is printed, how each
fails, and which files are read.
"""

import json
import os
import pathlib
import pty
import resource
import select
import socket
import subprocess
import time

import pytest
from scripted_bus import ctl, ctl_json, empty_bus, read_lines, remote, scripted

DENIED = "org.freedesktop.DBus.Error.AccessDenied"
DAY = 86400
OURS, OTHER = "ab" * 32, "ef" * 32
CHAIN = "-----BEGIN CERTIFICATE-----\nc2NyaXB0ZWQ=\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n"
REQUEST = "-----BEGIN CERTIFICATE REQUEST-----\nc2NyaXB0ZWQ=\n-----END CERTIFICATE REQUEST-----\n"


def calls(environment):
    path = pathlib.Path(environment["SCRIPTED_CALLS"])
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def certificate(**values):
    """For the fixture `scripted`: a certificate that is otherwise."""
    return {"SCRIPTED_CERTIFICATE": json.dumps(values)}


def served(*ports):
    return {"SCRIPTED_SERVED": json.dumps(ports)}


@pytest.fixture
def pair(tmp_path):
    chain, key = tmp_path / "fullchain.pem", tmp_path / "privkey.pem"
    chain.write_text(CHAIN)
    key.write_text(KEY)
    return str(chain), str(key)


# Showing

def day_of(seconds):
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def test_show_text(scripted):
    told = ctl_json(scripted, "cert", "show")
    run = ctl(scripted, "cert", "show")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"""\
File:         /etc/mailstack/tls/mail.crt
Names:        mail.example.org, example.org
Subject:      CN=mail.example.org
Issuer:       itself (self-signed)
Valid from:   {day_of(told["not_before"])}
Valid until:  {day_of(told["not_after"])} (400 days left)
Renewal:      by itself, from {day_of(told["not_after"] - 32 * DAY)} on (unless renew-certificate is false)
Fingerprint:  {OURS}
Served:       127.0.0.1:25   this certificate
              127.0.0.1:587  this certificate
Status:       valid
To do:        nothing
"""


def test_show_json(scripted):
    told = ctl_json(scripted, "cert", "show")
    assert list(told) == ["status", "words", "to_do", "file", "names", "subject", "issuer", "not_before", "not_after", "days_left",
                          "renews_itself", "fingerprint", "served_fingerprint", "served"]
    assert told["not_after"] - told["not_before"] == 500 * DAY - 60
    assert (told["status"], told["days_left"], told["renews_itself"], told["file"]) == ("valid", 400, True, "/etc/mailstack/tls/mail.crt")
    assert told["served"] == [{"address": f"127.0.0.1:{port}", "fingerprint": OURS, "reason": ""} for port in (25, 587)]
    assert calls(scripted) == [["ListServed"]]


@pytest.mark.parametrize("scripted", [
    {**certificate(Status="not-served", ServedFingerprint=OTHER, Issuer="CN=R3,O=Let's Encrypt", RenewsItself=False),
     **served(("127.0.0.1:25", OTHER, ""), ("127.0.0.1:587", "", "connect: Connection refused \x1b[2J"), ("127.0.0.1:2525", "", ""))}],
    indirect=True)
def test_what_is_served_instead_is_told(scripted):
    run = ctl(scripted, "cert", "show")
    assert run.returncode == 1
    assert "Issuer:       CN=R3,O=Let's Encrypt\n" in run.stdout and "Renewal:      by whoever issued it\n" in run.stdout
    assert f"""\
Served:       127.0.0.1:25    another one, {OTHER}
              127.0.0.1:587   no TLS: connect: Connection refused \\x1b[2J
              127.0.0.1:2525  no TLS, as sendmail.cf says
Status:       not served: sendmail shows another one, or none
To do:        'mailstackctl reload' has sendmail read it; 'mailstackctl check' tells what keeps it from serving it
""" in run.stdout
    run = ctl(scripted, "--json", "cert", "show")
    assert run.returncode == 1, "as a program is told as well"
    assert json.loads(run.stdout)["served"][1] == {"address": "127.0.0.1:587", "fingerprint": "", "reason": "connect: Connection refused \x1b[2J"}


@pytest.mark.parametrize("scripted", [
    {**certificate(Status="none", CertificateFile="", Names=[], NotBefore=0, NotAfter=0, Subject="", Issuer="", Fingerprint="",
                   ServedFingerprint="", RenewsItself=False), **served(("127.0.0.1:25", "", ""))}], indirect=True)
def test_show_where_there_is_none(scripted):
    run = ctl(scripted, "cert", "show")
    assert run.returncode == 1
    assert run.stdout == """\
Served:  127.0.0.1:25  no TLS, as sendmail.cf says
Status:  none: sendmail.cf names no certificate, so that sendmail speaks no TLS
To do:   'mailstackctl cert rotate' makes one and has it served
"""
    told = json.loads(ctl(scripted, "--json", "cert", "show").stdout)
    assert (told["not_before"], told["not_after"], told["days_left"], told["names"]) == (None, None, None, [])
    assert "\n  Certificate:               none; see 'mailstackctl cert show'\n" in ctl(scripted, "status").stdout
    assert ctl_json(scripted, "status")["certificate"] == {"status": "none", "names": [], "not_after": None}


@pytest.mark.parametrize("scripted", [{"SCRIPTED_SERVED": DENIED}], indirect=True)
def test_who_may_not_ask_sendmail_sees_the_file_all_the_same(scripted):
    run = ctl(scripted, "cert", "show")
    assert run.returncode == 0
    assert run.stderr == "mailstackctl: what sendmail serves could not be told: org.mailstack1.read is not allowed to this caller\n"
    assert "Served:       this certificate, when sendmail was last asked\n" in run.stdout
    told = ctl_json(scripted, "cert", "show")
    assert told["served"] is None and told["served_fingerprint"] == OURS


def test_status_has_a_line_on_it(scripted):
    told = ctl_json(scripted, "status")["certificate"]
    assert (told["status"], told["names"]) == ("valid", ["mail.example.org", "example.org"])
    assert f"\n  Certificate:               valid, until {day_of(told['not_after'])} (400 days left)\n" in ctl(scripted, "status").stdout


def test_monitor_shows_warnings(scripted):
    child = subprocess.Popen([scripted["MAILSTACKCTL"], "monitor", "--json"], env=scripted, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    plain = subprocess.Popen([scripted["MAILSTACKCTL"], "monitor"], env=scripted, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert read_lines(child.stderr, 1) == read_lines(plain.stderr, 1)
        assert ctl(scripted, "cert", "rotate", "--name", "signals").returncode == 0
        lines = [json.loads(line) for line in read_lines(child.stdout, 2)]
        texts = [line.split("  ", 1)[1] for line in read_lines(plain.stdout, 2)]
    finally:
        for one in (child, plain):
            one.terminate()
            one.communicate()
    assert [{key: value for key, value in line.items() if key != "time"} for line in lines] == [
        {"signal": "ExpiryWarning", "not_after": 1790000000, "days": 7, "message": "expires \x1b[2J soon"},
        {"signal": "PropertiesChanged", "interface": "org.mailstack1.Certificate", "changed": {"RenewsItself": False, "Status": "expiring"}}]
    assert texts == ["ExpiryWarning  expires \\x1b[2J soon", 'PropertiesChanged  RenewsItself = false, Status = "expiring"']


# Rotating

@pytest.mark.parametrize("words, options", [
    ([], {}), (["--key", "rsa-4096", "--days", "90"], {"key": "rsa-4096", "days": 90}), (["--key", "keep"], {"key": "keep"}),
    (["--name", "mail.example.org", "--name", "b.example.org"], {"names": ["mail.example.org", "b.example.org"]}),
    (["--name", "[a,b]"], {"names": ["[a,b]"]}), (["--days", "823"], {"days": 823})])
def test_rotate_tells_what_was_given_and_no_more(scripted, words, options):
    made = ctl_json(scripted, "cert", "rotate", *words)
    assert list(made) == ["generation", "live", "names", "not_after", "fingerprint"]
    assert (made["generation"], made["live"], made["fingerprint"]) == (21, True, "cd" * 32)
    assert made["names"] == options.get("names", ["mail.example.org", "example.org"])
    assert calls(scripted) == [["RotateCert", options]]


def test_rotate_text(scripted):
    lines = ctl(scripted, "cert", "rotate").stdout.splitlines()
    assert lines[0] == "certificate: live as generation 21"
    assert lines[1].startswith("It is for mail.example.org, example.org, valid until ") and lines[1].endswith(" (823 days left).")
    assert lines[2:] == ["Fingerprint: " + "cd" * 32]


def shown_on_terminal(environment, *arguments):
    """What comes on standard error, which is a terminal."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen([environment["MAILSTACKCTL"], *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while select.select([ours], [], [], 30)[0]:
            shown += os.read(ours, 4096)
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert child.wait(30) == 0
    return shown.decode()


def test_a_person_who_waits_is_told_for_what(scripted):
    shown = shown_on_terminal(scripted, "cert", "rotate", "--key", "rsa-4096", "--name", "slow")
    assert "waiting for an RSA key and sendmail: 1 s" in shown and "\r\x1b[Kwaiting for an RSA key and sendmail: 2 s" in shown
    assert shown.endswith("\r\x1b[K"), "and the line is wiped"
    assert "waiting for sendmail: 1 s" in shown_on_terminal(scripted, "cert", "rotate", "--name", "slow")


# Installing

def test_install_hands_over_what_the_files_hold(scripted, pair):
    made = ctl_json(scripted, "cert", "install", *pair)
    assert (made["generation"], made["live"], made["names"], made["fingerprint"]) == (22, True, ["mail.example.org", "example.org"], OURS)
    run = ctl(scripted, "cert", "install", pair[0])
    assert run.returncode == 0 and run.stdout.startswith("certificate: live as generation 22\nIt is for mail.example.org, example.org, ")
    assert calls(scripted) == [["InstallCert", CHAIN, KEY], ["InstallCert", CHAIN, ""]]


def test_links_are_followed(scripted, pair, tmp_path):
    """certbot's live/NAME/fullchain.pem is one."""
    os.symlink(pair[0], tmp_path / "link")
    assert ctl(scripted, "cert", "install", str(tmp_path / "link"), pair[1]).returncode == 0


def test_a_file_of_just_the_limit_is_taken(scripted, tmp_path):
    (tmp_path / "chain").write_text("x" * 65536)
    assert ctl(scripted, "cert", "install", str(tmp_path / "chain")).returncode == 0
    assert len(calls(scripted)[0][1]) == 65536


def odd_files(directory):
    (directory / "directory").mkdir()
    os.mkfifo(directory / "fifo")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(directory / "socket"))
    (directory / "empty").touch()
    (directory / "long").write_text("x" * 65537)
    with open(directory / "huge", "wb") as huge:
        huge.truncate(1 << 30)
    os.symlink("nowhere", directory / "dangling")
    os.symlink("loop", directory / "loop")


@pytest.mark.parametrize("which", ["chain", "key"])
@pytest.mark.parametrize("file, status, complaint", [
    ("directory", 7, "is a directory, not a file"), ("fifo", 7, "is a pipe"), ("socket", 1, "No such device or address"),
    ("empty", 7, "is empty"), ("long", 7, "is larger than the 64 KiB"), ("huge", 7, "is larger than the 64 KiB"),
    ("dangling", 1, "No such file or directory"), ("loop", 1, "Too many levels of symbolic links"), ("missing", 1, "No such file or directory"),
    ("/dev/zero", 7, "is a device, not a file"), ("/dev/null", 7, "is a device, not a file"), ("/dev/tty", None, "/dev/tty")])
def test_files_of_odd_kinds_are_refused_by_name_at_once(scripted, pair, tmp_path, which, file, status, complaint):
    odd = tmp_path / "odd"
    odd.mkdir()
    odd_files(odd)
    path = str(odd / file)
    started = time.monotonic()
    run = ctl(scripted, "cert", "install", *([path, pair[1]] if which == "chain" else [pair[0], path]))
    assert time.monotonic() - started < 10
    assert run.returncode == status or (status is None and run.returncode in (1, 7))
    assert f"'{path}'" in run.stderr and complaint in run.stderr and "Nothing was changed." in run.stderr
    assert calls(scripted) == [], "nobody is asked"


def test_a_huge_file_costs_no_memory(scripted, pair, tmp_path):
    (tmp_path / "odd").mkdir()
    odd_files(tmp_path / "odd")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert ctl(scripted, "cert", "install", str(tmp_path / "odd/huge")).returncode == 7
    assert ctl(scripted, "cert", "install", pair[0], "/dev/zero").returncode == 7
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before < 200_000, "in KiB, of which a sanitizer takes its share"


def test_a_file_that_may_not_be_read(scripted):
    with open(scripted["MAILSTACKCTL"], "rb") as program:
        run = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", f"/proc/self/fd/{program.fileno()}",
                              "cert", "install", "/etc/shadow", "/etc/shadow"], env=scripted, pass_fds=[program.fileno()],
                             capture_output=True, text=True, timeout=60)
    assert run.returncode == 1 and "could not open '/etc/shadow': Permission denied" in run.stderr


def test_a_key_is_shown_nowhere(scripted, pair):
    """Nor where it is given for the chain, and refused."""
    with open(pair[1], "w", encoding="utf-8") as file:
        file.write("error:BadCertificate")
    run = ctl(scripted, "--json", "cert", "install", pair[1], pair[0])
    assert run.returncode == 7 and "error:BadCertificate" not in run.stdout + run.stderr


# Requests

def test_request(scripted, tmp_path):
    assert ctl(scripted, "cert", "request").stdout == REQUEST
    assert ctl_json(scripted, "cert", "request", "--name", "a.example.org", "--name", "b.example.org") == {"request": REQUEST, "file": None}
    file = tmp_path / "mail.csr"
    run = ctl(scripted, "cert", "request", "--output", str(file))
    assert run.stdout == (f"{file}: written; its key stays on the machine.\n"
                          "When an authority has issued the certificate: 'mailstackctl cert install CHAIN'.\n")
    assert file.read_text() == REQUEST and file.stat().st_mode & 0o777 == 0o644
    other = str(tmp_path / "other.csr")
    assert ctl_json(scripted, "cert", "request", "--output", other) == {"request": REQUEST, "file": other}
    assert calls(scripted) == [["CreateRequest", []], ["CreateRequest", ["a.example.org", "b.example.org"]], ["CreateRequest", []],
                               ["CreateRequest", []]]


def test_a_request_overwrites_nothing_and_makes_no_key_in_vain(scripted, tmp_path):
    (tmp_path / "mail.csr").write_text("precious")
    os.symlink("elsewhere", tmp_path / "link")
    for name in ("mail.csr", "link"):
        run = ctl(scripted, "cert", "request", "--output", str(tmp_path / name))
        assert run.returncode == 8 and "exists already" in run.stderr
    run = ctl(scripted, "cert", "request", "--output", str(tmp_path / "missing/mail.csr"))
    assert run.returncode == 1 and "could not make" in run.stderr and "No such file or directory" in run.stderr
    assert (tmp_path / "mail.csr").read_text() == "precious" and not (tmp_path / "elsewhere").exists()
    assert calls(scripted) == []


def test_a_request_that_fails_leaves_no_file(scripted, tmp_path):
    run = ctl(scripted, "cert", "request", "--name", "error:NameMismatch", "--output", str(tmp_path / "mail.csr"))
    assert run.returncode == 12 and not (tmp_path / "mail.csr").exists()


# How it fails

@pytest.mark.parametrize("error, status, advice", [
    ("BadCertificate", 7, "openssl x509 -noout -text"), ("BadKey", 7, "openssl pkey -in KEY"), ("KeyMismatch", 7, "cert install CHAIN'"),
    ("CertExpired", 7, "certbot renew"), ("CertNotYetValid", 7, "timedatectl"), ("NameMismatch", 12, "mailstackctl domain list"),
    ("WeakKey", 7, "mailstackctl cert rotate"), ("BrokenChain", 7, "fullchain.pem"), ("WrongPurpose", 7, "mailstackctl cert request"),
    ("HandEdited", 8, "'mailstackctl reload' makes live"), ("Busy", 9, "Try again"), ("MtaFailed", 10, "undone"), ("Degraded", 11, "mailstackd(8)"),
    ("NoMta", 6, "becomes live"), (DENIED, 4, "'org.mailstack1.rotate-certificate' with a rule"), ("LimitExceeded", 7, "Nothing was changed")])
def test_every_error_tells_what_to_do(scripted, tmp_path, error, status, advice):
    chain = tmp_path / "chain"
    chain.write_text("error:" + error)
    for verb in (["install", str(chain)], ["rotate", "--name", "error:" + error], ["request", "--name", "error:" + error]):
        run = ctl(scripted, "--json", "cert", *verb)
        told = json.loads(run.stdout)
        assert run.returncode == told["exit_status"] == status
        assert advice in told["advice"] and advice in run.stderr
        assert told["error"] == (error if "." in error else "org.mailstack1.Error." + error)


@pytest.mark.parametrize("arguments, complaint", [
    (["cert"], "A verb is required"), (["cert", "install"], "CHAIN is required"), (["cert", "install", "a", "b", "c"], "c"),
    (["cert", "rotate", "--key", "dsa"], "dsa not in"), (["cert", "rotate", "--days", "0"], "0"), (["cert", "rotate", "--days", "824"], "824"),
    (["cert", "rotate", "--days", "x"], "x"), (["cert", "rotate", "--name", "a", "b"], "b"), (["cert", "rotate", "x"], "x"),
    (["cert", "request", "--name", b"\xff"], "not UTF-8"), (["cert", "show", "x"], "x")])
def test_usage_errors_ask_nobody(empty_bus, arguments, complaint):
    run = ctl(empty_bus, *arguments)
    assert run.returncode == 2 and complaint in run.stderr and run.stdout == ""


def test_no_daemon(empty_bus, pair):
    for verb in (["show"], ["rotate"], ["install", *pair], ["request"]):
        run = ctl(empty_bus, "cert", *verb)
        assert run.returncode == 5 and "systemctl start mailstackd" in run.stderr


# Another machine

def test_on_another_machine(remote, tmp_path):
    assert ctl_json(remote, "-H", "mail.example.com", "cert", "show")["status"] == "valid"
    assert ctl_json(remote, "-H", "mail.example.com", "cert", "rotate")["generation"] == 21
    file = tmp_path / "mail.csr"
    assert ctl(remote, "-H", "mail.example.com", "cert", "request", "--output", str(file)).returncode == 0
    assert file.read_text() == REQUEST


@pytest.mark.parametrize("files", [["fullchain.pem", "privkey.pem"], ["answer.pem"]])
def test_install_on_another_machine_says_what_works_instead(remote, files):
    run = ctl(remote, "-H", "root@mail.example.com", "cert", "install", *files)
    assert run.returncode == 2
    assert "does not cross ssh" in run.stderr
    assert run.stderr.endswith("\nCopy the files to root@mail.example.com and run it there instead: ssh root@mail.example.com "
                               f"mailstackctl cert install {' '.join(files)}\n")
    assert not pathlib.Path(remote["SSH_CALLS"]).exists(), "and does not connect first"
