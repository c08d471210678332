# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A hostile local user, and a hostile smmta (whose directory /etc/mail is): what must not work."""

import contextlib
import fcntl
import os
import pathlib
import re
import subprocess
import time

import pytest

from sandbox import ALIASES, Caller, DENIED, ERROR, MANAGER, PYTHON, STRANGER, Sandbox, wait_until

PROPERTIES = "org.freedesktop.DBus.Properties"
INVALID = ERROR + "InvalidAddress"



FLOOD = """
import os, sys, gi
from gi.repository import Gio, GLib
member, count, descriptors = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
bus = Gio.DBusConnection.new_for_address_sync(os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
    Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
null = os.open("/dev/null", os.O_RDONLY)
for i in range(count):
    handles = Gio.UnixFDList()
    for _ in range(descriptors):
        handles.append(null)
    body = GLib.Variant("(s)", ("team",)) if member == "GetAlias" else GLib.Variant("(sas)", (f"flood{i}", ["alice"]))
    bus.call_with_unix_fd_list("org.mailstack1", "/org/mailstack1", "org.mailstack1.Aliases", member, body, None,
                               Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION, 60000, handles, None, None)
bus.flush_sync(None)
print("sent", flush=True)
sys.stdin.read()
"""

FORGERY = """
import os, sys, gi
from gi.repository import Gio, GLib
victim = sys.argv[1]
bus = Gio.DBusConnection.new_for_address_sync(os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
    Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
for receiver in ("org.mailstack1", sys.argv[2], None):
    bus.emit_signal(receiver, "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged",
                    GLib.Variant("(sss)", (victim, victim, "")))
bus.flush_sync(None)
"""

ODD_CALLS = """
import os, time, gi
from gi.repository import Gio, GLib
V = GLib.Variant
ALIASES, MANAGER = "org.mailstack1.Aliases", "org.mailstack1.Manager"
bus = Gio.DBusConnection.new_for_address_sync(os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
    Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
null = os.open("/dev/null", os.O_RDONLY)

def nested(depth):
    value = V("s", "x")
    for _ in range(depth):
        value = V("v", value)
    return value

def call(interface, member, body, handles=()):
    carried = Gio.UnixFDList()
    for handle in handles:
        carried.append(handle)
    try:
        bus.call_with_unix_fd_list_sync("org.mailstack1", "/org/mailstack1", interface, member, body, None, 0, 20000,
                                        carried, None)
        print(member, "was answered")
    except GLib.Error as error:
        print(member, Gio.DBusError.get_remote_error(error))

for value in [V("i", 3), V("as", []), V("a{sv}", {}), nested(58), V("o", "/x"), V("ay", b"x" * 100), V("h", 0), V("b", True)]:
    call(ALIASES, "ImportAliases", V("(ha{sv})", (0, {"on-conflict": value})), [null])
call(ALIASES, "ImportAliases", V("(ha{sv})", (0, {str(i): nested(40) for i in range(2000)})), [null])
call(ALIASES, "ImportAliases", V("(ha{sv})", (7, {})))
call(ALIASES, "ImportAliases", V("(ha{sv})", (0, {})))
call(ALIASES, "AddAlias", V("(s)", ("x",)))
call(ALIASES, "AddAlias", V("(sas)", ("x", [])))
call(ALIASES, "AddAlias", V("(sas)", ("x" * (1 << 20), ["y" * (1 << 20)])))
call(ALIASES, "GetAlias", V("(s)", ("x" * (1 << 20),)))
call("org.freedesktop.DBus.Properties", "Set", V("(ssv)", (MANAGER, "Generation", V("t", 3))))
for interface, member, body in [(ALIASES, "AddAlias", V("(sas)", ("unanswered", ["alice"]))),
                                (ALIASES, "ListAliases", V("(ssu)", ("", "", 0))), (MANAGER, "GetPermissions", None)]:
    message = Gio.DBusMessage.new_method_call("org.mailstack1", "/org/mailstack1", interface, member)
    message.set_flags(Gio.DBusMessageFlags.NO_REPLY_EXPECTED)
    if body:
        message.set_body(body)
    bus.send_message(message, 0)
bus.flush_sync(None)
for _ in range(1000):  # whoever leaves the bus before he was asked about is denied
    try:
        bus.call_sync("org.mailstack1", "/org/mailstack1", ALIASES, "GetAlias", V("(s)", ("unanswered",)), None, 0, 20000, None)
        break
    except GLib.Error:
        time.sleep(0.02)
"""


