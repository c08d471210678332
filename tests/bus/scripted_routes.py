# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The routes of scripted_mailstackd.py, with a memory of their own.

- There are direct (active), local-only, home (alice, with a secret) and work (bob, without one).
- TestRoute of work fails at "verify"; of direct and local-only it is refused.
- CountQueued tells 3; $SCRIPTED_COUNT and $SCRIPTED_FLUSH name the D-Bus errors that CountQueued and FlushQueue give instead,
  $SCRIPTED_OBJECTS that of GetManagedObjects.
- SetSecret insists on a sealed memfd with its offset at 0.
- Every call is written to $SCRIPTED_CALLS as one line of JSON, a descriptor as what it holds.
"""

import fcntl
import json
import os
import time

from gi.repository import GLib

PATH = "/org/mailstack1"
ROUTES, ROUTE, MANAGER = "org.mailstack1.Routes", "org.mailstack1.Route", "org.freedesktop.DBus.ObjectManager"
MANAGER_XML = f"""<node><interface name="{MANAGER}">
<method name="GetManagedObjects"><arg type="a{{oa{{sa{{sv}}}}}}" direction="out"/></method></interface></node>"""
F_GET_SEALS, ALL_SEALS = 1034, 0b1111

active = {"Active": "direct", "ActiveUntil": 0, "ReturnTo": ""}
senders = {"@example.org": "work", "bob@example.net": "direct"}


def relay(host, port, tls, user, secret=False):
    return {"Kind": "relay", "Host": host, "Port": port, "Tls": tls, "User": user, "HasSecret": secret}


NOTHING = relay("", 0, "", "")
routes = {"work": relay("[192.0.2.1]", 25, "encrypted", "bob"), "local-only": {**NOTHING, "Kind": "local-only"},
          "home": relay("smart.example.net", 587, "verified", "alice", True), "direct": {**NOTHING, "Kind": "direct"}}


class BusError(Exception):
    """Its arguments are the D-Bus error's name and message."""


def object_of(name):
    return f"{PATH}/route/{name.replace('-', '_2d')}"


def properties_of(name):
    types = {"Port": "q", "HasSecret": "b", "Active": "b"}
    values = {"Id": name, **routes[name], "Active": name == active["Active"]}
    return {ROUTE: {key: GLib.Variant(types.get(key, "s"), value) for key, value in values.items()}}


def get_property(name):
    return GLib.Variant("t" if name == "ActiveUntil" else "s", active[name])


def managed_objects():
    if error := os.environ.get("SCRIPTED_OBJECTS"):
        raise BusError(error, "org.mailstack1.read is not allowed to this caller")
    # Objects of other kinds are there as well.
    objects = {object_of(name): properties_of(name) for name in routes}
    return GLib.Variant("(a{oa{sa{sv}}})", ({**objects, PATH + "/table/access": {"org.mailstack1.Table": {}}},))


def secret_in(descriptor):
    seals = fcntl.fcntl(descriptor, F_GET_SEALS)
    if seals & ALL_SEALS != ALL_SEALS:
        raise OSError(f"not sealed: {seals:#b}")
    return os.read(descriptor, 4096).decode()


def record(method, arguments):
    if path := os.environ.get("SCRIPTED_CALLS"):
        with open(path, "a", encoding="utf-8") as calls:
            calls.write(json.dumps([method, *arguments]) + "\n")


def must_exist(name):
    if name not in routes:
        raise BusError("org.mailstack1.Error.NoSuchRoute", f"there is no route '{name}'")


def activate(connection, name, seconds):
    active.update(Active=name, ActiveUntil=int(time.time()) + seconds if seconds else 0, ReturnTo="direct" if seconds else "")
    connection.emit_signal(None, PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                           GLib.Variant("(sa{sv}as)", (ROUTES, {key: get_property(key) for key in active}, [])))


def add(connection, name, values):
    routes[name] = relay(*values)
    connection.emit_signal(None, PATH, MANAGER, "InterfacesAdded",
                           GLib.Variant("(oa{sa{sv}})", (object_of(name), properties_of(name))))


def steps_of(name):
    if routes[name]["Kind"] != "relay":
        raise BusError("org.mailstack1.Error.InvalidArgument", f"the route '{name}' has no relay to test")
    verify = ("failed", "certificate has expired") if name == "work" else ("ok", "TLSv1.3")
    return [("connect", "ok", routes[name]["Host"]), ("greeting", "ok", "220 relay ESMTP \x1b[2J"), ("verify", *verify),
            ("auth", "skipped" if name == "work" else "ok", "" if name == "work" else "235 2.7.0 accepted")]


def answer(connection, method, arguments, invocation):
    """The reply's arguments. Throws BusError, OSError."""
    if method == "SetSecret":
        secret = secret_in(invocation.get_message().get_unix_fd_list().get(arguments[1]))
        arguments = (arguments[0], secret)
    record(method, arguments)
    if method in ("SetRoute", "SetSecret", "RemoveRoute", "ActivateRoute", "TestRoute"):
        must_exist(arguments[0])
    if method == "SetSecret":
        if arguments[0] == "unlucky":
            raise BusError("org.mailstack1.Error.NoSpace", "no room for the secret")
        routes[arguments[0]]["HasSecret"] = True
        return GLib.Variant("(t)", (13,))
    if method == "TestRoute":
        return GLib.Variant("(a(sss))", (steps_of(arguments[0]),))
    if method == "ListSenderRoutes":
        return GLib.Variant("(a(ss))", (list(senders.items()),))
    if method == "CountQueued":
        if error := os.environ.get("SCRIPTED_COUNT"):
            raise BusError(error, "org.mailstack1.read is not allowed to this caller")
        return GLib.Variant("(u)", (3,))
    if method == "FlushQueue":
        if error := os.environ.get("SCRIPTED_FLUSH"):
            raise BusError(error, "org.mailstack1.switch-route is not allowed to this caller")
        return None
    change(connection, method, arguments)
    return GLib.Variant("(t)", (12,))


def change(connection, method, arguments):
    if method == "AddRoute":
        add(connection, arguments[0], arguments[1:])
    elif method == "SetRoute":
        routes[arguments[0]] = relay(*arguments[1:])
    elif method == "RemoveRoute":
        del routes[arguments[0]]
        connection.emit_signal(None, PATH, MANAGER, "InterfacesRemoved", GLib.Variant("(oas)", (object_of(arguments[0]), [ROUTE])))
    elif method == "ActivateRoute":
        activate(connection, *arguments)
    elif method == "SetRelay":
        add(connection, "relay", (*arguments, ""))
        activate(connection, "relay", 0)
    elif method == "AddSenderRoute":
        senders[arguments[0]] = arguments[1]
    elif method == "RemoveSenderRoute":
        del senders[arguments[0]]
