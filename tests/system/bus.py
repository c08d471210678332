# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls to a machine's mailstackd from the host: a connection that stays, for tests that make thousands of calls or pass
descriptors. The machine itself has no Python."""

import json
import os
import pathlib
import subprocess

from machine import Machine

CALLER = pathlib.Path(__file__).resolve().parents[1] / "bus/caller.py"


class Bus:
    """One connection, of root or of a user of the machine. start() and finish() are the halves of call(), for calls that shall
    be under way together."""

    def __init__(self, machine: Machine, user: str = "root"):
        # A process of the machine's, that polkit finds, with the host's files; the socket is reached by a directory, since
        # /proc/PID/root is closed to other users.
        # Debian 13's polkit counts the groups that the process has, not those of its account.
        user_id, group_id, groups = (machine.do("id", option, user) for option in ("-u", "-g", "-G"))
        command = ["nsenter", "-t", str(machine.leader), "-p", "setpriv", f"--reuid={user_id}", f"--regid={group_id}",
                   f"--groups={groups.replace(' ', ',')}", "/usr/bin/python3", str(CALLER)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                         cwd=machine.path("/run/dbus"),
                                         env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=system_bus_socket"})
        self.name = self.finish()["name"]

    def start(self, member: str, *arguments, signature: str = "", interface: str = "org.mailstack1.Aliases", **more) -> None:
        wish = {"member": member, "arguments": arguments, "signature": signature, "interface": interface, **more}
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()

    def finish(self) -> dict:
        line = self._process.stdout.readline()
        assert line, "the caller ended"
        return json.loads(line)

    def call(self, member: str, *arguments, **more) -> dict:
        """{"reply": [...]} or {"error": NAME, "message": TEXT}."""
        self.start(member, *arguments, **more)
        return self.finish()

    def add(self, name: str, *recipients: str) -> dict:
        return self.call("AddAlias", name, list(recipients), signature="sas")

    def set(self, name: str, *recipients: str) -> dict:
        return self.call("SetAlias", name, list(recipients), signature="sas")

    def remove(self, name: str) -> dict:
        return self.call("RemoveAlias", name, signature="s")

    def get(self, name: str) -> list[str] | None:
        answer = self.call("GetAlias", name, signature="s")
        return answer["reply"][0] if "reply" in answer else None

    def manager(self, member: str) -> dict:
        return self.call(member, interface="org.mailstack1.Manager", seconds=60)

    def property(self, name: str):
        answer = self.call("Get", "org.mailstack1.Manager", name, signature="ss", interface="org.freedesktop.DBus.Properties")
        return answer["reply"][0]

    def signals(self) -> list:
        self._process.stdin.write('{"signals": true}\n')
        self._process.stdin.flush()
        return self.finish()["signals"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # nsenter is killed without its child, which would keep the machine from its shutdown; at the end of its input it ends.
        try:
            self._process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
