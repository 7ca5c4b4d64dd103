"""Receipts and the merchant's other pages."""

from __future__ import annotations

import hashlib
import json
import re

from .visit import MID, Visit


def test_cash_receipts_are_issued_and_cancelled(visit: Visit) -> None:
    account = visit.account()
    visit.happen("deposit", account)
    for oid in [account, visit.pay(means="SC0030"), visit.order_only()]:
        visit.open(f"CashReceipt.php?oid={oid}", visit.merchant)
        page = visit.merchant.submit(0, number="010-1234-5678", use="1", method="AUTH")
        assert "발급했습니다" in page.text
        assert "01012345678" not in page.text
        assert "01012345678" not in visit.record(oid).read_text("utf-8")
        assert visit.state(oid) == "paid"
        assert "cashreceipt" in visit.buyer.page.texts
        before = visit.asked("CashReceipt")
        again = {**visit.merchant.page.form(0).values, "method": "AUTH", "number": "01012345678", "use": "1"}
        visit.post(f"CashReceipt.php?oid={oid}", again, visit.merchant)
        assert visit.asked("CashReceipt") == before
        visit.open(f"CashReceipt.php?oid={oid}", visit.merchant)
        assert "취소했습니다" in visit.merchant.submit(0, method="CANCEL").text
    assert visit.state(oid) == "cancelled"


def test_a_card_has_no_cash_receipt(visit: Visit) -> None:
    assert "발급할 수 없는" in visit.open(f"CashReceipt.php?oid={visit.pay()}", visit.merchant).text


def test_receipts_are_signed(visit: Visit) -> None:
    page = visit.open(f"order.php?oid={visit.pay()}")
    found = re.search(r"var of = (.*);", page.text)
    assert found, page.text
    of = json.loads(found[1])
    assert of["authdata"] == hashlib.md5((MID + of["tid"] + visit.key).encode()).hexdigest()


def test_ping_and_patch_answer(visit: Visit) -> None:
    page = visit.open("ping.php", visit.merchant)
    assert [page.texts[name] for name in ("code", "rows", "LGD_PRODUCTINFO")] == ["0000", "3", "똠방각하"]
    visit.open("patch.php", visit.merchant)
    page = visit.merchant.submit(0, file="lgdacom.conf")
    assert "바꾸지 않았습니다" in page.text
    assert "aux_url" in page.text
    conf = visit.conf / "lgdacom.conf"
    conf.write_text(conf.read_text("utf-8").replace(";aux_url", "aux_url"), "utf-8")
    visit.open("patch.php", visit.merchant)
    assert "새 파일로 바꾸었습니다" in visit.merchant.submit(0, file="lgdacom.conf").text
    visit.open("patch.php", visit.merchant)
    assert visit.merchant.submit(0, file="mall.conf").status == 422
