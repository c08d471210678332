# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every command of README.md is run, and prints what README.md says.

```console blocks run in one fresh machine, from the first to the last, in /root where the package's file lies: `# ` is root's
prompt, `$ ` alice's, `> ` continues a command. The lines below a command are what it prints; `...` stands for anything, on a
line of its own for any lines, and two blanks or more for any such number. ```sh blocks are for the source tree: TREE says how each of their commands is run.
"""

import inspect
import pathlib
import re
import shutil
import subprocess

import pytest

import image
import package
from machine import Machine

README = image.SOURCE / "README.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def commands() -> list[tuple[str, str, list[str]]]:
    """(user, command, the lines that it prints) in order."""
    found = []
    for line in "".join(blocks("console")).splitlines():
        if line[:2] in ("# ", "$ "):
            found.append(("root" if line[0] == "#" else "alice", line[2:], []))
        elif line[:2] == "> " and not found[-1][2]:
            found[-1] = (found[-1][0], found[-1][1] + "\n" + line[2:], [])
        else:
            found[-1][2].append(line)
    return found


def pattern(lines: list[str]) -> str:
    """A regular expression for what a command prints."""
    made = ""
    for line in lines:
        one = re.sub(r"(?:\\ ){2,}", " {2,}", re.escape(line).replace(re.escape("..."), ".*"))
        made += r"(?:.*\n)*?" if line == "..." else one + r"\n"
    return made


@pytest.fixture
def fresh_machine(release, deb):
    with Machine(release) as booted:
        booted.copy_in(deb, "/root/" + pathlib.Path(deb).name)
        yield booted


def test_every_command_of_the_consoles(fresh_machine):
    assert len(commands()) > 10
    for user, command, lines in commands():
        home = "/root" if user == "root" else "/home/" + user
        done = fresh_machine.run("sh", "-c", f"cd {home} && exec 2>&1\n{command}", user=user, timeout=180)
        assert re.fullmatch(pattern(lines), done.stdout), f"{user}: {command}\nprinted\n{done.stdout}\ninstead of\n" + "\n".join(lines)
        assert done.returncode == 0, f"{user}: {command}: exit status {done.returncode}"


def _demo():
    subprocess.run(["./demo"], cwd=image.SOURCE, check=True, timeout=900)


def _check_is_what_runs_this():
    assert (image.SOURCE / "check").stat().st_mode & 0o111


def _build_dependencies_are_found():
    if not shutil.which("apt-get"):
        pytest.skip("no apt-get here")
    subprocess.run(["apt-get", "--simulate", "build-dep", "./"], cwd=image.SOURCE, check=True, timeout=120)


def _the_package_is_built_so():
    assert "\ndpkg-buildpackage -us -uc -b\n" in inspect.getsource(package)


TREE = {
    "./demo": _demo,
    "./check": _check_is_what_runs_this,
    "sudo apt-get build-dep ./": _build_dependencies_are_found,
    "dpkg-buildpackage -us -uc -b": _the_package_is_built_so,
}


def test_every_command_for_the_source_tree_is_known():
    assert [line for block in blocks("sh") for line in block.splitlines()] == list(TREE)


@pytest.mark.parametrize("command", TREE)
def test_command_of_the_source_tree(command):
    TREE[command]()
