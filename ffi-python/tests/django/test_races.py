"""Two at once, at every isolation of every database: nobody is charged twice, nothing is booked twice, nothing is lost."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from conftest import Buyer, fresh, ordered, tell
from django.contrib.auth.models import User
from django.db import connection
from shop.models import Order, Product
from xpayclient import Card
from xpayclient.django import cards, conf, paying, refunds, signals
from xpayclient.django.models import KeptCard, Payment, State, Transaction, order_key
from xpayclient.django.orders import OrderGone

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


@pytest.mark.parametrize("race", range(RACES))
def test_two_pay_one_order(gateway, order, race):
    first, second = begun(gateway, order), begun(gateway, order)
    ended = at_once(lambda: paying.pay(*first), lambda: paying.pay(*second))
    assert charged(gateway, order) == [order.xpay_amount()]
    assert [payment.state for payment in ended].count(State.PAID) == 1, ended
    assert states(order) == [State.FAILED, State.PAID] and fresh(order).state == Order.State.PAID
