# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our alias map equals the one of newaliases, key for key and value for value, over generated alias files.

    MAILSTACK_BUILD=build /usr/bin/python3 -m pytest tests/differential

One newaliases process makes the maps of many files (option AliasFile names them all), or 20,000 processes would take
as long as everything else together.
"""

import os
import pathlib
import random
import re
import struct
import subprocess
import tempfile

import pytest

import alias_generator
from sendmail_tree import SendmailTree

SEED = int(os.environ.get("MAILSTACK_SEED", "20260101"))
FILES = int(os.environ.get("MAILSTACK_FILES", "20000"))
FILES_A_PROCESS = 100  # Debian's sendmail takes 128 alias files

# What our parser says where sendmail's rules would have to be run to know the key.
NOT_FOLLOWED = ("that mailstack can follow", "two hosts", "not known to be local", "0x80 to 0x9f, 0xff")


def helper(name):
    build = pathlib.Path(os.environ.get("MAILSTACK_BUILD", "build"))
    return str(build / "tests/differential" / name)


def records(octets, at):
    """Pairs from `at` to the end mark, and the offset after it."""
    pairs = {}
    while True:
        (size,) = struct.unpack_from("=I", octets, at)
        at += 4
        if size == 0xFFFFFFFF:
            return pairs, at
        key = octets[at:at + size]
        at += size
        (size,) = struct.unpack_from("=I", octets, at)
        pairs[key] = octets[at + 4:at + 4 + size]
        at += 4 + size


def problems(octets, at):
    found = []
    while True:
        (line,) = struct.unpack_from("=I", octets, at)
        at += 4
        if line == 0xFFFFFFFF:
            return found, at
        (size,) = struct.unpack_from("=I", octets, at)
        found.append((line, octets[at + 4:at + 4 + size].decode()))
        at += 4 + size


def our_maps(paths):
    octets = subprocess.run([helper("alias-map-dump"), "text", *paths], capture_output=True, check=True).stdout
    at, maps = 0, []
    for _ in paths:
        pairs, at = records(octets, at)
        found, at = problems(octets, at)
        maps.append((pairs, found))
    return maps


def maps_of_newaliases(tree, directory, paths):
    """The maps' pairs without the @ entry, and what newaliases said of each file."""
    cf = tree.write_cf(directory / "etc", alias_files=paths)
    said = subprocess.run([tree.sendmail, "-C", cf, "-bi"], capture_output=True, timeout=120, check=False)
    said_of = {path: [] for path in paths}
    for line in (said.stdout + said.stderr).split(b"\n"):
        match = re.match(rb"(\S+): line (\d+): (.*)", line)
        if match and not match[3].startswith(b"WARNING: "):
            said_of[match[1].decode()].append(match[3])
    octets = subprocess.run([helper("alias-map-dump"), "map", *(path + ".db" for path in paths)], capture_output=True,
                            check=True).stdout
    at, maps = 0, []
    for path in paths:
        pairs, at = records(octets, at)
        assert pairs.pop(b"@") == b"@"
        maps.append((pairs, said_of[path]))
    return maps


def explained(ours, theirs, found):
    """Whether the maps differ only by names that our parser reports as not followed."""
    unfollowed = sum(any(words in message for words in NOT_FOLLOWED) for _, message in found)
    different = {key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}
    return len(different) <= unfollowed and all(key in theirs for key in different)


def compare(path, ours, theirs):
    our_pairs, found = ours
    their_pairs, said = theirs
    text = pathlib.Path(path).read_bytes()
    followed = our_pairs == their_pairs
    assert followed or explained(our_pairs, their_pairs, found), (text, our_pairs, their_pairs, found, said)
    assert found or not said, ("newaliases complains and we do not", text, said)
    return followed


@pytest.fixture(scope="module")
def tree():
    return SendmailTree.get()


@pytest.fixture
def directory():
    # In memory: newaliases syncs each map twice.
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="mailstack-", dir=place) as made:
        yield pathlib.Path(made)


def test_our_maps_equal_those_of_newaliases(tree, directory):
    rng = random.Random(SEED)
    unfollowed = keys = reported = 0
    for batch in range(0, FILES, FILES_A_PROCESS):
        paths = []
        for i in range(min(FILES_A_PROCESS, FILES - batch)):
            text = alias_generator.alias_file(rng)
            while alias_generator.hangs_sendmail(text):
                text = alias_generator.alias_file(rng)
            path = directory / f"aliases{i}"
            path.write_bytes(text)
            paths.append(str(path))
        for path, ours, theirs in zip(paths, our_maps(paths), maps_of_newaliases(tree, directory, paths)):
            unfollowed += not compare(path, ours, theirs)
            keys += len(theirs[0])
            reported += bool(ours[1])
    print(f"{FILES} files (seed {SEED}), {keys} keys, {reported} files with problems reported, "
          f"{unfollowed} with a name that is reported as not followed")
    assert keys > FILES  # the generator makes aliases, not only noise
    assert unfollowed < FILES / 20  # most are names with an open quote, which the generator is fond of


def test_sendmail_reads_the_map_that_we_build(tree, directory):
    """Octet for octet as newaliases stores it, terminators included: db->get by sendmail itself finds our keys."""
    text = directory / "aliases"
    text.write_bytes(b"".join(b"name%d: target%d\n" % (i, i) for i in range(2000)) + b'"two words": three\n')
    cf = tree.write_cf(directory / "etc", alias_files=[text])
    subprocess.run([tree.sendmail, "-C", cf, "-bi"], check=True, capture_output=True)
    theirs = records(subprocess.run([helper("alias-map-dump"), "map", f"{text}.db"], check=True,
                                    capture_output=True).stdout, 0)[0]
    subprocess.run([helper("alias-map-dump"), "build", str(text), f"{text}.db"], check=True)
    ours = records(subprocess.run([helper("alias-map-dump"), "map", f"{text}.db"], check=True,
                                  capture_output=True).stdout, 0)[0]
    assert ours == theirs and len(ours) == 2002
    asked = subprocess.run([tree.sendmail, "-C", cf, "-bv", "name0", "name1999", "nobody-has-this"], capture_output=True,
                           text=True, check=False).stdout
    assert "target0... " in asked and "target1999... " in asked and "nobody-has-this... User unknown" in asked
