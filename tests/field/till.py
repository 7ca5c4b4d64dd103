"""A shop at a gateway, and what a case needs to be there before it."""

from __future__ import annotations

import itertools
from typing import Any

import sandbox

from . import pages
from .library import Client

AMOUNT = 1000
NUMBERS = itertools.count(1)


def new_oid() -> str:
    """An LGD_OID that no other test has."""
    return f"field-{next(NUMBERS)}"


class Till:
    def __init__(self, gateway: sandbox.Sandbox) -> None:
        self.gateway, self.client = gateway, Client(gateway.home)

    def written(self, case: dict[str, Any]) -> list[tuple[str, str]]:
        oid = new_oid()
        return [(name, self.value(value, oid)) for name, value in case["send"].items()]

    def value(self, text: str, oid: str) -> str:
        """What a case's `$word` stands for; any other text is itself."""
        return str(getattr(self, text[1:])(oid)) if text.startswith("$") else text

    def oid(self, oid: str) -> str:
        return oid

    transfer_oid = oid

    def paykey(self, oid: str, paytype: str = "SC0010") -> str:
        return str(self.gateway.ask("/paykeys", {"oid": oid, "amount": AMOUNT, "paytype": paytype})["LGD_PAYKEY"])

    def used_paykey(self, oid: str) -> str:
        key = self.paykey(oid)
        self.pay(key)
        return key

    def paykey_of_paid(self, oid: str) -> str:
        second = self.paykey(oid)
        self.card(oid)
        return second

    def card(self, oid: str) -> str:
        return self.pay(self.paykey(oid))

    def cancelled(self, oid: str) -> str:
        tid = self.card(oid)
        assert self.send(("LGD_TXNAME", "Cancel"), ("LGD_TID", tid)) == "0000", self.client.said()
        return tid

    def transfer(self, oid: str) -> str:
        return self.pay(self.paykey(oid, "SC0030"))

    def deposited(self, oid: str) -> str:
        tid = self.pay(self.paykey(oid, "SC0040"))
        self.gateway.ask("/deposits", {"tid": tid})
        return tid

    def pay(self, key: str) -> str:
        assert self.send(("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", key)) == "0000", self.client.said()
        return self.client.row()["LGD_TID"]

    def send(self, *parameters: tuple[str, str]) -> str:
        return self.client.transact(pages.MID, parameters)
