#!/usr/bin/env python3
"""The sample shop of examples/php without a browser: posts of buyers, merchants, the gateway and forgers.

On every PHP of this machine, and by both ways to the library: the same is expected of all.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import phps  # noqa: E402
import shop  # noqa: E402

import sandbox  # noqa: E402

WORKSHOP = ROOT / "target/tests-shop"
MID = "tlgdacomxpay"


class Visit:
    """A sandbox, a shop, one buyer, and the merchant."""

    def __init__(self, gateway, store, another):
        self.gateway, self.store, self.address, self.another = gateway, store, store.address, another
        self.buyer, self.merchant = shop.Buyer(), shop.merchant(store.address)
        self.conf = Path(gateway.home) / "conf"
        self.key = re.search(rf"^{MID} = (\S+)", (self.conf / "mall.conf").read_text("utf-8"), re.MULTILINE)[1]

    def pay(self, **order):
        """Through all pages. Returns the order ID; the buyer is at the outcome."""
        oid = shop.consent(self.buyer, self.address, **{"means": "SC0010", **order})
        self.buyer.submit("LGD_RETURNINFO")
        return oid

    def account(self, **order):
        """An order that waits for its deposit, after the notification of the account."""
        oid = self.pay(means="SC0040", **order)
        self.expect_notice(200)
        return oid

    def open(self, page, who=None):
        return (who or self.buyer).open(f"{self.address}/{page}")

    def order_only(self, **order):
        """An order that is not paid yet; the buyer is on the page that opens the window."""
        return shop.order(self.buyer, self.address, **{"means": "SC0010", **order})

    def state(self, oid=None):
        """Of the order, or on the current page."""
        page = self.buyer.page if oid is None else self.open(f"order.php?oid={oid}")
        return page.data["state"]["data-state"]

    def cancel(self, oid, **values):
        self.open(f"Cancel.php?oid={oid}", self.merchant)
        return self.merchant.submit(0, **values)

    def payments(self, oid):
        return [(one["state"], one["balance"]) for one in self.gateway.payments() if one["oid"] == oid]

    def happen(self, event, oid):
        """A deposit or its reversal, and the shop's answer to the notification."""
        [tid] = [one["tid"] for one in self.gateway.payments() if one["oid"] == oid]
        self.gateway.ask({"deposit": "/deposits", "deposit-cancel": "/deposits/cancel"}[event], {"tid": tid})
        return self.store.answered("cas_noteurl.php")

    def expect_notice(self, status):
        equal(self.store.answered("cas_noteurl.php"), status)

    def notice(self, oid, **values):
        """The form of a notification about the current order, signed with the shop's key."""
        order = json.loads((self.store.orders / f"{oid}.json").read_text("utf-8"))
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

    def tell(self, form):
        """Posts a notification, as anybody can."""
        page = shop.Buyer().open(f"{self.address}/cas_noteurl.php", form)
        self.expect_notice(page.status)
        return page.status, page.body

    def fail_next(self, fault):
        self.gateway.ask("/faults", {"fault": fault})

    def asked(self, txname):
        """The number of requests at the gateway."""
        return sum(request["txname"] == txname for request in self.gateway.ask("/requests"))


def equal(found, expected):
    assert found == expected, f"{found!r} instead of {expected!r}"


def holds(page, *words):
    for word in words:
        assert word in page.text, f"no {word!r} in\n{page.text}"


def a_card_is_paid_and_cancelled_in_part_and_whole(visit):
    oid = visit.pay(product="lamp", buyer="똠방각하")
    equal(visit.state(), "paid")
    equal(visit.buyer.page.texts["LGD_BUYER"], "똠방각하")
    equal(visit.payments(oid), [("approved", 60000)])
    page = visit.cancel(oid, amount="20000")
    holds(page, "취소되었습니다")
    equal(page.texts["balance"], "40,000원")
    page = visit.cancel(oid)
    equal(page.data["state"]["data-state"], "cancelled")
    equal(visit.payments(oid), [("cancelled", 0)])
    equal(visit.merchant.page.forms, [])


