# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recipes in a booted machine: what is rehearsed is what procmail then does, over the whole corpus and all kinds of recipes, and no
message is lost or doubled. What users could try: test_recipes_hostile.py."""

import collections
import json
import re
import threading

import pytest

import smtp
from corpus import messages
from corpus_oracle import has_meaning, outcomes
from corpus_recipes import CATCHER, Recipe, RECIPES
from machine import wait_until
from recipes import await_empty_queue, deliver, found, install_programs, put_messages, Recipes, Rehearsal

CORPUS = messages()
BY_ID = {message.id: message for message in CORPUS}
ACCOUNTS = {"alice": "maildir", "mallory": "mbox"}
PROGRAM_RECIPES = {recipe.name for recipe in RECIPES if any("program " in condition for condition in recipe.conditions)}
SECTION = re.compile(r"^# >>> mailstack.*?^# <<< mailstack$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def bus(machine):
    with Recipes(machine) as connection:
        yield connection


@pytest.fixture(scope="module")
def set_up(machine, bus):
    """procmail is the local mailer, and each account has the recipes."""
    for user in ("catcher", "carol"):
        machine.do("useradd", "--create-home", "--shell", "/bin/sh", user)
    install_programs(machine)
    _know_domains(machine)
    bus.must("UseProcmail")
    for user, format in {**ACCOUNTS, "carol": "maildir"}.items():
        bus.deliver_to(user, format)
        for recipe in RECIPES:
            _add_by_command(machine, user, recipe)
    return machine


def _add_by_command(machine, user: str, recipe: Recipe) -> None:
    kind, _, rest = recipe.action.partition(" ")
    words = ["mailstackctl", "recipe", "add", recipe.name, "--user", user, f"--{kind}", *([rest] if rest else [])]
    for condition in recipe.conditions:
        words += ["--when", condition]
    machine.do(*words, *(["--any"] if recipe.match == "any" else []), *(["--continue"] if recipe.then == "continue" else []))


def _know_domains(machine) -> None:
    """No name server tells of the corpus's domains, and sendmail would keep its mail in the queue."""
    names = {name.decode().lower() for message in CORPUS if message.over_smtp for name in re.findall(rb"@([A-Za-z0-9.-]+\.test)", message.octets)}
    known = machine.read("/etc/hosts").split()
    lines = [f"127.1.{i // 250}.{i % 250 + 1} {name}" for i, name in enumerate(sorted(names - set(known)))]
    machine.write("/etc/hosts", machine.read("/etc/hosts") + "\n".join(lines) + "\n")


def test_the_corpus_is_large_and_of_many_kinds():
    kinds = {message.kind for message in CORPUS}
    assert len(CORPUS) >= 300 and len(RECIPES) == 60 and len({recipe.name for recipe in RECIPES}) == 60
    assert max(len(message.octets) for message in CORPUS) >= 20_000_000
    assert {"alternative", "attachment", "utf-8", "latin-1", "folded subject", "no subject", "no blank line", "references of 100 KB", "list",
            "bounce", "spam level", "20 MB"} <= kinds and len(kinds) > 80


def test_the_proof_came_with_the_mailer(set_up, bus):
    assert bus.value("LocalMailer") == "/usr/bin/procmail"
    assert re.search(r"^Mlocal,\s+P=/usr/bin/procmail,", set_up.read("/etc/mail/sendmail.cf"), re.MULTILINE)
    assert set_up.ask("find", "/var/lib/mailstack/proof/Maildir", "-type", "f") == "", "the message of the proof is removed"


def test_each_account_has_the_recipes_as_they_were_given(set_up, bus):
    wanted = [[r.name, r.match, list(r.conditions), r.action, r.then] for r in RECIPES]
    for user in ACCOUNTS:
        assert bus.must("ListRecipes", "s", user) == wanted


def test_nothing_of_the_daemons_can_be_read_by_users(set_up):
    """Each account reads its own rc through a directory that it cannot list."""
    readable = set_up.ask("find", "/etc/mailstack", "-mindepth", "1", "-readable", user="alice")
    assert readable == "", readable
    assert set_up.ask("cat", "/etc/mailstack/procmail/alice.rc", user="alice") != ""
    for other in ("/etc/mailstack/procmail/mallory.rc", "/etc/mailstack/recipes/alice.yaml", "/etc/mailstack/record"):
        assert set_up.run("cat", other, user="alice").returncode != 0, other
    inside = set_up.sh("find /etc/mailstack -mindepth 1 -maxdepth 1 -perm /077 -printf '%f %m\\n'")
    assert set(inside.splitlines()) <= {"procmail 711"}, inside


@pytest.fixture(scope="module")
def delivered(set_up, bus):
    """user: (rehearsals by id, places by id) of the whole corpus, by `procmail -d`."""
    _forget_caught(set_up)
    put_messages(set_up, CORPUS)
    done = {}
    for user in ACCOUNTS:
        rehearsals = {message.id: bus.rehearse(user, message.delivered) for message in CORPUS}
        assert found(set_up, user) == {}, "a rehearsal delivers nothing"
        deliver(set_up, user)
        done[user] = (rehearsals, found(set_up, user))
    return done


