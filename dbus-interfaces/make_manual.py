#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes org.mailstack1(5), an mdoc(7) page, from what the program itself is made of:

the introspection XML (how its comments are written: org.mailstack1.Manager.xml), the errors of daemon/base/error.hpp,
and the polkit actions with their defaults of polkit/org.mailstack1.policy.
"""

import argparse
import dataclasses
import pathlib
import re
import textwrap
import xml.etree.ElementTree as ElementTree

HEAD = """\
.\\" SPDX-FileCopyrightText: 2026 The mailstack authors
.\\" SPDX-License-Identifier: LGPL-2.1-or-later
.\\" Made by make_manual.py out of the introspection XML: change that instead.
.Dd November 22, 2026
.Dt ORG.MAILSTACK1 5
.Os
.Sh NAME
.Nm org.mailstack1
.Nd the D-Bus interface of mailstackd
.Sh SYNOPSIS
.Bd -literal -compact
service    org.mailstack1 (system bus)
{objects}
.Ed
.Sh DESCRIPTION
.Xr mailstackd 8
serves these interfaces; it is started by the bus when somebody calls.
Types are written as in the D-Bus specification: s a string, as a list of
strings, t and u unsigned numbers of 64 and 32 bits, b true or false, h a file
descriptor, a{sv} options by name.
"""

TAIL = """\
.Sh EXAMPLES
Add an alias, being asked for a password where that is needed:
.Bd -literal -offset indent
busctl call org.mailstack1 /org/mailstack1 \\e
    org.mailstack1.Aliases AddAlias sas team 2 alice bob@example.com
.Ed
.Pp
Show it, and the first ten aliases that begin with t:
.Bd -literal -offset indent
busctl call org.mailstack1 /org/mailstack1 \\e
    org.mailstack1.Aliases GetAlias s team
busctl call org.mailstack1 /org/mailstack1 \\e
    org.mailstack1.Aliases ListAliases ssu t "" 10
.Ed
.Pp
Which generation is live, and what was edited by hand:
.Bd -literal -offset indent
busctl get-property org.mailstack1 /org/mailstack1 \\e
    org.mailstack1.Manager LiveGeneration Drifted
.Ed
.Pp
Reject a client, and deliver mail for a domain here:
.Bd -literal -offset indent
busctl call org.mailstack1 /org/mailstack1/table/access \\e
    org.mailstack1.Table SetEntry ss Connect:192.0.2.7 REJECT
busctl call org.mailstack1 /org/mailstack1 \\e
    org.mailstack1.Domains AddDomain s example.org
.Ed
.Pp
Make the hand edits live, and watch what happens:
.Bd -literal -offset indent
busctl call org.mailstack1 /org/mailstack1 \\e
    org.mailstack1.Manager Reload
busctl monitor org.mailstack1
.Ed
.Pp
busctl cannot pass descriptors, so ImportAliases is called by
.Ql mailstackctl alias import
or by a program.
.Sh SEE ALSO
.Xr busctl 1 ,
.Xr mailstackctl 1 ,
.Xr aliases 5 ,
.Xr mailstackd 8 ,
.Xr polkit 8
"""


@dataclasses.dataclass
class Documentation:
    """What the comment before an element says."""

    arguments: dict[str, str]
    paragraphs: list[str]
    action: str  # the text after "Action:", or ""
    errors: str  # the text after "Errors:", or ""


def one_line(text: str) -> str:
    return " ".join(text.split())


def documentation(comment: str, name: str) -> Documentation:
    """Reads a comment; raises ValueError where it does not begin with the element's name."""
    lines = [line.strip() for line in comment.strip().splitlines()]
    if lines[0] != name + ":":
        raise ValueError(f"the comment before {name} begins with '{lines[0]}' instead of '{name}:'")
    found = Documentation({}, [], "", "")
    for block in re.split(r"\n\s*\n", "\n".join(lines[1:])):
        if block.lstrip().startswith("@"):
            for argument in re.split(r"(?:^|\n)@", block.strip())[1:]:
                argument_name, _, text = argument.partition(":")
                found.arguments[argument_name] = one_line(text)
        elif block.strip().startswith("Action:"):
            found.action = one_line(block.strip().removeprefix("Action:"))
        elif block.strip().startswith("Errors:"):
            found.errors = one_line(block.strip().removeprefix("Errors:"))
        elif block.strip():
            found.paragraphs.append(one_line(block))
    return found


def elements(parent):
    """Each element below `parent` with its documentation; one without is an error."""
    comment = None
    for child in parent:
        if child.tag is ElementTree.Comment:
            comment = child.text
        elif child.tag not in ("arg", "annotation"):
            if comment is None:
                raise ValueError(f"{child.get('name')} has no comment before it")
            yield child, documentation(comment, child.get("name"))
            comment = None


def escaped(text: str) -> str:
    """`text` so that roff takes none of it for a request or an escape."""
    text = text.replace("\\", "\\e").replace("~", "\\(ti").replace("^", "\\(ha")
    return "\\&" + text if text[:1] in (".", "'") else text


def prose(text: str) -> str:
    """Each sentence begins a line, as mdoc wants it: the space after it is then the formatter's."""
    sentences = re.split(r"(?<=[A-Za-z0-9)\"]\.) (?=[A-Z\"])", text)
    lines = [line for sentence in sentences
             for line in textwrap.wrap(sentence, 76, break_long_words=False, break_on_hyphens=False)]
    return "".join(escaped(line) + "\n" for line in lines)


