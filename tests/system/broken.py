# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Configurations that must not become live: what a hand does to a machine that works, and what mailstack has to say about it."""

import dataclasses

INVALID, MTA_FAILED, HAND_EDITED = "InvalidConfiguration", "MtaFailed", "HandEdited"
MC, CF, ACCESS = "/etc/mail/sendmail.mc", "/etc/mail/sendmail.cf", "/etc/mail/access"
# What a case may have touched.
TEXTS = (MC, CF, ACCESS, "/etc/aliases", "/etc/mail/local-host-names", "/etc/mail/virtusertable", "/etc/mail/mailertable")
BACK = "for file in %s; do cmp -s $file /srv/saved$file || cp -p /srv/saved$file $file; done" % " ".join(TEXTS)


@dataclasses.dataclass
class Broken:
    name: str
    edit: str  # a shell script
    words: tuple[str, ...]  # of the error's message
    error: str = INVALID
    call: tuple[str, ...] = ("Reload",)  # a method of Manager; or mailstackctl's words
    swapped: bool = False  # found out only when the new one was in place: RolledBack
    back: str = "true"  # what takes the edit back, beside BACK
    at_once: bool = False  # the edit itself disturbs the daemon that runs: it opens the file for each session


def end(text: str) -> str:
    """Adds to the end of sendmail.mc."""
    return f"cat >> {MC} <<'EOF'\n{text}\nEOF"


def before_mailers(text: str) -> str:
    """Puts lines before MAILER_DEFINITIONS."""
    return (f"cat > /srv/part <<'EOF'\n{text}\nEOF\n"
            f"awk 'FNR == NR {{ part = part $0 \"\\n\"; next }} /^MAILER_DEFINITIONS/ {{ printf \"%s\", part }} {{ print }}' "
            f"/srv/part /srv/saved{MC} > {MC}")


def edit(expression: str, path: str = MC) -> str:
    """sed, which must change something."""
    return f"sed -i -E \"{expression}\" {path}; ! cmp -s {path} /srv/saved{path}"


def access(line: str) -> str:
    return f"printf '%b\\n' '{line}' >> {ACCESS}"


def table(name: str, line: str) -> str:
    return f"printf '%b\\n' '{line}' >> /etc/mail/{name}"


# What m4 or cf's own macros refuse.
OF_M4 = (
    Broken("open quote", end("define(`confLOG_LEVEL', `9)dnl"), ("sendmail.mc", "end of file in string")),
    Broken("open parenthesis", end("define(`confLOG_LEVEL', `9'"), ("sendmail.mc", "end of file in argument list")),
    Broken("unknown feature", before_mailers("FEATURE(`no_such_feature')dnl"), ("no_such_feature",)),
    Broken("unknown mailer file", end("MAILER(`pigeon')dnl"), ("pigeon",)),
    Broken("unknown system", edit("s/^OSTYPE.*/OSTYPE(\\`plan9000')dnl/"), ("plan9000",)),
    Broken("no system", edit("/^OSTYPE/d"), ("system type",)),
    Broken("unknown domain file", edit("s/^DOMAIN.*/DOMAIN(\\`nowhere')dnl/"), ("nowhere",)),
    Broken("missing include", before_mailers("include(`/etc/mail/m4/missing.m4')dnl"), ("/etc/mail/m4/missing.m4", "sendmail.mc:")),
    Broken("feature after the mailers", end("FEATURE(`genericstable')dnl"), ("FEATURE() should be before MAILER()",)),
    Broken("no mailers", edit("/^MAILER\\(/d"), ("mailer",)),
    Broken("quotes changed", before_mailers("changequote([, ])dnl"), ("sendmail.m",)),
    Broken("not an .mc at all", f"head -c 3000 /bin/ls > {MC}", ("sendmail.m",)),
)

