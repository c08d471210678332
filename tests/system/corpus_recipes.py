# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sixty recipes of all kinds, for the messages of corpus.py: each of them is some message's."""

import dataclasses

FILE_AWAY = "/usr/local/bin/file-away"  # files what it is given under its argument
IS_PROGRAM = "/usr/local/bin/has-line"  # succeeds where the message has its argument as a line
CATCHER = "catcher@mail.example.test"


@dataclasses.dataclass(frozen=True)
class Recipe:
    name: str
    conditions: tuple[str, ...]
    action: str
    match: str = "all"
    then: str = "stop"


def _all(name: str, action: str, *conditions: str, then: str = "stop") -> Recipe:
    return Recipe(name, conditions, action, "all", then)


def _any(name: str, action: str, *conditions: str, then: str = "stop") -> Recipe:
    return Recipe(name, conditions, action, "any", then)


RECIPES = [
    # Copies first: what follows is asked too.
    _all("archive-boss", "folder Archive/boss", "sender equals boss@example.test", then="continue"),
    _any("copy-urgent", "folder Urgent", "header Subject contains urgent", "header X-Priority matches ^1", "header Importance equals high",
         then="continue"),
    _all("log-lists", f"pipe {FILE_AWAY} lists", "header List-Id matches [a-z]", then="continue"),
    _all("on-call", f"forward {CATCHER}", "sender equals oncall@example.test", then="continue"),
    _all("keep-copy", "keep", "header X-Keep-Copy exists", then="continue"),
    _all("large-copy", "folder Large", "size over 1000000", "not size over 10000000", then="continue"),
    # What is thrown away.
    _all("spam-flag", "discard", "header X-Spam-Flag equals YES"),
    _all("discard-marked", "discard", "header X-Discard contains please"),
    _all("spam-host", "discard", "sender matches @spam\\.example\\.test"),
    # Programs.
    _all("ledger", f"pipe {FILE_AWAY} ledger", "header X-Pipe equals ledger"),
    _all("by-program", "folder Programs/yes", "header X-Program exists", f"program {IS_PROGRAM} X-Program:yes"),
    _all("not-by-program", "folder Programs/no", "header X-Program exists", f"not program {IS_PROGRAM} X-Program:yes"),
    _all("forward-marked", f"forward {CATCHER}", "header X-Forward contains catcher"),
    # Bounces and robots.
    _all("bounces-delayed", "folder Bounces/delayed", "header Content-Type contains multipart/report", "header Subject matches ^(warning|delayed)"),
    _all("bounces", "folder Bounces", "header Content-Type matches ^multipart/report;.*delivery-status"),
    _any("bounces-old", "folder Bounces/old", "header Subject equals failure notice", "header X-Failed-Recipients exists"),
    _all("away", "folder Away", "header Auto-Submitted contains auto-replied", "not header Content-Type contains report"),
    # Lists.
    _all("debian-user", "folder Lists/debian-user", "list equals debian-user.lists.debian.org"),
    _all("debian-devel", "folder Lists/debian-devel", "list equals debian-devel.lists.debian.org"),
    _all("debian", "folder Lists/debian", "list contains .lists.debian.org"),
    _all("list-numbers", "folder Lists/numbers", "list matches <[0-9]+\\."),
    _all("list-odd", "folder Lists/odd", "list contains w+e.i-r_d"),
    _any("vger", "folder Lists/vger", "list contains linux-kernel", "list matches sendmail\\.vger\\..*>$"),
    _all("list-unnamed", "folder Lists/unnamed", "header List-Id exists", "not list matches [a-z0-9]"),
    _any("list-old", "folder Lists/old", "header X-Mailing-List contains old-list", "header Mailing-List matches ^contact",
         "header X-BeenThere equals old-list@example.test"),
    _any("list-rest", "folder Lists/rest", "header List-Id exists", "header List-Post exists", "header List-Unsubscribe exists"),
    # Unwanted, but not certainly so.
    _all("spam-level", "folder Spam", "header X-Spam-Level matches ^\\*\\*\\*\\*\\*"),
    _any("spam-words", "folder Spam/words", "body contains act now", "body matches v[i1]agra", "header Subject matches \\$\\$\\$"),
    _all("nameless", "folder Spam/nameless", "not header Message-Id exists", "not header From contains @", "body contains unsubscribe"),
    # People.
    _all("boss", "folder People/boss", "header From contains boss@example.test"),
    _all("boss-alike", "folder People/alike", "sender contains boss", "not sender equals boss@example.test"),
    _all("team", "folder Team", "recipient equals team+reports@example.test"),
    _any("team-alike", "folder Team/alike", "recipient contains team+reports", "recipient matches ^team@example\\.test"),
    _all("shop", "folder Detail/shop", "recipient equals alice+shop@mail.example.test"),
    _all("detail", "folder Detail/rest", "recipient matches alice[+-][a-z]+@mail\\.example\\.test"),
    _all("night", "folder People/night", "sender matches oncall\\+.*@example\\.test"),
    # Subjects.
    _all("tickets", "folder Work/tickets", "header Subject matches \\[ticket #[0-9]+\\]"),
    _any("jira", "folder Work/jira", "header Subject contains [JIRA]", "header X-Jira exists"),
    _any("github", f"pipe {FILE_AWAY} github", "header Subject contains [GitHub]", "header X-GitHub-Reason matches ^(mention|review)$"),
    _all("builds-failed", "folder Work/failed", "header Subject matches ^build failed .*#[0-9]+$"),
    _all("builds", "folder Work/builds", "header Subject matches ^build"),
    _all("alerts", f"forward {CATCHER}", "header Subject contains ALERT", "not header Subject contains resolved"),
    _all("resolved", "folder Work/resolved", "header Subject matches ^RESOLVED"),
    _any("money", "folder Money", "header Subject matches (invoice|rechnung)", "header Subject contains your order"),
    _all("lunch", "keep", "header Subject matches ^((re|aw|fwd): )+lunch"),
    _all("cplusplus", "folder Work/c++", "header Subject contains C++ (and C--)"),
    _all("literal-dot", "folder Special/dot", "header Subject contains a.b is"),
    _all("any-octet", "folder Special/any", "header Subject matches ^a.b is"),
    _any("quoted", "folder Special/quoted", "header Subject contains ^caret", "header Subject contains back\\slash",
         "header Subject contains $HOME/mail", "header Subject contains `id`", "header Subject contains ^TO_alice",
         "header Subject contains ^^anchor^^", "header Subject contains \\<word\\>", "header Subject contains \\/match"),
    _any("cron", "folder Work/cron", "header Subject matches ^Cron <.*>", "header Subject contains logwatch"),
    _all("status", "folder Work/status", "header Subject contains weekly status"),
    _all("quarterly", "folder Work/quarterly", "header Subject matches ^the quarterly.+report of.+the department$"),
    # 8-bit, spacing, the body.
    _any("umlauts", "folder Text/umlauts", "header Subject contains Grüße", "header Subject matches ^Ünï"),
    _all("japanese", "folder Text/japanese", "header Subject contains 日本語"),
    _all("apollo", "folder Projects/apollo", "header X-Project equals apollo"),
    _all("apollo-other", "folder Projects/other", "header X-Project contains apollo", "not header X-Project matches ^gemini"),
    _any("magic", "folder Magic", "header X-Folded contains magicword", "body contains magicword"),
    _all("attachments", "folder Attachments", "header Content-Type contains multipart/mixed", "body matches ^content-disposition: attachment"),
    _any("three", "folder Three", "header X-Any equals first", "header X-Any equals second", "header X-Any equals third", "size over 15000000"),
    _all("tiny", "folder Tiny", "size under 150", "not header Subject exists"),
]
