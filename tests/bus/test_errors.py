# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each error by its name, with the value in its message, and nothing changed by it; and what the calls do where all is well."""

import pytest

from sandbox import ALIASES, ERROR, MANAGER, Sandbox


@pytest.fixture(autouse=True)
def known_aliases(sandbox):
    assert "reply" in sandbox.root_caller.call("SetAlias", "team", ["alice"], signature="sas")


def generation(sandbox):
    return sandbox.root_caller.property(MANAGER, "Generation")


WRONG = [
    ("AddAlias", "sas", ["a\nb", ["alice"]], "InvalidAddress", r"\x0a"),
    ("AddAlias", "sas", ["", ["alice"]], "InvalidAddress", "''"),
    ("AddAlias", "sas", ['"open', ["alice"]], "InvalidAddress", '"open'),
    ("AddAlias", "sas", ["x" * 5000, ["alice"]], "InvalidAddress", "xxx"),
    ("AddAlias", "sas", [r"nul\x00", ["alice"]], "InvalidAddress", "nul"),
    ("AddAlias", "sas", ["new", []], "InvalidArgument", "at least one"),
    ("AddAlias", "sas", ["new", ["alice\nroot: eve"]], "InvalidAddress", "alice"),
    ("AddAlias", "sas", ["new", ["alice, bob"]], "InvalidAddress", "alice, bob"),
    ("AddAlias", "sas", ["new", ['"open']], "InvalidAddress", '"open'),
    ("AddAlias", "sas", ["new", ["<open"]], "InvalidAddress", "<open"),
    ("AddAlias", "sas", ["new", ["(open"]], "InvalidAddress", "(open"),
    ("AddAlias", "sas", ["new", [""]], "InvalidAddress", "''"),
    ("AddAlias", "sas", ["new", ["y" * 5000]], "InvalidAddress", "yyy"),
    ("AddAlias", "sas", ["self", ["self"]], "AliasLoop", "self"),
    ("SetAlias", "sas", ["alice", ["team"]], "AliasLoop", "alice"),
    ("AddAlias", "sas", ["team", ["bob"]], "AlreadyExists", "team"),
    ("RemoveAlias", "s", ["nobody-knows"], "NoSuchAlias", "nobody-knows"),
    ("GetAlias", "s", ["nobody-knows"], "NoSuchAlias", "nobody-knows"),
    ("GetAlias", "s", ["a\nb"], "InvalidAddress", r"\x0a"),
]


@pytest.mark.parametrize("member, signature, arguments, error, words", WRONG,
                         ids=[f"{w[0]}-{w[3]}-{number}" for number, w in enumerate(WRONG)])
def test_wrong_values(sandbox, member, signature, arguments, error, words):
    before = sandbox.aliases.read_bytes(), generation(sandbox)
    reply = sandbox.root_caller.call(member, *arguments, signature=signature)
    assert reply.get("error") == ERROR + error, reply
    assert words in reply["message"]
    assert (sandbox.aliases.read_bytes(), generation(sandbox)) == before


def test_add_get_list_remove(sandbox):
    root = sandbox.root_caller
    first = root.call("AddAlias", "Crew", ["bob", "carol@example.com"], signature="sas")["reply"][0]
    assert first == generation(sandbox)
    assert sandbox.lookup("crew") == "bob, carol@example.com"
    assert root.call("GetAlias", "CREW", signature="s")["reply"] == [["bob", "carol@example.com"]]
    lines = sandbox.aliases.read_text().splitlines()
    place = f"{sandbox.aliases}:{1 + next(i for i, line in enumerate(lines) if line.startswith('Crew'))}"
    assert root.call("ListAliases", "cr", "", 0, signature="ssu")["reply"][0] == [
        ["crew", ["bob", "carol@example.com"], place]]
    assert "reply" in root.call("RemoveAlias", "crew", signature="s")
    assert sandbox.lookup("crew") is None


def test_adding_what_is_there_writes_nothing(sandbox):
    before = sandbox.aliases.read_bytes(), generation(sandbox)
    assert sandbox.root_caller.call("AddAlias", "team", ["alice"], signature="sas") == {"reply": [before[1]]}
    assert (sandbox.aliases.read_bytes(), generation(sandbox)) == before


