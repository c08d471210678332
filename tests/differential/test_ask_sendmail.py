# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the engine learns from m4 and sendmail about a configuration, against the real ones."""

import hashlib
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time

import pytest

from sendmail_tree import SendmailTree
from test_aliases import directory, helper  # noqa: F401 (a fixture)


@pytest.fixture(scope="module")
def tree():
    return SendmailTree.get()


def asked(arguments, text, status=0):
    told = subprocess.run([helper("ask-sendmail"), *arguments], input=text.encode(), capture_output=True, timeout=60, check=False)
    assert told.returncode == status, told.stderr.decode()
    taken = re.search(r"took (\d+) us", told.stderr.decode())
    if taken:
        print(f"{arguments[0].rsplit('/')[-1]}: {int(taken[1]) / 1000:.1f} ms")
    return told.stdout.decode() if status == 0 else told.stderr.decode()


def rows(output):
    return [line.split("\t") for line in output.splitlines()]


@pytest.fixture(scope="module")
def configuration(tree, tmp_path_factory):
    place = tmp_path_factory.mktemp("ask")
    (place / "access").write_text("partner.example\tRELAY\nTo:x@\tERROR:5.7.1:550 no (0) x\n", encoding="ascii")
    (place / "aliases").write_text("team: alice, bob@remote.example\nlonely: nosuchuser\n", encoding="ascii")
    cf = tree.write_cf(place, access=place / "access", local_hosts=["example.test"], local_flags="",
                       features=[f"FEATURE(`virtusertable', `hash {place}/virtusertable')dnl",
                                 f"FEATURE(`mailertable', `hash {place}/mailertable')dnl"])
    for name, text in (("access", None), ("virtusertable", "sales@example.test\tbob@remote.example\n@closed.example\terror:5.7.0:550 closed\n"),
                       ("mailertable", "routed.example\tesmtp:[relay.example]\n.routed.example\trelay:hub.example\n")):
        if text:
            (place / name).write_text(text, encoding="ascii")
        subprocess.run([tree.makemap, "-C", cf, "hash", place / name], input=(place / name).read_bytes(), check=True, capture_output=True)
    text = pathlib.Path(cf).read_text(encoding="utf-8")
    flags = re.search(r"^Mlocal,.*?F=(\S+),", text, re.MULTILINE)[1]
    text = text.replace(f"F={flags},", f"F={flags.replace('5', '').replace('w', '')},")  # no account is asked for
    pathlib.Path(cf).write_text(text + "Koptional hash -o /nonexistent/optional\nKabsent hash -T<TMPF> /nonexistent/absent\n"
                                + f"Kgarbage hash {place}/garbage\n", encoding="utf-8")
    (place / "garbage.db").write_bytes(b"this is no Berkeley database\n" * 200)
    subprocess.run([tree.sendmail, "-C", cf, "-bi"], check=True, capture_output=True)
    return cf


