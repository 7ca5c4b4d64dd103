"""Buyers and the merchant in the shop of examples/django. One shop, which takes seconds to start, serves them one after the other."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import environment
import sandbox
import shop_in_django
from tests import inner

from . import visits
from .visits import on_a_phone

pytestmark = [pytest.mark.xdist_group("browser-django"), pytest.mark.long]


class Visit(visits.ShopVisit):
    """At the shop in Django."""

    CAS_NOTEURL = "xpay/cas_noteurl/"

    def order(self, product: str = "똠방각하 머그컵", means: str = "신용카드") -> str:
        """Up to the button that opens the window."""
        self.open("")
        self.page.locator(".product", has_text=product).get_by_role("button").click()
        self.page.get_by_label("주문하시는 분").fill("홍길동")
        self.page.get_by_label(means).check()
        self.fits()
        self.page.get_by_role("button", name="주문하기").click()
        return self.page.locator("#oid").inner_text()

    def pay(self, **wish: str) -> str:
        """Through the window to the outcome. Returns LGD_OID."""
        oid = self.order(**wish)
        self.press_pay()
        self.agree()
        expect(self.page.locator("#state")).to_be_visible()
        return oid

    def to_order(self) -> None:
        self.page.locator("#order").click()
        self.page.wait_for_url("**/orders/**")

    def notes(self, event: str, oid: str) -> None:
        """A deposit or its reversal; the current page after the shop has answered OK to the notification."""
        self.happens(event, oid)
        self.page.reload()

    def write(self, sql: str, *values: object) -> None:
        """Changes the shop's database beside it."""
        with contextlib.closing(sqlite3.connect(self.store.log.with_name("shop.sqlite3"))) as database, database:
            database.execute(sql, values)

    def stock(self, product: str, left: int) -> None:
        """What others have left of a product."""
        self.write("UPDATE shop_product SET stock = ? WHERE name = ?", left, product)

    def becomes(self, oid: str, state: str) -> None:
        """What a recovery finds out, without the wait for it."""
        self.write("UPDATE xpayclient_payment SET state = ? WHERE oid = ?", state, oid)

    def enter(self, page: str) -> None:
        """The merchant, on a page of Django's admin."""
        self.open(page)
        self.page.locator("[name=username]").fill(shop_in_django.MERCHANT)
        self.page.locator("[name=password]").fill(shop_in_django.PASSWORD)
        self.page.locator("[type=submit]").click()


@pytest.fixture(scope="module")
def store(workshop: Path, gateway: sandbox.Sandbox) -> Iterator[shop_in_django.Shop]:
    interpreter = inner.made(environment.django_shop)
    with shop_in_django.opened(workshop / "shop", gateway, interpreter) as opened:
        yield opened


@pytest.fixture
def visit(tmp_path: Path, page: Page, gateway: sandbox.Sandbox, store: shop_in_django.Shop) -> Iterator[Visit]:
    before = len(store.complaints())
    visited = Visit(page, tmp_path, gateway, store)
    yield visited
    assert not visited.complaints + store.complaints()[before:]


def test_a_card_is_paid_and_its_receipt_shown(visit: Visit) -> None:
    visit.open("")
    oid = visit.order()
    visit.press_pay()
    expect(visit.window.get_by_role("button", name="결제하기")).to_be_visible()
    visit.agree()
    visit.is_("paid")
    visit.to_order()
    visit.is_("paid")
    with visit.page.expect_popup() as receipt:
        visit.page.get_by_role("button", name="영수증").click()
    expect(receipt.value.get_by_text(oid)).to_be_visible()
    assert visit.payment(oid)["balance"] == 23400
    visit.page.go_back()
    visit.page.reload()
    visit.is_("paid")


def test_a_deposit_comes_and_goes(visit: Visit) -> None:
    oid = visit.pay(means="가상계좌")
    visit.is_("waiting")
    visit.noticed()
    visit.to_order()
    visit.is_("waiting")
    visit.deposit_comes_and_goes(oid)


def test_the_buyer_changes_her_mind(visit: Visit) -> None:
    visit.order()
    visit.press_pay()
    visit.cancel_and_agree()
    visit.is_("paid")


def test_the_line_dies_and_the_buyer_tries_again(visit: Visit) -> None:
    visit.ask("/faults", {"fault": "close"})
    visit.pay()
    visit.is_("failed")
    visit.to_order()
    visit.press_pay()
    visit.page.wait_for_url("**/xpay/**")
    visit.press_pay()
    visit.agree()
    visit.is_("paid")


def test_the_last_one_was_sold_meanwhile(visit: Visit) -> None:
    oid = visit.order(product="한정판 포스터")
    late = visit.page
    visit.page = late.context.new_page()
    visit.pay(product="한정판 포스터")
    visit.is_("paid")
    visit.turn_to(late)
    visit.press_pay()
    visit.agree()
    visit.is_("failed")
    expect(visit.page.get_by_role("alert")).to_contain_text("품절")
    assert visit.payment(oid)["state"] == "rolled_back"


