# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What mailstackctl answered, as words for the page. Only what is named here gets there: no secret, nor what a later version adds.

Needs nothing of Mailpile. The words are text, not HTML: the page escapes them.
"""
from __future__ import unicode_literals

import time

try:
    from mailpile.plugins.mailstack import mailstackctl
except ImportError:
    import mailstackctl

EXAMPLE_RULE = '/usr/share/doc/mailstack/examples/50-mailstack-mailpile.rules'
SWITCH_ACTION = 'org.mailstack1.switch-route'

# The end of the year 9999: what is later is no time.
_LAST_TIME = 253402300799
_TEXT = type('')
_TLS = {'none': 'without TLS', 'encrypted': 'TLS demanded', 'verified': 'TLS with a verified certificate demanded'}


def failure(error, account):
    """A mailstackctl.Failure as {title, message, advice}: what went wrong, and what to do. `account`: the one Mailpile runs as."""
    titles = {'absent': 'mailstack is not installed here', 'unreachable': 'mailstack does not answer', 'timeout': 'mailstack does not answer',
              'garbage': 'mailstack answered strangely', 'denied': 'This was denied', 'refused': 'That did not work'}
    advice = error.advice
    if error.kind == 'denied':
        titles['denied'] = 'Denied: %s' % error.action if error.action else titles['denied']
        if error.action in ('', SWITCH_ACTION):
            advice = ('An administrator lets Mailpile switch routes, and nothing more, in two steps: copy %s to /etc/polkit-1/rules.d, '
                      'and add the account %s to the group mailpile.' % (EXAMPLE_RULE, account))
    return {'kind': error.kind, 'title': titles[error.kind], 'message': error.message, 'advice': advice}


def routes(answer, now):
    """`relay list` for the page; throws mailstackctl.Failure where it is not what mailstackctl(1) says. `now`: seconds since 1970."""
    try:
        return {
            'active': _text(answer, 'active'),
            'until': _until(answer.get('until'), now),
            'return_to': _text(answer, 'return_to', None),
            'routes': [_route(route) for route in _list(answer, 'routes')],
            'senders': [{'sender': _text(rule, 'sender'), 'route': _text(rule, 'route')} for rule in _list(answer, 'senders')],
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise mailstackctl.Failure('garbage', "mailstackctl's list of routes cannot be understood (%s)." % mailstackctl.printable(
            '%s' % error, 80), 'Is the package mailstack of another version than this plugin?')


def switched(answer, route):
    """`relay use` in one line; throws mailstackctl.Failure where it does not say that the route is live."""
    if answer.get('route') != route or answer.get('live') is not True:
        raise mailstackctl.Failure('garbage', 'mailstackctl did not say that the route is live now.', 'What is active is shown below.')
    queued, words = answer.get('queued'), "Mail now leaves by the route '%s'." % route
    if isinstance(queued, bool) or not isinstance(queued, int) or queued < 1:
        return words
    waiting = '1 queued message' if queued == 1 else '%d queued messages' % queued
    return words + (' %s: tried now.' if answer.get('flushed') is True else ' %s: tried at the next run of the queue.') % waiting


def _route(route):
    identifier, kind = _text(route, 'id'), _text(route, 'kind')
    if not mailstackctl.is_route_id(identifier):
        raise ValueError('the id of a route')
    if kind == 'direct':
        what = "straight to each recipient's mail host"
    elif kind == 'local-only':
        what = 'mail for elsewhere waits in the queue, nothing leaves'
    elif kind == 'relay':
        what = _relay(route)
    else:
        raise ValueError('the kind of a route')
    return {'id': identifier, 'active': route['active'] is True, 'what': what}


def _relay(route):
    port = route['port']
    if isinstance(port, bool) or not isinstance(port, int):
        raise ValueError('the port of a route')
    words = ['%s, port %d' % (_text(route, 'host'), port)]
    words.append(_TLS.get(_text(route, 'tls'), 'TLS: ' + _text(route, 'tls')))
    user = _text(route, 'user', '')
    if user:
        words.append('as %s' % user if route.get('has_secret') is True else 'as %s, whose password is missing' % user)
    return ', '.join(words)


def _until(seconds, now):
    """None for good, else {at: local time, left: how long that is}."""
    if seconds is None:
        return None
    if isinstance(seconds, (bool, float)) or not 0 < seconds <= _LAST_TIME:
        raise ValueError('until')
    minutes = max(0, int(seconds - now + 59) // 60)
    left = '%d min' % minutes if minutes < 60 else '%d h %d min' % (minutes // 60, minutes % 60)
    return {'at': '%s' % time.strftime(str('%Y-%m-%d %H:%M'), time.localtime(seconds)), 'left': left}


_REQUIRED = object()


def _text(answer, name, otherwise=_REQUIRED):
    value = answer[name] if otherwise is _REQUIRED else answer.get(name)
    if value is None and otherwise is not _REQUIRED:
        return otherwise
    if not isinstance(value, _TEXT):
        raise ValueError(name)
    return mailstackctl.printable(value)


def _list(answer, name):
    if not isinstance(answer[name], list):
        raise ValueError(name)
    return answer[name]
