# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The certificate of scripted_mailstackd.py, with a memory of its own.

- There is a self-signed one for mail.example.org and example.org, of which 100 days have passed and 400 are left.
- $SCRIPTED_CERTIFICATE holds, as JSON, properties that are otherwise; $SCRIPTED_SERVED names the D-Bus error of ListServed, or is
  its answer as JSON.
- A name `error:NAME` of RotateCert or CreateRequest, and a chain that begins so, is answered with that D-Bus error (a NAME
  without dots is one of org.mailstack1.Error); RotateCert for `signals` emits ExpiryWarning and PropertiesChanged; one for
  `slow` takes three seconds.
- InstallCert insists on sealed memfds with their offsets at 0.
- Every call is written to $SCRIPTED_CALLS as one line of JSON, a descriptor as what it holds.
"""

import fcntl
import json
import os
import time

from gi.repository import GLib

from scripted_routes import ALL_SEALS, F_GET_SEALS, PATH, BusError, record

CERTIFICATE = "org.mailstack1.Certificate"
DAY = 86400
NOW = int(time.time())
TYPES = {"Names": "as", "NotBefore": "t", "NotAfter": "t", "RenewsItself": "b"}
REQUEST = "-----BEGIN CERTIFICATE REQUEST-----\nc2NyaXB0ZWQ=\n-----END CERTIFICATE REQUEST-----\n"

values = {"CertificateFile": "/etc/mailstack/tls/mail.crt", "Names": ["mail.example.org", "example.org"], "NotBefore": NOW - 100 * DAY,
          "NotAfter": NOW + 400 * DAY - 60, "Subject": "CN=mail.example.org", "Issuer": "CN=mail.example.org", "Fingerprint": "ab" * 32,
          "ServedFingerprint": "ab" * 32, "RenewsItself": True, "Status": "valid", **json.loads(os.environ.get("SCRIPTED_CERTIFICATE", "{}"))}


def get_property(name):
    return GLib.Variant(TYPES.get(name, "s"), values[name])


def refuse_where_asked(text):
    if text.startswith("error:"):
        error = text.removeprefix("error:").strip()
        raise BusError(error if "." in error else "org.mailstack1.Error." + error, "org.mailstack1.rotate-certificate by script")


def held_by(descriptor):
    seals = fcntl.fcntl(descriptor, F_GET_SEALS)
    if seals & ALL_SEALS != ALL_SEALS or os.lseek(descriptor, 0, os.SEEK_CUR) != 0:
        raise OSError(f"not sealed, or not at its beginning: {seals:#b}")
    with os.fdopen(descriptor, "rb") as file:
        return file.read().decode()


def warn(connection):
    connection.emit_signal(None, PATH, CERTIFICATE, "ExpiryWarning", GLib.Variant("(tus)", (1790000000, 7, "expires \x1b[2J soon")))
    connection.emit_signal(None, PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged", GLib.Variant(
        "(sa{sv}as)", (CERTIFICATE, {"RenewsItself": GLib.Variant("b", False), "Status": GLib.Variant("s", "expiring")}, [])))


def rotate(connection, options):
    for name in options.get("names", []):
        refuse_where_asked(name)
    if "slow" in options.get("names", []):
        time.sleep(3)
    values.update(Names=options.get("names", values["Names"]), Fingerprint="cd" * 32, ServedFingerprint="cd" * 32,
                  NotAfter=int(time.time()) + options.get("days", 823) * DAY)
    if "signals" in options.get("names", []):
        warn(connection)
    return GLib.Variant("(t)", (21,))


def served():
    default = [(address, values["Fingerprint"], "") for address in ("127.0.0.1:25", "127.0.0.1:587")]
    asked = os.environ.get("SCRIPTED_SERVED", json.dumps(default))
    if not asked.startswith("["):
        raise BusError(asked, "org.mailstack1.read is not allowed to this caller")
    return GLib.Variant("(a(sss))", ([tuple(port) for port in json.loads(asked)],))


def answer(connection, method, arguments, invocation):
    """The reply's arguments. Throws BusError, OSError."""
    if method == "InstallCert":
        descriptors = invocation.get_message().get_unix_fd_list()
        arguments = [held_by(descriptors.get(handle)) for handle in arguments]
    record(method, arguments)
    if method == "InstallCert":
        refuse_where_asked(arguments[0])
        return GLib.Variant("(t)", (22,))
    if method == "CreateRequest":
        for name in arguments[0]:
            refuse_where_asked(name)
        return GLib.Variant("(s)", (REQUEST,))
    return rotate(connection, arguments[0]) if method == "RotateCert" else served()
