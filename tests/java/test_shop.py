"""The sample shop in Java, examples/java/Shop.java, bought in without a browser."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import javas
import shop
from sandbox import Sandbox
from shop import Buyer
from tests import kit

from .conftest import java, program


@pytest.fixture(scope="module")
def store(packed: Path, workshop: Path, gateway: Sandbox) -> Iterator[str]:
    """The address of the running shop."""
    path = program("Shop", packed, workshop / "shop")
    script = f"{gateway.facts['web']}/xpay/js/xpay_crossplatform.js"
    call = [java("Java"), *javas.NATIVE, "-cp", path, "Shop", gateway.home, "0", script]
    with (
        (workshop / "shop.log").open("wb") as log,
        subprocess.Popen(call, stdout=subprocess.PIPE, stderr=log, encoding="utf-8") as process,
    ):
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


def agreed(store: str, means: str) -> Buyer:
    """From the order to the window's return, which pays."""
    buyer = Buyer()
    buyer.open(store)
    buyer.submit(0, means=means)
    shop.agree(buyer)
    return buyer


def payment(gateway: Sandbox, oid: str) -> dict[str, object]:
    return next(one for one in gateway.payments() if one["oid"] == oid)


def test_a_card_pays_and_is_cancelled(store: str, gateway: Sandbox) -> None:
    buyer = agreed(store, "SC0010")
    assert buyer.page.state == "paid", buyer.page.text
    oid = buyer.page.form(0).values["oid"]
    assert payment(gateway, oid)["balance"] == 23400
    assert buyer.submit(0).state == "cancelled"
    assert payment(gateway, oid)["balance"] == 0


def test_a_deposit_is_notified_and_counts_once(store: str, gateway: Sandbox) -> None:
    buyer = agreed(store, "SC0040")
    assert buyer.page.state == "waiting", buyer.page.text
    oid = buyer.page.form(0).values["oid"]
    assert buyer.page.texts["message"]
    gateway.ask("/deposits", {"tid": payment(gateway, oid)["tid"]})
    kit.until(lambda: buyer.open(f"{store}/show?{oid}").state == "paid")


def test_an_approval_without_an_answer_is_not_charged(store: str, gateway: Sandbox) -> None:
    gateway.ask("/faults", {"script": "PaymentByKey 1 close"})
    buyer = agreed(store, "SC0010")
    gateway.ask("/faults", {"script": ""})
    assert buyer.page.state == "new" and "결제되지 않았습니다" in buyer.page.texts["message"], buyer.page.text
    assert payment(gateway, buyer.page.form(0).values["oid"])["balance"] == 0


def test_a_forged_return_pays_nothing(store: str) -> None:
    buyer = Buyer()
    buyer.open(store)
    buyer.submit(0)
    oid = buyer.page.form("LGD_PAYINFO").values["LGD_OID"]
    page = buyer.open(f"{store}/return", {"LGD_OID": oid, "LGD_RESPCODE": "0000", "LGD_PAYKEY": "k", "LGD_HASHDATA": "0" * 32})
    assert page.status == 500 and "data-state" not in page.text
