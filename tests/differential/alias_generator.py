# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Seeded random alias files and targets: the grammar's shapes, the odd ones among them, and then mutations."""

NAMES = [
    b"sales", b"Sales", b"SALES", b"postmaster", b"PostMaster", b"root", b"a", b"b", b"c", b"first.last", b"x+y", b"x+*",
    b"owner-list", b"list-request", b'"quoted"', b'"Quoted.Name"', b'"two words"', b"two words", b"a@localhost",
    b"b@LOCALHOST", b"c@mail.example.test", b"d@mail.example.test.", b"e@elsewhere.example", b"f%localhost",
    b"g%elsewhere.example", b'"h"@localhost', b'"i j"@localhost', b"k (comment)", b"(comment) l", b"m(c)n",
    b"People <o>", b"<p>", b"<q@localhost>", b"r;", b"\\s", b't\\u', b'"v\\"w"', b'"a:b"', b"/file", b"|prog", b'"|prog"',
    b":include:", b"a!b", b"\xc3\xa9t\xc3\xa9", b"caf\xe9", b"\x81x", b"a..b", b".a", b"a.", b"a b  c", b"*", b"a[b]",
    b"a{b}", b"$x", b"a$b", b"a^b", b"a~b", b"a'b", b"a`b", b"a|b", b"a/b", b"a,b", b'"a,b"', b"a@", b"@a", b'""', b"<>",
    b"()", b"a\\", b'"unbalanced', b"a(", b"a)", b"a<", b"a>", b"a\tb", b"a\rb", b"a\x01b", b'"a"b', b'a"b"', b'"a"."b"',
    b"x" * 64, b"y" * 255, b"z" * 256, b"a=b", b"a?b", b"a&b", b"a_b", b"1", b"-a", b"+a", b"a+", b"#a", b"a#",
]
VALUES = [
    b"bob", b"bob, carol", b"\\bob", b"bob@example.org", b'"|/usr/bin/prog -a b, c"', b"|/bin/true", b"/var/mail/x",
    b":include:/etc/list", b"/dev/null", b"bob,\tcarol ,dave", b'"Bob, the" <bob@example.org>', b"bob (a, b)", b"",
    b" ", b"\t", b"b\xc3\xb6b", b"\xff\xfe", b"bob ", b"bob:carol", b"a" * 300, b"list-" * 40, b"'bob'", b"bob # none",
    b"bob\\", b",", b"bob,", b"bob,,carol", b"<bob>", b"bob\x01", b"@example.org", b'"', b"(", b"owner-x, y",
]
SEPARATORS = [b":", b": ", b":\t", b" : ", b":  \t", b"::", b": :"]
OTHER_LINES = [
    b"", b"# comment", b"#", b" # not at the start", b"no colon here", b"\tindented: x", b"# comment \\", b" ", b"\t", b":",
    b": x", b"\r", b"#\xff\xfe", b"\\", b"x" * 200,
]
ENDS = [b"\n"] * 12 + [b"\r\n"] * 2 + [b"\n\n", b"\\\n", b"\n ", b"\n\t", b"\n  more, ", b"\\\n  "]


def name(rng):
    if rng.random() < 0.4:
        return b"user%d" % rng.randrange(6)
    return rng.choice(NAMES)


def line(rng):
    if rng.random() < 0.15:
        return rng.choice(OTHER_LINES)
    value = rng.choice(VALUES)
    if rng.random() < 0.1:
        value += b", " + rng.choice(VALUES)
    return name(rng) + rng.choice(SEPARATORS) + value


def mutated(rng, text):
    octets = bytearray(text)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(octets) + 1)
        what = rng.random()
        if what < 0.4 and octets:
            del octets[at:at + rng.randrange(1, 4)]
        elif what < 0.8:
            octets[at:at] = rng.choice([b'"', b"\\", b"\n", b"\r", b" ", b"\t", b":", b",", b"(", b")", b"<", b">", b"@",
                                        b"%", b"!", b";", b"#", b"|", b"/", b"\x80", b"\xa9", b"\x7f", b"\x1b", b"'",
                                        b"\\\n", b"\n "])
        else:
            octets[at:at] = bytes([rng.randrange(1, 256)])
    return bytes(octets)


