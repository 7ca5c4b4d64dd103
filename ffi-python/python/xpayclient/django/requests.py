"""A request about a payment that is already made: recorded before it is sent, and again with its answer."""

from __future__ import annotations

import datetime
from typing import Any, Callable, Optional, TypeVar

from django.db.models import Q
from django.utils import timezone

from xpayclient import Result, XPayError
from xpayclient import Transaction as Guarded

from . import conf, ledger
from .models import Payment, Transaction

R = TypeVar("R", bound=Result)


class AskedBefore(Exception):
    """The page has asked for this already. Nothing was sent now; `entry` is what it asked for."""

    def __init__(self, entry: Transaction) -> None:
        """The request."""
        super().__init__(f"asked for already: {entry}")
        self.entry = entry


def check_once(payment: Payment, once: str) -> None:
    """`AskedBefore` where there is a request with this `once`."""
    before = Transaction.objects.using(ledger.database()).filter(payment=payment, once=once).first() if once else None
    if before is not None:
        raise AskedBefore(before)


def under_way() -> Q:
    """Requests that may still be answered. Longer ago, their process is dead."""
    since = timezone.now() - datetime.timedelta(seconds=conf.current().stale_after)
    return Q(outcome=Transaction.Outcome.SENT, sent_at__gt=since)


def send_recorded(
    payment: Payment,
    kind: Transaction.Kind,
    amount: int,
    send: Callable[[Guarded], R],
    *,
    check: Callable[[Payment], None],
    book: Callable[[Payment, Transaction, R], None],
    user: Any = None,
    once: str = "",
) -> Transaction:
    """Sends what `send` sends, unless `check` raises, and books the answer by `book`; both see the payment locked.

    `XPayError` where no answer came; the ledger then says what became of it. What `book` raises comes out, too: then the
    request stays in the ledger as sent. `AskedBefore` where there is a request with this `once`.
    """
    ledger.check_database(payment)
    is_recorded = False

    @ledger.retried
    def record(tx_id: str) -> None:
        nonlocal is_recorded
        with ledger.change(payment) as now:
            check_once(now, once)
            check(now)
            entry = Transaction(payment=now, kind=kind, tx_id=tx_id, amount=amount, user=user, once=once or None)
            entry.before = entry.after = now.state
            entry.save(using=ledger.database())
        is_recorded = True

    tx = conf.client().transaction(before_send=record)
    failure: Optional[Exception] = None
    try:
        with tx:
            result = send(tx)
            # What is done is not taken back because it could not be booked: it stays open in the ledger. Should the process
            # die here, the journal shows it as unconfirmed, and recovery books it.
            try:
                entry = _record_answer(payment, tx.tx_id, result, book)
            except Exception as error:
                failure = error
    except XPayError as error:
        if is_recorded:
            _record_error(payment, tx.tx_id, error)
        raise
    if failure is not None:
        raise failure
    return entry


@ledger.retried
def _record_answer(of: Payment, tx_id: str, result: R, book: Callable[[Payment, Transaction, R], None]) -> Transaction:
    with ledger.change(of) as payment:
        entry = ledger.transaction_of(payment, tx_id)
        ledger.record_outcome(entry, Transaction.Outcome.ANSWERED, result.code, result.message)
        book(payment, entry, result)
        entry.save()
    return entry


@ledger.retried
def _record_error(of: Payment, tx_id: str, error: XPayError) -> None:
    with ledger.change(of) as payment:
        entry = ledger.transaction_of(payment, tx_id)
        ledger.record_outcome(entry, str(error.outcome), error.code, error.message)
        entry.save()
