"""Buyers and the merchant in the shop of examples/php, and notifications from the gateway and from forgers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import sandbox
import shop
from tests import kit

from . import visits
from .visits import on_a_phone


class Visit(visits.ShopVisit):
    """At the shop in PHP."""

    CAS_NOTEURL = "cas_noteurl.php"

    def order(self, product: str = "머그컵", buyer: str | None = None, **wish: str) -> str:
        """Up to the button that opens the window. Returns the order ID."""
        self.open("sample_crossplatform.php")
        self.page.get_by_role("radio", name=product).check()
        if buyer is not None:
            self.page.get_by_label("주문하시는 분").fill(buyer)
        for name, value in wish.items():
            self.page.locator(f"select[name={name}]").select_option(value)
        self.submit("주문하기")
        return self.page.locator("#oid").inner_text()

    def pay(self, **wish: str) -> str:
        """Through the window to the outcome. Returns the order ID."""
        oid = self.order(**wish)
        self.press_pay()
        self.agree()
        self.page.wait_for_url("**/payres*.php")
        return oid

    def submit(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()
        self.fits()

    def notes(self, event: str, oid: str) -> None:
        """A deposit or its reversal; the order page after the shop has answered OK to the notification."""
        self.happens(event, oid)
        self.open(f"order.php?oid={oid}")

    def enter(self, page: str) -> None:
        """The merchant, on a merchant's page."""
        self.open(page)
        self.page.get_by_label("상점 비밀번호").fill(shop.PASSWORD)
        self.submit("들어가기")


@pytest.fixture
def visit(tmp_path: Path, page: Page, fresh_gateway: sandbox.Sandbox) -> Iterator[Visit]:
    """A shop of the test's own."""
    with shop.opened(tmp_path / "shop", fresh_gateway, kit.program("php")) as store:
        visited = Visit(page, tmp_path, fresh_gateway, store)
        yield visited
    assert not visited.complaints + store.complaints()


def test_a_card_is_paid_and_its_receipt_shown(visit: Visit) -> None:
    oid = visit.order(buyer="똠방각하", means="SC0010")
    visit.press_pay()
    expect(visit.window.get_by_role("button", name="결제하기")).to_be_visible()
    visit.agree()
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")
    expect(visit.page.locator("#LGD_BUYER")).to_have_text("똠방각하")
    visit.page.get_by_role("link", name="주문 보기").click()
    visit.is_("paid")
    with visit.page.expect_popup() as receipt:
        visit.page.get_by_role("button", name="영수증").click()
    expect(receipt.value.get_by_text(oid)).to_be_visible()
    assert visit.payment(oid)["balance"] == 23400


def test_an_euc_kr_shop_keeps_its_hangul(visit: Visit) -> None:
    oid = visit.pay(buyer="똠방각하", means="SC0010", payres="payres_euckr.php")
    assert visit.page.evaluate("document.characterSet") == "EUC-KR"
    visit.is_("paid")
    expect(visit.page.locator("#LGD_BUYER")).to_have_text("똠방각하")
    expect(visit.page.get_by_text("똠방각하 머그컵")).to_be_visible()
    visit.page.get_by_role("link", name="주문 보기").click()
    expect(visit.page.locator("#oid")).to_have_text(oid)
    expect(visit.page.get_by_text("똠방각하 머그컵")).to_be_visible()


def test_a_deposit_comes_and_goes(visit: Visit) -> None:
    oid = visit.pay(means="SC0040")
    visit.is_("waiting")
    visit.noticed()
    visit.deposit_comes_and_goes(oid)


def test_a_notice_that_comes_twice_counts_once(visit: Visit) -> None:
    oid = visit.pay(means="SC0040")
    visit.noticed()
    visit.notes("deposit", oid)
    visit.notes("taken back", oid)
    visit.admin(oid)
    deposit = visit.page.locator("section", has=visit.page.get_by_text("입금 I", exact=True))
    deposit.get_by_role("button", name="다시 보내기").click()
    visit.noticed()
    expect(deposit.locator("tbody tr")).to_have_count(2)
    expect(deposit.locator(".delivery")).to_have_text("전달 delivered")
    visit.open(f"order.php?oid={oid}")
    visit.is_("waiting")


