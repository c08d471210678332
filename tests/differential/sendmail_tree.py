# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real sendmail for the tests, without installing one.

`SendmailTree.get()` downloads Debian's own packages (sendmail-bin, sendmail-cf and what they need that this machine
lacks) with apt, unpacks them below a cache directory and gives back a tree whose `sendmail` runs there. Nothing on the
machine changes: no package is installed, no daemon started. Needs apt, dpkg, m4, cc, and root (sendmail wants it).

    tree = SendmailTree.get()
    cf = tree.write_cf(directory, alias_files=[...])       # a minimal configuration, everything below `directory`
    subprocess.run([tree.sendmail, "-C", cf, "-bi"])       # or tree.sendmail, "-C", cf, "-bD" for a daemon

`tree.sendmail` is an absolute path that may be used as argv[0]: a small script sets the library path, makes
gethostname() answer mail.example.test (or sendmail sleeps a minute over a name without a dot), and keeps its own path
as argv[0], so that SIGHUP, with which sendmail runs argv[0] anew, works.
"""

import fcntl
import os
import pathlib
import shutil
import subprocess

HOST = "mail.example.test"

PACKAGES = ["sendmail-bin", "sendmail-cf"]

SHIM = """
#include <errno.h>
#include <stddef.h>
#include <string.h>
int gethostname(char *name, size_t size) {
    static const char fixed[] = "%s";
    if (size < sizeof fixed) { errno = ENAMETOOLONG; return -1; }
    memcpy(name, fixed, sizeof fixed);
    return 0;
}
"""

WRAPPER = """#!/bin/bash
export LD_LIBRARY_PATH={libraries} LD_PRELOAD={shim}
exec -a "$0" {program} "$@"
"""

MC = """divert(0)dnl
include(`{cf_dir}m4/cf.m4')dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `{host}')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confSERVICE_SWITCH_FILE', `{directory}/service.switch')dnl
define(`confHOSTS_FILE', `{directory}/hosts')dnl
define(`confPID_FILE', `{pid_file}')dnl
define(`confTRUSTED_USER', `root')dnl
define(`confDONT_BLAME_SENDMAIL', `{unsafe}')dnl
define(`confPRIVACY_FLAGS', `{privacy}')dnl
define(`confTO_IDENT', `0')dnl
define(`QUEUE_DIR', `{queue}')dnl
define(`ALIAS_FILE', `{alias_files}')dnl
define(`HELP_FILE', `{directory}/helpfile')dnl
define(`STATUS_FILE', `{directory}/statistics')dnl
define(`LOCAL_MAILER_PATH', `{local_mailer}')dnl
define(`LOCAL_MAILER_ARGS', `{local_arguments}')dnl
define(`LOCAL_MAILER_FLAGS', `{local_flags}')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
FEATURE(`no_default_msa')dnl
{features}
DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port={port}')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
"""

# The trees of tests lie below /tmp or a build directory, which are writable by others on the way.
UNSAFE = ("GroupWritableDirPathSafe,MapInUnsafeDirPath,LinkedMapInWritableDir,LinkedAliasFileInWritableDir,"
          "ClassFileInUnsafeDirPath,ForwardFileInUnsafeDirPath,IncludeFileInUnsafeDirPath,"
          "RunProgramInUnsafeDirPath,HelpFileInUnsafeDirPath,FileDeliveryToSymLink,TrustStickyBit")


class SendmailTree:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.sendmail = str(self.root / "sendmail")
        self.cf_dir = str(self.root / "tree/usr/share/sendmail/cf") + "/"
        self.makemap = str(self.root / "makemap")
        self.editmap = str(self.root / "editmap")

    @staticmethod
    def get(cache=None):
        """The tree, unpacked at first use into `cache` ($MAILSTACK_TEST_CACHE, or /var/tmp/mailstack-tests)."""
        cache = pathlib.Path(cache or os.environ.get("MAILSTACK_TEST_CACHE", "/var/tmp/mailstack-tests"))
        cache.mkdir(mode=0o755, parents=True, exist_ok=True)
        root = cache / "sendmail"
        with open(cache / "lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (root / "sendmail").exists():
                _unpack(root)
        return SendmailTree(root)

    def version(self):
        # The binary's own words; without -C it would look for a configuration of the machine.
        found = subprocess.run([self.sendmail, "-C", "/dev/null", "-d0.1", "-bt"], input="", capture_output=True,
                               text=True, check=False).stdout
        return found.split("Version ", 1)[1].split()[0]

    def write_cf(self, directory, alias_files=None, port=0, queue=None, pid_file=None, access=None,
                 local_mailer="/bin/true", local_arguments="true $u", local_flags="SPfhn9", local_hosts=(),
                 privacy="authwarnings", features=(), name="sendmail.cf"):
        """Writes `directory`/`name` and what it needs there, and returns its path.

        local_mailer: nothing, so that sendmail.mc chooses none. alias_files: list of texts (default: directory/aliases). access: the text of an access map, or nothing.
        local_flags: added to the local mailer's own lsDFMAw5:/|@q. local_hosts: more names for class w.
        """
        directory = pathlib.Path(directory).resolve()
        directory.mkdir(parents=True, exist_ok=True)
        queue = pathlib.Path(queue or directory / "queue")
        queue.mkdir(mode=0o700, parents=True, exist_ok=True)
        (directory / "service.switch").write_text("hosts\tfiles\naliases\tfiles\npasswd\tfiles\n", encoding="ascii")
        (directory / "hosts").write_text(f"127.0.0.1 {HOST} localhost\n", encoding="ascii")
        features = list(features)
        if access:
            features.append(f"FEATURE(`access_db', `hash -T<TMPF> {access}')dnl")
        if local_hosts:
            features.append("LOCAL_DOMAIN(`" + " ".join(local_hosts) + "')dnl")
        source = MC.format(
            cf_dir=self.cf_dir, host=HOST, directory=directory, queue=queue, port=port or 25,
            pid_file=pid_file or directory / "sendmail.pid", unsafe=UNSAFE, privacy=privacy,
            alias_files=",".join(str(path) for path in alias_files or [directory / "aliases"]),
            local_mailer=local_mailer, local_arguments=local_arguments, local_flags=local_flags,
            features="\n".join(features))
        if not local_mailer:
            source = "".join(line for line in source.splitlines(keepends=True) if "LOCAL_MAILER_" not in line)
        mc = directory / (name.removesuffix(".cf") + ".mc")
        mc.write_text(source, encoding="ascii")
        made = subprocess.run(["m4", "-D_CF_DIR_=" + self.cf_dir, str(mc)], capture_output=True, text=True, check=True)
        (directory / name).write_text(made.stdout, encoding="utf-8")
        return str(directory / name)


def _unpack(root):
    """Downloads and unpacks into `root`.new, then renames, so that a tree that exists is whole."""
    new = root.with_name("sendmail.new")
    shutil.rmtree(new, ignore_errors=True)
    archives = new / "archives"
    (archives / "partial").mkdir(parents=True)
    installed = [name for name in PACKAGES if os.path.exists(f"/var/lib/dpkg/info/{name}.list")]
    command = ["apt-get", "install", "--yes", "--download-only", "--no-install-recommends",
               "-o", f"Dir::Cache::archives={archives}", "-o", "APT::Sandbox::User=root",
               "-o", "Debug::NoLocking=true", *(["--reinstall"] if installed else []), *PACKAGES]
    first = subprocess.run(command, capture_output=True, text=True, check=False)
    if first.returncode != 0:  # a machine whose lists are old or absent
        subprocess.run(["apt-get", "update"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    tree = new / "tree"
    for archive in sorted(archives.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(archive), str(tree)], check=True)
    shutil.rmtree(archives)

    final = root.resolve()
    program = tree / "usr/libexec/sendmail/sendmail"
    program.chmod(0o755)  # with its setgid bit the loader would ignore the library path
    (new / "shim.c").write_text(SHIM % HOST, encoding="ascii")
    subprocess.run(["cc", "-O", "-shared", "-fPIC", "-o", str(new / "shim.so"), str(new / "shim.c")], check=True)
    folders = {path.parent for path in tree.rglob("*.so*")}
    libraries = ":".join(sorted(str(final / folder.relative_to(new)) for folder in folders)) or "/nonexistent"
    for name in ("sendmail", "makemap", "editmap"):
        wrapper = new / name
        wrapper.write_text(WRAPPER.format(libraries=libraries, shim=final / "shim.so",
                                          program=final / f"tree/usr/libexec/sendmail/{name}"), encoding="ascii")
        wrapper.chmod(0o755)
    new.rename(root)


if __name__ == "__main__":
    found = SendmailTree.get()
    print(found.sendmail, found.version())