def paragraphs(texts: list[str]) -> str:
    return ".Pp\n".join(prose(text) for text in texts)


def signature(element) -> str:
    def side(arguments):
        return "(" + ", ".join(f"{a.get('type')} {a.get('name')}" for a in arguments) + ")"

    arguments = element.findall("arg")
    given = side(a for a in arguments if a.get("direction") != "out")
    returned = [a for a in arguments if a.get("direction") == "out"]
    return given + (" \\(-> " + side(returned) if returned else "")


def member(element, text: Documentation) -> str:
    if element.tag == "property":
        tail = f'" {element.get("type")}, {"read-only" if element.get("access") == "read" else element.get("access")}"'
    else:
        tail = f'"{signature(element)}"'
        missing = {a.get("name") for a in element.findall("arg")} ^ set(text.arguments)
        if missing:
            raise ValueError(f"{element.get('name')}: the comment and the arguments differ in {sorted(missing)}")
    page = f".It Ic {element.get('name')} Ns No {tail}\n" + paragraphs(text.paragraphs)
    if text.arguments:
        page += ".Bl -tag -width Ds -compact\n"
        page += "".join(f".It Ar {name}\n{prose(what)}" for name, what in text.arguments.items())
        page += ".El\n"
    if text.action:
        page += ".Pp\n" + prose(f"Polkit action: {text.action}.")
    if text.errors:
        page += ".Pp\n" + prose(f"Errors: {text.errors}.")
    return page


def interface_page(interface, text: Documentation) -> str:
    page = f".Sh INTERFACE {interface.get('name')}\n" + paragraphs(text.paragraphs)
    members = list(elements(interface))
    for tag, heading in (("method", "Methods"), ("property", "Properties"), ("signal", "Signals")):
        of_tag = [(element, what) for element, what in members if element.tag == tag]
        if of_tag:
            page += f".Ss {heading} of {interface.get('name').rpartition('.')[2]}\n.Bl -tag -width Ds\n"
            page += "".join(member(element, what) for element, what in of_tag) + ".El\n"
    return page


def errors_page(header: str) -> str:
    """The table of errors out of `enum class Code { Name,  ///< what it means ... };`."""
    enumeration = re.search(r"enum class Code \{(.*?)\n\};", header, re.DOTALL)
    rows = re.findall(r"(\w+),\s*///< (.*)", enumeration.group(1))
    if not rows or len(rows) != enumeration.group(1).count("///<"):
        raise ValueError("daemon/base/error.hpp: enum class Code is not one 'Name,  ///< meaning' a line")
    of_the_bus = {"AccessDenied": "org.freedesktop.DBus.Error.AccessDenied",
                  "InteractionRequired": "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"}
    page = (".Sh ERROR NAMES\nA failure is one of these errors.\n"
            "Its message says which value was wrong and what would be right.\n.Bl -tag -width Ds\n")
    for name, meaning in rows:
        page += f".It Er {of_the_bus.get(name, 'org.mailstack1.Error.' + name)}\n{prose(meaning)}"
    return page + (".El\n.Pp\nA change that was written while no MTA runs is answered with NoMta;\n"
                   "its message begins with\n.Dq written as generation N, but not live: .\n")


def actions_page(policy: pathlib.Path) -> str:
    page = (".Sh POLKIT ACTIONS\nWhich actions a method may ask for stands with the method.\n"
            "The superuser is not asked.\nThe details that a rule can look at are verb, alias and recipients;\n"
            "verb, table, key and value; verb and domain.\n"
            "The defaults are for anybody, for inactive and for active local sessions.\n.Bl -tag -width Ds\n")
    for action in ElementTree.parse(policy).getroot().iter("action"):
        defaults = action.find("defaults")
        answers = [defaults.findtext(tag) for tag in ("allow_any", "allow_inactive", "allow_active")]
        page += f".It Sy {action.get('id')}\n{prose(action.findtext('description').rstrip('.') + '.')}"
        page += prose(f"Defaults: {', '.join(answers)}.")
    return page + ".El\n"


def objects_page(found) -> str:
    """Each object path with its interfaces. An interface that is served on several names them in its documentation."""
    by_path: dict[str, list[str]] = {}
    for interface, text, path in found:
        for one in {path, *re.findall(r"/org/mailstack1(?:/[a-z]+)*", " ".join(text.paragraphs))}:
            by_path.setdefault(one, []).append(interface.get("name"))
    return "\n".join(f"object     {path}\ninterfaces " + ",\n           ".join(names) for path, names in sorted(by_path.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description="Make org.mailstack1(5) from the introspection XML.")
    parser.add_argument("--errors", type=pathlib.Path, required=True, help="daemon/base/error.hpp")
    parser.add_argument("--policy", type=pathlib.Path, required=True, help="polkit/org.mailstack1.policy")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("xml", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    found = []
    for path in arguments.xml:
        builder = ElementTree.TreeBuilder(insert_comments=True)
        node = ElementTree.parse(path, ElementTree.XMLParser(target=builder)).getroot()
        found += [(interface, text, node.get("name")) for interface, text in elements(node)]
    page = HEAD.replace("{objects}", objects_page(found))
    page += "".join(interface_page(interface, text) for interface, text, _ in found)
    page += errors_page(arguments.errors.read_text(encoding="utf-8")) + actions_page(arguments.policy) + TAIL
    arguments.output.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
