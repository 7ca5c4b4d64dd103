"""Buyers who pay at a page of php-fpm, as many at a time as it has workers, and what they and the gateway saw."""

from __future__ import annotations

import itertools
import json
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Optional

import fastcgi
import fpm
import phps
import sandbox

PAGE = phps.PACKAGE / "tests/pay.php"
AMOUNT = 1000
# So often is the gateway asked, which remembers only the last requests.
OFTEN = 100
RUN = "till"


class Till:
    """The PAYKEYs of a run, and the pages' results."""

    def __init__(self, gateway: sandbox.Sandbox, count: int):
        self.gateway = gateway
        self.count = count
        # By order; None if the page ended without an answer.
        self.said: list[tuple[str, Optional[dict[str, Any]]]] = []
        # By connection, the workers it served.
        self.seen: dict[int, set[str]] = defaultdict(set)
        self._next = itertools.count(1)
        self._lock = threading.Lock()

    def run(self, server: fpm.Fpm, every: int = 0, event: Callable[[], None] = lambda: None) -> None:
        """Pays with one buyer per worker at a time; runs `event` after every so many payments."""

        def buyer(_: int) -> None:
            while (number := next(self._next)) <= self.count:
                order = {"oid": f"{RUN}-{number}", "amount": AMOUNT}
                (paykey,) = self.gateway.ask("/paykeys", order).values()
                said = paid(server, paykey)
                with self._lock:
                    self.said.append((f"{RUN}-{number}", said))
                    if len(self.said) % OFTEN == 0:
                        self._look()
                    if every and len(self.said) % every == 0:
                        event()

        with ThreadPoolExecutor(fpm.WORKERS) as buyers:
            list(buyers.map(buyer, range(fpm.WORKERS)))
        self._look()

    def answers(self) -> list[dict[str, Any]]:
        """What the pages said that were not killed."""
        return [said for _, said in self.said if said is not None]

    def standing(self) -> set[str]:
        """LGD_TIDs that the gateway has as paid."""
        return {payment["tid"] for payment in self.gateway.ask("/payments") if payment["balance"] == AMOUNT}

    def _look(self) -> None:
        for request in self.gateway.ask("/requests"):
            worker = request["parameters"].get("LGD_PRODUCTINFO", "")
            if worker.startswith(RUN):
                self.seen[request["connection"]].add(worker)


def paid(server: fpm.Fpm, paykey: str) -> Optional[dict[str, Any]]:
    """The page's result of a payment, or None if there was none."""
    try:
        told: dict[str, Any] = json.loads(fastcgi.get(server.address, PAGE, RUN=RUN, PAYKEY=paykey))
    except ConnectionError:
        return None
    return told
