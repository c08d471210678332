# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Seeded random table texts, word lists and table values: the grammar's shapes, the odd ones, and then mutations."""

from alias_generator import KNOWN_TARGETS, mutated

KEYS = [
    b"Connect:127.0.0.1", b"connect:127.0.0.1", b"From:Spammer@AOL.com", b"To:user@", b"example.org", b"Example.ORG",
    b".example.org", b".", b"@example.org", b"user+*@example.org", b"10", b"IPv6:2001:db8", b"TLS_Srv:", b"a#b", b"a\\",
    b'"quoted"', b"caf\xc9", b"\xff", b"\xc3\x89t", b"@", b"*", b"'a'", b"a:", b"x" * 300, b"k" * 1022, b"[10.0.0.1]",
]
VALUES = [
    b"RELAY", b"OK", b"REJECT", b'ERROR:"550 a  b"', b"REJECT # why", b"bob", b"relay:[h.example]", b"%1@x.example", b"",
    b"  ", b"\t", b"RELAY  ", b"RELAY\r", b"a\\", b"\xe4\xf6", b"y" * 300, b"y" * 1000, b"#", b"a\tb",
]
BLANKS = [b"\t", b" ", b"\t\t", b"  \t ", b"\v", b"\f", b"\r", b""]
OTHERS = [b"", b"# comment", b"#", b" # indented", b"key-only", b"key-blank ", b"\tx y", b"\r", b"\v", b"#\xff", b"\0", b"a\0b c"]
ENDS = [b"\n"] * 12 + [b"\r\n", b"\n\n", b"\0\n", b"\n "]


def clean_table_file(rng):
    """Nothing that makemap complains of."""
    rows = [b"Key%d.example" % i + rng.choice(BLANKS[:4]) + rng.choice(VALUES[:8]) for i in range(rng.randrange(20))]
    return b"# clean\n" + b"\n".join(rows) + rng.choice([b"", b"\n", b"\n\n# end\n"])


def table_file(rng):
    if rng.random() < 0.3:
        return clean_table_file(rng)
    lines = []
    for _ in range(rng.randrange(0, 12)):
        if rng.random() < 0.2:
            line = rng.choice(OTHERS)
        else:
            key = b"key%d" % rng.randrange(6) if rng.random() < 0.4 else rng.choice(KEYS)
            line = (key.upper() if rng.random() < 0.2 else key) + rng.choice(BLANKS) + rng.choice(VALUES)
        lines.append(line + rng.choice(ENDS))
    text = b"".join(lines)
    if rng.random() < 0.05:  # around the size of makemap's buffer, once and more
        size = rng.choice([1, 2, 3]) * 1023 + rng.randrange(-4, 4)
        tail = rng.choice([b"", b"\n", b"k v\n", b"#k v\n", b" k v\n", b"k v", b"\0", b"\0k v\n"])
        text += b"long " + b"x" * (size - 5) + tail + rng.choice([b"", b"after y\n"])
    if rng.random() < 0.2:
        text = text[:-1]
    if rng.random() < 0.3:
        text = mutated(rng, text)
    return text


WORDS = [
    b"example.org", b"Example.ORG", b"mail.example.org", b"localhost", b"[10.0.0.1]", b"[IPv6:::1]", b".example.org", b"*.example.org",
    b"a\\", b"'a'", b'"a"', b"a,b", b"a:b", b"@", b"%s", b"$w", b"caf\xe9", b"\xc3\xa4.example", b"x" * 200, b"y" * 1000,
]
WORD_BLANKS = [b" ", b"  ", b"\t", b" \t", b"\v", b"\f", b"\r"]


def word_list(rng):
    text = b""
    for _ in range(rng.randrange(0, 14)):
        line = rng.choice([b"", b"", b"", b" ", b"\t"])
        line += b"".join(rng.choice(WORD_BLANKS) + (rng.choice(WORDS) if rng.random() < 0.5 else b"h%d.example" % rng.randrange(9))
                         for _ in range(rng.choice([0, 1, 1, 1, 1, 2, 3])))[rng.randrange(2):]
        line += rng.choice([b""] * 6 + [b"# c", b" # c", b"#", b" ", b"\0lost"])
        text += line + rng.choice([b"\n"] * 8 + [b"\r\n", b"\n\n"])
    if rng.random() < 0.15:
        text += b"z" * rng.randrange(2030, 2060) + rng.choice([b"", b" tail.example", b"#tail.example", b" a b c d e f g h i j k l"]) + b"\n"
    return text[:-1] if rng.random() < 0.2 else text