# What sendmail refuses to read.
OF_SENDMAIL = (
    Broken("misspelt macro", before_mailers("FETURE(`masquerade_envelope')dnl"), ("TURE(masquerade_envelope)",)),
    Broken("prose", end("Remember to ask Bob about the relay."), ("Remember",)),
    Broken("unknown option", end("LOCAL_CONFIG\nO NoSuchOption=1"), ("NoSuchOption",)),
    Broken("unknown user to run as", before_mailers("define(`confRUN_AS_USER', `nosuchuser')dnl"), ("nosuchuser",)),
    Broken("unknown address family", before_mailers("DAEMON_OPTIONS(`Name=odd, Family=inet7, Port=2525')dnl"), ("inet7",)),
    Broken("rule without a right side", end("LOCAL_RULE_0\nR$* <@ example.org.> $*"), ("example.org.", "tab expected")),
    Broken("class file that is missing", before_mailers("define(`confCW_FILE', `/etc/mail/no-such-file')dnl"), ("no-such-file",)),
    Broken("unknown map class", end("LOCAL_CONFIG\nKodd nosuchclass /etc/mail/odd"), ("nosuchclass",)),
    Broken("mailer without a command line", before_mailers("MAILER_DEFINITIONS\nModd, P=/bin/cat, F=lsDFM"), ("odd",)),
    Broken("no hop allowed to a file class", end("LOCAL_CONFIG\nF{w}/etc/mail/missing-names"), ("missing-names",)),
    Broken("rule set called that is not there", end("LOCAL_RULE_0\nR$+ <@ $+ > $*\t$: $>NoSuchRules $1 <@ $2 > $3"), ("NoSuchRules",)),
)

# What loads and does not do its work.
OF_ROUTING = (
    Broken("nothing is delivered", end("LOCAL_RULE_0\nR$*\t\t$#error $@ 5.3.5 $: 553 closed for good"), ("no mailer", "closed for good")),
    Broken("nothing leaves", end("LOCAL_RULE_0\nR$* <@ [ $* ] > $*\t\t$#error $@ 5.1.2 $: 550 only here"), ("someone@[192.0.2.1]", "only here")),
    Broken("unknown mailer", end("LOCAL_RULE_0\nR$+ <@ [ $* ] > $*\t\t$#pigeon $@ [ $2 ] $: $1 <@ [ $2 ] > $3"), ("pigeon",)),
    Broken("local mailer that is not installed", edit("s,/usr/bin/procmail,/usr/bin/no-such-mda,"), ("/usr/bin/no-such-mda",)),
    Broken("optional map that cannot open", edit("s/FEATURE\\(.access_db.*/FEATURE(\\`access_db', \\`hash -o -T<TMPF> \\/etc\\/mail\\/nowhere\\/access')dnl/"),
           ("/etc/mail/nowhere",), error="IoFailed"),
    Broken("map of nobody's trust", edit("/^OSTYPE/s/debian/linux/; /^DOMAIN/d"), ("cannot open the map",)),
    Broken("map of a stranger", "chown mallory /etc/mail/access.db", ("access",), back="chown smmta /etc/mail/access.db", at_once=True),
    Broken("map directory that all may write", "chmod o+w /etc/mail", ("/etc/mail",), back="chmod o-w /etc/mail", at_once=True),
)

# Through which strangers would send to strangers.
OPEN = "open relay"
OF_RELAYS = (
    Broken("promiscuous relay", before_mailers("FEATURE(`promiscuous_relay')dnl"), (OPEN,)),
    Broken("entire domain of a top-level domain", before_mailers("FEATURE(`relay_entire_domain')dnl\nLOCAL_CONFIG\nC{m}com"), (OPEN, "com")),
    Broken("top-level domain in class R", before_mailers("RELAY_DOMAIN(`com')dnl"), (OPEN, "com")),
    Broken("top-level domain in relay-domains", "echo org > /etc/mail/relay-domains", (OPEN, "org"), back="rm /etc/mail/relay-domains"),
    Broken("relay by the sender's claim", before_mailers("FEATURE(`relay_local_from')dnl"), (OPEN,)),
    Broken("relay by the sender's entry", before_mailers("FEATURE(`relay_mail_from', `domain')dnl") + "\n" + access("From:example.net\\tRELAY"),
           (OPEN,)),
    Broken("own check that says yes", end("LOCAL_RULESETS\nSLocal_check_rcpt\nR$*\t\t$#OK"), (OPEN,)),
    Broken("clients of a top-level domain", access("Connect:net\\tRELAY"), (OPEN, "net")),
    Broken("untagged top-level domain", access("com\\tRELAY"), (OPEN, "com")),
    Broken("recipients of a top-level domain", access("To:com\\tRELAY"), (OPEN, "com")),
    Broken("a first octet", access("Connect:203\\tRELAY"), (OPEN, "203")),
    Broken("a block of IPv6", access("Connect:IPv6:2a00\\tRELAY"), (OPEN, "2a00")),
)

