# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs mailstackctl and takes its JSON: no shell, a fixed path, a clean environment, an end in time, at most so much output.

Needs nothing of Mailpile, and runs under Python 2.7 as Mailpile does, and under Python 3 where it is tested.
"""
from __future__ import unicode_literals

import errno
import json
import os
import re
import select
import signal
import subprocess
import sys
import time

MAILSTACKCTL = '/usr/bin/mailstackctl'
ENVIRONMENT = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL': 'C.UTF-8'}

# Seconds. A list is answered from memory; a switch to a new port waits for sendmail to read its configuration.
LIST_TIMEOUT = 15
USE_TIMEOUT = 90
# Octets, of standard output and standard error together.
OUTPUT_LIMIT = 1024 * 1024

# Seconds that a killed process has to be gone before it is left to the system.
_KILL_TIMEOUT = 2
_ROUTE_ID = re.compile(r'[a-z0-9][a-z0-9-]{0,31}\Z')

# mailstackctl(1), EXIT STATUS.
_DENIED = 4
_USAGE = 2
_UNREACHABLE = 5

# What a switch may last, and how the page says it: mailstackctl's --for, '' is for good.
DURATIONS = (('', 'for good'), ('1h', 'for 1 hour'), ('4h', 'for 4 hours'), ('12h', 'for 12 hours'), ('24h', 'for 24 hours'))

# Python 2.7 has no time.monotonic; times(2) counts from a fixed moment too.
_now = getattr(time, 'monotonic', lambda: os.times()[4])


class Failure(Exception):
    """Why there is no answer. `kind`: absent, denied, unreachable, timeout, garbage, refused (all else that mailstackctl says);
    `message` and `advice` are for people, `action` is the polkit action of a denial or ''."""

    def __init__(self, kind, message, advice='', action=''):
        Exception.__init__(self, message)
        self.kind, self.message, self.advice, self.action = kind, message, advice, action


def is_route_id(text):
    return _ROUTE_ID.match(text) is not None


def list_arguments():
    return ['relay', 'list']


def use_arguments(route, duration='', flush=False):
    """Of `relay use`. Throws Failure where route or duration is none that there can be: no other word becomes an argument."""
    if not is_route_id(route):
        raise Failure('refused', 'A route is named by lower-case letters, digits and hyphens, 32 at most. Nothing was changed.')
    if duration not in [name for name, _ in DURATIONS]:
        raise Failure('refused', 'A route is switched for good or for %s. Nothing was changed.'
                      % ', '.join(name for name, _ in DURATIONS if name))
    return ['relay', 'use', route] + (['--for', duration] if duration else []) + (['--flush'] if flush else [])


def call(arguments, timeout, program=MAILSTACKCTL):
    """What mailstackctl answers, as an object; throws Failure."""
    code, output, errors = _run([program, '--json', '--no-ask-password'] + arguments, timeout)
    try:
        answer = _parse(output)
    except ValueError:
        answer = None
    if code == 0 and isinstance(answer, dict):
        return answer
    if code > 0 and isinstance(answer, dict) and isinstance(answer.get('message'), type('')):
        raise _told(code, answer)
    if code == _USAGE and not output:
        raise Failure('refused', 'mailstackctl does not know this command: %s' % (_line(errors) or 'it says nothing more'),
                      'Is the package mailstack older than this plugin?')
    if code < 0:
        raise Failure('garbage', 'mailstackctl was ended by signal %d.' % -code, "'journalctl' may tell why.")
    raise Failure('garbage', "mailstackctl's answer (exit status %d) cannot be understood." % code,
                  'Is the package mailstack of another version than this plugin?')


def _parse(output):
    """Throws ValueError where that is no JSON in UTF-8."""
    def refuse(word):
        raise ValueError(word)
    try:
        return json.loads(output.decode('utf-8'), parse_constant=refuse)
    except RuntimeError:  # nested deeper than Python goes
        raise ValueError('nested too deep')


def _told(code, answer):
    """The failure that mailstackctl itself tells."""
    message, advice = answer['message'], answer.get('advice')
    advice = advice if isinstance(advice, type('')) else ''
    kind = {_DENIED: 'denied', _UNREACHABLE: 'unreachable'}.get(code, 'refused')
    found = re.search(r'org\.mailstack1\.[a-z-]+', message) if kind == 'denied' else None
    return Failure(kind, printable(message), printable(advice), found.group(0) if found else '')


def printable(text, longest=600):
    """One line without control characters, cut where it is very long."""
    text = ' '.join(re.sub('[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]', ' ', text).split())
    return text if len(text) <= longest else text[:longest] + '...'


def _line(errors):
    lines = [line for line in errors.decode('utf-8', 'replace').splitlines() if line.strip()]
    return printable(lines[0], 200) if lines else ''


def _own_group():
    """How Popen is told to make the child leader of a process group. Mailpile puts a Popen of its own into subprocess, which does
    so unasked and refuses to be told."""
    if subprocess.Popen.__module__ != 'subprocess':
        return {}
    if sys.version_info[0] == 2:
        return {'close_fds': True, 'preexec_fn': os.setsid}
    return {'close_fds': True, 'start_new_session': True}


def _run(command, timeout):
    """(exit status, or -signal; standard output; standard error). Nothing of it runs on when this returns or throws."""
    with open(os.devnull, 'rb') as nothing:
        try:
            child = subprocess.Popen(command, stdin=nothing, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd='/',
                                     env=ENVIRONMENT, **_own_group())
        except OSError as error:
            if error.errno == errno.ENOENT:
                raise Failure('absent', '%s is not there.' % command[0], "Install the package mailstack on this machine.")
            raise Failure('absent', '%s cannot be run: %s.' % (command[0], os.strerror(error.errno)))
    try:
        output, errors = _read(child, _now() + timeout, timeout)
        return child.returncode, output, errors
    finally:
        _end(child)


def _read(child, deadline, timeout):
    """All that the child writes, until it has ended."""
    texts = {child.stdout.fileno(): [], child.stderr.fileno(): []}
    poll, size = select.poll(), 0
    unread = set(texts)
    for descriptor in texts:
        poll.register(descriptor, select.POLLIN)
    while unread or child.poll() is None:
        left = deadline - _now()
        if left <= 0:
            raise Failure('timeout', 'mailstackctl did not answer within %d seconds, and was ended.' % timeout,
                          "'systemctl status mailstackd' tells whether the daemon runs. What was asked for may be done all the same: "
                          'load this page again.')
        if not unread:
            time.sleep(0.005)
        for descriptor in _ready(poll, left) if unread else ():
            text = os.read(descriptor, 65536)
            texts[descriptor].append(text)
            size += len(text)
            if not text:
                poll.unregister(descriptor)
                unread.discard(descriptor)
        if size > OUTPUT_LIMIT:
            raise Failure('garbage', 'mailstackctl answered more than %d octets, and was ended.' % OUTPUT_LIMIT)
    return tuple(b''.join(texts[stream.fileno()]) for stream in (child.stdout, child.stderr))


def _ready(poll, seconds):
    try:
        return [descriptor for descriptor, _ in poll.poll(seconds * 1000)]
    except (OSError, select.error) as error:
        if error.args[0] != errno.EINTR:
            raise
        return []


def _end(child):
    """Kills what still runs, what the child started as well, and waits for the child."""
    if child.returncode is None:  # not waited for, so the number is the child's, and its group's, whether it has ended or not
        try:
            if os.getpgid(child.pid) == child.pid:
                os.killpg(child.pid, signal.SIGKILL)
            else:
                os.kill(child.pid, signal.SIGKILL)
        except OSError:
            pass  # nobody is left
    deadline = _now() + _KILL_TIMEOUT
    while child.poll() is None and _now() < deadline:
        time.sleep(0.005)
    child.stdout.close()
    child.stderr.close()