def _disagreements(user: str, rehearsals, places, caught: collections.Counter) -> list[str]:
    wrong = []
    for id, rehearsal in rehearsals.items():
        wanted, is_at = rehearsal.places(user), collections.Counter(places.get(id, {}))
        forwarded = _forwards(rehearsal)
        wanted.pop(f"forward {CATCHER}", None)
        if not rehearsal.certain:
            words = " ".join(where for way, where in rehearsal.ways if way == "unknown")
            agrees = sum(is_at.values()) + caught[id] - forwarded >= 1 and all(place in words or place in wanted for place in is_at)
        else:
            agrees = wanted == is_at and forwarded == caught[id]
        if not agrees:
            wrong.append(f"{id} ({BY_ID[id].kind}): rehearsed {rehearsal.ways}, found {dict(is_at)}, caught {caught[id]} times")
    return wrong


def _forwards(rehearsal: Rehearsal) -> int:
    return sum(1 for way, _ in rehearsal.ways if way == "forward")


def _caught(machine) -> collections.Counter:
    await_empty_queue(machine)
    places = found(machine, "catcher")
    return collections.Counter({id: sum(counts.values()) for id, counts in places.items()})


def _forget_caught(machine) -> None:
    """What was forwarded before and is still under way would be counted too."""
    await_empty_queue(machine)
    machine.sh("rm -rf /home/catcher/Maildir /var/mail/catcher")


def test_rehearsal_and_delivery_agree_on_every_message(set_up, delivered):
    caught = _caught(set_up)
    rehearsed = {user: collections.Counter({id: _forwards(one) for id, one in rehearsals.items()}) for user, (rehearsals, _) in delivered.items()}
    # Whose it was cannot be seen of what is caught: that each was forwarded as often as both accounts' recipes say, can.
    assert caught == +sum(rehearsed.values(), collections.Counter())
    for user, (rehearsals, places) in delivered.items():
        assert rehearsals.keys() == BY_ID.keys() and places.keys() <= BY_ID.keys()
        wrong = _disagreements(user, rehearsals, places, rehearsed[user])
        assert not wrong, f"{user}: {len(wrong)} of {len(rehearsals)}:\n" + "\n".join(wrong[:20])


def test_conditions_mean_what_they_say(delivered):
    for user, (rehearsals, _) in delivered.items():
        wrong = []
        for id, rehearsal in rehearsals.items():
            if has_meaning(BY_ID[id]):
                should = outcomes(BY_ID[id], RECIPES, user)
                wrong += [f"{id} ({BY_ID[id].kind}), recipe {name}: {outcome}, should be {should[name]}"
                          for name, (outcome, _) in rehearsal.recipes.items() if outcome != should[name]]
        assert not wrong, f"{user}:\n" + "\n".join(wrong[:30])


def test_every_recipe_has_its_message(delivered):
    for user, (rehearsals, _) in delivered.items():
        outcomes = collections.defaultdict(set)
        for rehearsal in rehearsals.values():
            for name, (outcome, _) in rehearsal.recipes.items():
                outcomes[name].add(outcome)
        for recipe in RECIPES:
            hit = "unknown" if recipe.name in PROGRAM_RECIPES else "matched"
            assert hit in outcomes[recipe.name], (user, recipe.name, outcomes[recipe.name])
            assert "not-matched" in outcomes[recipe.name], (user, recipe.name)


def test_every_message_is_somewhere_once_unless_a_recipe_says_otherwise(delivered):
    copying = {recipe.name for recipe in RECIPES if recipe.then == "continue"}
    for user, (rehearsals, places) in delivered.items():
        for id, rehearsal in rehearsals.items():
            matched = [name for name, (outcome, _) in rehearsal.recipes.items() if outcome == "matched"]
            ways = [way for way, _ in rehearsal.ways]
            copies = sum(1 for name in matched if name in copying)
            discards, forwards = ways.count("discard"), ways.count("forward")
            assert sum(places.get(id, {}).values()) + forwards + discards == 1 + copies, (user, id, rehearsal, places.get(id))


def test_programs_decide_as_they_do(delivered):
    """What a rehearsal does not know, because it would have to run a program."""
    for user, (rehearsals, places) in delivered.items():
        uncertain = [id for id, rehearsal in rehearsals.items() if not rehearsal.certain]
        assert len(uncertain) == 3
        for id in uncertain:
            place = "yes" if b"X-Program: yes" in BY_ID[id].octets else "no"
            assert [name.rstrip("/").rpartition("Programs")[2][1:] for name in places[id]] == [place], (user, id, places[id])


