# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What mailstack says of a sendmail.mc is what m4 and sendmail's cf make of it, and an edited file builds a
sendmail.cf that holds the edit and differs in nothing else.

    MAILSTACK_BUILD=build /usr/bin/python3 -m pytest tests/differential/test_mc.py
"""

import difflib
import os
import pathlib
import random
import re
import subprocess

import pytest

from sendmail_tree import SendmailTree
from test_aliases import helper

SEED = int(os.environ.get("MAILSTACK_SEED", "20260101"))
FILES = int(os.environ.get("MAILSTACK_MC_FILES", "300"))
DATA = pathlib.Path(__file__).resolve().parents[1] / "unit/formats/data"
INSTALLED = "/usr/share/sendmail/cf/"


@pytest.fixture(scope="module")
def tree():
    return SendmailTree.get()


@pytest.fixture(scope="module")
def cf_dir(tree, tmp_path_factory):
    """The cf directory, with the paths in Debian's files (/usr/share/sendmail/cf, absent here) leading to itself."""
    copy = tmp_path_factory.mktemp("cf")
    subprocess.run(["cp", "-a", tree.cf_dir + ".", str(copy)], check=True)
    for path in [*copy.glob("debian/*"), *copy.glob("domain/debian*"), *copy.glob("ostype/debian*")]:
        path.write_text(path.read_text().replace(INSTALLED, f"{copy}/"))
    return f"{copy}/"


def text_of(name, tree, cf_dir):
    """One of the files to try, for this machine: its cf.m4 is that of the tree, its other includes are empty."""
    path = pathlib.Path(tree.cf_dir) / "debian/sendmail.mc" if name == "shipped" else DATA / f"{name}.mc"
    text = path.read_text().replace(INSTALLED, cf_dir)
    for absent in ("dialup", "provider"):
        text = text.replace(f"/etc/mail/m4/{absent}.m4", "/dev/null")
    return text


def edit(text, *edits, check=True):
    words = [word for one in edits for word in (*one, "--")]
    told = subprocess.run([helper("mc-edit"), *words], input=text.encode("latin-1"), capture_output=True, check=False)
    assert told.returncode in (0, 3), told
    assert not check or told.returncode == 0, told.stderr
    return told.stdout.decode("latin-1"), told.stderr.decode("latin-1")


def build(text, cf_dir, preload=None):
    """(the .cf without what every run has its own way, m4's complaints)"""
    preload = "m4/cf.m4" not in text if preload is None else preload
    command = ["m4", "-D_NO_MAKEINFO_", "-D_CF_DIR_=" + cf_dir, *([cf_dir + "m4/cf.m4"] if preload else []), "-"]
    made = subprocess.run(command, input=text.encode("latin-1"), capture_output=True, check=False)
    assert made.returncode == 0, made.stderr
    lines = [line for line in made.stdout.decode("latin-1").split("\n") if line.strip()]
    return lines, made.stderr.decode("latin-1")


def difference(old, new):
    delta = [line for line in difflib.ndiff(old, new) if line[0] in "+-"]
    return [line[2:] for line in delta if line[0] == "-"], [line[2:] for line in delta if line[0] == "+"]


