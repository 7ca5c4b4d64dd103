"""A sandbox as the tests ask it: PAYKEYs, faults, what it received and what stands in its ledger."""

import json
import urllib.request

MID = "tlgdacomxpay"


class Gateway:
    """A running sandbox."""

    def __init__(self, facts):
        self.facts = facts
        self.home = facts["home"]
        self._orders = 0

    def order(self):
        """An order number that nobody had before."""
        self._orders += 1
        return f"order-{self._orders}"

    def paykey(self, oid, amount=23400, **more):
        """A PAYKEY as the payment window would return it."""
        (key,) = self.ask("/paykeys", {"oid": oid, "amount": amount, **more}).values()
        return key

    def fail(self, *faults):
        """Lets the next requests fail, one for each fault."""
        for fault in faults:
            self.ask("/faults", {"fault": fault})

    def forget_faults(self):
        self.ask("/faults", method="DELETE")

    def payment(self, oid):
        """The payment of an order; None before there is one."""
        return next((payment for payment in self.ask("/payments") if payment["oid"] == oid), None)

    def balance(self, oid):
        """What stands for an order."""
        payment = self.payment(oid)
        return payment["balance"] if payment else 0

    def requests(self, txid):
        """What the gateway saw of a transaction: the request itself and its Rollbacks."""
        seen = self.ask("/requests")
        return [r for r in seen if txid in (r["txid"], r["parameters"].get("LGD_RB_TXID"))]

    def ask(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.facts["web"] + "/sandbox" + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def still_open(client):
    """What of the journal waits for recovery or for a person."""
    return [one for one in client.open_transactions() if one.is_open]


def until(condition, alive=lambda: True):
    """What `condition` gives once it gives something, asked again and again while `alive`."""
    while True:
        going_on = alive()
        found = condition()
        if found:
            return found
        if not going_on:
            raise AssertionError("it ended before it came to that")
