# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A clock that can be set for a machine's daemon alone: a library that is loaded before the others."""

import pathlib
import subprocess

from machine import Machine

_CLOCK = r"""
#include <stdlib.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long ahead(void) {
    FILE *file = fopen("/srv/clock", "re");
    long seconds = 0;
    if (file) { if (fscanf(file, "%ld", &seconds) != 1) seconds = 0; fclose(file); }
    return seconds;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
    const int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += ahead();
    return result;
}
time_t time(time_t *where) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (where) *where = now.tv_sec;
    return now.tv_sec;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}
"""


class Clock:
    """The daemon's time of day, which can be set ahead: a machine here has the clock of its host, and that is not ours to set."""

    def __init__(self, machine: Machine, directory: pathlib.Path):
        self._machine = machine
        library = directory / "clock.so"
        done = subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", str(library)], input=_CLOCK, text=True, capture_output=True)
        assert done.returncode == 0, done.stderr
        machine.copy_in(library, "/srv/clock.so")
        self.set_ahead(0)
        machine.do("mkdir", "-p", "/run/systemd/system/mailstackd.service.d")
        machine.write("/run/systemd/system/mailstackd.service.d/clock.conf", "[Service]\nEnvironment=LD_PRELOAD=/srv/clock.so\n")
        machine.do("systemctl", "daemon-reload")
        machine.do("systemctl", "restart", "mailstackd")

    def set_ahead(self, days: float) -> None:
        self._machine.write("/srv/clock", f"{days * 86400:.0f}\n")
