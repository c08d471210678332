#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds the Debian package in a clean system of a release and has lintian look at it.

`package.py bookworm` prints the path of the .deb. A package is built once for each state of the source tree. Where no
clean system can be entered (no privilege), it is built on the host itself, if that is of the same release.
"""

import fcntl
import hashlib
import pathlib
import platform
import re
import shutil
import subprocess
import sys

import image
import machine

_IGNORED = {".git", "__pycache__", ".cache", ".ci"}
# What does not reach the package need not make it built anew; what it is tested with does not reach it.
_NOT_PACKAGED = ("tests/", "demo", "check", ".")


def _sources() -> list[pathlib.Path]:
    found = []
    for path in sorted(image.SOURCE.rglob("*")):
        parts = path.relative_to(image.SOURCE).parts
        if path.is_file() and not _IGNORED & set(parts) and not parts[0].startswith("build"):
            found.append(path)
    return found


def _state() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        name = str(path.relative_to(image.SOURCE))
        if not name.startswith(_NOT_PACKAGED):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _copy_sources(to: pathlib.Path) -> None:
    for path in _sources():
        target = to / path.relative_to(image.SOURCE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)


# Without -g, which takes a compiler's time and is stripped from the package again: the code that is made is the same.
_BUILD = """
export HOME=/nonexistent LC_ALL=C.UTF-8 DEB_CFLAGS_STRIP=-g DEB_CXXFLAGS_STRIP=-g DEB_BUILD_OPTIONS='nocheck {werror} parallel=2 noautodbgsym'
dpkg-buildpackage -us -uc -b
lintian --fail-on error,warning --allow-root ../*.changes
"""


def build(release: str) -> pathlib.Path:
    """The path of the package for `release`. Throws RuntimeError with the log's end where it cannot be built."""
    home = image.images_dir() / "packages" / f"{release}-{_state()}"
    home.parent.mkdir(parents=True, exist_ok=True)
    with open(home.parent / f"{release}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "done").exists():
            shutil.rmtree(home, ignore_errors=True)
            _copy_sources(home / "source")
            _run(release, home)
            shutil.rmtree(home / "source")
            (home / "done").touch()
    return next(home.glob("mailstack_*.deb"))


def _run(release: str, home: pathlib.Path) -> None:
    print(f"package: building for {release}, log in {home}/log", file=sys.stderr, flush=True)
    with open(home / "log", "w") as log:
        code = subprocess.run(_command(release, home), stdin=subprocess.DEVNULL, stdout=log, stderr=log).returncode
    if code != 0:
        raise RuntimeError(f"{release}: the package was not built ({home}/log):\n" + (home / "log").read_text()[-4000:])


def _command(release: str, home: pathlib.Path) -> list[str]:
    reason = machine.why_not()
    if reason:
        if platform.freedesktop_os_release().get("VERSION_CODENAME") != release:
            raise RuntimeError(f"no clean system of {release} can be entered here: {reason}")
        return ["sh", "-euc", f"cd {home}/source\n{_BUILD.format(werror='')}"]
    # GCC 12 warns of what is not there (its bug 105651) once the package's own flags are on; there the sanitized build has
    # warnings as errors.
    script = _BUILD.format(werror="" if release == "bookworm" else "werror")
    name = re.sub("[^a-z0-9]", "-", f"build-{release}-{home.name}")[:60]
    return ["systemd-nspawn", "--quiet", "-D", str(image.ensure(release, "build")), "--volatile=overlay", "--as-pid2",
            "--register=no", "--keep-unit", "--private-network", "--console=pipe", "--resolv-conf=off", f"--machine={name}",
            f"--bind={home}:/build", "--chdir=/build/source", "sh", "-euc", script]


if __name__ == "__main__":
    try:
        print(build(sys.argv[1]))
    except RuntimeError as error:
        sys.exit(str(error))
