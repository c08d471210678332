# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A mailstackd in a sandbox: a private bus with the shipped policy, a mock polkit, everything below one directory, and a
real sendmail that mailstackd runs itself."""

import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
sys.path.insert(0, str(SOURCE / "tests/differential"))
from sendmail_tree import SendmailTree  # noqa: E402

PYTHON = "/usr/bin/python3"
MANAGER, ALIASES = "org.mailstack1.Manager", "org.mailstack1.Aliases"
TABLE, DOMAINS = "org.mailstack1.Table", "org.mailstack1.Domains"
ROUTES, ROUTE = "org.mailstack1.Routes", "org.mailstack1.Route"
CERTIFICATE = "org.mailstack1.Certificate"
RECIPES = "org.mailstack1.Recipes"
TABLES = ("access", "virtusertable", "mailertable")
STRANGER = 65534  # nobody: whom polkit is asked about
DENIED = "org.freedesktop.DBus.Error.AccessDenied"
INTERACTION = "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"
ERROR = "org.mailstack1.Error."

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
 <type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
 <policy context="default">
  <allow user="*"/><deny own="*"/><deny send_type="method_call"/>
  <allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
  <allow send_requested_reply="true" send_type="error"/>
  <allow receive_type="method_call"/><allow receive_type="method_return"/><allow receive_type="error"/>
  <allow receive_type="signal"/><allow send_destination="org.freedesktop.DBus"/>
 </policy>
 <policy user="root"><allow own="org.freedesktop.PolicyKit1"/><allow send_destination="*"/></policy>
 <include>{policy}</include>
</busconfig>"""


def table_path(table):
    return f"/org/mailstack1/table/{table}"


