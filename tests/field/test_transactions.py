"""Transactions as real shops send them, each with the code and the row that the gateway answers."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sandbox

from . import pages
from .library import Client

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("transactions.json").read_text(encoding="utf-8"))
NUMBERS = itertools.count(1)
AMOUNT = 1000


class Till:
    """A shop at a gateway, and what a case needs to be there before it."""

    def __init__(self, gateway: sandbox.Sandbox) -> None:
        self.gateway, self.client = gateway, Client(gateway.home)

    def written(self, case: dict[str, Any]) -> list[tuple[str, str]]:
        oid = f"tx-{next(NUMBERS)}"
        return [(name, self.value(value, oid)) for name, value in case["send"].items()]

    def value(self, text: str, oid: str) -> str:
        """What a case's `$word` stands for; any other text is itself."""
        if not text.startswith("$"):
            return text
        match text[1:]:
            case "oid" | "transfer_oid":
                return oid
            case "paykey":
                return self.gateway.paykey(oid, AMOUNT)
            case "used_paykey":
                key = self.gateway.paykey(oid, AMOUNT)
                self.pay(key)
                return key
            case "paykey_of_paid":
                second = self.gateway.paykey(oid, AMOUNT)
                self.pay(self.gateway.paykey(oid, AMOUNT))
                return second
            case "card":
                return self.pay(self.gateway.paykey(oid, AMOUNT))
            case "cancelled":
                tid = self.pay(self.gateway.paykey(oid, AMOUNT))
                assert self.send(("LGD_TXNAME", "Cancel"), ("LGD_TID", tid)) == "0000"
                return tid
            case "transfer":
                return self.pay(self.gateway.paykey(oid, AMOUNT, "--means", "SC0030"))
            case "deposited":
                tid = self.pay(self.gateway.paykey(oid, AMOUNT, "--means", "SC0040"))
                self.gateway.ask("/deposits", {"tid": tid})
                return tid
        raise ValueError(text)

    def pay(self, key: str) -> str:
        assert self.send(("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", key)) == "0000", self.client.said()
        return self.client.row()["LGD_TID"]

    def send(self, *parameters: tuple[str, str]) -> str:
        return self.client.transact(pages.MID, parameters)


@pytest.fixture(scope="module")
def tills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Till]]:
    where = tmp_path_factory.mktemp("transactions")
    with sandbox.running(where / "lenient") as lenient, sandbox.running(where / "strict", "--strict") as strict:
        tills = {"lenient": Till(lenient), "strict": Till(strict)}
        yield tills
        for till in tills.values():
            till.client.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_the_answer(case: dict[str, Any], mode: str, tills: dict[str, Till]) -> None:
    till = tills[mode]
    assert till.send(*till.written(case)) == case[mode], till.client.said()
    row = till.client.row()
    assert row["LGD_RESPCODE"] == case[mode]
    assert row["LGD_RESPMSG"]
    assert [name for name in case["row"] if name not in row] == []


def test_a_rollback_has_its_code_in_the_row(tills: dict[str, Till]) -> None:
    till = tills["lenient"]
    till.pay(till.gateway.paykey(f"tx-{next(NUMBERS)}", AMOUNT))
    assert till.client.call("rollback", "the shop's database failed"), till.client.said()
    assert till.client.row()["LGD_RESPCODE"] == "0000"


def test_what_is_not_simulated_says_what_was_right(tills: dict[str, Till]) -> None:
    till = tills["lenient"]
    till.send(("LGD_TXNAME", "PaymentByMoon"))
    said = till.client.row()["LGD_RESPMSG"]
    assert "not simulated" in said