def test_pages(sandbox):
    text = "".join(f"page{number:05}: alice{number}@example.com\n" for number in range(12_345))
    reply = sandbox.root_caller.call("ImportAliases", {}, descriptor=["text", text])
    assert reply["reply"][1:] == [12_345, 0, 0]
    names, after = [], ""
    while page := sandbox.root_caller.call("ListAliases", "page", after, 0, signature="ssu")["reply"][0]:
        assert sum(len(name) + len(where) + sum(map(len, who)) for name, who, where in page) <= 1 << 20
        names += [entry[0] for entry in page]
        after = names[-1]
    assert names == [f"page{number:05}" for number in range(12_345)]
    few = sandbox.root_caller.call("ListAliases", "page", "page00041", 2, signature="ssu")["reply"][0]
    assert [entry[0] for entry in few] == ["page00042", "page00043"]
    assert sandbox.root_caller.property(ALIASES, "Count") == len(names) + 2


def test_bytes_that_are_no_text(sandbox):
    """Bytes that are not UTF-8 travel as \\xHH, and back."""
    before = sandbox.aliases.read_bytes()
    sandbox.aliases.write_bytes(before + b'"caf\xe9": alice\n')
    assert "reply" in sandbox.root_caller.call("Reload", interface=MANAGER)
    listed = sandbox.root_caller.call("ListAliases", "", "", 0, signature="ssu")["reply"][0]
    assert [entry[0] for entry in listed if "caf" in entry[0]] in ([r'"caf\xe9"'], [r"caf\xe9"])


def test_problems_are_listed(sandbox):
    before = sandbox.aliases.read_bytes()
    sandbox.aliases.write_bytes(before + b"twice: alice\ntwice: bob\n")
    problems = sandbox.root_caller.call("ListProblems")["reply"][0]
    found = [problem for problem in problems if "twice" in problem[3]]
    last = len((before + b"twice: alice\ntwice: bob\n").splitlines())
    assert [(problem[0], problem[1], problem[2]) for problem in found] == [(str(sandbox.aliases), last, last - 1)]
    sandbox.aliases.write_bytes(before)
    assert "reply" in sandbox.root_caller.call("Reload", interface=MANAGER)


@pytest.mark.parametrize("member, signature, arguments", [
    ("AddAlias", "s", ["new"]), ("AddAlias", "sss", ["new", "a", "b"]), ("ListAliases", "", []),
])
def test_wrong_signature(sandbox, member, signature, arguments):
    reply = sandbox.root_caller.call(member, *arguments, signature=signature)
    assert reply["error"].startswith("org.freedesktop.DBus.Error.")


def test_unknown_method(sandbox):
    assert sandbox.root_caller.call("Setup")["error"] == "org.freedesktop.DBus.Error.UnknownMethod"


def test_without_an_mta(daemon):
    """Reads work, changes are written, and the reply says that they are not live."""
    made = Sandbox(daemon, mta=False)
    try:
        root = made.root_caller
        assert root.property(MANAGER, "MtaState") == "absent"
        assert root.call("GetAlias", "team", signature="s")["reply"] == [["alice"]]
        reply = root.call("AddAlias", "crew", ["alice"], signature="sas")
        assert reply.get("error") == ERROR + "NoMta"
        assert reply["message"].startswith("written as generation 1, but not live:")
        assert root.call("GetAlias", "crew", signature="s")["reply"] == [["alice"]]
        assert root.property(MANAGER, "Generation") == 1
        assert root.property(MANAGER, "LiveGeneration") == 0
        for verb in ("Reload", "Restart"):
            assert root.call(verb, interface=MANAGER)["error"] == ERROR + "NoMta"
    finally:
        made.close()


def test_an_mta_that_does_not_answer(daemon):
    made = Sandbox(daemon)
    try:
        made.end_sendmail()
        reply = made.root_caller.call("Reload", interface=MANAGER)
        assert reply["error"] in (ERROR + "NoMta", ERROR + "MtaFailed")
        assert made.root_caller.property(MANAGER, "MtaState") == "stopped"
        assert "reply" in made.root_caller.call("Restart", interface=MANAGER)
        assert made.root_caller.property(MANAGER, "MtaState") == "running"
    finally:
        made.close()