def an_euc_kr_shop_has_the_same_page_in_its_charset(visit):
    visit.pay(buyer="똠방각하", payres="payres_euckr.php")
    page = visit.buyer.page
    equal(page.url, f"{visit.address}/payres_euckr.php")
    equal(page.charset, "euc-kr")
    equal(page.texts["LGD_BUYER"], "똠방각하")
    for words in ["똠방각하 머그컵", "결제 완료", "모의상점", "주문번호"]:
        assert words.encode("cp949") in page.body, words
    oid = page.texts["oid"]
    equal(visit.state(oid), "paid")
    holds(visit.buyer.page, "똠방각하 머그컵", "신한")


def an_account_is_paid_into_and_the_deposit_taken_back(visit):
    oid = visit.pay(means="SC0040")
    equal(visit.state(), "waiting")
    assert re.fullmatch(r"\d{14} 샌드박스", visit.buyer.page.texts["LGD_ACCOUNTNUM"])
    visit.expect_notice(200)
    equal(visit.state(oid), "waiting")
    for event, state in [("deposit", "paid"), ("deposit-cancel", "waiting"), ("deposit", "paid")]:
        equal(visit.happen(event, oid), 200)
        equal(visit.state(oid), state)
    # They are sent one after the other, so the gateway may not have recorded the last result yet.
    equal([notice["state"] for notice in visit.gateway.ask("/notices")][:-1], ["delivered"] * 3)


def a_deposit_that_is_told_twice_counts_once(visit):
    oid = visit.account()
    visit.happen("deposit", oid)
    [deposit] = [notice["id"] for notice in visit.gateway.ask("/notices") if notice["flag"] == "I"]
    order = (visit.store.orders / f"{oid}.json").read_bytes()
    visit.gateway.ask(f"/notices/{deposit}/resend", {})
    visit.expect_notice(200)
    equal((visit.store.orders / f"{oid}.json").read_bytes(), order)
    # The deposit was reversed meanwhile: a late copy of the first notification credits nothing.
    visit.happen("deposit-cancel", oid)
    visit.gateway.ask(f"/notices/{deposit}/resend", {})
    visit.expect_notice(200)
    equal(visit.state(oid), "waiting")
    equal(len(json.loads((visit.store.orders / f"{oid}.json").read_text("utf-8"))["notices"]), 3)


def forged_notices_are_refused(visit):
    oid, other = visit.account(), visit.account()
    foreign = visit.notice(other)["LGD_TID"]
    equal(visit.tell(visit.notice(oid, LGD_CASFLAG="C"))[0], 409)
    forged = [
        (403, "LGD_HASHDATA", visit.notice(oid, LGD_HASHDATA="0" * 32)),
        (403, "LGD_HASHDATA", visit.notice(oid, LGD_HASHDATA="")),
        (403, "LGD_HASHDATA", visit.notice(oid, LGD_TIMESTAMP="2026112310111")),
        (403, "LGD_AMOUNT", visit.notice(oid, LGD_AMOUNT="1000")),
        (403, "LGD_AMOUNT", visit.notice(oid, LGD_AMOUNT="023400")),
        (403, "LGD_AMOUNT", {**visit.notice(oid), "LGD_AMOUNT": "1000"}),
        (403, "LGD_MID", visit.notice(oid, LGD_MID="lgdacomxpay")),
        (403, "LGD_MID", {**visit.notice(oid), "LGD_MID": "lgdacomxpay"}),
        (403, "LGD_TID", visit.notice(oid, LGD_TID=foreign)),
        (403, "LGD_TID", visit.notice(oid, LGD_TID="")),
        (404, "order", visit.notice(oid, LGD_OID="20261123-0123456789abcdef")),
        (404, "order", visit.notice(oid, LGD_OID=f"../orders/{oid}")),
        (422, "LGD_CASFLAG", visit.notice(oid, LGD_CASFLAG="X")),
        (422, "LGD_CASTAMOUNT", visit.notice(oid, LGD_CASTAMOUNT="1000")),
    ]
    for status, why, form in forged:
        answered, body = visit.tell(form)
        equal((answered, body.startswith(b"REFUSED: "), why in body.decode()), (status, True, True))
        equal(visit.state(oid), "waiting")
    # The page that opens the window shows the buyer a signature for 23400, which also fits 2 with the code 3400.
    new = visit.order_only()
    request = visit.buyer.page.form("LGD_PAYINFO")["values"]
    signature = {name: request[name] for name in ("LGD_TIMESTAMP", "LGD_HASHDATA")}
    shifted = visit.notice(new, LGD_AMOUNT="2", LGD_RESPCODE="3400", **signature)
    equal(visit.tell(shifted)[0], 403)
    equal(visit.tell(visit.notice(new))[0], 403)
    equal(visit.state(new), "new")
    equal(visit.open("cas_noteurl.php").status, 405)
    visit.expect_notice(405)
    # The genuine one is saved and answered with exactly OK.
    equal(visit.tell(visit.notice(oid)), (200, b"OK"))
    equal(visit.state(oid), "paid")


