"""Escrow deliveries: the merchant's page, the record, and what is not sent again by itself."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import fresh
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.urls import reverse
from xpayclient import XPayError, escrow
from xpayclient.django import deliveries, paying
from xpayclient.django.models import Payment, State

AT = datetime.datetime(2026, 11, 28, 14, 30, tzinfo=datetime.timezone.utc)
SENT = {"kind": "03", "date": "2026-11-28 14:30", "product_id": "goods-1", "company_code": "CJ", "number": "123456789012"}


@pytest.fixture
def paid(buyer, gateway, order):
    """A payment in escrow: the window's buyer asked for it."""
    payment = buyer.begin(order)
    paykey = gateway.paykey(payment.oid, payment.amount, escrow=True)
    paying.pay(payment, paykey)
    payment = fresh(payment)
    assert payment.state == State.PAID
    return payment


@pytest.fixture
def merchant(client):
    client.force_login(User.objects.create_superuser("merchant", password="secret"))
    return client


def sent(payment, product="goods-1"):
    return escrow.Sent(oid=payment.oid, date=AT, company_code="CJ", number="12", product_id=product, worker="김배송")


def kept(gateway, payment):
    return gateway.ask(f"/payments/{payment.tid}")["deliveries"]


def test_the_merchants_page_registers_what_was_sent_and_received(paid, gateway, merchant):
    page = reverse("xpay:delivery", args=[paid.oid])
    assert 'name="worker"' in merchant.get(page).text
    people = {"worker": "김배송", "worker_phone": "010-1234-5678"}
    answer = merchant.post(page, SENT | people, follow=True)
    assert "배송이 등록되었습니다" in answer.text, answer.text
    answer = merchant.post(page, {"kind": "01", "date": "2026-11-30 09:05", "name": "홍길동"}, follow=True)
    assert "배송이 등록되었습니다" in answer.text, answer.text
    rows = kept(gateway, paid)
    assert [(row["kind"], row["product"], row["number"]) for row in rows] == [("03", "goods-1", "123456789012"), ("01", "", "")]
    entry = paid.escrow_deliveries.first()
    assert entry.is_registered and entry.user.username == "merchant"
    stored = repr([vars(one) for one in paid.escrow_deliveries.all()])
    assert not any(secret in stored for secret in ("김배송", "010-1234-5678", "홍길동"))


def test_what_is_missing_or_wrong_is_said(paid, gateway, merchant):
    page = reverse("xpay:delivery", args=[paid.oid])
    assert "발송을 등록하려면 필요합니다" in merchant.post(page, SENT | {"number": ""}).text
    assert "dlvno may hold" in merchant.post(page, SENT | {"number": "1 2"}).text
    gateway.fail("body=NO")
    assert "the gateway answered [NO]" in merchant.post(page, SENT).text
    assert kept(gateway, paid)[1:] == [], "the fault strikes behind the gateway"


def test_what_may_be_registered_is_sent_again_only_if_somebody_says_so(paid, gateway, merchant):
    gateway.fail("close")
    with pytest.raises(XPayError, match="may have registered"):
        deliveries.register(paid, sent(paid))
    entry = paid.escrow_deliveries.get()
    assert entry.may_stand and not entry.is_registered and entry.outcome == "in_doubt"
    with pytest.raises(deliveries.NotDeliverable):
        deliveries.register(paid, sent(paid))
    assert len(kept(gateway, paid)) == 1
    page = reverse("xpay:delivery", args=[paid.oid])
    same = SENT | {"number": "12"}
    assert "이미 등록되었거나" in merchant.post(page, same).text
    assert merchant.post(page, same | {"again": "on"}, follow=True).status_code == 200
    assert len(kept(gateway, paid)) == 2
    assert deliveries.register(paid, sent(paid, "goods-2")).is_registered, "another item"


def test_eight_at_once_are_registered_once(paid, gateway):
    def register(_):
        try:
            return deliveries.register(paid, sent(paid)).is_registered
        except deliveries.NotDeliverable:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(register, range(8))) == [False] * 7 + [True]
    assert len(kept(gateway, paid)) == 1


def test_what_the_gateway_refuses_can_be_corrected(buyer, order, gateway):
    payment = buyer.buy(order)
    entry = deliveries.register(payment, sent(payment))
    assert not entry.is_registered and not entry.may_stand and entry.code == "90009"
    assert "SB48" in entry.message
    assert deliveries.register(payment, sent(payment)).code == "90009"
    Payment.objects.update(state=State.FAILED, balance=0)
    with pytest.raises(deliveries.NotDeliverable, match="not paid"):
        deliveries.register(payment, sent(payment))


def test_the_admin_leads_there_whoever_may(paid, client):
    user = User.objects.create_user("clerk", password="secret", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename="view_payment"))
    client.force_login(user)
    page = reverse("xpay:delivery", args=[paid.oid])
    assert client.get(page).status_code == 403
    action = {"action": "escrow_delivery", "_selected_action": [paid.pk]}
    listed = reverse("admin:xpayclient_payment_changelist")
    assert page not in client.post(listed, action, follow=False).get("Location", "")
    user.user_permissions.add(Permission.objects.get(codename="register_delivery"))
    client.force_login(User.objects.get(pk=user.pk))
    assert client.post(listed, action).get("Location") == page
    assert client.get(reverse("admin:xpayclient_payment_change", args=[paid.pk])).status_code == 200