def alias_file(rng):
    end = b"\r\n" if rng.random() < 0.1 else None
    text = b"".join(line(rng) + (end or rng.choice(ENDS)) for _ in range(rng.randrange(0, 12)))
    if rng.random() < 0.2:
        text = text[:-1]  # no line end at the end
    if rng.random() < 0.02:  # around the length of sendmail's buffer
        text += b"long: " + b"x" * (8191 - 6 - 3 + rng.randrange(6)) + b"\nafter: y\n"
    if rng.random() < 0.02:
        text += b"long2: " + b"x" * rng.randrange(8180, 9000) + rng.choice([b"\\\nnext: y\n", b"\n more\nafter: z\n"])
    if rng.random() < 0.01:
        text = text.replace(b"a", b"\0", 1)
    if rng.random() < 0.3:
        text = mutated(rng, text)
    return text


def hangs_sendmail(text):
    """readaliases() never ends on a line whose 8,192nd octet is a blank."""
    return any(len(part) > 8100 and (b" " in part[8000:] or b"\t" in part[8000:]) for part in text.split(b"\n"))


# Targets: FACTS of what sendmail resolves to a program, a file or an include, and what people write.
KNOWN_TARGETS = [
    b"(c)|/bin/id", b"<|/bin/id>", b'foo <"|/bin/id">', b'"|/bin/id"@localhost', b'"|"/bin/id', b"<@localhost:|/bin/id>",
    b"alice, |/bin/id", b"/tmp/x@localhost", b":INCLUDE:/tmp/x", b":include:/tmp/x", b'":include:/tmp/x"', b"|/bin/id",
    b'"|/bin/id -a b"', b"/tmp/x", b'"/tmp/x"', b'"id>/tmp/pwned;"@evil.example', b"\\|/bin/id", b"\\/tmp/x",
    b'"/tmp/x"@localhost', b"|/bin/id%localhost", b"localhost!|/bin/id", b"/tmp/x%localhost", b"@localhost:/tmp/x",
    b"<@localhost:/tmp/x>", b'""|/bin/id', b'"\\|"/bin/id', b":include:", b"file:/tmp/x", b"prog:/bin/id",
    b"x: |/bin/id;", b"|/bin/id;", b"Bob <|/bin/id>", b"bob(|/bin/id)", b'"|/bin/id"', b"'|/bin/id'", b"/tmp/x/", b"//x",
    b"/tmp/../etc/x", b"\\\\|x", b"+|x", b".|x", b"./x", b"../x", b"-oQ/tmp", b"-X/tmp/x", b"|", b"/", b'"/"', b'"|"',
    b"alice", b"\\alice", b"alice@example.org", b"alice.b@example.org", b"a+b@example.org", b"alice@localhost",
    b"o'brien@example.org", b"a_b-c=d@host-1.example", b"\\alice@example.org", b"alice@LOCALHOST", b"a*b", b"a?b", b"a~b",
    b"a^b", b"a$b", b"a&b", b"$u@example.org", b"a@b.UUCP", b"a@b.redirect", b"root", b"postmaster", b"A.B.C@x.y.z",
]
PIECES = [
    b"alice", b"bob", b"localhost", b"example.org", b"mail.example.test", b"|", b"/", b"/bin/id", b"/tmp/x", b":include:",
    b":", b"@", b"%", b"!", b'"', b"\\", b"(", b")", b"<", b">", b",", b";", b".", b"+", b"-", b"=", b"'", b"`", b"$",
    b"&", b"*", b"?", b"^", b"~", b"{", b"}", b"[", b"]", b"#", b" ", b"127.0.0.1", b"UUCP", b"a", b"_", b"x.y",
]


def target(rng):
    """One target; neither a line break nor a NUL can be handed to sendmail on a line of an alias file."""
    what = rng.random()
    if what < 0.35:
        made = mutated(rng, rng.choice(KNOWN_TARGETS))
    elif what < 0.6:
        made = b"".join(rng.choice(PIECES) for _ in range(rng.randrange(1, 6)))
    else:
        characters = b"abcXYZ019._-+=$&'*?^~|/@\\"
        local = bytes(rng.choice(characters[:-3] if rng.random() < 0.9 else characters)
                      for _ in range(rng.randrange(1, 8)))
        host = rng.choice([b"", b"", b"@localhost", b"@example.org", b"@mail.example.test", b"@a-b.example", b"@x"])
        made = rng.choice([b"", b"", b"", b"\\"]) + local + host
    return made.replace(b"\n", b"").replace(b"\r", b"").replace(b"\0", b"") or b"alice"
