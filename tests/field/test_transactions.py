"""Transactions as real shops send them, each with the code and the row that the gateway answers."""

from __future__ import annotations

from typing import Any

from . import pages
from .till import AMOUNT, Till, new_oid


@pages.each_case("transactions")
def test_the_answer(case: dict[str, Any], mode: str, tills: dict[str, Till]) -> None:
    till = tills[mode]
    assert till.send(*till.written(case)) == case[mode], till.client.said()
    row = till.client.row()
    assert row["LGD_RESPCODE"] == case[mode]
    assert row["LGD_RESPMSG"]
    assert [name for name in case["row"] if name not in row] == []


def test_a_rollback_has_its_code_in_the_row(tills: dict[str, Till]) -> None:
    till = tills["lenient"]
    till.pay(till.gateway.paykey(new_oid(), AMOUNT))
    assert till.client.call("rollback", "the shop's database failed"), till.client.said()
    assert till.client.row()["LGD_RESPCODE"] == "0000"


def test_what_is_not_simulated_says_what_was_right(tills: dict[str, Till]) -> None:
    till = tills["lenient"]
    till.send(("LGD_TXNAME", "PaymentByMoon"))
    said = till.client.row()["LGD_RESPMSG"]
    assert "not simulated" in said
