"""Windows of other kinds than a payment in a frame: popups, billing keys, identity checks, escrow, and what is warned of."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, Route, expect

import sandbox

from . import visits
from .visits import on_a_phone

MID, KEY = "tlgdacomxpay", "95160cce09854ef44d2edb2bfb05f9f3"
Fields = Sequence[tuple[str, str]]


def signed(*signs: str) -> str:
    return hashlib.md5("".join([MID, *signs, KEY]).encode()).hexdigest()


class Visit(visits.Visit):
    """At a page of a shop's own, on another origin than the gateway."""

    def __init__(self, page: Page, directory: Path, gateway: sandbox.Sandbox) -> None:
        super().__init__(page, directory, gateway)
        self.shop = str(self.gateway.replace("127.0.0.1", "localhost"))
        self.page.goto(f"{self.shop}/demo?encoding=UTF-8")
        self.page.route("**/own/returnurl", self.answer)

    def answer(self, route: Route) -> None:
        """The shop's own page at LGD_RETURNURL: tells its code to the page that opened the window."""
        sent = dict(parse_qsl(route.request.post_data or "", keep_blank_values=True))
        code = f'<p id="LGD_RESPCODE">{html.escape(sent["LGD_RESPCODE"])}</p>'
        route.fulfill(content_type="text/html", body=f"{code}<script>parent.payment_return()</script>")

    def open(self, fields: Fields, kind: str = "iframe", call: str = "openXpay") -> None:
        """Makes a form of these fields, and opens the window with it."""
        fields = [("LGD_RETURNURL", f"{self.shop}/own/returnurl"), ("LGD_ENCODING", "UTF-8"), *fields]
        self.page.evaluate(
            """([fields, kind, call]) => {
                var form = document.createElement("form");
                fields.forEach(([name, value]) => {
                    var field = document.createElement("input");
                    field.type = "hidden";
                    field.name = name;
                    field.value = value;
                    form.appendChild(field);
                });
                document.body.appendChild(form);
                self.payment_return = () => {
                    var frame = document.getElementById("LGD_PAYWINDOW").contentWindow;
                    document.body.dataset.returned = frame.document.getElementById("LGD_RESPCODE").textContent;
                    closeIframe();
                };
                self[call](form, "test", kind, null, "", "");
            }""",
            [[list(field) for field in fields], kind, call],
        )

    def succeeds(self) -> None:
        """The shop's page has got LGD_RESPCODE."""
        expect(self.page.locator("body")).to_have_attribute("data-returned", "0000")

    def pay(self, fields: Fields, kind: str = "iframe") -> None:
        """A payment's request with some fields added."""
        order = [
            ("CST_PLATFORM", "test"),
            ("LGD_MID", MID),
            ("CST_MID", MID[1:]),
            ("LGD_OID", "order-1"),
            ("LGD_AMOUNT", "45000"),
            ("LGD_BUYER", "홍길동"),
            ("LGD_PRODUCTINFO", "머그컵 외 2건"),
            ("LGD_TIMESTAMP", "20261123101112"),
            ("LGD_HASHDATA", signed("order-1", "45000", "20261123101112")),
            ("LGD_CUSTOM_PROCESSTYPE", "TWOTR"),
            ("CST_WINDOW_TYPE", kind),
        ]
        self.open([*order, *fields], kind)


@pytest.fixture
def visit(tmp_path: Path, page: Page, fresh_gateway: sandbox.Sandbox) -> Iterator[Visit]:
    visited = Visit(page, tmp_path, fresh_gateway)
    yield visited
    assert not visited.complaints


def press_and_see(visit: Visit) -> Page:
    """The popup that the shop's button opens."""
    with visit.page.expect_popup() as opened:
        visit.press_pay()
    return opened.value


def test_a_popup_pays_and_closes_itself(visit: Visit) -> None:
    visit.page.goto(f"{visit.shop}/demo?encoding=UTF-8&window=popup")
    popup = press_and_see(visit)
    with popup.expect_event("close"):
        popup.get_by_role("button", name="결제하기").click()
    visit.page.wait_for_url("**/demo/payres")
    expect(visit.page.locator("#LGD_RESPCODE")).to_have_text("0000")


def test_a_popup_is_cancelled_and_opened_again(visit: Visit) -> None:
    visit.page.goto(f"{visit.shop}/demo?encoding=EUC-KR&window=popup")
    popup = press_and_see(visit)
    with popup.expect_event("close"):
        popup.get_by_role("button", name="취소").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("S053")
    press_and_see(visit).get_by_role("button", name="결제하기").click()
    visit.page.wait_for_url("**/demo/payres")
    expect(visit.page.locator("#LGD_RESPCODE")).to_have_text("0000")


def test_a_blocked_popup_says_so(visit: Visit) -> None:
    visit.page.goto(f"{visit.shop}/demo?encoding=UTF-8&window=popup")
    visit.page.evaluate("() => { var real = self.open; self.open = () => { self.open = real; return null; }; }")
    visit.press_pay()
    told = visit.page.get_by_role("alertdialog")
    expect(told).to_contain_text("팝업을 차단했습니다")
    told.get_by_role("button", name="닫기").press("Enter")
    expect(told).to_have_count(0)
    press_and_see(visit).get_by_role("button", name="결제하기").click()
    visit.page.wait_for_url("**/demo/payres")