def script(sandbox, text, *arguments, uid=STRANGER, **more):
    become = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    return subprocess.Popen([*become, PYTHON, "-c", text, *map(str, arguments)], env=sandbox.environment, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, **more)


def flood(sandbox, *arguments, uid=STRANGER):
    process = script(sandbox, FLOOD, *arguments, uid=uid)
    assert process.stdout.readline() == "sent\n"
    return process


def serves(sandbox):
    """Still there and of use to root."""
    return sandbox.daemon.poll() is None and "reply" in sandbox.root_caller.call("GetAlias", "team", signature="s", seconds=20)


@pytest.fixture
def own(daemon):
    """A sandbox for one test, which may ruin it."""
    made = []

    def make(**options):
        made.append(Sandbox(daemon, **options))
        return made[0]
    yield make
    for sandbox in made:
        with contextlib.suppress(subprocess.TimeoutExpired):
            sandbox.daemon.wait(timeout=0)
        sandbox.daemon.kill()
        sandbox.daemon.wait()
        sandbox.close()


# ---- whose mail, and which programs

@pytest.mark.parametrize("name", [
    "Root", "ROOT", '"root"', "root+x", "root+*", "Root+Detail", "root.", "daemon+a", "daemon", "MAILER-DAEMON", "Admin",
    "owner-team", "OWNER-team+x", "team-owner", "team-request", "Team-Request+x", "+", "+x", "a..b", "hostmaster+proof"])
def test_names_that_are_somebodys(sandbox, name):
    sandbox.answers("no", read="yes", manage_aliases="yes", manage_program_aliases="yes")
    before = sandbox.aliases.read_bytes()
    for member, arguments in (("AddAlias", [name, ["mallory"]]), ("SetAlias", [name, ["mallory"]]), ("RemoveAlias", [name])):
        reply = sandbox.stranger.call(member, *arguments, signature="s" if member == "RemoveAlias" else "sas")
        assert reply.get("error") == DENIED and "manage-system-aliases" in reply["message"], reply
    reply = sandbox.stranger.call("ImportAliases", {"on-conflict": ["s", "replace"]}, descriptor=["text", f"{name}: mallory\n"])
    assert reply.get("error") == DENIED and "manage-system-aliases" in reply["message"], reply
    assert sandbox.aliases.read_bytes() == before


@pytest.mark.parametrize("name", [
    "root@localhost", "root%localhost", "localhost!root", "@localhost:root", "\\root", " root", "root ", "root\t", 'ro"ot"',
    "(c)root", "root(c)", "<root>", "root;", "root,x", "root:", "r\u00f6ot", "\\xf6", "\\x00root", "x\nroot", "x\rroot", "", '""', "#x",
    '"#x"', "|x", '"|x"', "/x", "[root]", "root:include:", "x" * 256])
def test_names_that_are_none(sandbox, name):
    sandbox.answers("yes")
    before = sandbox.aliases.read_bytes()
    reply = sandbox.stranger.call("SetAlias", name, ["mallory"], signature="sas")
    assert reply.get("error") == INVALID, reply
    assert sandbox.aliases.read_bytes() == before


@pytest.mark.parametrize("recipient", [
    "alice\nroot: mallory", "alice\r", "alice\\", "alice,", ",alice", "alice\\x80", "\\x00", "\u00e9", " alice", "alice ", '"alice',
    "alice(", "<alice", "alice>", "()", "", "alice, |/bin/id", "alice\t", "x" * 256])
