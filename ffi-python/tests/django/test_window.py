"""What the window returns: the page inside its frame, and what it may not do."""

from conftest import Buyer, fresh
from django.test import Client
from xpayclient.django.orders import fit


def come_back(payment, **changes):
    """The post of another site: no cookie, no token."""
    posted = {
        "LGD_RESPCODE": "0000",
        "LGD_RESPMSG": "성공",
        "LGD_PAYKEY": "key",
        "LGD_MID": "tlgdacomxpay",
        "LGD_OID": payment.oid,
        "LGD_AMOUNT": "23400",
    } | changes
    return Client(enforce_csrf_checks=True).post("/xpay/returnurl/", posted)


def test_the_result_is_handed_on_in_a_frame_of_this_site(buyer, order):
    answer = come_back(buyer.begin(order))
    assert answer.status_code == 200 and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert 'id="LGD_PAYKEY" value="key"' in answer.text and 'id="LGD_RESPCODE" value="0000"' in answer.text
    assert not answer.cookies, "a new session or token would throw the buyer out of the shop"


def test_every_other_page_is_kept_out_of_frames(buyer, order):
    assert buyer.get(buyer.begin(order).get_absolute_url())["X-Frame-Options"] == "DENY"


def test_what_is_not_this_order_goes_no_further(buyer, order):
    payment = buyer.begin(order)
    for changes in ({"LGD_AMOUNT": "100"}, {"LGD_MID": "other"}, {"LGD_OID": "nobody-s"}, {"LGD_PAYKEY": ""}):
        page = come_back(payment, **changes).text
        assert 'id="LGD_RESPCODE" value="SHOP"' in page and 'value="key"' not in page


def test_what_the_window_says_is_escaped(buyer, order):
    page = come_back(buyer.begin(order), LGD_RESPCODE="S053", LGD_RESPMSG="<script>alert(1)</script>").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_a_return_books_nothing(buyer, gateway, order):
    payment = buyer.begin(order)
    for _ in range(3):
        come_back(payment, LGD_PAYKEY=buyer.agree(payment))
    assert fresh(payment).state == "ready" and gateway.payment(payment.oid) is None


def test_payres_needs_the_buyers_session_and_no_token(gateway, order):
    strict = Buyer(gateway, enforce_csrf_checks=True)
    page = strict.get(order.get_absolute_url())
    token = page.cookies["csrftoken"].value
    strict.post(f"/orders/{order.token}/pay/", {"means": "card", "csrfmiddlewaretoken": token})
    from conftest import payment_of

    payment = payment_of(order)
    strict.payres(payment, strict.agree(payment))
    assert fresh(payment).state == "paid"


def test_names_fit_the_window():
    assert fit('머그컵 "대" <b>; it\'s --- 5+-1 \\', 128) == "머그컵 대 b it s - 5+ 1"
    assert fit("가" * 20, 30) == "가" * 15 and len(fit("a가" * 100, 128).encode("cp949")) <= 128
