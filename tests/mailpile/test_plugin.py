# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What of the Mailpile plugin needs no Mailpile: the call of mailstackctl, every failure in words, what the page may show.

test_in_mailpile.py holds the plugin in a real Mailpile.
"""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import time
import types

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PLUGIN = SOURCE / "client/mailpile/mailstack"
sys.dont_write_bytecode = True
sys.path.insert(0, str(PLUGIN))

import accounts  # noqa: E402
import mailstackctl  # noqa: E402
import words  # noqa: E402

LIST = {
    "active": "home", "until": None, "return_to": None,
    "routes": [{"id": "direct", "kind": "direct", "active": False}, {"id": "local-only", "kind": "local-only", "active": False},
               {"id": "home", "kind": "relay", "active": True, "host": "smart.example.net", "port": 587, "tls": "verified",
                "user": "alice", "has_secret": True}],
    "senders": [{"sender": "@example.org", "route": "home"}],
}


@pytest.fixture
def scripted(tmp_path):
    """The stand-in for mailstackctl, alone in a directory."""
    program = tmp_path / "mailstackctl"
    shutil.copy(SOURCE / "tests/mailpile/scripted_mailstackctl.py", program)
    program.chmod(0o755)
    return program


@pytest.fixture
def script(tmp_path):
    """A program made of shell lines."""
    def make(text):
        program = tmp_path / "program"
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
        return str(program)
    return make


def failure_of(program, timeout=10, arguments=("relay", "list")):
    with pytest.raises(mailstackctl.Failure) as raised:
        mailstackctl.call(list(arguments), timeout, str(program))
    return raised.value


def calls(program):
    return [json.loads(line) for line in (program.parent / "calls").read_text().splitlines()]


# The call

def test_the_paths_and_the_command_are_fixed():
    assert mailstackctl.MAILSTACKCTL == "/usr/bin/mailstackctl"
    assert accounts.SENDMAIL == "/usr/sbin/sendmail -i -- %(rcpt)s"


def test_argv_environment_and_directory_are_these_exactly(scripted, monkeypatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/tmp/another")
    monkeypatch.setenv("LD_PRELOAD", "")
    answer = mailstackctl.call(mailstackctl.list_arguments(), 10, str(scripted))
    assert answer["active"] == "direct"
    mailstackctl.call(mailstackctl.use_arguments("home", "1h", True), 10, str(scripted))
    mailstackctl.call(mailstackctl.use_arguments("local-only"), 10, str(scripted))
    assert [call["argv"] for call in calls(scripted)] == [
        ["--json", "--no-ask-password", "relay", "list"],
        ["--json", "--no-ask-password", "relay", "use", "home", "--for", "1h", "--flush"],
        ["--json", "--no-ask-password", "relay", "use", "local-only"]]
    for call in calls(scripted):
        assert {name: value for name, value in call["environment"].items() if name not in ("PWD", "LC_CTYPE")} == mailstackctl.ENVIRONMENT
        assert call["directory"] == "/"


def test_standard_input_is_empty_and_no_other_descriptor_is_inherited(script, tmp_path):
    with open(tmp_path / "kept", "w") as kept:
        os.dup2(kept.fileno(), 77, inheritable=True)
        try:
            answer = mailstackctl.call([], 10, script('cat; [ -e /proc/$$/fd/77 ] && kept=true; echo "{\\"kept\\": ${kept:-false}}"'))
        finally:
            os.close(77)
    assert answer == {"kept": False}


@pytest.mark.parametrize("route", ["", "-h", "--json", "Home", "a b", "a\n", "a/b", "a" * 33, "\u00e9", "-", "a;b", "$(x)"])
def test_what_is_no_id_is_refused_before_anything_runs(route):
    with pytest.raises(mailstackctl.Failure) as raised:
        mailstackctl.use_arguments(route)
    assert raised.value.kind == "refused" and "Nothing was changed" in raised.value.message


@pytest.mark.parametrize("duration", ["1", "1h --flush", "-1h", "999h", "1h\n", " "])
def test_what_is_no_duration_is_refused_before_anything_runs(duration):
    with pytest.raises(mailstackctl.Failure) as raised:
        mailstackctl.use_arguments("home", duration)
    assert "1h, 4h, 12h, 24h" in raised.value.message


def test_every_id_and_duration_that_there_can_be_is_taken():
    for route in ("a", "0", "home", "local-only", "a" * 32, "9-"):
        for duration, _ in mailstackctl.DURATIONS:
            assert mailstackctl.use_arguments(route, duration)[:3] == ["relay", "use", route]


# Failures

def test_absent(tmp_path):
    failure = failure_of(tmp_path / "nothing")
    assert (failure.kind, failure.message) == ("absent", f"{tmp_path}/nothing is not there.")
    assert "Install the package mailstack" in failure.advice


def test_there_but_not_to_be_run(tmp_path):
    (tmp_path / "program").write_text("")
    failure = failure_of(tmp_path / "program")
    assert (failure.kind, failure.message) == ("absent", f"{tmp_path}/program cannot be run: Permission denied.")


def test_a_denial_names_the_action_and_the_rule_that_helps(scripted):
    (scripted.parent / "mode").write_text("denied")
    failure = failure_of(scripted, arguments=mailstackctl.use_arguments("home"))
    assert (failure.kind, failure.action) == ("denied", "org.mailstack1.switch-route")
    told = words.failure(failure, "pia")
    assert told["title"] == "Denied: org.mailstack1.switch-route"
    assert "copy /usr/share/doc/mailstack/examples/50-mailstack-mailpile.rules to /etc/polkit-1/rules.d, and add the account pia to the group mailpile" in told["advice"]


def test_a_denial_of_something_else_keeps_mailstackctls_own_advice():
    told = words.failure(mailstackctl.Failure("denied", "no", "Ask root.", "org.mailstack1.read"), "pia")
    assert (told["title"], told["advice"]) == ("Denied: org.mailstack1.read", "Ask root.")


def test_an_absent_daemon_is_told_with_mailstackctls_advice(scripted):
    (scripted.parent / "mode").write_text("unreachable")
    failure = failure_of(scripted)
    assert failure.kind == "unreachable"
    assert "org.mailstack1 was not provided" in failure.message and "systemctl start mailstackd" in failure.advice


def test_any_other_failure_is_told_as_mailstackctl_tells_it(scripted):
    failure = failure_of(scripted, arguments=mailstackctl.use_arguments("nowhere"))
    assert (failure.kind, failure.message) == ("refused", "there is no route 'nowhere'")


def test_a_mailstackctl_without_this_verb(scripted):
    failure = failure_of(scripted, arguments=["relay", "dance"])
    assert failure.kind == "refused"
    assert "does not know this command: mailstackctl: The following arguments were not expected: relay dance" in failure.message


@pytest.mark.parametrize("output", [
    "", "x", "[]", "3", '"text"', "null", "{", '{"a": NaN}', "[" * 100000, '{"a": "\\377"}', '{"active": "home"} trailing'])
def test_garbage_with_status_0(script, tmp_path, output):
    (tmp_path / "output").write_bytes(output.encode().replace(b"\\377", b"\xff"))
    failure = failure_of(script(f"cat {tmp_path}/output"))
    assert (failure.kind, failure.message) == ("garbage", "mailstackctl's answer (exit status 0) cannot be understood.")


@pytest.mark.parametrize("output", ["", "{}", '{"message": 3}', '{"message": ["x"]}', "[1]", "Segmentation fault"])
def test_garbage_with_another_status(script, output):
    failure = failure_of(script(f"printf '%s' '{output}'; exit 4"))
    assert (failure.kind, failure.message) == ("garbage", "mailstackctl's answer (exit status 4) cannot be understood.")


def test_ended_by_a_signal(script):
    assert failure_of(script("kill -SEGV $$")).message == "mailstackctl was ended by signal 11."


def test_advice_that_is_no_text_is_left_out(script):
    failure = failure_of(script("""printf '%s' '{"message": "m", "advice": {"x": 1}}'; exit 7"""))
    assert (failure.kind, failure.message, failure.advice) == ("refused", "m", "")


def test_lines_and_control_characters_of_a_message_become_blanks_and_long_ones_are_cut(script):
    failure = failure_of(script("""printf '%s' '{"message": "a\\nb\\u001b[31mc\\u202ed"}'; exit 7"""))
    assert failure.message == "a b [31mc d"
    assert len(mailstackctl.printable("x" * 5000)) == 603


def gone(number):
    try:
        return pathlib.Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def wait_until_gone(numbers):
    deadline = time.monotonic() + 10
    while not all(gone(number) for number in numbers):
        assert time.monotonic() < deadline, "it runs on"
        time.sleep(0.02)


def test_what_hangs_is_ended_in_time_with_all_that_it_started(scripted):
    (scripted.parent / "mode").write_text("hang")
    began = time.monotonic()
    failure = failure_of(scripted, timeout=2)
    assert time.monotonic() - began < 8
    assert (failure.kind, failure.message) == ("timeout", "mailstackctl did not answer within 2 seconds, and was ended.")
    wait_until_gone([int(number) for number in (scripted.parent / "children").read_text().split()])


def test_a_child_that_keeps_the_pipe_of_a_mailstackctl_that_ended_is_ended_too(script, tmp_path):
    began = time.monotonic()
    assert failure_of(script(f"sleep 600 & echo $! > {tmp_path}/child; echo '{{}}'"), timeout=1).kind == "timeout"
    assert time.monotonic() - began < 8
    wait_until_gone([int((tmp_path / "child").read_text())])


def test_what_closes_its_output_and_stays_is_ended_too(script):
    assert failure_of(script("exec >/dev/null 2>&1; exec sleep 600"), timeout=1).kind == "timeout"


@pytest.mark.parametrize("where", ["1", "2"])
def test_a_flood_is_ended_at_the_limit(script, where):
    began = time.monotonic()
    failure = failure_of(script(f"exec yes xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx >&{where}"), timeout=60)
    assert time.monotonic() - began < 30
    assert (failure.kind, failure.message) == ("garbage", "mailstackctl answered more than 1048576 octets, and was ended.")


def test_much_on_standard_error_does_not_hold_up_the_answer(script):
    assert mailstackctl.call([], 20, script("head -c 300000 /dev/zero >&2; echo '{\"a\": 1}'")) == {"a": 1}


def test_no_descriptor_and_no_process_is_left(scripted, script, tmp_path):
    def state():
        return len(os.listdir("/proc/self/fd"))
    before = state()
    for _ in range(5):
        mailstackctl.call(mailstackctl.list_arguments(), 10, str(scripted))
        failure_of(script("exec sleep 600"), timeout=0.05)
        failure_of(tmp_path / "nothing")
    assert state() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


# What the page may show

def shown(change=None, now=1000):
    answer = json.loads(json.dumps(LIST))
    (change or (lambda answer: None))(answer)
    return words.routes(answer, now)


def test_routes_in_words():
    assert shown()["routes"] == [
        {"id": "direct", "active": False, "what": "straight to each recipient's mail host"},
        {"id": "local-only", "active": False, "what": "mail for elsewhere waits in the queue, nothing leaves"},
        {"id": "home", "active": True, "what": "smart.example.net, port 587, TLS with a verified certificate demanded, as alice"}]
    assert shown()["active"] == "home" and shown()["until"] is None and shown()["return_to"] is None
    assert shown()["senders"] == [{"sender": "@example.org", "route": "home"}]
    assert "whose password is missing" in shown(lambda answer: answer["routes"][2].update(has_secret=False))["routes"][2]["what"]
    assert shown(lambda answer: answer["routes"][2].update(user=None, tls="none"))["routes"][2]["what"] == "smart.example.net, port 587, without TLS"


def test_what_is_not_named_here_never_gets_to_the_page():
    def add(answer):
        answer.update(secret="hunter2", routes=[{**route, "secret": "hunter2", "password": "hunter2"} for route in answer["routes"]],
                      senders=[{**answer["senders"][0], "secret": "hunter2"}])
    assert shown(add) == shown()
    assert "hunter2" not in json.dumps(shown(add))


@pytest.mark.parametrize("seconds,left", [(1, "1 min"), (60, "1 min"), (61, "2 min"), (3600, "1 h 0 min"), (90000, "25 h 0 min"), (-500, "0 min")])
def test_how_long_a_switch_still_lasts(seconds, left):
    until = shown(lambda answer: answer.update(until=1000 + seconds, return_to="direct"))["until"]
    assert until["left"] == left
    assert until["at"] == time.strftime("%Y-%m-%d %H:%M", time.localtime(1000 + seconds))


BROKEN = [
    lambda answer: answer.pop("active"), lambda answer: answer.update(active=None), lambda answer: answer.update(active=["home"]),
    lambda answer: answer.pop("routes"), lambda answer: answer.update(routes={"id": "home"}), lambda answer: answer.update(routes=["home"]),
    lambda answer: answer.update(routes=[None]), lambda answer: answer["routes"][0].update(id="<script>"),
    lambda answer: answer["routes"][0].update(id="--x"), lambda answer: answer["routes"][0].pop("kind"),
    lambda answer: answer["routes"][0].update(kind="magic"), lambda answer: answer["routes"][2].update(port="587"),
    lambda answer: answer["routes"][2].update(port=True), lambda answer: answer["routes"][2].pop("host"),
    lambda answer: answer["routes"][2].update(user=7), lambda answer: answer.update(senders=None),
    lambda answer: answer.update(senders=[{"sender": "@x"}]), lambda answer: answer.update(until="soon"),
    lambda answer: answer.update(until=True), lambda answer: answer.update(until=1e99), lambda answer: answer.update(until=10 ** 30),
    lambda answer: answer.update(until=-5), lambda answer: answer.update(return_to=5),
]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_list_that_is_none_is_told(number):
    with pytest.raises(mailstackctl.Failure) as raised:
        shown(BROKEN[number])
    assert raised.value.kind == "garbage"
    assert "list of routes cannot be understood" in raised.value.message and "another version" in raised.value.advice


def test_a_switch_in_words():
    answer = {"route": "home", "generation": 12, "live": True, "until": None, "queued": 0, "flushed": False}
    assert words.switched(answer, "home") == "Mail now leaves by the route 'home'."
    assert words.switched({**answer, "queued": 1}, "home").endswith(" 1 queued message: tried at the next run of the queue.")
    assert words.switched({**answer, "queued": 3, "flushed": True}, "home").endswith(" 3 queued messages: tried now.")
    assert words.switched({**answer, "queued": "<b>"}, "home") == "Mail now leaves by the route 'home'."
    for wrong in ({"live": False}, {"live": "yes"}, {"route": "direct"}, {"route": None}):
        with pytest.raises(mailstackctl.Failure):
            words.switched({**answer, **wrong}, "home")


def test_every_kind_of_failure_has_its_title():
    kinds = set(re.findall(r"Failure\('([a-z]+)'", "".join((PLUGIN / file).read_text() for file in ("mailstackctl.py", "words.py", "pages.py"))))
    assert kinds == {"absent", "garbage", "refused", "timeout"}
    for kind in kinds | {"denied", "unreachable"}:
        assert words.failure(mailstackctl.Failure(kind, "m"), "pia")["title"]


# Mailpile's own routes

RELAY = {"name": "alice", "protocol": "smtptls", "username": "someone", "password": "hunter2", "command": "", "host": "relay.example.com", "port": 587}
OURS = {"name": "mailstack", "protocol": "local", "command": accounts.SENDMAIL, "host": "", "port": 587}


def test_passwords_and_arguments_of_mailpiles_routes_are_not_shown():
    command = {"name": "", "command": "|/usr/local/bin/send --password hunter2", "host": "", "port": 1}
    page = accounts.page([("a", RELAY), ("b", command), ("c", OURS), ("d", {"host": "", "command": ""})], [], "")
    assert [route["what"] for route in page["routes"]] == [
        "SMTP with STARTTLS to relay.example.com, port 587, as someone", "runs /usr/local/bin/send", "through mailstack"]
    assert [route["mailstack"] for route in page["routes"]] == [False, False, True]
    assert "hunter2" not in json.dumps(page)


def test_how_each_account_sends():
    rows = accounts.page([("a", RELAY), ("c", OURS)], [("1", "x@y", None, "c"), ("2", "z@y", "Z", None), ("3", "n@y", "N", ""),
                                                       ("4", "g@y", "G", "gone")], "a")["accounts"]
    assert [(row["route"] or {}).get("what") for row in rows] == [
        "through mailstack", "SMTP with STARTTLS to relay.example.com, port 587, as someone", None, None]
    assert [row["by_default"] for row in rows] == [False, True, False, False]


def test_only_a_route_that_nobody_uses_is_taken_again():
    routes = [("a", RELAY), ("b", OURS), ("c", OURS), ("d", OURS)]
    assert accounts.free_route(routes, [("1", "x", "", "b")], "c") == "d"
    assert accounts.free_route(routes, [("1", "x", "", "b"), ("2", "y", "", "d")], "c") is None
    assert accounts.free_route([("a", RELAY)], [], "") is None
    assert not accounts.through_mailstack({"command": "/usr/sbin/sendmail -i %(rcpt)s"})


def test_the_command_as_mailpile_splits_it_keeps_every_recipient_after_the_options():
    split = (accounts.SENDMAIL % {"rcpt": "-Xlog@example.net,carol@example.net"}).strip().split()
    assert split == ["/usr/sbin/sendmail", "-i", "--", "-Xlog@example.net,carol@example.net"]


# The commands, with a stand-in for what they take of Mailpile

class Config(dict):
    iteritems = dict.items


@pytest.fixture
def pages(monkeypatch):
    """pages.py with the least of Mailpile that it needs, and every command that it would have run."""
    class Command:
        def __init__(self, method, **form):
            self.data = {**({"_method": method} if method else {}), **{name: [value] for name, value in form.items()}}
            self.args = ()
            prefs = types.SimpleNamespace(default_messageroute="")
            vcards = types.SimpleNamespace(find_vcards=lambda terms, kinds: [])
            self.session = types.SimpleNamespace(config=types.SimpleNamespace(prefs=prefs, routes=Config(), vcards=vcards),
                                                 ui=types.SimpleNamespace(valid_csrf_token=lambda token: token == "right"))

        def _idx(self):
            pass

        def _success(self, message, result):
            return "success", message, result

        def _error(self, message, result):
            return "error", message, result

    parts = {"security": {"CC_CHANGE_CONFIG": [1], "CC_ACCESS_FILESYSTEM": [2]}, "commands": {"Command": Command},
             "util": {"AccessError": PermissionError}, "plugins": {}, "plugins.mailstack": {
                 "accounts": accounts, "mailstackctl": mailstackctl, "words": words}}
    for name, content in {"": {}, **parts}.items():
        module = types.ModuleType(f"mailpile.{name}".rstrip("."))
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        if name and "." not in name:
            setattr(sys.modules["mailpile"], name, module)
    ran = []

    def call(arguments, timeout):
        ran.append(arguments)
        return LIST if arguments[1] == "list" else {"route": arguments[2], "live": True}

    monkeypatch.setattr(mailstackctl, "call", call)
    module = types.ModuleType("pages")
    exec((PLUGIN / "pages.py").read_text(), vars(module))  # as Mailpile does
    module.ran = ran
    return module


def test_a_switch_needs_the_token_even_where_mailpile_asks_for_no_password(pages):
    for form in ({}, {"csrf": ""}, {"csrf": "wrong"}):
        for command in (pages.UseRoute("POST", route="home", **form), pages.SetAccountRoute("POST", account="a@b", route="", **form)):
            with pytest.raises(PermissionError):
                command.command()
    assert pages.ran == []
    status, message, _ = pages.UseRoute("POST", route="home", csrf="right").command()
    assert (status, message) == ("success", "Mail now leaves by the route 'home'.")
    assert pages.ran == [["relay", "use", "home"], ["relay", "list"]]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_look_at_a_page_that_changes_is_a_look(pages, method):
    assert pages.UseRoute(method, route="home", csrf="right").command()[0] == "success"
    assert pages.ran == [["relay", "list"]]


def test_on_mailpiles_own_command_line_no_token_is_needed(pages):
    command = pages.UseRoute(None)
    command.args = ("home", "4h")
    assert command.command()[0] == "success"
    assert pages.ran[0] == ["relay", "use", "home", "--for", "4h"]


def test_a_failure_is_told_and_the_rest_is_shown(pages, monkeypatch):
    def call(arguments, timeout):
        raise mailstackctl.Failure("absent", "/usr/bin/mailstackctl is not there.")

    monkeypatch.setattr(mailstackctl, "call", call)
    status, _, result = pages.UseRoute("POST", route="home", csrf="right").command()
    assert status == "error" and result["mailstack"] is None and result["routes"] == [] and result["accounts"] == []
    assert result["failure"]["title"] == result["list_failure"]["title"] == "mailstack is not installed here"


# The files

def test_the_example_rule_grants_one_action_to_one_group():
    rule = (SOURCE / "polkit/examples" / pathlib.Path(words.EXAMPLE_RULE).name).read_text()
    code = "\n".join(line for line in rule.splitlines() if not line.startswith("//"))
    assert re.findall(r"org\.[a-z0-9.-]+", code) == [words.SWITCH_ACTION]
    assert 'action.id == "org.mailstack1.switch-route" && subject.isInGroup("mailpile")' in code
    assert code.count("polkit.Result") == 1
    assert f"'examples/{pathlib.Path(words.EXAMPLE_RULE).name}'" in (SOURCE / "polkit/meson.build").read_text()


def manifest():
    return json.loads("\n".join(line for line in (PLUGIN / "manifest.json").read_text().splitlines() if not line.strip().startswith("#")))


def test_the_manifest_names_the_folder_and_files_that_are_there():
    assert manifest()["name"] == PLUGIN.name
    files = manifest()["code"]["python"] + manifest()["code"]["css"] + [page["file"] for page in manifest()["routes"].values()]
    assert set(files) | {"manifest.json"} == {path.name for path in PLUGIN.iterdir() if path.name != "__pycache__"}


def test_the_page_takes_nothing_as_html_but_mailpiles_token_and_runs_no_script():
    page = (PLUGIN / "mailstack.html").read_text()
    assert {found for found in re.findall(r"{{([^}]*)}}", page) if "safe" in found or "Markup" in found} == {" csrf_field|safe "}
    assert "autoescape" not in page and "<script" not in page and " on" + "click" not in page and "style=" not in page
    assert page.count('method="POST"') == page.count("csrf_field|safe") == page.count("<form") == 2


def test_all_that_is_no_ascii_or_another_licence_stays_out():
    for path in PLUGIN.iterdir():
        if path.is_file():
            text = path.read_bytes()
            assert text.isascii(), path
            assert b"License-Identifier: AGPL-3.0-or-later\n" in text.replace(b" */", b""), path
            assert stat.S_IMODE(path.stat().st_mode) & 0o111 == 0, path


@pytest.mark.skipif(not os.environ.get("MAILPILE_PYTHON"), reason="MAILPILE_PYTHON is not set")
def test_the_call_under_python_2(scripted):
    """Outside Mailpile, whose own Popen test_in_mailpile.py has."""
    program = f"""
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, {str(PLUGIN)!r})
import accounts, mailstackctl, words
answer = mailstackctl.call(mailstackctl.list_arguments(), 10, {str(scripted)!r})
assert words.routes(answer, 1000)['active'] == 'direct'
open({str(scripted.parent / 'mode')!r}, 'w').write('hang')
try:
    mailstackctl.call(mailstackctl.list_arguments(), 1, {str(scripted)!r})
except mailstackctl.Failure as failure:
    assert failure.kind == 'timeout', failure.kind
    print('ended')
"""
    run = subprocess.run([os.environ["MAILPILE_PYTHON"], "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert run.stdout == "ended\n", run.stderr
    wait_until_gone([int(number) for number in (scripted.parent / "children").read_text().split()])
