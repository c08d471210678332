dnl SPDX-FileCopyrightText: 2026 The mailstack authors
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl
dnl The mailers of mailstack's routes (see routes.m4): one for each port that a relay may have, since a map's value names a mailer
dnl and a host and cannot name a port, and one that holds mail. Included by sendmail.mc after the last MAILER(), for they use the rule
dnl sets of MAILER(`smtp').
dnl
dnl A relay mailer is cf's `relay' with a port. `hold' has the flag %: no attempt in the queue's ordinary runs; each run asks the rules again, so that
dnl mail leaves in the first run after the map says another way. Its port, 1, is not reached by that.
dnl
ifdef(`_MAILSTACK_ROUTES_', `', `errprint(`*** ERROR: mailstack: include routes.m4 before the first MAILER()
')m4exit(1)')dnl
ifdef(`_MAILER_smtp_', `', `errprint(`*** ERROR: mailstack: route-mailers.m4 needs MAILER(smtp) before it
')m4exit(1)')dnl
define(`_MAILSTACK_MAILERS_', `1')dnl
dnl The class tells the rules which mailers this process knows.
define(`_MAILSTACK_MAILER_', `ifdef(`_MAILSTACK_PORT_$1_', `', `define(`_MAILSTACK_PORT_$1_', `1')dnl
Mrelay$1,	P=[IPC], F=_MODMF_(CONCAT(_DEF_SMTP_MAILER_FLAGS, `a8', RELAY_MAILER_FLAGS), `RELAY'), S=EnvFromSMTP/HdrFromSMTP, R=ifdef(`_ALL_MASQUERADE_', `MasqSMTP/MasqRelay', `MasqSMTP'), E=\r\n, L=RELAY_MAILER_LL,
		_OPTINS(`RELAY_MAILER_CHARSET', `C=', `, ')_OPTINS(`RELAY_MAILER_MAXMSGS', `m=', `, ')_OPTINS(`SMTP_MAILER_MAXRCPTS', `r=', `, ')T=DNS/RFC822/SMTP,_RELAY_QGRP
		A=TCP $h $1
C{MsMailer} relay$1
')')dnl
dnl Space-separated ports, one after another.
define(`_MAILSTACK_PORTS_', `ifelse(`$1', `', `', `ifelse(index(`$1', ` '), `-1', `_MAILSTACK_MAILER_(`$1')', index(`$1', ` '), `0', `_MAILSTACK_PORTS_(substr(`$1', 1))', `_MAILSTACK_MAILER_(substr(`$1', 0, index(`$1', ` ')))_MAILSTACK_PORTS_(substr(`$1', index(`$1', ` ')))')')')dnl
PUSHDIVERT(7)dnl MAILER_DEFINITIONS
_MAILSTACK_PORTS_(`25 587 2525 'ifdef(`confMAILSTACK_PORTS', `defn(`confMAILSTACK_PORTS')', `'))dnl
Mhold,		P=[IPC], F=mDFMuXa8%, S=EnvFromSMTP/HdrFromSMTP, R=MasqSMTP, E=\r\n, L=2040,
		T=DNS/RFC822/SMTP,
		A=TCP [127.0.0.1] 1
C{MsMailer} hold
POPDIVERT`'dnl
