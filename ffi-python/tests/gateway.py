"""A sandbox as the tests ask it: PAYKEYs, faults, what it received and what stands in its ledger."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any, Optional, TypeVar

from xpayclient import OpenTransaction, XPayClient

MID = "tlgdacomxpay"
# In seconds: for answers, and for what a test waits for. Only a failure takes so long.
PATIENCE = 60
T = TypeVar("T")


class Gateway:
    """A running sandbox."""

    def __init__(self, facts: dict[str, str]) -> None:
        self.facts = facts
        self.home = facts["home"]
        self._orders = 0

    def order(self) -> str:
        """An order number that nobody had before."""
        self._orders += 1
        return f"order-{self._orders}"

    def paykey(self, oid: str, amount: int = 23400, **more: str) -> str:
        """A PAYKEY as the payment window would return it."""
        (key,) = self.ask("/paykeys", {"oid": oid, "amount": amount, **more}).values()
        return str(key)

    def fail(self, *faults: str) -> None:
        """Lets the next requests fail, one for each fault."""
        for fault in faults:
            self.ask("/faults", {"fault": fault})

    def forget_faults(self) -> None:
        self.ask("/faults", method="DELETE")

    def payment(self, oid: str) -> Optional[dict[str, Any]]:
        """The payment of an order; None before there is one."""
        return next((payment for payment in self.ask("/payments") if payment["oid"] == oid), None)

    def balance(self, oid: str) -> int:
        """What stands for an order."""
        payment = self.payment(oid)
        return int(payment["balance"]) if payment else 0

    def requests(self, txid: str) -> list[dict[str, Any]]:
        """What the gateway saw of a transaction: the request itself and its Rollbacks."""
        seen = self.ask("/requests")
        return [r for r in seen if txid in (r["txid"], r["parameters"].get("LGD_RB_TXID"))]

    def ask(self, path: str, body: Optional[dict[str, Any]] = None, method: Optional[str] = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.facts["web"] + "/sandbox" + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def still_open(client: XPayClient) -> list[OpenTransaction]:
    """What of the journal waits for recovery or for a person."""
    return [one for one in client.open_transactions() if one.is_open]


def until(condition: Callable[[], T], alive: Callable[[], bool] = lambda: True) -> T:
    """What `condition` gives once it gives something, asked again and again while `alive`, and not for ever."""
    end = time.monotonic() + PATIENCE
    while True:
        going_on = alive() and time.monotonic() < end
        found = condition()
        if found:
            return found
        if not going_on:
            raise AssertionError("it ended before it came to that")
