"""What a process has in its hands is its own while it lives: others see it, and leave it alone."""

from __future__ import annotations

import pytest

from .conftest import AMOUNT, TIME, Shop


@pytest.mark.parametrize("by", ["library", "command"])
def test_an_approval_in_living_hands_is_left_alone(by: str, shop: Shop) -> None:
    with shop.paying() as process:
        shop.recovered(by, left=0)
        assert [entry["state"] for entry in shop.journal()] == ["running"]
        assert process.communicate("", timeout=TIME)[0] == ""
        assert process.returncode == 0
    assert shop.journal() == []
    assert shop.standing() == [AMOUNT]
