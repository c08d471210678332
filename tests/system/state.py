# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whether a machine's alias map is what its text says, by sendmail's own tools."""

from machine import Machine


def differences(machine: Machine) -> str:
    """newaliases' map of a copy of the text against the live map, key for key; "" where they are equal."""
    script = """
work=$(mktemp -d)
cp /etc/aliases "$work/text"
sendmail -bi -oA"$work/text" >/dev/null 2>&1
makemap -u hash "$work/text.db" | sort > "$work/should"
makemap -u hash /etc/mail/aliases.db | sort > "$work/is"
diff "$work/should" "$work/is" || true
rm -r "$work"
"""
    return machine.sh(script)


def left_over(machine: Machine) -> str:
    """Staged files that nobody cleared away."""
    return machine.ask("find", "/etc/mailstack/stage", "-type", "f")