def wait_until(condition, what, seconds=20):
    """The condition's value once it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"{what}: not within {seconds} s")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Caller:
    """One connection to the bus, of the user `uid`."""

    def __init__(self, environment, uid):
        become = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"] if uid else []
        self.process = subprocess.Popen([*become, PYTHON, HERE / "caller.py"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, env=environment)
        self.name = self.finish()["name"]

    @staticmethod
    def wish(member, *arguments, signature="", interface=ALIASES, **more):
        return {"member": member, "arguments": arguments, "signature": signature, "interface": interface, **more}

    def start(self, member, *arguments, **more):
        wish = self.wish(member, *arguments, **more)
        self.process.stdin.write(json.dumps(wish) + "\n")
        self.process.stdin.flush()

    def finish(self):
        line = self.process.stdout.readline()
        assert line, "the caller ended"
        return json.loads(line)

    def call(self, member, *arguments, **more):
        self.start(member, *arguments, **more)
        return self.finish()

    def call_together(self, wishes):
        """The answers, in the order of the calls; all of these are under way before the first is awaited."""
        self.process.stdin.write(json.dumps({"together": wishes}) + "\n")
        self.process.stdin.flush()
        return self.finish()["answers"]

    def property(self, interface, name):
        return self.call("Get", interface, name, signature="ss", interface="org.freedesktop.DBus.Properties")["reply"][0]

    def signals(self):
        self.process.stdin.write('{"signals": true}\n')
        self.process.stdin.flush()
        return self.finish()["signals"]

    def kill(self):
        self.process.kill()
        self.process.wait()


class Sandbox:
    def __init__(self, daemon, aliases="postmaster: root\nteam: alice\n", settings="dialog-seconds: 4\n", mta=True,
                 local_mailer="/bin/true"):
        """local_mailer: nothing, so that sendmail.mc chooses none."""
        self.daemon_path = daemon
        self.directory = pathlib.Path(tempfile.gettempdir()) / f"mailstack-bus-{secrets.token_hex(6)}"  # no word that m4 knows
        self.directory.mkdir()
        self.directory.chmod(0o755)
        self.root = self.directory / "root"
        self.mail = self.root / "etc/mail"
        self.mail.mkdir(parents=True)
        (self.root / "etc/mailstack").mkdir(mode=0o711)
        (self.root / "etc/mailstack/mailstackd.yaml").write_text(settings)
        shutil.copytree(SOURCE / "daemon/m4", self.root / "etc/mailstack/m4")
        self.aliases = self.mail / "aliases"
        self.aliases.write_text(aliases)
        self.tree = SendmailTree.get()
        self.port = free_port()
        self.cf = self.tree.write_cf(self.mail, port=self.port, queue=self.root / "queue", features=self.tables(),
                                     local_mailer=local_mailer)
        self.sendmail = self.tree.sendmail if mta else "/nonexistent/sendmail"
        if mta:
            subprocess.run([self.tree.sendmail, "-C", self.cf, "-bi"], check=True, stdout=subprocess.DEVNULL)
        self.log = open(self.directory / "log", "ab")
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.directory}/bus"}
        self.start_bus()
        self.start_polkit()
        try:
            self.start_daemon()
        except AssertionError:
            for process in (self.daemon, self.polkit_process, self.bus):
                process.kill()
                process.wait()
            raise
        self.root_caller = Caller(self.environment, 0)
        self.stranger = Caller(self.environment, STRANGER)

    def tables(self):
        """Writes each table, its map and the list of domains; the lines of the .mc that use them."""
        texts = {"access": "Connect:127.0.0.1\tRELAY\n", "virtusertable": "", "mailertable": ""}
        for name, text in texts.items():
            (self.mail / name).write_text(text)
            subprocess.run([self.tree.makemap, "-C", "/dev/null", "hash", self.mail / name], input=text, text=True, check=True)
        (self.mail / "local-host-names").write_text("localhost\n")
        return [f"define(`confCW_FILE', `{self.mail}/local-host-names')dnl", "FEATURE(`use_cw_file')dnl",
                f"FEATURE(`access_db', `hash -T<TMPF> {self.mail}/access')dnl",
                f"FEATURE(`virtusertable', `hash {self.mail}/virtusertable')dnl",
                f"FEATURE(`mailertable', `hash {self.mail}/mailertable')dnl"]

    def start_bus(self):
        config = self.directory / "bus.conf"
        config.write_text(BUS.format(socket=self.directory / "bus", policy=SOURCE / "dbus-interfaces/org.mailstack1.conf"))
        self.bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"],
                                    stdout=subprocess.PIPE, stderr=self.log)
        assert self.bus.stdout.readline()

    def start_polkit(self):
        self.polkit_process = subprocess.Popen([PYTHON, HERE / "mock_polkit.py"], env=self.environment,
                                               stdout=subprocess.PIPE, text=True)
        assert self.polkit_process.stdout.readline() == "ready\n"

    def stop_polkit(self):
        self.polkit_process.kill()
        self.polkit_process.wait()

    def start_daemon(self, *options):
        self.daemon = subprocess.Popen(
            [self.daemon_path, "--sandbox", self.root, "--sendmail", self.sendmail, *options],
            env=self.environment, stderr=self.log)
        wait_until(self.serves, "mailstackd on the bus: " + self.log_text())

    def serves(self):
        assert self.daemon.poll() is None, "mailstackd ended: " + self.log_text()
        found = self.busctl("status", "org.mailstack1")
        return found.returncode == 0

    def busctl(self, *arguments):
        return subprocess.run(["busctl", f"--address=unix:path={self.directory}/bus", *arguments],
                              capture_output=True, text=True, check=False)

    def log_text(self):
        return (self.directory / "log").read_text(errors="replace")

    def polkit(self, member, *arguments):
        signature = ["s" * len(arguments)] if arguments else []
        found = self.busctl("--json=short", "call", "org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority",
                            "org.mailstack1.Test.Polkit", member, *signature, *arguments)
        assert found.returncode == 0, found.stderr
        return json.loads(found.stdout)["data"][0] if found.stdout.strip() else None

    def answers(self, answer="no", **by_action):
        """polkit's answers from now on; what was asked before is forgotten."""
        self.polkit("Forget")
        self.polkit("Answer", "*", answer)
        for action, given in by_action.items():
            self.polkit("Answer", "org.mailstack1." + action.replace("_", "-"), given)

    def questions(self):
        return json.loads(self.polkit("Questions"))

    def lookup(self, key, table="aliases"):
        """What the map that sendmail reads holds for a key, or nothing."""
        found = subprocess.run([self.tree.sendmail, "-C", self.cf, "-bt"], input=f"/map {table} {key}\n",
                               capture_output=True, text=True, check=False).stdout
        answer = re.search(rf"map_lookup: {table} \(.*?(?:returns (.*?) \(0\)|no match)", found, re.DOTALL)
        assert answer, found
        return answer.group(1)

    def daemon_has_open(self, path):
        for link in pathlib.Path(f"/proc/{self.daemon.pid}/fd").iterdir():
            try:
                if os.readlink(link) == str(path):
                    return True
            except FileNotFoundError:  # closed since it was listed
                continue
        return False

    def sendmail_pid(self):
        return int((self.mail / "sendmail.pid").read_text().split()[0])

    def end_sendmail(self):
        os.kill(self.sendmail_pid(), signal.SIGKILL)
        wait_until(lambda: self.root_caller.property(MANAGER, "MtaState") == "stopped", "the end of sendmail is noticed")

    def stop_daemon(self, number=signal.SIGTERM):
        self.daemon.send_signal(number)
        return self.daemon.wait(timeout=30)

    def close(self):
        for caller in (self.root_caller, self.stranger):
            caller.kill()
        if self.daemon.poll() is None:
            self.stop_daemon()
        self.stop_polkit()
        self.bus.kill()
        self.bus.wait()
        self.log.close()
        shutil.rmtree(self.directory)
