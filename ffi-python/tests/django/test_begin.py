"""What an order has to say of itself before it is paid: refused in `begin` by the method's name, never an error for a buyer."""

import re
from decimal import Decimal

import pytest
from conftest import MUG, fresh, ordered, payment_of
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from shop.models import Order
from xpayclient import Card, EscrowItem, Means, UsageError
from xpayclient.django import cards, conf, paying, refunds
from xpayclient.django.models import KeptCard, Payment, State
from xpayclient.django.orders import Buyer, Escrow, fit

CARD = Card("4330123412341235", "27", "12", pin="12", private_no="900101")


@pytest.fixture
def visit(rf, order):
    """The request of a session."""
    request = rf.get("/")
    request.session = {}
    return request


@pytest.fixture
def says(monkeypatch, order):
    """Lets one method of the shop's orders give something else, or be missing."""

    def change(method, *given):
        if given:
            monkeypatch.setattr(Order, method, lambda self: given[0], raising=False)
        else:
            monkeypatch.delattr(Order, method)

    return change


def refused(call, *said):
    """A UsageError in both languages, and no row of a payment."""
    with pytest.raises(UsageError) as raised:
        call()
    assert raised.value.code == "90003" and all(word in raised.value.message for word in said), raised.value.message
    assert "십시오" in raised.value.message and "홍길동" not in raised.value.message
    assert not Payment.objects.exists()


def test_an_order_that_is_not_saved(visit, mug):
    refused(lambda: paying.begin(visit, Order(buyer="홍길동")), "Order is not saved: save it first", "먼저 저장")
    gone = ordered(mug)
    gone.delete()
    refused(lambda: paying.begin(visit, gone), "Order is not saved")
    refused(lambda: paying.begin(visit, "order-1"), "str is no model")


@pytest.mark.parametrize("method", ["xpay_amount", "xpay_product_info", "xpay_buyer", "get_absolute_url"])
def test_a_class_without_one_of_the_four_methods(visit, order, says, method):
    says(method)
    refused(lambda: paying.begin(visit, order), f"Order.{method}() is missing", "메서드가 없습니다")


@pytest.mark.parametrize(
    ("method", "given", "why"),
    [
        ("xpay_amount", 0, "must be 1 won or more; found 0"),
        ("xpay_amount", -1, "must not be negative"),
        ("xpay_amount", True, "must be int, or Decimal without a fraction, not bool"),
        ("xpay_amount", 23400.0, "must be int, or Decimal without a fraction, not float"),
        ("xpay_amount", "23400", "must be int, or Decimal without a fraction, not str"),
        ("xpay_amount", None, "must be int, or Decimal without a fraction, not NoneType"),
        ("xpay_amount", Decimal("23400.5"), "must be whole won; found a fraction"),
        ("xpay_amount", Decimal("NaN"), "must be whole won, in digits only"),
        ("xpay_amount", 10**12, "may be 999999999999 won at most; found 13 digits"),
        ("xpay_product_info", "", "is empty"),
        ("xpay_product_info", "<>;", "is empty, or has nothing but what the payment window forbids"),
        ("xpay_product_info", None, "gave NoneType, and has to give str"),
        ("xpay_buyer", "홍길동", "gave str, and has to give Buyer"),
        ("xpay_buyer", Buyer(None), ".name gave NoneType, and has to give str"),
        ("xpay_buyer", Buyer(""), ".name is empty"),
        ("xpay_buyer", Buyer(" \t\x00\n"), ".name is empty"),
        ("xpay_buyer", Buyer("<<'>>"), ".name is empty, or has nothing but what the payment window forbids"),
        ("xpay_buyer", Buyer("홍길동", id=7), ".id gave int, and has to give str"),
        ("xpay_buyer", Buyer("홍길동", email=None), ".email gave NoneType"),
        ("get_absolute_url", None, "gave NoneType, and has to give str"),
        ("xpay_escrow", "yes", "gave str, and has to give Escrow or NoneType"),
    ],
)
def test_a_method_that_gives_something_else(visit, order, says, method, given, why):
    says(method, given)
    refused(lambda: paying.begin(visit, order), f"Order.{method}()", why)


@pytest.mark.parametrize(
    ("escrow", "named"),
    [
        (Escrow([EscrowItem("1", "컵", 1.5)]), "escrow_items.unit_price must be int"),
        (Escrow([EscrowItem("1", "컵", -1)]), "escrow_items.unit_price must not be negative"),
        (Escrow([EscrowItem("1", "컵", 1)], zipcode="12345678901234567890"), "LGD_ESCROW_ZIPCODE"),
    ],
)
def test_what_only_the_window_refuses_is_refused_before_a_row_is_written(visit, order, says, escrow, named):
    says("xpay_escrow", escrow)
    refused(lambda: paying.begin(visit, order), named)


@pytest.mark.parametrize("means", ["card", "SC0011", "SC0010,SC0040", "SC0010-", "-", None, 10, ["SC0010"]])
def test_payment_methods_that_do_not_exist(visit, order, means):
    refused(lambda: paying.begin(visit, order, means=means), "argument means (LGD_CUSTOM_USABLEPAY)", "SC0010-SC0040")
    assert paying.begin(visit, order, means=f"{Means.CARD}-{Means.VIRTUAL_ACCOUNT}").offered == "SC0010-SC0040"
    Payment.objects.all().delete()


def test_a_return_address_that_is_not_https_on_service(visit, order, settings, gateway):
    settings.XPAY = settings.XPAY | {"PLATFORM": "service", "BASE_URL": "http://shop.example"}
    refused(lambda: paying.begin(visit, order), "LGD_RETURNURL must begin with https://", "TLS를 설정")