NAMES = ["shipped", "debian", "post", "long"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_edited_is_nothing_changed(name, tree, cf_dir):
    text = text_of(name, tree, cf_dir)
    assert edit(text)[0] == text
    build(text, cf_dir)  # the files to try are real


# Each edit, and a line that the .cf of every file then has.
EDITS = [
    (("define", "confMAX_HOP", "77"), r"O MaxHopCount=77"),
    (("define", "confAUTH_OPTIONS", "A p y"), r"O AuthOptions=A p y"),
    (("define", "confAUTH_MECHANISMS", "LOGIN PLAIN"), r"O AuthMechanisms=LOGIN PLAIN"),
    (("define", "confSERVER_CERT", "/etc/mailstack/cert.pem"), r"O ServerCertFile=/etc/mailstack/cert.pem"),
    (("define", "confDOMAIN_NAME", "new.example.test"), r"Djnew\.example\.test"),
    (("define", "confTO_QUEUEWARN", "3h"), r"O Timeout\.queuewarn=3h"),
    (("define", "confPRIVACY_FLAGS", "goaway"), r"O PrivacyOptions=goaway"),
    (("call", "TRUST_AUTH_MECH", "LOGIN PLAIN EXTERNAL"), r"C\{TrustAuthMech\}LOGIN PLAIN EXTERNAL"),
    (("call", "EXPOSED_USER", "postmaster"), r"C\{E\}postmaster"),
    (("call", "MASQUERADE_AS", "mask.example.test"), r"DMmask\.example\.test"),
    (("daemon", "Name=MTA-v4", "Port=2525", "Addr=192.0.2.1"),
     r"O DaemonPortOptions=Name=MTA-v4, Port=2525, Addr=192\.0\.2\.1"),
    (("feature", "virtusertable", "hash /etc/mail/new"), r"Kvirtuser hash /etc/mail/new"),
    (("feature", "mailertable", "hash -T<TMPF> /etc/mail/mt"), r"Kmailertable hash -T<TMPF> /etc/mail/mt"),
    (("mailer", "usenet"), r"Musenet,.*"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change,expected", EDITS, ids=lambda value: "-".join(value[:2]) if isinstance(value, tuple) else "")
def test_an_edit_is_in_the_cf(name, change, expected, tree, cf_dir):
    text = text_of(name, tree, cf_dir)
    new, _ = edit(text, change)
    assert edit(new, change)[0] == new
    gone, come = difference(text.split("\n"), new.split("\n"))
    assert len(gone) <= 2 and len(come) <= 2, (gone, come)  # Debian's confPRIVACY_FLAGS has two lines
    (old_cf, old_errors), (new_cf, new_errors) = build(text, cf_dir), build(new, cf_dir)
    assert [line for line in new_cf if re.fullmatch(expected, line)], expected
    assert new_errors.count("***") == old_errors.count("***"), new_errors
    gone, come = difference(old_cf, new_cf)
    if change[0] != "mailer" and change[1] not in ("virtusertable", "mailertable", "MASQUERADE_AS"):  # these bring rules
        assert len(gone) <= 1 and len(come) <= 2, (gone, come)


def test_sendmail_takes_the_edited_file(tree, cf_dir):
    text, _ = edit(text_of("shipped", tree, cf_dir), *(change for change, _ in EDITS))
    cf, errors = build(text, cf_dir)
    assert "***" not in errors
    path = pathlib.Path(cf_dir) / "edited.cf"
    path.write_text("\n".join(cf) + "\n")
    told = subprocess.run([tree.sendmail, "-C", str(path), "-d0.1", "-bt"], input="$j\n$=w\n", capture_output=True, text=True,
                          check=False, timeout=60)
    assert "new.example.test" in told.stdout, told
    assert not re.search(r"error|unknown|invalid", told.stderr), told.stderr


@pytest.mark.parametrize("system,includes", [("debian", ["/dev/null"]), ("linux", [])])
def test_a_fresh_file_builds(system, includes, tree, cf_dir):
    text, problems = edit("", ("fresh", system, cf_dir.rstrip("/"), *includes), ("problems",))
    assert problems == ""
    cf, errors = build(text, cf_dir)
    assert errors == ""
    assert any(line.startswith("Mlocal,") for line in cf) and any(line.startswith("Mesmtp,") for line in cf)
    assert ("O TrustedUser=smmta" in cf) == (system == "debian")
    new, _ = edit(text, *(change for change, _ in EDITS))
    assert edit(new, *(change for change, _ in EDITS))[0] == new
    cf, errors = build(new, cf_dir)
    assert errors == ""
    for _, expected in EDITS:
        assert any(re.fullmatch(expected, line) for line in cf), expected


def test_macros_are_those_of_m4_and_cf(tree, cf_dir):
    def dumped(text):
        told = subprocess.run(["m4"], input=text, capture_output=True, text=True, check=True)
        return set(re.findall(r"^(\w+):\t", told.stderr, re.MULTILINE))

    builtins = dumped("dumpdef")
    assert len(builtins) > 40
    after_cf = dumped(f"define(`_CF_DIR_', `{cf_dir}')include(`{cf_dir}m4/cf.m4')dumpdef") - builtins
    for word in sorted(builtins):
        copied = subprocess.run(["m4"], input=word + "\n", capture_output=True, text=True, check=True).stdout == word + "\n"
        assert edit("", ("knows", word))[1].strip() == ("builtin()" if copied else "builtin"), word
    ours = {word: edit("", ("knows", word))[1].strip() for word in sorted(after_cf)}
    assert {word for word, kind in ours.items() if kind == "-"} == set(), ours
    for word in ("FEATURE", "LOCAL_CONFIG", "TRUST_AUTH_MECH", "lower"):
        assert ours[word] == "macro"


READERS = [
    ("dnsbl", ["list.example.test"], "DNSBL_MAP", "dns -R X"), ("dnsbl", ["x.example.test"], "DNSBL_MAP_OPT", "-r9"),
    ("enhdnsbl", ["list.example.test"], "EDNSBL_TO", "8765"), ("access_db", [], "DATABASE_MAP_TYPE", "dbm"),
    ("virtusertable", [], "MAIL_SETTINGS_DIR", "/x/"), ("mailertable", [], "DATABASE_MAP_TYPE", "dbm"),
    ("local_procmail", [], "PROCMAIL_MAILER_PATH", "/x/procmail"), ("smrsh", [], "confEBINDIR", "/x"),
    ("local_lmtp", [], "confEBINDIR", "/x"),
]


@pytest.mark.parametrize("feature,arguments,name,value", READERS)
def test_a_define_that_a_feature_reads_comes_before_it(feature, arguments, name, value, cf_dir):
    text = f"VERSIONID(`x')\nOSTYPE(`solaris2')dnl\nMAILER(`local')dnl\nMAILER(`smtp')dnl\n"
    with_feature, _ = edit(text, ("feature", feature, *arguments))
    new, problems = edit(with_feature, ("define", name, value), ("problems",))
    assert problems == "" and new.index("define(") < new.index("FEATURE(")
    assert edit(edit(text, ("define", name, value))[0], ("feature", feature, *arguments))[0] == new
    assert any(value in line for line in build(new, cf_dir)[0])
    late = with_feature.replace("MAILER(`local')", f"define(`{name}', `{value}')dnl\nMAILER(`local')", 1)
    assert "comes too late" in edit(late, ("problems",))[1]
    if name != "MAIL_SETTINGS_DIR":  # which others read at the end
        assert not [line for line in build(late, cf_dir)[0] if value in line and not line.startswith("#")]


def test_m4_tells_the_same_problems(cf_dir):
    head, tail = "OSTYPE(`linux')dnl\n", "MAILER(`local')dnl\nMAILER(`smtp')dnl\n"
    for text, ours, theirs in [
        (head + tail + "FEATURE(`nouucp', `reject')dnl\n", "line 4: FEATURE(nouucp) stands after MAILER in line 2",
         "FEATURE() should be before MAILER()"),
        (head + tail + "MAILER(`smtp')dnl\n", "line 4: MAILER(smtp) is in line 3 already", "already included"),
        (tail, "no OSTYPE", "No system type defined"),
        (head + head + tail, "line 2: OSTYPE is in line 1 already", "duplicate OSTYPE"),
        (head + "LOCAL_TLS_RCPT\nR$* $@ OK\n" + tail, "line 2: LOCAL_TLS_RCPT stands before the first MAILER",
         "MAILER() should be before LOCAL_TLS_RCPT"),
        (head + "define(`confX', a,b)dnl\n" + tail, "line 2: define has more than two arguments", "excess arguments"),
    ]:
        assert ours in edit(text, ("problems",))[1], text
        assert theirs in build(text, cf_dir)[1], text
        assert edit(head + tail, ("problems",))[1] == ""
    for text in ("define(`a', `b\n", "define(`a', (b)\n", "`x"):
        assert "never closed" in edit(text, ("problems",))[1]
        assert subprocess.run(["m4"], input=text, capture_output=True, text=True, check=False).returncode != 0
        assert "mended by hand" in edit(text, ("define", "confX", "y"), check=False)[1]


def test_values_that_m4_would_change_are_refused(cf_dir):
    text = "OSTYPE(`linux')dnl\ndefine(`SITE', `x')dnl\nMAILER(`smtp')dnl\n"
    bad = ["a`b", "a'b", "a(b", "a)b", "a,b", "a dnl b", "/etc/lower/x", "a\nb", "$1", "a$*", "FEATURE", "divert", "SITE", "a#b",
           "confLOG_LEVEL", "\xe4"]
    for value in bad:
        assert "the value" in edit(text, ("define", "confCACERT", value), check=False)[1], value
    for value in ["a$jb", "${auth}", "define it", "hash -o -T<TMPF> /etc/x", "dnlx", "x_dnl", "%[^\\]", "a; b: \"c\" [d]"]:
        new, _ = edit(text, ("define", "confCACERT", value))
        assert f"O CACertFile={value}" in build(new, cf_dir)[0], value
    # Why: this is what m4 would make of them.
    for value in ("/etc/lower/x", "a$*", "confLOG_LEVEL", "a dnl b"):
        text_by_hand = text.replace("MAILER", f"define(`confCACERT', `{value}')dnl\nMAILER")
        assert f"O CACertFile={value}" not in build(text_by_hand, cf_dir)[0], value


PIECES = ["define(`A', `1')", "define(`A',dnl x\n `2')", "define( `A' , 3 4 )", "undefine(`A')", "define(`A', (`x', `y') z)", "dnl ",
          "\n", " ", "`A'", "`define(`A', `9')'", "# `it' ", "# A ", "changecom", "changecom(`#')", "pushdef(`A', ``q'')",
          "popdef(`A')", "divert(-1)", "divert", "define(`B', `A')", "define (`A', `7')", "dnlx", "1define(`A', 8)dnl `\n",
          "define(`A', `a\nb')", "dnl(`x\ny') z\n", "define(`A')", "define(`A', `x' # , y\n)", "text (", ") it's'", "define(`C', dnl)\n`5')"]


def test_values_are_those_of_m4(tree):
    """Of generated files: what defined() tells is what m4 has at the end, and so it is after an edit."""
    rng = random.Random(SEED)
    known, read = 0, 0
    for _ in range(FILES):
        # changecom first: mailstack reads a file without cf.m4 as after it
        text = "changecom\n" + "".join(rng.choice(PIECES) for _ in range(rng.randrange(12))) + "\n"
        told = edit(text, ("problems",), ("value", "A"))[1]
        made = subprocess.run(["m4"], input=text + "\ndivert(0)\nchangecom ifdef(`A', `@@@[defn(`A')]@@@', `@@@absent@@@')",
                              capture_output=True, text=True, check=False)
        if "never closed" in told:
            assert made.returncode != 0 or "end of file" in made.stderr, (text, told)
            continue
        assert made.returncode == 0, (text, made.stderr)
        value = told.rstrip("\n") if "\n" not in told.rstrip("\n") else told[max(told.rfind(mark) for mark in ("\n=", "\n~", "\n-")) + 1:-1]
        theirs = made.stdout.split("@@@")[-2] if "@@@" in made.stdout else ""
        read += 1
        if value == "-":
            assert theirs == "absent", (text, told)
        elif value.startswith("="):
            known += 1
            assert theirs == f"[{value[1:]}]", (text, told)
        new, refused = edit(text, ("define", "A", "new"), check=False)
        if not refused:
            made = subprocess.run(["m4"], input=new + "\ndivert(0)\nchangecom ifdef(`A', `@@@[defn(`A')]@@@')", capture_output=True,
                                  text=True, check=True)
            assert made.stdout.split("@@@")[-2] == "[new]", (text, new)
    print(f"{FILES} files (seed {SEED}): {read} could be read, in {known} of them A has a value that is written out")
    assert known > FILES / 20
