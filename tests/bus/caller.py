#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program that calls org.mailstack1 as told, one JSON object a line, so that a test can call as any user.

Reads {"member", "signature", "arguments", "interactive", "seconds", "interface", "descriptor"} and writes {"reply": [...]}
or {"error": NAME, "message": TEXT}. `descriptor` names what is passed as handle 0: see DESCRIPTORS;
`descriptors` those that are all of the arguments. {"signals": true}
writes the signals that came to this connection so far. {"together": [CALL, ...]} makes all of these calls before it waits for
the first answer, and writes the answers in the order of the calls.
"""

import fcntl
import json
import os
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

SEAL_ALL = 0x0002 | 0x0004 | 0x0008  # F_SEAL_SHRINK, GROW, WRITE
F_ADD_SEALS = 1033


def sealed(size_or_text, seals=SEAL_ALL):
    number = os.memfd_create("import", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
    if isinstance(size_or_text, int):
        os.ftruncate(number, size_or_text)
    else:
        os.write(number, size_or_text.encode("utf-8", "surrogateescape"))
    if seals:
        fcntl.fcntl(number, F_ADD_SEALS, seals)
    return number


def pipe_with(text):
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            out.write(text)
        os._exit(0)
    os.close(writing)
    return reading


def pipe_that_never_ends():
    """More than the limit, as fast as it is taken."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        try:
            while True:
                os.write(writing, b"# and on and on\n" * 4096)
        except BrokenPipeError:
            os._exit(0)
    os.close(writing)
    return reading


def silent_pipe():
    reading, writing = os.pipe()
    KEPT.append(writing)
    return reading


def writing_end():
    reading, writing = os.pipe()
    KEPT.append(reading)
    return writing


def fifo(path):
    os.mkfifo(path)
    return os.open(path, os.O_RDWR)


def socket_end():
    import socket
    here, there = socket.socketpair()
    KEPT.extend((here, there))
    return here.fileno()


KEPT = []
DESCRIPTORS = {
    "text": sealed,
    "size": lambda size: sealed(int(size)),
    "unsealed": lambda text: sealed(text, seals=0),
    "half-sealed": lambda text: sealed(text, seals=0x0008),
    "pipe": pipe_with,
    "endless": lambda _: pipe_that_never_ends(),
    "silent": lambda _: silent_pipe(),
    "writing-end": lambda _: writing_end(),
    "fifo": fifo,
    "socket": lambda _: socket_end(),
    "path": lambda path: os.open(path, os.O_RDONLY),
    "o-path": lambda path: os.open(path, os.O_PATH),
}


def plain(value):
    return value.unpack() if isinstance(value, GLib.Variant) else value


def request(wish):
    """What GDBus is given to make the call."""
    handles = Gio.UnixFDList()
    for kind, argument in wish.get("descriptors", [wish["descriptor"]] if "descriptor" in wish else []):
        number = DESCRIPTORS[kind](argument)
        handles.append(number)
        os.close(number) if kind != "socket" else None
    arguments = [GLib.Variant(*a["variant"]) if isinstance(a, dict) and "variant" in a else a
                 for a in wish.get("arguments", [])]
    # An a{sv} comes as {key: [type, value]}.
    arguments = [{key: GLib.Variant(kind, value) for key, (kind, value) in a.items()} if isinstance(a, dict) else a
                 for a in arguments]
    if wish.get("member") == "ImportAliases":
        body = GLib.Variant("(ha{sv})", (0, arguments[0]))
    elif wish.get("member") in ("SetSecret", "TestMessage"):
        body = GLib.Variant("(sh)", (arguments[0], 0))
    elif "descriptors" in wish:
        body = GLib.Variant("(" + "h" * len(wish["descriptors"]) + ")", tuple(range(len(wish["descriptors"]))))
    else:
        body = GLib.Variant("(" + wish.get("signature", "") + ")", tuple(arguments))
    flags = Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION if wish.get("interactive") else Gio.DBusCallFlags.NONE
    return ("org.mailstack1", wish.get("path", "/org/mailstack1"), wish["interface"], wish["member"], body, None, flags,
            int(wish.get("seconds", 30) * 1000), handles, None)


def answer(finish, *arguments):
    try:
        reply, _ = finish(*arguments)
        return {"reply": list(plain(reply))}
    except GLib.Error as error:
        return {"error": Gio.DBusError.get_remote_error(error) or "none",
                "message": error.message.split(": ", 1)[-1]}


def call(bus, wish):
    return answer(bus.call_with_unix_fd_list_sync, *request(wish))


def call_together(bus, wishes):
    answers = {}
    for number, wish in enumerate(wishes):
        bus.call_with_unix_fd_list(*request(wish), lambda bus, result, number: answers.update(
            {number: answer(bus.call_with_unix_fd_list_finish, result)}), number)
    while len(answers) < len(wishes):
        GLib.MainContext.default().iteration(True)
    return [answers[number] for number in range(len(wishes))]


def main():
    bus = Gio.DBusConnection.new_for_address_sync(
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
        Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    heard = []
    bus.signal_subscribe("org.mailstack1", None, None, None, None, Gio.DBusSignalFlags.NONE,
                         lambda _b, sender, path, interface, member, body: heard.append(
                             [interface, member, list(body.unpack())]))
    print(json.dumps({"name": bus.get_unique_name()}), flush=True)
    for line in sys.stdin:
        wish = json.loads(line)
        if "signals" in wish:
            while GLib.MainContext.default().iteration(False):
                pass
            print(json.dumps({"signals": heard}), flush=True)
            continue
        if "together" in wish:
            print(json.dumps({"answers": call_together(bus, wish["together"])}), flush=True)
            continue
        print(json.dumps(call(bus, wish)), flush=True)


main()