def test_the_command_tells_the_same_as_the_method(set_up, bus, delivered):
    rehearsals = delivered["alice"][0]
    for message in CORPUS[::40]:
        told = json.loads(set_up.do("mailstackctl", "recipe", "test", "--json", "--user", "alice", f"/srv/corpus/{message.id}"))
        rehearsal = rehearsals[message.id]
        assert told == {"recipes": [{"name": name, "outcome": outcome, "words": words} for name, (outcome, words) in rehearsal.recipes.items()],
                        "deliveries": [{"way": way, "where": where} for way, where in rehearsal.ways]}


def test_through_sendmail_they_go_the_same_ways(set_up, bus):
    chosen = [message for message in CORPUS if message.over_smtp and len(message.octets) < 2_000_000]
    assert len(chosen) > 200
    rehearsals = {message.id: bus.rehearse("carol", message.delivered) for message in chosen}
    _forget_caught(set_up)
    with smtp.Session(set_up) as session:
        for message in chosen:
            session.sendmail(message.sender, [f"carol@{smtp.HOST}"], message.octets.replace(b"\n", b"\r\n"))
    caught = _caught(set_up)
    wrong = _disagreements("carol", rehearsals, found(set_up, "carol"), caught)
    assert not wrong, f"{len(wrong)} of {len(chosen)}:\n" + "\n".join(wrong[:20])


# -- changes while mail comes -------------------------------------------------------------------------------------------------

EACH, CHANGES = 500, 200
OVER = "/srv/changes-are-over"


class Sender(threading.Thread):
    """Sends numbered messages, one after another: EACH at least, and until the changes are over. `next` is the number after the last
    one that is known to be sent."""

    def __init__(self, machine, first: int, send):
        super().__init__(daemon=True)
        self.machine, self.first, self.next, self.error = machine, first, first, ""
        self.send = send
        self.start()

    def run(self) -> None:
        try:
            self.send(self)
        except Exception as error:  # told by the test's thread
            self.error = f"{type(error).__name__}: {error}"


def _send_by_smtp(sender: Sender) -> None:
    with smtp.Session(sender.machine) as session:
        while sender.next < sender.first + EACH or not sender.machine.path(OVER).exists():
            number = sender.next
            text = f"From: sender@localhost\nSubject: number {number % 7}\nX-Corpus-Id: {number}\n\nBody {number}.\n"
            session.sendmail("sender@localhost", [f"dave@{smtp.HOST}"], text)
            sender.next += 1


def _send_by_procmail(sender: Sender) -> None:
    first = sender.first
    sender.next = int(sender.machine.sh(
        f"i={first}; while [ $i -lt {first + EACH} ] || [ ! -e {OVER} ]; do "
        "printf 'From: sender@localhost\\nSubject: number %d\\nX-Corpus-Id: %d\\n\\nBody %d.\\n' $((i % 7)) $i $i"
        " | procmail -a '' -d dave || exit 1; i=$((i + 1)); done; echo $i", timeout=900))


def _changes(bus: Recipes, senders: list[Sender]) -> None:
    """Every change leaves mail a way, and none makes a copy. They are spread over the mail: each waits until its part is sent."""
    sent_by_smtp = [sender for sender in senders if sender.send is _send_by_smtp]
    for turn in range(CHANGES):
        due = turn * EACH // CHANGES
        wait_until(lambda: all(sender.error or sender.next - sender.first >= due for sender in sent_by_smtp), f"mail before change {turn}", 60, 0.002)
        number = turn % 7
        name, kind = f"number-{number}", turn // 7 % 4
        conditions = (f"header Subject equals number {number}",)
        if kind == 0:
            bus.add("dave", Recipe(name, conditions, f"folder Numbers/{number}"))
        elif kind == 1:
            bus.set("dave", Recipe(name, (*conditions, "size under 100000"), f"folder Other/{number}"))
        elif kind == 2:
            bus.move("dave", name, 0)  # from the first place to the last
        else:
            bus.remove("dave", name)


def test_no_message_is_lost_or_doubled_while_recipes_change(set_up, bus):
    set_up.do("useradd", "--create-home", "--shell", "/bin/sh", "dave")
    bus.deliver_to("dave", "maildir")
    before = bus.property("Generation")
    senders = [Sender(set_up, 1_000_000 * (turn + 1), send) for turn, send in enumerate([_send_by_smtp, _send_by_procmail] * 2)]
    _changes(bus, senders)
    assert bus.property("Generation") - before == CHANGES, "each change was taken"
    set_up.sh(f"touch {OVER}")
    for sender in senders:
        sender.join(900)
    assert [sender.error for sender in senders if sender.error] == []
    await_empty_queue(set_up)
    numbers = [str(number) for sender in senders for number in range(sender.first, sender.next)]
    assert len(numbers) >= 2000
    wait_until(lambda: len(found(set_up, "dave")) >= len(numbers), "every message has arrived", 60, 0.2)
    places = found(set_up, "dave")
    assert [number for number in numbers if sum(places[number].values()) != 1] == []
    assert len(places) == len(numbers)
    assert len({place for counts in places.values() for place in counts}) > 7, "several recipes took some"