def a_notice_of_what_failed_changes_nothing(visit):
    oid = visit.account()
    equal(visit.tell(visit.notice(oid, LGD_RESPCODE="S001")), (200, b"OK"))
    equal(visit.state(oid), "waiting")


def a_notice_that_cannot_be_booked_comes_again(visit):
    oid = visit.account()
    obstacle = visit.store.orders / f"{oid}.json.new"
    obstacle.mkdir()
    equal(visit.tell(visit.notice(oid))[0], 500)
    equal(visit.state(oid), "waiting")
    obstacle.rmdir()
    equal(visit.tell(visit.notice(oid)), (200, b"OK"))
    equal(visit.state(oid), "paid")


def what_cannot_be_booked_is_rolled_back(visit):
    last, late = shop.Buyer(), shop.Buyer()
    oids = [shop.consent(buyer, visit.address, product="poster", means="SC0010") for buyer in (last, late)]
    equal(last.submit("LGD_RETURNINFO").data["state"]["data-state"], "paid")
    page = late.submit("LGD_RETURNINFO")
    equal(page.data["state"]["data-state"], "cancelled")
    holds(page, "품절", "sold out")
    equal([visit.payments(oid) for oid in oids], [[("approved", 50000)], [("rolled_back", 0)]])


def nothing_is_asked_for_that_could_not_be_booked(visit):
    oid = shop.consent(visit.buyer, visit.address, means="SC0010")
    (visit.store.orders / f"{oid}.json.new").mkdir()
    page = visit.buyer.submit("LGD_RETURNINFO")
    equal(page.status, 500)
    holds(page, "잠시 후 다시")
    equal(visit.payments(oid), [])


def an_approval_whose_step_throws_is_rolled_back(visit):
    oid = shop.consent(visit.buyer, visit.address, product="poster", means="SC0010")
    # The step looks for the last item, and cannot access it.
    (visit.store.orders / "stock-poster.lock").unlink(missing_ok=True)
    (visit.store.orders / "stock-poster.lock").mkdir()
    visit.buyer.submit("LGD_RETURNINFO")
    (visit.store.orders / "stock-poster.lock").rmdir()
    equal(visit.state(), "new")
    equal(visit.payments(oid), [("rolled_back", 0)])


def a_second_click_pays_nothing_twice(visit):
    oid = shop.consent(visit.buyer, visit.address, means="SC0010")
    before = visit.asked("PaymentByKey")
    form = visit.buyer.page.form("LGD_RETURNINFO")["values"]
    twins = [visit.buyer.twin() for _ in range(3)]
    with ThreadPoolExecutor(len(twins)) as clicks:
        pages = list(clicks.map(lambda twin: twin.open(f"{visit.address}/payres.php", form), twins))
    equal([page.data["state"]["data-state"] for page in pages], ["paid"] * 3)
    equal(visit.payments(oid), [("approved", 23400)])
    equal(visit.asked("PaymentByKey") - before, 1)


def a_line_that_dies_is_undone_and_the_buyer_tries_again(visit):
    visit.fail_next("close")
    oid = shop.consent(visit.buyer, visit.address, means="SC0010")
    form = visit.buyer.page.form("LGD_RETURNINFO")["values"]
    visit.buyer.submit("LGD_RETURNINFO")
    equal(visit.state(), "new")
    holds(visit.buyer.page, "청구되지 않습니다", "20008")
    equal(visit.payments(oid), [("rolled_back", 0)])
    # The same payment key is not used again.
    holds(visit.buyer.open(f"{visit.address}/payres.php", form), "이미 사용")
    visit.open(f"payreq_crossplatform.php?oid={oid}")
    shop.agree(visit.buyer)
    visit.buyer.submit("LGD_RETURNINFO")
    equal(visit.state(), "paid")
    equal(sorted(visit.payments(oid)), [("approved", 23400), ("rolled_back", 0)])


