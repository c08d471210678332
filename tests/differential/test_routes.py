# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""daemon/m4/routes.m4 and route-mailers.m4 in a real sendmail: which way mail leaves, and what a relay must show for it.

Mail is really delivered, to recording relays (tests/system/relays.py) in a network and a DNS of the test's own.
"""

import base64
import contextlib
import os
import pathlib
import re
import smtplib
import ssl
import subprocess
import tempfile

import pytest

import sendmail_tree
from island import Island, wait_until
from relays import Authority, Relay
from sendmail_tree import SendmailTree
from test_mc import NAMES, build, cf_dir, difference, text_of  # noqa: F401 (a fixture)

M4 = pathlib.Path(__file__).resolve().parents[2] / "daemon/m4"

# TEST-NET-2: not loopback, where less is demanded.
SMART, TWO, EVIL, FAR, NOBODY = (f"198.51.100.{n}" for n in (2, 3, 4, 5, 9))
HOSTS = {"smart.example.net": SMART, "two.example.net": TWO, "evil.example.org": EVIL, "mx.far.example": FAR,
         "nobody.example.net": NOBODY}
CNAMES = {"forged.example.net": "evil.example.org"}
MX = {"far.example": "mx.far.example", "trap.example": "smart.example.net"}

LOCAL = "local.example.test"
USER, PASSWORD = "alice", "correct horse"
AUTHINFO = f'"U:{USER}" "I:{USER}" "P={base64.b64encode(PASSWORD.encode()).decode()}" "M:PLAIN LOGIN"'

# Short, for what hangs must end within the test.
TIMEOUTS = [f"define(`confTO_{name}', `2s')dnl" for name in ("ICONNECT", "CONNECT", "INITIAL", "HELO", "MAIL", "RCPT", "COMMAND",
                                                             "STARTTLS", "AUTH", "QUIT")]


class Sendmail:
    """A configuration with routes, its maps and its queue."""

    def __init__(self, tree, island, place, authority, features=(), before=(), after="", privacy="authwarnings"):
        self.tree, self.island, self.place = tree, island, place
        place.mkdir(parents=True)
        self.mailbox = place / "mailbox"
        self.mailbox.touch()
        self.mailbox.chmod(0o666)
        script = place / "deliver"
        script.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$1\" >> {self.mailbox}\nexec cat >> {self.mailbox}\n", encoding="ascii")
        script.chmod(0o755)
        self.route({})
        self.authinfo({})
        (place / "aliases").write_text("postmaster: root\nforward: x@far.example\n", encoding="ascii")
        self.cf = write_cf(tree, place, [
            *TIMEOUTS, *before,
            f"define(`confCACERT', `{authority.path}')dnl", f"define(`confCACERT_PATH', `{place}')dnl",
            *features, *includes(place)], after, local_hosts=[LOCAL], privacy=privacy,
            local_mailer=script, local_arguments="deliver $u")
        (place / "service.switch").write_text("hosts\tdns files\naliases\tfiles\npasswd\tfiles\n", encoding="ascii")
        subprocess.run([tree.sendmail, "-C", self.cf, "-bi"], check=True, capture_output=True)

    def table(self, name, rows):
        """A map, written in place, with an mtime that is later in whole seconds, which open sessions look for."""
        path = self.place / f"{name}.db"
        before = path.stat().st_mtime if path.exists() else 0
        text = "".join(f"{key}\t{value}\n" for key, value in rows.items())
        subprocess.run([self.tree.makemap, "-C", "/dev/null", "hash", self.place / name], input=text, text=True, check=True,
                       capture_output=True)
        os.utime(path, (max(path.stat().st_mtime, before + 1),) * 2)

    def route(self, rows):
        self.table("msroute", rows)

    def authinfo(self, rows):
        self.table("msauth", rows)
        (self.place / "msauth.db").chmod(0o600)

    def sendmail(self, *words, input="", **others):
        return subprocess.run(self.island.command(self.tree.sendmail, "-C", self.cf, *words), input=input, text=True,
                              capture_output=True, timeout=60, check=False, **others)

    def send(self, *recipients, sender="bob@example.org", subject="hello"):
        """Hands a message over and tries to deliver it at once; what sendmail said."""
        return self.sendmail("-odi", "-oi", "-oem", "-f", sender, "--", *recipients,
                             input=f"From: {sender}\nTo: someone@far.example\nSubject: {subject}\n\ntext\n")

    def run_queue(self):
        return self.sendmail("-qf")  # in the foreground: back when it is done

    def queue(self):
        """{recipient: why it still waits}."""
        waiting = {}
        for path in (self.place / "queue").glob("qf*"):
            lines = path.read_text(encoding="latin-1").splitlines()
            why = " ".join(line[1:] for line in lines if line.startswith("M"))
            for line in lines:
                if line.startswith("R"):
                    waiting[line.partition(":")[2].strip("<>")] = why
        return waiting

    def clear(self):
        for path in (self.place / "queue").iterdir():
            path.unlink()
        self.mailbox.write_text("")

    def ask(self, *lines):
        """What -bt prints."""
        return self.sendmail("-bt", input="\n".join(lines) + "\n").stdout

    def parse(self, sender, recipient):
        """mailer, host of the triple; or the error."""
        told = self.ask(f".Df{sender}", f"3,0 {recipient}")
        triple = re.findall(r"^parse\s+returns: (.*)$", told, re.M)[-1]
        if found := re.fullmatch(r"\$# (\S+) \$@ (.*) \$: .*", triple):
            return found[1], re.sub(r" ?([.:\[\]]) ?", r"\1", found[2]).strip()
        return (re.fullmatch(r"\$# (\S+) \$: .*", triple)[1], "")

    @contextlib.contextmanager
    def daemon(self):
        process = subprocess.Popen(self.island.command(self.tree.sendmail, "-C", self.cf, "-bD"), stdout=subprocess.DEVNULL)
        try:
            def greets():
                with contextlib.suppress(OSError):
                    return self.session()
                return None
            wait_until(greets, "the daemon greets").quit()
            yield
        finally:
            process.terminate()
            process.wait()

    def session(self, address="127.0.0.1"):
        return _Session(self.island, address)


class _Session(smtplib.SMTP):
    def __init__(self, island, address):
        self._island = island
        super().__init__(address, 2500, "client.example.test", 20)
        self.ehlo_or_helo_if_needed()

    def _get_socket(self, host, port, timeout):
        return self._island.connect(host, port, None if host == "127.0.0.1" else host)


def includes(place):
    return [f"define(`confMAILSTACK_ROUTE_MAP', `{place}/msroute')dnl", f"define(`confMAILSTACK_AUTHINFO_MAP', `{place}/msauth')dnl",
            f"include(`{M4}/routes.m4')dnl"]


def write_cf(tree, place, features, after="", **others):
    """write_cf of the tree, with lines after MAILER(`smtp')."""
    present = sendmail_tree.MC
    sendmail_tree.MC = present.replace("Addr=127.0.0.1, ", "") + f"include(`{M4}/route-mailers.m4')dnl\n" + after
    try:
        return tree.write_cf(place, features=features, port=2500, **others)
    finally:
        sendmail_tree.MC = present


@pytest.fixture(scope="module")
def tree():
    return SendmailTree.get()


@pytest.fixture(scope="module")
def place():
    with tempfile.TemporaryDirectory(prefix="mailstack-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as made:
        os.chmod(made, 0o755)
        yield pathlib.Path(made)


@pytest.fixture(scope="module")
def island(place):
    with Island(place / "island", [SMART, TWO, EVIL, FAR, NOBODY], HOSTS, CNAMES, MX) as made:
        yield made


@pytest.fixture(scope="module")
def authority(place):
    return Authority(place / "authority")


@pytest.fixture(scope="module")
def certificates(authority):
    """Of the outcomes of TLS; made once."""
    return {
        "right": authority.certificate("smart.example.net", common_name="Relay Service"),
        "right by common name": authority.certificate(common_name="smart.example.net"),
        "wildcard": authority.certificate("*.example.net", common_name="Relay Service"),
        "expired": authority.certificate("smart.example.net", expired=True),
        "wrong name": authority.certificate("other.example.net"),
        "wildcard of the parent": authority.certificate("*.net"),
        "self-signed": authority.certificate("smart.example.net", self_signed=True),
        "two": authority.certificate("two.example.net"),
        "evil": authority.certificate("evil.example.org"),
        "forged": authority.certificate("forged.example.net"),
        "address": authority.certificate(SMART, common_name=SMART),
    }


@pytest.fixture(scope="module")
def shared(tree, island, place, authority):
    return Sendmail(tree, island, place / "shared", authority)


@pytest.fixture
def mta(shared):
    shared.clear()
    shared.route({})
    shared.authinfo({})
    return shared


@pytest.fixture
def relay(island):
    """relay(address, port, ...): one that ends with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda address, port=587, **others: stack.enter_context(Relay(listener=island.listen(address, port), **others))


# -- which way ---------------------------------------------------------------------------------------------------------

ROUTES = {
    ".": "relay587:[smart.example.net]",
    "sas@example.org": "relay25:[two.example.net]",
    "@example.org": "hold:held",
    "direct@example.org": "direct:direct",
    "@example.com": "relay2525:[192.0.2.9]",
    "six@example.com": "relay587:[IPv6:2001:db8::1]",
    "@mail.example.test": "direct:direct",
}

SMART_HOST, HOLD, TO_TWO = ("relay587", "[smart.example.net]"), ("hold", "held"), ("relay25", "[two.example.net]")

PAIRS = [(sender, recipient, way)
         for sender, far, literal in [
             ("x@elsewhere.example", SMART_HOST, SMART_HOST), ("<>", SMART_HOST, SMART_HOST),
             ("x@sub.example.org", SMART_HOST, SMART_HOST),
             ("sas@example.org", TO_TWO, TO_TWO), ("SAS@Example.ORG", TO_TWO, TO_TWO), ("<sas@example.org>", TO_TWO, TO_TWO),
             ("sas@example.org.", TO_TWO, TO_TWO),
             ("other@example.org", HOLD, HOLD), ("sas+list@example.org", HOLD, HOLD),
             ("direct@example.org", ("esmtp", "far.example."), ("esmtp", "[192.0.2.7]")),
             ("y@example.com", ("relay2525", "[192.0.2.9]"), ("relay2525", "[192.0.2.9]")),
             ("six@example.com", ("relay587", "[IPv6:2001:db8::1]"), ("relay587", "[IPv6:2001:db8::1]")),
             ("root", ("esmtp", "far.example."), ("esmtp", "[192.0.2.7]"))]
         for recipient, way in [("a@far.example", far), ("a@[192.0.2.7]", literal), (f"a@{LOCAL}", ("local", "")), ("root", ("local", "")),
                                ("a@table.example", ("smtp8", "[there.example]"))]]


def test_the_rules_choose_by_sender_and_recipient(tree, island, place, authority):
    mta = Sendmail(tree, island, place / "pairs", authority, features=[f"FEATURE(`mailertable', `hash {place}/pairs/mailertable')dnl"])
    mta.table("mailertable", {"table.example": "smtp8:[there.example]"})
    mta.route(ROUTES)
    told = mta.ask(*(line for sender, recipient, _ in PAIRS for line in (f".Df{sender}", f"3,0 {recipient}")))
    triples = [line for line in re.findall(r"^parse\s+returns: (.*)$", told, re.M)]
    assert len(triples) == len(PAIRS)
    for (sender, recipient, (mailer, host)), triple in zip(PAIRS, triples):
        assert re.sub(r"\s", "", triple).startswith(f"$#{mailer}" + (f"$@{host}" if host else "") + "$:"), (sender, recipient, triple)


def test_no_key_is_direct(mta):
    assert mta.parse("x@example.org", "a@far.example") == ("esmtp", "far.example.")


def test_smart_host_of_the_mc_is_where_no_route_says(tree, island, place, authority):
    mta = Sendmail(tree, island, place / "smart-host", authority, before=["define(`SMART_HOST', `[old.example.net]')dnl"])
    assert mta.parse("x@example.org", "a@far.example") == ("relay", "[old.example.net]")
    mta.route({".": "direct:direct", "sas@example.org": "relay25:[two.example.net]"})
    assert mta.parse("x@example.org", "a@far.example") == ("esmtp", "far.example.")
    assert mta.parse("sas@example.org", "a@far.example") == TO_TWO
    mta.route({"direct@example.org": "direct:direct"})
    assert mta.parse("direct@example.org", "a@far.example") == ("esmtp", "far.example.")


def test_rules_of_the_user_before_the_include_come_first(tree, island, place, authority):
    def rule(host, to):
        return f"R$* < @ {host} $* > $*\t$#smtp8 $@ {to} $: $1 < @ {host} > $3"
    mta = Sendmail(tree, island, place / "local-rules", authority, features=[
        "LOCAL_RULE_0", rule("early.example", "one"), "LOCAL_NET_CONFIG", rule("near.example", "two")],
        after="\n".join(["LOCAL_RULE_0", rule("late.example", "three"), "LOCAL_NET_CONFIG", rule("far.example", "four"), ""]))
    mta.route({".": "relay587:[smart.example.net]"})
    assert [mta.parse("x@example.org", f"a@{host}") for host in
            ("early.example", "near.example", "late.example", "far.example", "[192.0.2.7]")] == [
                ("smtp8", "one"), ("smtp8", "two"), ("smtp8", "three"), SMART_HOST, SMART_HOST]
    mta.route({})
    assert mta.parse("x@example.org", "a@far.example") == ("smtp8", "four")


def test_a_mailer_that_the_process_does_not_know_is_a_temporary_failure(mta):
    mta.route({".": "relay26:[smart.example.net]"})
    assert mta.parse("x@example.org", "a@far.example") == ("error", "4.3.5")
    mta.send("a@far.example")
    assert "does not know the mailer of the route" in mta.queue()["a@far.example"]
    mta.route({".": "nonsense"})
    assert mta.parse("x@example.org", "a@far.example") == ("error", "4.3.5")


def test_ports_of_the_mc_have_their_mailers(tree, island, place, authority, relay):
    mta = Sendmail(tree, island, place / "ports", authority, before=["define(`confMAILSTACK_PORTS', ` 26  10025 587')dnl"])
    mta.route({".": "relay10025:[smart.example.net]"})
    smart = relay(SMART, 10025)
    mta.send("a@far.example")
    assert [message["recipients"] for message in smart.messages] == [["a@far.example"]]


# -- real delivery -----------------------------------------------------------------------------------------------------

def test_mail_of_each_sender_arrives_by_its_route(mta, relay):
    mta.route(ROUTES)
    smart, two, far = relay(SMART), relay(TWO, 25), relay(FAR, 25)
    for sender in ("x@elsewhere.example", "sas@example.org", "other@example.org", "direct@example.org", "<>"):
        mta.send("a@far.example", f"root@{LOCAL}", sender=sender, subject=f"of {sender}")
    assert [m["sender"] for m in smart.messages] == ["x@elsewhere.example", ""]
    assert [m["sender"] for m in two.messages] == ["sas@example.org"]
    assert [m["sender"] for m in far.messages] == ["direct@example.org"]
    assert list(mta.queue()) == ["a@far.example"]
    assert mta.mailbox.read_text().count("Subject: of ") == 5
    assert all("MAILER-DAEMON" not in m["text"] for m in smart.messages)


def test_an_address_literal_goes_by_the_route_too(mta, relay):
    mta.route({".": "relay587:[smart.example.net]"})
    smart, far = relay(SMART), relay(FAR, 25)
    mta.send(f"a@[{FAR}]")
    assert [m["recipients"] for m in smart.messages] == [[f"a@[{FAR}]"]] and not far.connections
    mta.route({})
    mta.send(f"a@[{FAR}]")
    assert [m["recipients"] for m in far.messages] == [[f"a@[{FAR}]"]]


def test_held_mail_waits_without_an_attempt_and_goes_once_the_map_says_where(mta, relay):
    mta.route({".": "hold:held"})
    smart, far, nowhere = relay(SMART), relay(FAR, 25), relay("127.0.0.1", 1)
    mta.send("a@far.example", f"root@{LOCAL}", "forward", subject="held")
    assert set(mta.queue()) == {"a@far.example", "x@far.example"}
    assert mta.mailbox.read_text().count("Subject: held") == 1
    mta.run_queue()
    assert set(mta.queue()) == {"a@far.example", "x@far.example"} and not nowhere.connections
    mta.route({".": "relay587:[smart.example.net]"})
    mta.run_queue()
    assert not mta.queue() and not far.connections
    assert sorted(r for m in smart.messages for r in m["recipients"]) == ["a@far.example", "x@far.example"]


# -- what a relay must show ----------------------------------------------------------------------------------------

NOT_VOUCHED, NOT_NAMED, NO_TLS, A_CNAME = ("no known authority vouches", "does not name smart.example.net", "demands TLS", "a CNAME")

OUTCOMES = [  # what the relay shows; with the demand encrypted; verified: None where mail passes, or why it waits
    ("right", None, None), ("right by common name", None, None), ("wildcard", None, None),
    ("expired", None, NOT_VOUCHED), ("self-signed", None, NOT_VOUCHED),
    ("wrong name", None, NOT_NAMED), ("wildcard of the parent", None, NOT_NAMED), ("evil", None, NOT_NAMED),
    ("no STARTTLS", NO_TLS, NO_TLS), ("STARTTLS fails", NO_TLS, NO_TLS), ("no handshake", "TLS", "TLS"),
]


@pytest.mark.parametrize("demand", ["none", "encrypted", "verified", "misspelt"])
@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome[0])
def test_mail_and_credentials_only_where_the_demand_is_met(mta, relay, certificates, outcome, demand):
    shown, encrypted, verified = outcome
    answers = {"STARTTLS fails": {"starttls": "454 4.7.0 not now"}, "no handshake": {"starttls": "220 go ahead\r\nno handshake"}}
    smart = relay(SMART, certificate=certificates.get(shown, None if shown == "no STARTTLS" else certificates["right"]),
                  user=USER, password=PASSWORD, auth_in_clear=True, answers=answers.get(shown))
    mta.route({".": "relay587:[smart.example.net]", "tls:[smart.example.net]": demand})
    mta.authinfo({} if demand == "none" else {"[smart.example.net]": AUTHINFO})
    mta.send("a@far.example")
    why = {"none": None, "encrypted": encrypted, "verified": verified, "misspelt": "unknown TLS demand"}[demand]
    if shown == "no handshake":
        why = "TLS"
    if why:
        assert why in mta.queue()["a@far.example"]
        assert not smart.messages and not smart.credentials and not smart.log.events("rcpt")
    else:
        assert not mta.queue()
        assert [(m["tls"], m["user"]) for m in smart.messages] == [(shown not in ("no STARTTLS", "STARTTLS fails"),
                                                                    "" if demand == "none" else USER)]


@pytest.mark.parametrize("demand,shown,why", [
    ("encrypted", "evil", A_CNAME), ("encrypted", "forged", A_CNAME), ("verified", "evil", "does not name forged.example.net"),
    ("verified", "right", "does not name forged.example.net"), ("verified", "forged", None)])
def test_a_cname_gets_nothing_unless_the_certificate_names_the_route(mta, relay, certificates, demand, shown, why):
    evil = relay(EVIL, certificate=certificates[shown], user=USER, password=PASSWORD)
    mta.route({".": "relay587:[forged.example.net]", "tls:[forged.example.net]": demand})
    mta.authinfo({"[forged.example.net]": AUTHINFO, "[evil.example.org]": AUTHINFO.replace(USER, "mallory")})
    mta.send("a@far.example")
    if why:
        assert why in mta.queue()["a@far.example"] and not evil.credentials and not evil.messages
    else:
        assert [m["user"] for m in evil.messages] == [USER] and not mta.queue()


@pytest.mark.parametrize("demand,shown,passes", [("encrypted", "right", True), ("verified", "right", False), ("verified", "address", True)])
def test_a_route_to_an_address(mta, relay, certificates, demand, shown, passes):
    smart = relay(SMART, certificate=certificates[shown], user=USER, password=PASSWORD)
    mta.route({".": f"relay587:[{SMART}]", f"tls:[{SMART}]": demand})
    mta.authinfo({f"[{SMART}]": AUTHINFO})
    mta.send("a@far.example")
    assert [m["user"] for m in smart.messages] == ([USER] if passes else []) and bool(mta.queue()) is not passes


# -- credentials -------------------------------------------------------------------------------------------------------

UNAUTHENTICATED = "did not take the credentials of the route, or does not offer AUTH"


def demand(mta, host="smart.example.net", value="verified"):
    mta.route({".": f"relay587:[{host}]", f"tls:[{host}]": value})
    mta.authinfo({f"[{host}]": AUTHINFO})


@pytest.mark.parametrize("mechanisms,password,answers,why", [
    ("PLAIN LOGIN", PASSWORD, {}, None), ("LOGIN", PASSWORD, {}, None), ("CRAM-MD5 PLAIN", PASSWORD, {}, None),
    ("PLAIN LOGIN", "another", {}, UNAUTHENTICATED), ("LOGIN", "another", {}, UNAUTHENTICATED),
    ("CRAM-MD5", PASSWORD, {}, "emporary AUTH failure"), ("", PASSWORD, {}, UNAUTHENTICATED),
    ("PLAIN", PASSWORD, {"auth": "454 4.7.0 later"}, "emporary"), ("PLAIN", PASSWORD, {"auth": ""}, "")])
@pytest.mark.parametrize("strict", ["", "rcpt"])
def test_mail_waits_where_the_relay_does_not_take_the_credentials(mta, relay, certificates, mechanisms, password, answers, why, strict):
    smart = relay(SMART, certificate=certificates["right"], mechanisms=mechanisms, user=USER, password=password, answers=answers,
                  demand_auth=strict)
    demand(mta)
    mta.send("a@far.example", "b@far.example")
    assert all(tried["tls"] for tried in smart.credentials)
    if why is None:
        assert [(m["user"], m["recipients"]) for m in smart.messages] == [(USER, ["b@far.example", "a@far.example"])] and not mta.queue()
    else:
        assert not smart.messages and set(mta.queue()) == {"a@far.example", "b@far.example"}
        assert all(why in reason for reason in mta.queue().values())
        assert not smart.log.events("rcpt")
        smart.mechanisms, smart.password, smart.answers = ("PLAIN",), PASSWORD, {}
        mta.run_queue()
        assert [m["user"] for m in smart.messages] == [USER] and not mta.queue()


def taking_mail(tree, island, where, authority, certificates):
    """A configuration whose daemon has TLS and AUTH for who hands over mail, and delivers in that very process."""
    chain, key = certificates["two"]
    return Sendmail(tree, island, where, authority, before=[
        "define(`confDELIVERY_MODE', `interactive')dnl", "FEATURE(`promiscuous_relay')dnl", "FEATURE(`accept_unresolvable_domains')dnl",
        "define(`confAUTH_MECHANISMS', `ANONYMOUS')dnl", f"define(`confSERVER_CERT', `{chain}')dnl", f"define(`confSERVER_KEY', `{key}')dnl"])


def test_that_the_sender_authenticated_to_us_counts_for_nothing_at_the_relay(tree, island, place, authority, relay, certificates):
    mta = taking_mail(tree, island, place / "authenticated", authority, certificates)
    smart = relay(SMART, certificate=certificates["right"], mechanisms="", user=USER, password=PASSWORD)
    demand(mta)
    with mta.daemon(), mta.session() as session:
        session.starttls(context=ssl._create_unverified_context())
        session.ehlo()
        assert session.docmd("AUTH", "ANONYMOUS Ym9i")[0] == 235
        session.sendmail("bob@example.org", ["a@far.example"], "Subject: authenticated\r\n\r\ntext\r\n")
        assert not smart.messages and UNAUTHENTICATED in mta.queue()["a@far.example"]
        # The session with the relay is kept, and used again.
        session.sendmail("bob@example.org", ["b@far.example"], "Subject: again\r\n\r\ntext\r\n")
        assert not smart.messages and UNAUTHENTICATED in mta.queue()["b@far.example"] and smart.sessions == 1


def test_a_kept_session_without_tls_is_not_used_for_a_route_that_now_demands_it(tree, island, place, authority, relay, certificates):
    mta = taking_mail(tree, island, place / "kept-session", authority, certificates)
    two = relay(TWO)
    mta.route({".": "relay587:[two.example.net]"})
    with mta.daemon(), mta.session() as session:
        session.starttls(context=ssl._create_unverified_context())
        session.ehlo()
        for recipient in ("a@far.example", "b@far.example"):
            session.sendmail("bob@example.org", [recipient], "Subject: in clear\r\n\r\ntext\r\n")
            mta.route({".": "relay587:[two.example.net]", "tls:[two.example.net]": "encrypted"})
        assert [m["recipients"] for m in two.messages] == [["a@far.example"]] and two.sessions == 1
        assert NO_TLS in mta.queue()["b@far.example"]


@pytest.mark.parametrize("mechanisms,waits", [("PLAIN LOGIN", False), ("", False), ("PLAIN LOGIN XOAUTH2", True)])
def test_what_a_relay_does_that_refuses_the_sender_already(mta, relay, certificates, mechanisms, waits):
    """The limit: no rule set is asked between AUTH and MAIL, so a 530 there returns the mail. It is refused, never sent."""
    smart = relay(SMART, certificate=certificates["right"], mechanisms=mechanisms, user=USER, password="another", demand_auth="mail")
    demand(mta)
    mta.authinfo({"[smart.example.net]": AUTHINFO.replace("PLAIN LOGIN", "PLAIN LOGIN XOAUTH2 OAUTHBEARER")})
    mta.send("a@far.example", sender=f"root@{LOCAL}")
    assert not smart.messages and all(tried["tls"] for tried in smart.credentials)
    assert bool(mta.queue()) is waits and ("530 5.7.0" in mta.mailbox.read_text()) is not waits


def test_credentials_go_to_no_other_route(mta, relay, certificates):
    two = relay(TWO, certificate=certificates["two"], user=USER, password=PASSWORD)
    mta.authinfo({"[smart.example.net]": AUTHINFO})
    for value in ("none", "encrypted", "verified"):
        mta.route({".": "relay587:[two.example.net]", "tls:[smart.example.net]": "verified", "tls:[two.example.net]": value})
        mta.send("a@far.example")
    assert [m["user"] for m in two.messages] == ["", "", ""] and not two.credentials


@pytest.mark.parametrize("value", ["none", "encrypted", "verified"])
def test_credentials_do_not_go_with_mail_to_a_domain_whose_mail_exchanger_is_the_relay(mta, relay, certificates, value):
    exchanger = relay(SMART, 25, certificate=certificates["right"], user=USER, password=PASSWORD, auth_in_clear=True)
    mta.authinfo({"[smart.example.net]": AUTHINFO})
    mta.route({"tls:[smart.example.net]": value})
    mta.send("a@trap.example", "a@smart.example.net", f"a@[{SMART}]")
    assert sum(len(m["recipients"]) for m in exchanger.messages) == 3 and not exchanger.credentials


def test_credentials_go_in_clear_to_loopback_only(mta, relay, island):
    mta.route({".": "relay587:[smart.example.net]"})
    mta.authinfo({"[smart.example.net]": AUTHINFO, "[127.0.0.1]": AUTHINFO})
    smart = relay(SMART, user=USER, password=PASSWORD, auth_in_clear=True)
    mta.send("a@far.example")
    assert not smart.credentials and not smart.messages and UNAUTHENTICATED in mta.queue()["a@far.example"]
    near = relay("127.0.0.1", user=USER, password=PASSWORD, auth_in_clear=True)
    mta.route({".": "relay587:[127.0.0.1]"})
    mta.run_queue()
    assert [(m["user"], m["tls"]) for m in near.messages] == [(USER, False)] and not mta.queue()


@pytest.mark.parametrize("kind", ["access", "authinfo"])
def test_the_user_s_own_credentials_go_on_working(tree, island, place, authority, relay, certificates, kind):
    where = place / f"own-{kind}"
    feature = {"access": f"FEATURE(`access_db', `hash -T<TMPF> {where}/own')dnl", "authinfo": f"FEATURE(`authinfo', `hash {where}/own')dnl"}
    mta = Sendmail(tree, island, where, authority, features=[feature[kind]])
    mta.table("own", {f"AuthInfo:{host}": '"U:carol" "P:own" "M:PLAIN"' for host in ("mx.far.example", "smart.example.net", "two.example.net")})
    far = relay(FAR, 25, user="carol", password="own", auth_in_clear=True)
    smart = relay(SMART, certificate=certificates["right"], user=USER, password=PASSWORD)
    two = relay(TWO, certificate=certificates["two"], user="carol", password="own")
    mta.send("a@far.example")
    assert [m["user"] for m in far.messages] == ["carol"]
    demand(mta)
    mta.send("a@far.example")
    assert [m["user"] for m in smart.messages] == [USER] and {tried["user"] for tried in smart.credentials} == {USER}
    demand(mta, "two.example.net")
    mta.authinfo({})  # a relay that mailstack has no credentials for
    mta.send("a@far.example")
    assert [m["user"] for m in two.messages] == ["carol"]


def test_an_own_demand_of_the_user_holds_as_well(tree, island, place, authority, relay, certificates):
    where = place / "own-demand"
    mta = Sendmail(tree, island, where, authority, features=[f"FEATURE(`access_db', `hash -T<TMPF> {where}/own')dnl"],
                   after="LOCAL_TLS_SERVER\nR$*\t$@ OK\nLOCAL_TLS_RCPT\nR$*\t$@ OK\n")
    smart = relay(SMART, certificate=certificates["expired"])
    mta.table("own", {"TLS_Srv:smart.example.net": "VERIFY:128"})
    mta.route({".": "relay587:[smart.example.net]", "tls:[smart.example.net]": "encrypted"})
    mta.send("a@far.example")
    assert "authentication failed" in mta.queue()["a@far.example"]
    mta.table("own", {})
    mta.route({".": "relay587:[smart.example.net]", "tls:[smart.example.net]": "verified"})
    mta.run_queue()
    assert NOT_VOUCHED in mta.queue()["a@far.example"] and not smart.messages


# -- relays that fail ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("answers", [None, {"greeting": Relay.HANG}, {"greeting": "421 4.3.2 closed"}, {"hello": ""}, {"mail": "450 4.1.8 later"},
                                     {"rcpt": "450 4.2.1 later"}, {"data": "451 4.3.0 later"}, {"message": "452 4.3.1 full"},
                                     {"message": ""}], ids=str)
def test_mail_waits_while_the_relay_is_away(mta, relay, answers):
    mta.route({".": "relay587:[smart.example.net]"})
    far = relay(FAR, 25)
    if answers:
        smart = relay(SMART, answers=answers)
    mta.send("a@far.example")
    assert list(mta.queue()) == ["a@far.example"] and not far.connections
    if answers:
        assert not smart.messages
        smart.answers = {}
    else:
        smart = relay(SMART)
    mta.run_queue()
    assert [m["recipients"] for m in smart.messages] == [["a@far.example"]] and not mta.queue()


@pytest.mark.parametrize("step", ["mail", "rcpt", "message"])
def test_mail_that_the_relay_refuses_returns_to_its_sender(mta, relay, step):
    mta.route({".": "relay587:[smart.example.net]"})
    smart = relay(SMART, answers={step: "550 5.7.1 not by us"})
    mta.send("a@far.example", sender=f"root@{LOCAL}")
    assert not smart.messages and not mta.queue()
    assert "550 5.7.1 not by us" in mta.mailbox.read_text()


@pytest.mark.parametrize("lost", ["msroute", "msauth"])
def test_without_a_map_mail_waits_and_goes_no_other_way(mta, relay, certificates, lost):
    demand(mta)
    smart = relay(SMART, certificate=certificates["right"], user=USER, password=PASSWORD)
    far = relay(FAR, 25)
    path = mta.place / f"{lost}.db"
    kept = path.rename(mta.place / "kept.db")
    mta.send("a@far.example", f"root@{LOCAL}")
    assert list(mta.queue()) == ["a@far.example"]
    assert not far.connections and not smart.messages and not smart.credentials
    assert mta.mailbox.read_text().count("Subject: hello") == 1
    kept.rename(path)
    mta.run_queue()
    assert [m["user"] for m in smart.messages] == [USER] and not mta.queue()


def test_no_map_is_optional(mta):
    declared = re.findall(r"^K(ms\w+) hash (.*)$", pathlib.Path(mta.cf).read_text(encoding="ascii"), re.M)
    assert declared == [("msroute", f"{mta.place}/msroute"), ("mscheck", f"-T<TMPF> {mta.place}/msroute"), ("msauth", f"-T<TMPF> {mta.place}/msauth")]


# -- the running daemon --------------------------------------------------------------------------------------------

DEBIAN_PRIVACY = "needmailhelo,needexpnhelo,needvrfyhelo,restrictqrun,restrictexpand,nobodyreturn,authwarnings"


def told(session):
    code, text = session.expn("mailstack.route")
    return code, text.decode()


def test_an_open_session_goes_by_the_new_route_and_says_so(tree, island, place, authority, relay):
    mta = Sendmail(tree, island, place / "daemon", authority, privacy=DEBIAN_PRIVACY,
                   before=["define(`confDELIVERY_MODE', `interactive')dnl", "FEATURE(`promiscuous_relay')dnl", "FEATURE(`accept_unresolvable_domains')dnl"])
    smart, two, far = relay(SMART), relay(TWO, 25), relay(FAR, 25)
    rows = [("relay587:[smart.example.net]", smart), ("relay25:[two.example.net]", two), ("direct:direct", far), (None, far)]
    with mta.daemon(), mta.session() as session:
        for value, expected in rows * 2:
            before = len(expected.messages)
            mta.route({".": value} if value else {})
            assert told(session) == (550, f"5.7.1 mailstack route: {'direct' if expected is far else value}")
            session.sendmail("bob@example.org", ["a@far.example"], "Subject: live\r\n\r\ntext\r\n")
            assert len(expected.messages) == before + 1


def test_strangers_are_told_nothing(tree, island, place, authority):
    mta = Sendmail(tree, island, place / "strangers", authority, privacy=DEBIAN_PRIVACY)
    mta.route({".": "relay587:[smart.example.net]"})
    with mta.daemon():
        with mta.session(FAR) as session:
            unknown = session.expn("mailstack.other")
            assert told(session) == (unknown[0], unknown[1].decode().replace("other", "route"))
        with mta.session() as session:
            assert told(session) == (550, "5.7.1 mailstack route: relay587:[smart.example.net]")
            assert session.expn("postmaster")[0] == 250


@pytest.mark.parametrize("features", [[], ["FEATURE(`delay_checks')dnl"]], ids=["", "delay_checks"])
def test_under_noexpn_the_sender_mailstack_route_is_answered(tree, island, place, authority, features):
    mta = Sendmail(tree, island, place / f"noexpn{len(features)}", authority, privacy="goaway", features=[
        *features, "FEATURE(`accept_unresolvable_domains')dnl", "FEATURE(`accept_unqualified_senders')dnl"])
    for value, says in [("hold:held", "hold:held"), ("direct:direct", "direct"), (None, "direct")]:
        mta.route({".": value} if value else {})
        with mta.daemon():
            with mta.session() as session:
                assert told(session)[0] == 502
                assert session.mail("mailstack.route") == (550, f"5.7.1 <mailstack.route>... mailstack route: {says}".encode())
                assert session.mail("mailstack.other")[0] == 250
            with mta.session(FAR) as session:
                assert session.mail("mailstack.route")[0] == 250
    (mta.place / "msroute.db").unlink()
    with mta.daemon(), mta.session() as session:
        assert session.mail("mailstack.route") == (451, b"4.3.0 mailstack route: the map cannot be read")


# -- in which sendmail.mc --------------------------------------------------------------------------------------------

ROUTES_M4, MAILERS_M4 = f"include(`{M4}/routes.m4')dnl", f"include(`{M4}/route-mailers.m4')dnl"


def make(tree, *lines):
    """m4's exit status, what it made, what it complained of."""
    text = "\n".join(["divert(0)dnl", f"include(`{tree.cf_dir}m4/cf.m4')dnl", "OSTYPE(`linux')dnl", *lines, ""])
    made = subprocess.run(["m4", f"-D_CF_DIR_={tree.cf_dir}", "-"], input=text, capture_output=True, text=True, check=False)
    return made.returncode, made.stdout, made.stderr


@pytest.mark.parametrize("lines,complaint", [
    ([ROUTES_M4, "MAILER(`local')dnl", "MAILER(`smtp')dnl"], "include route-mailers.m4 after the last MAILER"),
    (["MAILER(`local')dnl", "MAILER(`smtp')dnl", MAILERS_M4], "include routes.m4 before the first MAILER"),
    ([ROUTES_M4, "MAILER(`local')dnl", MAILERS_M4, "MAILER(`smtp')dnl"], "route-mailers.m4 needs MAILER(smtp) before it"),
    ([ROUTES_M4, ROUTES_M4, "MAILER(`local')dnl", "MAILER(`smtp')dnl", MAILERS_M4], "routes.m4 is included twice"),
    ([ROUTES_M4, "FEATURE(`nullclient', `hub.example.net')dnl", MAILERS_M4], "routes are not for FEATURE(nullclient)"),
    (["FEATURE(`nullclient', `hub.example.net')dnl", ROUTES_M4, MAILERS_M4], "routes are not for FEATURE(nullclient)")])
def test_a_mc_in_which_routes_cannot_work_does_not_build(tree, lines, complaint):
    status, _, said = make(tree, *lines)
    assert status != 0 and complaint in said


def test_a_mc_for_smtp_alone_builds_without_a_complaint(tree, place):
    status, made, said = make(tree, ROUTES_M4, "MAILER(`smtp')dnl", MAILERS_M4)
    assert (status, said) == (0, "")
    cf = place / "smtp-only.cf"
    cf.write_text(made, encoding="utf-8")
    checked = subprocess.run([tree.sendmail, "-C", cf, "-bt"], input="=M\n", capture_output=True, text=True, check=True)
    assert not checked.stderr
    assert {"relay25", "relay587", "relay2525", "hold"} <= set(re.findall(r"^mailer \d+ \((\w+)\)", checked.stdout, re.M))


@pytest.mark.parametrize("name", NAMES)
def test_in_files_of_users_the_includes_add_lines_and_take_none(tree, cf_dir, place, name):  # noqa: F811
    """Debian's own layout and others: what each .cf had it has still."""
    text = text_of(name, tree, cf_dir)
    calls = list(re.finditer(r"^MAILER\(.*\n", text, re.M))
    routed = (text[:calls[0].start()] + ROUTES_M4 + "\n" + text[calls[0].start():calls[-1].end()] + MAILERS_M4 + "\n"
              + text[calls[-1].end():])
    old, old_said = build(text, cf_dir)
    new, new_said = build(routed, cf_dir)
    assert re.sub(r":\d+:", ":", new_said) == re.sub(r":\d+:", ":", old_said)
    lost, added = difference(old, new)
    assert not lost and len(added) > 60
    cf = place / f"users-{name}.cf"
    cf.write_text("\n".join(new) + "\n", encoding="latin-1")
    told_of = subprocess.run([tree.sendmail, "-C", cf, "-bt"], input="=SMsRoute\n=M\n", capture_output=True, text=True, check=False)
    assert "msroute" in told_of.stdout and re.search(r"^mailer \d+ \(hold\)", told_of.stdout, re.M)
