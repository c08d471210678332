# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Setup makes of a sendmail.mc builds, has in its sendmail.cf what it must, is taken by sendmail, and a second
Setup, which knows that .cf, changes no byte.

    MAILSTACK_BUILD=build /usr/bin/python3 -m pytest tests/differential/test_setup.py
"""

import difflib
import pathlib
import re
import subprocess

import pytest

from sendmail_tree import SendmailTree
from test_aliases import helper
from test_mc import NAMES, build, cf_dir, text_of, tree  # noqa: F401 (fixtures)

MAIL = "/etc/mail"
TLS = "/etc/mail/certs"


def set_up(text, cf_directory, *words, cf=None, check=True):
    if cf is not None:
        path = pathlib.Path(cf_directory) / "present.cf"
        path.write_text("\n".join(cf) + "\n", encoding="latin-1")
        words = (*words, f"cf={path}")
    told = subprocess.run([helper("set-up-mc"), "example.test", cf_directory.rstrip("/"), MAIL, TLS, *words],
                          input=text.encode("latin-1"), capture_output=True, check=False)
    assert told.returncode == 0 or (told.returncode == 3 and not check), told
    return told.stdout.decode("latin-1"), told.stderr.decode("latin-1")


def option(cf, name):
    return [line.partition("=")[2] for line in cf if line.startswith(f"O {name}=")]


def require_set_up(cf, ports):
    own_name = [line[2:] for line in cf if line.startswith("Dj")]
    assert own_name and re.fullmatch(r"(.*\.)?example\.test", own_name[-1])
    assert set(option(cf, "AuthOptions")[-1].replace(" ", "")) >= set("Apy")
    assert set(option(cf, "AuthMechanisms")[-1].split()) >= {"LOGIN", "PLAIN"}
    assert any(line.startswith("C{TrustAuthMech}") and "PLAIN" in line for line in cf)
    assert option(cf, "CACertPath") == [TLS] and option(cf, "CACertFile") == [f"{TLS}/ca.pem"]
    assert option(cf, "ServerCertFile") == [f"{TLS}/cert.pem"] and option(cf, "ServerKeyFile") == [f"{TLS}/key.pem"]
    assert any(line.startswith("Fw") for line in cf)
    for name in ("access", "virtuser", "mailertable"):
        maps = [line.split()[1:] for line in cf if re.match(rf"K{name} ", line)]
        assert len(maps) == 1 and maps[0][0] == "hash" and "-o" not in maps[0], maps
    for mailer in ("local", "esmtp"):
        assert any(line.startswith(f"M{mailer},") for line in cf)
    assert any(re.match(r"Mlocal,\s+P=/usr/bin/procmail", line) for line in cf)
    found = [re.search(r"Port=(\w+)", line) for line in option(cf, "DaemonPortOptions")]
    named = sorted({"587": "submission", "25": "smtp"}.get(port[1], port[1]) if port else "smtp" for port in found)
    assert named == sorted(ports), option(cf, "DaemonPortOptions")


def require_taken(tree, cf_path, cf):  # noqa: F811
    path = pathlib.Path(cf_path) / "made.cf"
    path.write_text("\n".join(cf) + "\n", encoding="latin-1")
    told = subprocess.run([tree.sendmail, "-C", str(path), "-d0.1", "-bt"], input="$j\n=Smailertable\n", capture_output=True,
                          text=True, check=False, timeout=60)
    assert "example.test" in told.stdout, told
    assert not re.search(r"error|unknown|invalid|line \d+", told.stderr), told.stderr


@pytest.mark.parametrize("listen", ["keep", "everywhere", "loopback"])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_there(name, listen, tree, cf_dir):  # noqa: F811
    text = text_of(name, tree, cf_dir)
    old_cf, old_errors = build(text, cf_dir)
    new, _ = set_up(text, cf_dir, "procmail", listen, cf=old_cf)
    cf, errors = build(new, cf_dir)
    assert errors.count("***") == old_errors.count("***"), errors
    require_set_up(cf, ["smtp", "submission"])
    require_taken(tree, cf_dir, cf)

    # Every line that it did not need is still there, in its place: those that it replaced say the same of something else.
    for line in difflib.ndiff(text.split("\n"), new.split("\n")):
        if line.startswith("- "):
            assert re.match(r"- (DAEMON_OPTIONS|define\(`conf(CACERT|SERVER)|FEATURE.*hash -o)", line) and (
                listen != "keep" or "DAEMON" not in line), line

    # Again, with what m4 makes of it; and by statements alone.
    assert set_up(new, cf_dir, "procmail", listen, cf=cf)[0] == new
    if name != "long":  # whose own name is a macro's
        assert set_up(new, cf_dir, "procmail", listen)[0] == new

    addresses = option(cf, "DaemonPortOptions")
    if listen != "keep":
        assert all(("Addr=127.0.0.1" in one) == (listen == "loopback") for one in addresses), addresses


@pytest.mark.parametrize("system", ["debian", "linux"])
@pytest.mark.parametrize("words,ports", [([], ["smtp", "submission"]), (["no-submission"], ["smtp"]),
                                         (["loopback"], ["smtp", "submission"])])
def test_no_file(system, words, ports, tree, cf_dir):  # noqa: F811
    words = ["procmail", *words, *(["debian"] if system == "debian" else [])]
    new, _ = set_up("", cf_dir, *words)
    cf, errors = build(new, cf_dir)
    assert errors == ""
    require_set_up(cf, ports)
    require_taken(tree, cf_dir, cf)
    assert set_up(new, cf_dir, *words, cf=cf)[0] == new
    assert set_up(new, cf_dir, *words)[0] == new


def test_what_debian_s_tools_write_is_overridden_or_kept(tree, cf_dir, tmp_path):  # noqa: F811
    """starttls.m4 and sasl.m4, included by hand: what they set stays where it serves, else a define follows them."""
    include = tmp_path / "starttls.m4"
    include.write_text("define(`confSERVER_CERT', `/etc/mail/tls/c.crt')dnl\ndefine(`confSERVER_KEY', `/etc/mail/certs/key.pem')dnl\n"
                       "define(`confAUTH_MECHANISMS', `DIGEST-MD5 PLAIN LOGIN')dnl\n")
    text = text_of("shipped", tree, cf_dir).replace("MAILER_DEFINITIONS", f"include(`{include}')dnl\nMAILER_DEFINITIONS")
    new, _ = set_up(text, cf_dir, "procmail", f"include={include}", cf=build(text, cf_dir)[0])
    cf, _ = build(new, cf_dir)
    require_set_up(cf, ["smtp", "submission"])
    assert option(cf, "AuthMechanisms") == ["DIGEST-MD5 PLAIN LOGIN"]
    assert new.index("confSERVER_CERT") > new.index(str(include))
    assert "confSERVER_KEY" not in new and "confAUTH_MECHANISMS" not in new
    assert set_up(new, cf_dir, "procmail", f"include={include}", cf=cf)[0] == new
