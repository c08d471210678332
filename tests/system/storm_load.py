#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keeps mailstackd busy: sets and removes aliases of its own, always some calls under way at once, whatever becomes of them.

At "pause" on standard input it lets what is under way end and prints "paused"; at "go" it goes on; at end of file it ends.
"""

import os
import random
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

AT_ONCE = 3


class Load:
    def __init__(self, seed: int):
        self.random, self.loop = random.Random(seed), GLib.MainLoop()
        self.bus = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.under_way, self.going = 0, True
        GLib.io_add_watch(sys.stdin.fileno(), GLib.IOCondition.IN | GLib.IOCondition.HUP, self.told)

    def told(self, number, _condition) -> bool:
        words = os.read(number, 100).decode()
        if not words:
            self.loop.quit()
            return False
        self.going = words.split()[-1] == "go"
        self.fill()
        self.tell_if_paused()
        return True

    def tell_if_paused(self) -> None:
        if not self.going and self.under_way == 0:
            print("paused", flush=True)

    def fill(self) -> None:
        while self.going and self.under_way < AT_ONCE:
            self.under_way += 1
            name = f"noise-{self.random.randrange(60)}"
            if self.random.random() < 0.3:
                member, body = "RemoveAlias", GLib.Variant("(s)", (name,))
            else:
                member, body = "SetAlias", GLib.Variant("(sas)", (name, [f"someone{self.random.randrange(10**6)}@example.org"]))
            self.bus.call("org.mailstack1", "/org/mailstack1", "org.mailstack1.Aliases", member, body, None,
                          Gio.DBusCallFlags.NONE, 30000, None, self.done)

    def done(self, bus, result) -> None:
        self.under_way -= 1
        try:
            bus.call_finish(result)
        except GLib.Error:
            # The daemon was killed, or there was no such alias. Not at once again: it has to start first.
            GLib.timeout_add(1, self.again)
        else:
            self.fill()
        self.tell_if_paused()

    def again(self) -> bool:
        self.fill()
        return False


load = Load(int(sys.argv[1]))
load.fill()
load.loop.run()