def test_an_order_that_is_paid_already_is_asked_nothing(buyer, order, says, visit):
    payment = buyer.buy(order)
    says("xpay_amount", 0)
    assert paying.begin(visit, order) == payment


def test_a_card_is_not_charged_for_a_broken_order(order, says, gateway):
    user = get_user_model().objects.create(username="hong")
    card = KeptCard.objects.create(user=user, mid="tlgdacomxpay", billing_key="key")
    says("xpay_amount", 23400.5)
    refused(lambda: cards.charge(card, order), "Order.xpay_amount() must be int")
    assert card.billing_key not in repr(card)


@pytest.mark.parametrize("means", ["card", "account"])
def test_a_total_of_a_decimal_field(buyer, gateway, order, says, means, client):
    """As DecimalField and Sum give it: begun, compared, booked, shown and refunded."""
    says("xpay_amount", Decimal("23400.00"))
    payment = buyer.buy(order, means)
    assert (payment.amount, payment.state) == (MUG, State.PAID if means == "card" else State.WAITING)
    assert "23,400" in buyer.get(payment.get_absolute_url()).text
    if means == "card":
        part = refunds.cancel(payment, Decimal("400.00"))
        assert (part.is_booked, part.amount, fresh(payment).balance) == (True, 400, 23000)
        for wrong in (400.0, "400", Decimal("0.5"), True, Decimal("0")):
            with pytest.raises(refunds.NotRefundable, match="argument amount"):
                refunds.cancel(fresh(payment), wrong)
        assert refunds.cancel(fresh(payment), Decimal(23000)).is_booked and gateway.balance(payment.oid) == 0


def test_a_decimal_is_charged_to_a_kept_card(gateway, order, says):
    made = conf.client().make_billing_key(gateway.order(), CARD)
    user = get_user_model().objects.create(username="hong")
    card = KeptCard.objects.create(user=user, mid="tlgdacomxpay", billing_key=made.key)
    says("xpay_amount", Decimal("23400.00"))
    assert cards.charge(card, order).state == State.PAID


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("😀😀", "😀😀"),
        ("홍길동" * 40, "홍길동" * 5),
        ("홍\ud83d길동", "홍?길동"),
        ("\udc00", "?"),
        ("홍\x00길\u200b동\r\n", "홍 길 동"),
        ('<b>"홍길동"</b>; --', "b 홍길동 /b -"),
        ("José 김", "José 김"),
    ],
)
def test_whatever_buyers_call_themselves_opens_the_window(buyer, order, says, name, sent):
    says("xpay_buyer", Buyer(name, id=name, email=name, phone=name))
    page = buyer.get(buyer.begin(order).get_absolute_url())
    assert page.status_code == 200 and f'name="LGD_BUYER" value="{sent}"' in page.text
    assert fit(name, 30) == sent


def test_an_order_number_has_only_what_the_gateway_takes(order, visit, monkeypatch):
    for key in ("주문 7", "a b--c/d", "-5"):
        monkeypatch.setattr(order, "id", key)
        oid = paying._new_oid(order)
        assert re.fullmatch("order(-[0-9a-z]+)+", oid) and len(oid) <= 63


@pytest.mark.parametrize(
    "breaks",
    [
        lambda says: says("xpay_buyer", Buyer("")),
        lambda says: says("xpay_buyer"),
        lambda says: says("xpay_amount", "23400"),
        lambda says: says("xpay_escrow", 7),
        lambda says: says("xpay_product_info"),
        lambda says: says("get_absolute_url", None),
    ],
)
def test_an_order_that_broke_meanwhile_is_a_page_for_the_buyer(buyer, order, says, breaks, caplog):
    payment = buyer.begin(order)
    breaks(says)
    page = buyer.get(payment.get_absolute_url())
    assert page.status_code == 503 and "지금은 이 주문을 결제할 수 없습니다" in page.text and payment.oid in page.text
    assert 'id="xpay-pay"' not in page.text and "Traceback" not in page.text
    (line,) = [record for record in caplog.records if "cannot be opened" in record.getMessage()]
    assert line.levelname == "ERROR" and line.exc_info and payment.oid in line.getMessage()


def test_a_paid_order_that_broke_meanwhile_still_shows_its_payment(buyer, order, says, caplog):
    payment = buyer.buy(order)
    says("xpay_product_info")
    page = buyer.get(payment.get_absolute_url())
    assert page.status_code == 200 and 'data-state="paid"' in page.text
    assert f"the order of {payment.oid} cannot be shown" in caplog.text


@pytest.mark.parametrize("is_paid", [True, False])
def test_an_order_whose_model_is_gone(buyer, order, is_paid):
    payment = buyer.buy(order) if is_paid else buyer.begin(order)
    gone = ContentType.objects.create(app_label="shop", model="formerorder")
    Payment.objects.filter(pk=payment.pk).update(content_type=gone)
    page = buyer.get(payment.get_absolute_url())
    assert (page.status_code, page.headers.get("Location")) == ((200, None) if is_paid else (302, "/"))


def test_an_order_whose_key_is_of_another_kind_by_now(buyer, order):
    payment = buyer.buy(order)
    Payment.objects.filter(pk=payment.pk).update(object_id="a-uuid-of-old")
    assert buyer.get(payment.get_absolute_url()).status_code == 200
    assert refunds.cancel(fresh(payment)).is_booked


def test_a_payment_method_of_tomorrow_can_be_refunded(buyer, gateway, order):
    """The gateway knows it, and this version does not: then only 0000 counts."""
    payment = buyer.buy(order)
    Payment.objects.filter(pk=payment.pk).update(means="SC0999")
    assert (
        refunds.cancel(fresh(payment)).is_booked and gateway.balance(payment.oid) == 0 and payment_of(order).state == "cancelled"
    )
