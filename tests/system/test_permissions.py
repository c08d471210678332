# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who may what, with the real polkit: denied first, then granted by a site's rules."""

import pytest

import image
import smtp

DENIED = "org.freedesktop.DBus.Error.AccessDenied"
INTERACTIVE = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"


def call(machine, user, member, *arguments, interface="Aliases"):
    """dbus-send tells an error's name, which busctl does not, and allows no dialog."""
    return machine.run("dbus-send", "--system", "--print-reply", "--dest=org.mailstack1", "/org/mailstack1",
                       f"org.mailstack1.{interface}.{member}", *arguments, user=user)


def add(machine, user, name, recipient):
    return call(machine, user, "AddAlias", f"string:{name}", f"array:string:{recipient}")


@pytest.mark.parametrize("member, arguments, action", [
    ("AddAlias", ("string:shop", "array:string:mallory"), "manage-aliases"),
    ("SetAlias", ("string:shop", "array:string:mallory"), "manage-aliases"),
    ("RemoveAlias", ("string:postmaster",), "manage-system-aliases"),
    ("Reload", (), "reload"),
    ("Restart", (), "restart"),
])
def test_without_a_rule_nothing_is_changed(machine, member, arguments, action):
    before = machine.read("/etc/aliases"), machine.show("sendmail", "MainPID")
    refused = call(machine, "mallory", member, *arguments, interface="Aliases" if arguments else "Manager")
    assert refused.returncode != 0
    assert INTERACTIVE in refused.stderr and f"org.mailstack1.{action}" in refused.stderr, refused.stderr
    assert (machine.read("/etc/aliases"), machine.show("sendmail", "MainPID")) == before


def test_where_a_dialog_is_allowed_but_nobody_can_show_one_it_is_a_denial(machine):
    refused = machine.call("Aliases", "AddAlias", "sas", "shop", "1", "mallory", user="mallory")
    assert refused.returncode != 0
    assert refused.stderr == "Call failed: Access denied\n"  # what busctl makes of AccessDenied
    assert smtp.expand(machine, "shop") is None


def test_reading_needs_no_rule(machine):
    assert '"root"' in call(machine, "mallory", "GetAlias", "string:postmaster").stdout


def test_a_rule_that_says_no_is_a_denial(machine):
    machine.write("/etc/polkit-1/rules.d/05-no.rules", "polkit.addRule(function(action, subject) {\n"
                  '    if (action.id.indexOf("org.mailstack1.manage") == 0 && subject.user == "mallory")\n'
                  "        return polkit.Result.NO;\n});\n")
    machine.restart_polkit()
    refused = add(machine, "mallory", "shop", "mallory")
    assert refused.returncode != 0
    assert DENIED in refused.stderr and "org.mailstack1.manage-aliases" in refused.stderr, refused.stderr
    assert smtp.expand(machine, "shop") is None


def test_a_grant_holds_for_its_action_alone(machine):
    machine.grant("alice", "org.mailstack1.manage-aliases")
    assert add(machine, "alice", "shop", "alice").returncode == 0
    for name, recipient in (("prog", "|/bin/id"), ("file", "/tmp/x"), ("odd", "(c)|/bin/id"), ("root", "alice"),
                            ("abuse", "alice"), ("mallory", "alice"), ("owner-shop", "alice")):
        refused = add(machine, "alice", name, recipient)
        assert refused.returncode != 0, f"{name}: {recipient}"
    assert call(machine, "alice", "Restart", interface="Manager").returncode != 0
    assert smtp.expand(machine, "shop") == ["alice"]
    assert smtp.expand(machine, "prog") is None


def test_a_rule_may_decide_on_the_details(machine):
    machine.write("/etc/polkit-1/rules.d/06-details.rules", "polkit.addRule(function(action, subject) {\n"
                  '    if (action.id == "org.mailstack1.manage-aliases" && subject.user == "mallory" &&\n'
                  '        action.lookup("alias") == "stall" && action.lookup("recipients") == "mallory")\n'
                  "        return polkit.Result.YES;\n});\n")
    machine.do("rm", "-f", "/etc/polkit-1/rules.d/05-no.rules")
    machine.restart_polkit()
    assert add(machine, "mallory", "stall", "alice").returncode != 0
    assert add(machine, "mallory", "booth", "mallory").returncode != 0
    assert add(machine, "mallory", "stall", "mallory").returncode == 0
    assert smtp.expand(machine, "stall") == ["mallory"]


def granted(machine, user):
    """The actions that are granted to a process of the user's without a password."""
    return set(machine.run("sh", "-c", "for action in $(pkaction | grep '^org[.]mailstack1[.]'); do\n"
                           '    pkcheck --action-id "$action" --process $$ >/dev/null 2>&1 && echo "$action"\n'
                           "done", user=user).stdout.split())


def test_the_example_for_mailpile_lets_its_group_switch_routes_and_nothing_more(machine):
    before = granted(machine, "mallory")
    assert before and "org.mailstack1.switch-route" not in before
    rule = image.SOURCE / "polkit/examples/50-mailstack-mailpile.rules"  # the images of the machines are made without documentation
    machine.write(f"/etc/polkit-1/rules.d/{rule.name}", rule.read_text())
    machine.restart_polkit()
    assert granted(machine, "mallory") == before
    machine.do("groupadd", "--system", "mailpile")
    machine.do("usermod", "--append", "--groups", "mailpile", "mallory")
    machine.restart_polkit()
    assert granted(machine, "mallory") == before | {"org.mailstack1.switch-route"}


def test_without_polkit_only_root_may(machine):
    machine.do("systemctl", "mask", "--now", "--runtime", "polkit.service")
    try:
        refused = add(machine, "alice", "later", "alice")
        assert refused.returncode != 0
        assert smtp.expand(machine, "later") is None
        assert add(machine, "root", "later", "alice").returncode == 0
    finally:
        machine.do("systemctl", "unmask", "--runtime", "polkit.service")
