"""Buyers and the merchant in the shop of examples/php, and notifications from the gateway and from forgers."""

import hashlib
import re
import shutil
import sys

import shop
import visits
from playwright.sync_api import expect
from visits import PHONE, WORKSHOP

import sandbox


class Visit(visits.ShopVisit):
    """At the shop in PHP."""

    def order(self, product="머그컵", buyer=None, **wish):
        """Up to the button that opens the window. Returns the order ID."""
        self.open("sample_crossplatform.php")
        self.page.get_by_role("radio", name=product).check()
        if buyer is not None:
            self.page.get_by_label("주문하시는 분").fill(buyer)
        for name, value in wish.items():
            self.page.locator(f"select[name={name}]").select_option(value)
        self.submit("주문하기")
        return self.page.locator("#oid").inner_text()

    def pay(self, **wish):
        """Through the window to the outcome. Returns the order ID."""
        oid = self.order(**wish)
        self.press_pay()
        self.agree()
        self.page.wait_for_url("**/payres*.php")
        return oid

    def submit(self, button):
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()
        self.fits()

    def notes(self, event, oid):
        """A deposit or its reversal; the order page after the shop has answered OK to the notification."""
        self.happens(event, oid, "cas_noteurl.php")
        self.open(f"order.php?oid={oid}")

    def enter(self, page):
        """The merchant, on a merchant's page."""
        self.open(page)
        self.page.get_by_label("상점 비밀번호").fill(shop.PASSWORD)
        self.submit("들어가기")


def a_card_is_paid_and_its_receipt_shown(visit):
    oid = visit.order(buyer="똠방각하", means="SC0010")
    visit.shoot()
    visit.press_pay()
    expect(visit.window.get_by_role("button", name="결제하기")).to_be_visible()
    visit.shoot()
    visit.agree()
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")
    expect(visit.page.locator("#LGD_BUYER")).to_have_text("똠방각하")
    visit.shoot()
    visit.page.get_by_role("link", name="주문 보기").click()
    visit.is_("paid")
    visit.shoot()
    with visit.page.expect_popup() as receipt:
        visit.page.get_by_role("button", name="영수증").click()
    expect(receipt.value.get_by_text(oid)).to_be_visible()
    assert visit.payment(oid)["balance"] == 23400


def an_euc_kr_shop_keeps_its_hangul(visit):
    oid = visit.pay(buyer="똠방각하", means="SC0010", payres="payres_euckr.php")
    assert visit.page.evaluate("document.characterSet") == "EUC-KR"
    visit.is_("paid")
    expect(visit.page.locator("#LGD_BUYER")).to_have_text("똠방각하")
    expect(visit.page.get_by_text("똠방각하 머그컵")).to_be_visible()
    visit.shoot()
    visit.page.get_by_role("link", name="주문 보기").click()
    expect(visit.page.locator("#oid")).to_have_text(oid)
    expect(visit.page.get_by_text("똠방각하 머그컵")).to_be_visible()


def a_deposit_comes_and_goes(visit):
    oid = visit.pay(means="SC0040")
    visit.is_("waiting")
    visit.shoot()
    assert visit.store.answered("cas_noteurl.php") == 200
    for event, state in [("deposit", "paid"), ("taken back", "waiting"), ("deposit", "paid")]:
        visit.notes(event, oid)
        visit.is_(state)
        visit.shoot()
    visit.page.goto(f"{visit.gateway}/admin/payments/{visit.payment(oid)['tid']}")
    expect(visit.page.locator(".delivery")).to_have_text(["전달 delivered"] * 4)


def a_notice_that_comes_twice_counts_once(visit):
    oid = visit.pay(means="SC0040")
    assert visit.store.answered("cas_noteurl.php") == 200
    visit.notes("deposit", oid)
    visit.notes("taken back", oid)
    visit.page.goto(f"{visit.gateway}/admin/payments/{visit.payment(oid)['tid']}")
    deposit = visit.page.locator("section", has=visit.page.get_by_text("입금 I", exact=True))
    deposit.get_by_role("button", name="다시 보내기").click()
    assert visit.store.answered("cas_noteurl.php") == 200
    expect(deposit.locator("tbody tr")).to_have_count(2)
    expect(deposit.locator(".delivery")).to_have_text("전달 delivered")
    visit.open(f"order.php?oid={oid}")
    visit.is_("waiting")


def forged_notices_are_refused(visit):
    other = visit.pay(means="SC0040")
    assert visit.store.answered("cas_noteurl.php") == 200
    oid = visit.pay(means="SC0040")
    assert visit.store.answered("cas_noteurl.php") == 200
    key = re.search(r"^tlgdacomxpay = (\S+)", (visit.home / "conf/mall.conf").read_text("utf-8"), re.MULTILINE)[1]

    def tell(tid=visit.payment(oid)["tid"], amount="23400", key=key):
        signed = {
            "LGD_MID": "tlgdacomxpay",
            "LGD_OID": oid,
            "LGD_AMOUNT": amount,
            "LGD_RESPCODE": "0000",
            "LGD_TIMESTAMP": "20261123101112",
        }
        unsigned = {"LGD_TID": tid, "LGD_CASFLAG": "I", "LGD_CASSEQNO": "001", "LGD_CASTAMOUNT": amount}
        signature = hashlib.md5("".join([*signed.values(), key]).encode()).hexdigest()
        form = {**signed, **unsigned, "LGD_HASHDATA": signature}
        answer = visit.page.request.post(f"{visit.store.address}/cas_noteurl.php", form=form)
        assert visit.store.answered("cas_noteurl.php") == answer.status
        visit.open(f"order.php?oid={oid}")
        return answer.status, answer.text()

    for forgery, why in [
        ({"amount": "100"}, "LGD_AMOUNT"),
        ({"key": "0" * 32}, "LGD_HASHDATA"),
        ({"tid": visit.payment(other)["tid"]}, "LGD_TID"),
    ]:
        status, text = tell(**forgery)
        assert status == 403 and why in text, (status, text)
        visit.is_("waiting")
    assert tell() == (200, "OK")
    visit.is_("paid")


