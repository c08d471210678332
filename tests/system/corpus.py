# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A corpus of messages, made here and always the same: what mail looks like, and what it looks like at its worst.

Each holds the line `X-Corpus-Id: NNNN` once, as a field of its header wherever it has one, by which it is found again wherever
it went. Nothing in it is anybody's mail.
"""

import base64
import dataclasses
import quopri
import random

ME = "alice@mail.example.test"


@dataclasses.dataclass(frozen=True)
class Message:
    id: str  # "0042"
    kind: str  # what it is an example of: "folded"
    octets: bytes  # the message, without a From_ line
    sender: str  # of the envelope; "" for <>
    over_smtp: bool  # whether sendmail takes it as it is, and leaves alone what recipes look at

    @property
    def mark(self) -> bytes:
        return f"X-Corpus-Id: {self.id}".encode()

    @property
    def delivered(self) -> bytes:
        """As a local mailer gets it: with the From_ line that names the envelope's sender."""
        return f"From {self.sender or 'MAILER-DAEMON'} Mon Nov 23 08:00:00 2026\n".encode() + self.octets


class _Maker:
    """Messages are added one after another; `words` are as a generator with a fixed seed gives them."""

    def __init__(self):
        self.random = random.Random(6)
        self.messages: list[Message] = []
        self._syllables = "ba be bo da de di fu ga go ka ke la le lo ma me mi na no pa pe ra re ri sa se so ta te ti to va ve".split()

    # -- material -----------------------------------------------------------------------------------------------------

    def word(self) -> str:
        return "".join(self.random.choice(self._syllables) for _ in range(self.random.randint(2, 4)))

    def sentence(self, words: int = 9) -> str:
        return " ".join(self.word() for _ in range(words)).capitalize() + "."

    def text(self, lines: int = 6) -> str:
        return "".join(self.sentence() + "\n" for _ in range(lines))

    def octets_of(self, count: int) -> bytes:
        return self.random.randbytes(count)

    # -- messages -----------------------------------------------------------------------------------------------------

    def raw(self, kind: str, make, sender: str | None = None, smtp: bool = False) -> None:
        """`make` is given the id line, and returns the message's octets (or its text)."""
        number = f"{len(self.messages) + 1:04}"
        made = make(f"X-Corpus-Id: {number}")
        octets = made if isinstance(made, bytes) else made.encode("utf-8")
        assert octets.count(f"X-Corpus-Id: {number}".encode()) == 1, kind
        self.messages.append(Message(number, kind, octets, "sender@example.test" if sender is None else sender, smtp))

    def message(self, kind: str, fields: str | bytes = "", body: str | bytes = "", subject: str | None = "", sender: str | None = None,
                to: str | None = ME, source: str | None = "Sender <sender@example.test>", smtp: bool = True) -> None:
        """An ordinary message with `fields` (whole lines) among its others; None leaves a field out."""
        def make(mark: str) -> bytes:
            head = ""
            if source is not None:
                head += f"From: {source}\n"
            if to is not None:
                head += f"To: {to}\n"
            if subject is not None:
                head += f"Subject: {subject or self.sentence(4)}\n"
            head += f"Date: Mon, 23 Nov 2026 08:00:00 +0000\nMessage-ID: <{self.word()}.{self.random.randrange(10**9)}@example.test>\n"
            extra = fields if isinstance(fields, bytes) else fields.encode("utf-8")
            text = body if isinstance(body, bytes) else body.encode("utf-8")
            return head.encode("utf-8") + extra + mark.encode() + b"\n\n" + (text or self.text().encode())
        self.raw(kind, make, sender, smtp)


# -- MIME ---------------------------------------------------------------------------------------------------------------------

def _part(kind: str, octets: bytes, encoding: str = "base64", more: str = "") -> str:
    coded = base64.encodebytes(octets) if encoding == "base64" else quopri.encodestring(octets)
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n{more}\n{coded.decode('ascii')}"


def _multipart(boundary: str, *parts: str) -> str:
    return "This is a message in several parts.\n\n" + "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"