def nobody_pays_again_while_it_is_in_doubt(visit):
    visit.gateway.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    oid = visit.pay()
    equal(visit.state(), "doubt")
    holds(visit.buyer.page, "다시 결제하지 마십시오", "do not pay again")
    equal(visit.payments(oid), [("approved", 23400)])
    visit.gateway.ask("/faults", {"script": ""})
    page = visit.open(f"payreq_crossplatform.php?oid={oid}")
    equal(page.url, f"{visit.address}/order.php?oid={oid}")
    equal(
        visit.buyer.open(f"{visit.address}/payres.php", {"LGD_OID": oid, "LGD_PAYKEY": "another"}).data["state"]["data-state"],
        "doubt",
    )
    subprocess.run([sandbox.XPAY, "recover", "--home", visit.gateway.home], check=True, stdout=subprocess.DEVNULL)
    equal(visit.payments(oid), [("rolled_back", 0)])


def a_shop_that_is_killed_while_it_pays_knows_that_it_does_not_know(visit):
    visit.fail_next("hang")
    oid = shop.consent(visit.buyer, visit.address, means="SC0010")
    with ThreadPoolExecutor(1) as clicks:
        click = clicks.submit(visit.buyer.submit, "LGD_RETURNINFO")
        while not click.done() and visit.asked("PaymentByKey") == 0:
            pass
        shop.end(visit.store.process)
        assert isinstance(click.exception(), OSError), click.exception()
    equal(visit.payments(oid), [("approved", 23400)])
    with visit.another(orders=visit.store.orders) as store:
        merchant = shop.merchant(store.address)
        equal(merchant.open(f"{store.address}/payreq_crossplatform.php?oid={oid}").data["state"]["data-state"], "paying")
        page = merchant.open(f"{store.address}/payres.php", {"LGD_OID": oid, "LGD_PAYKEY": "another"})
        holds(page, "다시 결제하지 마십시오")
    equal(visit.asked("PaymentByKey"), 1)
    subprocess.run([sandbox.XPAY, "recover", "--home", visit.gateway.home], check=True, stdout=subprocess.DEVNULL)
    equal(visit.payments(oid), [("rolled_back", 0)])