def test_one_process_answers_many_questions(tree, configuration):
    questions = """map access partner.example
map access To:x@
map access nothere
map aliases team
map aliases @
map aliases nothere
map mailertable .routed.example
map optional x
map absent x
map garbage x
map nosuch x
class w
class {nosuch}
resolve team
resolve sales@example.test
resolve anyone@a.routed.example
resolve x@routed.example
resolve bad@@x
resolve "two words"@example.test
try esmtp x@remote.example
try nosuch x@remote.example
define {client_addr} 203.0.113.9
define {client_name} mx.stranger.example
define {client_resolve} OK
ruleset check_rcpt <victim@remote.example>
define {client_name} mx.partner.example
ruleset check_rcpt <victim@remote.example>
define {client_addr} 127.0.0.1
ruleset check_rcpt <victim@remote.example>"""
    told = rows(asked([tree.sendmail, configuration], questions))
    assert told[0] == ["found", "RELAY", ""]
    assert told[1] == ["found", "ERROR:5.7.1:550 no (0) x", ""]
    assert told[2] == ["not-found", "", ""]
    assert told[3] == ["found", "alice, bob@remote.example", ""]
    assert told[4] == ["found", "@", ""] and told[5] == ["not-found", "", ""]
    assert told[6] == ["found", "relay:hub.example", ""]
    assert told[7] == ["cannot-open", "", 'Map named "optional" not open']
    assert told[8][0] == "cannot-open" and "/nonexistent/absent.db" in told[8][2]
    assert told[9][0] == "cannot-open" and "garbage.db" in told[9][2]
    assert told[10][0] == "no-such-map"
    assert {"example.test", "mail.example.test", "localhost"} <= set(told[11])
    assert [word for word in told[12] if word] == []
    assert told[13][:4] == ["local", "", "team", ""]
    assert told[14][:4] == ["esmtp", "remote.example.", "bob@remote.example", ""] or told[14][1].rstrip(".") == "remote.example"
    assert told[15][:3] == ["relay", "hub.example", "anyone@a.routed.example"]
    assert told[16][:3] == ["esmtp", "[relay.example]", "x@routed.example"]
    assert told[17][0] == "*error*" and "Invalid route address" in told[17][4]
    assert told[18][:2] == ["local", ""]
    assert told[19] == ["0", "x@remote.example"] and told[20][0] == "-1"
    assert told[24][1] == "550 Relaying denied" and told[24][2] == ""
    assert told[26][0] == "RELAY" and told[28][0] == "RELAY"


def test_verification_follows_aliases(tree, configuration):
    told = rows(asked([tree.sendmail, configuration], "verify team\nverify sales@example.test\nverify x@routed.example\nverify bad@@x"))
    assert {told[0][n] for n in (0, 3)} == {"local", "esmtp"} and {told[0][n] for n in (2, 5)} == {"alice", "bob@remote.example"}
    assert told[1][0] == "esmtp" and told[1][2] == "bob@remote.example"
    assert told[2][:3] == ["esmtp", "[relay.example]", "x@routed.example"]
    assert told[3][0].startswith("refused: bad@@x... Invalid route address")


@pytest.mark.parametrize("line, words", [
    ("bogus line", 'unknown configuration line "bogus line"'), ("O NoSuchOption=1", "unknown option name NoSuchOption"),
    ("Mbad, X", "mailer bad: `=' expected"), ("Mfoo, P=/x, F=z", "Mfoo: A= argument required"), ("O Timeout.nosuch=3", "invalid timeout nosuch"),
    ("Kx nosuchtype foo", "class nosuchtype not available"), ("Kx hash", "No file name for hash map x"),
    ("Fw/nonexistent/names", "cannot open '/nonexistent/names'"), ("V99", "version level (99)"), ("R", "invalid rewrite line"),
    ("Kx hash -q /a\nSnew\nR$+", "tab expected")])
