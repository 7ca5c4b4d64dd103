"""The command, as a shop's administrator calls it, against the gateway of this machine."""

from __future__ import annotations

import json

import sandbox
from tests import kit, machine

from .conftest import AMOUNT, TIME, Shop

ORDER = ["--oid", "order-1", "--amount", str(AMOUNT)]


def test_it_is_of_this_release() -> None:
    assert kit.run([*machine.command("xpay"), "--version"], timeout=TIME) == kit.run([sandbox.GATEWAY, "--version"])


def test_it_asks_pays_and_cancels(shop: Shop) -> None:
    mid = ["--mid", shop.gateway.facts["mid"]]
    shop.xpay("ping", *mid)
    paid = json.loads(shop.xpay("pay", *mid, *ORDER, "--json", given=shop.gateway.paykey("order-1", AMOUNT)))
    assert (paid["code"], paid["outcome"], shop.standing()) == ("0000", "answered", [AMOUNT])
    shop.xpay("cancel", *mid, "--tid", paid["tid"])
    assert shop.standing() == [0]
    assert shop.journal() == []
