"""Django's error reports with DEBUG off: whatever fails, and wherever, there is no secret in the mail or on the page."""

import logging
import re
import secrets as random
import sys
from datetime import datetime
from urllib.parse import urlencode

import django
import pytest
import returned
from asgiref.sync import async_to_sync
from conftest import Buyer, handed_on, ordered, post_form, tell
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.db import DatabaseError
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter
from xpayclient import Card, RefundAccount, XPayClient, escrow
from xpayclient.django import cards, conf, deliveries, ledger, paying, receipts, refunds, returns, signals, views
from xpayclient.django.models import KeptCard
from xpayclient.django.orders import Buyer as Shopper
from xpayclient.django.orders import Escrow

# In pieces, since a report shows this source, too.
NAME = "".join(("제갈", "공명"))
PHONE = "".join(("010", "9876", "5432"))
MAIL = "@".join(("gongmyeong", "shop.example"))
STREET = " ".join(("남양", "초당", "27"))
NUMBER = "".join(("010", "5550", "1234"))
ACCOUNT = "".join(("110", "987", "654321"))
ZERO = "0000"
# Django 6 takes addresses, and earlier ones pairs.
ADMINS = ["admin@shop.example"] if django.VERSION >= (6,) else [("admin", "admin@shop.example")]


class Reports(AdminEmailHandler):
    """Every report: the mails to the admins, and the page and the text of whatever a request raised."""

    def __init__(self):
        super().__init__(include_html=True)
        self.seen = []

    def send_mail(self, subject, message, *args, **kwargs):
        self.seen += [subject, message, kwargs["html_message"]]

    def of_a_request(self, request, **_):
        self.add(request, *sys.exc_info())

    def add(self, request, *error):
        reporter = ExceptionReporter(request, *error)
        self.seen += [reporter.get_traceback_html(), reporter.get_traceback_text()]

    def hide(self, *secrets, say="not now"):
        """They tell what happened, and nothing of these."""
        everything = "\n".join(self.seen)
        assert len(self.seen) >= 2 and say in everything and "Traceback" in everything
        assert all(secrets), "a test without a secret shows nothing"
        told = [secret for secret in secrets if secret in everything]
        assert not told, [everything[max(0, at - 300) : at + 100] for at in map(everything.index, told)]


@pytest.fixture
def reports(settings):
    settings.ADMINS = ADMINS
    handler = Reports()
    loggers = [logging.getLogger(name) for name in ("django.request", "django.security", "xpayclient.django")]
    for logger in loggers:
        logger.addHandler(handler)
    got_request_exception.connect(handler.of_a_request)
    yield handler
    got_request_exception.disconnect(handler.of_a_request)
    for logger in loggers:
        logger.removeHandler(handler)


def fails(*_, **__):
    raise RuntimeError("not now")


@pytest.fixture
def wheel_fails(gateway):
    """From here on every call of the wheel that asks the core fails, in the frames where it has what it was given."""
    with pytest.MonkeyPatch.context() as patch:
        yield lambda: patch.setattr(XPayClient, "_client", fails)


@pytest.fixture
def receiver_fails():
    connected = []

    def connect(signal):
        signal.connect(fails)
        connected.append(signal)

    yield connect
    for signal in connected:
        signal.disconnect(fails)


@pytest.fixture
def visitor(gateway):
    return Buyer(gateway, raise_request_exception=False)


@pytest.fixture
def merchant():
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("merchant", password="secret"))
    return client


@pytest.fixture
def shopper(order, monkeypatch):
    whole = Shopper(NAME, NAME, MAIL, PHONE)
    monkeypatch.setattr(type(order), "xpay_buyer", lambda self: whole)
    monkeypatch.setattr(type(order), "xpay_escrow", lambda self: Escrow([], "04524", STREET, phone=PHONE), raising=False)
    return NAME, MAIL, PHONE, STREET