def _add_mime(m: _Maker) -> None:
    for i in range(10):
        body = _multipart("==alt==", _part("text/plain; charset=utf-8", m.text().encode(), "quoted-printable"),
                          _part("text/html; charset=utf-8", f"<p>{m.text()}</p>".encode()))
        m.message("alternative", "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=\"==alt==\"\n", body)
    for i, (name, kind) in enumerate([("invoice.pdf", "application/pdf"), ("photo.jpg", "image/jpeg"), ("run.exe", "application/octet-stream"),
                                      ("table.csv", "text/csv"), ("invite.ics", "text/calendar; method=REQUEST")] * 2):
        body = _multipart(f"b{i}", _part("text/plain", m.text().encode()),
                          _part(kind, m.octets_of(500 + 3000 * i), more=f"Content-Disposition: attachment; filename=\"{name}\"\n"))
        m.message("attachment", f"MIME-Version: 1.0\nContent-Type: multipart/mixed;\n\tboundary=b{i}\n", body)
    for i in range(5):
        inner = f"Content-Type: multipart/alternative; boundary=in{i}\n\n" + _multipart(
            f"in{i}", _part("text/plain", m.text().encode()), _part("text/html", b"<b>x</b>"))
        signed = _multipart(f"out{i}", inner, _part("application/pgp-signature", m.octets_of(100)))
        m.message("signed", f"MIME-Version: 1.0\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\";\n boundary=out{i}\n", signed)
    # A message within a message, and parts whose own header tempts.
    for i in range(5):
        inner = f"From: oncall@example.test\nSubject: urgent within\nList-Id: <debian-user.lists.debian.org>\n\n{m.text()}"
        m.message("enclosed", f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=e{i}\n",
                  _multipart(f"e{i}", "Content-Type: message/rfc822\n\n" + inner), subject="Fwd: see below")


def _add_eight_bit(m: _Maker) -> None:
    texts = ["Grüße aus Köln", "Příliš žluťoučký kůň", "Ελληνικά", "Съешь ещё этих мягких булок", "日本語の件名", "naïve café",
             "emoji 😀 within", "Ünïcödé", "ﬁne ligature", "Grüße"]
    for i, text in enumerate(texts):
        m.message("utf-8", "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n", text + "\n", subject=text)
        coded = base64.b64encode(text.encode()).decode()
        m.message("encoded word", "MIME-Version: 1.0\n", subject=f"=?UTF-8?B?{coded}?=")
    for i, text in enumerate(["Grüße aus Köln", "déjà vu", "Año nuevo", "smörgåsbord", "10 £ für 5 ½", "Zürich", "façade", "Ærø"]):
        latin = text.encode("latin-1")
        m.message("latin-1", b"MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\nX-Text: " + latin + b"\n", latin + b"\n")
        m.message("latin-1 in the header", b"X-Odd: " + latin + b"\nComments: raw " + latin + b"\n", smtp=False)
    for i in range(6):
        m.message("every octet", b"Content-Type: application/octet-stream\n", bytes(c for c in range(1, 256) if c != 13) + b"\n", smtp=False)


# -- the header ---------------------------------------------------------------------------------------------------------------

def _add_folded(m: _Maker) -> None:
    for fold in ("\n ", "\n\t", "\n    ", "\n \t ", "\n\t\t"):
        m.message("folded subject", subject=f"the quarterly{fold}report of{fold}the department")
        m.message("folded list", f"List-Id:{fold}Debian users{fold}<debian-user.lists.debian.org>\n")
        m.message("folded recipients", f"Cc: {','.join(fold + m.word() + '@example.test' for _ in range(30))},{fold}team+reports@example.test\n")
        m.message("many folds", "References:" + "".join(f"{fold}<{m.word()}@example.test>" for _ in range(60)) + "\n")
    m.message("fold before the value", "X-Folded:\n\tonly the second line has the magicword\n")
    m.message("fold within a word", "X-Folded: magic\n word\n")
    m.message("an empty folded line", "X-Folded: first\n \n third\n", smtp=False)


