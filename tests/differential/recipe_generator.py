# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Conditions and messages, and a model of what the one means for the other (daemon/model/condition.hpp), in bytes."""

import random
import re
import string

HOSTILE = [b"^TO_", b"^TO", b"^TO_nobody", b"^FROM_DAEMON", b"^FROM_MAILER", b"\\^TO_", rb"\/", rb"\<", rb"\>", b"^^", b"^^x^^", b"$HOME",
           rb"$\HOME", b"`id`", b"B ?? x", b"! x", b"* x", b"? /bin/true", b"> 10", b"< 10", b"{ }", b"|/bin/id", b"x\\", b"\\", b"\\\\",
           b"#c", b'"', b"'", b"10^3", b"1^0 x", b"()", b"[a]", b"[^a]", b"]", b"a|b", b"a.b", b"a*", b"a+", b"a?", b"$", b"^", b"(", b")", b"<>",
           b"\xc3\xa9", b"\xff\xfe", b"\x80", b"a b", b"a  b", b"<a@b.example>", b"HB ?? x", b"-", b",", b".", b"!", b"?", b"*", b"^" * 200,
           b"\\" * 150]
ADDRESSES = [b"alice@example.org", b"a.b+c@example.org", b"ALICE@Example.ORG", b"alice", b"o'brien@x.example", b"$x@y.example", b"*@x.example",
             b"example.org", b"<>", b"malice@example.org", b"alice@example.org.evil.example", b"a|b@x.example", b"caf\xc3\xa9@x.example"]
LISTS = [b"debian-user.lists.debian.org", b"debian-user", b"a.b", b"<a.b>", b"a*b.example", b"x\\"]
FIELDS = [b"Subject", b"X-Spam", b"TO", b"TOPIC", b"FROM_DAEMON", b"X", b"To", b"List-Id", b"Received", b"Date"]
SENDER = {b"from", b"sender", b"resent-from", b"return-path"}
RECIPIENT = {a + b + c for a in (b"", b"original-") for b in (b"", b"resent-") for c in (b"to", b"cc", b"bcc")} | {
    b"x-envelope-to", b"apparently-to", b"apparently-resent-to", b"delivered-to", b"x-original-to", b"envelope-to"}
ADDRESS = frozenset((string.ascii_letters + string.digits + "-_.!#$%&'*+/=?^`{|}~@").encode())
PRINTABLE = bytes(range(0x20, 0x7f))
NO_WORD = b"[^a-zA-Z0-9_]"


def literal(rng):
    kind = rng.random()
    if kind < 0.35:
        value = rng.choice(HOSTILE)
    elif kind < 0.5:
        value = rng.choice(HOSTILE) + rng.choice(HOSTILE)
    elif kind < 0.8:
        value = bytes(rng.choices(PRINTABLE, k=rng.randint(1, 5)))
    else:
        value = bytes(rng.choices(PRINTABLE + bytes(range(0x80, 0x100)), k=rng.randint(1, 12)))
    return value.strip() or b"x"


def flipped(rng, value):
    """Other cases of the ASCII letters."""
    return bytes(c ^ 0x20 if chr(c) in string.ascii_letters and rng.random() < 0.5 else c for c in value)