@pytest.fixture
def key(gateway):
    card = Card("".join(("43301234", "12341235")), "27", "12")
    return conf.client().make_billing_key(f"key-{random.token_hex(8)}", card).key


@pytest.fixture
def card(key):
    user = User.objects.create_user("hong")
    return KeptCard.objects.create(user=user, mid=conf.current().mid, billing_key=key, institution="신한", number="**** 1235")


def consent(visitor, order):
    """Up to payres. Gives the payment, what is posted there, and the secrets in it."""
    payment = visitor.begin(order)
    paykey = visitor.agree(payment)
    envelope = handed_on(visitor.come_back(payment, paykey))
    session = visitor.cookies["sessionid"].value
    return payment, {"LGD_OID": payment.oid, "LGD_PAYKEY": envelope}, (paykey, envelope, session)


@pytest.mark.parametrize("signal", [signals.payment_approved, signals.payment_failed])
def test_a_receiver_while_a_payment_key_is_known(visitor, order, reports, receiver_fails, signal):
    """The one is logged, the other comes out of the page."""
    _, posted, hidden = consent(visitor, order)
    receiver_fails(signals.payment_approved)
    receiver_fails(signal)
    answer = visitor.post("/xpay/payres/", posted)
    assert answer.status_code == (302 if signal is signals.payment_approved else 500)
    reports.hide(*hidden)


def test_the_wheel_while_a_payment_key_is_known(visitor, order, reports, wheel_fails):
    _, posted, hidden = consent(visitor, order)
    wheel_fails()
    assert visitor.post("/xpay/payres/", posted).status_code == 500
    reports.hide(*hidden)


def test_the_database_while_a_payment_key_is_known(visitor, order, reports, monkeypatch):
    _, posted, hidden = consent(visitor, order)

    def away(*_, **__):
        raise DatabaseError("not now")

    monkeypatch.setattr(ledger, "change", away)
    assert visitor.post("/xpay/payres/", posted).status_code == 500
    reports.hide(*hidden)


def test_under_asgi(visitor, order, reports, wheel_fails):
    _, posted, hidden = consent(visitor, order)
    wheel_fails()
    client = AsyncClient(raise_request_exception=False)
    client.cookies = visitor.cookies
    assert async_to_sync(client.post)("/xpay/payres/", posted).status_code == 500
    reports.hide(*hidden)


def test_outside_of_any_page(visitor, order, reports, wheel_fails):
    """A task or a command of the shop's: what it knows itself is its own affair, what it calls shows nothing."""
    payment, _, (paykey, *_) = consent(visitor, order)
    delivery = escrow.Sent(payment.oid, datetime(2026, 11, 28), "LG", "1", worker=NAME, worker_phone=PHONE)
    paid = visitor.buy(ordered(order.lines.first().product), means="account")
    paid.state, paid.balance, paid.seqno = "paid", paid.amount, "001"
    paid.save()
    wheel_fails()
    tries = [
        lambda: paying.pay(payment, paykey),
        lambda: refunds.cancel(paid, refund_account=RefundAccount(ACCOUNT, "088", NAME, PHONE)),
        lambda: receipts.issue(paid, NUMBER, "1"),
        lambda: deliveries.register(paid, delivery),
    ]
    for act in tries:
        try:
            act()
        except RuntimeError as error:
            # After the frames of this test.
            reports.add(None, type(error), error, error.__traceback__.tb_next.tb_next)
    assert len(reports.seen) == 2 * len(tries)
    reports.hide(paykey, ACCOUNT, NAME, PHONE, NUMBER)


@pytest.mark.parametrize("where", ["wheel", "template"])
def test_the_window(visitor, order, shopper, reports, wheel_fails, monkeypatch, where):
    payment = visitor.begin(order)
    if where == "wheel":
        wheel_fails()
    else:
        monkeypatch.setattr(views, "render", fails)
    assert visitor.get(payment.get_absolute_url()).status_code in (500, 503)
    reports.hide(*shopper)


