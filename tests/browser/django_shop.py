"""Buyers and the merchant in the shop of examples/django."""

import subprocess
import sys

import shop_in_django
import visits
from playwright.sync_api import expect
from visits import PHONE, WORKSHOP

import sandbox


class Visit(visits.ShopVisit):
    """At the shop in Django."""

    def order(self, product="똠방각하 머그컵", means="신용카드"):
        """Up to the button that opens the window."""
        self.open("")
        self.page.locator(".product", has_text=product).get_by_role("button").click()
        self.page.get_by_label("주문하시는 분").fill("홍길동")
        self.page.get_by_label(means).check()
        self.fits()
        self.page.get_by_role("button", name="주문하기").click()
        return self.page.locator("#oid").inner_text()

    def pay(self, **wish):
        """Through the window to the outcome. Returns LGD_OID."""
        oid = self.order(**wish)
        self.press_pay()
        self.agree()
        expect(self.page.locator("#state")).to_be_visible()
        return oid

    def to_order(self):
        self.page.get_by_role("link", name="주문 보기").click()
        self.page.wait_for_url("**/orders/**")

    def notes(self, event, oid):
        """A deposit or its reversal; the current page after the shop has answered OK to the notification."""
        self.happens(event, oid, "xpay/cas_noteurl/")
        self.page.reload()

    def enter(self, page):
        """The merchant, on a page of Django's admin."""
        self.open(page)
        self.page.locator("[name=username]").fill(shop_in_django.MERCHANT)
        self.page.locator("[name=password]").fill(shop_in_django.PASSWORD)
        self.page.locator("[type=submit]").click()


def a_card_is_paid_and_its_receipt_shown(visit):
    visit.open("")
    visit.shoot()
    oid = visit.order()
    visit.shoot()
    visit.press_pay()
    expect(visit.window.get_by_role("button", name="결제하기")).to_be_visible()
    visit.shoot()
    visit.agree()
    visit.is_("paid")
    visit.shoot()
    visit.to_order()
    visit.is_("paid")
    visit.shoot()
    with visit.page.expect_popup() as receipt:
        visit.page.get_by_role("button", name="영수증").click()
    expect(receipt.value.get_by_text(oid)).to_be_visible()
    assert visit.payment(oid)["balance"] == 23400
    visit.page.go_back()
    visit.page.reload()
    visit.is_("paid")


def a_deposit_comes_and_goes(visit):
    oid = visit.pay(means="가상계좌")
    visit.is_("waiting")
    visit.shoot()
    assert visit.store.answered("xpay/cas_noteurl/") == 200
    visit.to_order()
    visit.is_("waiting")
    for event, state in [("deposit", "paid"), ("taken back", "waiting"), ("deposit", "paid")]:
        visit.notes(event, oid)
        visit.is_(state)
        visit.shoot()
    visit.page.goto(f"{visit.gateway}/admin/payments/{visit.payment(oid)['tid']}")
    expect(visit.page.locator(".delivery")).to_have_text(["전달 delivered"] * 4)


def the_buyer_changes_her_mind(visit):
    visit.order()
    visit.press_pay()
    visit.window.get_by_role("button", name="취소").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("SB40")
    expect(visit.page.locator("iframe")).to_have_count(0)
    visit.shoot()
    visit.press_pay()
    visit.agree()
    visit.is_("paid")


def the_line_dies_and_the_buyer_tries_again(visit):
    visit.ask("/faults", {"fault": "close"})
    visit.pay()
    visit.is_("failed")
    visit.shoot()
    visit.to_order()
    visit.press_pay()
    visit.press_pay()
    visit.agree()
    visit.is_("paid")


def the_last_one_was_sold_meanwhile(visit):
    oid = visit.order(product="한정판 포스터")
    late = visit.page
    visit.page = late.context.new_page()
    visit.pay(product="한정판 포스터")
    visit.is_("paid")
    visit.page = late
    visit.press_pay()
    visit.agree()
    visit.is_("failed")
    expect(visit.page.get_by_role("alert")).to_contain_text("품절")
    visit.shoot()
    assert visit.payment(oid)["state"] == "rolled_back"


def in_doubt_the_buyer_is_told_not_to_pay_again(visit):
    visit.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    visit.pay()
    visit.ask("/faults", {"script": ""})
    visit.is_("doubt")
    expect(visit.page.get_by_role("alert")).to_contain_text("다시 결제하지 마십시오")
    visit.shoot()


def on_a_phone(visit):
    visit.open("")
    visit.shoot()
    visit.pay(product="엽서 묶음")
    visit.is_("paid")
    visit.shoot()


def the_merchant_cancels_and_gives_a_receipt(visit):
    oid = visit.pay(means="가상계좌", product="원목 책상")
    assert visit.store.answered("xpay/cas_noteurl/") == 200
    visit.notes("deposit", oid)
    visit.is_("paid")
    visit.enter(f"xpay/{oid}/receipt/")
    visit.page.get_by_label("휴대폰·카드·사업자번호").fill("010-1234-5678")
    visit.shoot()
    visit.page.get_by_role("button", name="발급하기").click()
    expect(visit.page.locator("#receipt")).to_be_visible()
    visit.open(f"xpay/{oid}/cancel/")
    visit.page.get_by_label("취소할 금액").fill("20000")
    visit.page.get_by_label("사유").fill("흠집")
    visit.page.get_by_label("은행").select_option(label="신한")
    visit.page.get_by_label("계좌번호").fill("110-123-456789")
    visit.page.get_by_label("예금주").fill("홍길동")
    visit.page.get_by_label("전화번호").fill("010-1234-5678")
    visit.shoot()
    visit.page.get_by_role("button", name="취소하기").click()
    expect(visit.page.locator("#balance")).to_have_text("40,000원")
    visit.shoot()
    visit.page.goto(f"{visit.store.address}/admin/xpayclient/payment/")
    visit.shoot()
    visit.page.get_by_role("link", name=oid).click()
    visit.shoot()
    assert visit.payment(oid)["balance"] == 40000


VISITS = [
    a_card_is_paid_and_its_receipt_shown,
    a_deposit_comes_and_goes,
    the_buyer_changes_her_mind,
    the_line_dies_and_the_buyer_tries_again,
    the_last_one_was_sold_meanwhile,
    in_doubt_the_buyer_is_told_not_to_pay_again,
    (on_a_phone, PHONE),
    the_merchant_cancels_and_gives_a_receipt,
]

try:
    interpreter = shop_in_django.python()
except subprocess.CalledProcessError as error:
    print(f"THE SHOP IN DJANGO IS NOT TRIED IN A BROWSER / DJANGO 상점은 브라우저로 테스트하지 않음: {error}")
    sys.exit()
with (
    sandbox.running(WORKSHOP / "django-sandbox") as gateway,
    shop_in_django.opened(WORKSHOP / "django-shop", gateway, interpreter) as store,
):
    visits.play(VISITS, lambda browser, name, viewport: Visit(browser, gateway, store, f"django-{name}", viewport))
