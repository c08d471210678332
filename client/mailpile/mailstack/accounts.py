# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mailpile's own routes and accounts, as the page shows them, and which route makes an account send through mailstack.

Needs nothing of Mailpile: routes come as (id, mapping) with Mailpile's keys, accounts as (id, email, name, route).
"""
from __future__ import unicode_literals

try:
    from mailpile.plugins.mailstack import mailstackctl
except ImportError:
    import mailstackctl

# -i: a line with a lone dot does not end the message. --: no recipient is ever an option.
SENDMAIL = '/usr/sbin/sendmail -i -- %(rcpt)s'
NEW_ROUTE = {'name': 'mailstack', 'protocol': 'local', 'command': SENDMAIL}

_PROTOCOLS = {'smtp': 'SMTP', 'smtptls': 'SMTP with STARTTLS', 'smtpssl': 'SMTP over TLS'}


def through_mailstack(route):
    return route.get('command') == SENDMAIL


def exists(route):
    """Mailpile empties a route that it removes, and keeps its number."""
    return bool(route.get('command') or route.get('host'))


def describe(identifier, route):
    """Passwords are not shown, and of a command only the program: its arguments may hold some."""
    command = (route.get('command') or '').split()
    if through_mailstack(route):
        what = 'through mailstack'
    elif command:
        what = 'runs %s' % command[0].lstrip('|')
    else:
        what = '%s to %s, port %s' % (_PROTOCOLS.get(route.get('protocol'), route.get('protocol')), route.get('host'), route.get('port'))
        what += ', as %s' % route.get('username') if route.get('username') else ''
    return {'id': '%s' % identifier, 'name': mailstackctl.printable('%s' % (route.get('name') or identifier), 80),
            'what': mailstackctl.printable(what, 200), 'mailstack': through_mailstack(route)}


def page(routes, accounts, default):
    """{routes, accounts} for the page. `default`: the route of an account that has none of its own."""
    shown = [describe(identifier, route) for identifier, route in routes if exists(route)]
    by_id = dict((route['id'], route) for route in shown)
    rows = []
    for identifier, email, name, own in accounts:
        route = by_id.get('%s' % (default if own is None else own))
        rows.append({'id': identifier, 'email': mailstackctl.printable(email or '', 254), 'name': mailstackctl.printable(name or '', 80),
                     'route': route, 'by_default': own is None})
    return {'routes': shown, 'accounts': rows}


def free_route(routes, accounts, default):
    """The id of a route through mailstack that nobody uses, or None. No two accounts share one: Mailpile changes and removes
    an account's route without a look at others."""
    used = set([default] + [own for _, _, _, own in accounts])
    for identifier, route in routes:
        if through_mailstack(route) and identifier not in used:
            return identifier
    return None
