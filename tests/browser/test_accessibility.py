"""The pages of the sandbox and of the Django app have no serious finding of axe, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, ViewportSize, expect

import environment
import sandbox
import shop_in_django
from tests import inner

from . import axe, test_django_shop, test_window, test_window_kinds, visits

pytestmark = pytest.mark.long

ADMIN = ["/admin", "/admin?q=nothing", "/admin/notices", "/admin/sent", "/admin/faults", "/admin/payments/none"]


@pytest.fixture(params=[visits.DESKTOP, visits.PHONE], ids=["desk", "phone"])
def viewport(request: pytest.FixtureRequest) -> ViewportSize:
    size: ViewportSize = request.param
    return size


@pytest.fixture
def page(browser: Browser, viewport: ViewportSize) -> Iterator[Page]:
    """axe is put into the pages, which their policy would forbid."""
    with browser.new_context(viewport=viewport, locale="ko-KR", bypass_csp=True) as context:
        yield context.new_page()


class Findings:
    """What was found, by page; a test looks at many pages, and shows all of it."""

    def __init__(self) -> None:
        self.all: dict[str, list[str]] = {}

    def look(self, name: str, where: Page | Frame) -> None:
        where.wait_for_load_state()
        if found := axe.serious(where):
            self.all[name] = found


@pytest.fixture
def look() -> Iterator[Callable[[str, Page | Frame], None]]:
    findings = Findings()
    yield findings.look
    lines = [f"{name}: {line}" for name, found in findings.all.items() for line in found]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


Look = Callable[[str, "Page | Frame"], None]


@pytest.fixture
def visit(tmp_path: Path, page: Page, fresh_gateway: sandbox.Sandbox) -> test_window.Visit:
    return test_window.Visit(page, tmp_path, fresh_gateway)


def window_of(page: Page) -> Frame:
    expect(page.frame_locator("iframe#LGD_PAYWINDOW").get_by_role("button", name="결제하기")).to_be_visible()
    frame = page.frame("LGD_PAYWINDOW")
    assert frame
    return frame


def test_the_demo_shop_the_window_and_the_admin(visit: test_window.Visit, look: Look) -> None:
    page = visit.page
    visit.order(encoding="UTF-8")
    look("the demo shop", page)
    visit.press_pay()
    look("the payment window", window_of(page))
    look("the demo shop with the window", page)
    visit.window.get_by_role("button", name="취소").click()
    expect(page.get_by_role("alert")).to_contain_text("S053")
    look("the demo shop after the buyer cancelled", page)
    visit.press_pay()
    visit.agree()
    tid = visit.paid()
    look("paid", page)
    visit.order(encoding="UTF-8", means="SC0040")
    visit.press_pay()
    look("the payment window of a virtual account", window_of(page))
    visit.agree()
    account = visit.paid()
    visit.order(encoding="UTF-8", amount=50000)
    page.evaluate("document.getElementById('LGD_AMOUNT').value = '100'")
    visit.press_pay()
    expect(visit.window.get_by_role("alert")).to_be_visible()
    refused = page.frame("LGD_PAYWINDOW")
    assert refused
    look("the window refuses", refused)
    page.goto(f"{visit.gateway}/admin/faults")
    page.locator("[name=script]").fill("PaymentByKey 1/10 close")
    page.get_by_role("button", name="적용").click()
    page.get_by_label("직접 쓰기").fill("close")
    page.get_by_role("button", name="일으키기").last.click()
    expect(page.locator("#next li")).to_have_count(1)
    for path in [*ADMIN, f"/admin/payments/{tid}", f"/admin/payments/{account}"]:
        page.goto(f"{visit.gateway}{path}")
        look(path, page)
    for opened in page.locator("details:not([open]) > summary").all():
        opened.click()
    look("a payment with all that is folded away", page)
    page.goto(f"{visit.gateway}/admin/payments/{tid}")
    with page.expect_popup() as receipt:
        page.get_by_role("link", name="영수증").click()
    look("the receipt", receipt.value)


def test_the_pages_of_a_payment_in_an_app(visit: test_window.Visit, look: Look) -> None:
    page = visit.page
    visit.order(window="submit", encoding="UTF-8", app="Y")
    visit.press_pay()
    page.get_by_label("신용카드").check()
    page.get_by_label("카드사", exact=False).first.select_option(label="국민")
    look("the payment window as a page", page)
    visit.agree(page)
    page.wait_for_url("**/app")
    look("the app", page)
    page.get_by_role("button", name="승인").click()
    page.wait_for_url("**/demo/wapurl?LGD_OID=*")
    look("back in the shop", page)
    page.goto(f"{visit.gateway}/admin/notices")
    look("the notifications", page)


def test_windows_of_other_kinds(tmp_path: Path, page: Page, fresh_gateway: sandbox.Sandbox, look: Look) -> None:
    visit = test_window_kinds.Visit(page, tmp_path, fresh_gateway)
    visit.open([("LGD_MID", test_window_kinds.MID), ("LGD_CHECKSSNYN", "N"), ("LGD_PAYWINDOWTYPE", "CardBillingAuth")])
    expect(visit.window.get_by_role("button", name="등록하기")).to_be_visible()
    frame = page.frame("LGD_PAYWINDOW")
    assert frame
    look("the window that registers a card", frame)
    page.goto(f"{visit.shop}/demo?encoding=UTF-8&window=popup")
    page.evaluate("self.open = () => null")
    visit.press_pay()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    look("a blocked popup", page)
    page.goto(f"{visit.shop}/demo?encoding=UTF-8")
    visit.pay([*test_window_kinds.ESCROW, ("LGD_CLOSEDATE", "20991231"), ("LGD_CUSTOM_MERTMAME", "가게")], "submit")
    expect(page.locator(".escrow")).to_be_visible()
    page.get_by_role("note").locator("summary").click()
    look("escrow with warnings", page)


@pytest.fixture(scope="module")
def store(workshop: Path, gateway: sandbox.Sandbox) -> Iterator[shop_in_django.Shop]:
    interpreter = inner.made(environment.django_shop)
    with shop_in_django.opened(workshop / "shop", gateway, interpreter) as opened:
        yield opened


@pytest.mark.xdist_group("browser-accessibility")
def test_the_django_shop_and_app(
    tmp_path: Path, page: Page, gateway: sandbox.Sandbox, store: shop_in_django.Shop, look: Look
) -> None:
    visit = test_django_shop.Visit(page, tmp_path, gateway, store)
    visit.open("")
    look("the shop", page)
    visit.stock("원목 책상", 5)
    page.locator(".product", has_text="엽서 묶음").get_by_role("button").click()
    look("the order form", page)
    card = visit.order(product="엽서 묶음")
    look("before the window", page)
    visit.press_pay()
    window_of(page)
    look("with the window", page)
    visit.agree()
    visit.is_("paid")
    look("paid", page)
    visit.to_order()
    look("the order", page)
    account = visit.pay(means="가상계좌", product="원목 책상")
    look("a virtual account", page)
    visit.noticed()
    visit.notes("deposit", account)
    visit.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    doubt = visit.pay(product="엽서 묶음")
    visit.ask("/faults", {"script": ""})
    visit.is_("doubt")
    look("in doubt", page)
    visit.open("join/")
    look("join", page)
    page.locator("[name=username]").fill(f"hong-{page.viewport_size['width'] if page.viewport_size else 0}")
    for name in ("password1", "password2"):
        page.locator(f"[name={name}]").fill("a horse of wood")
    page.get_by_role("button", name="가입하기").click()
    look("the cards, none", page)
    page.get_by_role("button", name="카드 등록하기").click()
    visit.window.get_by_role("button", name="등록하기").click()
    expect(page.locator(".kept strong")).to_be_visible()
    look("the cards, one", page)
    page.context.clear_cookies()
    visit.enter(f"xpay/{account}/receipt/")
    look("to issue a cash receipt", page)
    page.get_by_label("휴대폰·카드·사업자번호").fill("010-1234-5678")
    page.get_by_role("button", name="발급하기").click()
    expect(page.locator("#receipt")).to_be_visible()
    look("a cash receipt", page)
    visit.open(f"xpay/{account}/cancel/")
    look("to cancel", page)
    page.get_by_label("취소할 금액").fill("20000")
    page.get_by_label("사유").fill("흠집")
    page.get_by_label("은행").select_option(label="신한")
    page.get_by_label("계좌번호").fill("110-123-456789")
    page.get_by_label("예금주").fill("홍길동")
    page.get_by_label("전화번호").fill("010-1234-5678")
    page.get_by_role("button", name="다음").click()
    look("to confirm a refund", page)
    page.get_by_role("button", name="20,000원 환불하기").click()
    expect(page.locator("#balance")).to_be_visible()
    look("refunded", page)
    for path in [f"xpay/{card}/cancel/", f"xpay/{doubt}/cancel/", f"xpay/{card}/receipt/", f"xpay/{account}/delivery/"]:
        visit.open(path)
        look(path, page)
    for path in ["admin/", "admin/xpayclient/", "admin/xpayclient/payment/"]:
        visit.open(path)
        look(path, page)
    page.get_by_role("link", name=account).click()
    look("a payment in the admin", page)
