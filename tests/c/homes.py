"""What a program is given: gateways of its own, homes that are named by what is wrong with them, and fresh PAYKEYs.

`good`, and those whose journal or patch is tried, have nothing wrong.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Optional

import relay
import sandbox

# Gateways whose certificate must be refused.
CERTIFICATES = ["expired", "wrong-host", "untrusted"]
PAYKEYS = 20
AMOUNT = 23400
# Seconds that must be enough for a handshake on a busy machine under memcheck; a program waits for their end twice.
PATIENCE = 5

# Makes a file's text another; None removes the file.
Change = Callable[[str], Optional[str]]


@contextlib.contextmanager
def made(workshop: Path, name: str, closed_port: int, mute_port: int) -> Iterator[sandbox.Sandbox]:
    """The directory for the program of this name, and its good gateway: tests/c/check.h reads the one and pays at the other."""
    with contextlib.ExitStack() as stack:
        good = stack.enter_context(sandbox.running(workshop / "good"))
        for kind in CERTIFICATES:
            stack.enter_context(sandbox.running(workshop / kind, "--certificate", kind))
        broken(Path(good.home), closed_port, mute_port)
        with_a_journal(good, stack.enter_context(relay.to(good.facts["port"], workshop / "dark")))
        keys = [good.ask("/paykeys", {"oid": f"{name}-{number}", "amount": AMOUNT})["LGD_PAYKEY"] for number in range(PAYKEYS)]
        in_escrow = good.ask("/paykeys", {"oid": "in-escrow", "amount": AMOUNT, "escrow": True})["LGD_PAYKEY"]
        (workshop / "escrow-paykey").write_text(in_escrow)
        (workshop / "paykeys").write_text("".join(f"{key}\n" for key in keys))
        yield good


def broken(good: Path, closed_port: int, mute_port: int) -> None:
    impatient = setting(f"timeout = {PATIENCE}")
    changed(good, "no-mall", mall=lambda _: None)
    changed(good, "no-lgdacom", lgdacom=lambda _: None)
    changed(good, "open-quote", mall=lambda _: 'timeout = 5\nserver_id = "01\n')
    changed(good, "plain-http", lgdacom=url("http://127.0.0.1/xpay/Gateway.do"))
    changed(good, "no-url", lgdacom=lambda _: "")
    changed(good, "unresolvable", lgdacom=url("https://gateway.invalid/xpay/Gateway.do"))
    changed(good, "refused", lgdacom=url(f"https://127.0.0.1:{closed_port}/xpay/Gateway.do"))
    changed(good, "mute", mall=impatient, lgdacom=url(f"https://127.0.0.1:{mute_port}/"))
    changed(good, "impatient", mall=impatient)
    changed(good, "no-rollback", mall=setting("auto_rollback = 0"))
    changed(good, "patched")


def with_a_journal(good: sandbox.Sandbox, relay_port: int) -> None:
    """Two homes that reach the gateway through the relay, one that does not, and two whose journal cannot be written."""
    home = Path(good.home)
    workshop = home.parent.parent
    relayed = url(good.facts["url"].replace(str(good.facts["port"]), str(relay_port)))
    for name in ["guarded", "recovered"]:
        changed(home, name, mall=setting(f"journal_dir = {workshop / name}/journal"), lgdacom=relayed)
    changed(home, "read", mall=setting(f"journal_dir = {workshop}/read/journal"))
    (workshop / "a-file").touch()
    changed(home, "strict", mall=setting("journal = strict", f"journal_dir = {workshop}/a-file"))
    changed(home, "unkept", mall=setting("journal = on", f"journal_dir = {workshop}/a-file"))


def changed(good: Path, name: str, mall: Change = str, lgdacom: Change = str) -> None:
    """A copy of the good home, as NAME/home beside it."""
    conf = good.parent.parent / name / "home/conf"
    shutil.copytree(good / "conf", conf)
    for file, change in [("mall.conf", mall), ("lgdacom.conf", lgdacom)]:
        text = change((conf / file).read_text("utf-8"))
        (conf / file).unlink() if text is None else (conf / file).write_text(text, "utf-8")


def url(address: str) -> Change:
    return lambda _: f"url = {address}\ntest_url = {address}\n"


def setting(*lines: str) -> Change:
    names = tuple(line.split(" = ")[0] + " = " for line in lines)
    return lambda text: "\n".join([*(old for old in text.splitlines() if not old.startswith(names)), *lines, ""])