def test_forged_notices_are_refused(visit: Visit) -> None:
    other = visit.pay(means="SC0040")
    visit.noticed()
    oid = visit.pay(means="SC0040")
    visit.noticed()
    found = re.search(r"^tlgdacomxpay = (\S+)", (visit.home / "conf/mall.conf").read_text("utf-8"), re.MULTILINE)
    assert found, "mall.conf has no key"
    genuine = {"tid": visit.payment(oid)["tid"], "amount": "23400", "key": found[1]}

    def tell(tid: str, amount: str, key: str) -> tuple[int, str]:
        signed = {
            "LGD_MID": "tlgdacomxpay",
            "LGD_OID": oid,
            "LGD_AMOUNT": amount,
            "LGD_RESPCODE": "0000",
            "LGD_TIMESTAMP": "20261123101112",
        }
        unsigned = {"LGD_TID": tid, "LGD_CASFLAG": "I", "LGD_CASSEQNO": "001", "LGD_CASTAMOUNT": amount}
        signature = hashlib.md5("".join([*signed.values(), key]).encode()).hexdigest()
        form: dict[str, str | float | bool] = {**signed, **unsigned, "LGD_HASHDATA": signature}
        answer = visit.page.request.post(f"{visit.store.address}/cas_noteurl.php", form=form)
        assert visit.store.answered(visit.CAS_NOTEURL) == answer.status
        visit.open(f"order.php?oid={oid}")
        return answer.status, answer.text()

    for forgery, why in [
        ({"amount": "100"}, "LGD_AMOUNT"),
        ({"key": "0" * 32}, "LGD_HASHDATA"),
        ({"tid": visit.payment(other)["tid"]}, "LGD_TID"),
    ]:
        status, text = tell(**{**genuine, **forgery})
        assert status == 403, text
        assert why in text
        visit.is_("waiting")
    assert tell(**genuine) == (200, "OK")
    visit.is_("paid")


def test_what_cannot_be_booked_is_rolled_back(visit: Visit) -> None:
    oid = visit.order(product="포스터", means="SC0010")
    late = visit.page
    visit.page = late.context.new_page()
    visit.pay(product="포스터", means="SC0010")
    visit.is_("paid")
    visit.turn_to(late)
    visit.press_pay()
    visit.agree()
    visit.page.wait_for_url("**/payres.php")
    expect(visit.page.get_by_role("alert")).to_contain_text("품절")
    visit.is_("cancelled")
    payment = visit.payment(oid)
    assert (payment["state"], payment["balance"]) == ("rolled_back", 0), payment


def test_the_line_dies_and_the_buyer_tries_again(visit: Visit) -> None:
    visit.ask("/faults", {"fault": "close"})
    visit.pay(means="SC0010")
    visit.is_("new")
    visit.page.get_by_role("link", name="다시 결제하기").click()
    visit.press_pay()
    visit.agree()
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")


def test_in_doubt_the_buyer_is_told_not_to_pay_again(visit: Visit) -> None:
    visit.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    visit.pay(means="SC0010")
    visit.ask("/faults", {"script": ""})
    visit.is_("doubt")
    expect(visit.page.get_by_role("alert")).to_contain_text("다시 결제하지 마십시오")
    expect(visit.page.get_by_role("link", name="다시 결제하기")).to_have_count(0)


def test_the_buyer_changes_her_mind(visit: Visit) -> None:
    visit.order(means="SC0010")
    visit.press_pay()
    visit.cancel_and_agree()
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")


