"""A shop in Java that dies: what it left open is rolled back by recovery, and no approval is one that nobody knows of.

`python3 tests/java/test_kill.py COUNT` kills as many as wanted.
"""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "scripts")]

import pytest

import javas
import sandbox
from sandbox import XPAY, Sandbox
from tests import kit
from tests.java.conftest import HERE, java

AMOUNT = 23400
# Payments that a shop has before it when it is killed.
QUEUE = 30


@pytest.fixture(scope="module")
def till(workshop: Path) -> Path:
    return made(workshop)


def made(directory: Path) -> Path:
    return javas.compiled(HERE / "Till.java", directory / "classes")


@contextlib.contextmanager
def running(classes: Path, gateway: Sandbox, way: str) -> Iterator[subprocess.Popen[str]]:
    """A shop that has begun, and is killed at the end at the latest."""
    call = javas.call(java("Java"), classes, "Till")
    with subprocess.Popen([*call, gateway.home, way], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii") as process:
        try:
            assert process.stdout and process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def paykeys(gateway: Sandbox, count: int, **more: object) -> list[str]:
    orders = ({"oid": f"kill-{random.getrandbits(60)}", "amount": AMOUNT, **more} for _ in range(count))
    return [str(gateway.ask("/paykeys", order)["LGD_PAYKEY"]) for order in orders]


def pay(process: subprocess.Popen[str], keys: list[str]) -> None:
    assert process.stdin
    process.stdin.write("".join(f"{key}\n" for key in keys))
    process.stdin.flush()


def recovered(gateway: Sandbox) -> dict[str, list[dict[str, object]]]:
    """Recovers, and lists what waits for a person."""
    subprocess.run([XPAY, "recover", "--home", gateway.home], stdout=subprocess.PIPE)
    listed = subprocess.run(
        [XPAY, "recover", "--home", gateway.home, "--list", "--json"], stdout=subprocess.PIPE, encoding="utf-8"
    )
    found: dict[str, list[dict[str, object]]] = json.loads(listed.stdout)
    return found


@pytest.mark.parametrize("way", ["vendor", "guard"])
def test_killed_while_the_answer_is_awaited(way: str, till: Path, fresh_gateway: Sandbox) -> None:
    fresh_gateway.ask("/faults", {"fault": "hang"})
    with running(till, fresh_gateway, way) as process:
        pay(process, paykeys(fresh_gateway, 1))
        # The gateway has approved it; nobody else knows.
        kit.until(lambda: [payment for payment in fresh_gateway.payments() if payment["balance"] == AMOUNT])
        process.kill()
    listed = recovered(fresh_gateway)
    assert [payment["balance"] for payment in fresh_gateway.payments()] == [0]
    assert not json.dumps(listed).count("LGD_TXID"), listed


def test_killed_at_any_moment(till: Path, fresh_gateway: Sandbox) -> None:
    tally = kills(till, fresh_gateway, 12)
    assert tally["orphans"] == tally["wrong"] == 0, tally
    assert tally["approved"] > 0


def kills(classes: Path, gateway: Sandbox, count: int) -> Counter[str]:
    """kill -9 of a shop with guards while it pays, so many times; then recovery, and the comparison of what each side knows."""
    tally: Counter[str] = Counter()
    told: set[str] = set()
    dice = random.Random(count)
    for _ in range(count):
        keys = paykeys(gateway, QUEUE)
        with running(classes, gateway, "guard") as process:
            pay(process, keys)
            time.sleep(dice.uniform(0, 0.25))
            process.kill()
            assert process.stdout
            # What has no end was being written.
            lines = process.stdout.read().split("\n")[:-1]
        told |= {line.split()[1] for line in lines if line.startswith("paid ")}
        tally["killed"] += 1
    listed = json.dumps(recovered(gateway))
    for payment in gateway.payments():
        stands, knows = payment["balance"] > 0, payment["tid"] in told
        tally["approved"] += 1
        # An approval whose step may have been done waits for a person, who finds it by its LGD_TID.
        waits = payment["tid"] in listed or payment["oid"] in listed
        tally["unconfirmed"] += stands and not knows and waits
        tally["orphans"] += stands and not knows and not waits
        tally["wrong"] += knows and not stands
    return tally


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work, sandbox.running(Path(work) / "gateway") as started:
        print(kills(made(Path(work)), started, int(sys.argv[1])))