def what_cannot_be_booked_is_rolled_back(visit):
    oid = visit.order(product="포스터", means="SC0010")
    late = visit.page
    visit.page = late.context.new_page()
    visit.pay(product="포스터", means="SC0010")
    visit.is_("paid")
    visit.page = late
    visit.press_pay()
    visit.agree()
    visit.page.wait_for_url("**/payres.php")
    expect(visit.page.get_by_role("alert")).to_contain_text("품절")
    visit.is_("cancelled")
    visit.shoot()
    payment = visit.payment(oid)
    assert (payment["state"], payment["balance"]) == ("rolled_back", 0), payment


def the_line_dies_and_the_buyer_tries_again(visit):
    visit.ask("/faults", {"fault": "close"})
    visit.pay(means="SC0010")
    visit.is_("new")
    visit.shoot()
    visit.page.get_by_role("link", name="다시 결제하기").click()
    visit.press_pay()
    visit.agree()
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")


def in_doubt_the_buyer_is_told_not_to_pay_again(visit):
    visit.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    visit.pay(means="SC0010")
    visit.ask("/faults", {"script": ""})
    visit.is_("doubt")
    expect(visit.page.get_by_role("alert")).to_contain_text("다시 결제하지 마십시오")
    expect(visit.page.get_by_role("link", name="다시 결제하기")).to_have_count(0)
    visit.shoot()


def the_buyer_changes_her_mind(visit):
    visit.order(means="SC0010")
    visit.press_pay()
    visit.window.get_by_role("button", name="취소").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("SB40")
    expect(visit.page.locator("iframe")).to_have_count(0)
    visit.shoot()
    visit.press_pay()
    visit.agree()
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")


def by_submit_on_a_phone(visit):
    visit.open("sample_crossplatform.php")
    visit.shoot()
    visit.order(window="submit", means="SC0010")
    visit.press_pay()
    visit.page.get_by_role("button", name="취소").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("SB40")
    visit.shoot()
    visit.page.get_by_role("link", name="다시 결제하기").click()
    visit.press_pay()
    visit.agree(visit.page)
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")
    visit.shoot()


def the_merchant_cancels(visit):
    oid = visit.pay(product="책상", means="SC0010")
    visit.enter("Cancel.php")
    visit.shoot()
    visit.page.get_by_role("link", name=oid).click()
    visit.shoot()
    visit.page.get_by_label("취소할 금액").fill("20000")
    visit.page.get_by_role("button", name="취소하기").click()
    expect(visit.page.locator("#balance")).to_have_text("40,000원")
    visit.page.get_by_role("button", name="취소하기").click()
    visit.is_("cancelled")
    visit.shoot()
    payment = visit.payment(oid)
    assert (payment["state"], payment["balance"]) == ("cancelled", 0), payment


def the_merchant_refunds_and_gives_receipts_on_a_phone(visit):
    oid = visit.pay(means="SC0040")
    assert visit.store.answered("cas_noteurl.php") == 200
    visit.notes("deposit", oid)
    visit.enter(f"CashReceipt.php?oid={oid}")
    visit.page.get_by_label("발급번호").fill("010-1234-5678")
    visit.shoot()
    visit.page.get_by_role("button", name="발급하기").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("발급했습니다")
    visit.page.get_by_role("link", name=oid).click()
    with visit.page.expect_popup() as receipt:
        visit.page.get_by_role("button", name="현금영수증").click()
    expect(receipt.value.get_by_text("현금영수증").first).to_be_visible()
    visit.open(f"Cancel.php?oid={oid}")
    visit.page.get_by_label("은행").select_option(label="신한")
    visit.page.get_by_label("계좌번호").fill("110-123-456789")
    visit.shoot()
    visit.page.get_by_role("button", name="취소하기").click()
    visit.is_("cancelled")
    for page in ["ping.php", "patch.php", "Cancel.php"]:
        visit.open(page)
        visit.shoot()


VISITS = [
    a_card_is_paid_and_its_receipt_shown,
    an_euc_kr_shop_keeps_its_hangul,
    a_deposit_comes_and_goes,
    a_notice_that_comes_twice_counts_once,
    forged_notices_are_refused,
    what_cannot_be_booked_is_rolled_back,
    the_line_dies_and_the_buyer_tries_again,
    in_doubt_the_buyer_is_told_not_to_pay_again,
    the_buyer_changes_her_mind,
    (by_submit_on_a_phone, PHONE),
    the_merchant_cancels,
    (the_merchant_refunds_and_gives_receipts_on_a_phone, PHONE),
]

if shutil.which("php") is None:
    print(
        "THE SHOP IN PHP IS NOT TRIED IN A BROWSER / PHP 상점은 브라우저로 테스트하지 않음: there is no PHP here / PHP가 없습니다"
    )
    sys.exit()
with sandbox.running(WORKSHOP / "php-sandbox") as gateway, shop.opened(WORKSHOP / "php-shop", gateway) as store:
    visits.play(VISITS, lambda browser, name, viewport: Visit(browser, gateway, store, f"php-{name}", viewport))
