"""The merchant: money given back, cash receipts, Django's admin."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import fresh, ordered, tell
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.urls import reverse
from shop.models import Order
from xpayclient import RefundAccount
from xpayclient.django import conf, receipts, recovery, refunds
from xpayclient.django.models import State

TO = {"bank": "088", "account": "110-123-456789", "holder": "홍길동", "phone": "010-1234-5678"}
ACCOUNT = RefundAccount("110123456789", "088", "홍길동", "01012345678")


@pytest.fixture
def merchant(client):
    user = User.objects.create_superuser("merchant", password="secret")
    client.force_login(user)
    return client


@pytest.fixture
def deposited(buyer, order, notice):
    payment = buyer.buy(order, "account")
    # The sandbox's books are to have the money, too.
    buyer.gateway.ask("/deposits", {"tid": payment.tid})
    tell(notice(payment))
    return fresh(payment)


def test_a_part_and_then_the_rest(buyer, gateway, order, mug):
    payment = buyer.buy(order)
    part = refunds.cancel(payment, 3400, reason="흠집")
    assert (part.kind, part.is_booked, part.amount) == ("partial cancel", True, 3400)
    payment = fresh(payment)
    assert (payment.state, payment.balance, gateway.balance(payment.oid)) == (State.PAID, 20000, 20000)
    assert fresh(order).state == Order.State.PAID
    rest = refunds.cancel(payment, reason="변심")
    assert rest.kind == "partial cancel" and rest.after == "cancelled"
    assert fresh(payment).state == State.CANCELLED and gateway.balance(payment.oid) == 0
    assert fresh(order).state == Order.State.CANCELLED and fresh(mug).stock == 5


def test_what_cannot_be_given_back_is_not_asked_for(buyer, gateway, order):
    payment = buyer.buy(order)
    stale = fresh(payment)
    for amount in (0, -1, 23401):
        with pytest.raises(refunds.NotRefundable):
            refunds.cancel(payment, amount)
    refunds.cancel(payment, 3400)
    with pytest.raises(refunds.NotRefundable, match="23,400"):
        refunds.cancel(stale, 3400)
    assert gateway.balance(payment.oid) == 20000 and payment.transactions.count() == 2


def test_a_refused_cancel_changes_nothing(buyer, gateway, order):
    payment = buyer.buy(order)
    gateway.ask(f"/payments/{payment.tid}/cancel", {"amount": 1000})
    entry = refunds.cancel(payment, 3400)
    assert not entry.is_booked and entry.outcome == "answered" and entry.code != "0000"
    assert fresh(payment).balance == 23400


def test_a_virtual_account_is_refunded_to_an_account(deposited, gateway, merchant):
    with pytest.raises(refunds.NotRefundable, match="refund_account"):
        refunds.cancel(deposited)
    page = reverse("xpay:cancel", args=[deposited.oid])
    form = merchant.get(page).text
    assert 'name="account"' in form and '<option value="" selected>' in form
    asked = merchant.post(page, {"amount": 23400, "reason": "변심", **TO}).text
    assert "23,400원 환불하기" in asked and "110-123-456789" in asked and fresh(deposited).balance == 23400
    answer = merchant.post(page, confirmation(asked), follow=True)
    assert "23,400원을 환불했습니다" in answer.text, answer.text
    assert "신한, 끝자리 6789 계좌로 입금됩니다" in answer.text and "110123456789" not in answer.text
    assert fresh(deposited).state == State.CANCELLED and gateway.balance(deposited.oid) == 0
    entry = deposited.transactions.get(kind="cancel")
    assert entry.user.username == "merchant" and entry.code == "0000"
    kept = "".join(repr(vars(entry)).split("-"))
    assert not any(secret in kept for secret in ("110123456789", "01012345678", "홍길동"))


def test_a_cash_receipt_is_issued_and_taken_back(deposited, merchant):
    page = reverse("xpay:receipt", args=[deposited.oid])
    form = confirmation(merchant.get(page).text)
    answer = merchant.post(page, {"card_number": "010-1234-5678", "receipt_use": "1", **form}, follow=True)
    assert fresh(deposited).receipt and f"현금영수증을 발급했습니다: {fresh(deposited).receipt}" in answer.text
    order_page = merchant.get(deposited.order.get_absolute_url()).text
    assert 'data-kind="CAS"' in order_page and 'data-authdata="' in order_page
    with pytest.raises(receipts.NoReceipt):
        receipts.issue(fresh(deposited), "01012345678", "1")
    # A double click on the button that issues takes back nothing.
    again = merchant.post(page, form, follow=True)
    assert "이미 처리된 요청입니다" in again.text and fresh(deposited).receipt
    taken_back = merchant.post(page, confirmation(merchant.get(page).text), follow=True)
    assert "현금영수증 발급을 취소했습니다" in taken_back.text and fresh(deposited).receipt == ""
    kinds = deposited.transactions.values_list("kind", "is_booked")
    assert list(kinds) == [("pay", True), ("receipt", True), ("receipt cancel", True)]


def test_a_card_gets_no_cash_receipt(buyer, order):
    with pytest.raises(receipts.NoReceipt):
        receipts.issue(buyer.buy(order), "01012345678", "1")


@pytest.mark.parametrize(("name", "permission"), [("cancel", "cancel_payment"), ("receipt", "issue_receipt")])
def test_who_may(buyer, client, order, name, permission):
    page = reverse(f"xpay:{name}", args=[buyer.buy(order).oid])
    assert client.get(page).status_code == 302
    user = User.objects.create_user("clerk", password="secret")
    client.force_login(user)
    assert client.get(page).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename=permission))
    assert client.get(page).status_code == 200


def confirmation(page):
    """What the second step posts."""
    return {"confirmed": re.search('name="confirmed" value="([^"]*)"', page)[1]}


def act(merchant, action, *payments, **more):
    chosen = {"action": action, "_selected_action": [payment.pk for payment in payments]}
    return merchant.post(reverse("admin:xpayclient_payment_changelist"), chosen | more, follow=True)


def test_the_admin_cancels_after_it_asked(buyer, gateway, order, merchant):
    payment = buyer.buy(order)
    asked = act(merchant, "cancel", payment)
    assert payment.oid in asked.text and "23,400원 환불하기" in asked.text and "돌아가기" in asked.text
    assert fresh(payment).state == State.PAID
    done = act(merchant, "cancel", payment, **confirmation(asked.text), reason="변심")
    assert "1건, 23,400원을 환불했습니다" in done.text
    assert fresh(payment).state == State.CANCELLED and gateway.balance(payment.oid) == 0
    again = act(merchant, "cancel", payment, **confirmation(asked.text), reason="변심")
    assert "이미 처리된 요청입니다" in again.text and fresh(payment).transactions.filter(kind="cancel").count() == 1


def test_what_was_shown_is_refunded_or_nothing(buyer, gateway, order, merchant):
    """Between the steps somebody refunds a part: the rest is not what was shown."""
    payment = buyer.buy(order)
    page = reverse("xpay:cancel", args=[payment.oid])
    asked = merchant.post(page, {"amount": 20000, "reason": "흠집"}).text
    assert 'id="left">3,400원' in asked
    refunds.cancel(payment, 1000, reason="먼저")
    said = merchant.post(page, confirmation(asked), follow=True).text
    assert "아무것도 요청하지 않았습니다" in said and gateway.balance(payment.oid) == 22400
    listed = act(merchant, "cancel", payment).text
    refunds.cancel(fresh(payment), 1000, reason="먼저")
    act(merchant, "cancel", payment, **confirmation(listed), reason="변심")
    assert gateway.balance(payment.oid) == 21400


def test_a_page_refunds_once(buyer, gateway, order, merchant):
    payment = buyer.buy(order)
    page = reverse("xpay:cancel", args=[payment.oid])
    asked = merchant.post(page, {"amount": 3400, "reason": "흠집"}).text
    for said in ("3,400원을 환불했습니다", "이미 처리된 요청입니다"):
        # The amount is the first step's, whatever comes with it.
        assert said in merchant.post(page, confirmation(asked) | {"amount": "20000"}, follow=True).text
    assert gateway.balance(payment.oid) == 20000
    back = merchant.post(page, confirmation(asked) | {"back": ""}).text
    assert 'value="3400"' in back and gateway.balance(payment.oid) == 20000


def test_a_page_that_is_refunded_twice_at_once_refunds_once(buyer, gateway, order, merchant):
    payment = buyer.buy(order)
    page = reverse("xpay:cancel", args=[payment.oid])
    form = confirmation(merchant.post(page, {"amount": 3400, "reason": "흠집"}).text)

    def press(_):
        try:
            return merchant.post(page, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(4))) == {302}
    assert gateway.balance(payment.oid) == 20000 and fresh(payment).balance == 20000
    assert payment.transactions.filter(kind="partial cancel").count() == 1


def test_a_confirmation_is_of_this_page_and_this_user(buyer, order, merchant):
    payment, other = buyer.buy(order), buyer.buy(ordered(order.lines.get().product))
    asked = merchant.post(reverse("xpay:cancel", args=[payment.oid]), {"amount": 3400, "reason": "흠집"}).text
    elsewhere = reverse("xpay:cancel", args=[other.oid])
    assert "만료" in merchant.post(elsewhere, confirmation(asked), follow=True).text
    assert "만료" in merchant.post(elsewhere, {"confirmed": "forged"}, follow=True).text
    merchant.force_login(User.objects.create_superuser("other", password="secret"))
    assert "만료" in merchant.post(reverse("xpay:cancel", args=[payment.oid]), confirmation(asked), follow=True).text
    assert fresh(payment).balance == fresh(other).balance == 23400


def test_a_cancel_that_broke_says_nothing_of_charges(buyer, gateway, order, merchant):
    """The payment stands, or is given back: that nothing was charged would be untrue of both."""
    payment = buyer.buy(order)
    page = reverse("xpay:cancel", args=[payment.oid])

    def from_the_list():
        asked = act(merchant, "cancel", payment)
        return lambda: act(merchant, "cancel", payment, **confirmation(asked.text), reason="변심")

    def from_the_page():
        asked = merchant.post(page, {"amount": 3400, "reason": "흠집"})
        return lambda: merchant.post(page, confirmation(asked.text), follow=True)

    for ask in (from_the_list, from_the_page):
        for script in ("Rollback before:close\n* close", "* close"):
            confirm = ask()
            gateway.ask("/faults", {"script": script})
            said = confirm().text
            gateway.forget_faults()
            assert "20008" in said and "charg" not in said and "결제되지 않았습니다" not in said
            assert "상점관리자에서 LGD_OID를 조회" in said or "다시 요청하십시오" in said
            assert payment.oid in said and payment.oid.capitalize() not in said
            for left in payment.transactions.filter(outcome="in_doubt"):
                # Another refund is not offered before that.
                assert "결과불명" in act(merchant, "cancel", payment).text and 'name="amount"' not in merchant.get(page).text
                recovery.decide(left.tx_id, is_done=False)
    for waits in conf.client().recover().open:
        assert waits.state == "ask_again"
        conf.client().close_transaction(waits.tx_id, "end of the test")


def test_a_page_that_could_not_say_what_became_of_it_refunds_nothing(buyer, gateway, order, merchant, settings):
    payment = buyer.buy(order)
    page = reverse("xpay:cancel", args=[payment.oid])
    asked = merchant.post(page, {"amount": 3400, "reason": "흠집"}).text
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("MessageMiddleware")]
    merchant.handler.load_middleware()
    with pytest.raises(ImproperlyConfigured, match="nothing was requested"):
        merchant.post(page, confirmation(asked))
    assert gateway.balance(payment.oid) == 23400


def test_a_refund_in_doubt_keeps_other_pages_from_another(buyer, gateway, order, merchant):
    """They were open, and confirmed, before anybody knew."""
    payment = buyer.buy(order)
    page = reverse("xpay:cancel", args=[payment.oid])
    first, second = (merchant.post(page, {"amount": 3400, "reason": "흠집"}).text for _ in range(2))
    listed = act(merchant, "cancel", payment).text
    gateway.ask("/faults", {"script": "* close"})
    assert "20008" in merchant.post(page, confirmation(first), follow=True).text
    gateway.forget_faults()
    assert "먼저 확인하십시오" in merchant.post(page, confirmation(second), follow=True).text
    assert "먼저 확인하십시오" in act(merchant, "cancel", payment, **confirmation(listed), reason="변심").text
    left = payment.transactions.get(kind__contains="cancel")
    # The shop's own program may ask again: the gateway compares what is left.
    assert refunds.cancel(payment, 3400).is_booked and gateway.balance(payment.oid) == 20000
    recovery.decide(left.tx_id, is_done=False)
    for waits in conf.client().recover().open:
        conf.client().close_transaction(waits.tx_id, "end of the test")


def test_in_a_project_of_atomic_requests(buyer, gateway, order, merchant, monkeypatch):
    """Its pages ask the gateway outside of the request's transaction all the same."""
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    payment = buyer.buy(order)
    assert payment.state == State.PAID
    page = reverse("xpay:cancel", args=[payment.oid])
    merchant.post(page, confirmation(merchant.post(page, {"amount": 3400, "reason": "흠집"}).text))
    assert fresh(payment).balance == 20000
    asked = act(merchant, "cancel", payment)
    assert "환불했습니다" in act(merchant, "cancel", payment, **confirmation(asked.text), reason="변심").text
    assert fresh(payment).state == State.CANCELLED and gateway.balance(payment.oid) == 0


