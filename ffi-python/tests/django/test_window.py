"""What the window returns: the page inside its frame, and what it may not do."""

import pytest
from conftest import Buyer, fresh, handed_on, ordered, payment_of
from xpayclient import EscrowItem
from xpayclient.django import returns
from xpayclient.django.orders import Buyer as Shopper
from xpayclient.django.orders import Escrow, fit


def test_the_result_is_handed_on_in_a_frame_of_this_site(buyer, order):
    payment = buyer.begin(order)
    answer = buyer.come_back(payment, "key")
    assert answer.status_code == 200 and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert handed_on(answer) and 'id="LGD_RESPCODE" value="0000"' in answer.text
    assert not answer.cookies, "a new session or token would throw the buyer out of the shop"
    assert returns.opened(handed_on(answer), payment) == "key"


def test_every_other_page_is_kept_out_of_frames(buyer, order):
    assert buyer.get(buyer.begin(order).get_absolute_url())["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "changes",
    [
        {"LGD_AMOUNT": "100"},
        {"LGD_MID": "tother"},
        {"LGD_OID": "nobody-s"},
        {"LGD_PAYKEY": ""},
        {"LGD_PAYKEY": None},
        {"LGD_HASHDATA": "0" * 32},
        {"LGD_HASHDATA": ""},
        {"LGD_HASHDATA": None},
        {"LGD_TIMESTAMP": None},
    ],
)
def test_what_is_not_the_gateways_word_of_this_order_goes_no_further(buyer, order, caplog, changes):
    payment = buyer.begin(order)
    page = buyer.come_back(payment, "secret-paykey", **changes)
    assert page.status_code == 403 and 'id="LGD_RESPCODE" value="SHOP"' in page.text and handed_on(page) == ""
    assert "확인할 수 없어 결제를 요청하지 않았습니다" in page.text and "secret-paykey" not in page.text
    (line,) = [record.getMessage() for record in caplog.records if record.name == "xpayclient.django"]
    assert line.startswith("returnurl: a return was refused")
    assert not any(secret in line for secret in ("secret-paykey", "홍길동", "4330", buyer.gateway.home))
    assert payment.oid in line or changes == {"LGD_OID": "nobody-s"}
    assert fresh(payment).state == "ready"


def test_a_return_of_another_order_of_the_shop_pays_nothing(buyer, gateway, mug):
    """It is genuine, and its envelope too."""
    mine, other = buyer.begin(ordered(mug)), buyer.begin(ordered(mug))
    envelope = handed_on(buyer.come_back(other, buyer.agree(other)))
    answer = buyer.post("/xpay/payres/", {"LGD_OID": mine.oid, "LGD_PAYKEY": envelope})
    assert answer.url.endswith("?unpaid") and fresh(mine).state == "ready" and gateway.payment(other.oid) is None


def test_payres_takes_no_paykey_that_returnurl_has_not_verified(buyer, gateway, order, caplog):
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    answer = buyer.post("/xpay/payres/", {"LGD_OID": payment.oid, "LGD_PAYKEY": paykey})
    assert answer.url.endswith("?unpaid") and fresh(payment).state == "ready" and gateway.payment(payment.oid) is None
    assert "does not come from returnurl" in caplog.text and paykey not in caplog.text
    assert "청구되지 않" in buyer.get(answer.url).text


def test_a_gateway_that_does_not_sign_needs_a_setting(buyer, order, settings, caplog):
    settings.XPAY = settings.XPAY | {"REQUIRE_SIGNED_RETURN": False}
    payment = buyer.begin(order)
    unsigned = buyer.come_back(payment, "key", LGD_HASHDATA=None)
    assert returns.opened(handed_on(unsigned), payment) == "key" and "no signature" in caplog.text
    for changes in (
        {"LGD_HASHDATA": "0" * 32},
        {"LGD_HASHDATA": None, "LGD_AMOUNT": "1"},
        {"LGD_HASHDATA": None, "LGD_MID": "other"},
        {"LGD_HASHDATA": None, "LGD_PAYKEY": ""},
    ):
        assert buyer.come_back(payment, "key", **changes).status_code == 403


def test_a_buyer_who_leaves_the_window_is_back_in_the_shop(buyer, order):
    """Whether it is signed or not, with the order's number or without: nothing moved."""
    payment = buyer.begin(order)
    for changes in ({}, {"LGD_HASHDATA": None}, {"LGD_OID": None}):
        page = buyer.come_back(payment, "key", **{"LGD_RESPCODE": "S053", "LGD_RESPMSG": "사용자 취소", **changes})
        assert page.status_code == 200 and "결제창을 닫으셨습니다" in page.text and handed_on(page) == ""
        assert ("?cancelled" in page.text) == ("LGD_OID" not in changes)
    shop = buyer.get(f"{payment.get_absolute_url()}?cancelled")
    assert 'id="xpay-pay"' in shop.text and "결제창을 닫으셨습니다" in shop.text


