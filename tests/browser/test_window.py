"""Buyers, shops and developers at the payment window, the demo shop and the merchant admin of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import sandbox

from . import visits
from .visits import on_a_phone


class Visit(visits.Visit):
    """At a shop with another origin than the gateway, like a real shop."""

    @property
    def shop(self) -> str:
        return str(self.gateway.replace("127.0.0.1", "localhost"))

    def order(self, **wish: str | int) -> None:
        query = "&".join(f"{name}={value}" for name, value in wish.items())
        self.page.goto(f"{self.shop}/demo?{query}")

    def paid(self) -> str:
        self.page.wait_for_url("**/demo/payres")
        expect(self.page.locator("#LGD_RESPCODE")).to_have_text("0000")
        return self.page.locator("#LGD_TID").inner_text()

    def admin(self, tid: str) -> None:
        self.page.goto(f"{self.gateway}/admin")
        self.page.get_by_role("link", name=tid).click()


@pytest.fixture
def visit(tmp_path: Path, page: Page, fresh_gateway: sandbox.Sandbox) -> Iterator[Visit]:
    """The ledger and the faults are the test's own."""
    visited = Visit(page, tmp_path, fresh_gateway)
    yield visited
    assert not visited.complaints


def test_a_card_in_instalments_on_an_euc_kr_page(visit: Visit) -> None:
    visit.order(encoding="EUC-KR", amount=60000)
    assert visit.page.evaluate("document.characterSet") == "EUC-KR"
    visit.press_pay()
    visit.window.get_by_label("신용카드").check()
    visit.window.get_by_label("카드사").select_option(label="삼성")
    visit.window.get_by_label("할부").select_option("03")
    visit.agree()
    tid = visit.paid()
    for name, value in [("LGD_FINANCENAME", "삼성"), ("LGD_CARDINSTALLMONTH", "03"), ("LGD_PRODUCTINFO", "똠방각하 머그컵")]:
        expect(visit.page.locator(f"#{name}")).to_have_text(value)
    visit.admin(tid)
    visit.page.get_by_label("부분취소 금액").fill("20000")
    visit.page.get_by_role("button", name="부분취소").click()
    expect(visit.page.locator("#balance")).to_have_text("40,000원")
    visit.page.get_by_role("button", name="전체취소").click()
    expect(visit.page.locator("#state")).to_have_text("취소 cancelled")


def test_a_virtual_account_on_a_utf_8_page(visit: Visit) -> None:
    visit.order(encoding="UTF-8", means="SC0040")
    visit.press_pay()
    expect(visit.window.get_by_role("radio")).to_have_count(1)
    visit.window.get_by_label("입금 은행").select_option(label="농협")
    visit.agree()
    tid = visit.paid()
    expect(visit.page.locator("#LGD_FINANCENAME")).to_have_text("농협")
    visit.admin(tid)
    expect(visit.page.locator("#state")).to_have_text("입금대기 issued")
    # The shop has verified each notification with the library before it answered OK.
    expect(visit.page.locator(".delivery")).to_have_text(["전달 delivered"])
    visit.page.get_by_role("button", name="입금").click()
    expect(visit.page.locator("#state")).to_have_text("입금 paid")
    expect(visit.page.locator(".delivery")).to_have_text(["전달 delivered"] * 2)
    visit.page.get_by_role("button", name="입금취소").click()
    expect(visit.page.locator("#state")).to_have_text("입금대기 issued")
    expect(visit.page.locator(".delivery")).to_have_text(["전달 delivered"] * 3)
    visit.page.goto(f"{visit.gateway}/admin/notices")
    expect(visit.page.locator("strong").filter(has_text="입금취소 C")).to_have_count(1)
    visit.page.get_by_role("button", name="다시 보내기").first.click()
    expect(visit.page.locator("section").first.locator("tbody tr")).to_have_count(2)


@on_a_phone
def test_by_submit_on_a_phone(visit: Visit) -> None:
    visit.order(window="submit")
    visit.press_pay()
    expect(visit.page.get_by_role("button", name="취소")).to_be_visible()
    visit.fits()
    visit.agree(visit.page)
    visit.paid()


def test_the_buyer_changes_her_mind(visit: Visit) -> None:
    visit.order()
    visit.press_pay()
    visit.cancel_and_agree()
    visit.paid()


def test_by_keyboard_alone(visit: Visit) -> None:
    visit.order()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    expect(visit.window.get_by_role("button", name="결제하기")).to_be_visible()
    visit.window_takes_keys()
    # The methods, the issuer, the instalments, to cancel and to pay.
    for _ in range(5):
        visit.page.keyboard.press("Tab")
    expect(visit.window.get_by_role("button", name="결제하기")).to_be_focused()
    visit.page.keyboard.press("Enter")
    visit.paid()


def test_a_developers_mistakes_are_named(visit: Visit) -> None:
    visit.order(amount=50000)
    visit.page.evaluate("document.getElementById('LGD_AMOUNT').value = '100'")
    visit.page.evaluate("document.getElementById('LGD_BUYER').value = '가'.repeat(16)")
    visit.page.evaluate("document.getElementById('LGD_RETURNURL').remove()")
    visit.press_pay()
    alert = visit.window.get_by_role("alert")
    for words in ["LGD_HASHDATA", "MertKey", "LGD_BUYER", "32바이트", "LGD_RETURNURL", "is missing"]:
        expect(alert).to_contain_text(words)


def test_an_order_is_paid_once(visit: Visit) -> None:
    visit.order(encoding="UTF-8")
    with visit.page.expect_request("**/xpay/window") as sent:
        visit.press_pay()
    visit.agree()
    visit.paid()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    again = visit.page.request.post(sent.value.url, data=sent.value.post_data_buffer, headers=kind)
    assert again.status == 400
    assert "LGD_OID" in again.text()
    assert "이미 결제된" in again.text()


def test_the_line_dies_and_nothing_is_charged(visit: Visit) -> None:
    visit.page.goto(f"{visit.gateway}/admin/faults")
    visit.page.locator(".presets form", has_text="승인 뒤 응답 없이 끊깁니다").get_by_role("button").click()
    expect(visit.page.locator("#next li")).to_have_text(["close"])
    visit.order(encoding="UTF-8")
    visit.press_pay()
    visit.agree()
    visit.page.wait_for_url("**/demo/payres")
    expect(visit.page.locator("#LGD_RESPCODE")).to_have_text("20008")
    visit.page.goto(f"{visit.gateway}/admin?state=rolled_back")
    expect(visit.page.locator("tbody tr")).to_have_count(1)


def test_the_admin_finds_and_follows(visit: Visit) -> None:
    visit.order()
    visit.press_pay()
    visit.agree()
    tid = visit.paid()
    visit.page.goto(f"{visit.gateway}/admin?q={tid}")
    expect(visit.page.locator("tbody tr")).to_have_count(1)
    visit.page.get_by_role("link", name=tid).click()
    expect(visit.page.locator("#state")).to_have_text("승인 approved")
    # Somebody else cancels it; the open page updates itself.
    answer = visit.page.request.post(f"{visit.gateway}/sandbox/payments/{tid}/cancel", data={})
    assert answer.json()["code"] == "0000", answer.text()
    expect(visit.page.locator("#state")).to_have_text("취소 cancelled")
