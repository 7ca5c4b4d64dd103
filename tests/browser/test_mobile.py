"""A buyer on a phone who pays in the app of the card or the bank, at the demo shop and in the merchant admin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import sandbox

from .test_window import Visit
from .visits import on_a_phone


@pytest.fixture
def visit(tmp_path: Path, page: Page, fresh_gateway: sandbox.Sandbox) -> Iterator[Visit]:
    """The ledger is the test's own."""
    visited = Visit(page, tmp_path, fresh_gateway)
    yield visited
    assert not visited.complaints


def to_the_app(visit: Visit, method: str = "신용카드", of: str = "카드사", whose: str = "국민", **wish: str) -> None:
    """From the order page through the window into the app."""
    visit.order(window="submit", encoding="UTF-8", **wish)
    visit.press_pay()
    visit.page.get_by_label(method).check()
    visit.page.get_by_label(of, exact=False).first.select_option(label=whose)
    visit.agree(visit.page)
    visit.page.wait_for_url("**/app")
    visit.fits()


def approve(visit: Visit) -> None:
    visit.page.get_by_role("button", name="승인").click()


def admin(visit: Visit, oid: str) -> None:
    visit.page.goto(f"{visit.gateway}/admin?q={oid}")
    visit.page.locator("tbody a").click()


# LGD_CUSTOM_ROLLBACK, the shop's answer, where the buyer goes, and what payment and notification become.
APPROVED, UNDONE = "승인 approved", "망취소 rolled_back"
DELIVERED, WAITING, TAKEN_BACK = "전달 delivered", "대기 waiting", "망취소 rolled back"
ROLLBACKS = [
    ("Y", "OK", "wapurl", APPROVED, DELIVERED),
    ("Y", "FAIL", "cancelurl", UNDONE, TAKEN_BACK),
    ("C", "OK", "wapurl", APPROVED, DELIVERED),
    ("C", "FAIL", "wapurl", APPROVED, DELIVERED),
    ("C", "ROLLBACK", "cancelurl", UNDONE, TAKEN_BACK),
    ("N", "OK", "wapurl", APPROVED, DELIVERED),
    ("N", "ROLLBACK", "wapurl", APPROVED, WAITING),
]


@on_a_phone
@pytest.mark.parametrize(("rollback", "answer", "to", "payment", "notification"), ROLLBACKS)
def test_the_shops_answer_decides(visit: Visit, rollback: str, answer: str, to: str, payment: str, notification: str) -> None:
    to_the_app(visit, app=rollback, answer=answer)
    expect(visit.page.get_by_text("LGD_KVPMISPNOTEURL")).to_be_visible()
    approve(visit)
    visit.page.wait_for_url(f"**/demo/{to}?LGD_OID=*")
    heading = "결제되었습니다" if answer == "OK" else "결제되지 않았습니다"
    expect(visit.page.get_by_role("heading")).to_contain_text(heading)
    admin(visit, visit.page.locator("#LGD_OID").inner_text())
    expect(visit.page.locator("#state")).to_have_text(payment)
    expect(visit.page.locator(".delivery")).to_have_text([notification])
    expect(visit.page.get_by_text(f"LGD_CUSTOM_ROLLBACK={rollback}")).to_be_visible()
    visit.fits()


@on_a_phone
def test_a_banks_app(visit: Visit) -> None:
    to_the_app(visit, "계좌이체", "은행", "국민", app="N")
    expect(visit.page.get_by_text("LGD_MTRANSFERNOTEURL")).to_be_visible()
    approve(visit)
    visit.page.wait_for_url("**/demo/wapurl?LGD_OID=*")


@on_a_phone
def test_the_buyer_gives_up_in_the_app(visit: Visit) -> None:
    to_the_app(visit, app="Y")
    visit.page.get_by_role("button", name="취소").click()
    visit.page.wait_for_url("**/demo/cancelurl?LGD_OID=*")
    visit.page.goto(f"{visit.gateway}/admin")
    expect(visit.page.locator("tbody tr")).to_have_count(0)


@on_a_phone
def test_the_buyer_is_back_before_the_shop_knows(visit: Visit) -> None:
    to_the_app(visit, app="N")
    visit.page.get_by_label("통보보다 먼저").check()
    approve(visit)
    visit.page.wait_for_url("**/demo/wapurl?LGD_OID=*")
    expect(visit.page.get_by_role("heading")).to_contain_text("결제되지 않았습니다")
    # The notification follows.
    admin(visit, visit.page.locator("#LGD_OID").inner_text())
    expect(visit.page.locator(".delivery")).to_have_text([DELIVERED])


def test_at_a_desk_the_app_is_a_page_like_any_other(visit: Visit) -> None:
    to_the_app(visit, app="Y")
    approve(visit)
    visit.page.wait_for_url("**/demo/wapurl?LGD_OID=*")
