# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who may call what: every method times every answer that polkit can give. Denial comes before permission."""

import subprocess
import time

import pytest

from certificate_maker import Authority, key_pem, p256
from sandbox import CERTIFICATE, Caller, DENIED, DOMAINS, ERROR, INTERACTION, MANAGER, RECIPES, ROUTES, STRANGER, Sandbox, TABLE, TABLES, table_path, wait_until

READ, ALIAS, PROGRAM, SYSTEM = "read", "manage-aliases", "manage-program-aliases", "manage-system-aliases"

# Each method, a call of it that could succeed, and the actions it asks for.
CALLS = {
    "Reload": ({"interface": MANAGER}, [], ["reload"]),
    "Restart": ({"interface": MANAGER}, [], ["restart"]),
    "RebuildCf": ({"interface": MANAGER}, [], ["setup"]),
    "Setup": ({"interface": MANAGER, "signature": "ssa{sv}"},
              ["example.test", "daemon", {"listen": ["s", "keep"], "submission": ["b", False]}], ["setup"]),
    "GetPermissions": ({"interface": MANAGER}, [], [READ]),
    "Explain": ({"interface": MANAGER, "signature": "s"}, ["team"], ["read-tables"]),
    "Check": ({"interface": MANAGER}, [], ["read-tables"]),
    "AddAlias": ({"signature": "sas"}, ["fresh", ["alice"]], [ALIAS]),
    "SetAlias": ({"signature": "sas"}, ["team", ["bob"]], [ALIAS]),
    "RemoveAlias": ({"signature": "s"}, ["old"], [ALIAS]),
    "GetAlias": ({"signature": "s"}, ["team"], [READ]),
    "ListAliases": ({"signature": "ssu"}, ["", "", 0], [READ]),
    "ListProblems": ({}, [], [READ]),
    "ImportAliases": ({"descriptor": ["text", "imported: alice\n"]}, [{}], [ALIAS]),
    "AddDomain": ({"interface": DOMAINS, "signature": "s"}, ["fresh.example"], ["manage-domains"]),
    "RemoveDomain": ({"interface": DOMAINS, "signature": "s"}, ["old.example"], ["manage-domains"]),
}
RELAY = {"id": "held", "host": "127.0.0.1", "port": 2525, "tls": "none", "user": "alice"}
CALLS |= {
    "SetRelay": ({"signature": "sqs"}, ["127.0.0.2", 2525, "none"], ["switch-route", "manage-routes"]),
    "AddRoute": ({"signature": "ssqss"}, ["fresh", "127.0.0.3", 2525, "none", ""], ["manage-routes"]),
    "SetRoute": ({"signature": "ssqss"}, ["held", "127.0.0.4", 2525, "none", "alice"], ["manage-routes"]),
    "SetSecret": ({"descriptor": ["text", "wonderland"], "signature": "s"}, ["held"], ["set-secret"]),
    "RemoveRoute": ({"signature": "s"}, ["held"], ["manage-routes"]),
    "ActivateRoute": ({"signature": "st"}, ["local-only", 0], ["switch-route"]),
    "TestRoute": ({"signature": "s"}, ["held"], ["test-route"]),
    "AddSenderRoute": ({"signature": "ss"}, ["@fresh.example", "direct"], ["manage-routes"]),
    "RemoveSenderRoute": ({"signature": "s"}, ["@old.example"], ["manage-routes"]),
    "ListSenderRoutes": ({}, [], [READ]),
    "CountQueued": ({}, [], [READ]),
    "FlushQueue": ({}, [], ["switch-route"]),
}
for member in list(CALLS)[-12:]:
    CALLS[member][0]["interface"] = ROUTES