# Whose TLS would be gone: found out before the daemon that has it is disturbed.
KEY, CERTIFICATE = "/etc/mailstack/tls/example.test.key", "/etc/mailstack/tls/example.test.crt"
BACK_TLS = "cp -p /srv/saved/etc/mailstack/tls/* /etc/mailstack/tls/"
OF_TLS = (
    Broken("key that the group may read", f"chmod 0640 {KEY}", (KEY, "0640"), back=f"chmod 0600 {KEY}"),
    Broken("key of somebody else", f"chown alice {KEY}", (KEY, "alice"), back=f"chown root {KEY}"),
    Broken("key that is missing", f"rm {KEY}", (KEY,), back=BACK_TLS),
    Broken("certificate that is missing", f"rm {CERTIFICATE}", (CERTIFICATE,), back=BACK_TLS),
    Broken("certificate that is none", f"echo nonsense > {CERTIFICATE}", (CERTIFICATE,), back=BACK_TLS),
    Broken("certificate that all may write", f"chmod 0666 {CERTIFICATE}", (CERTIFICATE, "0666"), back=f"chmod 0644 {CERTIFICATE}"),
    Broken("key of another certificate", f"cp /srv/other.key {KEY}", (KEY, CERTIFICATE), back=BACK_TLS),
    Broken("key that is named and not there", before_mailers("define(`confSERVER_KEY', `/etc/ssl/private/none.key')dnl"),
           ("/etc/ssl/private/none.key",)),
)

# A sendmail that starts and dies, or never greets.
OF_STARTS = (
    Broken("port of another program", before_mailers("DAEMON_OPTIONS(`Name=extra, Family=inet, Port=2525')dnl"), ("2525",)),
    Broken("service without a number", before_mailers("DAEMON_OPTIONS(`Name=extra, Family=inet, Port=nosuchservice')dnl"),
           ("nosuchservice",)),
    Broken("address of another machine", before_mailers("DAEMON_OPTIONS(`Name=extra, Family=inet, Port=2626, Addr=198.51.100.7')dnl"),
           ("198.51.100.7",)),
    Broken("queue that is not there", before_mailers("define(`QUEUE_DIR', `/var/spool/no-such-queue')dnl"), ("ended", "journalctl", "the old configuration is back"),
           error=MTA_FAILED, swapped=True),
)

# What is asked for over the bus, and hands in both files.
OF_CALLS = (
    Broken("both files edited", f"echo '# mine' >> {MC}; sed -i 's/^O LogLevel=.*/O LogLevel=10/' {CF}; echo >> {MC}",
           ("sendmail.cf", "RebuildCf"), error=HAND_EDITED),
    Broken("rebuild of a broken .mc", end("define(`confLOG_LEVEL', `9)dnl"), ("end of file in string",), call=("RebuildCf",)),
    Broken("set-up over an open quote", end("define(`confLOG_LEVEL', `9)dnl"), ("sendmail.mc:", "end of file in string"),
           call=("mailstackctl", "setup", "--domain", "example.test", "--user", "alice")),
    Broken("relay for a top-level domain", "true", ("would let everybody",), call=("mailstackctl", "table", "set", "access", "Connect:com", "RELAY")),
)

CASES = OF_M4 + OF_SENDMAIL + OF_ROUTING + OF_RELAYS + OF_TLS + OF_STARTS + OF_CALLS
