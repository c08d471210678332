# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual pages tell all there is, and are clean: each verb, option, exit status, method, argument, signal, error, action.

The program is $MAILSTACKCTL, or the one in ./build.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = pathlib.Path(os.environ.get("MAILSTACKCTL", SOURCE / "build/client/cli/mailstackctl")).resolve()
XML = sorted((SOURCE / "dbus-interfaces").glob("org.mailstack1.*.xml"))
POLICY = SOURCE / "polkit/org.mailstack1.policy"
BY_HAND = [SOURCE / "client/cli/mailstackctl.1", SOURCE / "daemon/mailstackd.8"]


def make(output, xml):
    return subprocess.run([sys.executable, SOURCE / "dbus-interfaces/make_manual.py", "--errors", SOURCE / "daemon/base/error.hpp",
                           "--policy", POLICY, "--output", output, *xml], capture_output=True, text=True)


@pytest.fixture(scope="module")
def bus_page(tmp_path_factory):
    page = tmp_path_factory.mktemp("manual") / "org.mailstack1.5"
    made = make(page, XML)
    assert made.returncode == 0, made.stderr
    return page


def rendered(page):
    """The text as a reader gets it, every run of white space one blank."""
    if not shutil.which("man"):
        pytest.skip("man is not installed")
    run = subprocess.run(["man", "-E", "UTF-8", "-l", page], capture_output=True, text=True, check=True,
                         env={**os.environ, "MANWIDTH": "2000", "LC_ALL": "C.UTF-8", "MANPAGER": "cat", "MAN_KEEP_FORMATTING": ""})
    return " ".join(re.sub(r".\x08", "", run.stdout).split())


def test_every_member_of_every_interface_has_its_entry(bus_page):
    text = rendered(bus_page)
    for path in XML:
        for interface in ElementTree.parse(path).getroot().iter("interface"):
            assert f"INTERFACE {interface.get('name')}" in text
            for member in interface:
                if member.tag == "property":
                    assert f"{member.get('name')} {member.get('type')}, read-only" in text
                    continue
                arguments = member.findall("arg")
                given = ", ".join(f"{a.get('type')} {a.get('name')}" for a in arguments if a.get("direction") != "out")
                assert f"{member.get('name')}({given})" in text
                for returned in (a for a in arguments if a.get("direction") == "out"):
                    assert f"{returned.get('type')} {returned.get('name')}" in text


def test_every_object_has_its_interfaces(bus_page):
    synopsis = rendered(bus_page).partition("SYNOPSIS")[2].partition("DESCRIPTION")[0]
    objects = dict(part.strip().split(" interfaces ") for part in synopsis.split("object ")[1:])
    main = {f"org.mailstack1.{name}" for name in ("Manager", "Aliases", "Domains", "Routes", "Certificate", "Recipes")}
    assert {path: set(names.split(", ")) for path, names in objects.items()} == {
        "/org/mailstack1": main, "/org/mailstack1/route/direct": {"org.mailstack1.Route"},
        **{f"/org/mailstack1/table/{name}": {"org.mailstack1.Table"} for name in ("access", "virtusertable", "mailertable")}}


def test_every_error_and_every_action_has_its_entry(bus_page):
    text = rendered(bus_page)
    codes = re.search(r"enum class Code \{(.*?)\n\};", (SOURCE / "daemon/base/error.hpp").read_text(), re.DOTALL).group(1)
    names = re.findall(r"^ +(\w+),", codes, re.MULTILINE)
    assert len(names) > 10
    for name in names:
        bus_name = {"InteractionRequired": "InteractiveAuthorizationRequired"}.get(name, name)
        assert f".Error.{bus_name} " in text
    actions = [action.get("id") for action in ElementTree.parse(POLICY).getroot().iter("action")]
    assert actions and all(action + " " in text.partition("POLKIT ACTIONS")[2] for action in actions)


def test_a_member_without_its_comment_fails_the_build(tmp_path):
    """So that nothing undocumented can be added."""
    broken = tmp_path / "org.mailstack1.Manager.xml"
    original = (SOURCE / "dbus-interfaces/org.mailstack1.Manager.xml").read_text(encoding="utf-8")
    broken.write_text(original.replace("Restart:\n", "Restat:\n"), encoding="utf-8")
    made = make(tmp_path / "page", [broken])
    assert made.returncode != 0
    assert "the comment before Restart begins with 'Restat:'" in made.stderr
    broken.write_text(original.replace("@permissions:", "@permission:"), encoding="utf-8")
    assert "GetPermissions: the comment and the arguments differ" in make(tmp_path / "page", [broken]).stderr


def test_the_errors_that_methods_name_exist(bus_page):
    text = rendered(bus_page)
    named = {name for errors in re.findall(r"Errors: ([A-Za-z, ]+)\.", text) for name in errors.split(", ")}
    assert "NoSuchAlias" in named
    for name in named:
        assert f".Error.{name} " in text.partition("ERROR NAMES")[2], name


def helped(*verb):
    return subprocess.run([PROGRAM, *verb, "--help"], capture_output=True, text=True, check=True).stdout


def verbs(*parent):
    """Each verb with its own verbs, as the program's help lists them."""
    for name in re.findall(r"^  ([a-z-]+) ", helped(*parent).partition("Subcommands:\n")[2].partition("\n\n")[0], re.MULTILINE):
        below = list(verbs(*parent, name))
        yield from below or [(*parent, name)]


def test_every_verb_and_option_is_in_the_manual():
    text = rendered(BY_HAND[0])
    found = list(verbs())
    assert len(found) == 45
    for verb in [(), *found]:
        assert f"mailstackctl {' '.join(verb)}" in text
        for option in re.findall(r"--[a-z-]+", helped(*verb).partition("Options:\n")[2].partition("\n\n")[0]):
            assert option in text, f"{verb}: {option}"


def test_every_exit_status_is_in_the_manual():
    statuses = re.findall(r"^ +\w+ = (\d+),", (SOURCE / "client/cli/failure.hpp").read_text(), re.MULTILINE)
    assert statuses == re.findall(r"^\.It (\d+)$", BY_HAND[0].read_text(), re.MULTILINE)


def test_every_setting_and_option_of_the_daemon_is_in_the_manual():
    text = rendered(BY_HAND[1])
    settings = set(re.findall(r'key == "([a-z-]+)"', (SOURCE / "daemon/bus/settings.cpp").read_text()))
    options = set(re.findall(r'add_(?:option|flag)\("(--[a-z-]+)"', (SOURCE / "daemon/main.cpp").read_text()))
    assert settings and options
    assert not [word for word in settings | options if word not in text]


@pytest.mark.parametrize("page", [*BY_HAND, "org.mailstack1.5"], ids=lambda page: pathlib.Path(page).name)
def test_pages_are_clean(page, bus_page):
    path = page if isinstance(page, pathlib.Path) else bus_page
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-Tlint", path], capture_output=True, text=True).stdout
        # That a page exists on the building machine is no property of the page that names it.
        assert not [line for line in lint.splitlines() if "referenced manual not found" not in line]
    elif not shutil.which("man"):
        pytest.skip("neither mandoc nor man is installed")
    if shutil.which("man"):
        # As lintian does it.
        run = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path], capture_output=True, text=True,
                             env={**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80", "LC_ALL": "C.UTF-8"})
        assert (run.returncode, run.stderr) == (0, "")
