#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two editors of an alias file, until SIGTERM: one saves by rename, one writes in place (appends a line, or rewrites the
number in a comment of its own). `storm_editors.py FILE SEED`.

Before each turn each looks whether all that it saved is still there. It prints as JSON how many saves each made, `lost` (what
was no longer there), and `clobbered`: an editor that saves by rename looks, as good ones do, whether the file is still the
one that it read, and reads anew if not; but between that look and the rename there is a moment. What came into the file in
that moment is its own doing, and nobody can help it. It is seen here because the names are exchanged: the lines of the file
that was replaced, where they are not those that were read. They are told so that nobody else is blamed.
"""

import ctypes
import json
import os
import random
import re
import signal
import sys
import time

AT_FDCWD, RENAME_EXCHANGE = -100, 2
_libc = ctypes.CDLL(None, use_errno=True)


def exchange(one: str, other: str) -> None:
    if _libc.renameat2(AT_FDCWD, one.encode(), AT_FDCWD, other.encode(), RENAME_EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), "exchange", one)


def identity(path_or_number) -> tuple:
    status = os.stat(path_or_number)
    return status.st_ino, status.st_size, status.st_mtime_ns


class Editors:
    def __init__(self, path: str, seed: int):
        self.path, self.random = path, random.Random(seed)
        self.lines: list[str] = []  # saved, and never changed again
        self.number = None          # in the comment
        self.told = {"by_rename": 0, "again": 0, "appended": 0, "rewritten": 0, "lost": [], "clobbered": []}

    def look(self, text: str) -> None:
        present = set(text.split("\n"))
        gone = [line for line in self.lines if line not in present]
        found = re.findall(r"^# in place (\d{8})$", text, re.MULTILINE)
        if self.number is not None and found != [f"{self.number:08}"]:
            gone.append(f"# in place {self.number:08}, but {found}")
        self.told["lost"] += gone
        self.lines = [line for line in self.lines if line in present]
        self.number = int(found[0]) if len(found) == 1 else None

    def save_by_rename(self) -> None:
        line = f"renamed-{self.told['by_rename']}: alice"
        for attempt in range(100):
            with open(self.path) as file:
                before, text = identity(file.fileno()), file.read()
            if identity(self.path) != before or len(text) != before[1]:
                continue  # changed while it was read
            self.look(text)
            temporary = self.path + ".swp"
            with open(temporary, "w") as file:
                head, _, tail = text.partition("\n")
                # In the midst of the file and at its end, in turn.
                file.write(f"{head}\n{line}\n{tail}" if self.random.random() < 0.5 else f"{text}{line}\n")
            time.sleep(self.random.uniform(0, 0.004))  # the editor thinks
            if identity(self.path) == before:
                exchange(temporary, self.path)
                with open(temporary) as file:
                    replaced = file.read()
                if replaced != text:
                    self.told["clobbered"] += sorted(set(replaced.split("\n")) ^ set(text.split("\n")))
                os.unlink(temporary)
                self.lines.append(line)
                self.told["by_rename"] += 1
                return
            os.unlink(temporary)
            self.told["again"] += 1

    def append(self) -> None:
        line = f"appended-{self.told['appended']}: mallory"
        number = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        os.write(number, line.encode() + b"\n")
        os.close(number)
        self.lines.append(line)
        self.told["appended"] += 1

    def rewrite(self) -> None:
        with open(self.path, "r+b", buffering=0) as file:
            text = file.read()
            place = re.search(rb"^# in place (\d{8})$", text, re.MULTILINE)
            new = self.told["rewritten"] + 1
            if place is None:
                os.lseek(file.fileno(), 0, os.SEEK_END)
                file.write(b"# in place %08d\n" % new)
            else:
                os.pwrite(file.fileno(), b"%08d" % new, place.start(1))
        self.number, self.told["rewritten"] = new, new

    def turn(self) -> None:
        with open(self.path) as file:
            before, text = identity(file.fileno()), file.read()
        if identity(self.path) == before and len(text) == before[1]:
            self.look(text)
        self.random.choice([self.save_by_rename, self.append, self.rewrite])()


def main() -> None:
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    editors = Editors(sys.argv[1], int(sys.argv[2]))
    print("editing", flush=True)
    while not ended:
        editors.turn()
        time.sleep(editors.random.uniform(0, 0.06))
    with open(editors.path) as file:
        editors.look(file.read())
    json.dump(editors.told, sys.stdout)


main()
