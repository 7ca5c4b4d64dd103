"""Two at once, at every isolation of every database: nobody is charged twice, nothing is booked twice, nothing is lost."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from conftest import fresh, tell
from django.contrib.auth.models import User
from django.db import connection
from shop.models import Order, Product
from xpayclient import Card
from xpayclient.django import cards, conf, paying, receipts, recovery, refunds, signals
from xpayclient.django.models import KeptCard, Payment, State, Transaction, order_key

RACES = int(os.environ.get("XPAY_RACES", "5"))
CARD = Card("4330123412341235", "27", "12", pin="12", private_no="900101")


def at_once(*calls):
    """What came of each: all begin together, each with a connection of its own."""
    together = Barrier(len(calls))

    def alone(call):
        # Open, so that nobody is late.
        connection.ensure_connection()
        together.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(alone, calls))


@pytest.fixture(autouse=True)
def stock(mug):
    Product.objects.update(stock=10 * RACES)


def begun(gateway, order, **more):
    """A payment of the order as another buyer begins it, and the window's key for it."""
    payment = paying.new(order, **more)
    return payment, gateway.paykey(payment.oid, payment.amount)


def charged(gateway, order):
    """What the gateway has taken for the order, by each of its payments."""
    taken = (gateway.balance(payment.oid) for payment in Payment.objects.filter(**order_key(order)))
    return sorted(filter(None, taken))


def states(order):
    return sorted(Payment.objects.filter(**order_key(order)).values_list("state", flat=True))


races = pytest.mark.parametrize("race", range(RACES))
a_few = pytest.mark.parametrize("race", range(min(RACES, 3)))


@races
def test_two_pay_one_order(gateway, order, race):
    first, second = begun(gateway, order), begun(gateway, order)
    ended = at_once(lambda: paying.pay(*first), lambda: paying.pay(*second))
    assert charged(gateway, order) == [order.xpay_amount()]
    assert [payment.state for payment in ended].count(State.PAID) == 1, ended
    assert states(order) == [State.FAILED, State.PAID] and fresh(order).state == Order.State.PAID


@a_few
def test_one_payment_in_two_tabs(gateway, order, race):
    payment, key = begun(gateway, order)
    at_once(lambda: paying.pay(payment, key), lambda: paying.pay(fresh(payment), key))
    assert charged(gateway, order) == [order.xpay_amount()] and states(order) == [State.PAID]
    assert payment.transactions.count() == 1


@a_few
def test_a_card_is_charged_twice_for_one_order(gateway, order, race):
    key = conf.client().make_billing_key("kept-" + str(order.token), CARD).key
    kept = KeptCard.objects.create(user=User.objects.create_user("hong"), mid=conf.current().mid, billing_key=key)
    ended = at_once(lambda: cards.charge(kept, order), lambda: cards.charge(kept, order))
    assert charged(gateway, order) == [order.xpay_amount()]
    assert not [error for error in ended if isinstance(error, Exception)] and states(order).count(State.PAID) == 1


@a_few
def test_two_tabs_keep_one_card(race):
    user = User.objects.create_user("hong")

    def keep():
        return cards._kept_once(KeptCard(user=user, mid="m", billing_key="key"))

    first, second = at_once(keep, keep)
    assert first == second == KeptCard.objects.get()


@a_few
def test_a_note_of_an_app_and_a_card(gateway, order, notice, race):
    """The order is paid in an app, and by its other payment in a browser."""
    (app, _), other = begun(gateway, order), begun(gateway, order)
    body = notice(app, "", "", LGD_TID="note", LGD_PAYTYPE="SC0010", LGD_CASTAMOUNT="", LGD_CASCAMOUNT="")
    answer, paid = at_once(lambda: tell(body, "mobile_noteurl"), lambda: paying.pay(*other))
    # It comes again, where it was too early to decide.
    answer = answer if answer.status_code == 200 else tell(body, "mobile_noteurl")
    is_kept = answer.content == b"OK"
    assert answer.content in (b"OK", b"ROLLBACK")
    assert (fresh(app).state, paid.state) == ((State.PAID, State.FAILED) if is_kept else (State.FAILED, State.PAID))
    assert gateway.balance(paid.oid) == (0 if is_kept else order.xpay_amount())


@a_few
def test_a_deposit_is_told_twice(gateway, order, notice, race):
    payment = paying.new(order, offered="SC0040")
    payment = paying.pay(payment, gateway.paykey(payment.oid, payment.amount, paytype="SC0040"))
    answers = at_once(*[lambda: tell(notice(payment))] * 2)
    assert [answer.content for answer in answers] == [b"OK", b"OK"]
    assert payment.notices.get().deliveries == 2 and fresh(payment).balance == order.xpay_amount()


@a_few
def test_two_give_the_money_back(gateway, order, race):
    paid, given_back = paying.pay(*begun(gateway, order)), []

    def hear(amount, **_):
        given_back.append(amount)

    signals.payment_cancelled.connect(hear)
    try:
        ended = at_once(lambda: refunds.cancel(paid), lambda: refunds.cancel(fresh(paid)))
    finally:
        signals.payment_cancelled.disconnect(hear)
    assert charged(gateway, order) == [] and (fresh(paid).state, fresh(paid).balance) == (State.CANCELLED, 0)
    assert any(isinstance(one, Transaction) and one.is_booked for one in ended), ended
    assert given_back == [paid.amount]


@a_few
def test_a_cancel_in_doubt_is_decided_twice(gateway, order, race):
    paid = paying.pay(*begun(gateway, order))
    paid.transactions.create(kind="partial cancel", tx_id="in-doubt", amount=400, before="paid", outcome="in_doubt")
    at_once(*[lambda: recovery.decide("in-doubt", is_done=True)] * 2)
    assert fresh(paid).balance == paid.amount - 400


@a_few
def test_two_issue_a_cash_receipt(gateway, order, notice, race):
    payment = paying.new(order, offered="SC0040")
    payment = paying.pay(payment, gateway.paykey(payment.oid, payment.amount, paytype="SC0040"))
    gateway.ask("/deposits", {"tid": payment.tid})
    tell(notice(payment))
    # Slow enough that the second comes while the first waits for its answer.
    gateway.ask("/faults", {"script": "CashReceipt delay=300\nCashReceipt delay=300"})
    ended = at_once(*[lambda: receipts.issue(fresh(payment), "01012345678", "1")] * 2)
    assert payment.transactions.filter(kind="receipt").count() == 1, ended
    assert fresh(payment).receipt, payment.transactions.get(kind="receipt").message