def test_recipients_that_are_none(sandbox, recipient):
    sandbox.answers("yes")
    before = sandbox.aliases.read_bytes()
    reply = sandbox.stranger.call("SetAlias", "team", [recipient], signature="sas")
    assert reply.get("error") == INVALID, reply
    assert sandbox.aliases.read_bytes() == before


@pytest.mark.parametrize("tail", ["last: bob", "last: bob\\", "last: bob,\\", "last: bob\\\n", "# said by me\\", "last: bob,\n ", "\\\n\\"])
def test_what_is_appended_is_a_line_of_its_own(own, tail):
    sandbox = own(aliases="team: alice\nlast: bob\n")
    sandbox.aliases.write_bytes(("team: alice\n" + tail).encode())
    assert "reply" in sandbox.root_caller.call("Reload", interface=MANAGER)
    sandbox.answers("no", read="yes", manage_aliases="yes")
    assert "reply" in sandbox.stranger.call("AddAlias", "fresh", ["mallory"], signature="sas")
    before = sandbox.lookup("last")
    subprocess.run([sandbox.tree.sendmail, "-C", sandbox.cf, "-bi"], check=True, stdout=subprocess.DEVNULL)
    assert sandbox.lookup("fresh") == "mallory"
    # A backslash at the very end stands for nothing, and goes when a line comes after it.
    assert (sandbox.lookup("last") or "").rstrip("\\") == (before or "").rstrip("\\")
    assert "mallory" not in (before or "")


# ---- the bus

def test_odd_messages(sandbox):
    sandbox.answers("yes")
    told = script(sandbox, ODD_CALLS).communicate(timeout=120)[0].splitlines()
    assert len(told) == 16 and not [line for line in told if "answered" in line], told
    wait_until(lambda: sandbox.lookup("unanswered") == "alice", "a change that nobody wants an answer to")
    assert serves(sandbox)


def test_a_forged_signal_withdraws_nobodys_question(own):
    sandbox = own()
    sandbox.answers("wait")
    victim = Caller(sandbox.environment, 1000)
    victim.start("AddAlias", "fresh", ["alice"], signature="sas", interactive=True)
    wait_until(sandbox.questions, "polkit is asked")
    owner = sandbox.busctl("call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetNameOwner", "s", "org.mailstack1")
    script(sandbox, FORGERY, victim.name, owner.stdout.split('"')[1]).communicate(timeout=20)
    assert "reply" in sandbox.root_caller.call("GetAlias", "team", signature="s")
    assert sandbox.polkit("Cancelled") == []
    sandbox.polkit("Release")
    assert "reply" in victim.finish()
    victim.kill()


def test_dialogs_of_one_user_lock_nobody_out(own):
    sandbox = own(settings="dialog-seconds: 20\n")
    sandbox.answers("yes", manage_aliases="hang")
    attacker = flood(sandbox, "AddAlias", 128, 0)
    wait_until(lambda: serves(sandbox), "the flood is read")
    other = Caller(sandbox.environment, 1000)
    reply = other.call("GetAlias", "team", signature="s", interactive=True)
    attacker.kill()
    attacker.wait()
    other.kill()
    assert "reply" in reply, reply


def test_descriptors_of_waiting_calls(own):
    sandbox = own(settings="dialog-seconds: 20\n")
    sandbox.answers("hang")
    descriptors = pathlib.Path(f"/proc/{sandbox.daemon.pid}/fd")
    attacker = flood(sandbox, "AddAlias", 120, 16)
    # A burst is read before it is refused; what waits may hold a few.
    wait_until(sandbox.questions, "the flood arrives")
    wait_until(lambda: len(list(descriptors.iterdir())) < 512, "the descriptors of refused calls are closed")
    attacker.kill()
    attacker.wait()
    assert serves(sandbox)


def test_more_recipients_than_a_line_holds(sandbox):
    sandbox.answers("no")
    reply = sandbox.stranger.call("AddAlias", "long", ["a" * 250] * 10_000, signature="sas")
    assert reply.get("error") == ERROR + "LimitExceeded", reply
    assert sandbox.questions() == []


