"""What breaks: the shop's own step, the network, a worker; and what is left behind."""

from __future__ import annotations

import socket
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.kit import until
from tests.leavings import Leavings

from .at_gateway import AMOUNT
from .python_recipe import Recipe

# One lane: the servers are started once.
pytestmark = [pytest.mark.xdist_group("frameworks-python"), pytest.mark.long]


def test_what_the_database_refuses_is_rolled_back(recipe: Recipe) -> None:
    order = recipe.order()
    oid = recipe.begin(order)["oid"]
    recipe.site.break_database()
    answer = recipe.come_back(recipe.consent(oid), oid)
    recipe.site.mend_database()
    assert "disk" not in answer.text
    assert recipe.state(oid) == "failed" and not recipe.is_paid(oid)
    assert recipe.payments(oid) == [("rolled_back", 0)]
    assert recipe.pay(recipe.begin(order)["oid"]) == "paid"


def doubtful(recipe: Recipe, fault: str) -> None:
    order = recipe.order()
    oid = recipe.begin(order)["oid"]
    recipe.gateway.ask("/faults", {"script": fault})
    recipe.come_back(recipe.consent(oid), oid)
    assert recipe.state(oid) == "doubt" and not recipe.is_paid(oid)
    again = recipe.begin(order)
    assert (again["oid"], again["state"], again["fields"]) == (oid, "doubt", [])
    recipe.come_back(recipe.consent(oid), oid)
    assert recipe.payments(oid) == [("approved", AMOUNT)]
    assert recipe.site.recover().returncode == 3
    recipe.gateway.ask("/faults", {"script": ""})
    assert recipe.site.recover().returncode == 0
    assert recipe.state(oid) == "failed"
    assert recipe.payments(oid) == [("rolled_back", 0)]


def test_in_doubt_nobody_pays_again_until_recovery_has_settled_it(one: Recipe) -> None:
    doubtful(one, "PaymentByKey close\nRollback before:close")


def test_what_is_neither_saved_nor_rolled_back_is_in_doubt(fastapi: Recipe) -> None:
    fastapi.site.break_database()
    doubtful(fastapi, "Rollback before:close")
    fastapi.site.mend_database()


def test_what_the_gateway_did_before_waits_for_a_person(one: Recipe) -> None:
    order = one.order()
    oid = one.begin(order)["oid"]
    one.gateway.ask("/faults", {"fault": "code=S007"})
    one.come_back(one.consent(oid), oid)
    assert one.state(oid) in ("doubt", "repeated")
    assert one.begin(order)["fields"] == []
    one.site.recover()
    assert one.payments(oid) == [("approved", AMOUNT)]
    assert one.state(oid) in ("doubt", "repeated")


def test_a_worker_that_dies_while_it_pays_leaves_it_to_the_next(fastapi: Recipe) -> None:
    oid = fastapi.oid()
    consent = fastapi.consent(oid)
    fastapi.gateway.ask("/faults", {"script": "PaymentByKey hang"})

    def pay() -> None:
        with pytest.raises(OSError):
            fastapi.come_back(consent, oid)

    paying = threading.Thread(target=pay)
    paying.start()
    until(lambda: fastapi.payments(oid) == [("approved", AMOUNT)])
    assert fastapi.state(oid) == "paying"
    fastapi.site.kill()
    paying.join()
    fastapi.gateway.ask("/faults", {"script": ""})
    fastapi.site.start()
    until(lambda: fastapi.state(oid) == "failed")
    assert fastapi.payments(oid) == [("rolled_back", 0)]


def test_a_deployment_waits_for_what_is_under_way(fastapi: Recipe) -> None:
    oid, open_before = fastapi.oid(), fastapi.open()
    consent = fastapi.consent(oid)
    fastapi.gateway.ask("/faults", {"script": "PaymentByKey delay=2000"})
    paying = threading.Thread(target=fastapi.come_back, args=(consent, oid))
    paying.start()
    until(lambda: fastapi.payments(oid) == [("approved", AMOUNT)])
    log = fastapi.site.end()
    paying.join()
    fastapi.site.start()
    assert fastapi.state(oid) == "paid", log
    assert fastapi.open() == open_before