def _add_missing(m: _Maker) -> None:
    m.message("no subject", subject=None)
    m.message("no sender's field", source=None)
    m.message("no recipient's field", to=None)
    m.raw("only the id", lambda mark: mark + "\n\n" + m.text())
    m.raw("no blank line", lambda mark: f"From: sender@example.test\nSubject: no blank line\n{mark}\n")
    m.raw("no blank line and no line end", lambda mark: f"From: sender@example.test\nSubject: cut off\n{mark}")
    m.raw("only a body", lambda mark: f"\nFrom the first line on this is a body.\n{mark}\n{m.text()}")
    m.raw("a blank line and the id", lambda mark: f"\n{mark}\n")
    m.raw("no date and no id", lambda mark: f"From: a@example.test\nTo: {ME}\nSubject: undated\n{mark}\n\n{m.text()}")
    m.raw("no body", lambda mark: f"From: a@example.test\nTo: {ME}\nSubject: headers alone\n{mark}\n\n")
    m.raw("what is no field", lambda mark: f"From: a@example.test\nthis line is no field\nSubject: after it\n{mark}\n\n{m.text()}")
    m.raw("a field without a name", lambda mark: f"From: a@example.test\n: nameless\nSubject: after it\n{mark}\n\n{m.text()}")
    m.raw("begins with a folded line", lambda mark: f" a continuation of nothing\nFrom: a@example.test\n{mark}\n\n{m.text()}")
    m.raw("empty fields", lambda mark: f"From:\nTo:\nSubject:\nList-Id:\nX-Spam-Level:\n{mark}\n\n{m.text()}")
    m.raw("blanks alone in fields", lambda mark: f"From: \nTo: \t\nSubject:  \nList-Id: \t \n{mark}\n\n{m.text()}")
    m.raw("one line of body without an end", lambda mark: f"Subject: endless\n{mark}\n\nno line end")
    for name in ("From", "Sender", "Reply-To", "Return-Path"):
        m.raw("one sender's field", lambda mark, name=name: f"{name}: solitary@example.test\n{mark}\n\n{m.text()}")


def _add_huge(m: _Maker) -> None:
    m.message("references of 100 KB", "References: " + "\n ".join(f"<{m.word()}.{i}@example.test>" for i in range(4000)) + "\n", smtp=False)
    m.message("references of 100 KB in one line", "References: " + " ".join(f"<{i}@example.test>" for i in range(6000)) + "\n", smtp=False)
    m.message("2,000 received lines", "".join(f"Received: from relay{i}.example.test by relay{i + 1}.example.test; "
                                              "Mon, 23 Nov 2026 08:00:00 +0000\n" for i in range(2000)), smtp=False)
    m.message("a subject of 20,000 octets", subject="needle-at-the-begin " + "long " * 4000 + "needle-at-the-end", smtp=False)
    m.message("5,000 recipients", "Cc: " + ",\n ".join(f"u{i}@example.test" for i in range(5000)) + "\n", smtp=False)
    m.message("the list's name at the end of 50 KB", "List-Id: " + "x" * 50_000 + " <debian-user.lists.debian.org>\n", smtp=False)
    m.message("3,000 different fields", "".join(f"X-Field-{i}: {m.word()}\n" for i in range(3000)), smtp=False)
    m.message("a field's name of 2,000 octets", "X-" + "n" * 2000 + ": y\n", smtp=False)


def _add_odd(m: _Maker) -> None:
    for name in ("SUBJECT", "subject", "sUbJeCt"):
        m.message("odd case", f"{name}: Weekly Status of the project\n", subject=None)
    for separator in (":", ": ", ":\t", ":    ", ": \t "):
        m.message("odd spacing", f"X-Project{separator}apollo\n")
        m.message("odd spacing behind", f"X-Project{separator}apollo \t \n")
    m.message("a blank before the colon", "X-Project : apollo\n", smtp=False)
    m.message("a tab before the colon", "X-Project\t: apollo\n", smtp=False)
    m.message("a longer name", "X-Project-Old: apollo\n")
    m.message("a longer name before", "Old-X-Project: apollo\n")
    m.message("a longer value", "X-Project: apollo 13\n")
    m.message("the value within another", "X-Project: napollo\n")
    for first, second in (("apollo", "gemini"), ("gemini", "apollo"), ("apollo", "apollo"), ("", "apollo")):
        m.message("a field twice", f"X-Project: {first}\nX-Project: {second}\n")
    for other in ("Subject: the second subject", "From: boss@example.test", "To: team+reports@example.test", "Message-ID: <second@example.test>"):
        m.message("a known field twice", other + "\n", smtp=False)


