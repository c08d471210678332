# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our table maps equal makemap's, key for key; our word lists equal sendmail's class w; and no row of a virtusertable or
mailertable that mailstack takes leads to a program, a file or an include.

    MAILSTACK_BUILD=build /usr/bin/python3 -m pytest tests/differential
"""

import concurrent.futures
import os
import pathlib
import random
import re
import struct
import subprocess

import pytest

import table_generator
from sendmail_tree import SendmailTree
from test_aliases import directory, helper, problems, records  # noqa: F401 (a fixture)

SEED = int(os.environ.get("MAILSTACK_SEED", "20260101"))
FILES = int(os.environ.get("MAILSTACK_TABLES", "5000"))
LISTS = int(os.environ.get("MAILSTACK_LISTS", "300"))
ROWS = int(os.environ.get("MAILSTACK_ROWS", "4000"))
FILES_A_BATCH = 250
ADDRESSES_A_PROCESS = 50

BUFFER = 1023  # what makemap reads at once
DANGEROUS = {"prog", "*file*", "*include*"}
HOSTILE_USERS = ['"|/bin/id"', '"/tmp/x"', "/tmp/x", "|/bin/id", ":include:/tmp/x", '":include:/tmp/x"', "-oQ/tmp", "\\root",
                 "a+|/bin/id", 'a+"|/bin/id"', "a+/tmp/x", "a!b", "a%b.example", '"a b"', "root", "a+", "+b"]


@pytest.fixture(scope="module")
def tree():
    return SendmailTree.get()


def makemap(tree, path):
    """Its status, and the lines it complains of."""
    with open(path, "rb") as text:
        made = subprocess.run([tree.makemap, "-C", "/dev/null", "hash", path], stdin=text, capture_output=True, timeout=60,
                              check=False)
    said = re.findall(rb"^makemap: [^\n]*?: line (\d+): ", made.stderr, re.MULTILINE)
    return made.returncode, sorted(int(number) for number in said)


def dumped(what, paths):
    return subprocess.run([helper("table-dump"), what, *paths], capture_output=True, check=True).stdout


def test_our_maps_equal_those_of_makemap(tree, directory):  # noqa: F811
    rng = random.Random(SEED)
    keys = reported = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for batch in range(0, FILES, FILES_A_BATCH):
            paths = []
            for i in range(min(FILES_A_BATCH, FILES - batch)):
                path = directory / f"table{i}"
                path.write_bytes(table_generator.table_file(rng))
                paths.append(str(path))
            said = list(pool.map(lambda path: makemap(tree, path), paths))
            ours, theirs = dumped("text", paths), dumped("map", [path + ".db" for path in paths])
            at = their_at = 0
            for path, (status, numbers) in zip(paths, said):
                our_pairs, at = records(ours, at)
                found, at = problems(ours, at)
                their_pairs, their_at = records(theirs, their_at)
                text = pathlib.Path(path).read_bytes()
                assert our_pairs == their_pairs, (text, our_pairs, their_pairs)
                assert status == (65 if found else 0), (text, found, status)
                assert len(found) == len(numbers), (text, found, numbers)
                if all(len(line) < BUFFER for line in text.split(b"\n")):  # makemap counts the pieces of a long line
                    assert sorted(line for line, _ in found) == numbers, (text, found, numbers)
                keys += len(their_pairs)
                reported += bool(found)
    print(f"{FILES} files (seed {SEED}), {keys} keys, {reported} files with problems")
    assert keys > FILES and FILES / 4 < reported < FILES


def looked_up(tree, cf, name, keys):
    asked = "".join(f"/map {name} {key}\n" for key in keys)
    told = subprocess.run([tree.sendmail, "-C", cf, "-bt"], input=asked, capture_output=True, text=True, check=False).stdout
    return [found[1] or None for found in re.findall(r"map_lookup: \S+ \([^)]*\) (no match|returns ([^\n]*?) \(\d+\))", told)]


def test_sendmail_finds_what_we_build_and_edit(tree, directory):  # noqa: F811
    text = directory / "access"
    text.write_bytes(b"".join(b"Connect:host%d.example\tRELAY\n" % i for i in range(2000)))
    cf = tree.write_cf(directory / "etc", access=text)
    asked = ["connect:host0.example", "connect:host1999.example", "connect:host2000.example"]

    assert makemap(tree, str(text)) == (0, [])
    theirs = records(dumped("map", [f"{text}.db"]), 0)[0]
    assert looked_up(tree, cf, "access", asked) == ["RELAY", "RELAY", None]
    for words in (["connect:host2000.example", "OK"], ["connect:host0.example"], ["connect:host1999.example", "REJECT"]):
        subprocess.run([helper("table-dump"), "edit", f"{text}.db", *words], check=True)
    assert looked_up(tree, cf, "access", asked) == [None, "REJECT", "OK"]

    subprocess.run([helper("table-dump"), "build", str(text), f"{text}.db"], check=True)
    assert records(dumped("map", [f"{text}.db"]), 0)[0] == theirs
    assert looked_up(tree, cf, "access", asked) == ["RELAY", "RELAY", None]


def our_words(path):
    octets, at, words = dumped("words", [str(path)]), 0, []
    while True:
        (size,) = struct.unpack_from("=I", octets, at)
        at += 4
        if size == 0xFFFFFFFF:
            return words
        words.append(octets[at:at + size])
        at += size


def class_w(tree, cf):
    told = subprocess.run([tree.sendmail, "-C", cf, "-bt"], input=b"$=w\n", capture_output=True, check=True).stdout
    return {word.lower() for word in told.split(b"\n> ", 1)[1].rsplit(b"> ", 1)[0].split(b"\n") if word}


def test_our_words_are_those_of_class_w(tree, directory):  # noqa: F811
    rng = random.Random(SEED)
    path = directory / "local-host-names"
    cf = tree.write_cf(directory / "etc", features=[f"define(`confCW_FILE', `-o {path} %[^\\#]')dnl",
                                                    "FEATURE(`use_cw_file')dnl"])
    path.write_bytes(b"")
    always = class_w(tree, cf)
    count = 0
    for _ in range(LISTS):
        text = table_generator.word_list(rng)
        path.write_bytes(text)
        words = our_words(path)
        assert len(words) == len(set(words)), (text, words)
        assert class_w(tree, cf) == set(words) | always, text
        count += len(words)
    print(f"{LISTS} lists (seed {SEED}), {count} words")
    assert count > LISTS


def taken(rows):
    """Of (table, key, value), those that mailstack takes."""
    told = subprocess.run([helper("classify-rows")], input=b"".join(part + b"\0" for row in rows for part in row),
                          capture_output=True, check=True).stdout.split(b"\n")
    assert len(told) == len(rows) + 1
    return [row for row, line in zip(rows, told) if line == b"taken"]


def write_tables(tree, place, rows, local_hosts):
    """A configuration with these rows, whose local mailer asks for no account: what is left is what the row means."""
    for name in ("virtusertable", "mailertable"):
        path = place / name
        path.write_bytes(b"".join(key + b"\t" + value + b"\n" for table, key, value in rows if table == name.encode()))
        assert makemap(tree, str(path)) == (0, []), "what mailstack takes, makemap takes"
    cf = pathlib.Path(tree.write_cf(place / "etc", local_hosts=local_hosts, features=[
        f"FEATURE(`{name}', `hash {place / name}')dnl" for name in ("virtusertable", "mailertable")]))
    text = cf.read_text(encoding="utf-8")
    flags = re.search(r"^Mlocal,.*?F=(\S+),", text, re.MULTILINE)[1]
    cf.write_text(text.replace(f"F={flags},", f"F={flags.replace('5', '').replace('w', '')},"), encoding="utf-8")
    return str(cf)


def verified_through_aliases(tree, cf, addresses):
    """The same for mail to aliases that name these addresses: those sendmail trusts with programs and files."""
    (pathlib.Path(cf).parent / "aliases").write_text("".join(f"a{i}: {address}\n" for i, address in enumerate(addresses)))
    subprocess.run([tree.sendmail, "-C", cf, "-bi"], capture_output=True, timeout=60, check=True)
    return verified(tree, cf, [f"a{i}" for i in range(len(addresses))])


def verified(tree, cf, addresses):
    """What -bv tells: (address, mailer, host) of each that is deliverable, mailer *include* where a list was opened."""
    found = []
    for start in range(0, len(addresses), ADDRESSES_A_PROCESS):
        told = subprocess.run([tree.sendmail, "-C", cf, "-v", "-bv", "--", *addresses[start:start + ADDRESSES_A_PROCESS]],
                              capture_output=True, timeout=120, check=False)
        for line in (told.stdout + told.stderr).decode("latin-1").split("\n"):
            match = re.match(r"(.*)\.\.\. deliverable: mailer ([^,]+),(?: host (.*),)? user (.*)", line)
            if match:
                found.append((match[1], match[2], match[3]))
            elif "... including file " in line:
                found.append((line, "*include*", None))
    return found


def expected_hosts(value, key, asked):
    """The host of a mailertable value, as sendmail folds it."""
    argument = asked[:-len(key)] if key.startswith(b".") else b""
    return value.split(b":", 1)[1].replace(b"%1", argument).lower().decode()


def test_no_mailertable_row_leads_to_a_program_or_a_file(tree, directory):  # noqa: F811
    rng = random.Random(SEED)
    values = list(dict.fromkeys(table_generator.mailertable_value(rng) for _ in range(ROWS)))
    rows = taken([(b"mailertable", (b".d%d.example" if i % 2 else b"d%d.example") % i, value) for i, value in enumerate(values)])
    cf = write_tables(tree, directory, rows, [])
    asked = {f"u@sub{key.decode()}" if key.startswith(b".") else f"u@{key.decode()}": (key, value) for _, key, value in rows}
    seen = set()
    for address, mailer, host in verified_through_aliases(tree, cf, list(asked)):
        key, value = asked.pop(address)
        seen.add(mailer)
        if mailer == "*error*":  # a temporary one
            assert value.startswith(b"error:"), (key, value)
            continue
        assert mailer in ("smtp", "esmtp", "smtp8", "dsmtp", "relay") and value.split(b":")[0] == mailer.encode(), (key, value)
        assert host == expected_hosts(value, key, b"sub" + key), (key, value, host)
    # What is not deliverable is an error that the row asks for.
    assert all(value.startswith(b"error:") for _, value in asked.values()), asked
    print(f"{len(values)} values (seed {SEED}), {len(rows)} taken, {len(asked)} of them permanent errors; {sorted(seen)}")
    assert len(rows) > len(values) / 10 and len(rows) < len(values) * 0.9 and len(seen) == 6


def test_no_virtusertable_row_leads_to_a_program_or_a_file(tree, directory):  # noqa: F811
    rng = random.Random(SEED)
    values = list(dict.fromkeys(table_generator.virtusertable_value(rng) for _ in range(ROWS)))
    keys = (b"u%d@virt.example", b"u%d+*@virt.example")
    rows = taken([(b"virtusertable", keys[i % 2] % i, value) for i, value in enumerate(values)])
    # The values with arguments also stand for whole domains, and are asked with users that mean harm.
    with_arguments = [value for _, _, value in rows if b"%" in value][:40]
    domains = [f"v{i}.example" for i in range(len(with_arguments))]
    catch_all = taken([(b"virtusertable", f"@{domain}".encode(), value) for domain, value in zip(domains, with_arguments)])
    cf = write_tables(tree, directory, rows + catch_all, ["virt.example", *domains])

    asked = [key.decode().replace("+*", "+detail") for _, key, _ in rows]
    found = verified_through_aliases(tree, cf, asked)
    assert not [row for row in found if row[1] in DANGEROUS], found
    mailer_of = {address: mailer for address, mailer, _ in found}
    for address, (_, key, value) in zip(asked, rows):
        if not value.startswith(b"error:") and b"%" not in value and b"@" in value and b"localhost" not in value \
                and b"mail.example.test" not in value.lower():
            assert mailer_of.get(address, "esmtp") in ("esmtp", "local"), (key, value)

    hostile = [f"{user}@{domain}" for user in HOSTILE_USERS for domain in domains]
    assert not [row for row in verified(tree, cf, hostile) if row[1] in DANGEROUS]  # as mail from outside comes
    print(f"{len(values)} values (seed {SEED}), {len(rows)} taken, {len(found)} deliverable; {len(hostile)} hostile users asked; "
          f"{sorted(set(mailer_of.values()))}")
    assert len(rows) > len(values) / 10 and {"local", "esmtp"} <= set(mailer_of.values()) and with_arguments


def answers(tree, cf, senders):
    """What the rules make of MAIL from each: the words of ruleset check_mail's last answer."""
    asked = "".join(f"check_mail <{sender}>\n" for sender in senders)
    told = subprocess.run([tree.sendmail, "-C", cf, "-bt"], input=asked.encode(), capture_output=True, check=False).stdout
    return re.findall(rb"^check_mail +returns: (.*?) *$", told, re.MULTILINE)


