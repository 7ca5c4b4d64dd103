"""A process is killed once the gateway has approved: nothing is lost, and whoever recovers does what is left to do."""

from __future__ import annotations

import pytest

from .conftest import AMOUNT, Shop

BY = pytest.mark.parametrize("by", ["library", "command"])


@BY
def test_what_waited_for_its_answer_is_rolled_back(by: str, shop: Shop) -> None:
    with shop.paying(fault="hang") as process:
        process.kill()
        process.wait()
    assert shop.standing() == [AMOUNT]
    shop.recovered(by, left=0)
    assert shop.standing() == [0]
    assert [entry["state"] for entry in shop.journal()] == ["rolled_back"]


@BY
def test_what_was_in_the_shops_hands_is_left_to_a_person(by: str, shop: Shop) -> None:
    with shop.paying() as process:
        process.kill()
        process.wait()
    shop.recovered(by, left=1)
    (entry,) = shop.journal(status=3)
    assert entry["state"] == "unconfirmed"
    assert shop.standing() == [AMOUNT]
    shop.xpay("recover", "--rollback", entry["tx_id"], "--reason", "the shop was killed")
    assert shop.standing() == [0]
    assert shop.journal() == []