@pytest.mark.parametrize("code", ["9999", "S053", "", "0000 ", "<b>9999</b>", "call 02-1234-5678", None])
def test_nothing_of_what_anybody_may_have_written_is_shown(buyer, order, code):
    """A failure is not signed. Its code is shown where it looks like one."""
    page = buyer.come_back(buyer.begin(order), "key", LGD_RESPCODE=code, LGD_RESPMSG="Your account is locked").text
    shown = code if code in ("9999", "S053") else ""
    assert f'id="LGD_RESPCODE" value="{shown}"' in page and (f"({shown})" in page) == bool(shown)
    assert not any(text in page for text in ("locked", "02-1234", "<b>", "&lt;b&gt;"))
    assert ("결제창을 닫으셨습니다" if code == "S053" else "결제창이 결제 없이 끝났습니다") in page


def test_a_return_books_nothing(buyer, gateway, order):
    payment = buyer.begin(order)
    for _ in range(3):
        buyer.come_back(payment, buyer.agree(payment))
    assert fresh(payment).state == "ready" and gateway.payment(payment.oid) is None


def test_payres_needs_the_buyers_session_and_no_token(gateway, order):
    strict = Buyer(gateway, enforce_csrf_checks=True)
    page = strict.get(order.get_absolute_url())
    token = page.cookies["csrftoken"].value
    strict.post(f"/orders/{order.token}/pay/", {"means": "card", "csrfmiddlewaretoken": token})
    payment = payment_of(order)
    strict.payres(payment, strict.agree(payment))
    assert fresh(payment).state == "paid"


@pytest.mark.parametrize("agent", ["Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (Linux; Android 15) Mobile"])
def test_the_window_asks_for_nothing_that_the_gateway_may_refuse(gateway, order, caplog, agent):
    visitor = Buyer(gateway, headers={"user-agent": agent})
    visitor.get(visitor.begin(order).get_absolute_url())
    assert caplog.messages == []


def test_what_the_gateway_may_refuse_is_logged(buyer, order, settings, caplog):
    settings.XPAY = settings.XPAY | {"BASE_URL": "https://xn--shop.example"}
    payment = buyer.begin(order)
    assert 'id="xpay-pay"' in buyer.get(payment.get_absolute_url()).text
    assert f"the window of {payment.oid}: LGD_RETURNURL" in caplog.text and "xn--" not in caplog.text


def test_an_address_that_does_not_fit_is_left_out(buyer, order, monkeypatch):
    long = Shopper("홍길동", email="gildong" * 10 + "@shop.example", phone="01012345678")
    monkeypatch.setattr(type(order), "xpay_buyer", lambda self: long)
    page = buyer.get(buyer.begin(order).get_absolute_url()).text
    assert "gildong" not in page and 'name="LGD_BUYERPHONE" value="01012345678"' in page


def test_names_fit_the_window():
    assert fit('머그컵 "대" <b>; it\'s --- 5+-1 \\', 128) == "머그컵 대 b it s - 5+ 1"
    assert fit("가" * 20, 30) == "가" * 15 and len(fit("a가" * 100, 128).encode("cp949")) <= 128


def test_what_is_sold_in_escrow(buyer, order, monkeypatch):
    items = [EscrowItem("1", '머그컵 "대"', 23400, 2), EscrowItem("2", "엽서", 4500)]
    monkeypatch.setattr(type(order), "xpay_escrow", lambda self: Escrow(items, "04524", "서울 중구", phone="0212345678"), False)
    page = buyer.get(buyer.begin(order).get_absolute_url()).text
    wanted = {"USEYN": "Y", "ZIPCODE": "04524", "ADDRESS1": "서울 중구", "BUYERPHONE": "0212345678"}
    for name, value in wanted.items():
        assert f'name="LGD_ESCROW_{name}" value="{value}"' in page
    names = [f'name="LGD_ESCROW_GOODNAME" value="{name}"' in page for name in ("머그컵 대", "엽서")]
    assert names == [True, True] and page.count('name="LGD_ESCROW_UNITPRICE"') == 2
    monkeypatch.setattr(type(order), "xpay_escrow", lambda self: None)
    assert "ESCROW" not in buyer.get(buyer.begin(order).get_absolute_url()).text
