# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The recipes of scripted_mailstackd.py, with a memory of their own.

- The caller has the recipes debian, junk and copy, alice has one called word-x; others have none.
- TestMessage answers for each recipe of the account by its name, then the ways of WAYS; of alice's that it matched.
- $SCRIPTED_DELIVERY holds, as JSON, what of the delivery is otherwise.
- UseProcmail takes three seconds.
- TestMessage insists on a sealed memfd with its offset at 0.
- Every call is written to $SCRIPTED_CALLS as one line of JSON, a descriptor as what it holds.
"""

import json
import os
import time

from gi.repository import GLib

from scripted_certificate import held_by
from scripted_routes import record

RECIPES = "org.mailstack1.Recipes"
OUTCOMES = {"debian": ("not-matched", "list contains debian-user"), "junk": ("unknown", "it would run /usr/bin/filter"),
            "copy": ("matched", "every condition holds"), "word-x": ("matched", "every condition holds")}
WAYS = [("delivery", "forward", "bob@example.com"), ("delivery", "folder", "/home/alice/Maildir/.Junk \x1b[2J/"),
        ("delivery", "discard", ""), ("delivery", "unknown", "junk cannot be told")]

delivery = {"format": "", "mailbox": "/home/alice/Maildir/", "default": "maildir", "local_mailer": "/usr/bin/procmail",
            **json.loads(os.environ.get("SCRIPTED_DELIVERY", "{}"))}
recipes = {
    "": [("debian", "all", ["list contains debian-user"], "folder Lists/debian", "stop"),
         ("junk", "any", ["header X-Spam-Flag contains yes", "not program /usr/bin/filter", "header Subject contains \x1b[2J"], "folder Junk",
          "stop"),
         ("copy", "all", [], "forward bob@example.com", "continue")],
    "alice": [("word-x", "all", ["body contains x"], "keep", "stop")]}


def get_property(name):
    return GLib.Variant("s", delivery["default" if name == "DefaultDelivery" else "local_mailer"])


def answer(method, arguments, invocation):
    """The reply's arguments. Throws OSError."""
    if method == "TestMessage":
        arguments = (arguments[0], held_by(invocation.get_message().get_unix_fd_list().get(arguments[1])))
    record(method, arguments)
    if method == "ListRecipes":
        return GLib.Variant("(a(ssasss))", (recipes.get(arguments[0], []),))
    if method == "TestMessage":
        steps = [(recipe[0], *OUTCOMES[recipe[0]]) for recipe in recipes.get(arguments[0], [])]
        return GLib.Variant("(a(sss))", (steps + WAYS,))
    if method == "GetDelivery":
        return GLib.Variant("(ss)", (delivery["format"], delivery["mailbox"]))
    if method == "UseProcmail":
        time.sleep(3)
    return GLib.Variant("(t)", (31,))