class Expression:
    """One of procmail's, and the same for Python's re."""

    def __init__(self, rng):
        self.rng = rng
        self.start, self.end = rng.random() < 0.3, rng.random() < 0.3
        ours, self.core = self.branches(2, True)
        self.text = (b"^" if self.start else b"") + ours + (b"$" if self.end else b"")

    def branches(self, depth, last):
        pairs = [self.branch(depth, last) for _ in range(self.rng.choice((1, 1, 1, 2, 3)))]
        return b"|".join(a for a, _ in pairs), b"|".join(b for _, b in pairs)

    def branch(self, depth, last):
        ours = theirs = b""
        count = self.rng.randint(1, 4)
        for number in range(count):
            a, b = self.atom(depth, last and number + 1 == count)
            ours, theirs = ours + a, theirs + b
        return ours, theirs

    def atom(self, depth, last):
        rng = self.rng
        kind = rng.random()
        repeat = rng.choice((b"", b"", b"", b"", b"*", b"+", b"?"))
        if kind < 0.45:
            c = bytes([rng.choice(b"abcxyzTOABn0-_ @<>/!#\"'`,;:=%&~{}\xc3\xa9")])
            ours = theirs = c
            theirs = re.escape(c)
        elif kind < 0.6:
            c = bytes([rng.choice(b"^$.*+?()[]|\\!x")])
            ours, theirs = b"\\" + c, re.escape(c)
        elif kind < 0.7:
            ours = theirs = b"."
        elif kind < 0.85:
            inside = rng.choice((b"abc", b"a-c", b"TO_", b"TO", b"TO-Z", b"FROM_DAEMON", b"a^TO", b"\\^TO_", b"x^FROM_DAEMON", b"]x", b"-x", b"x-", b"\\", b"$^", b"(|)", b"0-9\xff"))
            negated = rng.random() < 0.5
            ours = (b"[^" if negated else b"[") + inside + b"]"
            python = inside.replace(b"\\", b"\\\\").replace(b"]", b"\\]").replace(b"^", b"\\^").replace(b"[", b"\\[")
            theirs = (b"[^" if negated else b"[") + python + b"]"
        elif kind < 0.92:
            ours = rng.choice((rb"\<", rb"\>"))
            ends = ours == rb"\>" and last and not repeat
            theirs = (NO_WORD + b"?" if self.end else b"(?:" + NO_WORD + rb"|\Z)") if ends else NO_WORD
        elif depth:
            a, b = self.branches(depth - 1, last and not repeat)
            ours, theirs = b"(" + a + b")", b"(?:" + b + b")"
            if re.fullmatch(theirs, b"") or (repeat != b"?" and re.search(rb"[*+]", re.sub(rb"\\.|\[\^?\]?[^]]*\]", b"", a))):
                repeat = b""  # refused, since procmail would not end; or Python's re would take all night
        else:
            ours = theirs = b"x"
        return ours + repeat, theirs + repeat

    def found(self, value, envelope=False):
        """In a value as it stands behind the colon."""
        blanks = b"" if envelope else b"[ \t]*"
        front = blanks if self.start else (b"[^ ]*" if envelope else b".*")
        back = ((rb"(?: .*)?" if envelope else blanks) + rb"\Z") if self.end else b""
        return re.match(front + b"(?:" + self.core + b")" + back, value, re.IGNORECASE) is not None


class Condition:
    def __init__(self, rng):
        self.kind = rng.choice(("header", "header", "header", "sender", "recipient", "list", "body", "size"))
        self.negated = rng.random() < 0.2
        self.name, self.relation, self.expression = b"", "", None
        words = [b"not"] if self.negated else []
        words.append(self.kind.encode())
        if self.kind == "header":
            self.name = rng.choice(FIELDS)
            words.append(self.name)
        if self.kind == "size":
            self.relation, self.value = rng.choice(("over", "under")), str(rng.choice((0, 100, 300, 500, 800, 1000, 5000))).encode()
        else:
            relations = ["contains", "contains", "matches"] + ([] if self.kind == "body" else ["equals"]) + (["exists"] if self.kind == "header" else [])
            self.relation = rng.choice(relations)
            pool = {"sender": ADDRESSES, "recipient": ADDRESSES, "list": LISTS}.get(self.kind)
            self.value = rng.choice(pool) if pool and rng.random() < 0.6 else literal(rng)
        if self.relation == "matches":
            while self.expression is None or self.expression.text.strip() != self.expression.text:
                self.expression = Expression(rng)
            self.value = self.expression.text
        words.append(self.relation.encode())
        if self.relation != "exists":
            words.append(self.value)
        self.text = b" ".join(words)

    def holds(self, message):
        return self.found(message) != self.negated

    def found(self, message):
        if self.kind == "size":
            return len(message.octets) > int(self.value) if self.relation == "over" else len(message.octets) < int(self.value)
        value = evened(self.value)
        if self.kind == "body":
            lines = message.body.split(b"\n")
            if self.expression is None:
                return any(value in evened(line) for line in lines)
            start, end = (b"" if self.expression.start else b".*"), (rb"\Z" if self.expression.end else b"")
            return any(re.match(start + b"(?:" + self.expression.core + b")" + end, line, re.IGNORECASE) for line in lines)
        values = [text for name, text in message.unfolded if self.looks_at(name.lower())]
        if self.kind == "sender" and self.in_envelope(message.envelope + b" Mon Jan  5 00:00:00 2026", value):
            return True
        return any(self.in_value(text, value) for text in values)

    def looks_at(self, name):
        return {"header": name == self.name.lower(), "sender": name in SENDER, "recipient": name in RECIPIENT, "list": name == b"list-id"}[self.kind]

    def in_envelope(self, line, value):
        if self.relation == "contains":
            return value in line.split(b" ")[0].lower()
        if self.relation == "matches":
            return self.expression.found(line, envelope=True)
        return line.lower().startswith(value) and (len(line) == len(value) or line[len(value)] not in ADDRESS)

    def in_value(self, text, value):
        if self.relation == "exists":
            return True
        if self.relation == "contains":
            return value in evened(text)
        if self.relation == "matches":
            return self.expression.found(text)
        text = evened(text)
        whole = text.strip(b" \t")
        if self.kind == "header":
            return whole == value
        if self.kind == "list":
            return whole == value or b"<" + value + b">" in text
        at = text.find(value)
        while at >= 0:
            if (at == 0 or text[at - 1] not in ADDRESS) and (at + len(value) == len(text) or text[at + len(value)] not in ADDRESS):
                return True
            at = text.find(value, at + 1)
        return False


