#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A polkitd that answers as told. It owns org.freedesktop.PolicyKit1 on the private bus.

Told through org.mailstack1.Test.Polkit on the same object:
  Answer(s action, s answer): for this action from now on; "*" is every action that has no answer of its own.
      yes, no, challenge (a challenge unless interaction is allowed, then yes), no-agent (always a challenge), dismissed,
      hang (never), error, wait (until Release, then yes)
  Release(): answers everything that waits.
  Questions() -> s: JSON, what was asked: action, subject, details, flags, cancellation id
  Cancelled() -> as: the cancellation ids that were withdrawn
  Forget(): neither answers nor questions are left.
"""

import json
import os

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

XML = """
<node><interface name='org.freedesktop.PolicyKit1.Authority'>
 <method name='CheckAuthorization'>
  <arg type='(sa{sv})' direction='in'/><arg type='s' direction='in'/><arg type='a{ss}' direction='in'/>
  <arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='(bba{ss})' direction='out'/></method>
 <method name='CancelCheckAuthorization'><arg type='s' direction='in'/></method>
</interface><interface name='org.mailstack1.Test.Polkit'>
 <method name='Answer'><arg type='s' direction='in'/><arg type='s' direction='in'/></method>
 <method name='Release'/><method name='Forget'/>
 <method name='Questions'><arg type='s' direction='out'/></method>
 <method name='Cancelled'><arg type='as' direction='out'/></method>
</interface></node>"""

answers, questions, cancelled, waiting = {}, [], [], []


def result(authorized, challenge, details=None):
    return GLib.Variant("((bba{ss}))", ((authorized, challenge, details or {}),))


def check(invocation, subject, action, details, flags, cancellation):
    questions.append({"action": action, "subject": [subject[0], subject[1]], "details": details, "flags": flags,
                      "cancellation": cancellation})
    answer = answers.get(action, answers.get("*", "no"))
    if answer == "yes":
        invocation.return_value(result(True, False))
    elif answer == "no":
        invocation.return_value(result(False, False))
    elif answer == "challenge":
        invocation.return_value(result(True, False) if flags & 1 else result(False, True))
    elif answer == "no-agent":
        invocation.return_value(result(False, True))
    elif answer == "dismissed":
        invocation.return_value(result(False, False, {"polkit.dismissed": "true"}))
    elif answer == "error":
        invocation.return_dbus_error("org.freedesktop.PolicyKit1.Error.Failed", "by script")
    else:
        waiting.append((cancellation, answer, invocation))


def release():
    for entry in [w for w in waiting if w[1] == "wait"]:
        waiting.remove(entry)
        entry[2].return_value(result(True, False))


def cancel(identity):
    cancelled.append(identity)
    for entry in [w for w in waiting if w[0] == identity]:
        waiting.remove(entry)
        entry[2].return_dbus_error("org.freedesktop.PolicyKit1.Error.Cancelled", "withdrawn")


def called(_bus, _sender, _path, _interface, member, body, invocation):
    arguments = body.unpack()
    if member == "CheckAuthorization":
        check(invocation, *arguments)
        return
    reply = None
    if member == "CancelCheckAuthorization":
        cancel(*arguments)
    elif member == "Answer":
        answers[arguments[0]] = arguments[1]
    elif member == "Release":
        release()
    elif member == "Forget":
        for store in (answers, questions, cancelled):
            store.clear()
    elif member == "Questions":
        reply = GLib.Variant("(s)", (json.dumps(questions),))
    elif member == "Cancelled":
        reply = GLib.Variant("(as)", (cancelled,))
    invocation.return_value(reply)


def main():
    bus = Gio.DBusConnection.new_for_address_sync(
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"],
        Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    for interface in Gio.DBusNodeInfo.new_for_xml(XML).interfaces:
        bus.register_object("/org/freedesktop/PolicyKit1/Authority", interface, called, None, None)
    Gio.bus_own_name_on_connection(bus, "org.freedesktop.PolicyKit1", Gio.BusNameOwnerFlags.NONE,
                                   lambda *_: print("ready", flush=True), None)
    GLib.MainLoop().run()


main()
