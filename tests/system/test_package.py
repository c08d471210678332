# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Installing takes sendmail over, removing gives it back as it was, and neither turns people away for long."""

import pytest

import smtp
from machine import Machine, wait_until

CONF = "/etc/mail/sendmail.conf"
PROOF = "/var/lib/mailstack/proof"
HOOK = "/usr/lib/mailstack/certbot-deploy-hook"


def as_it_is(machine) -> dict[str, str]:
    """What removal must bring back."""
    return {
        "sendmail.conf": machine.read(CONF),
        "enabled": machine.ask("systemctl", "is-enabled", "sendmail.service"),
        "active": machine.ask("systemctl", "is-active", "sendmail.service"),
        "unit": machine.show("sendmail.service", "FragmentPath")["FragmentPath"],
        "can reload": machine.show("sendmail.service", "CanReload")["CanReload"],
        "link": machine.ask("readlink", "/etc/systemd/system/multi-user.target.wants/sendmail.service"),
        "divertions": machine.ask("dpkg-divert", "--list", "*sendmail.service*"),
        "aliases": machine.read("/etc/aliases"),
    }


def answers(machine) -> bool:
    try:
        return smtp.expand(machine, "postmaster") == ["root"]
    except OSError:
        return False


def test_installing_takes_over_and_removing_gives_back(bare_machine, deb):
    machine = bare_machine
    before = as_it_is(machine)
    with machine.probing() as counts:
        machine.install(deb)
    assert counts["refused_seconds"] < 1.0, counts
    taken = as_it_is(machine)
    assert taken["can reload"] == "yes" and taken["enabled"] == "enabled" and taken["active"] == "active"
    assert '\nHANDS_OFF="Yes";\n' in taken["sendmail.conf"]
    assert machine.ask("stat", "-c", "%U %a", "/etc/mailstack") == "root 711"
    assert machine.ask("stat", "-c", "%U %a", PROOF, PROOF + "/Maildir").splitlines() == ["root 711", "_mailstack 700"]
    assert machine.ask("getent", "passwd", "_mailstack").endswith(f":{PROOF}:/usr/sbin/nologin")
    assert answers(machine)
    assert machine.do("systemctl", "is-enabled", "mailstack-certificate.timer") == "enabled"
    assert machine.do("systemctl", "is-active", "mailstack-certificate.timer") == "active"
    assert machine.ask("stat", "-c", "%U %a", HOOK) == "root 755"
    assert machine.ask("grep", "-c", "^/usr/bin/mailstackctl ", HOOK) == "1"
    assert machine.ask("find", "/etc/letsencrypt", "-lname", HOOK) == "", "off until somebody names it"
    machine.do("apt-get", "remove", "--yes", "mailstack", timeout=180)
    assert as_it_is(machine) == before
    assert machine.ask("systemctl", "is-active", "mailstack-certificate.timer") == "inactive"
    assert wait_until(lambda: answers(machine), "Debian's sendmail answers")
    assert machine.ask("systemctl", "--failed", "--plain", "--no-legend") == ""
    assert machine.run("test", "-e", "/etc/mailstack").returncode == 0, "removal keeps the history, purge does not"
    machine.do("apt-get", "purge", "--yes", "mailstack", timeout=180)
    for path in ("/etc/mailstack", "/var/lib/mailstack"):
        assert machine.run("test", "-e", path).returncode != 0, path
    assert machine.run("getent", "passwd", "_mailstack").returncode == 2


def test_debians_unit_stops_and_starts_after_removal(bare_machine, deb):
    machine = bare_machine
    machine.install(deb)
    machine.do("apt-get", "remove", "--yes", "mailstack", timeout=180)
    machine.do("systemctl", "restart", "sendmail", timeout=180)
    assert wait_until(lambda: answers(machine), "Debian's sendmail answers")


def test_an_upgrade_leaves_the_mta_running(machine, deb):
    before = machine.show("sendmail.service", "MainPID")
    conf = machine.read(CONF)
    machine.do("apt-get", "install", "--reinstall", "--yes", "/srv/" + deb.name, timeout=180)
    assert machine.show("sendmail.service", "MainPID") == before
    assert machine.read(CONF) == conf
    assert answers(machine)


def test_what_was_stopped_and_disabled_stays_so(bare_machine, deb):
    machine = bare_machine
    machine.do("systemctl", "stop", "sendmail.service", timeout=180)
    machine.do("systemctl", "disable", "sendmail.service")
    machine.install(deb)
    assert machine.ask("systemctl", "is-active", "sendmail.service") == "inactive"
    assert machine.ask("systemctl", "is-enabled", "sendmail.service") == "disabled"


@pytest.mark.parametrize("line, means", [('HANDS_OFF="Yes";', "Yes"), ("HANDS_OFF=No", "No"), ("", "")])
def test_the_former_hands_off_is_what_comes_back(bare_machine, deb, line, means):
    """Debian's scripts write the file anew in their own words when they may, so what counts is what it says."""
    machine = bare_machine
    machine.do("systemctl", "stop", "sendmail.service", timeout=180)
    machine.sh(f"sed -i '/^HANDS_OFF=/d' {CONF}; echo '{line}' >> {CONF}")
    before = machine.read(CONF)
    machine.install(deb)
    assert machine.sh(f'. {CONF}; echo "$HANDS_OFF"') == "Yes"
    machine.do("apt-get", "remove", "--yes", "mailstack", timeout=180)
    assert machine.sh(f'. {CONF}; echo "${{HANDS_OFF:-}}"') == means
    assert machine.read(CONF) == before


def test_it_comes_up_at_boot(release, deb):
    with Machine(release, keep=True) as machine:
        machine.install(deb)
        machine.reboot()
        assert machine.show("sendmail.service", "CanReload", "ActiveState") == {"CanReload": "yes", "ActiveState": "active"}
        assert wait_until(lambda: answers(machine), "sendmail answers")
        assert machine.property("Manager", "MtaState") == '"running"'
