# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images of machines: a small Debian with systemd, D-Bus, polkit, sendmail and procmail, made by mmdebstrap.

Five kinds for each release: "machine" is what most tests boot, with a mail set-up of an administrator's; "fresh" has sendmail
as its package leaves it, "submission" the same with what authenticated submission needs (saslauthd, the SASL plug-ins);
"acme" has certbot and an ACME server for it (pebble); "build" is where the package is built. An image is made once and then only read: what a booted machine writes goes to an
overlay. It is made anew when its recipe (in this file) changes.
Images lie in $MAILSTACK_IMAGES, or in build-images/ of the source tree.
"""

import fcntl
import hashlib
import inspect
import os
import pathlib
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
RELEASES = ("bookworm", "trixie")
ACME_RELEASE = "bookworm"
KINDS = ("machine", "fresh", "submission", "acme", "build")
HOST_NAME = "mail.example.test"
USERS = ("alice", "mallory")

_MACHINE = """systemd systemd-sysv dbus libpam-systemd polkitd sendmail-bin sendmail sensible-mda procmail
    procps iproute2 make m4 apt""".split()
_MORE = {"submission": ["openssl", "sasl2-bin", "libsasl2-modules"], "acme": ["certbot", "pebble", "openssl", "ca-certificates"]}
# What the package depends on at run time: the machine has no network, so apt must find it installed.
_RUNTIME = {
    "bookworm": ["libsdbus-c++1", "libyaml-cpp0.7", "libdb5.3", "libssl3"],
    "trixie": ["libsdbus-c++2", "libyaml-cpp0.8", "libdb5.3t64", "libssl3t64"],
}


def images_dir() -> pathlib.Path:
    return pathlib.Path(os.environ.get("MAILSTACK_IMAGES") or SOURCE / "build-images")


def build_dependencies() -> list[str]:
    """The packages that debian/control names under Build-Depends, without versions."""
    names, inside = [], False
    for line in (SOURCE / "debian/control").read_text().splitlines():
        if line.startswith("Build-Depends:"):
            inside, line = True, line.partition(":")[2]
        elif line[:1] not in (" ", "\t"):
            inside = False
        if inside:
            names += [item.split("(")[0].split("<")[0].strip() for item in line.split(",") if item.strip()]
    return [name.replace("debhelper-compat", "debhelper") for name in names]


def packages(release: str, kind: str) -> list[str]:
    if kind == "build":
        return ["build-essential", "fakeroot", "lintian", *build_dependencies()]
    return [*_MACHINE, *_RUNTIME[release], *_MORE.get(kind, [])]


def _with_names_and_users(root: pathlib.Path) -> None:
    """What has nothing to do with mail."""
    short = HOST_NAME.split(".")[0]
    (root / "etc/hostname").write_text(HOST_NAME + "\n")
    # A full name, or sendmail sleeps a minute at start; a name server that refuses at once, or every look-up waits.
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {HOST_NAME} {short}\n")
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    (root / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
    for user in USERS:
        _in_root(root, "useradd", "--create-home", "--shell", "/bin/sh", user)
    (root / "etc/machine-id").write_text("")


def _as_an_administrator_left_it(root: pathlib.Path) -> None:
    """The few settings of its mail that an administrator of a test machine makes by hand."""
    (root / "etc/mail/local-host-names").write_text(f"localhost\n{HOST_NAME}\n")
    (root / "etc/aliases").write_text("# Aliases of this machine\npostmaster: root\nabuse:\tpostmaster\n")
    _in_root(root, "newaliases")
    # Debian accepts 15 connections a second: a prober that knocks 200 times a second would only measure that.
    mc = root / "etc/mail/sendmail.mc"
    text = mc.read_text().replace("`confCONNECTION_RATE_THROTTLE', `15'", "`confCONNECTION_RATE_THROTTLE', `0'")
    assert "RATE_THROTTLE', `0'" in text, "Debian's sendmail.mc is not as expected"
    mc.write_text(text)
    _in_root(root, "sh", "-c", "m4 /etc/mail/sendmail.mc > /etc/mail/sendmail.cf")
    _in_root(root, "systemctl", "enable", "sendmail.service")  # Debian 13 leaves its unit disabled


def _in_root(root: pathlib.Path, *command: str) -> None:
    done = subprocess.run(["chroot", str(root), *command], capture_output=True, text=True)
    assert done.returncode == 0, f"in {root}: {' '.join(command)}: {done.stderr}"


def _recipe(release: str, kind: str) -> str:
    words = [release, kind, *packages(release, kind)]
    if kind != "build":
        words.append(inspect.getsource(_with_names_and_users))
    if kind == "machine":
        words.append(inspect.getsource(_as_an_administrator_left_it))
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def ensure(release: str, kind: str = "machine") -> pathlib.Path:
    """The image's directory, made if need be. Safe to call from several processes at once."""
    assert release in RELEASES and kind in KINDS
    home = images_dir()
    home.mkdir(parents=True, exist_ok=True)
    root, stamp = home / f"{release}-{kind}", home / f"{release}-{kind}.recipe"
    with open(home / f"{release}-{kind}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == _recipe(release, kind):
            return root
        stamp.unlink(missing_ok=True)
        if root.exists():
            shutil.rmtree(root)
        _make(release, kind, root)
        stamp.write_text(_recipe(release, kind))
    return root


def _make(release: str, kind: str, root: pathlib.Path) -> None:
    print(f"image: making {root.name} (mmdebstrap, about a minute)", file=sys.stderr, flush=True)
    # In a PID namespace of its own: sendmail-bin's postinst ends every process named sendmail that it can see.
    command = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc",
               "mmdebstrap", "--variant=minbase", "--mode=root", "--include=" + ",".join(packages(release, kind)),
               "--dpkgopt=force-unsafe-io", "--aptopt=APT::Install-Recommends false",
               "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/locale/*",
               release, str(root)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        shutil.rmtree(root, ignore_errors=True)
        raise RuntimeError(f"mmdebstrap could not make {root.name}:\n{done.stdout}{done.stderr}")
    if kind != "build":
        _with_names_and_users(root)
    if kind == "machine":
        _as_an_administrator_left_it(root)