@on_a_phone
def test_by_submit_on_a_phone(visit: Visit) -> None:
    visit.open("sample_crossplatform.php")
    visit.order(window="submit", means="SC0010")
    visit.press_pay()
    visit.page.get_by_role("button", name="취소").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("S053")
    visit.page.get_by_role("link", name="다시 결제하기").click()
    visit.press_pay()
    visit.page.wait_for_url("**/xpay/window/*")
    visit.agree(visit.page)
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")


ANDROID = "Mozilla/5.0 (Linux; Android 15) Chrome/142 Mobile Safari/537.36"


def to_the_app(visit: Visit, product: str = "머그컵", rollback: str = "Y", means: str = "SC0010") -> str:
    """A buyer on a phone, up to the app's page. Returns the order ID."""
    agent = {"user-agent": ANDROID}
    visit.page.route(f"{visit.store.address}/**", lambda route: route.continue_(headers={**route.request.headers, **agent}))
    oid = visit.order(product, means=means)
    visit.page.evaluate("of => document.getElementsByName('LGD_CUSTOM_ROLLBACK')[0].value = of", rollback)
    visit.press_pay()
    of = {"SC0010": "카드사", "SC0030": "은행"}[means]
    visit.page.get_by_label(of, exact=False).first.select_option(label="국민")
    visit.agree(visit.page)
    visit.page.wait_for_url("**/app")
    return oid


def approve(visit: Visit) -> None:
    visit.page.locator("button[value=pay]").click()


@on_a_phone
@pytest.mark.parametrize("rollback", ["Y", "C", "N"])
def test_what_an_app_paid_is_booked(visit: Visit, rollback: str) -> None:
    oid = to_the_app(visit, rollback=rollback)
    approve(visit)
    visit.page.wait_for_url(f"{visit.store.address}/mispwapurl.php?LGD_OID={oid}")
    visit.is_("paid")
    assert visit.store.answered("note_url.php") == 200
    visit.page.get_by_role("link", name="주문 보기").click()
    visit.is_("paid")
    payment = visit.payment(oid)
    assert (payment["state"], payment["balance"]) == ("approved", 23400)
    expect(visit.page.locator("#LGD_TID")).to_have_text(payment["tid"])


@on_a_phone
@pytest.mark.parametrize(
    ("rollback", "to", "state"),
    [("Y", "cancel_url", "rolled_back"), ("C", "cancel_url", "rolled_back"), ("N", "mispwapurl", "approved")],
)
def test_what_an_app_paid_and_was_sold_out_goes_back(visit: Visit, rollback: str, to: str, state: str) -> None:
    oid = to_the_app(visit, "포스터", rollback)
    slow, visit.page = visit.page, visit.page.context.new_page()
    visit.pay(product="포스터", means="SC0010", window="iframe")
    visit.is_("paid")
    visit.turn_to(slow)
    approve(visit)
    visit.page.wait_for_url(f"{visit.store.address}/{to}.php?LGD_OID={oid}")
    visit.is_("refused")
    expect(visit.page.get_by_role("status")).to_contain_text("되돌리도록 요청했습니다")
    expect(visit.page.get_by_role("link", name="다시 결제하기")).to_have_count(0)
    assert visit.payment(oid)["state"] == state


@on_a_phone
def test_the_buyer_leaves_the_app_and_pays_in_the_banks(visit: Visit) -> None:
    oid = to_the_app(visit, means="SC0030")
    visit.page.get_by_role("button", name="취소").click()
    visit.page.wait_for_url(f"{visit.store.address}/cancel_url.php?LGD_OID={oid}")
    visit.is_("new")
    expect(visit.page.get_by_text("결제되지 않았습니다")).to_be_visible()
    assert visit.ask("/payments") == []
    visit.page.get_by_role("link", name="다시 결제하기").click()
    visit.press_pay()
    visit.page.get_by_label("은행", exact=False).first.select_option(label="국민")
    visit.agree(visit.page)
    approve(visit)
    visit.page.wait_for_url(f"{visit.store.address}/mispwapurl.php?LGD_OID={oid}")
    visit.is_("paid")


