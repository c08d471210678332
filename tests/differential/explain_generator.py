# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A generated configuration, addresses to ask it about, and what the tables' lines say of them by a model of its own."""

import random

LOCAL = ["example.test", "v.example", "w.example"]
ACCOUNTS = ["root", "daemon", "bin", "games", "mail"]  # of every Debian; none has a home with a .forward


class Generated:
    """Texts by file name, and the place of each entry: {(file, key): line}."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.aliases, self.virtual, self.mailers = {}, {}, {}
        self.places = {}
        self.make_aliases()
        self.make_tables()
        self.texts = {"aliases": self.text("aliases", self.aliases, ": "), "virtusertable": self.text("virtusertable", self.virtual, "\t"),
                      "mailertable": self.text("mailertable", self.mailers, " "), "access": self.access()}

    def text(self, name, entries, separator):
        lines = ["# " + name, ""]
        for key, value in entries.items():
            lines.append(f"{key}{separator}{value}")
            self.places[name, key.lower()] = len(lines)
            if self.random.random() < 0.2:
                lines.append("# " + key)
        return "\n".join(lines) + "\n"

    def access(self):
        lines = ["# access", "Connect:127 RELAY", "To:refused@v.example REJECT", "To:closed.example 550 closed",
                 "spam@ DISCARD", "To:partner.example RELAY"]
        self.places["access", "to:refused@v.example"] = 3
        self.places["access", "spam@"] = 5
        self.places["access", "to:partner.example"] = 6
        return "\n".join(lines) + "\n"

    def make_aliases(self):
        pick = self.random.choice
        names = [f"list{i}" for i in range(40)]
        for i, name in enumerate(names):
            later = names[i + 1:] + ACCOUNTS + ["nobody-here", "far@far.example", "x@a.sub.example", "\\games", "info@v.example"]
            self.aliases[name] = ", ".join(dict.fromkeys(pick(later) for _ in range(pick([1, 1, 2, 3]))))
        self.aliases |= {"postmaster": "root", "Mixed-Case": "games", "ring1": "ring2", "ring2": "ring3", "ring3": "ring1",
                         "self": "self, games", "plus+*": "games", "plus+exact": "mail", "detail": "daemon",
                         "program": '"|/bin/cat"', "file": "/var/tmp/none", "include": ":include:{directory}/members",
                         "owner-list3": "games", '"two words"': "mail", "quoted": '"two words"@example.test',
                         "games": "\\games, far@far.example", "broken": ":include:{directory}/none"}
        for i in range(14):
            self.aliases[f"deep{i}"] = f"deep{i + 1}" if i < 13 else "games"

    def make_tables(self):
        pick = self.random.choice
        targets = ["list1", "list5", "games", "root@far.example", "nobody-here", "detail+x", "error:nouser 550 No such user here",
                   "error:5.7.0:550 Not allowed", "Info2@v.example", "ring1"]
        for i in range(30):
            self.virtual[f"user{i}@{pick(LOCAL[1:])}"] = pick(targets)
        self.virtual |= {"info@v.example": "list2", "Info2@v.example": "list7", "cat+*@v.example": "detail+%2",
                         "dog++@v.example": "plus+%2", "@w.example": "%1@v.example", "catch+exact@w.example": "mail"}
        self.mailers = {"far.example": "smtp:[mx.far.example]", ".sub.example": "relay:[hub.example]",
                        "deep.sub.example": "esmtp:deep.example", "no.example": "error:5.1.2:550 No such domain",
                        "list.example": "smtp:one.example:[two.example]", "closed.example": "smtp:[192.0.2.1]"}

    def addresses(self, count):
        """At least `count` different ones, each kind among them."""
        pick = self.random.choice
        locals_ = [*self.aliases, *ACCOUNTS, "nobody-here", "Root", "MIXED-case", "plus+other", "detail+a+b", "postmaster+x",
                   '"two words"', '"games"', "refused", "spam", "list1+", "+x", "games+spam"]
        hosts = [*LOCAL, "far.example", "a.sub.example", "b.a.sub.example", "deep.sub.example", "no.example", "list.example",
                 "closed.example", "partner.example", "unknown.invalid", "V.Example", "localhost", "[192.0.2.7]", "sub.example"]
        found = dict.fromkeys(local for local in locals_ if not local.startswith("owner"))
        found |= dict.fromkeys(self.virtual_address(key) for key in self.virtual)
        found |= dict.fromkeys(["<games@example.test>", "games@example.test (a comment)", "x%far.example@example.test", "far.example!x",
                                "a@b@c", "x@", "<@v.example:games@example.test>", '"a@b"@far.example', '"a,b"@example.test',
                                "games@example.test.", "cat+dog@v.example", "cat+@v.example", "dog+x@v.example", "dog+@v.example",
                                "refused@v.example", "spam@v.example", "spam@unknown.invalid", "x@closed.example", "y@partner.example",
                                "name with spaces@example.test", "x@-bad-.example", "a..b@example.test", "'quote'@example.test"])
        while len(found) < count:
            found[f"{pick(locals_)}@{pick(hosts)}"] = None
        return list(found)

    def virtual_address(self, key):
        return key.replace("+*", "+some").replace("++", "+more") if not key.startswith("@") else "anyone" + key

    def place(self, name, key):
        return f"{name}:{self.places[name, key.lower()]}" if (name, key.lower()) in self.places else None


class Model:
    """Which lines decide the way of a plain address, by cf/README's words alone. Only for user[+detail]@host."""

    def __init__(self, generated):
        self.generated = generated
        self.aliases = {key.lower(): value for key, value in generated.aliases.items()}
        self.virtual = {key.lower(): value for key, value in generated.virtual.items()}
        self.mailers = {key.lower(): value for key, value in generated.mailers.items()}

    def places(self, address):
        self.seen, self.found = set(), set()
        self.follow(address, 0)
        return self.found

    def note(self, name, key):
        self.found.add(self.generated.place(name, key))

    def follow(self, address, depth):
        if depth > 30 or not address or address in self.seen or address[0] in '\\|/":':
            return
        self.seen.add(address)
        user, _, host = address.partition("@")
        if not host:
            self.follow_local(user, depth)
        elif host.lower() in LOCAL or host.lower() in ("localhost", "mail.example.test"):
            self.follow_virtual(user, host.lower(), depth)
        else:
            self.follow_remote(host.lower())

    def follow_virtual(self, user, host, depth):
        base, plus, detail = user.partition("+")
        keys = [f"{user}@{host}"]
        if plus:
            keys += [f"{base}++@{host}"] * bool(detail) + [f"{base}+*@{host}", f"{base}@{host}"]
            keys += [f"++@{host}"] * bool(detail) + [f"+*@{host}"]
        keys.append(f"@{host}")
        for key in keys:
            if key.lower() in self.virtual:
                self.note("virtusertable", key)
                value = self.virtual[key.lower()]
                if not value.startswith("error:"):
                    whole = not plus or key.lower() == f"{user}@{host}".lower()
                    one = user if whole else base
                    self.follow(value.replace("%1", one).replace("%2", detail), depth + 1)
                return
        self.follow_local(user, depth)

    def follow_local(self, user, depth):
        base, plus, _ = user.lower().partition("+")
        for key in [user.lower()] + ([f"{base}+*", base] if plus else []):
            if key in self.aliases:
                self.note("aliases", key)
                for recipient in self.aliases[key].split(", "):
                    self.follow(recipient, depth + 1)
                return

    def follow_remote(self, host):
        keys = [host]
        rest = host
        while "." in rest:
            rest = rest.partition(".")[2]
            keys.append("." + rest)
        for key in keys:
            if key in self.mailers:
                self.note("mailertable", key)
                return
