# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nothing that sendmail resolves to a program, a file or an include passes as a plain recipient.

Each generated target becomes the value of an alias, and `sendmail -bv` says what mail to that alias would reach. The
local mailer of this configuration asks for no account, so that a name is not refused before it shows what it is.
"""

import os
import pathlib
import random
import re
import subprocess

import alias_generator
import pytest

from sendmail_tree import SendmailTree
from test_aliases import directory, helper  # noqa: F401 (a fixture)

SEED = int(os.environ.get("MAILSTACK_SEED", "20260101"))
TARGETS = int(os.environ.get("MAILSTACK_TARGETS", "6000"))
ADDRESSES_A_PROCESS = 50

DANGEROUS = {"prog", "*file*", "*include*"}


@pytest.fixture(scope="module")
def tree():
    return SendmailTree.get()


def classes(targets):
    told = subprocess.run([helper("classify-targets")], input=b"".join(target + b"\0" for target in targets),
                          capture_output=True, check=True)
    return told.stdout.decode().split()


def generated(rng):
    """Every known target as it is, and generated ones; no two alike."""
    targets = dict.fromkeys(alias_generator.KNOWN_TARGETS)
    while len(targets) < TARGETS:
        targets[alias_generator.target(rng)] = None
    return list(targets)


def write_configuration(tree, place, targets):
    aliases = place / "aliases"
    aliases.write_bytes(b"".join(b"t%d: %s\n" % pair for pair in enumerate(targets)))
    cf = pathlib.Path(tree.write_cf(place / "etc", alias_files=[aliases]))
    text = cf.read_text(encoding="utf-8")
    # F=5 and F=w look for an account; what is left is what the address itself means.
    flags = re.search(r"^Mlocal,.*?F=(\S+),", text, re.MULTILINE)[1]
    asks_nobody = flags.replace("5", "").replace("w", "")
    cf.write_text(text.replace(f"F={flags},", f"F={asks_nobody},"), encoding="utf-8")
    subprocess.run([tree.sendmail, "-C", str(cf), "-bi"], capture_output=True, timeout=60, check=False)
    return str(cf)


def verified(tree, cf, numbers):
    """The mailers that -bv tells of the mail to these aliases, one for each recipient; *include* where one was opened."""
    told = subprocess.run([tree.sendmail, "-C", cf, "-v", "-bv", *(f"t{number}" for number in numbers)],
                          capture_output=True, timeout=60, check=False)
    found = []
    for line in (told.stdout + told.stderr).decode("latin-1").split("\n"):
        match = re.search(r"\.\.\. deliverable: mailer ([^,]+),", line)
        if match:
            found.append(match[1])
        elif re.search(r"\.\.\. including file ", line):
            found.append("*include*")
    return found


def batches(numbers, size):
    return [numbers[start:start + size] for start in range(0, len(numbers), size)]


def one_of_each(numbers, targets):
    """-bv tells a recipient once that two aliases share: of targets that mean the same address one is kept."""
    means = {}
    for number in numbers:
        address = targets[number].lower().lstrip(b"\\")
        means.setdefault(re.sub(rb"@(localhost|mail\.example\.test)$", b"", address), number)
    return list(means.values())


def test_nothing_dangerous_is_plain(tree, directory):  # noqa: F811
    targets = generated(random.Random(SEED))
    told = classes(targets)
    assert len(told) == len(targets)
    of_class = {name: [n for n, kind in enumerate(told) if kind == name] for name in ("plain", "sound", "refused")}
    cf = write_configuration(tree, directory, targets)

    plain = one_of_each(of_class["plain"], targets)
    for batch in batches(plain, ADDRESSES_A_PROCESS):
        found = verified(tree, cf, batch)
        assert not DANGEROUS & set(found), [targets[n] for n in batch if DANGEROUS & set(verified(tree, cf, [n]))]
        assert len(found) == len(batch), [(targets[n], verified(tree, cf, [n])) for n in batch]

    # Only a comma separates recipients, so only a target with a comma could be more than one.
    for number in of_class["sound"]:
        if b"," in targets[number]:
            assert len(verified(tree, cf, [number])) <= 1, targets[number]

    dangerous = 0
    for batch in batches(of_class["sound"] + of_class["refused"], ADDRESSES_A_PROCESS):
        dangerous += sum(mailer in DANGEROUS for mailer in verified(tree, cf, batch))
    print(f"{len(targets)} targets (seed {SEED}): " + ", ".join(f"{len(n)} {kind}" for kind, n in of_class.items()) +
          f"; {len(plain)} plain ones asked, each one recipient; {dangerous} programs, files and includes among the rest")
    assert len(plain) > TARGETS / 10 and dangerous > TARGETS / 20  # both sides were tried


def test_known_targets(tree):
    told = dict(zip(alias_generator.KNOWN_TARGETS, classes(alias_generator.KNOWN_TARGETS)))
    assert [target for target in alias_generator.KNOWN_TARGETS if told[target] == "plain"] == [
        b"alice", b"\\alice", b"alice@example.org", b"alice.b@example.org", b"a+b@example.org", b"alice@localhost",
        b"o'brien@example.org", b"a_b-c=d@host-1.example", b"\\alice@example.org", b"alice@LOCALHOST", b"a*b", b"a?b",
        b"a~b", b"a^b", b"a$b", b"a&b", b"$u@example.org", b"a@b.UUCP", b"a@b.redirect", b"root", b"postmaster",
        b"A.B.C@x.y.z"]
