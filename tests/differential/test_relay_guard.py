# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The open-relay guard against a real sendmail: every open configuration is found, no closed one is suspected.

Each configuration is a .mc of its own, built by m4, with a real access map; the guard asks the real sendmail about it.
"""

import dataclasses
import os
import pathlib
import re
import subprocess

import pytest

from sendmail_tree import SendmailTree
from test_aliases import directory, helper  # noqa: F401 (a fixture)


@dataclasses.dataclass
class Case:
    name: str
    says: str = ""  # of an open one: what the guard must say
    access: str = ""
    features: list = dataclasses.field(default_factory=list)
    local_hosts: list = dataclasses.field(default_factory=lambda: ["example.test", "example.org"])
    relay_domains: list = dataclasses.field(default_factory=list)
    access_arguments: str = ""


def feature(name, *arguments):
    return "FEATURE(" + ", ".join(f"`{word}'" for word in (name, *arguments)) + ")dnl"


def local_check_rcpt(*rules):
    return "\n".join(["LOCAL_RULESETS", "SLocal_check_rcpt", *rules])


DEBIAN_ACCESS = """Connect:127\tRELAY
GreetPause:127\t0
Connect:IPv6:::1\tRELAY
GreetPause:\t5000
ClientRate:\t10
Spam:postmaster@\tFRIEND
reject@\tREJECT
Connect:169.254\tREJECT
Connect:192.0.2\tREJECT
Connect:224\tREJECT
"""

OPEN = [
    Case("promiscuous", "any client could relay", features=[feature("promiscuous_relay")]),
    Case("promiscuous with delayed checks", "any client could relay", access=DEBIAN_ACCESS,
         features=[feature("promiscuous_relay"), feature("delay_checks", "friend", "n")]),
    Case("promiscuous where our first address is rejected", "any client", access="Connect:203.0.113 REJECT\n",
         features=[feature("promiscuous_relay"), feature("blocklist_recipients")]),
    Case("local sender", "writes the sender 'someone@example.test'", features=[feature("relay_local_from")]),
    Case("sender in access", "writes the sender 'someone@partner.example'", access="From:partner.example RELAY\n",
         features=[feature("relay_mail_from", "domain")]),
    Case("sender address in access", "writes the sender 'boss@partner.example'", access="From:boss@partner.example RELAY\n",
         features=[feature("relay_mail_from")]),
    Case("sender below a top-level domain", "sender below 'com'", access="From:com RELAY\n",
         features=[feature("relay_mail_from", "domain")]),
    Case("com", "to every address below 'com'", access="com RELAY\n"),
    Case("To:com", "to every address below 'com'", access="To:com RELAY\n"),
    Case("Connect:com", "whose name ends in '.com'", access="Connect:com RELAY\n"),
    Case("an unusual top-level domain", "whose name ends in '.museum'", access="Connect:museum RELAY\n"),
    Case("co.uk", "whose name ends in '.co.uk'", access="co.uk RELAY\n"),
    Case("com.br", "to every address below 'com.br'", access="To:com.br RELAY\n"),
    Case("first octet", "the public network 9 ", access="9 RELAY\n"),
    Case("first octet 203", "the public network 203 ", access="Connect:203 RELAY\n"),
    Case("first octet that is partly private", "the public network 172 ", access="172 RELAY\n"),
    Case("IPv6 group", "the public network IPv6:2001 ", access="Connect:IPv6:2001 RELAY\n"),
    Case("all of IPv6", "IPv6", access="Connect:IPv6 RELAY\n"),
    Case("class R first octet", "the public network 81 ", relay_domains=["81"]),
    Case("class R top-level domain", "to every address below 'net'", relay_domains=["net"]),
    Case("class m is a top-level domain", "to every address below 'org'",
         features=[feature("relay_entire_domain"), "LOCAL_CONFIG", "Cm org"]),
    Case("loose check, partner in access", "routes on through 'partner.example'", access="partner.example RELAY\n",
         features=[feature("loose_relay_check")]),
    Case("loose check, partner in class R", "routes on through 'partner.example'", relay_domains=["partner.example"],
         features=[feature("loose_relay_check")]),
    Case("percent is not special, partner in access", "routes on through 'partner.example'", access="To:partner.example RELAY\n",
         features=[feature("nopercenthack", "nospecial"), feature("loose_relay_check")]),
    Case("deferred delivery checks nothing", "any client", features=["define(`confDELIVERY_MODE', `deferred')dnl"]),
    Case("own rule accepts all", "any client", features=[local_check_rcpt("R$*\t\t$#OK")]),
    Case("own rule trusts HELO", "claims a name of 'partner.example'", access="Connect:partner.example RELAY\n",
         features=[local_check_rcpt("R$*\t\t$: $&s", "R$* partner.example\t$#OK")]),
    Case("own rule trusts an unverified pointer", "claims a name of 'example.test'",
         features=[local_check_rcpt("R$*\t\t$: $&{client_ptr}", "R$* . example . test\t$#OK")]),
    Case("own rule trusts a sender", "writes the sender 'someone@example.test'",
         features=[local_check_rcpt("R$*\t\t$: $&f", "R$* @ example.test\t$#OK")]),
    Case("own rule has second thoughts, the rest is open", "any client",
         features=[feature("promiscuous_relay"), local_check_rcpt('R$*\t\t$#error $@ 4.7.1 $: "451 greylisted"')]),
    Case("one user everywhere", "to 'postmaster' in every domain", access="To:postmaster@ RELAY\n",
         access_arguments="relaytofulladdress"),
    Case("the null sender", "the null sender",
         features=[local_check_rcpt("R$*\t\t$: <$&f>", "R<<>>\t$#OK", "R<>\t$#OK")]),
]

CLOSED = [
    Case("nothing but the defaults"),
    Case("Debian's own access", access=DEBIAN_ACCESS, access_arguments="skip",
         features=[feature("delay_checks", "friend", "n"), feature("greet_pause", "1000"), feature("conncontrol", "nodelay", "terminate"),
                   feature("ratecontrol", "nodelay", "terminate")]),
    Case("loopback and private networks",
         access="127.0.0.1 RELAY\n127 RELAY\nlocalhost RELAY\n10 RELAY\nConnect:192.168 RELAY\nConnect:172.16 RELAY\n"
                "Connect:IPv6:::1 RELAY\nConnect:IPv6:fe80 RELAY\nConnect:IPv6:fd00 RELAY\n0 RELAY\n"),
    Case("one's own public networks", access="203.0.113 RELAY\n198.51.100.7 RELAY\nConnect:81.37 RELAY\nConnect:IPv6:2001:db8 RELAY\n"),
    Case("private top-level domains", access="lan RELAY\nConnect:internal RELAY\nlocaldomain RELAY\n"),
    Case("partner in access", access="partner.example RELAY\nConnect:mx.other.example RELAY\n"),
    Case("partner below a registry's domain", access="example.co.uk RELAY\nTo:example.com.br RELAY\npartner.com RELAY\n"),
    Case("partner in class R", relay_domains=["partner.example", "10.1"]),
    Case("backup MX", access="To:backup.example RELAY\nTo:boss@other.example RELAY\n"),
    Case("subdomains by a dot", access=".partner.example RELAY\n", features=[feature("lookupdotdomain")]),
    Case("hosts only", access="partner.example RELAY\n", features=[feature("relay_hosts_only")]),
    Case("the whole own domain", features=[feature("relay_entire_domain")]),
    Case("From: entries that count for nothing", access="From:partner.example RELAY\nFrom:com RELAY\n"),
    Case("relay_mail_from with no entry", access="From:partner.example OK\n", features=[feature("relay_mail_from", "domain")]),
    Case("senders unresolvable and unqualified", features=[feature("accept_unresolvable_domains"), feature("accept_unqualified_senders")]),
    Case("percent and bang are not special", features=[feature("nopercenthack", "nospecial"), feature("nouucp", "nospecial")]),
    Case("percent and bang are rejected", access="partner.example RELAY\n",
         features=[feature("nopercenthack", "reject"), feature("nouucp", "reject")]),
    Case("loose check without partners", features=[feature("loose_relay_check")]),
    Case("authentication", features=["TRUST_AUTH_MECH(`LOGIN PLAIN')dnl", "define(`confAUTH_MECHANISMS', `LOGIN PLAIN')dnl",
                                     "define(`confAUTH_OPTIONS', `A p y')dnl"]),
    Case("smart host", features=["define(`SMART_HOST', `smtp.provider.example')dnl"]),
    Case("mail hub", features=["define(`MAIL_HUB', `hub.example.test')dnl"]),
    Case("local relay", features=["define(`LUSER_RELAY', `hub.example.test')dnl", "define(`LOCAL_RELAY', `hub2.example.test')dnl"]),
    Case("names as they are", features=[feature("nocanonify"), feature("use_client_ptr"), feature("always_add_domain")]),
    Case("no delivery of subdomains' mail to strangers", local_hosts=["example.com", "mail.example.com", "example.co.uk"]),
    Case("blocklist", access="To:spam@example.test REJECT\nbad.example REJECT\nSpam:x@ FRIEND\n",
         features=[feature("blocklist_recipients"), feature("delay_checks", "friend")]),
    Case("own rule refuses what the rest would accept",
         features=[feature("promiscuous_relay"), local_check_rcpt('R$*\t\t$#error $@ 5.7.1 $: "550 no"')]),
]


@pytest.fixture(scope="module")
def tree():
    return SendmailTree.get()


def relay_keys(access):
    entries = (line.rsplit(None, 1) for line in access.splitlines())
    return [key for key, value in entries if value == "RELAY"]


def write_case(tree, place, case):
    place.mkdir(parents=True, exist_ok=True)
    features = list(case.features)
    mc_first = [f"RELAY_DOMAIN(`{' '.join(case.relay_domains)}')dnl"] if case.relay_domains else []
    text = place / "access"
    text.write_text(case.access, encoding="ascii")
    if case.access or any("access" in line or "blocklist" in line for line in features):
        mc_first.insert(0, f"FEATURE(`access_db', `hash -T<TMPF> {text}', `{case.access_arguments}')dnl")
    if case.local_hosts:
        mc_first.append(f"LOCAL_DOMAIN(`{' '.join(case.local_hosts)}')dnl")
    # What belongs behind the mailers (LOCAL_CONFIG, LOCAL_RULESETS) m4 puts where it must be.
    cf = tree.write_cf(place, features=mc_first + features)
    subprocess.run([tree.makemap, "-C", cf, "hash", text], input=case.access.encode(), check=True, capture_output=True)
    return cf


def guard(tree, cf, case):
    asked = [f"w {name}" for name in ["mail.example.test", "localhost", "[127.0.0.1]", *case.local_hosts]]
    asked += [f"R {name}" for name in case.relay_domains] + [f"key {key}" for key in relay_keys(case.access)]
    told = subprocess.run([helper("ask-sendmail"), tree.sendmail, cf, "relay"], input="\n".join(asked) + "\n",
                          capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout.splitlines(), int(re.search(r"took (\d+) us", told.stderr)[1])


@pytest.mark.parametrize("case", OPEN, ids=lambda case: case.name)
def test_an_open_relay_is_found(tree, directory, case):  # noqa: F811
    cf = write_case(tree, directory / re.sub(r"\W", "-", case.name), case)
    openings, _ = guard(tree, cf, case)
    sentences = [line.split("\t")[1] for line in openings]
    assert any(case.says in sentence for sentence in sentences), sentences
    assert len(sentences) <= 12, sentences  # a list that a person can read
    assert all("sendmail says" in sentence and "; " in sentence for sentence in sentences)


@pytest.mark.parametrize("case", CLOSED, ids=lambda case: case.name)
def test_a_closed_relay_is_not_suspected(tree, directory, case):  # noqa: F811
    cf = write_case(tree, directory / re.sub(r"\W", "-", case.name), case)
    openings, microseconds = guard(tree, cf, case)
    assert openings == []
    print(f"{case.name}: {microseconds / 1000:.0f} ms")


def test_a_map_that_does_not_open_is_no_proof(tree, directory):  # noqa: F811
    case = Case("absent map", access="partner.example RELAY\n")
    place = directory / "absent"
    cf = write_case(tree, place, case)
    (place / "access.db").unlink()
    told = subprocess.run([helper("ask-sendmail"), tree.sendmail, cf, "relay"], input="", capture_output=True, text=True,
                          check=False)
    assert told.returncode == 1 and "cannot be told" in told.stderr and "451" in told.stderr, told.stderr


def test_many_entries_are_asked_in_time(tree, directory):  # noqa: F811
    case = Case("many", access="".join(f"customer{n}.example RELAY\n" for n in range(3000)),
                local_hosts=[f"domain{n}.test" for n in range(200)])
    cf = write_case(tree, directory / "many", case)
    openings, microseconds = guard(tree, cf, case)
    assert openings == []
    print(f"3,000 RELAY entries, 200 local domains: {microseconds / 1e6:.1f} s")
    assert microseconds < 30e6
