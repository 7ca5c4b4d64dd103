"""A request about a payment that is already made: written down before it is sent, and again with its answer."""

from __future__ import annotations

from typing import Any, Callable, Optional, TypeVar

from xpayclient import Result, XPayError
from xpayclient import Transaction as Guarded

from . import conf, ledger
from .models import Payment, Transaction

R = TypeVar("R", bound=Result)


def ask(
    payment: Payment,
    kind: Transaction.Kind,
    amount: int,
    send: Callable[[Guarded], R],
    *,
    check: Callable[[Payment], None],
    book: Callable[[Payment, Transaction, R], None],
    user: Any = None,
) -> Transaction:
    """Sends what `send` sends, unless `check` raises, and books the answer by `book`; both see the payment locked.

    `XPayError` where no answer came; the books then say what became of it. What `book` raises comes out, too: then the
    request stays in the books as sent.
    """
    ledger.check_database(payment)
    announced = False

    def announce(tx_id: str) -> None:
        nonlocal announced
        with ledger.open_books(payment.pk) as now:
            check(now)
            entry = Transaction(payment=now, kind=kind, tx_id=tx_id, amount=amount, user=user)
            entry.before = entry.after = now.state
            entry.save(using=ledger.database())
        announced = True

    tx = conf.client().transaction(before_send=announce)
    failure: Optional[Exception] = None
    try:
        with tx:
            result = send(tx)
            # What is done is not taken back because it could not be booked: it stays open in the books. Should the process
            # die here, the journal shows it as unconfirmed, and recovery books it.
            try:
                entry = _answered(payment.pk, tx.tx_id, result, book)
            except Exception as error:  # noqa: BLE001
                failure = error
    except XPayError as error:
        if announced:
            _unanswered(payment.pk, tx.tx_id, error)
        raise
    if failure is not None:
        raise failure
    return entry


def _answered(
    pk: int, tx_id: str, result: R, book: Callable[[Payment, Transaction, R], None]
) -> Transaction:
    with ledger.open_books(pk) as payment:
        entry = ledger.request_of(payment, tx_id)
        ledger.ended(entry, Transaction.Outcome.ANSWERED, result.code, result.message)
        book(payment, entry, result)
        entry.save()
    return entry


def _unanswered(pk: int, tx_id: str, error: XPayError) -> None:
    with ledger.open_books(pk) as payment:
        entry = ledger.request_of(payment, tx_id)
        ledger.ended(entry, str(error.outcome), error.code, error.message)
        entry.save()
