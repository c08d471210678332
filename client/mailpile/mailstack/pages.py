# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands of the plugin, which are its pages: /mailstack/ shows, /mailstack/use/ and /mailstack/account/ change and show."""
import getpass
import time

import mailpile.security as security
from mailpile.commands import Command
from mailpile.util import AccessError
from mailpile.plugins.mailstack import accounts, mailstackctl, words


class Routes(Command):
    """Show by which route mail leaves, and the routes that there are"""
    SYNOPSIS_ARGS = ''
    ORDER = ('Config', 9)
    HTTP_CALLABLE = ('GET', )
    RAISES = (AccessError, )

    def command(self):
        return self._page(None)

    def _page(self, done):
        """`done`: what was changed, in words, a mailstackctl.Failure, or None. Mailpile's own part is shown whatever mailstack says."""
        shown = accounts.page(self._routes(), self._accounts(), self.session.config.prefs.default_messageroute)
        shown.update({'mailstack': None, 'list_failure': None, 'failure': None, 'done': None,
                      'durations': mailstackctl.DURATIONS, 'sendmail': accounts.SENDMAIL})
        if isinstance(done, mailstackctl.Failure):
            shown['failure'] = self._words(done)
        else:
            shown['done'] = done
        try:
            answer = mailstackctl.call(mailstackctl.list_arguments(), mailstackctl.LIST_TIMEOUT)
            shown['mailstack'] = words.routes(answer, time.time())
        except mailstackctl.Failure as error:
            shown['list_failure'] = self._words(error)
        failed = shown['failure'] or shown['list_failure']
        if failed:
            return self._error(failed['title'], result=shown)
        return self._success(done or 'Mail routes', result=shown)

    def _words(self, failure):
        try:
            account = getpass.getuser()
        except (KeyError, ImportError):
            account = 'that Mailpile runs as'
        return words.failure(failure, account)

    def _routes(self):
        return sorted(self.session.config.routes.iteritems())

    def _profiles(self):
        self._idx()  # loads them
        return self.session.config.vcards.find_vcards([], kinds=['profile'])

    def _accounts(self):
        rows = [(vcard.random_uid, vcard.email, vcard.fn, vcard.route) for vcard in self._profiles()]
        return sorted(rows, key=lambda row: row[1])


class _Change(Routes):
    HTTP_CALLABLE = ('GET', 'POST')
    IS_USER_ACTIVITY = True

    def command(self):
        # A GET is a look, whatever its address says: the browser's reload after a change.
        if self.data.get('_method', 'CLI') not in ('CLI', 'POST'):
            return self._page(None)
        # Mailpile itself does not look for the token where it is told to do without authentication.
        if '_method' in self.data and not self.session.ui.valid_csrf_token(self._value('csrf')):
            raise AccessError('Invalid CSRF token')
        try:
            return self._page(self._change())
        except mailstackctl.Failure as error:
            return self._page(error)

    def _value(self, name, position=None):
        if position is not None and len(self.args) > position:
            return self.args[position]
        return self.data.get(name, [''])[0]


class UseRoute(_Change):
    """Switch mailstack's route, for good or for some hours"""
    SYNOPSIS_ARGS = '<route> [1h|4h|12h|24h]'
    HTTP_POST_VARS = {
        'route': 'Id of the route',
        'for': 'How long: empty is for good',
        'flush': 'If set, the queue is run at once'
    }
    COMMAND_SECURITY = security.CC_CHANGE_CONFIG

    def _change(self):
        route = self._value('route', 0)
        arguments = mailstackctl.use_arguments(route, self._value('for', 1), bool(self._value('flush')))
        return words.switched(mailstackctl.call(arguments, mailstackctl.USE_TIMEOUT), route)


class SetAccountRoute(_Change):
    """Set the route of one of Mailpile's accounts"""
    SYNOPSIS_ARGS = '<e-mail address or id> [<id of a route of Mailpile>]'
    HTTP_POST_VARS = {
        'account': 'E-mail address, or x-mailpile-rid',
        'route': "Id of a route of Mailpile; empty is 'through mailstack'"
    }
    # To set a command is to choose a program that will run.
    COMMAND_SECURITY = security.CC_CHANGE_CONFIG + security.CC_ACCESS_FILESYSTEM

    def _change(self):
        wanted, route = self._value('account', 0), self._value('route', 1)
        found = [vcard for vcard in self._profiles() if wanted and wanted in (vcard.random_uid, vcard.email)]
        if len(found) != 1:
            raise mailstackctl.Failure('refused', 'There is no such account. Nothing was changed.')
        vcard, routes = found[0], self.session.config.routes
        if route and not (route in routes and accounts.exists(routes[route])):
            raise mailstackctl.Failure('refused', 'There is no such route. Nothing was changed.')
        if not route:
            if vcard.route in routes and accounts.through_mailstack(routes[vcard.route]):
                return '%s sends through mailstack already.' % vcard.email
            route = accounts.free_route(self._routes(), self._accounts(), self.session.config.prefs.default_messageroute)
            route = route or routes.append(dict(accounts.NEW_ROUTE))
        vcard.route = route
        vcard.save()
        self._background_save(config=True)
        return '%s now sends: %s.' % (vcard.email, accounts.describe(route, routes[route])['what'])
