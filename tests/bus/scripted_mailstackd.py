#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An org.mailstack1 that answers by script, for tests of the client: each error can be had by name, no file is touched.

Its interfaces are those of dbus-interfaces/ (the directory is the only argument), so that it cannot fall behind them.

- A name `error:NAME` is answered with that D-Bus error; a NAME without dots is one of org.mailstack1.Error.
- AddAlias `was-interactive` gives generation 1 where the call allowed a dialog, else 2.
- ListAliases serves 2,500 aliases, at most 1,000 a page.
- ImportAliases insists on a sealed memfd, tells its progress, and counts lines; a line `slow` waits before each signal.
- SetEntry in access with the key `signals` emits EntriesChanged and the new Count, AddDomain `signals` the new Names.
- The routes are those of scripted_routes.py, the certificate that of scripted_certificate.py, the recipes those of scripted_recipes.py.
- AddAlias `signals` emits every signal once; AddAlias `vanish` ends the service without an answer.
"""

import fcntl
import os
import pathlib
import sys

from gi.repository import Gio, GLib

import scripted_certificate
import scripted_recipes
import scripted_routes

PATH = "/org/mailstack1"
MANAGER, ALIASES = "org.mailstack1.Manager", "org.mailstack1.Aliases"
TABLE, DOMAINS = "org.mailstack1.Table", "org.mailstack1.Domains"
TABLES = [PATH + "/table/" + name for name in ("access", "virtusertable", "mailertable")]
F_GET_SEALS, ALL_SEALS = 1034, 0b1111
NAMES = [f"alias{number:04}" for number in range(2500)]
PROPERTIES = {
    "Version": GLib.Variant("s", "9.9"), "Generation": GLib.Variant("t", 7), "LiveGeneration": GLib.Variant("t", 6),
    "State": GLib.Variant("s", os.environ.get("SCRIPTED_STATE", "running")),
    "StateReason": GLib.Variant("s", "by script"), "MtaUnit": GLib.Variant("s", "sendmail.service"),
    "MtaState": GLib.Variant("s", "running"), "Drifted": GLib.Variant("as", ["/etc/aliases"]),
    "Count": GLib.Variant("t", len(NAMES)), "Names": GLib.Variant("as", ["example.org", "example.net", "mail.example"]),
}
ENTRIES = {
    "access": [(f"connect:192.0.2.{number:03}", "REJECT") for number in range(200)] + [("from:spam.example", "ERROR:5.7.1:550 Go away")],
    "virtusertable": [("info@example.org", "alice"), ("sales@example.org", "bob")], "mailertable": []}


def scripted_error(name: str):
    """The D-Bus error that an alias's name asks for, or None."""
    kind, _, error = name.partition(":")
    if kind != "error":
        return None
    return error if "." in error else "org.mailstack1.Error." + error


def message_of(error: str) -> str:
    if error.endswith(".NoMta"):
        return "written as generation 41, but not live: no MTA runs"
    if "Auth" in error or "AccessDenied" in error:
        return "org.mailstack1.manage-aliases is not allowed to this caller"
    return "by script"


def page(prefix: str, after: str, limit: int):
    fitting = [name for name in NAMES if name.startswith(prefix) and name > after]
    return [(name, [name + "@example.com", "bob"], f"/etc/aliases:{NAMES.index(name) + 1}")
            for name in fitting[:min(limit or 1000, 1000)]]


def entry_page(table: str, prefix: str, after: str, limit: int):
    fitting = [row for row in sorted(ENTRIES[table]) if row[0].startswith(prefix.lower()) and row[0] > after.lower()]
    return [(*row, f"/etc/mail/{table}:{number}") for number, row in enumerate(fitting, 1)][:min(limit or 100, 100)]


def run_import(connection, sender, descriptor):
    seals = fcntl.fcntl(descriptor, F_GET_SEALS)
    if seals & ALL_SEALS != ALL_SEALS:
        raise OSError(f"not sealed: {seals:#b}")
    lines = os.read(descriptor, 1 << 20).decode().splitlines()
    for done in range(1, 5):
        if "slow" in lines:
            GLib.usleep(20_000)
        connection.emit_signal(sender, PATH, ALIASES, "ImportProgress", GLib.Variant("(tt)", (done * 250, 1000)))
    return GLib.Variant("(tuuu)", (8, len(lines), 2, 3))


def emit_everything(connection):
    emit = connection.emit_signal
    emit(None, PATH, MANAGER, "Applied", GLib.Variant("(tas)", (8, ["AddAlias signals"])))
    emit(None, PATH, MANAGER, "RolledBack", GLib.Variant("(ts)", (7, "the proof failed")))
    emit(None, PATH, ALIASES, "AliasesChanged", GLib.Variant("(tasb)", (8, ["signals"], True)))
    properties_changed(connection, PATH, MANAGER, {"Generation": GLib.Variant("t", 8), "Drifted": GLib.Variant("as", ["/etc/aliases"])})


def properties_changed(connection, path, interface, values):
    connection.emit_signal(None, path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                           GLib.Variant("(sa{sv}as)", (interface, values, [])))