def _add_special(m: _Maker) -> None:
    """What means something to procmail, to a shell or to a regular expression."""
    for text in ("[ticket #4711] it fails", "C++ (and C--)", "a.b is not axb", "axb is not a.b", "$HOME/mail", "`id`", "$(id)", "back\\slash",
                 "^caret", "cash $$$ cash", "pipe | me", "| /bin/sh", "! root", "* ^Subject:.*", "{ block }", ":0", "# no comment", "50% off",
                 "\"quoted\"", "it's", "<angle>", "question?", "tilde~user", "a&b;c", "%s%n", "^^anchor^^", "^TO_alice", "^FROM_DAEMON", "\\/match",
                 "\\<word\\>", "--", "x*y+z?"):
        m.message("special characters", subject=text)
    for text in ("LOGNAME=root", "SHELL=/bin/false", "INCLUDERC=/tmp/x", "DROPPRIVS=no", "MAILDIR=/", "DEFAULT=/dev/null"):
        m.message("assignments", f"X-Try: {text}\n", body=f"{text}\n:0\n/dev/null\n", subject=text)


# -- kinds of mail ------------------------------------------------------------------------------------------------------------

def _add_lists(m: _Maker) -> None:
    for shape in ("<debian-user.lists.debian.org>", "Debian users <debian-user.lists.debian.org>", "\"Users, all\" <debian-user.lists.debian.org>",
                  "debian-user.lists.debian.org", "<DEBIAN-USER.lists.debian.ORG>", "  <debian-user.lists.debian.org>  ",
                  "(a comment) <debian-user.lists.debian.org>", "<debian-devel.lists.debian.org>", "Debian <debian-announce.lists.debian.org>",
                  "<xdebian-user.lists.debian.org>", "<debian-user.lists.debian.org.example.test>", "<debian-userxlists.debian.org>",
                  "debian-user.lists.debian.org is not this one <other.example.test>", "<4711.lists.example.test>", "Numbers <0815.example.test>",
                  "=?utf-8?q?Gr=C3=BC=C3=9Fe?= <greetings.example.test>", "weird list [odd] <w+e.i-r_d.example.test>", "<>", "< spaced.example.test >",
                  "<a.example.test> <b.example.test>", "no brackets at all", "<sendmail.vger.example.test>", "Kernel <linux-kernel.vger.example.test>"):
        m.message("list", f"List-Id: {shape}\nList-Post: <mailto:list@example.test>\nPrecedence: list\n", sender="list-bounces@example.test")
    for field in ("LIST-ID: <debian-user.lists.debian.org>", "list-id: <debian-user.lists.debian.org>", "X-List-Id: <debian-user.lists.debian.org>",
                  "X-Mailing-List: <old-list@example.test> archive/1", "Mailing-List: contact old-list@example.test; run by a robot",
                  "List-Post: <mailto:nameless@example.test>", "X-BeenThere: old-list@example.test", "List-Unsubscribe: <https://example.test/u>"):
        m.message("list of another kind", field + "\n", sender="owner-old-list@example.test")


def _add_bounces(m: _Maker) -> None:
    for i, (subject, status) in enumerate([("Returned mail: see transcript for details", "5.1.1"), ("Undelivered Mail Returned to Sender", "5.0.0"),
                                           ("Delivery Status Notification (Failure)", "5.7.1"), ("Warning: could not send message for past 4 hours", "4.4.7"),
                                           ("delayed: your message", "4.0.0"), ("Mail delivery failed", "5.2.2")] * 2):
        action = "delayed" if status.startswith("4") else "failed"
        report = (f"Reporting-MTA: dns; mail.example.test\n\nFinal-Recipient: rfc822; {m.word()}@example.test\nAction: {action}\nStatus: {status}\n")
        parts = _multipart(f"r{i}", "Content-Type: text/plain\n\n" + m.text(), "Content-Type: message/delivery-status\n\n" + report,
                           "Content-Type: text/rfc822-headers\n\nSubject: what was sent\nFrom: alice@mail.example.test\n")
        m.message("bounce", f"Auto-Submitted: auto-{'generated' if i % 2 else 'replied'}\nMIME-Version: 1.0\nContent-Type: multipart/report; "
                  f"report-type=delivery-status;\n\tboundary=\"r{i}\"\n", parts, subject=subject, sender="",
                  source="Mail Delivery Subsystem <MAILER-DAEMON@mail.example.test>")
    for source in ("postmaster@example.test", "<>", "MAILER-DAEMON"):
        m.message("bounce of an old kind", body="The following address had errors.\n", subject="failure notice", sender="", source=source, smtp=False)
    m.message("out of office", "Auto-Submitted: auto-replied\nX-Autoreply: yes\n", subject="Out of office: away", sender="")


