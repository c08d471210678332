#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each file of the bus, of main and of the client compiles by itself, with what it includes and no more.

The other builds take several files at a time, where one file may live on what its neighbour includes. (The layers below are
compiled one by one for the suite `threads`.) Nothing is made: the compiler reads, and warnings are errors.

`apart.py DIRECTORY`, one that meson has set up.
"""

import json
import multiprocessing.pool
import pathlib
import shlex
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[1]
WANTED = ("daemon/bus/", "daemon/main.cpp", "client/")


def make_headers(build: pathlib.Path) -> None:
    """Those that are made of the XML."""
    targets = subprocess.run(["ninja", "-C", build, "-t", "targets", "all"], capture_output=True, text=True, check=True).stdout
    headers = [line.partition(":")[0] for line in targets.splitlines() if line.endswith(".hpp: CUSTOM_COMMAND")]
    subprocess.run(["ninja", "-C", build, *headers], check=True, stdout=subprocess.DEVNULL)


def complaint(build: pathlib.Path, command: str) -> str:
    words = [word for word in shlex.split(command) if word not in ("-MD", "-c")]
    for option in ("-o", "-MF", "-MQ"):
        at = words.index(option)
        del words[at:at + 2]
    return subprocess.run([*words, "-fsyntax-only"], cwd=build, capture_output=True, text=True).stderr


def main(build: pathlib.Path) -> int:
    make_headers(build)
    commands = {(build / one["file"]).resolve().relative_to(SOURCE).as_posix(): one["command"]
                for one in json.loads((build / "compile_commands.json").read_text())}
    wanted = {path: command for path, command in commands.items() if path.startswith(WANTED)}
    with multiprocessing.pool.ThreadPool(2) as pool:
        found = pool.starmap(complaint, [(build, command) for command in wanted.values()])
    for text in filter(None, found):
        print(text)
    print(f"{len(wanted)} files read")
    return 1 if any(found) or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
