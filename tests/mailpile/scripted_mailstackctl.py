#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stands in for mailstackctl: `relay list` and `relay use` with its JSON, its messages and its exit statuses.

A test copies it into a directory of its own. There `state.json` holds the routes, `mode` how it behaves ("", or a word of MODES),
and `calls` gets one JSON line for each call: argv and environment.
"""

import json
import os
import pathlib
import sys
import time

HERE = pathlib.Path(sys.argv[0]).resolve().parent
DENIED = "org.mailstack1.switch-route needs a password, and this call does not allow a dialog"
STATE = {
    "active": "direct", "until": None, "return_to": None,
    "routes": [{"id": "direct", "kind": "direct", "active": True}, {"id": "local-only", "kind": "local-only", "active": False},
               {"id": "home", "kind": "relay", "active": False, "host": "smart.example.net", "port": 587, "tls": "verified",
                "user": "alice", "has_secret": True}],
    "senders": [{"sender": "@example.org", "route": "home"}],
}
HOURS = {"1h": 1, "4h": 4, "12h": 12, "24h": 24}


def fail(name: str, message: str, advice: str, status: int) -> None:
    print(f"mailstackctl: {message}", file=sys.stderr)
    print(json.dumps({"error": name, "message": message, "advice": advice, "exit_status": status}))
    sys.exit(status)


def unreachable() -> None:
    fail("org.freedesktop.DBus.Error.ServiceUnknown", "The name org.mailstack1 was not provided by any .service files",
         "mailstackd could not be reached. Start it with 'systemctl start mailstackd'.", 5)


def hang() -> None:
    """With a child that holds the same pipes, whose number is left where the test finds it."""
    child = os.fork()
    if child == 0:
        time.sleep(600)
    (HERE / "children").write_text(f"{os.getpid()} {child}")
    time.sleep(600)


def flood() -> None:
    while True:
        sys.stdout.write("x" * 65536)


MODES = {"": lambda: None, "unreachable": unreachable, "hang": hang, "flood": flood}


def use(state: dict, words: list[str], mode: str) -> dict:
    if mode == "denied":
        fail("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", DENIED, "An administrator grants the polkit action.", 4)
    if words[0] not in [route["id"] for route in state["routes"]]:
        fail("org.mailstack1.Error.NoSuchRoute", f"there is no route '{words[0]}'", "'mailstackctl relay list' shows them.", 3)
    seconds = HOURS[words[words.index("--for") + 1]] * 3600 if "--for" in words else 0
    state["return_to"] = state["active"] if seconds else None
    state["until"] = int(time.time()) + seconds if seconds else None
    state["active"] = words[0]
    for route in state["routes"]:
        route["active"] = route["id"] == words[0]
    (HERE / "state.json").write_text(json.dumps(state))
    return {"route": words[0], "generation": 12, "live": True, "until": state["until"], "queued": 3, "flushed": "--flush" in words}


def main() -> None:
    with open(HERE / "calls", "a") as calls:
        print(json.dumps({"argv": sys.argv[1:], "environment": dict(os.environ), "directory": os.getcwd()}), file=calls)
    mode = (HERE / "mode").read_text() if (HERE / "mode").exists() else ""
    MODES.get(mode, MODES[""])()
    state = json.loads((HERE / "state.json").read_text()) if (HERE / "state.json").exists() else STATE
    words = [word for word in sys.argv[1:] if word not in ("--json", "--no-ask-password")]
    if words == ["relay", "list"]:
        print(json.dumps(state))
    elif words[:2] == ["relay", "use"]:
        print(json.dumps(use(state, words[2:], mode)))
    else:
        print(f"mailstackctl: The following arguments were not expected: {' '.join(words)}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