KEY, AUTHORITY = p256(), Authority()
PAIR = [["text", AUTHORITY.chain(AUTHORITY.leaf(KEY))], ["text", key_pem(KEY)]]
CALLS |= {
    "RotateCert": ({"interface": CERTIFICATE, "signature": "a{sv}"}, [{"names": ["as", ["mail.example.test", "www.example.test"]]}], ["rotate-certificate"]),
    "InstallCert": ({"interface": CERTIFICATE, "descriptors": PAIR}, [], ["rotate-certificate"]),
    "CreateRequest": ({"interface": CERTIFICATE, "signature": "as"}, [[]], ["rotate-certificate"]),
    "CheckExpiry": ({"interface": CERTIFICATE}, [], ["rotate-certificate"]),
    "ListServed": ({"interface": CERTIFICATE}, [], [READ]),
}
def recipe_calls(user, whose):
    """The calls of org.mailstack1.Recipes for one account."""
    values = ["all", ["list contains debian-user"], "folder Lists/debian", "stop"]
    where = {"interface": RECIPES}
    return {
        "AddRecipe": ({**where, "signature": "sssasssu"}, [user, "fresh", *values, 0], [whose]),
        "SetRecipe": ({**where, "signature": "sssasss"}, [user, "held", *values], [whose]),
        "RemoveRecipe": ({**where, "signature": "ss"}, [user, "held"], [whose]),
        "MoveRecipe": ({**where, "signature": "ssu"}, [user, "held", 1], [whose]),
        "ListRecipes": ({**where, "signature": "s"}, [user], [whose]),
        "TestMessage": ({**where, "descriptor": ["text", "Subject: a\n\nb\n"], "signature": "s"}, [user], [whose]),
        "SetDelivery": ({**where, "signature": "ss"}, [user, "maildir"], [whose]),
        "GetDelivery": ({**where, "signature": "s"}, [user], [whose]),
    }


CALLS |= {name + " own": row for name, row in recipe_calls("", "manage-own-recipes").items()}
CALLS |= recipe_calls("daemon", "manage-recipes")
CALLS |= {
    "AddRecipe program": ({"interface": RECIPES, "signature": "sssasssu"},
                          ["daemon", "fresh", "all", ["size over 1"], "pipe /bin/cat", "continue", 0],
                          ["manage-recipes", "manage-program-recipes"]),
    "SetRecipe program": ({"interface": RECIPES, "signature": "sssasss"},
                          ["", "held", "all", ["program /bin/true"], "folder Lists/debian", "stop"],
                          ["manage-own-recipes", "manage-program-recipes"]),
    "SetDefaultDelivery": ({"interface": RECIPES, "signature": "s"}, ["maildir"], ["manage-delivery"]),
    "UseProcmail": ({"interface": RECIPES}, [], ["manage-delivery"]),
}
ENTRIES = {"access": ("old.example", "REJECT"), "virtusertable": ("old@v.example", "alice"),
           "mailertable": ("old.example", "smtp:[mx.example]")}
for name in TABLES:
    where = {"interface": TABLE, "path": table_path(name)}
    old, value = ENTRIES[name]
    CALLS |= {
        f"SetEntry {name}": ({**where, "signature": "ss"}, [old.replace("old", "fresh"), value], [f"manage-{name}"]),
        f"RemoveEntry {name}": ({**where, "signature": "s"}, [old], [f"manage-{name}"]),
        f"GetEntry {name}": ({**where, "signature": "s"}, [old], ["read-tables"]),
        f"ListEntries {name}": ({**where, "signature": "ssu"}, ["", "", 0], ["read-tables"]),
        f"ListProblems {name}": (where, [], ["read-tables"]),
    }
REFUSALS = {  # polkit's answer, the interactive flag, the error, words of its message
    "no": ("no", False, DENIED, "not allowed"),
    "no, with a dialog": ("no", True, DENIED, "not allowed"),
    "challenge without a dialog": ("challenge", False, INTERACTION, "password"),
    "challenge and no agent": ("no-agent", True, DENIED, "agent"),
    "dismissed": ("dismissed", True, DENIED, "dismissed"),
    "error": ("error", False, DENIED, "does not answer"),
}
# mailstackd lets one user wait for 16 calls, of these for 2 about recipes.
MOST_AT_ONCE, MOST_RECIPES = 12, 2


