"""The lines of `xpay-bridge` as bytes: what a caller is told, and what becomes of a payment whose caller or bridge is gone."""

from __future__ import annotations

import contextlib
import itertools
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import pytest

import sandbox
from tests import kit, machine
from tests.machine import Command

AMOUNT = 1000
# Each payment of a run has an order ID of its own.
NUMBERS = itertools.count(1)


class Caller:
    """Who speaks to a bridge: it writes and reads lines, and nothing else."""

    def __init__(self, process: subprocess.Popen[bytes], gateway: sandbox.Sandbox) -> None:
        self.process, self.gateway = process, gateway
        self.oid = f"lines-{next(NUMBERS)}"
        assert process.stdin is not None and process.stdout is not None
        self.to, self.read = process.stdin, process.stdout

    def write(self, name: str, *arguments: str | bool) -> None:
        self.to.write(line(name, *arguments))
        self.to.flush()

    def call(self, name: str, *arguments: str | bool) -> list[Any]:
        self.write(name, *arguments)
        return self.answer()

    def answer(self) -> list[Any]:
        said = self.read.readline()
        assert said.endswith(b"]\n") and b"\r" not in said, said
        answer: list[Any] = json.loads(said)
        return answer

    def begin(self, **more: str) -> None:
        for name, *arguments in begun(self.gateway, self.oid, **more):
            assert self.call(name, *arguments)[0] is True

    def end(self) -> int:
        """Closes what this side has, and waits for the bridge."""
        self.to.close()
        self.read.close()
        return self.process.wait()

    def balance(self) -> int | None:
        """What the gateway has of this order; None if it knows nothing of it."""
        return balance(self.gateway, self.oid)


def line(name: str, *arguments: str | bool) -> bytes:
    given = [quote(one, safe="") if isinstance(one, str) else one for one in arguments]
    return json.dumps([1, name, given]).encode() + b"\n"


def begun(gateway: sandbox.Sandbox, oid: str, **more: str) -> list[tuple[str, ...]]:
    """The calls before the one that pays."""
    parameters = {"LGD_TXNAME": "PaymentByKey", "LGD_PAYKEY": gateway.paykey(oid, AMOUNT), "LGD_OID": oid, **more}
    return [("init", gateway.home, "test"), ("init_tx", "tlgdacomxpay"), *(("set", *pair) for pair in parameters.items())]


def balance(gateway: sandbox.Sandbox, oid: str) -> int | None:
    found = [payment["balance"] for payment in gateway.payments() if payment["oid"] == oid]
    return int(found[0]) if found else None


@contextlib.contextmanager
def calling(command: Command, gateway: sandbox.Sandbox) -> Iterator[Caller]:
    """A bridge that has greeted."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            caller = Caller(process, gateway)
            assert caller.read.readline() == b"[2,2]\n"
            yield caller
        finally:
            with contextlib.suppress(OSError):
                caller.end()


def paid_and_told(command: Command, gateway: sandbox.Sandbox) -> None:
    """What is not ASCII, and what would end a line, arrives as it was sent, in one line without a carriage return."""
    with calling(command, gateway) as caller:
        caller.begin()
        assert caller.call("set_config", "log_except", "한글\r\n%0D")[0] is True
        assert unquote(caller.call("config", "log_except")[0]) == "한글\r\n%0D"
        told = caller.call("tx", True)
        assert told[0] is True and (told[1]["response_code"], told[1]["outcome"]) == ("0000", 1)
        assert caller.oid in told[1]["rows"][0]
        assert caller.end() == 0
        assert caller.balance() == AMOUNT


def held_and_confirmed(command: Command, gateway: sandbox.Sandbox) -> None:
    with calling(command, gateway) as caller:
        caller.begin()
        assert caller.call("tx_held", True)[1]["is_held"] is True
        assert caller.call("confirm")[0] is True
        assert caller.call("recover_open")[0] == 0
        assert caller.end() == 0
        assert caller.balance() == AMOUNT


def held_and_undone(command: Command, gateway: sandbox.Sandbox) -> None:
    with calling(command, gateway) as caller:
        caller.begin()
        assert caller.call("tx_held", True)[1]["is_held"] is True
        told = caller.call("undo", "no stock")
        assert (told[1]["outcome"], told[1]["is_held"]) == (3, False)
        assert caller.end() == 0
        assert caller.balance() == 0


def gone_in_mid_hold(command: Command, gateway: sandbox.Sandbox) -> None:
    """It was told, and may have saved the order: the approval stands, and a person decides."""
    with calling(command, gateway) as caller:
        caller.begin()
        assert caller.call("tx_held", True)[1]["is_held"] is True
        assert caller.end() == 0
        assert caller.balance() == AMOUNT
    with calling(command, gateway) as other:
        other.call("init", gateway.home, "test")
        other.call("recover")
    assert balance(gateway, caller.oid) == AMOUNT


def gone_before_it_is_told(command: Command, gateway: sandbox.Sandbox) -> None:
    """Nobody saves an approval that nobody was told of: it is rolled back at once."""
    for name in ("tx", "tx_held"):
        with calling(command, gateway) as caller:
            caller.begin()
            # Before the call, which may be faster than what follows here.
            caller.read.close()
            caller.write(name, True)
            assert caller.end() == 1
            assert caller.balance() == 0


def killed_while_it_waits(command: Command, gateway: sandbox.Sandbox) -> None:
    """The caller is another process, and is killed once the gateway has its request."""
    oid = f"lines-{next(NUMBERS)}"
    lines = b"".join(line(*call) for call in begun(gateway, oid, XPAY_SANDBOX_FAULT="delay=1000")) + line("tx_held", True)
    speaks = (
        "import subprocess, sys; bridge = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE);"
        "bridge.stdin.write(bytes.fromhex(sys.argv[1])); bridge.stdin.flush(); bridge.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", speaks, lines.hex(), *command]) as caller:
        kit.until(lambda: balance(gateway, oid) is not None)
        caller.send_signal(signal.SIGKILL)
    kit.until(lambda: balance(gateway, oid) == 0)


def wrong_lines(command: Command, gateway: sandbox.Sandbox) -> None:
    """What is no call ends the bridge; what was not written to its end is no call."""
    for wrong in (b"\n", b"pay\n", b'{"pay": 1}\n', b'[1,"tx_held"]\n', b"\xff\xfe\n", line("tx_held", True)[:-1]):
        with calling(command, gateway) as caller:
            caller.begin()
            caller.to.write(wrong)
            caller.to.close()
            assert caller.read.read() == b""
            assert caller.process.wait() == 1
            assert caller.balance() is None


def calls_that_do_not_exist(command: Command, gateway: sandbox.Sandbox) -> None:
    """They are answered, and the bridge goes on."""
    with calling(command, gateway) as caller:
        assert caller.call("pay_all")[0] is False
        assert caller.call("response_code")[0] == "90099"
        assert caller.end() == 0


CHECKS = [
    paid_and_told,
    held_and_confirmed,
    held_and_undone,
    gone_in_mid_hold,
    gone_before_it_is_told,
    killed_while_it_waits,
    wrong_lines,
    calls_that_do_not_exist,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_lines(check: Any, gateway: sandbox.Sandbox) -> None:
    check(machine.command("xpay-bridge"), gateway)
