# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine's recipes as a test uses them: calls that must succeed, rehearsals, and where messages really are."""

import collections
import dataclasses
import re

from bus import Bus
from corpus import Message
from corpus_recipes import FILE_AWAY, IS_PROGRAM, Recipe
from machine import Machine, wait_until

RECIPES = "org.mailstack1.Recipes"
PROGRAMS = {
    # In a directory of the account's, a file for each message.
    FILE_AWAY: '#!/bin/sh\nmkdir -p "$HOME/piped/$1" && exec cat > "$HOME/piped/$1/$$.$(date +%s%N)"\n',
    # "X-Program:yes": whether the message has the field with this value. It reads all that it is given.
    IS_PROGRAM: '#!/bin/sh\nexec grep -i "^${1%%:*}: *${1#*:}$" > /dev/null\n',
}
_MARK = re.compile(rb"X-Corpus-Id: ([0-9]+)")


@dataclasses.dataclass(frozen=True)
class Rehearsal:
    recipes: dict[str, tuple[str, str]]  # name: ("matched", "every condition holds")
    ways: list[tuple[str, str]]  # ("folder", "/home/alice/Maildir/.Lists.debian/")

    @property
    def certain(self) -> bool:
        return all(way != "unknown" for way, _ in self.ways)

    def places(self, user: str) -> collections.Counter:
        """Where the message must be, as found() names it."""
        return collections.Counter(_place(way, where, user) for way, where in self.ways if way != "discard")


def _place(way: str, where: str, user: str) -> str:
    if way == "pipe":
        program, _, directory = where.partition(" ")
        assert program == FILE_AWAY, where
        return f"/home/{user}/piped/{directory}"
    return where if way in ("folder", "mailbox") else f"{way} {where}"


class Recipes(Bus):
    """A connection to the bus with the methods of recipes; the reply, or AssertionError with the error's words."""

    def ask(self, member: str, signature: str = "", *arguments, **more) -> dict:
        return self.call(member, *arguments, signature=signature, interface=RECIPES, **{"seconds": 120, **more})

    def must(self, member: str, signature: str = "", *arguments, **more):
        answer = self.ask(member, signature, *arguments, **more)
        assert "reply" in answer, f"{member} {arguments}: {answer}"
        return answer["reply"][0] if answer["reply"] else None

    def add(self, user: str, recipe: Recipe, position: int = 0):
        return self.must("AddRecipe", "sssasssu", user, recipe.name, recipe.match, list(recipe.conditions), recipe.action, recipe.then,
                         position)

    def set(self, user: str, recipe: Recipe):
        return self.must("SetRecipe", "sssasss", user, recipe.name, recipe.match, list(recipe.conditions), recipe.action, recipe.then)

    def remove(self, user: str, name: str):
        return self.must("RemoveRecipe", "ss", user, name)

    def move(self, user: str, name: str, position: int):
        return self.must("MoveRecipe", "ssu", user, name, position)

    def names(self, user: str) -> list[str]:
        return [row[0] for row in self.must("ListRecipes", "s", user)]

    def deliver_to(self, user: str, format: str):
        return self.must("SetDelivery", "ss", user, format)

    def value(self, name: str):
        return self.call("Get", RECIPES, name, signature="ss", interface="org.freedesktop.DBus.Properties")["reply"][0]

    def rehearse(self, user: str, octets: bytes) -> Rehearsal:
        steps = self.must("TestMessage", "", user, descriptor=["text", octets.decode("utf-8", "surrogateescape")])
        return Rehearsal({name: (outcome, words) for name, outcome, words in steps if name != "delivery"},
                         [(way, where) for name, way, where in steps if name == "delivery"])


def install_programs(machine: Machine) -> None:
    for path, text in PROGRAMS.items():
        machine.write(path, text, "0755")


def put_messages(machine: Machine, messages: list[Message], directory: str = "/srv/corpus") -> None:
    """Each as a local mailer gets it, in a file of its own."""
    home = machine.path(directory)
    home.mkdir(exist_ok=True)
    for message in messages:
        (home / message.id).write_bytes(message.delivered)


def deliver(machine: Machine, user: str, directory: str = "/srv/corpus") -> None:
    """All of them by the real procmail, called as sendmail calls it."""
    failed = machine.sh(f'for file in {directory}/*; do procmail -a "" -d {user} < "$file" || echo "$file: $?"; done', timeout=600)
    assert failed == "", f"procmail could not deliver: {failed}"


def _files(machine: Machine, user: str, home: str):
    """(what a place is called, a file there) of all that holds delivered mail of the account."""
    root, inside = machine.path(""), machine.path(home)
    spool = machine.path(f"/var/mail/{user}")
    if spool.is_file():
        yield f"/var/mail/{user}", spool
    for file in inside.glob("**/*"):
        # tmp is where a message is on its way.
        if not file.is_file() or file.is_symlink() or file.parent.name == "tmp":
            continue
        directory = file.parent.parent if file.parent.name in ("new", "cur") else file.parent
        place = "/" + str(directory.relative_to(root))
        if file.parent.name in ("new", "cur"):
            yield place + "/", file
        elif "/piped/" in place:
            yield place, file
        elif "/mail" in place:
            yield f"{place}/{file.name}", file


def found(machine: Machine, user: str, home: str = "") -> dict[str, collections.Counter]:
    """Of each message's id: at which places it is, and how often."""
    places: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
    for place, file in _files(machine, user, home or f"/home/{user}"):
        for mark in _MARK.findall(file.read_bytes()):
            places[mark.decode()][place] += 1
    return places


def await_empty_queue(machine: Machine, seconds: float = 120) -> None:
    """Both queues: what a recipe forwards is submitted like anybody's mail."""
    def empty() -> bool:
        machine.run("sendmail", "-q", timeout=300)
        machine.run("sendmail", "-Ac", "-q", timeout=300)
        return machine.ask("find", "/var/spool/mqueue", "/var/spool/mqueue-client", "-name", "[dqtx]f*") == ""
    wait_until(empty, "sendmail's queues are empty", seconds, 0.5)