def call(sandbox, member, caller=None, **more):
    options, arguments, _ = CALLS[member]
    return (caller or sandbox.stranger).call(member.split()[0], *arguments, **options, **more)


def asked(sandbox):
    return [question["action"].removeprefix("org.mailstack1.") for question in sandbox.questions()]


def state(sandbox):
    files = [sandbox.aliases, *(sandbox.mail / name for name in (*TABLES, "local-host-names", "sendmail.mc")),
             sandbox.root / "etc/mailstack/routes.yaml", *sorted((sandbox.root / "etc/mailstack/tls").glob("*")),
             *sorted((sandbox.root / "etc/mailstack/requests").glob("*")),
             *sorted((sandbox.root / "etc/mailstack/recipes").glob("*")),
             *sorted((sandbox.root / "etc/mailstack/procmail").glob("*")), *(sandbox.root / "etc").glob("procmailrc")]
    return [path.read_bytes() for path in files], sandbox.root_caller.property(MANAGER, "Generation")


@pytest.fixture(scope="module")
def sandbox(daemon):
    made = Sandbox(daemon, local_mailer=None)
    made.known = None
    yield made
    made.close()


@pytest.fixture(autouse=True)
def known_aliases(sandbox):
    """What the calls above rest on; polkit says no to begin with."""
    if sandbox.known is None or state(sandbox) != sandbox.known:
        put_in_order(sandbox)
        sandbox.known = state(sandbox)
    sandbox.answers("no")


def put_in_order(sandbox):
    for name in ("team", "old"):
        assert "reply" in sandbox.root_caller.call("SetAlias", name, ["alice"], signature="sas")
    for name in ("fresh", "imported"):
        sandbox.root_caller.call("RemoveAlias", name, signature="s")
    if "old.example" not in (sandbox.mail / "local-host-names").read_text():
        assert "reply" in sandbox.root_caller.call("AddDomain", "old.example", signature="s", interface=DOMAINS)
    for table, (key, value) in ENTRIES.items():
        where = {"interface": TABLE, "path": table_path(table)}
        assert "reply" in sandbox.root_caller.call("SetEntry", key, value, signature="ss", **where)
        sandbox.root_caller.call("RemoveEntry", key.replace("old", "fresh"), signature="s", **where)
    def routes(member, signature, *arguments):
        return sandbox.root_caller.call(member, *arguments, signature=signature, interface=ROUTES)

    assert "reply" in routes("ActivateRoute", "st", "direct", 0)
    assert "reply" in routes("AddSenderRoute", "ss", "@old.example", "direct")
    routes("RemoveSenderRoute", "s", "@fresh.example")
    for route in ("fresh", "relay"):
        routes("RemoveRoute", "s", route)
    if "error" in routes("SetRoute", "ssqss", *RELAY.values()):
        assert "reply" in routes("AddRoute", "ssqss", *RELAY.values())
    for user in ("daemon", "nobody", "root"):
        def recipes(member, signature, *arguments):
            return sandbox.root_caller.call(member, user, *arguments, signature=signature, interface=RECIPES)

        recipes("RemoveRecipe", "ss", "fresh")
        held = ["held", "all", ["size over 1000000"], "keep", "stop"]
        if "error" in recipes("SetRecipe", "sssasss", *held):
            assert "reply" in recipes("AddRecipe", "sssasssu", *held, 0)


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("member", CALLS)
def test_refused(sandbox, member, refusal):
    answer, interactive, error, words = REFUSALS[refusal]
    sandbox.answers(answer)
    before = state(sandbox)
    reply = call(sandbox, member, interactive=interactive)
    assert reply.get("error") == error
    assert words in reply["message"]
    assert "org.mailstack1." + CALLS[member][2][0] in reply["message"]
    assert state(sandbox) == before
    assert asked(sandbox) == CALLS[member][2][:1]
    assert [q["flags"] for q in sandbox.questions()] == [1 if interactive else 0]