def test_the_admin_leads_to_the_pages(buyer, order, deposited, merchant):
    assert act(merchant, "cancel_part", deposited).redirect_chain[-1][0] == reverse("xpay:cancel", args=[deposited.oid])
    assert act(merchant, "cash_receipt", deposited).redirect_chain[-1][0] == reverse("xpay:receipt", args=[deposited.oid])
    other = buyer.buy(ordered(deposited.order.lines.get().product))
    assert "하나만 고르십시오" in act(merchant, "cancel_part", deposited, other).text


def test_the_admin_shows_and_writes_nothing(deposited, merchant):
    page = reverse("admin:xpayclient_payment_change", args=[deposited.pk])
    shown = merchant.get(page)
    assert shown.status_code == 200 and deposited.tid in shown.text and deposited.transactions.get().tx_id in shown.text
    merchant.post(page, {"state": "failed", "balance": "0"})
    assert fresh(deposited).balance == 23400
    for name in ("payment_add", "notice_add"):
        assert merchant.get(reverse(f"admin:xpayclient_{name}")).status_code == 403
    assert merchant.get(reverse("admin:xpayclient_payment_delete", args=[deposited.pk])).status_code == 403
    assert merchant.get(reverse("admin:xpayclient_notice_changelist")).status_code == 200