def test_the_payment_form_on_a_page_of_the_shops(visitor, order, shopper, reports, wheel_fails, rf):
    """Its own view is not ours; what it calls is."""
    from django.template import Context, Template

    payment, request = visitor.begin(order), rf.get("/")
    wheel_fails()
    try:
        Template("{% load xpay %}{% xpay_form payment %}").render(Context({"request": request, "payment": payment}))
    except RuntimeError as error:
        reports.add(request, type(error), error, error.__traceback__.tb_next)
    reports.hide(*shopper)


@pytest.mark.parametrize("where", ["verifying", "signing", "rendering"])
def test_the_windows_return(gateway, visitor, order, reports, wheel_fails, monkeypatch, where):
    payment = visitor.begin(order)
    paykey = visitor.agree(payment)
    posted = returned.returned(gateway.home, payment.oid, paykey, LGD_BUYER=NAME, LGD_BUYERPHONE=PHONE, LGD_BUYEREMAIL=MAIL)
    if where == "verifying":
        wheel_fails()
    elif where == "signing":
        monkeypatch.setattr(returns.signing, "dumps", fails)
    else:
        monkeypatch.setattr(views, "render", fails)
    assert post_form(Client(raise_request_exception=False), "/xpay/returnurl/", posted).status_code == 500
    reports.hide(paykey, posted["LGD_HASHDATA"], posted["LGD_CARDNUM"], NAME, PHONE, MAIL)


@pytest.mark.parametrize("where", ["wheel", "receiver"])
@pytest.mark.parametrize("page", ["cas_noteurl", "mobile_noteurl"])
def test_notifications(visitor, order, notice, reports, wheel_fails, receiver_fails, page, where):
    buyers = {"LGD_BUYER": NAME, "LGD_BUYERPHONE": PHONE, "LGD_BUYEREMAIL": MAIL}
    if page == "cas_noteurl":
        body = notice(visitor.buy(order, means="account"), **buyers)
    else:
        payment = visitor.begin(order)
        payment.tid = "tlgda2026112312000000007"
        of_an_account = dict.fromkeys(("LGD_CASTAMOUNT", "LGD_CASCAMOUNT"), "")
        body = notice(payment, flag="", seqno="", LGD_PAYTYPE="SC0010", **buyers, **of_an_account)
    if where == "wheel":
        wheel_fails()
    else:
        for signal in (signals.deposit_received, signals.payment_approved, signals.payment_failed):
            receiver_fails(signal)
    assert tell(body, page).status_code == 500
    reports.hide(NAME, PHONE, MAIL, body.decode().split("LGD_HASHDATA=")[1][:32])


@pytest.mark.parametrize("where", ["card_return", "card_keep", "receiver"])
def test_a_billing_key_on_its_way(visitor, key, reports, receiver_fails, monkeypatch, where):
    visitor.force_login(User.objects.create_user("hong"))
    url = visitor.get(reverse("xpay:cards")).text.split('name="LGD_RETURNURL" value="')[1].split('"')[0]
    opened = url.split("/")[-2]
    posted = {"LGD_RESPCODE": ZERO, "LGD_BILLKEY": key, "LGD_CARDNUM": ACCOUNT, "LGD_EXPYEAR": "27", "LGD_EXPMON": "12"}
    if where == "card_return":
        monkeypatch.setattr(views, "render", fails)
        assert post_form(Client(raise_request_exception=False), url.partition("testserver")[2], posted).status_code == 500
        return reports.hide(key, ACCOUNT)
    if where == "receiver":
        receiver_fails(signals.card_kept)
    else:
        monkeypatch.setattr("xpayclient._client.billing_return", fails)
    answer = post_form(visitor, reverse("xpay:card_keep"), {"opened": opened, "returned": urlencode(posted)})
    assert answer.status_code == 500
    reports.hide(key, opened, ACCOUNT, visitor.cookies["sessionid"].value)