def test_a_cf_that_sendmail_rejects(tree, configuration, directory, line, words):  # noqa: F811
    broken = directory / "broken.cf"
    broken.write_text(pathlib.Path(configuration).read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    told = asked([tree.sendmail, str(broken)], "class w", status=1)
    assert "sendmail rejects" in told and words in told, told


@pytest.mark.parametrize("text", ["", "V10/Berkeley\n", None])
def test_a_cf_that_is_empty_or_cut(tree, configuration, directory, text):  # noqa: F811
    broken = directory / "cut.cf"
    broken.write_text(pathlib.Path(configuration).read_text(encoding="utf-8")[:20000] if text is None else text, encoding="utf-8")
    assert "No local mailer defined" in asked([tree.sendmail, str(broken)], "class w", status=1)


def test_a_cf_or_sendmail_that_is_not_there(tree, configuration):
    assert "No such file or directory" in asked([tree.sendmail, "/nonexistent.cf"], "class w", status=1)
    assert "cannot run '/nonexistent/sendmail'" in asked(["/nonexistent/sendmail", configuration], "class w", status=1)
    assert "rejects" in asked(["/bin/true", configuration], "class w", status=1)


def test_staged_maps_are_what_is_asked(tree, configuration, directory):  # noqa: F811
    stage = directory / "stage"
    stage.mkdir()
    for name in ("access", "virtusertable"):
        (stage / name).write_text("new.example\tRELAY\n" if name == "access" else "a@example.test\tb@new.example\n", encoding="ascii")
        subprocess.run([tree.makemap, "-C", configuration, "hash", stage / name], input=(stage / name).read_bytes(), check=True,
                       capture_output=True)
    (stage / "aliases").write_text("staged: carol\n", encoding="ascii")
    place = pathlib.Path(configuration).parent
    exchanges = "".join(f"{place}/{name} {stage}/{name}\n" for name in ("access", "virtusertable", "aliases"))
    text = asked(["paths"], exchanges + "\n" + pathlib.Path(configuration).read_text(encoding="utf-8"))
    staged = stage / "sendmail.cf"
    staged.write_text(text, encoding="utf-8")
    subprocess.run([tree.sendmail, "-C", str(staged), "-bi"], check=True, capture_output=True)
    told = rows(asked([tree.sendmail, str(staged)], "map access new.example\nmap access partner.example\nresolve a@example.test\n"
                      "map aliases staged\nmap mailertable routed.example"))
    assert [row[0] for row in told] == ["found", "not-found", "esmtp", "found", "found"]
    changed = [line for line in text.splitlines() if str(stage) in line]
    assert len(changed) == 3 and len(text.splitlines()) == len(pathlib.Path(configuration).read_text(encoding="utf-8").splitlines())


# m4

def mc(tree, *lines, include=True):
    first = [f"include(`{tree.cf_dir}m4/cf.m4')dnl"] if include else []
    return "\n".join([*first, "OSTYPE(`linux')dnl", *lines, "MAILER(`local')dnl", "MAILER(`smtp')dnl", ""])


def built(tree, text, place, status=0):
    return asked(["m4", tree.cf_dir.rstrip("/"), str(place / "sendmail.mc")], text, status)


def test_the_cf_is_what_m4_makes_by_hand(tree, directory):  # noqa: F811
    (directory / "part.m4").write_text("define(`confDOMAIN_NAME', `part.example')dnl\n", encoding="ascii")
    text = mc(tree, "include(`part.m4')dnl", "FEATURE(`use_cw_file')dnl")
    (directory / "hand.mc").write_text(text, encoding="ascii")
    hand = subprocess.run(["m4", "hand.mc"], cwd=directory, capture_output=True, check=True, text=True).stdout
    made = built(tree, text, directory)
    assert made == re.sub(r"^##### (built by|in|using) .*\n", "", hand, flags=re.MULTILINE)
    assert "Djpart.example" in made
    assert made == built(tree, text, directory)  # no date, no host
    without = built(tree, mc(tree, "include(`part.m4')dnl", "FEATURE(`use_cw_file')dnl", include=False), directory)
    assert [line for line in without.splitlines() if line.strip()] == [line for line in made.splitlines() if line.strip()]


@pytest.mark.parametrize("lines, words", [
    (["FEATURE(`nosuch')dnl"], "/sendmail.mc:3: cannot open `"), (["define(`x', `open"], "ERROR: end of file in string"),
    (["define(`x'"], "ERROR: end of file in argument list"), (["FEATURE(`blocklist_recipients')dnl"], "requires FEATURE(access_db)"),
    (["MAILER(`local')dnl", "FEATURE(`redirect')dnl"], "FEATURE() should be before MAILER()"), (["OSTYPE(`linux')dnl"], "duplicate OSTYPE"),
    (["ifelse(eval(1 +), 0, `')"], "bad expression in eval"),
    (["m4exit(0)"], "no whole sendmail.cf"), (["FEATURE(`relay_mail_from')dnl"], "requires FEATURE(`access_db')")])
def test_what_m4_complains_of_is_an_error(tree, directory, lines, words):  # noqa: F811
    told = built(tree, mc(tree, *lines), directory, status=1)
    assert words in told and f"{directory}/sendmail.mc" in told, told


def test_without_ostype_or_with_nothing(tree, directory):  # noqa: F811
    assert "No system type defined" in built(tree, mc(tree).replace("OSTYPE(`linux')dnl", ""), directory, status=1)
    assert "No system type defined" in built(tree, "", directory, status=1)
    half = f"include(`{tree.cf_dir}m4/cf.m4')dnl\nundefine(`include')undefine(`undivert')dnl\n"
    assert "no whole sendmail.cf" in built(tree, half, directory, status=1)


def test_warnings_do_not_stop_it(tree, directory):  # noqa: F811
    told = subprocess.run([helper("ask-sendmail"), "m4", tree.cf_dir.rstrip("/"), str(directory / "x.mc")], capture_output=True, text=True,
                          input=mc(tree, "FEATURE(`access_db')dnl", "FEATURE(`blacklist_recipients')dnl", "FEATURE(`relay_local_from')dnl",
                                   "define(`confUNSAFE_GROUP_WRITES', `True')dnl"), check=False)
    assert told.returncode == 0, told.stderr
    warnings = [line for line in told.stderr.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == 3 and "If you cannot use those, try" in told.stderr, told.stderr


# The SMTP dialogue with a real daemon

def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def identity(place):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3", "-subj", "/CN=mail.example.test",
                    "-keyout", place / "key.pem", "-out", place / "cert.pem"], check=True, capture_output=True)
    (place / "key.pem").chmod(0o600)
    der = ssl.PEM_cert_to_DER_cert((place / "cert.pem").read_text(encoding="ascii"))
    return hashlib.sha256(der).hexdigest()


