"""What a test of the shop has: a gateway, the shop, one buyer, the merchant, and the notifications of the gateway and of forgers."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from concurrent.futures import Future
from concurrent.futures import wait as finished
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Callable

import sandbox
import shop

MID = "tlgdacomxpay"


class Visit:
    def __init__(
        self,
        gateway: sandbox.Sandbox,
        store: shop.Shop,
        another: Callable[..., AbstractContextManager[shop.Shop]],
    ) -> None:
        self.gateway, self.store, self.address, self.another = gateway, store, store.address, another
        self.buyer, self.merchant = shop.Buyer(), shop.merchant(store.address)
        self.conf = Path(gateway.home) / "conf"
        found = re.search(rf"^{MID} = (\S+)", (self.conf / "mall.conf").read_text("utf-8"), re.MULTILINE)
        assert found, "mall.conf has no key"
        self.key = found[1]

    def consent(self, who: shop.Buyer | None = None, **order: str) -> str:
        """Everything before the final payment. Returns the order ID."""
        return shop.consent(who or self.buyer, self.address, **{"means": "SC0010", **order})

    def confirm(self) -> shop.Page:
        """The final payment of what the buyer consented to; its outcome."""
        return self.buyer.submit("LGD_RETURNINFO")

    def pay(self, **order: str) -> str:
        """Through all pages. Returns the order ID; the buyer is at the outcome."""
        oid = self.consent(self.buyer, **order)
        self.confirm()
        return oid

    def account(self, **order: str) -> str:
        """An order that waits for its deposit, after the notification of the account."""
        oid = self.pay(means="SC0040", **order)
        assert self.noticed() == 200
        return oid

    def order_only(self, **order: str) -> str:
        """An order that is not paid yet; the buyer is on the page that opens the window."""
        return shop.order(self.buyer, self.address, **{"means": "SC0010", **order})

    def open(self, page: str, who: shop.Buyer | None = None) -> shop.Page:
        return (who or self.buyer).open(f"{self.address}/{page}")

    def post(self, page: str, values: dict[str, str], who: shop.Buyer | None = None) -> shop.Page:
        return (who or self.buyer).open(f"{self.address}/{page}", values)

    def state(self, oid: str | None = None) -> str | None:
        """Of the order, or on the current page."""
        return (self.buyer.page if oid is None else self.open(f"order.php?oid={oid}")).state

    def record(self, oid: str) -> Path:
        """The file in which the shop keeps the order."""
        return self.store.orders / f"{oid}.json"

    def cancel(self, oid: str, **values: str) -> shop.Page:
        self.open(f"Cancel.php?oid={oid}", self.merchant)
        return self.merchant.submit(0, **values)

    def payments(self, oid: str) -> list[tuple[str, int]]:
        return [(one["state"], one["balance"]) for one in self.gateway.payments() if one["oid"] == oid]

    def tid(self, oid: str) -> str:
        [payment] = [one for one in self.gateway.payments() if one["oid"] == oid]
        return str(payment["tid"])

    def recover(self) -> None:
        subprocess.run([sandbox.XPAY, "recover", "--home", self.gateway.home], check=True, stdout=subprocess.DEVNULL)

    def happen(self, event: str, oid: str) -> int:
        """A deposit or its reversal, and the shop's answer to the notification."""
        self.gateway.ask({"deposit": "/deposits", "deposit-cancel": "/deposits/cancel"}[event], {"tid": self.tid(oid)})
        return self.noticed()

    def noticed(self) -> int:
        """The shop's status to the next notification."""
        return self.store.answered("cas_noteurl.php")

    def notice(self, oid: str, **values: str) -> dict[str, str]:
        """The form of a notification about the current order, signed with the shop's key."""
        order = json.loads(self.record(oid).read_text("utf-8"))
        form = {
            "LGD_MID": MID,
            "LGD_OID": oid,
            "LGD_AMOUNT": str(order["amount"]),
            "LGD_RESPCODE": "0000",
            "LGD_TIMESTAMP": "20261123101112",
            "LGD_TID": order["tid"],
            "LGD_CASFLAG": "I",
            "LGD_CASSEQNO": "001",
            "LGD_CASTAMOUNT": str(order["amount"]),
            **values,
        }
        signed = ["LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP"]
        hashed = hashlib.md5("".join([*(form[name] for name in signed), self.key]).encode()).hexdigest()
        return {"LGD_HASHDATA": hashed, **form}

    def tell(self, form: dict[str, str], where: str = "cas_noteurl.php") -> tuple[int, bytes]:
        """Posts a notification, as anybody can."""
        page = self.post(where, form, shop.Buyer())
        assert self.store.answered(where) == page.status
        return page.status, page.body

    def note(self, oid: str, **values: str) -> dict[str, str]:
        """The form of a note about a payment in an app."""
        of_an_account = {"LGD_CASFLAG": "", "LGD_CASSEQNO": "", "LGD_CASTAMOUNT": ""}
        return self.notice(oid, **{**of_an_account, "LGD_TID": "tlgda2026112310111200001", "LGD_PAYTYPE": "SC0010", **values})

    def tell_app(self, form: dict[str, str]) -> tuple[int, bytes]:
        """Posts a note, as anybody whom the shop takes for the gateway can."""
        return self.tell(form, "note_url.php")

    def fail_next(self, fault: str) -> None:
        self.gateway.ask("/faults", {"fault": fault})

    def asked(self, txname: str) -> int:
        """The number of requests at the gateway."""
        return sum(request["txname"] == txname for request in self.gateway.ask("/requests"))

    def until_asked(self, txname: str, click: Future[Any]) -> None:
        """Waits until the gateway has the request of a click, which does not end before."""
        while not self.asked(txname):
            assert not finished([click], timeout=0.05).done, "the click ended before the gateway was asked"