def groups_of_calls():
    """CALLS, in groups that can wait for polkit at the same time, no method twice in a group."""

    def fits(row, group):
        recipes = [other for other in [row, *group] if CALLS[other][0].get("interface") == RECIPES]
        return (len(group) < MOST_AT_ONCE and len(recipes) <= MOST_RECIPES
                and row.split()[0] not in [other.split()[0] for other in group])

    groups = []
    for row in CALLS:
        group = next((group for group in groups if fits(row, group)), None)
        if group is None:
            groups.append(group := [])
        group.append(row)
    return groups


@pytest.mark.parametrize("rows", groups_of_calls(), ids=", ".join)
def test_refused_as_polkit_hangs(sandbox, rows):
    """Each waits as long as a dialog may take, so they wait together."""
    sandbox.answers("hang")
    before = state(sandbox)
    replies = sandbox.stranger.call_together(
        [Caller.wish(row.split()[0], *arguments, **options) for row in rows for options, arguments, _ in [CALLS[row]]])
    questions = {question["details"]["verb"]: question for question in sandbox.questions()}
    assert len(sandbox.questions()) == len(rows) == len(questions), replies
    for row, reply in zip(rows, replies):
        action = "org.mailstack1." + CALLS[row][2][0]
        assert reply.get("error") == DENIED, row
        assert "in time" in reply["message"] and action in reply["message"], row
        question = questions[row.split()[0]]
        assert (question["action"], question["flags"]) == (action, 0), row
    assert sorted(sandbox.polkit("Cancelled")) == sorted(question["cancellation"] for question in questions.values())
    assert state(sandbox) == before


@pytest.mark.parametrize("member", CALLS)
def test_refused_without_polkit(sandbox, member):
    sandbox.stop_polkit()
    try:
        reply = call(sandbox, member)
        assert reply.get("error") == DENIED
        assert "does not answer" in reply["message"]
    finally:
        sandbox.start_polkit()


@pytest.mark.parametrize("member", CALLS)
def test_granted(sandbox, member):
    sandbox.answers("no", **{action: "yes" for action in CALLS[member][2]})
    assert "reply" in call(sandbox, member)
    expected = CALLS[member][2]
    assert asked(sandbox)[:len(expected)] == expected
    for question in sandbox.questions():
        assert question["subject"] == ["system-bus-name", {"name": sandbox.stranger.name}]


@pytest.mark.parametrize("member", CALLS)
def test_dialog_answered(sandbox, member):
    sandbox.answers("wait")
    options, arguments, _ = CALLS[member]
    sandbox.stranger.start(member.split()[0], *arguments, interactive=True, **options)
    wait_until(sandbox.questions, "polkit is asked")
    # Meanwhile everybody else is served.
    assert "reply" in sandbox.root_caller.call("GetAlias", "team", signature="s")
    sandbox.answers("yes")
    sandbox.polkit("Release")
    assert "reply" in sandbox.stranger.finish()


@pytest.mark.parametrize("member", CALLS)
def test_root_is_not_asked_about(sandbox, member):
    sandbox.answers("no")
    assert "reply" in call(sandbox, member, caller=sandbox.root_caller)
    assert sandbox.questions() == []


@pytest.mark.parametrize("member", CALLS)
def test_caller_gone(sandbox, member):
    sandbox.answers("hang")
    before = state(sandbox)
    caller = Caller(sandbox.environment, STRANGER)
    options, arguments, _ = CALLS[member]
    caller.start(member.split()[0], *arguments, interactive=True, **options)
    wait_until(sandbox.questions, "polkit is asked")
    caller.kill()
    wait_until(lambda: sandbox.polkit("Cancelled"), "the question is withdrawn", seconds=3)
    assert state(sandbox) == before


def test_details(sandbox):
    sandbox.answers("yes")
    sandbox.stranger.call("SetAlias", "Team", ["bob", "carol@example.com"], signature="sas")
    assert sandbox.questions()[0]["details"] == {
        "verb": "SetAlias", "alias": "team", "recipients": "bob, carol@example.com"}


