# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What conditions mean, told a second time without procmail: rehearsal and delivery use the same expressions, so that both could be
wrong together."""

import functools
import re

from corpus import Message
from corpus_recipes import Recipe

_SENDER = r"from|sender|resent-from|resent-sender|return-path"
_RECIPIENT = r"(?:original-)?(?:resent-)?(?:to|cc|bcc)|(?:x-envelope|apparently(?:-resent)?)-to|delivered-to|x-original-to|envelope-to"
_ADDRESS = b"-a-zA-Z0-9_.+"
# procmail takes CR for a part of the line, and ends some of its strings at NUL: no meaning is promised for these.
_NO_MEANING = ("crlf", "bare cr", "nul", "nothing but nul")


def has_meaning(message: Message) -> bool:
    return not message.kind.startswith(_NO_MEANING)


def outcomes(message: Message, recipes: list[Recipe], user: str) -> dict[str, str]:
    """The outcome of each recipe of the account's, as a rehearsal tells it."""
    told, over = {}, False
    octets = message.delivered
    stays = f"{user}@mail.example.test".encode() in _values(octets, b"X-Loop") or _is_bounce(octets)
    for recipe in recipes:
        if over:
            told[recipe.name] = "not-reached"
            continue
        answer = _matches(octets, recipe) if not (stays and recipe.action.startswith("forward ")) else False
        told[recipe.name] = {True: "matched", False: "not-matched", None: "unknown"}[answer]
        over = answer is True and recipe.then == "stop"
    return told


def _is_bounce(octets: bytes) -> bool:
    return octets.split(b" ")[1].lower().partition(b"@")[0] in (b"mailer-daemon", b"<>")


def _matches(octets: bytes, recipe: Recipe) -> bool | None:
    answers = [_holds(octets, condition) for condition in recipe.conditions]
    decides = recipe.match == "any"
    if decides in answers:
        return decides
    return None if None in answers else not decides


def _holds(octets: bytes, condition: str) -> bool | None:
    negated, rest = condition.startswith("not "), condition.removeprefix("not ")
    answer = _test(octets, rest)
    return None if answer is None else answer != negated


def _test(octets: bytes, text: str) -> bool | None:
    kind, _, rest = text.partition(" ")
    if kind == "program":
        return None
    if kind == "size":
        relation, _, number = rest.partition(" ")
        return len(octets) > int(number) if relation == "over" else len(octets) < int(number)
    name = ""
    if kind == "header":
        name, _, rest = rest.partition(" ")
    relation, _, value = rest.partition(" ")
    if kind == "body":
        return _body_says(octets, relation, value.encode())
    names = {"header": re.escape(name), "sender": _SENDER, "recipient": _RECIPIENT, "list": "list-id"}[kind]
    values = _values(octets, names.encode())
    if kind == "sender":
        values.append(octets[:octets.index(b"\n")].split(b" ")[1])
    if relation == "exists":
        return bool(values)
    if relation == "equals" and kind in ("sender", "recipient"):
        bounded = b"(?<![" + _ADDRESS + b"])" + re.escape(value.encode()) + b"(?![" + _ADDRESS + b"])"
        return any(re.search(bounded, one, re.IGNORECASE) for one in values)
    if relation == "equals" and kind == "list":
        wanted = value.lower().encode()
        return any(one.lower() == wanted or b"<" + wanted + b">" in one.lower() for one in values)
    return any(_says(one, relation, value.encode()) for one in values)


def _says(text: bytes, relation: str, value: bytes) -> bool:
    if relation == "matches":
        return re.search(value, text, re.IGNORECASE) is not None
    value, text = _spaced(value), _spaced(text)
    return value in text if relation == "contains" else value == text


def _spaced(text: bytes) -> bytes:
    """Folded between any two words."""
    return re.sub(rb"[ \t]+", b" ", text.lower())


def _body_says(octets: bytes, relation: str, value: bytes) -> bool:
    """Of a line of the body: one expression or value never holds in two."""
    if relation == "matches":
        return re.search(value, _body(octets), re.IGNORECASE | re.MULTILINE) is not None
    return _spaced(value) in _spaced_body(octets)


@functools.lru_cache(4)
def _body(octets: bytes) -> bytes:
    return octets.partition(b"\n\n")[2]


@functools.lru_cache(4)
def _spaced_body(octets: bytes) -> bytes:
    return _spaced(_body(octets))


@functools.lru_cache(4)
def _unfolded(octets: bytes) -> bytes:
    """The header; a folded field is a line in which each line break is a space."""
    return re.sub(rb"\n(?=[ \t])", b" ", octets.partition(b"\n\n")[0].rstrip(b"\n") + b"\n")


def _values(octets: bytes, names: bytes) -> list[bytes]:
    """Of the fields with these names."""
    found = re.findall(rb"^(?:" + names + rb"):(.*)$", _unfolded(octets), re.IGNORECASE | re.MULTILINE)
    return [one.strip(b" \t") for one in found]
