"""Where two transactions meet in the database: what is read is what was committed, and what gives way is done again or undone."""

import contextlib
import datetime
import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from conftest import fresh, ordered, tell
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone
from gateway import until
from shop.models import Line, Order, Product
from xpayclient.django import paying, refunds, signals
from xpayclient.django.models import Payment, State, order_key


class Deadlock(Exception):
    """As the driver's: PyMySQL and mysqlclient have the number in their arguments, psycopg has it as an attribute."""

    sqlstate = "40P01"


def deadlock():
    error = OperationalError("deadlock found")
    error.__cause__ = Deadlock(1213)
    return error


@pytest.fixture
def key(gateway):
    return lambda payment: gateway.paykey(payment.oid, payment.amount)


@pytest.fixture
def hears():
    """Connects a receiver to the approval."""
    heard = []

    def connect(receiver):
        heard.append(receiver)
        signals.payment_approved.connect(receiver)

    yield connect
    for receiver in heard:
        signals.payment_approved.disconnect(receiver)


def with_its_own_connection(call):
    try:
        return call()
    finally:
        connection.close()


def locks_rows():
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite has one lock for everything")


def test_two_that_wait_for_each_other_are_both_booked(gateway, mug, key, hears):
    """The shop's own receivers lock two products, one this way round and one the other."""
    locks_rows()
    products = [mug, Product.objects.create(name="접시", price=23400, stock=5)]
    payments = [paying.new(ordered(product)) for product in products]
    both, seen, missed = Event(), [], []
    # There MariaDB locks what lies between two rows, too: the one may wait for the other's end before they cross.
    may_miss = connection.vendor == "mysql" and os.environ.get("SHOP_ISOLATION") in ("repeatable read", "serializable")

    def crosses(order, **_):
        mine = order.lines.get().product_id
        theirs = next(product.pk for product in products if product.pk != mine)
        seen.append(mine)
        if len(set(seen)) == 2:
            both.set()
        until(lambda: both.wait(0.1) or (may_miss and somebody_waits()))
        if not both.is_set():
            missed.append(mine)
        Product.objects.filter(pk=theirs).update(stock=F("stock") - 1)

    hears(crosses)
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda one: with_its_own_connection(lambda: paying.pay(one, key(one))), payments))
    assert [payment.state for payment in ended] == [State.PAID] * 2 and (len(seen) > 2 or missed)
    # What a transaction took that gave way was given back: each of the two took one of each.
    assert [fresh(product).stock for product in products] == [3, 3]
    assert sorted(gateway.balance(payment.oid) for payment in payments) == [23400, 23400]


def test_an_approval_that_gives_way_again_and_again_is_undone(gateway, order, mug, key, hears):
    tries = []

    def gives_way(**_):
        tries.append(1)
        raise deadlock()

    hears(gives_way)
    payment = paying.new(order)
    assert paying.pay(payment, key(payment)).state == State.FAILED
    assert 2 < len(tries) < 20 and payment.transactions.get().outcome == "rolled_back"
    assert gateway.payment(payment.oid)["state"] == "rolled_back" and fresh(mug).stock == 5


def test_before_it_is_sent_the_buyer_may_try_again(buyer, gateway, order, monkeypatch):
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    costs = Order.xpay_amount
    with monkeypatch.context() as patch:
        patch.setattr(Order, "xpay_amount", lambda order: (_ for _ in ()).throw(deadlock()))
        with pytest.raises(paying.Busy, match="nothing was sent"):
            paying.pay(payment, paykey)
    assert gateway.payment(payment.oid) is None and fresh(payment).state == State.READY
    # And by the window: back to the payment's page, which says that nothing was charged.
    seen = []

    def once(order):
        seen.append(1)
        if len(seen) == 1:
            raise deadlock()
        return costs(order)

    monkeypatch.setattr(Order, "xpay_amount", once)
    buyer.payres(payment, paykey)
    assert fresh(payment).state == State.PAID and len(seen) > 1


def test_a_busy_database_sends_the_buyer_back(buyer, gateway, order, monkeypatch):
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    monkeypatch.setattr(Order, "xpay_amount", lambda order: (_ for _ in ()).throw(deadlock()))
    assert buyer.payres(payment, paykey).url == f"{payment.get_absolute_url()}?unpaid"
    assert gateway.payment(payment.oid) is None


def swallows_a_constraint(order, **_):
    with contextlib.suppress(IntegrityError):
        Line.objects.create(order=order, product=order.lines.get().product, quantity=1, price=1)


def swallows_what_it_reads(order, **_):
    """It breaks a PostgreSQL transaction, and Django does not see it. MariaDB and SQLite go on."""
    with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


def swallows_the_end(order, **_):
    """As a deadlock that is met in reading: MariaDB and MySQL end the whole transaction, and go on in another one."""
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK")