def test_details_of_tables_and_domains(sandbox):
    sandbox.answers("yes")
    call(sandbox, "SetEntry access")
    call(sandbox, "AddDomain")
    assert [question["details"] for question in sandbox.questions()] == [
        {"verb": "SetEntry", "table": "access", "key": "fresh.example", "value": "REJECT"},
        {"verb": "AddDomain", "domain": "fresh.example"}]
    sandbox.root_caller.call("RemoveDomain", "fresh.example", signature="s", interface=DOMAINS)


def test_details_of_certificates(sandbox):
    call(sandbox, "RotateCert")
    call(sandbox, "InstallCert")
    call(sandbox, "CheckExpiry")
    assert [question["details"] for question in sandbox.questions()] == [
        {"verb": "RotateCert", "names": "mail.example.test www.example.test"}, {"verb": "InstallCert", "names": ""},
        {"verb": "CheckExpiry", "names": ""}]


def test_details_of_recipes(sandbox):
    sandbox.answers("yes")
    call(sandbox, "AddRecipe")
    call(sandbox, "ListRecipes own")
    assert [question["details"] for question in sandbox.questions()] == [
        {"verb": "AddRecipe", "user": "daemon", "recipe": "fresh", "action": "folder Lists/debian", "programs": ""},
        {"verb": "ListRecipes", "user": "nobody", "recipe": "", "action": ""}]


@pytest.mark.parametrize("row, program", [("AddRecipe program", "/bin/cat"), ("SetRecipe program", "/bin/true")])
def test_who_is_asked_for_a_program_is_told_which(sandbox, row, program):
    """Also where a condition runs it, which the action does not show."""
    sandbox.answers("yes")
    call(sandbox, row)
    assert {question["details"]["programs"] for question in sandbox.questions()} == {program}


def test_details_of_a_setup(sandbox):
    call(sandbox, "Setup")
    call(sandbox, "RebuildCf")
    assert [question["details"] for question in sandbox.questions()] == [
        {"verb": "Setup", "domain": "example.test", "user": "daemon"},
        {"verb": "RebuildCf", "domain": "as it is", "user": "as it is"}]


@pytest.mark.parametrize("name, recipients, needed", [
    ("plain", ["alice"], [ALIAS]),
    ("plain", ["\\alice"], [ALIAS]),
    ("program", ["|/bin/true"], [ALIAS, PROGRAM]),
    ("file", ["/var/mail/all"], [ALIAS, PROGRAM]),
    ("included", [":include:/etc/list"], [ALIAS, PROGRAM]),
    ("hidden", ["(c)|/bin/id"], [ALIAS, PROGRAM]),
    ("postmaster", ["alice"], [SYSTEM]),
    ("ROOT", ["alice"], [SYSTEM]),
    ("owner-list", ["alice"], [SYSTEM]),
    ("daemon", ["alice"], [SYSTEM]),
    ("postmaster", ["|/bin/true"], [PROGRAM, SYSTEM]),
])
def test_required_actions(sandbox, name, recipients, needed):
    before = state(sandbox)
    for refused in needed:
        sandbox.answers("yes", **{refused: "no"})
        reply = sandbox.stranger.call("SetAlias", name, recipients, signature="sas")
        assert reply.get("error") == DENIED
        assert "org.mailstack1." + refused in reply["message"]
        assert state(sandbox) == before
    sandbox.answers("no", **{action: "yes" for action in needed})
    reply = sandbox.stranger.call("SetAlias", name, recipients, signature="sas")
    assert asked(sandbox) == needed
    assert "reply" in reply or reply["error"] == ERROR + "InvalidAddress", reply


@pytest.mark.parametrize("text, more", [
    ("one: alice\ntwo: bob\n", []),
    ("one: alice\ntwo: |/bin/true\n", [PROGRAM]),
    ("one: alice\nroot: bob\n", [SYSTEM]),
])
def test_required_actions_of_an_import(sandbox, text, more):
    for refused in [ALIAS, *more]:
        sandbox.answers("yes", **{refused: "no"})
        reply = sandbox.stranger.call("ImportAliases", {}, descriptor=["text", text])
        assert reply.get("error") == DENIED
    sandbox.answers("no", **{action: "yes" for action in [ALIAS, *more]})
    reply = sandbox.stranger.call("ImportAliases", {"on-conflict": ["s", "replace"]}, descriptor=["text", text])
    assert "reply" in reply, reply
    assert asked(sandbox) == [ALIAS, *more]