def answer_of_table(connection, path, method, arguments):
    """The reply's arguments."""
    if method in ("SetEntry", "RemoveEntry"):
        if arguments[0] == "signals":
            connection.emit_signal(None, path, TABLE, "EntriesChanged", GLib.Variant("(tasb)", (8, ["signals"], True)))
            properties_changed(connection, path, TABLE, {"Count": GLib.Variant("t", 202)})
        return GLib.Variant("(t)", (8,))
    if method == "GetEntry":
        return GLib.Variant("(s)", (dict(ENTRIES[path.rpartition("/")[2]])[arguments[0].lower()],))
    if method == "ListProblems":
        return GLib.Variant("(a(suus))", ([],))
    return GLib.Variant("(a(sss))", (entry_page(path.rpartition("/")[2], *arguments),))


def answer(connection, sender, method, arguments, invocation):
    """The reply's arguments."""
    if method in ("AddAlias", "SetAlias", "RemoveAlias"):
        if arguments[0] == "was-interactive":
            flags = invocation.get_message().get_flags()
            asked = flags & Gio.DBusMessageFlags.ALLOW_INTERACTIVE_AUTHORIZATION
            return GLib.Variant("(t)", (1 if asked else 2,))
        if arguments[0] == "signals":
            emit_everything(connection)
        if arguments[0] == "vanish":
            os._exit(1)
        return GLib.Variant("(t)", (8,))
    if method == "AddDomain" and arguments[0] == "signals":
        properties_changed(connection, PATH, DOMAINS, {"Names": GLib.Variant("as", ["signals"])})
    if method == "GetAlias":
        return GLib.Variant("(as)", (["alice", "bob@example.com"],))
    if method == "ListAliases":
        return GLib.Variant("(a(sass))", (page(*arguments),))
    if method == "ListProblems":
        return GLib.Variant("(a(suus))", ([("/etc/aliases", 12, 4, "'sales' is defined twice")],))
    if method == "RebuildCf":
        return GLib.Variant("(t)", (10,))
    if method == "Setup" and arguments[0] == "told.example":
        raise OSError(f"told: {arguments[1]} {sorted(arguments[2].items())}")
    if method == "GetPermissions":
        return GLib.Variant("(a{ss})", ({"org.mailstack1.read": "yes", "org.mailstack1.reload": "challenge"},))
    if method == "ImportAliases":
        descriptors = invocation.get_message().get_unix_fd_list()
        return run_import(connection, sender, descriptors.get(arguments[0]))
    return GLib.Variant("(t)", (9,))


def answer_of_object(connection, sender, path, interface, method, arguments, invocation):
    if interface == scripted_routes.MANAGER:
        return scripted_routes.managed_objects()
    if interface == scripted_routes.ROUTES:
        return scripted_routes.answer(connection, method, arguments, invocation)
    if interface == scripted_certificate.CERTIFICATE:
        return scripted_certificate.answer(connection, method, arguments, invocation)
    if interface == scripted_recipes.RECIPES:
        return scripted_recipes.answer(method, arguments, invocation)
    return answer_of_table(connection, path, method, arguments) if path in TABLES else answer(connection, sender, method, arguments, invocation)


def on_call(connection, sender, path, interface, method, parameters, invocation):
    arguments = parameters.unpack()
    error = scripted_error(arguments[0]) if arguments and isinstance(arguments[0], str) else None
    if error:
        invocation.return_dbus_error(error, message_of(error))
        return
    try:
        invocation.return_value(answer_of_object(connection, sender, path, interface, method, arguments, invocation))
    except scripted_routes.BusError as wrong:
        invocation.return_dbus_error(*wrong.args)
    except OSError as wrong:
        invocation.return_dbus_error("org.mailstack1.Error.InvalidArgument", str(wrong))


def on_get(_connection, _sender, path, interface, name):
    if interface == scripted_routes.ROUTES:
        return scripted_routes.get_property(name)
    if interface == scripted_certificate.CERTIFICATE:
        return scripted_certificate.get_property(name)
    if interface == scripted_recipes.RECIPES:
        return scripted_recipes.get_property(name)
    if path in TABLES:
        table = path.rpartition("/")[2]
        unused = "sendmail.mc needs FEATURE(`mailertable')" if table == "mailertable" else ""
        return {"Count": GLib.Variant("t", len(ENTRIES[table])), "Unused": GLib.Variant("s", unused)}[name]
    return PROPERTIES[name]


def on_bus(connection, _name):
    texts = [path.read_text(encoding="utf-8") for path in pathlib.Path(sys.argv[1]).glob("org.mailstack1.*.xml")]
    for text in [*texts, scripted_routes.MANAGER_XML]:
        for interface in Gio.DBusNodeInfo.new_for_xml(text).interfaces:
            if interface.name == scripted_routes.ROUTE:
                continue  # GetManagedObjects tells all about routes
            for object_path in TABLES if interface.name == TABLE else [PATH]:
                connection.register_object(object_path, interface, on_call, on_get, None)


Gio.bus_own_name(Gio.BusType.SYSTEM, "org.mailstack1", Gio.BusNameOwnerFlags.NONE, on_bus, None, None)
GLib.MainLoop().run()