def what_was_not_sent_is_said(visit):
    conf = visit.conf / "lgdacom.conf"
    text = conf.read_text("utf-8")
    conf.write_text(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:1", text), "utf-8")
    oid = visit.pay()
    conf.write_text(text, "utf-8")
    equal(visit.state(), "new")
    holds(visit.buyer.page, "결제하지 않았습니다", "20004")
    equal(visit.payments(oid), [])


def a_shop_that_is_not_set_up_says_so_without_a_stack(visit):
    conf = visit.conf / "mall.conf"
    for payres in ["payres.php", "payres_euckr.php"]:
        oid = shop.consent(visit.buyer, visit.address, means="SC0010", payres=payres)
        away = conf.rename(conf.with_suffix(".away"))
        page = visit.buyer.submit("LGD_RETURNINFO")
        away.rename(conf)
        equal(page.status, 500)
        holds(page, "잠시 후 다시 시도해 주십시오")
        assert "mall.conf" not in page.text and ".php:" not in page.text, page.text
        equal(visit.state(oid), "new")


def a_consent_to_another_order_pays_nothing(visit):
    # Another amount: the gateway refuses.
    lamp = visit.order_only(product="lamp")
    cheap = visit.gateway.paykey("cheap-1", 100)
    page = visit.buyer.open(f"{visit.address}/payres.php", {"LGD_OID": lamp, "LGD_PAYKEY": cheap})
    holds(page, "승인되지 않았습니다")
    # The same amount: approved, and rolled back because the answer is for another order.
    other = visit.gateway.paykey("other-1", 60000)
    page = visit.buyer.open(f"{visit.address}/payres.php", {"LGD_OID": lamp, "LGD_PAYKEY": other})
    equal(page.data["state"]["data-state"], "new")
    holds(page, "청구되지 않습니다")
    equal(visit.payments("other-1"), [("rolled_back", 0)])
    equal(visit.payments(lamp), [])


def what_comes_back_from_the_window_is_compared_and_escaped(visit):
    oid = visit.order_only()
    back = {"LGD_RESPCODE": "0000", "LGD_RESPMSG": "", "LGD_MID": MID, "LGD_OID": oid, "LGD_AMOUNT": "23400", "LGD_PAYKEY": "k"}
    returned = lambda **more: shop.Buyer().open(f"{visit.address}/returnurl.php", {**back, **more})  # noqa: E731
    equal(returned().texts["LGD_RESPCODE"], "0000")
    for wrong in [{"LGD_AMOUNT": "100"}, {"LGD_MID": "tother"}, {"LGD_PAYKEY": ""}]:
        page = returned(**wrong)
        equal((page.texts["LGD_RESPCODE"], page.texts["LGD_PAYKEY"]), ("SHOP", ""))
    equal(returned(LGD_OID="order-1").texts["LGD_RESPCODE"], "SHOP")
    equal(returned(LGD_OID="", LGD_RESPCODE="SB40", LGD_RESPMSG="no").texts["LGD_RESPCODE"], "SB40")
    page = returned(LGD_RESPCODE='"><script>', LGD_RESPMSG="'\"><script>alert(1)</script>")
    assert "<script>alert" not in page.text and '"><script>' not in page.text, page.text
    # It sets no cookie: that would end the buyer's session.
    assert "set-cookie" not in page.headers, page.headers


def names_that_the_window_refuses_are_refused_here(visit):
    for name in ["<b>", "가" * 16, "a--b", "it's", "\U0001f600", "\xff", ""]:
        visit.open("sample_crossplatform.php")
        equal(visit.buyer.submit(0, buyer=name).status, 422)
    visit.open("sample_crossplatform.php")
    equal(visit.buyer.submit(0, buyer="가" * 15).status, 200)
    visit.open("sample_crossplatform.php")
    equal(visit.buyer.submit(0, product="gold").status, 422)


def others_see_no_order(visit):
    oid, unpaid = visit.pay(), visit.order_only()
    stranger = shop.Buyer()
    for page in [f"order.php?oid={oid}", f"order.php?oid={unpaid}", f"payreq_crossplatform.php?oid={unpaid}"]:
        equal(stranger.open(f"{visit.address}/{page}").status, 404)
    equal(stranger.open(f"{visit.address}/payres.php", {"LGD_OID": oid, "LGD_PAYKEY": "k"}).status, 404)
    equal(stranger.open(f"{visit.address}/order.php?oid[]={oid}").status, 404)


def the_merchants_pages_are_the_merchants(visit):
    oid = visit.pay()
    pages = ["Cancel.php", f"Cancel.php?oid={oid}", "CashReceipt.php", "patch.php", "ping.php"]
    for page in pages:
        stranger = shop.Buyer()
        stranger.open(f"{visit.address}/{page}")
        assert "password" in stranger.page.form(0)["values"] and oid not in stranger.page.text, stranger.page.text
        equal(stranger.submit(0, password="guess").status, 403)
        equal(stranger.open(f"{visit.address}/{page}", {"amount": "1", "reason": "x"}).status, 403)
    # Nor does the merchant's browser obey a form of another site.
    forged = visit.merchant.open(f"{visit.address}/Cancel.php?oid={oid}", {"amount": "23400", "reason": "x", "csrf": "0"})
    equal(forged.status, 403)
    equal(visit.payments(oid), [("approved", 23400)])


def without_a_password_they_are_closed(visit):
    with visit.another(password="") as store:
        for page in ["Cancel.php", "CashReceipt.php", "patch.php", "ping.php"]:
            equal(shop.Buyer().open(f"{store.address}/{page}").status, 403)
            equal(shop.Buyer().open(f"{store.address}/{page}", {"password": ""}).status, 403)


def cancels_count_as_done_by_their_codes(visit):
    says = lambda code: 'body={"LGD_RESPCODE":"%s","LGD_RESPMSG":"preset"}' % code  # noqa: E731
    for means, code, state in [
        ("SC0030", "RF09", "cancelled"),
        ("SC0030", "RF02", "paid"),
        ("SC0010", "RF09", "paid"),
        ("SC0010", "AV11", "cancelled"),
        ("SC0030", "AV11", "paid"),
    ]:
        oid = visit.pay(means=means)
        visit.open(f"Cancel.php?oid={oid}", visit.merchant)
        visit.fail_next(says(code))
        page = visit.merchant.submit(0)
        equal((means, code, page.data["state"]["data-state"]), (means, code, state))
        holds(page, code)


def a_cancel_that_was_done_elsewhere_is_booked(visit):
    oid = visit.pay()
    [payment] = [one for one in visit.gateway.payments() if one["oid"] == oid]
    visit.gateway.ask(f"/payments/{payment['tid']}/cancel", {"amount": 400})
    holds(visit.cancel(oid, amount="3000"), "게이트웨이가 거절했습니다")
    page = visit.cancel(oid)
    equal(page.data["state"]["data-state"], "cancelled")
    equal(visit.payments(oid), [("cancelled", 0)])
    # The whole amount, while a part is requested here.
    oid = visit.pay()
    [payment] = [one for one in visit.gateway.payments() if one["oid"] == oid]
    visit.gateway.ask(f"/payments/{payment['tid']}/cancel", {})
    page = visit.cancel(oid, amount="3000")
    holds(page, "AV11")
    equal((page.data["state"]["data-state"], page.texts["balance"]), ("cancelled", "0원"))


def a_cancel_without_an_answer_changes_nothing(visit):
    oid = visit.pay()
    visit.open(f"Cancel.php?oid={oid}", visit.merchant)
    visit.fail_next("close")
    holds(visit.merchant.submit(0), "되돌렸습니다")
    equal(visit.state(oid), "paid")
    equal(visit.payments(oid), [("approved", 23400)])
    for amount in ["0", "-1", "23401", "1.5", "", "abc"]:
        holds(visit.cancel(oid, amount=amount), "취소할 수 없는")
    holds(visit.cancel(oid, reason=""), "사유를")


def what_was_paid_into_an_account_goes_to_the_buyers_own(visit):
    oid = visit.account()
    visit.open(f"Cancel.php?oid={oid}", visit.merchant)
    equal(len(visit.merchant.page.forms), 0)
    visit.happen("deposit", oid)
    holds(visit.cancel(oid, account="1"), "취소되었습니다")
    oid = visit.account()
    visit.happen("deposit", oid)
    equal(visit.cancel(oid, amount="3400", account="110-123-456789", bank="088").texts["balance"], "20,000원")
    equal(visit.cancel(oid, account="110-123-456789", bank="088").data["state"]["data-state"], "cancelled")
    equal(visit.payments(oid), [("cancelled", 0)])


def cash_receipts_are_issued_and_cancelled(visit):
    account = visit.account()
    visit.happen("deposit", account)
    for oid in [account, visit.pay(means="SC0030"), visit.order_only()]:
        visit.open(f"CashReceipt.php?oid={oid}", visit.merchant)
        page = visit.merchant.submit(0, number="010-1234-5678", use="1", method="AUTH")
        holds(page, "발급했습니다")
        assert "01012345678" not in page.text
        assert "01012345678" not in (visit.store.orders / f"{oid}.json").read_text("utf-8")
        equal(visit.state(oid), "paid")
        assert "cashreceipt" in visit.buyer.page.texts
        before = visit.asked("CashReceipt")
        again = {**visit.merchant.page.form(0)["values"], "method": "AUTH", "number": "01012345678", "use": "1"}
        visit.merchant.open(f"{visit.address}/CashReceipt.php?oid={oid}", again)
        equal(visit.asked("CashReceipt"), before)
        visit.open(f"CashReceipt.php?oid={oid}", visit.merchant)
        holds(visit.merchant.submit(0, method="CANCEL"), "취소했습니다")
    equal(visit.state(oid), "cancelled")
    card = visit.pay()
    holds(visit.open(f"CashReceipt.php?oid={card}", visit.merchant), "발급할 수 없는")


def receipts_are_signed(visit):
    page = visit.open(f"order.php?oid={visit.pay()}")
    of = json.loads(re.search(r"var of = (.*);", page.text)[1])
    equal(of["authdata"], hashlib.md5((MID + of["tid"] + visit.key).encode()).hexdigest())


def ping_and_patch_answer(visit):
    page = visit.open("ping.php", visit.merchant)
    equal([page.texts[name] for name in ("code", "rows", "LGD_PRODUCTINFO")], ["0000", "3", "똠방각하"])
    visit.open("patch.php", visit.merchant)
    holds(visit.merchant.submit(0, file="lgdacom.conf"), "바꾸지 않았습니다", "aux_url")
    conf = visit.conf / "lgdacom.conf"
    conf.write_text(conf.read_text("utf-8").replace(";aux_url", "aux_url"), "utf-8")
    visit.open("patch.php", visit.merchant)
    holds(visit.merchant.submit(0, file="lgdacom.conf"), "새 파일로 바꾸었습니다")
    visit.open("patch.php", visit.merchant)
    equal(visit.merchant.submit(0, file="mall.conf").status, 422)


CASES = [
    a_card_is_paid_and_cancelled_in_part_and_whole,
    an_euc_kr_shop_has_the_same_page_in_its_charset,
    an_account_is_paid_into_and_the_deposit_taken_back,
    a_deposit_that_is_told_twice_counts_once,
    forged_notices_are_refused,
    a_notice_of_what_failed_changes_nothing,
    a_notice_that_cannot_be_booked_comes_again,
    what_cannot_be_booked_is_rolled_back,
    nothing_is_asked_for_that_could_not_be_booked,
    an_approval_whose_step_throws_is_rolled_back,
    a_second_click_pays_nothing_twice,
    a_line_that_dies_is_undone_and_the_buyer_tries_again,
    nobody_pays_again_while_it_is_in_doubt,
    a_shop_that_is_killed_while_it_pays_knows_that_it_does_not_know,
    what_was_not_sent_is_said,
    a_shop_that_is_not_set_up_says_so_without_a_stack,
    a_consent_to_another_order_pays_nothing,
    what_comes_back_from_the_window_is_compared_and_escaped,
    names_that_the_window_refuses_are_refused_here,
    others_see_no_order,
    the_merchants_pages_are_the_merchants,
    without_a_password_they_are_closed,
    cancels_count_as_done_by_their_codes,
    a_cancel_that_was_done_elsewhere_is_booked,
    a_cancel_without_an_answer_changes_nothing,
    what_was_paid_into_an_account_goes_to_the_buyers_own,
    cash_receipts_are_issued_and_cancelled,
    receipts_are_signed,
    ping_and_patch_answer,
]


def main():
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    failed = not is_the_same_page()
    tried = 1
    programs = phps.found()
    if not programs:
        print("THE SHOP IS NOT TRIED: there is no PHP here / PHP가 없어 상점을 테스트하지 않습니다")
    elif "PHP 7.4" not in programs:
        print("PHP 7.4 IS NOT TRIED / PHP 7.4는 테스트하지 않았습니다")
    for name, php in programs.items():
        for backend in ["ffi", "pipe"]:
            for case in CASES:
                tried += 1
                failed += not passes(case, f"{name} {backend}", php, backend)
    print(f"{tried - failed} passed, {failed} failed")
    sys.exit(failed > 0)


def is_the_same_page():
    """payres_euckr.php is payres.php, but for the charset."""
    page, euc_kr = ((shop.PAGES / name).read_bytes() for name in ("payres.php", "payres_euckr.php"))
    same = page.decode("utf-8").replace("CHARSET = 'UTF-8';", "CHARSET = 'EUC-KR';").encode("cp949") == euc_kr
    if not same:
        print("FAILED  payres_euckr.php is not payres.php in EUC-KR: make generate writes it anew")
    return same


def passes(case, where, php, backend):
    directory = WORKSHOP / where.replace(" ", "-") / case.__name__
    try:
        with sandbox.running(directory / "gateway") as gateway:
            opened = partial(shop.opened, gateway=gateway, php=php, backend=backend)
            with opened(directory / "shop") as store:
                case(Visit(gateway, store, partial(opened, directory / "another")))
                complaints = store.complaints()
        assert not complaints, complaints
    except Exception:
        print(f"FAILED  {where}: {case.__name__}\n{traceback.format_exc()}")
        return False
    return True


if __name__ == "__main__":
    main()
