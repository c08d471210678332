#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Includes point downwards only: base <- formats, model <- engine <- bus <- main.cpp. And bus libraries stay in bus."""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[1]
BELOW = {
    "base": {"base"},
    "formats": {"formats", "base"},
    "model": {"model", "base"},
    "engine": {"engine", "model", "formats", "base"},
    "bus": {"bus", "engine", "model", "formats", "base"},
}
# The client is a program of its own: of the daemon it shares what needs none of the daemon's libraries.
CLIENT_MAY = {"base/auth_packages.hpp", "base/descriptor.hpp", "bus/sdbus_compat.hpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)
OF_THE_BUS = re.compile(r"^(sdbus-c\+\+|systemd|polkit)/")


def wrong(path: pathlib.Path) -> list[str]:
    layer = path.relative_to(SOURCE / "daemon").parts[0]
    found = []
    for mark, target in INCLUDE.findall(path.read_text()):
        head = target.partition("/")[0]
        if mark == '"' and layer in BELOW and head in BELOW and head not in BELOW[layer]:
            found.append(f'{path.relative_to(SOURCE)}: {layer} includes "{target}", which lies above it')
        if mark == '"' and layer in BELOW and "/" not in target and not target.startswith("org.mailstack1."):
            found.append(f'{path.relative_to(SOURCE)}: "{target}" does not say its layer')
        if layer in BELOW and layer != "bus" and OF_THE_BUS.match(target) and target != "systemd/sd-journal.h":
            found.append(f"{path.relative_to(SOURCE)}: <{target}> belongs to bus")
    return found


def wrong_in_client(path: pathlib.Path) -> list[str]:
    return [f'{path.relative_to(SOURCE)}: "{target}" is the daemon\'s own'
            for mark, target in INCLUDE.findall(path.read_text())
            if mark == '"' and target.partition("/")[0] in BELOW and target not in CLIENT_MAY]


def main() -> int:
    sources = [path for path in (SOURCE / "daemon").rglob("*") if path.suffix in (".cpp", ".hpp")]
    clients = [path for path in (SOURCE / "client").rglob("*") if path.suffix in (".cpp", ".hpp")]
    found = [line for path in sources for line in wrong(path)] + [line for path in clients for line in wrong_in_client(path)]
    print("\n".join(found) or f"{len(sources) + len(clients)} files look downwards only")
    return 1 if found or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