def test_the_first_tab_in_the_window_is_its_first_choice(visit: Visit) -> None:
    visit.page.goto(f"{visit.shop}/demo?encoding=UTF-8")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    expect(visit.window.get_by_role("button", name="결제하기")).to_be_visible()
    visit.window_takes_keys()
    visit.page.keyboard.press("Tab")
    expect(visit.window.get_by_role("radio", checked=True)).to_be_focused()
    visit.window.get_by_role("button", name="취소").press("Enter")
    expect(visit.page.get_by_role("button", name="결제하기")).to_be_focused()


def test_what_the_gateway_may_refuse_is_shown_above_the_order(visit: Visit) -> None:
    visit.pay([("LGD_CLOSEDATE", "20991231"), ("LGD_CUSTOM_MERTMAME", "가게"), ("LGD_TIMESTAMP", "20261123101112")])
    note = visit.window.get_by_role("note")
    for words in ["LGD_CLOSEDATE", "yyyyMMddHHmmss", "LGD_CUSTOM_MERTMAME", "같은 값이 두 번"]:
        expect(note).to_contain_text(words)
    visit.agree()
    visit.succeeds()


def test_fields_may_be_called_as_what_a_form_has(visit: Visit) -> None:
    visit.pay([("submit", "1"), ("action", "pay"), ("method", "x"), ("LGD_RETURN_MERT_CUSTOM_PARAM", "Y")])
    visit.agree()
    visit.succeeds()


def payments(visit: Visit) -> object:
    return visit.page.request.get(f"{visit.gateway}/sandbox/payments").json()


def test_a_return_that_is_changed_on_its_way_is_not_paid(visit: Visit) -> None:
    def change(route: Route) -> None:
        route.continue_(post_data=(route.request.post_data or "").replace("LGD_AMOUNT=23400", "LGD_AMOUNT=100"))

    visit.page.route("**/demo/returnurl", change)
    visit.press_pay()
    visit.agree()
    expect(visit.page.get_by_role("alert")).to_contain_text("LGD_AMOUNT")
    assert payments(visit) == []


def item(name: str, price: str) -> Fields:
    return [
        ("LGD_ESCROW_GOODID", name),
        ("LGD_ESCROW_GOODNAME", name),
        ("LGD_ESCROW_GOODCODE", "Y"),
        ("LGD_ESCROW_UNITPRICE", price),
        ("LGD_ESCROW_QUANTITY", "1"),
    ]


ESCROW = [
    ("LGD_ESCROW_USEYN", "Y"),
    ("LGD_ESCROW_ZIPCODE", "06236"),
    ("LGD_ESCROW_ADDRESS1", "서울 강남구 테헤란로"),
    ("LGD_ESCROW_ADDRESS2", "1층"),
    *item("머그컵", "10000"),
    *item("찻잔", "15000"),
    *item("접시", "20000"),
]


def test_escrow_of_three_items(visit: Visit) -> None:
    visit.pay(ESCROW)
    expect(visit.window.get_by_role("row")).to_have_count(4)
    for words in ["찻잔", "15,000원", "06236 서울 강남구 테헤란로 1층"]:
        expect(visit.window.locator(".escrow")).to_contain_text(words)
    visit.agree()
    visit.succeeds()


@on_a_phone
def test_escrow_and_warnings_fit_on_a_phone(visit: Visit) -> None:
    visit.pay([*ESCROW, ("LGD_CLOSEDATE", "20991231"), ("LGD_CUSTOM_MERTMAME", "가게")], "submit")
    expect(visit.page.locator(".escrow")).to_be_visible()
    expect(visit.page.get_by_role("note")).to_be_visible()
    visit.fits()


def test_a_card_is_registered_without_an_order(visit: Visit) -> None:
    visit.open([("LGD_MID", MID), ("LGD_CHECKSSNYN", "N"), ("LGD_PAYWINDOWTYPE", "CardBillingAuth")])
    expect(visit.window.get_by_role("heading", name="카드 등록")).to_be_visible()
    visit.window.get_by_label("카드사").select_option(label="현대")
    visit.window.get_by_role("button", name="등록하기").click()
    visit.succeeds()


def test_an_identity_is_checked_by_phone(visit: Visit) -> None:
    identity = [
        ("LGD_MID", MID),
        ("LGD_BUYERSSN", "9001011"),
        ("LGD_BUYER", "홍길동"),
        ("LGD_TIMESTAMP", "20261123101112"),
        ("LGD_HASHDATA", signed("9001011", "20261123101112")),
        ("LGD_PAYTYPE", "ASC002"),
    ]
    visit.open(identity, call="openAuthonly")
    expect(visit.window.get_by_role("radio")).to_have_count(1)
    visit.window.get_by_label("통신사").select_option(index=1)
    visit.window.get_by_role("button", name="확인하기").click()
    visit.succeeds()
