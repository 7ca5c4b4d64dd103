"""The merchant admin: long lists, days, a file for a spreadsheet, what a shop sends; without JavaScript, by keyboard, on a phone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import sandbox
from tests import kit

from . import visits
from .visits import on_a_phone

# One page of the list and one payment more.
MANY = 51
PAGES = ["/admin", "/admin?page=2", "/admin/notices", "/admin/sent", "/admin/faults"]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[sandbox.Sandbox]:
    with sandbox.running(tmp_path / "gateway") as started:
        yield started


@pytest.fixture
def visit(tmp_path: Path, page: Page, gateway: sandbox.Sandbox) -> Iterator[visits.Visit]:
    visited = visits.Visit(page, tmp_path, gateway)
    yield visited
    assert not visited.complaints


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page of a browser without JavaScript."""
    with browser.new_context(java_script_enabled=False, locale="ko-KR", viewport=visits.PHONE) as context:
        yield context.new_page()


def pay(gateway: sandbox.Sandbox, oid: str) -> None:
    """A payment, made by the command."""
    key = gateway.paykey(oid, 23400)
    order = ["--oid", oid, "--amount", "23400"]
    kit.run([sandbox.XPAY, "pay", "--home", gateway.home, "--mid", gateway.facts["mid"], *order], input=key)


def test_a_long_list_has_pages(visit: visits.Visit, gateway: sandbox.Sandbox) -> None:
    for number in range(1, MANY + 1):
        pay(gateway, f"order-{number}")
    page = visit.page
    page.goto(f"{visit.gateway}/admin")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("link", name="다음").first.click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("cell", name="order-1", exact=True)).to_be_visible()
    page.get_by_role("link", name="이전").first.click()
    expect(page.locator("tbody tr")).to_have_count(50)
    # A link of a search keeps it.
    page.goto(f"{visit.gateway}/admin?q=order-&state=approved")
    page.get_by_role("link", name="다음").first.click()
    assert "q=order-&state=approved&page=2" in page.url
    expect(page.locator("tbody tr")).to_have_count(1)


def test_days_and_the_file_of_them(visit: visits.Visit, gateway: sandbox.Sandbox) -> None:
    pay(gateway, "2026112310111234")
    page = visit.page
    page.goto(f"{visit.gateway}/admin")
    page.get_by_label("부터").fill("2020-01-01")
    page.get_by_label("까지").fill("2020-01-31")
    page.get_by_role("button", name="찾기").click()
    expect(page.locator("tbody tr")).to_have_count(0)
    page.get_by_label("까지").fill("2999-12-31")
    page.get_by_role("button", name="찾기").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="CSV").click()
    data = Path(downloaded.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    # A spreadsheet would round a number of 16 digits.
    assert row["주문번호(LGD_OID)"] == "'2026112310111234"
    assert (row["금액"], row["상태"], row["구매자"]) == ("23400", "approved", "홍길동")


def test_without_javascript(plain: Page, gateway: sandbox.Sandbox) -> None:
    pay(gateway, "order-1")
    web = gateway.facts["web"]
    plain.goto(f"{web}/admin")
    plain.get_by_role("link", name="tlgda").click()
    plain.get_by_label("부분취소 금액").fill("400")
    plain.get_by_role("button", name="부분취소").click()
    expect(plain.locator("#balance")).to_have_text("23,000원")
    plain.get_by_role("button", name="전체취소").click()
    expect(plain.locator("#state")).to_have_text("취소 cancelled")
    plain.goto(f"{web}/admin/faults")
    plain.get_by_label("직접 쓰기").fill("nonsense")
    plain.get_by_label("직접 쓰기").press("Enter")
    expect(plain.locator(".refusal")).to_contain_text("SB26")
    plain.goto(f"{web}/admin/faults")
    plain.get_by_label("직접 쓰기").fill("close")
    plain.get_by_label("직접 쓰기").press("Enter")
    expect(plain.locator("#next li")).to_have_text(["close"])
    plain.get_by_role("button", name="모두 없애기").click()
    expect(plain.locator("#next li")).to_have_count(0)


def test_another_site_cannot_cancel(visit: visits.Visit, gateway: sandbox.Sandbox) -> None:
    pay(gateway, "order-1")
    [payment] = gateway.payments()
    page = visit.page
    # localhost is another site than 127.0.0.1.
    page.goto(visit.gateway.replace("127.0.0.1", "localhost") + "/admin")
    page.evaluate(
        """address => {
            const form = document.createElement('form');
            form.method = 'post'; form.action = address;
            document.body.append(form); form.submit();
        }""",
        f"{visit.gateway}/admin/payments/{payment['tid']}/cancel",
    )
    expect(page.locator(".refusal")).to_contain_text("상점관리자의 페이지에서만")
    assert gateway.payments() == [payment]


def test_by_keyboard_alone(visit: visits.Visit, gateway: sandbox.Sandbox) -> None:
    pay(gateway, "order-1")
    page = visit.page
    page.goto(f"{visit.gateway}/admin")
    focused = "document.activeElement.textContent.startsWith('tlgda')"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(focused):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("승인 approved")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.startsWith('전체취소')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("취소 cancelled")


@on_a_phone
@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_on_a_phone(visit: visits.Visit, gateway: sandbox.Sandbox, path: str) -> None:
    pay(gateway, "order-of-a-rather-long-name-0123456789-0123456789-0123456789")
    visit.page.goto(f"{visit.gateway}{path}")
    visit.fits()


def test_what_a_shop_sends(visit: visits.Visit) -> None:
    page = visit.page
    page.goto(f"{visit.gateway}/demo")
    page.evaluate(
        """() => {
            for (const name of ['LGD_CUSTOM_MERTMAME', 'memo']) {
                const field = document.createElement('input');
                field.type = 'hidden'; field.name = name; field.value = 'value-that-nobody-keeps';
                document.getElementById('LGD_PAYINFO').append(field);
            }
        }"""
    )
    visit.press_pay()
    expect(visit.window.get_by_role("button", name="결제하기")).to_be_visible()
    page.goto(f"{visit.gateway}/admin/sent?standing=unknown")
    expect(page.locator("tbody tr")).to_have_count(2)
    row = page.locator("tr", has_text="LGD_CUSTOM_MERTMAME")
    expect(row).to_contain_text("LGD_CUSTOM_MERTNAME")
    assert "value-that-nobody-keeps" not in page.content()
    page.get_by_label("구분").select_option("known")
    page.get_by_role("button", name="찾기").click()
    expect(page.get_by_text("LGD_HASHDATA", exact=True)).to_be_visible()
    expect(page.get_by_text("LGD_CUSTOM_MERTMAME")).to_have_count(0)
