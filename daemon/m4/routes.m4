dnl SPDX-FileCopyrightText: 2026 The mailstack authors
dnl SPDX-License-Identifier: LGPL-2.1-or-later
dnl
dnl mailstack's routes: which way mail for elsewhere leaves. Included by sendmail.mc before the first MAILER():
dnl
dnl     define(`confMAILSTACK_PORTS', `26 10025')dnl      relay ports beside 25, 587 and 2525 (not needed)
dnl     include(`/etc/mailstack/m4/routes.m4')dnl
dnl     MAILER(`local')dnl
dnl     MAILER(`smtp')dnl
dnl     include(`/etc/mailstack/m4/route-mailers.m4')dnl
dnl
dnl All that can change stands in two maps, so that a switch is one key and no reload. mailstackd keeps them; keys are in lower
dnl case. Neither map is optional (-o): without it mail waits, and goes no other way.
dnl
dnl msroute (confMAILSTACK_ROUTE_MAP, default /etc/mail/msroute)
dnl     .                         where mail for elsewhere goes
dnl     user@domain, @domain      where mail of this envelope sender goes; the address before its domain, both before `.'
dnl       values: relay587:[host]     to that relay; the mailer relayPORT must be one of route-mailers.m4
dnl               hold:held           stays in the queue, without an attempt
dnl               direct:direct       to the recipient's own mail exchanger, whatever `.' or SMART_HOST say
dnl       No key at all: as without mailstack, that is direct, or where SMART_HOST of the .mc points.
dnl       A mailer that this process does not know (its .cf is older than the map) is a temporary failure.
dnl     tls:[host]                what the relay must show before it gets credentials or mail
dnl       values: encrypted           TLS, and the connected server must bear the route's own name: a CNAME to another name is refused
dnl               verified            TLS, a certificate that a known authority signed, and that names the route's host
dnl               none                nothing (the same as no key)
dnl       Any other value is a temporary failure. [host] is as in the route's value, in brackets.
dnl
dnl msauth (confMAILSTACK_AUTHINFO_MAP, default /etc/mailstack/authinfo; mode 0600)
dnl     [host]                    "U:user" "I:user" "P=base64 of the secret" "M:PLAIN LOGIN"
dnl       Asked by the host that the rules chose ($h), never by the name of the server that answered: mail to a domain whose mail
dnl       exchanger happens to be the relay finds nothing. Where the relay has no TLS demand, credentials go to 127.0.0.1 and ::1 only.
dnl       A relay that is in msauth gets no mail from a session that did not authenticate: without this sendmail would go on
dnl       without AUTH, and the relay's 530 would return the mail to its sender.
dnl       The limit: nothing is asked between AUTH and MAIL, so a relay that answers 530 to MAIL already still returns it. Where M: also
dnl       names mechanisms that this machine has not ("M:PLAIN LOGIN XOAUTH2 OAUTHBEARER") and the relay offers one, a refused
dnl       password ends the session as a temporary failure before MAIL.
dnl
dnl Proof: to a client on a loopback address the running process answers EXPN mailstack.route, or under noexpn MAIL FROM:<mailstack.route>,
dnl with 550 5.7.1 ... mailstack route: VALUE, where VALUE is that of `.', or direct, or smart host HOST; 451 where the map does not open.
dnl
dnl Rules of the user's own: what stands in LOCAL_RULE_0 or LOCAL_NET_CONFIG before the include is asked before mailstack, what stands
dnl after it only about mail that has no route. mailertable and virtusertable come first anyway. The user's AuthInfo entries
dnl (access or FEATURE(`authinfo')), TLS_Srv, TLS_Rcpt, LOCAL_TLS_SERVER and LOCAL_TLS_RCPT go on working; a route's own demands are
dnl asked before them, so that no OK of theirs can lift one.
dnl
ifdef(`_MAILSTACK_ROUTES_', `errprint(`*** ERROR: mailstack: routes.m4 is included twice
')m4exit(1)')dnl
define(`_MAILSTACK_ROUTES_', `1')dnl
dnl A route whose mailer is missing would be refused for good: say so while m4 runs. (FEATURE(`nullclient') sends local mail to
dnl its hub past all of this.)
m4wrap(`ifdef(`_MAILSTACK_MAILERS_', `', `errprint(`*** ERROR: mailstack: include route-mailers.m4 after the last MAILER()
')m4exit(1)')ifdef(`_NULL_CLIENT_', `errprint(`*** ERROR: mailstack: routes are not for FEATURE(nullclient), which sends all mail to its hub
')m4exit(1)')')dnl
PUSHDIVERT(6)dnl LOCAL_CONFIG
# mailstack: routes, their TLS demands and their credentials
Kmsroute hash ifdef(`confMAILSTACK_ROUTE_MAP', `confMAILSTACK_ROUTE_MAP', `/etc/mail/msroute')
dnl While an address is resolved a map that does not open is a temporary failure by itself. In the rule sets of checks it would count as
dnl "not found": there the map has to say so.
Kmscheck hash -T<TMPF> ifdef(`confMAILSTACK_ROUTE_MAP', `confMAILSTACK_ROUTE_MAP', `/etc/mail/msroute')
Kmsauth hash -T<TMPF> ifdef(`confMAILSTACK_AUTHINFO_MAP', `confMAILSTACK_AUTHINFO_MAP', `/etc/mailstack/authinfo')
Kmsmacro macro
# values of {verify} that stand for a session in TLS, whosoever is at the other end; those of a verified certificate
C{MsTlsOn} OK TRUSTED NO NOT FAIL
C{MsTlsVerified} OK TRUSTED
C{MsTlsDemand} encrypted verified
O SetCertAltnames=true
POPDIVERT`'dnl
dnl
dnl Rule sets may be defined in pieces, and the pieces run in the order of the .cf. LOCAL_RULESETS comes after all of cf's own, too
dnl late to be asked first; OperatorChars, without which rules are read wrongly, is set after LOCAL_CONFIG. LOCAL_RULE_0, the whole of the rule
dnl set ParseLocal, comes after OperatorChars and before the others. Hence everything stands here, and ParseLocal is taken up again at the end.
PUSHDIVERT(3)dnl LOCAL_RULE_0
SMsRoute
dnl Parameters: none; the sender is {f}. Returns: < mailer : host >, or < ? > where nothing says.
dnl No canonical names: a look-up in DNS for each recipient could fail, and would replace the name that the administrator wrote.
R$*			$: <?> $&f
R<?> $* < $* > $*	$: <?> $2			angle brackets
R<?> $* @ $+ .		$: <?> $1 @ $2			trailing dot
R<?> $+ @ $+		$: <@> $1 @ $2
R<?> $+			$: <@> $1 @ $j			a local sender
R<@> $+ @ $+		$: < $(msroute $1@$2 $: @ $) > $2
R<@> $+			$: < $(msroute @$1 $: ? $) >	the domain
R< $- : $+ > $*		$@ < $1 : $2 >
R$*			$@ < $(msroute . $: ? $) >

SMsDeliver
dnl Parameters: address in focus. Returns: a triple, or the address where sendmail's own rules go on.
R$*			$: $1 $| $>MsRoute
R$* $| < ? >		$@ $1
R$* $| < $={MsMailer} : $+ >	$# $2 $@ $3 $: $1
R$* < @ $+ > $* $| < direct : $+ >	$# ifdef(`confSMTP_MAILER', `confSMTP_MAILER', `esmtp') $@ $2 $: $1 < @ $2 > $3
R$* $| $*		$#error $@ 4.3.5 $: "451 mailstack: this process does not know the mailer of the route " $2

SMsTlsOn
dnl Parameters: {verify}. Returns: an error where the route demands TLS and there is none; otherwise the demand, or OK.
dnl The host of a route is always in brackets: nothing is asked, and nothing can fail, about mail that goes directly.
R$*			$: < $1 > $&h
R< $* > [ $+ ]		$: < $1 > < $(mscheck tls:[$2] $: none $) >
R< $* > < none >	$@ OK
R< $* > < $* <TMPF> >	$#error $@ 4.3.0 $: "451 mailstack: the map of the routes cannot be read"
R< $={MsTlsOn} > < $={MsTlsDemand} >	$@ $2
R< $* > < $={MsTlsDemand} >	$#error $@ 4.7.0 $: "454 mailstack: the route demands TLS, and the session with " $&{server_name} " has none " $1
R< $* > < $* >		$#error $@ 4.7.0 $: "454 mailstack: unknown TLS demand of the route " $&h
R$*			$@ OK

SMsTls
dnl Parameters: {verify}. Returns: an error where the server does not show what the route demands. The host is that of the rules,
dnl not {server_name}, which a forged CNAME would choose.
R$*			$: < $1 > $>MsTlsOn $1
R< $* > $#$*		$#$2
R< $* > OK		$@ OK
R< $* > $-		$: $2 < $1 > $&h
R$- < $* > [ $+ ]	$: $1 < $2 > $3
Rencrypted < $* > $&{server_name}	$@ OK
Rencrypted < $* > $&{server_addr}	$@ OK
Rencrypted < $* > $+	$#error $@ 4.7.0 $: "454 mailstack: the name of the route is " $2 " but the server is " $&{server_name} " (a CNAME, that only the demand verified allows)"
Rverified < $={MsTlsVerified} > $+	$: < $2 > $2
Rverified < $* > $+	$#error $@ 4.7.0 $: "454 mailstack: no known authority vouches for the certificate of " $2 ": " $1
R< $* > $={cert_altnames}	$@ OK
R< $* > $&{cn_subject}	$@ OK
R< $* > $- . $+		$: < $1 > * . $3
R< $* > $={cert_altnames}	$@ OK
R< $* > $&{cn_subject}	$@ OK
R< $* > $*		$#error $@ 4.7.0 $: "454 mailstack: the certificate is for " $&{cn_subject} " and does not name " $1
R$*			$#error $@ 4.7.0 $: "454 mailstack: the host of the route is not in brackets: " $&h

Stls_server
R$*			$: $1 $| $>MsTls $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1

SMsTlsRcpt
dnl Parameters: none. Returns: an error where this session, which may be an older one that is used again, is not what the route demands.
dnl Macros of the session with the relay hide those of the message, which may have come by TLS and AUTH itself: these are emptied, or
dnl they would be taken for those of the session.
R$*			$: $&h
R[ $+ ]			$: $(msmacro {verify} $@ $) $(msmacro {auth_type} $@ $) [ $1 ]
R[ $+ ]			$: [ $1 ] $| $>MsTlsOn $&{verify}
R[ $+ ] $| $#$*		$#$2
R[ $+ ] $| $*		$: < $(msauth [$1] $: ? $) > < $&{auth_type} >
R< ? > < $* >		$@ OK
R< $* <TMPF> > < $* >	$#error $@ 4.3.0 $: "451 mailstack: the map of the credentials cannot be read"
R< $* > < $+ >		$@ OK
R< $* > < >		$#error $@ 4.7.0 $: "454 mailstack: " $&{server_name} " did not take the credentials of the route, or does not offer AUTH"

Stls_rcpt
R$*			$: $1 $| $>MsTlsRcpt
R$* $| $#$*		$#$2
R$* $| $*		$: $1

Sauthinfo
R$*			$: $1 $| < > $&h
R$* $| < > [ $+ ]	$: $1 $| < $(msauth [$2] $: ? $) >
R$* $| < ? >		$: $1
R$* $| < $* <TMPF> >	$# temp
R$* $| < > $*		$: $1
R$* $| < $+ >		$: < $2 > < $(mscheck tls:$&h $: none $) > $&{server_addr}
R< $* > < none > 127 . $+	$# $1
R< $* > < none > IPv6 : $- : : 1	$# $1
R< $* > < none > IPv6 : : : 1	$# $1
R< $* > < none > IPv6 : 0 : 0 : 0 : 0 : 0 : 0 : 0 : 1	$# $1
R< $* > < none > $*	$@ no
R< $* > < $={MsTlsDemand} > $*	$# $1
R< $* > < $* > $*	$@ no

SMsTell
dnl "Which way does the running process go?", for a client on this machine only. Parameters: what it named. Returns: the answer, an
dnl error, or the parameters.
R$*			$: $1 $| $&{client_addr}
R$* mailstack.route $* $| 127 . $+	$: $1 mailstack.route $2 $| < $(mscheck . $: ? $) >
R$* mailstack.route $* $| IPv6 : : : 1	$: $1 mailstack.route $2 $| < $(mscheck . $: ? $) >
R$* mailstack.route $* $| IPv6 : 0 : 0 : 0 : 0 : 0 : 0 : 0 : 1	$: $1 mailstack.route $2 $| < $(mscheck . $: ? $) >
R$* $| < $* <TMPF> >	$#error $@ 4.3.0 $: "451 mailstack route: the map cannot be read"
R$* $| < ? >		$: $1 $| < smart host $S >
R$* $| < smart host >	$: $1 $| < direct >
R$* $| < direct : direct >	$: $1 $| < direct >
R$* $| < $+ >		$#error $@ 5.7.1 $: "550 mailstack route: " $2
R$* $| $*		$@ $1

dnl EXPN mailstack.route
Scheck_expn
R$*			$: $1 $| $>MsTell $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1

dnl MAIL FROM:<mailstack.route>, which answers under the privacy flag noexpn (or goaway) as well
Scheck_mail
R$*			$: $1 $| $>MsTell $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1

SParseLocal
R$* < @ [ $+ ] > $*	$: $>MsDeliver $1 < @ [ $2 ] > $3	address literals, which no mailertable is asked about
POPDIVERT`'dnl
PUSHDIVERT(1)define(`_LOCAL_RULES_', 1)dnl LOCAL_NET_CONFIG
R$* < @ $+ > $*		$: $>MsDeliver $1 < @ $2 > $3	the route
POPDIVERT`'dnl