def test_access_says_what_its_row_says(tree, directory):  # noqa: F811
    """A verdict is taken for one, and of an error code, status and quoted text arrive as they stand in the row."""
    rng = random.Random(SEED)
    values = list(dict.fromkeys(table_generator.access_value(rng) for _ in range(ROWS)))
    rows = taken([(b"access", b"From:s%d@x.example" % i, value) for i, value in enumerate(values)])
    access = directory / "access"
    access.write_bytes(b"".join(key + b"\t" + value + b"\n" for _, key, value in rows))
    assert makemap(tree, str(access)) == (0, [])
    cf = tree.write_cf(directory / "etc", access=access)
    verdicts = {b"OK": b"$# OK", b"RELAY": b"$# RELAY", b"DISCARD": b"$# discard $: discard",
                b"REJECT": b'$# error $@ 5 . 7 . 1 $: "550 Access denied"'}
    told = answers(tree, cf, [key.decode().removeprefix("From:") for _, key, _ in rows])
    assert len(told) == len(rows)
    for (_, key, value), answer in zip(rows, told):
        if value in verdicts:
            assert answer == verdicts[value], (key, value, answer)
        elif value.startswith(b"QUARANTINE:"):
            assert answer.startswith(b"$# error $@ quarantine $: "), (value, answer)
        else:
            status, reply = re.fullmatch(rb"(?:ERROR:)?(?:(\d\.\d+\.\d+):)?(.*)", value).groups()
            before = b"$# error " + (b"$@ " + status.replace(b".", b" . ") + b" " if status else b"") + b"$: "
            assert answer.startswith(before + reply[:4]), (value, answer)
            assert not reply.startswith(b'"') or answer == before + reply, (value, answer)
            assert answer.removeprefix(before).replace(b" ", b"") == reply.replace(b" ", b""), (value, answer)
    print(f"{len(values)} values (seed {SEED}), {len(rows)} taken")
    assert set(verdicts) < {value for _, _, value in rows} and len(rows) > len(values) / 10


def test_the_harm_that_is_refused_is_real(tree, directory):  # noqa: F811
    """The tests above would see it: rows that mailstack refuses do reach other mailers."""
    rows = [(b"mailertable", b"p.example", b"prog:/bin/id"), (b"mailertable", b"f.example", b"*file*:/tmp/x"),
            (b"mailertable", b"l.example", b"local:bob"), (b"mailertable", b"port.example", b"relay:[h.example]:587"),
            (b"virtusertable", b"h@virt.example", b"bob@%1.example"), (b"virtusertable", b"p@virt.example", b"|/bin/id")]
    assert not taken(rows)
    cf = write_tables(tree, directory, rows, ["virt.example"])
    found = verified_through_aliases(tree, cf, ["x@p.example", '"/tmp/x"@f.example', "x@l.example", "x@port.example",
                                                "h@virt.example", "p@virt.example"])
    assert {mailer for _, mailer, _ in found} == {"prog", "*file*", "local", "relay", "esmtp"}
    assert sum(mailer == "prog" for _, mailer, _ in found) == 2
    assert ("x@port.example", "relay", "[h.example]:587") in found
    assert ("h@virt.example", "esmtp", "h.example") in found
