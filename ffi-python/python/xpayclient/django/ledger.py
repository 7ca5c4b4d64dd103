"""The ledger: a payment is changed under its order's lock, in one database transaction with the shop's receivers."""

from __future__ import annotations

import datetime
import functools
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Optional, ParamSpec, TypeVar, cast

from django.conf import settings as project
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections, router, transaction
from django.db.models import F, Model
from django.dispatch import Signal
from django.utils import timezone

from . import orders
from .models import Payment, Transaction
from .orders import Payable

LOGGER = logging.getLogger("xpayclient.django")
P = ParamSpec("P")
R = TypeVar("R")

# How often a transaction is tried, and how long to wait before the second time, in seconds; then twice as long.
_TRIES, _PAUSE = 6, 0.02
# What a database says that ended a transaction because of another one: PostgreSQL's SQLSTATE for a serialization failure and a
# deadlock, MariaDB's and MySQL's number for a deadlock and for a row that changed since the transaction's first read.
_GAVE_WAY = ("40001", "40P01", 1213, 1020)


def database() -> str:
    """The database that payments are in."""
    return router.db_for_write(Payment)


def check_database(payment: Payment) -> None:
    """Order and payment can be one transaction only where they are in one database."""
    model = payment.content_type.model_class()
    there = router.db_for_write(model) if model else None
    if there != database():
        raise ImproperlyConfigured(
            f"payments are in the database {database()!r} and {payment.content_type.name} in {there!r}: both have to be "
            "in one, so that an approval and its order are booked together"
        )


def retried(work: Callable[P, R]) -> Callable[P, R]:
    """For what does nothing but change the database, in transactions of its own: done again, where it had to give way.

    A database ends one of two transactions that wait for each other, or that saw what the other one changed: nothing of it is
    committed. After a few times its error comes out.
    """

    @functools.wraps(work)
    def until_done(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, _TRIES):
            try:
                return work(*args, **kwargs)
            except DatabaseError as error:
                # Within the shop's own transaction, that is over, too.
                if not _gave_way(error) or connections[database()].in_atomic_block:
                    raise
                LOGGER.info("%s gave way to another transaction and is done again: %s", work.__name__, error)
            time.sleep(random.uniform(0, _PAUSE * 2**attempt))
        return work(*args, **kwargs)

    return until_done


def _gave_way(error: DatabaseError) -> bool:
    driver = error.__cause__
    # psycopg 3, psycopg 2, and MariaDB's and MySQL's drivers.
    said = getattr(driver, "sqlstate", None), getattr(driver, "pgcode", None), *getattr(driver, "args", ())[:1]
    return any(one in _GAVE_WAY for one in said)


@contextmanager
def change(payment: Payment, *, durable: bool = True) -> Iterator[Payment]:
    """The payment as it is now, which nobody else changes until the block ends; then everything is committed, or nothing.

    Its order is locked, and with that all of the order's payments. Where it is `durable` it is no part of another database
    transaction: whoever asks the gateway has to know that it was committed.
    """
    using = database()
    # Read before the transaction begins: under REPEATABLE READ its first plain read decides what all others see, so nothing
    # is read before everything is locked.
    kind = ContentType.objects.db_manager(using).get_for_id(payment.content_type_id)
    committed: list[bool] = []
    try:
        with transaction.atomic(using=using, durable=durable):
            # The first of its hooks.
            transaction.on_commit(lambda: committed.append(True), using=using)
            order = _lock(payment, kind, using)
            # A plain read would show an enclosing transaction of the shop's, at MariaDB's REPEATABLE READ, what is long over.
            now = Payment.objects.using(using).select_for_update().get(pk=payment.pk)
            now.content_type = kind
            Payment._meta.get_field("order").set_cached_value(now, cast("Optional[Model]", order))
            # A savepoint cannot be released in a transaction that the database has ended, whatever error a receiver caught.
            with transaction.atomic(using=using):
                yield now
                if transaction.get_rollback(using):
                    raise transaction.TransactionManagementError("a receiver caught an error that ended the transaction")
    except Exception:
        if not committed:
            raise
        # What stands is neither done again nor undone because a mail could not be sent.
        LOGGER.exception("%s: it is recorded, and then an on_commit of the shop's failed", payment.oid)


def _lock(payment: Payment, kind: ContentType, using: str) -> Optional[Payable]:
    """Locks the order and then its payments: always in this order. Gives the order as it is now; None where it is gone."""
    of_the_order = Payment.objects.using(using).filter(content_type=kind, object_id=payment.object_id)
    if not connections[using].features.has_select_for_update:
        # SQLite: here only a write locks, and it locks everything.
        of_the_order.update(amount=F("amount"))
        return orders.locked(kind, payment.object_id, using)
    order = orders.locked(kind, payment.object_id, using)
    # Written, not only locked: under REPEATABLE READ PostgreSQL tells only a writer that its view is too old.
    of_the_order.update(amount=F("amount"))
    return order


def locked_order(payment: Payment) -> Payable:
    """The payment's order. In `change` only, which has locked it."""
    order: Optional[Payable] = payment.order
    if order is None:
        raise orders.OrderGone(f"the order of {payment.oid} is gone: {payment.content_type.name} {payment.object_id}")
    return order


def moment(told: Optional[datetime.datetime]) -> Optional[datetime.datetime]:
    """A time that the gateway tells, as this project stores it: without USE_TZ it is the local time of TIME_ZONE."""
    return told if told is None or project.USE_TZ else timezone.make_naive(told)


def send(signal: Signal, payment: Payment, order: Optional[Payable] = None, **more: object) -> None:
    """Sends a signal: whatever a receiver raises ends the transaction. Where the order is gone no receiver is called."""
    try:
        order = order or locked_order(payment)
    except orders.OrderGone:
        LOGGER.warning("%s is %s, and its order is gone", payment.oid, payment.state)
        return
    signal.send(sender=type(order), payment=payment, order=order, **more)


def transaction_of(payment: Payment, tx_id: str) -> Transaction:
    """The request by its LGD_TXID."""
    return Transaction.objects.using(database()).get(payment=payment, tx_id=tx_id)


def record_outcome(entry: Transaction, outcome: str, code: str, message: str) -> None:
    """What became of a request, and the gateway's message or the library's, which hold no secret."""
    entry.outcome, entry.code, entry.message = outcome, code[:8], message[:512]
    entry.ended_at = timezone.now()


def record_state(payment: Payment, entry: Transaction, state: str, buyer_message: str = "") -> None:
    """The payment's new state, and the request that made it so."""
    payment.state = entry.after = state
    payment.code, payment.message = entry.code, buyer_message[:512]
    entry.save()
    payment.save()