@pytest.mark.parametrize("interface", [MANAGER, ALIASES])
def test_properties_while_the_writer_waits(sandbox, interface):
    with open(sandbox.aliases, encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        sandbox.root_caller.start("SetAlias", "team", ["alice", "bob"], signature="sas")
        with open(sandbox.aliases, "a", encoding="ascii") as edit:
            edit.write("# a hand edit\n")
        begin = time.monotonic()
        for _ in range(10):
            assert "reply" in sandbox.stranger.call("GetAll", interface, signature="s", interface=PROPERTIES)
        took = time.monotonic() - begin
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert "reply" in sandbox.root_caller.finish()
    assert took < 3


# ---- imports, and chains of aliases

def test_a_long_chain(own):
    sandbox = own(aliases="team: alice\n" + "".join(f"c{i}: c{i + 1}\n" for i in range(40_000)))
    sandbox.answers("no", read="yes", manage_aliases="yes")
    reply = sandbox.stranger.call("AddAlias", "head", ["c0"], signature="sas", seconds=60)
    assert reply.get("error") != "org.freedesktop.DBus.Error.NoReply", reply
    assert serves(sandbox)


def test_a_chain_in_an_import(own):
    """Its cost grows with its length, not with the square of it."""
    sandbox = own()
    sandbox.answers("no", read="yes", manage_aliases="yes")

    def processor_ticks():
        return sum(map(int, pathlib.Path(f"/proc/{sandbox.daemon.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]))

    def cost(name, length):
        before = processor_ticks()
        text = "".join(f"{name}{i}: {name}{i + 1}\n" for i in range(length))
        sandbox.stranger.call("ImportAliases", {}, descriptor=["text", text], seconds=300)
        return processor_ticks() - before
    short = cost("c", 2000)
    assert cost("d", 16000) < 24 * max(short, 10)  # 8 times the length; its square were 64
    assert serves(sandbox)


@pytest.mark.parametrize("text", ["lost: ,\n", "lost: " + ",".join("a" for _ in range(4000)) + "\n"], ids=["empty", "long"])
def test_an_import_that_cannot_be_read_back(sandbox, text):
    reply = sandbox.root_caller.call("ImportAliases", {}, descriptor=["text", text])
    assert "error" in reply or sandbox.lookup("lost") is not None, reply


def test_an_import_of_nothing_but_faults(own):
    sandbox = own()
    sandbox.answers("no", manage_aliases="yes")

    def peak():
        text = pathlib.Path(f"/proc/{sandbox.daemon.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmHWM:\s*(\d+)", text).group(1)) // 1024
    before = peak()
    reply = sandbox.stranger.call("ImportAliases", {}, descriptor=["text", "x\n" * (4 << 20)], seconds=200)
    assert reply["error"] == INVALID and "line 1" in reply["message"]
    assert peak() - before < 500


# ---- files

def test_modes_of_what_is_made(sandbox):
    assert "reply" in sandbox.root_caller.call("SetAlias", "team", ["alice", "carol"], signature="sas")
    home = sandbox.root / "etc/mailstack"
    shipped = {home / "mailstackd.yaml", home / "m4", *home.glob("m4/*")}  # by the package, for all to read
    assert home.stat().st_mode & 0o777 == 0o711  # accounts pass through it to their recipes
    for path in home.rglob("*"):
        if path not in shipped:
            assert path.stat().st_uid == 0 and path.stat().st_mode & 0o077 == 0, path
    assert (sandbox.mail / "aliases.db").stat().st_mode & 0o137 == 0


KINDS = {
    "fifo": os.mkfifo,
    "directory": os.mkdir,
    "link": lambda path: os.symlink(path.parent / "victim", path),
    "hard link": lambda path: os.link(path.parent / "victim", path),
}


@pytest.mark.parametrize("which", ["aliases", "aliases.db"])
@pytest.mark.parametrize("kind", KINDS)
def test_another_kind_of_file_is_refused(own, kind, which):
    sandbox = own()
    victim = sandbox.mail / "victim"
    victim.write_text("not to be written\n", encoding="ascii")
    os.chown(victim, STRANGER, STRANGER)
    path = sandbox.mail / which
    path.rename(sandbox.mail / "aside")
    KINDS[kind](path)
    if kind == "link":
        os.chown(path, STRANGER, STRANGER, follow_symlinks=False)
    reply = sandbox.root_caller.call("AddAlias", "fresh", ["alice"], signature="sas", seconds=25)
    assert reply.get("error") in (ERROR + "UnsafeFile", ERROR + "AlreadyExists"), reply
    assert victim.read_text(encoding="ascii") == "not to be written\n"
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink()
    (sandbox.mail / "aside").rename(path)
    assert "reply" in sandbox.root_caller.call("AddAlias", "fresh", ["alice"], signature="sas")


def test_a_property_while_the_map_is_no_file(own):
    sandbox = own()
    path = sandbox.mail / "aliases.db"
    path.unlink()
    os.mkfifo(path)
    sandbox.stranger.call("Get", MANAGER, "Generation", signature="ss", interface=PROPERTIES, seconds=5)
    assert "reply" in sandbox.root_caller.call("Get", MANAGER, "Version", signature="ss", interface=PROPERTIES, seconds=5)
    path.unlink()
    assert serves(sandbox)


@pytest.mark.parametrize("which", ["aliases", "aliases.db"])
def test_a_huge_sparse_file(own, which):
    sandbox = own()
    path = sandbox.mail / which
    path.unlink()
    path.touch()
    os.truncate(path, 1 << 42)
    reply = sandbox.root_caller.call("AddAlias", "fresh", ["alice"], signature="sas", seconds=30)
    assert reply.get("error", "").startswith(ERROR), reply
    assert sandbox.daemon.poll() is None


def test_an_alias_file_that_is_a_secret(own):
    sandbox = own()
    secret = sandbox.directory / "secret"
    secret.write_text("root:$y$j9T$hash:19000\npassword=hunter2\n", encoding="ascii")
    secret.chmod(0o600)
    cf = pathlib.Path(sandbox.cf)
    text = cf.read_text(encoding="utf-8")
    cf.unlink()
    cf.write_text(re.sub("O AliasFile=.*", f"O AliasFile={secret}", text), encoding="utf-8")
    with open(sandbox.aliases, "a", encoding="ascii") as edit:
        edit.write("# so that it looks again\n")
    sandbox.answers("no", read="yes")
    told = [sandbox.stranger.call("GetAlias", "root", signature="s"), sandbox.stranger.call("ListProblems"),
            sandbox.stranger.call("ListAliases", "", "", 0, signature="ssu")]
    sandbox.root_caller.call("AddAlias", "fresh", ["alice"], signature="sas")
    assert "hash" not in str(told) and "hunter2" not in str(told), told
    assert "fresh" not in secret.read_text(encoding="ascii")
    assert not secret.with_name("secret.db").exists()


def test_a_configuration_that_is_no_file(own):
    sandbox = own()
    sandbox.stop_daemon()
    cf = pathlib.Path(sandbox.cf)
    cf.unlink()
    os.mkfifo(cf)
    sandbox.daemon = subprocess.Popen([sandbox.daemon_path, "--sandbox", sandbox.root, "--sendmail", sandbox.sendmail],
                                      env=sandbox.environment, stderr=sandbox.log)
    wait_until(lambda: sandbox.daemon.poll() is not None or sandbox.busctl("status", "org.mailstack1").returncode == 0,
               "it serves, or says why not", seconds=10)


def test_a_lock_that_a_user_holds(own):
    sandbox = own()
    holder = script(sandbox, "import fcntl,sys;f=open(sys.argv[1]);fcntl.flock(f,fcntl.LOCK_SH);print('locked',flush=True);"
                    "sys.stdin.read()", sandbox.aliases)
    assert holder.stdout.readline() == "locked\n"
    reply = sandbox.root_caller.call("AddAlias", "fresh", ["alice"], signature="sas", seconds=40)
    holder.kill()
    holder.wait()
    assert "reply" in reply, reply