@pytest.fixture
def guarded():
    """A directory that nobody else can write on the way to: sendmail takes no key from elsewhere."""
    with tempfile.TemporaryDirectory(dir="/run", prefix="mailstack-test-") as name:
        pathlib.Path(name).chmod(0o755)
        yield pathlib.Path(name)


@pytest.fixture
def daemon(tree, directory):  # noqa: F811
    started = []

    def start(*features):
        place = directory / f"daemon{len(started)}"
        cf = tree.write_cf(place, port=free_port(), features=features)
        (place / "aliases").write_text("root: alice\n", encoding="ascii")
        subprocess.run([tree.sendmail, "-C", cf, "-bi"], check=True, capture_output=True)
        started.append(subprocess.Popen([tree.sendmail, "-C", cf, "-bD"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL))
        return cf
    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def tls_lines(place):
    return [f"define(`confSERVER_CERT', `{place}/cert.pem')dnl", f"define(`confSERVER_KEY', `{place}/key.pem')dnl",
            f"define(`confCACERT', `{place}/cert.pem')dnl", f"define(`confCACERT_PATH', `{place}')dnl"]


def test_a_daemon_shows_its_certificate(tree, guarded, daemon):
    fingerprint = identity(guarded)
    cf = daemon(*tls_lines(guarded))
    told = rows(asked(["smtp", "20"], pathlib.Path(cf).read_text(encoding="utf-8")))
    assert told[0][1] == fingerprint and told[0][2].startswith("TLSv1.")
    assert "STARTTLS" in told[0] and told[0][0].startswith("mail.example.test ESMTP")


def test_a_daemon_that_dislikes_its_key_is_no_proof(tree, guarded, daemon):
    identity(guarded)
    (guarded / "key.pem").chmod(0o644)
    cf = daemon(*tls_lines(guarded))
    began = time.monotonic()
    told = asked(["smtp", "20"], pathlib.Path(cf).read_text(encoding="utf-8"), status=1)
    assert "does not offer STARTTLS" in told and "key.pem" in told
    assert time.monotonic() - began < 10  # at once, not at the deadline


def test_a_daemon_without_tls_needs_none(tree, daemon):
    cf = daemon()
    told = rows(asked(["smtp", "20"], pathlib.Path(cf).read_text(encoding="utf-8")))
    assert told[0][1] == "" and "STARTTLS" not in told[0] and "ENHANCEDSTATUSCODES" in told[0]


def test_the_first_answer_holds_nothing_of_the_greeting(tree, configuration):
    """sendmail says how to use its test mode before the first answer."""
    assert asked([tree.sendmail, configuration], "class {nosuch}").strip() == ""