def test_configuration_changed_during_the_dialog(sandbox):
    """The alias becomes a program while polkit asks about a plain one: what was granted no longer suffices."""
    sandbox.answers("wait")
    sandbox.stranger.start("SetAlias", "team", ["bob"], signature="sas", interactive=True)
    wait_until(sandbox.questions, "polkit is asked")
    assert "reply" in sandbox.root_caller.call("SetAlias", "team", ["|/bin/true"], signature="sas")
    sandbox.polkit("Release")
    reply = sandbox.stranger.finish()
    assert reply.get("error") == DENIED
    assert "org.mailstack1." + PROGRAM in reply["message"]
    assert sandbox.root_caller.call("GetAlias", "team", signature="s")["reply"] == [["|/bin/true"]]


def test_permissions(sandbox):
    sandbox.answers("no", read="yes", manage_aliases="no-agent", reload="yes")
    permissions = sandbox.stranger.call("GetPermissions", interface=MANAGER, interactive=True)["reply"][0]
    assert permissions == {
        "org.mailstack1.read": "yes", "org.mailstack1.manage-aliases": "challenge", "org.mailstack1.reload": "yes",
        "org.mailstack1.manage-program-aliases": "no", "org.mailstack1.manage-system-aliases": "no",
        "org.mailstack1.restart": "no", "org.mailstack1.read-tables": "no", "org.mailstack1.manage-access": "no",
        "org.mailstack1.manage-virtusertable": "no", "org.mailstack1.manage-mailertable": "no",
        "org.mailstack1.manage-domains": "no", "org.mailstack1.setup": "no", "org.mailstack1.switch-route": "no",
        "org.mailstack1.manage-routes": "no", "org.mailstack1.set-secret": "no", "org.mailstack1.test-route": "no",
        "org.mailstack1.rotate-certificate": "no", "org.mailstack1.manage-own-recipes": "no",
        "org.mailstack1.manage-recipes": "no", "org.mailstack1.manage-program-recipes": "no",
        "org.mailstack1.manage-delivery": "no"}
    assert [q["flags"] for q in sandbox.questions()][1:] == [0] * 21  # only the call itself may raise a dialog
    everything = sandbox.root_caller.call("GetPermissions", interface=MANAGER)["reply"][0]
    assert set(everything.values()) == {"yes"}


def test_two_dialogs_at_once(sandbox):
    sandbox.answers("wait")
    other = Caller(sandbox.environment, STRANGER)
    sandbox.stranger.start("AddAlias", "fresh", ["alice"], signature="sas", interactive=True)
    other.start("SetAlias", "team", ["carol"], signature="sas", interactive=True)
    wait_until(lambda: len(sandbox.questions()) == 2, "both are asked about")
    sandbox.polkit("Release")
    assert "reply" in sandbox.stranger.finish()
    assert "reply" in other.finish()
    other.kill()


def test_a_hanging_polkit_costs_no_more_than_its_patience(sandbox):
    sandbox.answers("hang")
    begin = time.monotonic()
    assert call(sandbox, "AddAlias", interactive=True)["error"] == DENIED
    assert time.monotonic() - begin < 4 + 2  # dialog-seconds: 4


def test_only_root_owns_the_name(sandbox):
    become = ["setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups"]
    found = subprocess.run(
        [*become, "busctl", f"--address=unix:path={sandbox.directory}/bus", "call", "org.freedesktop.DBus", "/",
         "org.freedesktop.DBus", "RequestName", "su", "org.mailstack1", "4"], capture_output=True, text=True, check=False)
    assert found.returncode != 0
    assert "denied" in found.stderr