@pytest.mark.parametrize("where", ["wheel", "receiver"])
def test_a_kept_cards_charge(visitor, order, card, reports, wheel_fails, receiver_fails, where):
    """In the shop's own view."""
    visitor.force_login(card.user)
    if where == "wheel":
        wheel_fails()
    else:
        receiver_fails(signals.payment_approved)
        receiver_fails(signals.payment_failed)
    assert visitor.post(f"/orders/{order.token}/pay/", {"means": str(card.pk)}).status_code == 500
    reports.hide(card.billing_key)


def test_recovery(visitor, gateway, order, card, reports, receiver_fails):
    gateway.ask("/faults", {"script": "CardAuth close\nRollback before:close"})
    cards.charge(card, order)
    gateway.forget_faults()
    receiver_fails(signals.payment_failed)
    try:
        call_command("xpay_recover")
    except RuntimeError as error:
        reports.add(None, type(error), error, error.__traceback__.tb_next)
    reports.hide(card.billing_key)


@pytest.fixture
def deposited(visitor, order):
    payment = visitor.buy(order, means="account")
    payment.state, payment.balance, payment.seqno = "paid", payment.amount, "001"
    payment.save()
    return payment


FORMS = {
    "cancel": {"amount": "3400", "reason": "x", "bank": "088", "account": ACCOUNT, "holder": NAME, "phone": PHONE},
    "receipt": {"card_number": NUMBER, "receipt_use": "1"},
    "delivery": {
        "kind": "03", "date": "2026-11-28 12:00", "company_code": "LG", "number": "1", "worker": NAME, "worker_phone": PHONE,
    },
}  # fmt: skip
HIDDEN = {"cancel": (ACCOUNT, NAME, PHONE), "receipt": (NUMBER,), "delivery": (NAME, PHONE)}


def filled_in(client, page, url):
    """What the page's last step posts."""
    shown = {"cancel": lambda: client.post(url, FORMS[page]), "receipt": lambda: client.get(url)}
    if page not in shown:
        return FORMS[page]
    return FORMS[page] | {"confirmed": re.search('name="confirmed" value="([^"]*)"', shown[page]().text)[1]}


@pytest.mark.parametrize("where", ["wheel", "ledger", "login", "template"])
@pytest.mark.parametrize("page", FORMS)
def test_what_the_merchant_types(merchant, deposited, reports, wheel_fails, monkeypatch, page, where):
    """Also where the page itself is not reached."""
    url = reverse(f"xpay:{page}", args=[deposited.oid])
    posted = filled_in(merchant, page, url)
    if where == "wheel":
        wheel_fails()
    elif where == "ledger":
        monkeypatch.setattr(ledger, "change", fails)
    elif where == "login":
        monkeypatch.setattr("django.contrib.auth.middleware.get_user", fails)
    else:
        monkeypatch.setattr("xpayclient.django.merchant.get_object_or_404", fails)
    assert merchant.post(url, posted).status_code == 500
    reports.hide(*HIDDEN[page], merchant.cookies["sessionid"].value, *filter(None, [posted.get("confirmed")]))


def test_what_the_merchant_types_before_it_is_shown_again(merchant, deposited, reports, monkeypatch):
    """The first of two steps."""
    monkeypatch.setattr("xpayclient.django.merchant.render", fails)
    assert merchant.post(reverse("xpay:cancel", args=[deposited.oid]), FORMS["cancel"]).status_code == 500
    reports.hide(*HIDDEN["cancel"])


def test_a_report_that_is_not_filtered_would_show_it(visitor, order, reports, wheel_fails, settings):
    """Or these tests would see nothing: with DEBUG on, Django hides no variable."""
    _, posted, (_, envelope, _) = consent(visitor, order)
    wheel_fails()
    settings.DEBUG = True
    visitor.post("/xpay/payres/", posted)
    assert any(envelope in seen for seen in reports.seen)
