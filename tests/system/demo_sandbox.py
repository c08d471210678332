# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The demo's story in a sandbox, where no machine can be booted: `mailstackd --sandbox DIR` on a private bus with a mock
polkit, and a real sendmail that mailstackd runs itself on a high port of the loopback.

No accounts are made here, so the ordinary user is nobody, and sendmail's local mailer appends to a file for each user.
"""

import json
import pathlib
import re
import signal
import smtplib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(SOURCE / "tests/bus"))
import sandbox as sandboxes  # noqa: E402

NAME, USER = "orders", "nobody"


def build(say) -> pathlib.Path:
    directory = SOURCE / "build"
    say(f"building mailstackd in {directory} (some minutes at first)")
    if not (directory / "build.ninja").exists():
        subprocess.run(["meson", "setup", directory, SOURCE, "-Dtests=false"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", directory, "daemon/mailstackd"], check=True, stdout=subprocess.DEVNULL)
    return directory / "daemon/mailstackd"


def tell(say, shown) -> None:
    daemon = build(say)
    say("starting a private bus, a mock polkit, mailstackd and sendmail, everything below one directory")
    sandbox = sandboxes.Sandbox(str(daemon))
    try:
        _deliver_to_files(sandbox)
        prober = subprocess.Popen([sys.executable, SOURCE / "tests/system/prober.py", str(sandbox.port)],
                                  stdout=subprocess.PIPE, text=True)
        assert prober.stdout.readline() == "knocking\n"
        say(f"knocking at port {sandbox.port} every 5 ms from here on")
        try:
            _story(sandbox, say, shown)
        finally:
            prober.send_signal(signal.SIGTERM)
            counts = json.loads(prober.communicate()[0])
        shown(f"of {counts['connections']} connections to sendmail none was refused", counts["refused"] == 0)
    finally:
        sandbox.close()


def _deliver_to_files(sandbox) -> None:
    boxes = sandbox.directory / "mail"
    boxes.mkdir()
    boxes.chmod(0o1777)  # the mailer runs as the recipient
    sandbox.tree.write_cf(sandbox.mail, port=sandbox.port, queue=sandbox.root / "queue", local_mailer="/bin/dd", local_flags="SPhn9",
                          local_arguments=f"dd of={boxes}/$u oflag=append conv=notrunc status=none")
    answer = sandbox.root_caller.call("Reload", interface=sandboxes.MANAGER)
    assert "reply" in answer, answer


def _expand(sandbox, name: str) -> list[str] | None:
    with smtplib.SMTP("127.0.0.1", sandbox.port, "localhost", 60) as session:
        session.ehlo()
        code, text = session.expn(name)
    return None if code == 550 else re.findall(r"<([^@>]+)", text.decode())


def _story(sandbox, say, shown) -> None:
    address = f"{NAME}@mail.example.test"
    shown(f"sendmail does not know {address}", _expand(sandbox, NAME) is None)
    sandbox.answers("yes")
    say(f"{USER}, whom polkit grants org.mailstack1.manage-aliases: AddAlias {NAME} [{USER}]")
    answer = sandbox.stranger.call("AddAlias", NAME, [USER], signature="sas")
    shown(f"it is answered: generation {answer.get('reply', answer)}", "reply" in answer)
    shown(f"the running sendmail expands it to {USER}", _expand(sandbox, NAME) == [USER])
    say(f"sending mail to {address} through port {sandbox.port}")
    with smtplib.SMTP("127.0.0.1", sandbox.port, "localhost", 60) as session:
        session.sendmail("root@mail.example.test", [address], f"To: {address}\r\nSubject: An order\r\n\r\nA real message.\r\n")
    mailbox = sandbox.directory / "mail" / USER
    text = sandboxes.wait_until(lambda: mailbox.exists() and "An order" in mailbox.read_text() and mailbox.read_text(),
                                "the delivery", 60)
    print("".join(f"    | {line}\n" for line in text.splitlines()), end="", flush=True)
    shown("it is read where the local mailer put it", f"To: {address}" in text)
    sandbox.answers("no")
    say(f"the same user, whom polkit now denies it: AddAlias shop [{USER}]")
    answer = sandbox.stranger.call("AddAlias", "shop", [USER], signature="sas")
    shown(f"the answer is {answer.get('error')}: {answer.get('message')}", answer.get("error") == sandboxes.DENIED)
    shown("and nothing was changed", _expand(sandbox, "shop") is None)