def test_a_buyer_who_goes_away_meanwhile_has_paid_or_not_and_the_shop_knows(fastapi: Recipe) -> None:
    oid = fastapi.oid()
    body = urlencode(fastapi.consent(oid)).encode()
    fastapi.gateway.ask("/faults", {"script": "PaymentByKey delay=2000"})
    address = urlsplit(fastapi.site.served.address)
    with socket.create_connection((address.hostname, address.port)) as browser:
        browser.sendall(f"POST {fastapi.RETURN} HTTP/1.1\r\nHost: shop\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        until(lambda: fastapi.state(oid) == "paying")
    until(lambda: fastapi.state(oid) == "paid")
    assert fastapi.payments(oid) == [("approved", AMOUNT)] and fastapi.is_paid(oid)


def test_a_cancellation_in_doubt_is_said_so(recipe: Recipe) -> None:
    oid = recipe.oid()
    recipe.pay(oid)
    recipe.gateway.ask("/faults", {"script": "PartialCancel close\nRollback before:close"})
    answer = recipe.ask(f"/payments/{oid}/cancel", {"amount": 3400, "balance": AMOUNT}, "merchant")
    assert answer.status == 502 and "in_doubt" in answer.text
    assert recipe.shown(oid)["balance"] == AMOUNT
    recipe.gateway.ask("/faults", {"script": ""})
    # The part went back. Django's ledger does not ask again before that is decided; FastAPI's gateway compares the balance.
    assert recipe.ask(f"/payments/{oid}/cancel", {"amount": 3400, "balance": AMOUNT}, "merchant").status == 409
    assert recipe.payments(oid) == [("partly_cancelled", 20000)]


def test_what_recovery_has_taken_for_dead_is_not_saved_any_more(fastapi: Recipe) -> None:
    oid = fastapi.oid()
    fastapi.gateway.ask("/faults", {"script": "PaymentByKey delay=2000"})
    paying = threading.Thread(target=fastapi.come_back, args=(fastapi.consent(oid), oid))
    paying.start()
    until(lambda: fastapi.state(oid) == "paying")
    # As recovery on another host does.
    fastapi.site.sql("UPDATE payments SET state = 'doubt' WHERE oid = ?", oid)
    paying.join()
    assert (fastapi.state(oid), fastapi.is_paid(oid)) == ("failed", False)
    assert fastapi.payments(oid) == [("rolled_back", 0)]


GIVES_UP = """
import asyncio, sys
from shop.app import app

async def main():
    async with app.router.lifespan_context(app) as state:
        store, checkout = state["store"], state["checkout"]
        request = asyncio.create_task(checkout.returned(sys.argv[2].encode()))
        while store.payment(sys.argv[1]).state != "paying" and not request.done():
            await asyncio.sleep(0)
        request.cancel()
        try:
            await request
        except asyncio.CancelledError:
            print("the request was cancelled", store.payment(sys.argv[1]).state)
    print(store.payment(sys.argv[1]).state)

asyncio.run(main())
"""


def test_a_request_that_is_cancelled_leaves_its_payment_running(fastapi: Recipe) -> None:
    oid = fastapi.oid()
    fastapi.gateway.ask("/faults", {"script": "PaymentByKey delay=2000"})
    call: list[str | Path] = [fastapi.site.python, "-c", GIVES_UP, oid, urlencode(fastapi.consent(oid))]
    said = subprocess.run(call, stdout=subprocess.PIPE, encoding="utf-8", env=fastapi.site.variables).stdout
    assert said.splitlines() == ["the request was cancelled paying", "paid"]
    assert fastapi.payments(oid) == [("approved", AMOUNT)] and fastapi.is_paid(oid)


def test_nothing_secret_is_left(one: Recipe) -> None:
    judge, oid = Leavings(), one.oid()
    consent = one.consent(oid)
    # Behind the time that it begins with.
    judge.note("a payment key", consent["LGD_PAYKEY"][14:].encode())
    one.come_back(consent, oid)
    one.ask(f"/payments/{oid}/cancel", {"amount": 1, "balance": AMOUNT}, "merchant")
    judge.search(one.site.directory, allowed=("xpayclient",))