@on_a_phone
def test_the_buyer_is_back_before_the_note(visit: Visit) -> None:
    oid = to_the_app(visit)
    visit.page.get_by_label("통보보다 먼저").check()
    approve(visit)
    visit.page.wait_for_url(f"{visit.store.address}/mispwapurl.php?LGD_OID={oid}")
    expect(visit.page.get_by_role("status")).to_contain_text("아직 오지 않았습니다")
    expect(visit.page.get_by_role("link", name="다시 결제하기")).to_have_count(0)
    # The page asks again by itself.
    visit.is_("paid")


@on_a_phone
def test_the_app_leads_back_with_a_payment_key(visit: Visit) -> None:
    oid = to_the_app(visit)
    visit.page.get_by_role("button", name="결제키로").click()
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")
    assert visit.payment(oid)["balance"] == 23400


@on_a_phone
def test_on_a_phone_a_card_without_an_app_is_as_ever(visit: Visit) -> None:
    visit.open("sample_crossplatform.php")
    visit.order(window="mobile", means="SC0010")
    visit.press_pay()
    visit.page.wait_for_url("**/xpay/window/*")
    visit.page.get_by_label("카드사", exact=False).first.select_option(label="신한")
    visit.agree(visit.page)
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")


def test_in_a_popup(visit: Visit) -> None:
    visit.order(window="popup", means="SC0010")
    with visit.page.expect_popup() as window:
        visit.press_pay()
    with window.value.expect_event("close"):
        window.value.get_by_role("button", name="취소").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("S053")
    with visit.page.expect_popup() as window:
        visit.press_pay()
    with window.value.expect_event("close"):
        visit.agree(window.value)
    visit.page.wait_for_url("**/payres.php")
    visit.is_("paid")


def test_a_popup_whose_page_was_loaded_again_pays_by_itself(visit: Visit) -> None:
    visit.order(window="popup", means="SC0010")
    with visit.page.expect_popup() as opened:
        visit.press_pay()
    window = opened.value
    expect(window.get_by_role("button", name="결제하기")).to_be_visible()
    visit.page.reload()
    visit.agree(window)
    window.wait_for_url("**/payres.php")
    expect(window.locator("#state")).to_have_attribute("data-state", "paid")


def test_the_merchant_cancels(visit: Visit) -> None:
    oid = visit.pay(product="책상", means="SC0010")
    visit.enter("Cancel.php")
    visit.page.get_by_role("link", name=oid).click()
    visit.page.get_by_label("취소할 금액").fill("20000")
    visit.page.get_by_role("button", name="취소하기").click()
    expect(visit.page.locator("#balance")).to_have_text("40,000원")
    visit.page.get_by_role("button", name="취소하기").click()
    visit.is_("cancelled")
    payment = visit.payment(oid)
    assert (payment["state"], payment["balance"]) == ("cancelled", 0), payment


@on_a_phone
def test_the_merchant_refunds_and_gives_receipts_on_a_phone(visit: Visit) -> None:
    oid = visit.pay(means="SC0040")
    visit.noticed()
    visit.notes("deposit", oid)
    visit.enter(f"CashReceipt.php?oid={oid}")
    visit.page.get_by_label("발급번호").fill("010-1234-5678")
    visit.page.get_by_role("button", name="발급하기").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("발급했습니다")
    visit.page.get_by_role("link", name=oid).click()
    with visit.page.expect_popup() as receipt:
        visit.page.get_by_role("button", name="현금영수증").click()
    expect(receipt.value.get_by_text("현금영수증").first).to_be_visible()
    visit.open(f"Cancel.php?oid={oid}")
    visit.page.get_by_label("은행").select_option(label="신한")
    visit.page.get_by_label("계좌번호").fill("110-123-456789")
    visit.page.get_by_role("button", name="취소하기").click()
    visit.is_("cancelled")
    for page in ["ping.php", "patch.php", "Cancel.php"]:
        visit.open(page)
