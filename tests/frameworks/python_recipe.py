"""What the tests do at the shops of `python_sites`: orders, the window's return, notifications, calls of the API."""

from __future__ import annotations

import json
import re
import threading
import urllib.error
import urllib.request
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import shop

from .at_gateway import AMOUNT, AT, Answer, AtGateway
from .python_sites import DjangoSite, Site

FORM = "application/x-www-form-urlencoded"
R = TypeVar("R")


class Recipe(AtGateway):
    """What the tests do at a shop, by one of its APIs."""

    RETURN: str
    NOTICE: str

    def __init__(self, name: str, site: Site) -> None:
        self.name, self.site, self.gateway = name, site, site.gateway

    @abstractmethod
    def headers(self, user: str) -> dict[str, str]:
        """Who it is."""

    @abstractmethod
    def order(self, amount: int = AMOUNT, user: str = "buyer") -> int:
        """An order of the user; its number."""

    @abstractmethod
    def come_back(self, form: Mapping[str, str], oid: str, user: str = "buyer") -> Answer:
        """What the window posts to LGD_RETURNURL, up to the final payment."""

    @property
    def api(self) -> str:
        return f"/{self.name}"

    def send(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        request = urllib.request.Request(self.site.served.address + path, body, dict(headers or {}), method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
        try:
            with opener.open(request, timeout=shop.PATIENCE) as answer:
                return Answer(answer.status, answer.read(), answer.headers["Content-Type"])
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, refusal.read(), refusal.headers["Content-Type"] or "")

    def ask(self, path: str, values: object = None, user: str = "buyer") -> Answer:
        """A call of the API: a GET, or a POST of `values` as JSON."""
        body = None if values is None else json.dumps(values).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        return self.send("GET" if body is None else "POST", self.api + path, body, {**kind, **self.headers(user)})

    def begin(self, order: int, user: str = "buyer") -> Any:
        answer = self.ask(f"/orders/{order}/payment", {}, user)
        assert answer.status == 200, answer
        return answer.json

    def oid(self, amount: int = AMOUNT) -> str:
        """LGD_OID of a payment of a new order."""
        return str(self.begin(self.order(amount))["oid"])

    def shown(self, oid: str) -> Any:
        return self.ask(f"/payments/{oid}").json

    def state(self, oid: str) -> str:
        return str(self.shown(oid)["state"])

    def is_paid(self, oid: str) -> bool:
        """What the shop's own order says."""
        [(paid,)] = self.site.sql(f"SELECT is_paid FROM {self.site.ORDERS} WHERE id = ?", self.order_of(oid))
        return bool(paid)

    @abstractmethod
    def order_of(self, oid: str) -> int: ...

    def consent(self, oid: str, amount: int = AMOUNT, paytype: str = "SC0010") -> dict[str, str]:
        """What the window posts to LGD_RETURNURL once the buyer has agreed."""
        (paykey,) = self.gateway.ask("/paykeys", {"oid": oid, "amount": amount, "paytype": paytype}).values()
        return self.signed_return(oid, str(paykey))

    def signed_return(self, oid: str, paykey: str) -> dict[str, str]:
        return {**self.returned(oid, paykey), "LGD_RESPMSG": "인증성공"}

    def pay(self, oid: str, paytype: str = "SC0010") -> str:
        """All of it. Gives the payment's state."""
        self.come_back(self.consent(oid, paytype=paytype), oid)
        return self.state(oid)

    def notice(self, oid: str, **values: str) -> dict[str, str]:
        return super().notice(oid, **{"LGD_PAYDATE": AT, **values})

    def notify(self, form: Mapping[str, str], path: str | None = None) -> Answer:
        """In the charset that the gateway uses unless it is told another."""
        return self.send("POST", path or self.NOTICE, urlencode(form, encoding="cp949").encode("ascii"), {"Content-Type": FORM})


class DjangoRecipe(Recipe):
    RETURN, NOTICE = "/xpay/returnurl/", "/xpay/cas_noteurl/"
    site: DjangoSite

    def headers(self, user: str) -> dict[str, str]:
        scheme = {"drf": "Token", "ninja": "Bearer"}[self.name]
        return {"Authorization": f"{scheme} {self.site.tokens[user][self.name]}"}

    def order(self, amount: int = AMOUNT, user: str = "buyer") -> int:
        [(pk,)] = self.site.sql(
            "INSERT INTO store_order (title, total, is_paid, user_id) VALUES ('머그컵', ?, 0, ?) RETURNING id",
            amount,
            self.site.tokens[user]["pk"],
        )
        return int(pk)

    def come_back(self, form: Mapping[str, str], oid: str, user: str = "buyer") -> Answer:
        page = self.send("POST", self.RETURN, urlencode(form).encode(), {"Content-Type": FORM})
        found = re.search('id="LGD_PAYKEY" value="([^"]*)"', page.text)
        if not found or not found[1]:
            return page
        return self.ask(f"/payments/{oid}/pay", {"returned": found[1]}, user)

    def order_of(self, oid: str) -> int:
        [(pk,)] = self.site.sql("SELECT object_id FROM xpayclient_payment WHERE oid = ?", oid)
        return int(pk)

    def tid(self, oid: str) -> str:
        [(tid,)] = self.site.sql("SELECT tid FROM xpayclient_payment WHERE oid = ?", oid)
        return str(tid)


class FastAPIRecipe(Recipe):
    RETURN, NOTICE = "/xpay/return", "/xpay/notice"

    @property
    def api(self) -> str:
        return "/api"

    def headers(self, user: str) -> dict[str, str]:
        return {"Authorization": f"Bearer token of {user}"}

    def order(self, amount: int = AMOUNT, user: str = "buyer") -> int:
        [(pk,)] = self.site.sql("INSERT INTO orders (buyer, title, amount) VALUES (?, '머그컵', ?) RETURNING id", user, amount)
        return int(pk)

    def come_back(self, form: Mapping[str, str], oid: str, user: str = "buyer") -> Answer:
        return self.send("POST", self.RETURN, urlencode(form).encode(), {"Content-Type": FORM})

    def order_of(self, oid: str) -> int:
        [(pk,)] = self.site.sql("SELECT order_id FROM payments WHERE oid = ?", oid)
        return int(pk)

    def tid(self, oid: str) -> str:
        [(tid,)] = self.site.sql("SELECT tid FROM payments WHERE oid = ?", oid)
        return str(tid)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The gateway follows none."""

    def redirect_request(self, *_: Any) -> None:
        return None


def at_once(number: int, do: Callable[[], R]) -> list[R]:
    """What `do` returned on so many threads that begin together."""
    gate = threading.Barrier(number)
    results: list[R] = []

    def run() -> None:
        gate.wait()
        results.append(do())

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