@pytest.mark.parametrize("receiver", [swallows_a_constraint, swallows_what_it_reads, swallows_the_end])
def test_a_receiver_does_not_end_the_transaction_unseen(gateway, order, key, hears, receiver):
    hears(receiver)
    payment = paying.new(order)
    ended = paying.pay(payment, key(payment))
    # Whatever it did: booked and charged, or neither.
    if receiver is swallows_what_it_reads and connection.vendor != "postgresql":
        assert (ended.state, gateway.balance(payment.oid)) == (State.PAID, 23400)
    else:
        assert (ended.state, gateway.balance(payment.oid)) == (State.FAILED, 0)
    assert fresh(order).state == (Order.State.PAID if ended.state == State.PAID else Order.State.NEW)


@pytest.mark.parametrize("is_saved", [False, True])
def test_what_changes_while_it_waits_is_seen(gateway, order, key, is_saved):
    """The shop changes the order in its own transaction, which the payment has to wait for."""
    locks_rows()
    payment, has_it = paying.new(order), Event()
    paykey = key(payment)

    def changes():
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order.pk)
            has_it.set()
            until(somebody_waits)
            Line.objects.filter(order=order).update(quantity=2)
            if is_saved:
                Order.objects.filter(pk=order.pk).update(buyer="성춘향")

    with ThreadPoolExecutor(2) as pool:
        shop = pool.submit(with_its_own_connection, changes)
        assert has_it.wait(30)
        paid = pool.submit(with_its_own_connection, lambda: paying.pay(payment, paykey))
        shop.result()
        assert paid.result().state == State.FAILED
    assert gateway.balance(payment.oid) == 0
    # From REPEATABLE READ on, PostgreSQL's transaction sees what was when it began to wait, unless the order itself changed:
    # there the approval is undone.
    sees_old = connection.vendor == "postgresql" and os.environ.get("SHOP_ISOLATION") in ("repeatable read", "serializable")
    assert (gateway.payment(payment.oid) is not None) == (sees_old and not is_saved)


WAITING = {
    "postgresql": "SELECT count(*) FROM pg_locks WHERE NOT granted",
    "mysql": "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
}


def somebody_waits():
    # InnoDB shows a new list every 0.1 seconds, unless it is asked more often.
    time.sleep(0.15)
    with connection.cursor() as cursor:
        cursor.execute(WAITING[connection.vendor])
        return bool(cursor.fetchone()[0])


def test_what_differs_by_case_is_another_order_and_another_payment(order):
    kind = order_key(order)["content_type"]
    same = {"amount": 23400, "content_type": kind, "state": "paid", "balance": 23400}
    for name in ("token-a", "Token-A", "TOKEN-A"):
        Payment.objects.create(oid=f"oid-{name}", object_id=name, tid=name, tx_id=name, **same)
    for name in ("token-a", "Token-A", "TOKEN-A"):
        assert Payment.objects.get(object_id=name).oid == Payment.objects.get(tid=name).oid == f"oid-{name}"
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(oid="another", object_id="token-a", tid="t", tx_id="t", **same)


def test_a_payment_is_begun_though_the_database_gave_way(order, monkeypatch):
    save, tries = Payment.save, []

    def gives_way_once(payment, **more):
        tries.append(payment)
        if len(tries) == 1:
            raise deadlock()
        save(payment, **more)

    monkeypatch.setattr(Payment, "save", gives_way_once)
    assert fresh(paying.new(order)).state == State.READY and len(tries) == 2


def test_a_late_deposit_stands_though_the_shops_own_transaction_cannot_see_it(gateway, order, notice):
    """Under REPEATABLE READ it saw the account as expired without a deposit, before the deposit was booked."""
    locks_rows()
    payment = paying.new(order, offered="SC0040")
    payment = paying.pay(payment, gateway.paykey(payment.oid, payment.amount, paytype="SC0040"))
    Payment.objects.filter(pk=payment.pk).update(pay_by=timezone.now() - datetime.timedelta(days=1))
    with transaction.atomic():
        # What decides the view is a plain read of any table.
        User.objects.exists()
        with ThreadPoolExecutor(1) as pool:
            told = pool.submit(with_its_own_connection, lambda: tell(notice(payment)))
            assert told.result().content == b"OK"
        with contextlib.suppress(OperationalError):
            paying.live(order)
    assert (fresh(payment).state, fresh(payment).balance) == (State.PAID, payment.amount)


@pytest.mark.parametrize("error", [OSError("no mail server"), deadlock()], ids=["mail", "database"])
def test_what_fails_after_the_commit_undoes_nothing_and_books_nothing_twice(gateway, order, key, hears, caplog, error):
    """The shop's `on_commit`: what it is told has happened."""

    def fails():
        raise error

    def mails(**_):
        transaction.on_commit(fails)

    hears(mails)
    payment = paying.new(order)
    assert paying.pay(payment, key(payment)).state == State.PAID
    assert gateway.balance(payment.oid) == 23400 and "on_commit" in caplog.text
    signals.payment_cancelled.connect(mails)
    try:
        assert refunds.cancel(fresh(payment), 3400).is_booked
    finally:
        signals.payment_cancelled.disconnect(mails)
    assert gateway.balance(payment.oid) == fresh(payment).balance == 20000
