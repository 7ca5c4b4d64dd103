"""The shop of these tests: programs of XPAY_BUILD's platform, each with what runs it here, and a gateway of its own."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import sandbox
from sandbox import ROOT
from tests import kit, machine

AMOUNT = 23400
# Seconds that are enough for a call, also under what stands for another machine; some of that can hang.
TIME = 300


@dataclass
class Shop:
    """`held` is the program of held.c."""

    gateway: sandbox.Sandbox
    held: machine.Command

    def xpay(self, name: str, *more: str, given: str = "", status: int = 0) -> str:
        """What a subcommand prints that ends with this status."""
        call = [*machine.command("xpay"), name, "--home", self.gateway.home, *more]
        done = subprocess.run(call, input=given, stdout=subprocess.PIPE, encoding="utf-8", timeout=TIME)
        print(done.stdout)
        assert done.returncode == status
        return done.stdout

    def recovered(self, by: str, left: int) -> None:
        """Recovers, `by` the library or the command, which leaves so many open."""
        if by == "library":
            assert kit.run([*self.held, self.gateway.home], timeout=TIME) == f"{left} open\n"
        else:
            assert len(json.loads(self.xpay("recover", "--json", status=3 if left else 0))["open"]) == left

    def journal(self, status: int = 0) -> list[dict[str, Any]]:
        """What is open or running; the status is 3 if something is open."""
        entries: list[dict[str, Any]] = json.loads(self.xpay("recover", "--list", "--json", status=status))
        return entries

    def standing(self) -> list[int]:
        return [payment["balance"] for payment in self.gateway.payments()]

    @contextlib.contextmanager
    def paying(self, fault: str = "") -> Iterator[subprocess.Popen[str]]:
        """A process whose payment the gateway has approved. Without a fault it has the approval in its hands, until its input ends."""
        call = [*self.held, self.gateway.home, self.gateway.paykey("held", AMOUNT), fault]
        with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
            try:
                assert process.stdout is not None
                assert fault or process.stdout.readline() == "held\n"
                kit.until(lambda: self.standing() == [AMOUNT])
                yield process
            finally:
                process.kill()


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> machine.Command:
    runner = machine.runner()
    source: machine.Command = ["gcc", "-std=c99", ROOT / "tests/platforms/held.c"]
    return [*runner, machine.compiled(source, "shared", tmp_path_factory.mktemp("held") / "held")]


@pytest.fixture
def shop(held: machine.Command, fresh_gateway: sandbox.Sandbox) -> Shop:
    return Shop(fresh_gateway, held)