def _add_spam(m: _Maker) -> None:
    for stars in (1, 4, 5, 9):
        m.message("spam level", f"X-Spam-Level: {'*' * stars}\nX-Spam-Status: {'Yes' if stars > 4 else 'No'}, score={stars}.0\n")
    for value in ("YES", "yes", "NO", "YES, really", " YES "):
        m.message("spam flag", f"X-Spam-Flag: {value}\n")
    for body in ("ACT NOW and win\n", "buy V1AGRA cheap\n", "buy viagra cheap\n", "nothing of that kind\n", "act\nnow\n", "aCT nOW\n"):
        m.message("spam words", body=body + m.text(2))
    for host in ("spam", "spam", "cheap", "cheap"):
        m.raw("spam without a name", lambda mark: f"From: winner\nTo: undisclosed-recipients:;\nSubject: {m.sentence(3)}\n{mark}\n\nTo unsubscribe, pay.\n",
              sender=f"{m.word()}@{host}.example.test")


def _add_people(m: _Maker) -> None:
    """Senders and recipients in every field and shape."""
    for source in ("boss@example.test", "The Boss <boss@example.test>", "\"Boss, The\" <BOSS@EXAMPLE.TEST>", "boss@example.test (The Boss)",
                   "big-boss@example.test", "boss@example.test.evil.test", "Boss at boss.example.test <other@example.test>", "notboss@example.test"):
        m.message("boss", source=source, sender="relay@example.test")
    for field in ("Sender: boss@example.test", "Resent-From: boss@example.test", "Reply-To: boss@example.test", "Return-Path: <boss@example.test>"):
        m.message("boss in another field", field + "\n", smtp=not field.startswith("Return"))
    m.message("boss in the envelope", sender="boss@example.test")
    for sender in ("oncall@example.test", "oncall@example.test", "xoncall@example.test", "oncall+night@example.test"):
        m.message("on call", source=f"On call <{sender}>", sender=sender)
    m.message("on call that was forwarded already", f"X-Loop: {ME}\n", source="oncall@example.test", sender="oncall@example.test")
    for field in ("To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Original-Recipient", "Apparently-To", "Delivered-To", "X-Original-To", "Envelope-To",
                  "X-Envelope-To", "X-Nothing-To"):
        m.message("team", f"{field}: team+reports@example.test\n", to=None if field == "To" else ME, smtp=False)
    for to in ("The Team <team+reports@example.test>", "TEAM+REPORTS@example.test", "team@example.test", "xteam+reports@example.test",
               "team+reports@example.test.other.test", "a@example.test, team+reports@example.test, b@example.test", "teamXreports@example.test",
               "team: team+reports@example.test;"):
        m.message("team by shape", to=to)
    for to in ("alice+shop@mail.example.test", "alice+bank@mail.example.test", "alice-news@mail.example.test", "ALICE+SHOP@mail.example.test"):
        m.message("address with detail", f"Delivered-To: {to}\n", to=to)


