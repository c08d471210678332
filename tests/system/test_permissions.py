# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who may what, with the real polkit: denied first, then granted by a site's rules."""

import pytest

import smtp

DENIED = "Access denied"
INTERACTIVE = "nteractive authentication required"


def call(machine, user, *words, interactive="no"):
    return machine.run("busctl", f"--allow-interactive-authorization={interactive}", "--verbose", "call", "org.mailstack1",
                       "/org/mailstack1", *words, user=user)


def add(machine, user, name, recipient, **more):
    return call(machine, user, "org.mailstack1.Aliases", "AddAlias", "sas", name, "1", recipient, **more)


@pytest.mark.parametrize("words", [
    ("org.mailstack1.Aliases", "AddAlias", "sas", "shop", "1", "mallory"),
    ("org.mailstack1.Aliases", "SetAlias", "sas", "shop", "1", "mallory"),
    ("org.mailstack1.Aliases", "RemoveAlias", "s", "postmaster"),
    ("org.mailstack1.Manager", "Reload"),
    ("org.mailstack1.Manager", "Restart"),
], ids=lambda words: words[1])
def test_without_a_rule_nothing_is_changed(machine, words):
    before = machine.read("/etc/aliases"), machine.show("sendmail", "MainPID")
    refused = call(machine, "mallory", *words)
    assert refused.returncode != 0
    assert INTERACTIVE in refused.stderr or "InteractiveAuthorizationRequired" in refused.stderr, refused.stderr
    assert "org.mailstack1." in refused.stderr, "the message names the action"
    assert (machine.read("/etc/aliases"), machine.show("sendmail", "MainPID")) == before


def test_reading_needs_no_rule(machine):
    assert '"root"' in call(machine, "mallory", "org.mailstack1.Aliases", "GetAlias", "s", "postmaster").stdout


def test_a_rule_that_says_no_is_a_denial(machine):
    machine.write("/etc/polkit-1/rules.d/05-no.rules", "polkit.addRule(function(action, subject) {\n"
                  '    if (action.id.indexOf("org.mailstack1.manage") == 0 && subject.user == "mallory")\n'
                  "        return polkit.Result.NO;\n});\n")
    machine.do("systemctl", "restart", "polkit")
    for interactive in ("no", "yes"):
        refused = add(machine, "mallory", "shop", "mallory", interactive=interactive)
        assert refused.returncode != 0
        assert "AccessDenied" in refused.stderr or DENIED in refused.stderr or "manage-aliases" in refused.stderr
        assert INTERACTIVE not in refused.stderr
    assert smtp.expand(machine, "shop") is None


def test_a_grant_holds_for_its_action_alone(machine):
    machine.grant("alice", "org.mailstack1.manage-aliases")
    assert add(machine, "alice", "shop", "alice").returncode == 0
    for name, recipient in (("prog", "|/bin/id"), ("file", "/tmp/x"), ("odd", "(c)|/bin/id"), ("root", "alice"),
                            ("abuse", "alice"), ("mallory", "alice"), ("owner-shop", "alice")):
        refused = add(machine, "alice", name, recipient)
        assert refused.returncode != 0, f"{name}: {recipient}"
    assert call(machine, "alice", "org.mailstack1.Manager", "Restart").returncode != 0
    assert smtp.expand(machine, "shop") == ["alice"]
    assert smtp.expand(machine, "prog") is None


def test_a_rule_may_decide_on_the_details(machine):
    machine.write("/etc/polkit-1/rules.d/06-details.rules", "polkit.addRule(function(action, subject) {\n"
                  '    if (action.id == "org.mailstack1.manage-aliases" && subject.user == "mallory" &&\n'
                  '        action.lookup("alias") == "stall" && action.lookup("recipients") == "mallory")\n'
                  "        return polkit.Result.YES;\n});\n")
    machine.do("rm", "-f", "/etc/polkit-1/rules.d/05-no.rules")
    machine.do("systemctl", "restart", "polkit")
    assert add(machine, "mallory", "stall", "alice").returncode != 0
    assert add(machine, "mallory", "booth", "mallory").returncode != 0
    assert add(machine, "mallory", "stall", "mallory").returncode == 0
    assert smtp.expand(machine, "stall") == ["mallory"]


def test_without_polkit_only_root_may(machine):
    machine.do("systemctl", "mask", "--now", "--runtime", "polkit.service")
    try:
        refused = add(machine, "alice", "later", "alice")
        assert refused.returncode != 0
        assert smtp.expand(machine, "later") is None
        assert add(machine, "root", "later", "alice").returncode == 0
    finally:
        machine.do("systemctl", "unmask", "--runtime", "polkit.service")