def test_in_doubt_the_buyer_is_told_not_to_pay_again(visit: Visit) -> None:
    visit.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    visit.pay()
    visit.ask("/faults", {"script": ""})
    visit.is_("doubt")
    expect(visit.page.get_by_role("alert")).to_contain_text("다시 결제하지 마십시오")


def test_the_page_that_is_open_shows_when_the_doubt_is_over(visit: Visit) -> None:
    visit.page.clock.install()
    visit.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    oid = visit.pay()
    visit.ask("/faults", {"script": ""})
    visit.is_("doubt")
    loaded = visit.page.evaluate("performance.timeOrigin")
    with visit.page.expect_response(f"**/xpay/{oid}/"):
        visit.page.clock.run_for(11_000)
    assert visit.page.evaluate("performance.timeOrigin") == loaded, "nothing changed, so nobody was interrupted"
    visit.becomes(oid, "failed")
    visit.page.clock.run_for(11_000)
    visit.is_("failed")


@on_a_phone
def test_on_a_phone(visit: Visit) -> None:
    visit.open("")
    visit.pay(product="엽서 묶음")
    visit.is_("paid")


def test_the_merchant_cancels_and_gives_a_receipt(visit: Visit) -> None:
    oid = visit.pay(means="가상계좌", product="원목 책상")
    visit.noticed()
    visit.notes("deposit", oid)
    visit.is_("paid")
    visit.enter(f"xpay/{oid}/receipt/")
    visit.page.get_by_label("휴대폰·카드·사업자번호").fill("010-1234-5678")
    visit.page.get_by_role("button", name="발급하기").click()
    expect(visit.page.locator("#receipt")).to_be_visible()
    visit.open(f"xpay/{oid}/cancel/")
    visit.page.get_by_label("취소할 금액").fill("20000")
    visit.page.get_by_label("사유").fill("흠집")
    visit.page.get_by_label("은행").select_option(label="신한")
    visit.page.get_by_label("계좌번호").fill("110-123-456789")
    visit.page.get_by_label("예금주").fill("홍길동")
    visit.page.get_by_label("전화번호").fill("010-1234-5678")
    visit.page.get_by_role("button", name="다음").click()
    expect(visit.page.locator("#left")).to_have_text("40,000원")
    expect(visit.page.locator("#account")).to_contain_text("신한 110-123-456789")
    visit.page.get_by_role("button", name="20,000원 환불하기").dblclick()
    expect(visit.page.locator("#balance")).to_have_text("40,000원")
    visit.page.goto(f"{visit.store.address}/admin/xpayclient/payment/")
    visit.fits()
    visit.page.get_by_role("link", name=oid).click()
    visit.fits()
    expect(visit.page.get_by_role("button", name="저장")).to_have_count(0)
    assert visit.payment(oid)["balance"] == 40000


def test_a_card_is_kept_charged_and_given_up(visit: Visit) -> None:
    visit.open("join/")
    visit.page.locator("[name=username]").fill("hong")
    for name in ("password1", "password2"):
        visit.page.locator(f"[name={name}]").fill("a horse of wood")
    visit.page.get_by_role("button", name="가입하기").click()
    add = visit.page.get_by_role("button", name="카드 등록하기")
    add.click()
    visit.window.get_by_role("button", name="취소").click()
    expect(visit.page.get_by_role("alert").first).to_contain_text("카드는 등록되지 않았습니다")
    add.click()
    visit.window.get_by_role("button", name="등록하기").click()
    kept = visit.page.locator(".kept strong")
    expect(kept).to_contain_text("신한 ****")
    card = kept.inner_text()
    visit.fits()
    charged = visit.order(product="엽서 묶음", means=card)
    visit.is_("paid")
    expect(visit.page.get_by_text(card)).to_be_visible()
    assert visit.payment(charged)["balance"] == 4500
    visit.open("xpay/cards/")
    visit.page.get_by_role("button", name="해지하기").click()
    expect(kept).to_have_count(0)


@on_a_phone
@pytest.mark.parametrize("answer", ["OK", "ROLLBACK"])
def test_the_gateway_finishes_a_payment_in_an_app(visit: Visit, answer: str) -> None:
    agent = {"user-agent": "Mozilla/5.0 (Linux; Android 15) Chrome/142 Mobile Safari/537.36"}
    visit.page.route(f"{visit.store.address}/**", lambda route: route.continue_(headers={**route.request.headers, **agent}))
    oid = visit.order(product="원목 책상")
    visit.press_pay()
    visit.page.get_by_label("카드사", exact=False).first.select_option(label="국민")
    visit.agree(visit.page)
    visit.page.wait_for_url("**/app")
    visit.stock("원목 책상", 0 if answer == "ROLLBACK" else 5)
    visit.page.get_by_role("button", name="승인").click()
    visit.page.wait_for_url(f"{visit.store.address}/xpay/{oid}/**")
    visit.is_("paid" if answer == "OK" else "failed")
    assert visit.payment(oid)["state"] == ("approved" if answer == "OK" else "rolled_back")
    visit.stock("원목 책상", 5)
