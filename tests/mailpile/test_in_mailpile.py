# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plugin in a real Mailpile, over HTTP as a browser would, with a scripted mailstackctl.

Needs MAILPILE_SRC, Mailpile's source tree, and MAILPILE_PYTHON, a Python 2.7 that can run it (CONTRIBUTING.md, "Mailpile"); without
them it is skipped.
"""

import html
import http.cookiejar
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PLUGIN = SOURCE / "client/mailpile/mailstack"
MAILPILE, PYTHON = os.environ.get("MAILPILE_SRC"), os.environ.get("MAILPILE_PYTHON")
SENDMAIL = "/usr/sbin/sendmail -i -- %(rcpt)s"
PASSWORD = "correct horse battery"
ALICE, BOB = "alice@example.org", "bob@example.org"
SECRET = "hunter2-is-secret"

pytestmark = pytest.mark.skipif(not (MAILPILE and PYTHON), reason="MAILPILE_SRC and MAILPILE_PYTHON are not set")


def wait_until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.1)
    return result


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Mailpile:
    """A headless Mailpile with a home of its own, and a browser's session with it."""

    def __init__(self, directory: pathlib.Path):
        self.directory, self.home = directory, directory / "mailpile"
        self.ctl = directory / "bin/mailstackctl"
        self.sendmail, self.sent = directory / "bin/sendmail", directory / "bin/sent"
        self.ctl.parent.mkdir()
        self.sendmail.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {self.sent}.part\ncat >> {self.sent}.part\nmv {self.sent}.part {self.sent}\n')
        self.sendmail.chmod(0o755)
        self.set_program(True)
        self._install_plugin()
        self.url = f"http://127.0.0.1:{free_port()}"
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), NoRedirect)
        self.process = None

    def _install_plugin(self):
        """As its README says, but for the paths of mailstackctl and sendmail, which are fixed in the program."""
        target = self.directory / "share/mailstack"
        (self.home / "plugins").mkdir(parents=True)
        (self.home / "plugins/mailstack").symlink_to(target)
        shutil.copytree(PLUGIN, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        for file, before, after in (("mailstackctl.py", "'/usr/bin/mailstackctl'", f"'{self.ctl}'"),
                                    ("mailstackctl.py", "LIST_TIMEOUT = 15", "LIST_TIMEOUT = 3"),
                                    ("accounts.py", f"'{SENDMAIL}'", f"'{self.sendmail} -i -- %(rcpt)s'")):
            text = (target / file).read_text()
            assert text.count(before) == 1, before
            (target / file).write_text(text.replace(before, after))

    def set_program(self, there: bool):
        self.ctl.unlink(missing_ok=True)
        if there:
            shutil.copy(SOURCE / "tests/mailpile/scripted_mailstackctl.py", self.ctl)
            self.ctl.chmod(0o755)

    def set_mode(self, mode: str):
        (self.ctl.parent / "mode").write_text(mode)

    def set_state(self, state: dict):
        (self.ctl.parent / "state.json").write_text(json.dumps(state))

    def calls(self) -> list[dict]:
        return [json.loads(line) for line in (self.ctl.parent / "calls").read_text().splitlines()]

    def start(self):
        environment = {"HOME": str(self.directory), "MAILPILE_HOME": str(self.home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                       "MAILPILE_IGNORE_BINARIES": "GnuPG_dirmngr Tor"}
        with open(self.directory / "log", "ab") as log:
            self.process = subprocess.Popen([PYTHON, f"{MAILPILE}/mp", f"--www={self.url.removeprefix('http://')}", "--wait"],
                                            env=environment, cwd=MAILPILE, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self._answers, "Mailpile listens")

    def _answers(self):
        assert self.process.poll() is None, (self.directory / "log").read_text()
        try:
            return self.request("/auth/login/")[0] in (200, 302)
        except OSError:
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def request(self, path: str, form: dict | None = None) -> tuple[int, str]:
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            with self.browser.open(self.url + path, data, timeout=60) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def get(self, path: str) -> str:
        status, text = self.request(path)
        assert status == 200, f"{path}: {status} {text[:500]}"
        return text

    def token(self, path: str = "/mailstack/") -> str:
        return re.search(r'name="csrf" value="([^"]+)"', self.get(path)).group(1)

    def post(self, path: str, page: str = "/mailstack/", **form) -> str:
        status, text = self.request(path, {"csrf": self.token(page), **form})
        assert status in (200, 302), f"{path}: {status} {text[:500]}"
        return text

    def set_up(self):
        """What a person does when Mailpile is new: language, password, then the log-in."""
        assert self.request("/setup/welcome/", {"language": "en"})[0] in (200, 302)
        wait_until(lambda: self.request("/setup/password/")[0] == 200, "the next step of the setup")
        assert self.request("/setup/password/", {"password1": PASSWORD, "password2": PASSWORD})[0] in (200, 302)
        self.log_in()

    def log_in(self):
        wait_until(lambda: self.request("/auth/login/", {"pass": PASSWORD})[0] == 302 and self.request("/settings/")[0] == 200, "the log-in")
        wait_until(lambda: self.request("/profiles/add/")[0] == 200, "tags and the like, which a new Mailpile makes in the background", 20)

    def api(self, path: str, **form) -> dict:
        answer = json.loads(self.post(path, page="/profiles/add/", **form) if form else self.get(path))
        assert answer["status"] == "success", answer
        return answer["result"]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    made = Mailpile(tmp_path_factory.mktemp("mailpile"))
    try:
        made.start()
        made.set_up()
        for name, address in (("Alice <b>", ALICE), ("Bob", BOB)):
            made.api("/api/0/profiles/add/", name=name, email=address, **{
                "route-protocol": "smtptls", "route-host": "relay.example.com", "route-port": "587", "route-username": "someone",
                "route-password": SECRET, "route-auth_type": "password"})
        made.api("/api/0/plugins/load/", plugin="mailstack")
        yield made
    finally:
        made.stop()
        print((made.directory / "log").read_text(errors="replace")[-6000:])


@pytest.fixture
def mailpile(fresh):
    (fresh.ctl.parent / "state.json").unlink(missing_ok=True)
    (fresh.ctl.parent / "calls").unlink(missing_ok=True)
    fresh.set_mode("")
    fresh.set_program(True)
    return fresh


def text_of(page: str) -> str:
    """What a person reads; of a whole page, the plugin's part."""
    page = page.partition('<div class="content-normal mailstack">')[2].partition('<div class="footer-nav')[0] or page
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    return re.sub(r" (?=[.,;:](?: |$))", "", text)


def row(page: str, attribute: str, value: str) -> str:
    return re.search(rf'(?s)<tr data-{attribute}="{re.escape(value)}".*?</tr>', page).group(0)


def test_the_page_shows_both_kinds_of_routes_and_a_button_for_each(mailpile):
    page = mailpile.get("/mailstack/")
    assert "Mail leaves by the route direct." in text_of(page)
    for route, words in (("direct", "straight to each recipient's mail host"), ("local-only", "waits in the queue"),
                         ("home", "smart.example.net, port 587, TLS with a verified certificate demanded, as alice")):
        assert words in text_of(row(page, "route", route))
        assert f"<button type=\"submit\" class=\"button-secondary\">Use {route}</button>" in row(page, "route", route)
    assert "@example.org home" in text_of(page)
    assert "SMTP with STARTTLS to relay.example.com, port 587, as someone" in text_of(row(page, "account", ALICE))
    assert SECRET not in page
    assert "Alice <b>" in text_of(page) and "(Alice <b>)" not in page
    assert mailpile.calls() == [{"argv": ["--json", "--no-ask-password", "relay", "list"], "directory": "/",
                                 "environment": mailpile.calls()[0]["environment"]}]
    assert set(mailpile.calls()[0]["environment"]) <= {"PATH", "LC_ALL", "LC_CTYPE", "PWD"}


def test_links_lead_to_the_page_and_its_style_is_loaded(mailpile):
    for page in ("/settings/", "/profiles/"):
        assert re.search(r'href="/mailstack/"', mailpile.get(page)), page
    assert ".mailstack-message" in mailpile.get("/jsapi/as.css")


def test_a_button_switches(mailpile):
    page = mailpile.post("/mailstack/use/", route="home", **{"for": ""})
    assert "Mail now leaves by the route 'home'. 3 queued messages: tried at the next run of the queue." in text_of(page)
    assert "Mail leaves by the route home." in text_of(page)
    assert 'class="mailstack-active"' in row(page, "route", "home") and 'class="mailstack-active"' not in row(page, "route", "direct")
    assert [call["argv"][2:] for call in mailpile.calls()] == [["relay", "list"], ["relay", "use", "home"], ["relay", "list"]]


def test_a_switch_for_an_hour_tells_what_returns(mailpile):
    page = mailpile.post("/mailstack/use/", route="local-only", flush="yes", **{"for": "1h"})
    assert re.search(r"Mail leaves by the route local-only until \d{4}-\d\d-\d\d \d\d:\d\d \(1 h 0 min from now\); then direct returns\.", text_of(page)), text_of(page)
    assert "3 queued messages: tried now." in text_of(page)
    assert ["--json", "--no-ask-password", "relay", "use", "local-only", "--for", "1h", "--flush"] in [call["argv"] for call in mailpile.calls()]


def test_nothing_is_switched_without_a_token_nor_by_a_look(mailpile):
    for form in ({"route": "home"}, {"route": "home", "csrf": "5f0-forged"}):
        assert mailpile.request("/mailstack/use/", form)[0] in (302, 403)
        assert mailpile.request("/api/0/mailstack/use/", form)[0] == 403
        assert mailpile.request("/mailstack/account/", {"account": ALICE, **form})[0] in (302, 403)
    assert not (mailpile.ctl.parent / "calls").exists()
    assert mailpile.request("/mailstack/use/?route=home")[0] == 500  # Mailpile's answer to a query that a page does not take
    assert "Mail leaves by the route direct." in text_of(mailpile.get("/mailstack/use/home/"))
    assert not any("use" in call["argv"] for call in mailpile.calls())


def test_nobody_who_has_not_logged_in_sees_or_switches(mailpile):
    stranger = urllib.request.build_opener(NoRedirect)
    for path, data in (("/mailstack/", None), ("/mailstack/use/", b"route=home"), ("/api/0/mailstack/", None)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            stranger.open(mailpile.url + path, data, timeout=60)
        assert refused.value.code in (302, 403)
    assert not (mailpile.ctl.parent / "calls").exists()


@pytest.mark.parametrize("route", ["--help", "home; reboot", "-H", "../x", "HOME", ""])
def test_what_is_no_route_never_reaches_the_command_line(mailpile, route):
    page = mailpile.post("/mailstack/use/", route=route, **{"for": ""})
    assert "A route is named by lower-case letters" in text_of(page)
    assert not any("use" in call["argv"] for call in mailpile.calls())


def test_a_denial_says_what_was_denied_and_what_to_do(mailpile):
    mailpile.set_mode("denied")
    page = mailpile.post("/mailstack/use/", route="home", **{"for": ""})
    assert "Denied: org.mailstack1.switch-route" in text_of(page)
    assert "copy /usr/share/doc/mailstack/examples/50-mailstack-mailpile.rules to /etc/polkit-1/rules.d" in text_of(page)
    assert "Mail leaves by the route direct." in text_of(page)
    assert ALICE in page


@pytest.mark.parametrize("mode,words", [
    ("unreachable", "mailstack does not answer The name org.mailstack1 was not provided by any .service files"),
    ("absent", "mailstack is not installed here"),
    ("hang", "mailstackctl did not answer within 3 seconds, and was ended."),
    ("flood", "mailstackctl answered more than 1048576 octets, and was ended."),
])
def test_without_mailstack_its_failure_is_told_and_mailpiles_part_still_shows(mailpile, mode, words):
    mailpile.set_mode(mode)
    mailpile.set_program(mode != "absent")
    page = mailpile.get("/mailstack/")
    assert words in text_of(page)
    assert "relay.example.com, port 587" in text_of(row(page, "account", ALICE))
    assert "Use home" not in page


def test_hostile_words_are_text(mailpile):
    evil = "<script>alert('x')</script>\"&"
    mailpile.set_state({"active": evil, "until": 4000000000, "return_to": evil, "senders": [{"sender": evil, "route": evil}],
                        "routes": [{"id": "home", "kind": "relay", "active": True, "host": evil, "port": 587, "tls": evil,
                                    "user": evil, "has_secret": True, "secret": SECRET}]})
    page = mailpile.get("/mailstack/")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert text_of(page).count("alert('x')") == 7
    assert SECRET not in page


def routes_of(mailpile) -> dict:
    return mailpile.api("/api/0/settings/?var=routes")["routes"]


def test_an_account_sends_through_mailstack_and_back_again(mailpile):
    before = routes_of(mailpile)
    page = mailpile.post("/mailstack/account/", account=ALICE, route="")
    assert f"{ALICE} now sends: through mailstack." in text_of(page)
    assert "through mailstack" in text_of(row(page, "account", ALICE).split("<form")[0])
    assert "relay.example.com" in text_of(row(page, "account", BOB).split("<form")[0])
    made = {key: route for key, route in routes_of(mailpile).items() if key not in before}
    assert [(route["command"], route["protocol"]) for route in made.values()] == [(f"{mailpile.sendmail} -i -- %(rcpt)s", "local")]
    assert f"{ALICE} sends through mailstack already." in text_of(mailpile.post("/mailstack/account/", account=ALICE, route=""))

    # A route of its own for each account: Mailpile removes an account's route whoever else may have it.
    mailpile.post("/mailstack/account/", account=BOB, route="")
    assert len(routes_of(mailpile)) == len(before) + 2

    # Back to the relay that it had; then the route that is free is taken again.
    was = next(key for key, route in before.items() if route.get("host"))
    assert "now sends: SMTP with STARTTLS to relay.example.com" in text_of(mailpile.post("/mailstack/account/", account=ALICE, route=was))
    mailpile.post("/mailstack/account/", account=ALICE, route="")
    assert len(routes_of(mailpile)) == len(before) + 2
    for form, words in (({"account": "nobody@example.org", "route": ""}, "There is no such account."),
                        ({"account": ALICE, "route": "zz9"}, "There is no such route.")):
        assert words in text_of(mailpile.post("/mailstack/account/", **form))


def test_a_message_of_such_an_account_goes_to_sendmail(mailpile):
    mailpile.post("/mailstack/account/", account=ALICE, route="")
    draft = mailpile.api("/api/0/message/compose/", **{"from": ALICE})
    mailpile.api("/api/0/message/update/send/", mid=draft["thread_ids"][0], subject="By mailstack", body="Hello", encryption="none",
                 to="carol@example.net, -Xlog@example.net", **{"from": ALICE})
    wait_until(mailpile.sent.exists, "Mailpile sends", 120)
    arguments, message = mailpile.sent.read_text().split("\n")[:3], mailpile.sent.read_text()
    assert arguments[:2] == ["-i", "--"]
    assert {"-Xlog@example.net", "carol@example.net"} <= set(arguments[2].split(","))
    assert "Subject: By mailstack" in message


def test_all_of_it_is_there_after_a_restart(mailpile):
    mailpile.post("/mailstack/account/", account=ALICE, route="")
    mailpile.stop()
    mailpile.start()
    mailpile.log_in()
    page = mailpile.get("/mailstack/")
    assert "through mailstack" in text_of(row(page, "account", ALICE).split("<form")[0])
    assert "Mail now leaves by the route 'home'" in text_of(mailpile.post("/mailstack/use/", route="home", **{"for": ""}))
