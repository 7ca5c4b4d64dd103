"""The ledger: a payment is changed under its lock, in one database transaction with the order and the shop's receivers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional

from django.core.exceptions import ImproperlyConfigured
from django.db import router, transaction
from django.dispatch import Signal
from django.utils import timezone

from . import orders
from .models import Payment, Transaction
from .orders import Payable

LOGGER = logging.getLogger("xpayclient.django")


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


@contextmanager
def change(pk: int, *, durable: bool = True) -> Iterator[Payment]:
    """The payment as it is now, which nobody else changes until the block ends; then everything is committed, or nothing.

    Where it is `durable` it is no part of another database transaction: whoever asks the gateway has to know that it was
    committed. The lock is an UPDATE, which locks in every database, SQLite too.
    """
    using = database()
    with transaction.atomic(using=using, durable=durable):
        Payment.objects.using(using).filter(pk=pk).update(updated_at=timezone.now())
        yield Payment.objects.using(using).select_related("content_type").get(pk=pk)


def locked_order(payment: Payment) -> Payable:
    """The payment's order, locked. In `change` only."""
    return orders.locked(payment, database())


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
