# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the daemon says of itself is what the XML says, the XML is documented, and the tables know every method."""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from sandbox import ALIASES, CERTIFICATE, DOMAINS, MANAGER, RECIPES, ROUTE, ROUTES, SOURCE, TABLE, TABLES, table_path

FILES = {name: SOURCE / f"dbus-interfaces/{name}.xml" for name in (MANAGER, ALIASES, CERTIFICATE, DOMAINS, RECIPES, ROUTES, ROUTE, TABLE)}
OBJECTS = {"/org/mailstack1": {MANAGER, ALIASES, CERTIFICATE, DOMAINS, RECIPES, ROUTES}, "/org/mailstack1/route/direct": {ROUTE},
           **{table_path(table): {TABLE} for table in TABLES}}
DIRECTION = {"method": "in", "signal": "out"}


def members(interface):
    """{(kind, name): [(argument, type, direction), ...]} and {property: (type, access)}"""
    found = {}
    for kind in ("method", "signal"):
        for member in interface.findall(kind):
            found[kind, member.get("name")] = [
                (arg.get("name"), arg.get("type"), arg.get("direction", DIRECTION[kind])) for arg in member.findall("arg")]
    for one in interface.findall("property"):
        emits = [a.get("value") for a in one.findall("annotation") if a.get("name").endswith("EmitsChangedSignal")]
        found["property", one.get("name")] = (one.get("type"), one.get("access"), *(emits or ["true"]))
    return found


def from_file(name):
    return members(ElementTree.parse(FILES[name]).getroot().find("interface"))


@pytest.mark.parametrize("path", OBJECTS)
def test_the_daemon_is_as_the_xml_says(sandbox, path):
    text = sandbox.busctl("call", "--json=short", "org.mailstack1", path,
                          "org.freedesktop.DBus.Introspectable", "Introspect").stdout
    root = ElementTree.fromstring(json.loads(text)["data"][0])
    live = {interface.get("name"): members(interface) for interface in root.findall("interface")}
    assert {name: found for name, found in live.items() if name.startswith("org.mailstack1")} == {
        name: from_file(name) for name in OBJECTS[path]}


def comments(name):
    """{first word of each comment: its text}"""
    text = FILES[name].read_text()
    return {block.strip().split(":", 1)[0]: block for block in re.findall(r"<!--(.*?)-->", text, re.DOTALL)}


@pytest.mark.parametrize("name", FILES)
def test_every_argument_is_documented(name):
    documented = comments(name)
    assert name in documented
    for (kind, member), arguments in from_file(name).items():
        assert member in documented, member
        if kind != "property":
            assert re.findall(r"@([\w-]+):", documented[member]) == [argument[0] for argument in arguments], member
        if kind == "method":
            assert "Action:" in documented[member] and "Errors:" in documented[member]


def table():
    """{(interface, method): (action or nothing, computed)} as the daemon has it."""
    text = (SOURCE / "daemon/bus/method_table.hpp").read_text()
    rows = re.findall(r'\{(\w+)_interface, "(\w+)", (\{\}|Action::\w+), (true|false)\}', text)
    interface = {"manager": MANAGER, "aliases": ALIASES, "table": TABLE, "domains": DOMAINS,
                 "routes": ROUTES, "certificate": CERTIFICATE, "recipes": RECIPES}
    return {(interface[where], method): (None if action == "{}" else action.removeprefix("Action::"), computed == "true")
            for where, method, action, computed in rows}


def test_the_table_names_every_method():
    methods = {(name, member) for name in FILES for kind, member in from_file(name) if kind == "method"}
    assert set(table()) == methods


def test_no_row_of_the_table_lets_pass_unasked():
    for row, (action, computed) in table().items():
        assert action or computed, row


def actions_of_the_daemon():
    text = (SOURCE / "daemon/model/action.hpp").read_text()
    return set(re.findall(r'"(org\.mailstack1\.[\w-]+)"', text))


def test_the_table_and_the_documentation_agree():
    words = {"Read": "read", "ManageAliases": "manage-aliases", "ReadTables": "read-tables",
             "SetSecret": "set-secret", "TestRoute": "test-route", "SwitchRoute": "switch-route",
             "RotateCertificate": "rotate-certificate"}
    for (name, method), (action, _) in table().items():
        paragraph = re.search(r"Action:(.*?)\n\s*\n", comments(name)[method], re.DOTALL).group(1)
        told = set(re.findall(r"org\.mailstack1\.[\w-]+", paragraph))
        assert told and told <= actions_of_the_daemon()
        if action:
            assert "org.mailstack1." + words[action] in told


def test_the_policy_knows_every_action():
    policy = ElementTree.parse(SOURCE / "polkit/org.mailstack1.policy").getroot()
    assert {action.get("id") for action in policy.findall("action")} == actions_of_the_daemon()
    for action in policy.findall("action"):
        kinds = {kind.text for kind in action.find("defaults")}
        assert action.findtext("message") and action.findtext("description")
        if action.get("id") not in ("org.mailstack1.read", "org.mailstack1.manage-own-recipes"):
            assert kinds <= {"auth_admin", "auth_admin_keep"}
        if re.search("program|system|manage-(access|virtusertable|mailertable|domains|routes|recipes|delivery)|route|secret|certificate", action.get("id")):
            assert "auth_admin_keep" not in kinds  # polkit's kept grants do not look at details


def test_error_names_are_of_the_table():
    text = (SOURCE / "daemon/bus/error_table.cpp").read_text()
    known = set(re.findall(r'"org\.\w+\.(?:DBus\.)?Error\.(\w+)"', text))
    for name in FILES:
        for comment in comments(name).values():
            for paragraph in re.findall(r"Errors: (.*?)(?:\n\s*\n|$)", comment, re.DOTALL):
                assert set(re.findall(r"\w+", paragraph)) <= known, paragraph


def test_example_rules_are_javascript():
    for rules in (SOURCE / "polkit/examples").glob("*.rules"):
        text = rules.read_text()
        assert "polkit.addRule" in text
        for action in re.findall(r'"(org\.mailstack1\.[\w-]+)"', text):
            assert action in actions_of_the_daemon()
        if subprocess.run(["which", "node"], capture_output=True, check=False).returncode == 0:
            subprocess.run(["node", "--check", "-"], input=text, text=True, check=True)