def evened(text):
    """As a literal is looked for: in whatever case, with any white space for white space."""
    return re.sub(rb"[ \t]+", b" ", text.lower())


class Message:
    """A message that says something of what `conditions` look for."""

    def __init__(self, rng, conditions):
        words = [c.value for c in conditions if c.expression is None and c.relation != "exists"]
        names = FIELDS + [b"From", b"Sender", b"Cc", b"Resent-To", b"X-Envelope-To", b"Delivered-To", b"Return-Path", b"Reply-To", b"Resent-From"]
        self.envelope = rng.choice([a for a in ADDRESSES if b" " not in a] + [b"MAILER-DAEMON"])
        self.fields = [(flipped(rng, rng.choice(names)), self.value(rng, words)) for _ in range(rng.randint(1, 12))]
        self.body = b"\n".join(self.text(rng, words) for _ in range(rng.randint(0, 6)))
        if rng.random() < 0.7:
            self.body += b"\n"
        head = b"From " + self.envelope + b" Mon Jan  5 00:00:00 2026\n" + b"".join(n + b":" + v + b"\n" for n, v in self.fields)
        self.octets = head + b"\n" + self.body
        self.unfolded = [(name, re.sub(rb"\n(?=[ \t])", b" ", value)) for name, value in self.fields]

    def text(self, rng, words):
        parts = [flipped(rng, rng.choice(words)) if rng.random() < 0.7 else bytes(rng.choices(b"abcxyzTO01 <>@.", k=rng.randint(0, 6)))
                 for _ in range(rng.randint(1, 4))]
        return rng.choice((b"", b" ", b"x", b", ")).join(parts)

    def value(self, rng, words):
        kind = rng.random()
        if kind < 0.15:
            text = rng.choice((b"", b" ", b"\t", b"  ")) + flipped(rng, rng.choice(words)) + rng.choice((b"", b" ", b"\t"))
        elif kind < 0.35:
            text = b" " + rng.choice((b"<", b"a <", b"")) + flipped(rng, rng.choice(ADDRESSES + LISTS)) + rng.choice((b">", b"> x", b"", b", b@c"))
        else:
            text = b" " + self.text(rng, words)
        if rng.random() < 0.3 and text.strip():  # a folded field
            at = rng.randint(1, len(text))
            text = text[:at] + b"\n " + text[at:] + b"x"
        return text


def generated(seed, conditions, messages):
    rng = random.Random(seed)
    asked = [Condition(rng) for _ in range(conditions)]
    return asked, [Message(rng, asked) for _ in range(messages)]