def _add_work(m: _Maker) -> None:
    """Plain mail, of which each has something that a person would sort by."""
    for subject in ("Invoice 2026-11 from the shop", "Rechnung 4711", "your order has shipped", "[JIRA] ABC-123 was closed", "[GitHub] a pull request",
                    "Re: lunch on friday?", "AW: lunch", "Fwd: lunch", "Build failed in main #512", "Build fixed in main #513", "ALERT disk full on db1",
                    "RESOLVED disk full on db1", "Password reset", "Meeting moved to 10:30", "Newsletter of november", "urgent: call back",
                    "Not UrGeNt at all", "Cron <root@db1> /usr/bin/backup", "logwatch for db1", "Certificate expires in 14 days"):
        m.message("work", subject=subject)
    for field in ("X-Priority: 1", "X-Priority: 1 (Highest)", "X-Priority: 3", "Importance: high", "Importance: HIGH", "Importance: low"):
        m.message("priority", field + "\n")
    for field in ("X-Keep-Copy: yes", "X-Keep-Copy:", "X-GitHub-Reason: mention", "X-Program: yes", "X-Program: no", "X-Program: yes",
                  "X-Pipe: ledger", "X-Forward: catcher", "X-Nobody: wants this", "X-Discard: please", "X-Discard: no", "X-Any: third"):
        m.message("marked", field + "\n")
    for word in ("magicword", "the MAGICWORD in capitals", "magic word", "nothing"):
        m.message("word in the body", body=f"{m.text(2)}There is {word} here.\n{m.text(2)}")
    m.message("the end of the body", body=m.text(3) + "the very last words")
    m.message("a line of the body that is no field", body="Subject: ALERT within the body\n\nX-Project: apollo\n")


# -- octets -------------------------------------------------------------------------------------------------------------------

def _add_octets(m: _Maker) -> None:
    for i in range(8):
        m.raw("crlf", lambda mark: f"From: sender@example.test\nTo: {ME}\nSubject: Weekly Status {m.word()}\nX-Project: apollo\n{mark}\n\n{m.text()}"
              .replace("\n", "\r\n"))
    m.raw("bare cr", lambda mark: f"From: a@example.test\nSubject: one\rX-Spam-Flag: YES\n{mark}\n\na\rb\n")
    m.raw("crlf in the header alone", lambda mark: f"From: a@example.test\r\nX-Project: apollo\r\n{mark}\r\n\r\nplain\nlines\n")
    for octets in (5_000, 50_000, 500_000):
        m.message("a long line", body="x" * octets + "\nmagicword behind it\n", smtp=False)
        m.message("a long line with the word at its end", body="x" * octets + " magicword\n", smtp=False)
    for body in ("From the first line\n", "text\n\nFrom somebody Mon Nov 23 08:00:00 2026\nSubject: no message\n\nbody\n", ">From quoted\n",
                 ">>From quoted twice\n", "\nFrom \n", "From: looks like a field\n", "text\nFrom here on\n", "\n\n\nFrom x@y Mon Nov 23 08:00:00 2026\n"):
        m.message("from lines", body=body)
    m.raw("a quoted from line in the header", lambda mark: f">From sender@example.test Mon Nov 23 08:00:00 2026\nFrom: a@example.test\n{mark}\n\nbody\n")
    for body in (b"a\0b\n", b"\0\0\0\n", b"before\n\0\nmagicword behind\n", b"no line end\0"):
        m.message("nul octets in the body", body=body, smtp=False)
    m.raw("nul octets in the header", lambda mark: b"From: a@example.test\nX-Nul: a" + b"\0" + f"b\nX-Project: apollo\n{mark}\n\nbody\n".encode())
    m.raw("nothing but nul octets behind", lambda mark: f"Subject: zeros\n{mark}\n\n".encode() + bytes(5000))
    for size in (0, 1, 90, 4_096, 100_000, 1_100_000):
        m.message("size", f"X-Size: {size}\n", body=b"" if size == 0 else (b"y" * 71 + b"\n") * (size // 72) + b"z" * (size % 72) + b"\n")
    big = (base64.encodebytes(m.octets_of(57 * 1000)) * 260)[: 20_000_000]
    m.message("20 MB", "MIME-Version: 1.0\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n", body=big, smtp=False)


def messages() -> list[Message]:
    """All of them, always the same."""
    maker = _Maker()
    for add in (_add_mime, _add_eight_bit, _add_folded, _add_missing, _add_huge, _add_odd, _add_special, _add_lists, _add_bounces, _add_spam,
                _add_people, _add_work, _add_octets):
        add(maker)
    return maker.messages


if __name__ == "__main__":
    for message in messages():
        print(message.id, f"{len(message.octets):>9}", "smtp" if message.over_smtp else "    ", message.kind)
