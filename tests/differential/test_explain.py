# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Explain against a real sendmail: its ends are those of `sendmail -bv`, and its lines those of a model of our own.

The configuration is generated: aliases in chains, rings and with owners, virtusertable with details and a catch-all,
mailertable, access; 400 addresses, among them unknown users, unknown hosts without DNS, quoted local parts and routes.
"""

import re
import subprocess

import pytest

from explain_generator import Generated, LOCAL, Model
from sendmail_tree import SendmailTree
from test_aliases import directory, helper  # noqa: F401 (a fixture)

COUNT = 400
PLAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9+-]*[A-Za-z0-9+])?(@[A-Za-z0-9.-]+[A-Za-z0-9])?$")


@pytest.fixture(scope="module")
def tree():
    return SendmailTree.get()


def write(tree, place, generated):
    """The configuration below place/etc/mail; the path of its .cf."""
    mail = place / "etc/mail"
    mail.mkdir(parents=True)
    for name, text in generated.texts.items():
        (mail / name).write_text(text.replace("{directory}", str(mail)), encoding="ascii")
    (mail / "members").write_text("list4\n# nobody\nx@far.example, unknown-member\n", encoding="ascii")
    features = [f"FEATURE(`access_db', `hash -T<TMPF> {mail}/access')dnl", "FEATURE(`blocklist_recipients')dnl",
                f"FEATURE(`virtusertable', `hash {mail}/virtusertable')dnl",
                f"FEATURE(`mailertable', `hash {mail}/mailertable')dnl", "VIRTUSER_DOMAIN(`w.example')dnl"]
    cf = tree.write_cf(mail, features=features, local_hosts=LOCAL[:2])
    for name in ("access", "virtusertable", "mailertable"):
        subprocess.run([tree.makemap, "-C", "/dev/null", "hash", mail / name], input=(mail / name).read_bytes(), check=True,
                       capture_output=True)
    subprocess.run([tree.sendmail, "-C", cf, "-bi"], check=True, capture_output=True)
    return cf


def explained(tree, place, addresses):
    told = subprocess.run([helper("explain-addresses"), tree.sendmail, place], input="".join(a + "\n" for a in addresses),
                          capture_output=True, text=True, check=True, timeout=500).stdout
    blocks = told.split("\n\n")
    assert blocks.pop() == ""
    assert len(blocks) == len(addresses)
    return [[line.split("\t") for line in block.splitlines()] for block in blocks]


def verified(tree, cf, address):
    """The lines of `sendmail -bv`: what it delivers, what it refuses."""
    told = subprocess.run([tree.sendmail, "-C", cf, "-bv", "--", address], capture_output=True, text=True, check=False)
    lines = [line.strip() for line in (told.stdout + told.stderr).splitlines()]
    lines = [line for line in lines if line and not line.startswith("WARNING: ")]
    return (sorted(line.split("... deliverable: ")[1] for line in lines if "... deliverable: " in line),
            sorted(line for line in lines if "... deliverable: " not in line))


def end_of(step):
    """What -bv would say of a "mailer" step."""
    happens = step[1]
    mailer, _, rest = happens.partition(": ")
    if match := re.match(r"sent to (\S*) for (.*)$", rest):
        return f"mailer {mailer}, host {match[1]}, user {match[2]}"
    if match := re.match(r"(?:given to the program|appended to the file) (.*)$", rest):
        return f"mailer {mailer}, user {match[1]}"
    match = re.match(r"delivered to (.*?)(?: \(host (.*?)\))?(?: by /\S+)?$", rest)
    assert match, step
    return f"mailer {mailer}, " + (f"host {match[2]}, " if match[2] else "") + f"user {match[1]}"


@pytest.mark.parametrize("seed", [1, 20261122])
def test_the_ends_are_those_of_bv_and_the_lines_those_of_the_texts(tree, directory, seed):  # noqa: F811
    generated = Generated(seed)
    place = directory / f"explain-{seed}"
    cf = write(tree, place, generated)
    addresses = generated.addresses(COUNT)
    assert len(set(addresses)) >= 300
    model, mail = Model(generated), place / "etc/mail"
    modelled, kinds = 0, set()
    for address, steps in zip(addresses, explained(tree, place, addresses)):
        assert steps[0][0] != "error", (address, steps)
        delivered, refused = verified(tree, cf, address)
        assert sorted(end_of(step) for step in steps if step[0] == "mailer") == delivered, (address, steps)
        assert sorted(step[1] for step in steps if step[0] == "refused") == refused, (address, steps)
        assert not any("defect" in step[1] for step in steps), (address, steps)
        assert not any("not live" in step[1] for step in steps), (address, steps)
        kinds |= {step[0] for step in steps}
        found = {step[2].removeprefix(f"{mail}/") for step in steps if step[0] in ("alias", "virtusertable", "mailertable")}
        for line in found:  # each names a line that there is
            name, number = line.rsplit(":", 1)
            assert (name, int(number)) in {(file, at) for (file, _), at in generated.places.items()}, (address, steps)
        if PLAIN.match(address) and not any(words in str(steps) for words in ("include", "loop", "deep", "two words")):
            assert found == model.places(address), (address, steps)
            modelled += 1
    assert modelled >= 200, modelled
    assert kinds >= {"access", "alias", "virtusertable", "mailertable", "mailer", "refused", "owner", "include", "unknown"}
    print(f"seed {seed}: {len(addresses)} addresses, {modelled} of them against the model")


def test_access_is_told_as_sendmail_looks_it_up(tree, directory):  # noqa: F811
    generated = Generated(3)
    place = directory / "explain-access"
    write(tree, place, generated)
    access = place / "etc/mail/access"
    told = dict(zip(ASKED, explained(tree, place, ASKED)))
    assert ["access", "To:refused@v.example REJECT: mail to it is refused", f"{access}:3"] == told["refused@v.example"][0]
    assert told["refused@v.example"][1][1].startswith("mail from outside is refused: 550 ")
    assert ["access", "spam@ DISCARD: mail to it is accepted and thrown away", f"{access}:5"] == told["spam@v.example"][0]
    assert told["spam@v.example"][1][1] == "mail from outside is thrown away"
    assert told["x@closed.example"][0] == ["access", "To:closed.example 550 closed: mail to it is refused", f"{access}:4"]
    assert told["y@partner.example"][0][2] == f"{access}:6"
    assert told["y@partner.example"][1][1] == "no rule refuses mail from outside"
    assert "Relaying denied" in told["z@unknown.invalid"][0][1]
    assert told["games@example.test"][0][1] == "no rule refuses mail from outside"


ASKED = ["refused@v.example", "spam@v.example", "x@closed.example", "y@partner.example", "z@unknown.invalid", "games@example.test"]


def test_what_is_not_live_is_told(tree, directory):  # noqa: F811
    """The texts are edited by hand; sendmail still reads the maps."""
    generated = Generated(4)
    place = directory / "explain-stale"
    cf = write(tree, place, generated)
    mail = place / "etc/mail"
    for name, old, new in (("aliases", "postmaster: root", "postmaster: games"), ("virtusertable", "info@v.example\tlist2", "info@v.example\tmail")):
        text = (mail / name).read_text()
        assert old in text
        (mail / name).write_text(text.replace(old, new))
    postmaster, info = explained(tree, place, ["postmaster", "info@v.example"])
    assert ["alias", "postmaster -> root (the text says 'games', which is not live)"] in [step[:2] for step in postmaster]
    assert ["virtusertable", "info@v.example -> list2 (the text says 'mail', which is not live)"] in [step[:2] for step in info]
    assert sorted(end_of(step) for step in postmaster if step[0] == "mailer") == verified(tree, cf, "postmaster")[0]


def test_a_forward_file_is_followed_or_told(tree, directory):  # noqa: F811
    place = directory / "explain-forward"
    generated = Generated(5)
    write(tree, place, generated)
    mail = place / "etc/mail"
    cf = tree.write_cf(mail, features=[f"define(`confFORWARD_PATH', `{mail}/forward.$u:{mail}/hidden/$u')dnl"], local_mailer="/usr/bin/procmail",
                       local_arguments="procmail -d $u")
    (mail / "aliases").write_text("team: daemon, bin\n")
    subprocess.run([tree.sendmail, "-C", cf, "-bi"], check=True, capture_output=True)
    directory.chmod(0o755)  # sendmail reads a .forward as its owner
    followed, unsafe = mail / "forward.daemon", mail / "forward.bin"
    followed.write_text("far@far.example\n")
    unsafe.write_text("far@far.example\n")
    unsafe.chmod(0o666)
    for path, user in ((followed, 1), (unsafe, 2)):
        subprocess.run(["chown", str(user), path], check=True)
    [steps] = explained(tree, place, ["team"])
    told = {tuple(step) for step in steps}
    assert ("forward", f"the account's own file of addresses is followed: {followed}", str(followed)) in told
    assert any(step[0] == "forward" and "is not followed: " in step[1] and step[2] == str(unsafe) for step in steps)
    assert ("unknown", f"whether bin forwards: {mail}/hidden is not there, or hidden from mailstackd", f"{mail}/hidden/bin") in told
    assert any(step[0] == "procmail" for step in steps)
    assert [end_of(step) for step in steps if step[0] == "mailer"].count("mailer local, user bin") == 1