HOSTS = [
    b"h.example", b"[h.example]", b"[10.0.0.1]", b"[IPv6:2001:db8::1]", b"%1", b"%1.h.example", b"[%1.h.example]", b"localhost",
    b"10.0.0.1", b"587", b"", b"h.example.", b"*", b"|", b"/bin/id", b"/tmp/x", b"user@h.example", b"mail.example.test", b"[", b"]",
    b"h-1.example", b"xn--a.example", b"H.Example", b"%2", b"<h>", b"(c)", b'"h"', b"$h", b"h.example,i.example",
]
MAILERS = [b"smtp", b"esmtp", b"smtp8", b"dsmtp", b"relay", b"local", b"prog", b"*file*", b"*include*", b"error", b"discard",
           b"SMTP", b"nosuch", b"", b"uucp", b"procmail"]
REPLIES = [
    b"550 No such user", b'"550 No (such)  user"', b"5.1.1:550 No such user", b'5.1.1:"550 None"', b"nouser No such user",
    b"nouser 550 None", b"tempfail 450 Later", b"4.2.2:450 Later", b"450 Later", b"550", b"nouser", b"nouser |/bin/id",
    b"5.1.1:550 |/bin/id", b"550 a, b; c: d! @e 'f' `g` #h $u $x $& ${y} ~^*=+?/|{}[]", b"550 (c)", b"550 <x>", b"nouser:550 x",
    b"5.1.1:550 bob@x.example", b"5.1.1:550 a.b.c: x", b"550 local:bob",
]


def host(rng):
    name = rng.choice([b"h%d.example", b"H%d.Example", b"%%1.h%d.example", b"h-%d"]) % rng.randrange(1000)
    return rng.choice(HOSTS) if rng.random() < 0.3 else rng.choice([name, b"[" + name + b"]"])


def mailertable_value(rng):
    what = rng.random()
    if what < 0.25:
        value = b"error:" + rng.choice(REPLIES)
    else:
        hosts = b":".join(host(rng) for _ in range(rng.choice([1, 1, 1, 2, 3])))
        value = rng.choice(MAILERS[:5] if what < 0.8 else MAILERS) + b":" + hosts
    return cleaned(mutated(rng, value) if rng.random() < 0.3 else value)


LOCAL_PARTS = [b"bob", b"%1", b"%1%3", b"x%2", b"\\%1", b"%3", b"new+%2", b"first.last", b"\\root", b"%2", b"a%1b", b"%0", b"%", b"%%1", b"-%1"]


def virtusertable_value(rng):
    what = rng.random()
    if what < 0.2:
        value = b"error:" + rng.choice(REPLIES)
    elif what < 0.4:
        value = rng.choice(KNOWN_TARGETS)
    else:
        local = rng.choice(LOCAL_PARTS) if rng.random() < 0.5 else rng.choice([b"u%d", b"%%1.%d", b"%%1-x%d", b"a+%d"]) % rng.randrange(500)
        value = local + rng.choice([b"", b"", b"@remote.example", b"@%1", b"@localhost", b"@mail.example.test", b"@x"])
    return cleaned(mutated(rng, value) if rng.random() < 0.3 else value)


def reply(rng):
    """Most of them right: what stands in the text is what is tried."""
    code = rng.choice([4, 5])
    text = b"%d%02d " % (code, rng.randrange(60)) + bytes(rng.randrange(32, 127) for _ in range(rng.randrange(1, 12)))
    status = b"%d.%d.%d:" % (code, rng.randrange(9), rng.randrange(30)) if rng.random() < 0.7 else b""
    return status + (b'"' + text + b'"' if rng.random() < 0.5 else text)


def access_value(rng):
    if rng.random() < 0.5:
        return cleaned(b"ERROR:" + reply(rng))
    value = rng.choice([b"OK", b"RELAY", b"REJECT", b"DISCARD", b"RELAY # why", b"nonsense", b"relay", b"QUARANTINE:odd",
                        b"ERROR:" + rng.choice(REPLIES), b"ERROR:" + rng.choice(REPLIES), rng.choice(REPLIES)])
    return cleaned(mutated(rng, value) if rng.random() < 0.3 else value)


def cleaned(value):
    """What can be handed over in a NUL-separated list, and stand in one line."""
    return value.replace(b"\n", b"").replace(b"\0", b"") or b"bob"
