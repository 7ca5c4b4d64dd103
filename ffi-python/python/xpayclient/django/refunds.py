"""Giving money back: all of it (Cancel) or a part (PartialCancel).

A cancel that is done and could not be booked is not taken back. It stays in the books as sent; asked for again, all of it
is booked then (a card's AV11, a bank's RF15), and a part is refused by the gateway (another LGD_REMAINAMOUNT): no money
goes back twice.
"""

from __future__ import annotations

from typing import Any, Optional

from xpayclient import CancelResult, Means, RefundAccount
from xpayclient import Transaction as Guarded

from . import ledger, signals
from .requests import ask
from .models import Payment, State, Transaction

# All of a card's money went back before.
_CANCELLED_BEFORE = "AV11"


OPEN = (Transaction.Outcome.SENT, Transaction.Outcome.IN_DOUBT)
"""Nobody knows yet what became of these."""


class NotRefundable(Exception):
    """This payment, or this amount, cannot be given back now. Nothing was sent."""


def cancel(
    payment: Payment,
    amount: Optional[int] = None,
    *,
    reason: str = "",
    refund_account: Optional[RefundAccount] = None,
    user: Any = None,
    ip: str = "",
) -> Transaction:
    """Gives `amount` won back, everything that stands where it is None. The gateway's refusal is a result: see `is_booked`.

    `refund_account` is where the money of a virtual account goes; it is not kept. `XPayError` where no answer came: in doubt
    it waits for a person, whom ``xpay_recover`` tells so.
    """
    stands = payment.balance
    asked = stands if amount is None else amount
    # After a part, banks refuse a Cancel: what is left is another part.
    is_whole = asked == stands == payment.amount
    if payment.means == Means.VIRTUAL_ACCOUNT and refund_account is None:
        raise NotRefundable("the money of a virtual account goes back to an account: refund_account is missing")
    _check(payment, asked, stands)
    given: dict[str, Any] = {"means": payment.means, "reason": reason or None, "refund_account": refund_account}

    def send(tx: Guarded) -> CancelResult:
        if is_whole:
            by = None if user is None else str(user.pk)
            return tx.cancel(payment.tid, requester=by, requester_ip=ip or None, **given)
        return tx.partial_cancel(payment.tid, asked, remaining=stands, **given)

    kind = Transaction.Kind.CANCEL if is_whole else Transaction.Kind.PARTIAL_CANCEL
    return ask(
        payment, kind, asked, send, check=lambda now: _check(now, asked, stands), book=_answered, user=user
    )


def _check(payment: Payment, amount: int, stands: int) -> None:
    if payment.state != State.PAID or payment.balance != stands:
        raise NotRefundable(f"{payment.oid} is not paid with {stands} won any more")
    if not 0 < amount <= stands:
        raise NotRefundable(f"of {payment.oid} {stands} won can be given back, not {amount}")


def _answered(payment: Payment, entry: Transaction, result: CancelResult) -> None:
    if result.counts_as_done:
        book(payment, entry, is_all=result.code == _CANCELLED_BEFORE)


def book(payment: Payment, entry: Transaction, *, is_all: bool = False) -> None:
    """In `open_books`: the money went back, which the shop is told."""
    amount = payment.balance if is_all else min(entry.amount, payment.balance)
    payment.balance -= amount
    entry.is_booked = True
    ledger.moved(payment, entry, State.PAID if payment.balance else State.CANCELLED)
    if amount:
        ledger.tell(signals.payment_cancelled, payment, amount=amount, transaction=entry)
