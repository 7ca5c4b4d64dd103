"""Runs a page's commands in a shell, in order, with this run's paths and numbers instead of those on the page."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

from sandbox import ROOT
from tests import kit

from .clone import Clone

# Commands that run until they are stopped, and the stream on which they report that they are ready.
SERVERS = {
    r"^\S*xpay sandbox --dir": "stdout",
    r"--watch": "stderr",
    r"xpay log .*--follow": "stderr",
    r" -S 127": "stderr",
}
# A payment with the vendor's calls: HOME_DIR, PAYKEY, and names with values as NAME=VALUE; prints its LGD_TXID.
PAYMENT = """
import sys
from xpayclient import XPayClient
home, paykey, *more = sys.argv[1:]
xpay = XPayClient(home, "test")
xpay.SetConfig("auto_rollback", "0")
xpay.Init_TX("tlgdacomxpay")
for name, value in [("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", paykey), *(one.split("=") for one in more)]:
    xpay.Set(name, value)
xpay.TX()
print(xpay.TX_ID)
"""


def is_target(name: str) -> bool:
    """Whether the Makefile has it."""
    return f"\n{name}:" in (ROOT / "Makefile").read_text("utf-8")


def run(clone: Clone, code: str, closed_port: int) -> None:
    """Runs a block: first the commands that end, then each server until it is ready."""
    for tool in ("composer", "php"):
        if re.search(rf"\b{tool} ", code):
            kit.program(tool)
    script, servers = ["set -eu"], []
    for line in code.splitlines():
        line = re.sub(r"\s+# .*", "", here(clone, line, closed_port))
        stream = next((stream for pattern, stream in SERVERS.items() if re.search(pattern, line)), None)
        if target := re.match(r"make (\S+)", line):
            assert is_target(target[1]), f"there is no `{line}`"
            clone.after_make(target[1])
        elif stream:
            exported = [one for one in script if one.startswith(("set ", "export "))]
            servers.append((stream, "\n".join([*exported, f"exec {words(line)}"])))
        else:
            script.append(line)
    kit.run(["sh", "-xc", "\n".join(script)], cwd=clone.directory, env=clone.variables(), stderr=subprocess.STDOUT)
    for stream, server in servers:
        serves(clone, stream, server)


def words(line: str) -> str:
    """`exec` accepts no variables before the command; `env` does."""
    return f"env {line}" if re.match(r"[A-Z_]+=", line) else line


def here(clone: Clone, line: str, closed_port: int) -> str:
    gateway, other = clone.gateway, str(clone.directory / "other")
    for shown, real in (
        ("/home/shop/lgdacom", gateway.home),
        ("/path/to/target", str(clone.target)),
        ("target/sandbox", other),
        (" --web-port 8090", ""),
        ("127.0.0.1:8090", gateway.facts["web"].removeprefix("http://")),
        # Any that is free.
        ("127.0.0.1:8080", "127.0.0.1:0"),
    ):
        line = line.replace(shown, real)
    if "/home/shop/public_html" in line:
        line = line.replace("/home/shop/public_html", str(clone.shop()))
    if "sandbox --dir /tmp/shop" in line:
        return line.replace("/tmp/shop", other)
    if "LGD_TXID" in line:
        line = line.replace("LGD_TXID", in_doubt(clone))
    if account := re.search(r"trigger deposit --.* --oid (\S+)", line):
        virtual_account(clone, account[1], closed_port)
    return line.replace("/tmp/shop", str(gateway.directory))


def in_doubt(clone: Clone) -> str:
    """LGD_TXID of a payment without an answer and without a Rollback."""
    return paid(clone, clone.gateway.paykey(f"lost-{os.urandom(4).hex()}", 23400), "XPAY_SANDBOX_FAULT=close")


def virtual_account(clone: Clone, oid: str, closed_port: int) -> None:
    """An account for this order, whose notifications nobody receives."""
    notices = f"http://127.0.0.1:{closed_port}/"
    paid(clone, clone.gateway.paykey(oid, 23400, "--paytype", "SC0040", "--casnoteurl", notices))


def in_escrow(clone: Clone) -> str:
    """LGD_OID of a payment in escrow."""
    paid(clone, clone.gateway.paykey("order-1", 23400, "--escrow"))
    return "order-1"


def paid(clone: Clone, paykey: str, *more: str) -> str:
    return kit.run([sys.executable, "-c", PAYMENT, clone.gateway.home, paykey, *more], env=clone.with_python()).strip()


def serves(clone: Clone, stream: str, script: str) -> None:
    """Starts a server, waits until it is ready, and stops it with all its children."""
    streams = {stream: subprocess.PIPE}
    with subprocess.Popen(
        ["sh", "-c", script],
        cwd=clone.directory,
        env=clone.variables(),
        start_new_session=True,
        encoding="utf-8",
        **streams,  # type: ignore[call-overload]
    ) as process:
        line = getattr(process, stream).readline()
        os.killpg(process.pid, signal.SIGTERM)
    assert line and "rror" not in line, f"this did not start: {line}\n{script}"
