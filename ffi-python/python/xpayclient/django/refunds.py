"""Giving money back: all of it (Cancel) or a part (PartialCancel).

A cancellation that is done and could not be booked is not rolled back. It stays in the ledger as sent. When it is sent again,
all of it is booked (a card's AV11, a bank's RF15), and a part is refused by the gateway (another LGD_REMAINAMOUNT): no money
goes back twice.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Optional, Union

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from xpayclient import CancelResult, Means, RefundAccount, UsageError, _native
from xpayclient import Transaction as Guarded

from . import ledger, signals
from .models import MEANS, Payment, State, Transaction
from .requests import check_once, send_recorded
from .wording import won

# All of a card's money went back before.
_CANCELLED_BEFORE = "AV11"


ENDED = (Transaction.Outcome.ANSWERED, Transaction.Outcome.NOT_SENT, Transaction.Outcome.ROLLED_BACK)
"""What became of these is known."""

OPEN = ~Q(outcome__in=ENDED)
"""What became of all others is not, also where another version of this app wrote an outcome that this one does not know."""


KINDS = (Transaction.Kind.CANCEL, Transaction.Kind.PARTIAL_CANCEL)
"""Requests that give money back."""


class NotRefundable(Exception):
    """This payment, or this amount, cannot be given back now. Nothing was sent."""


@sensitive_variables()
def cancel(
    payment: Payment,
    amount: Union[int, Decimal, None] = None,
    *,
    reason: str = "",
    refund_account: Optional[RefundAccount] = None,
    user: Any = None,
    ip: str = "",
    shown: Optional[int] = None,
    once: str = "",
) -> Transaction:
    """Gives `amount` won back, all of the balance where it is None. The gateway's refusal is a result: see `is_booked`.

    `refund_account` is where the money of a virtual account goes; it is not kept. `XPayError` where no answer came: in doubt
    it waits for a person, and ``xpay_recover`` says so.

    `shown` is the balance that was shown to whoever asks: with another one nothing is sent, nor while another refund of the
    payment is under way or in doubt. `once` is a name of the page that asks: whatever it asks for again raises
    `requests.AskedBefore`.
    """
    balance = payment.balance if shown is None else shown
    asked = balance if amount is None else _whole(amount)
    # After a part, banks refuse a Cancel: what is left is another part.
    is_whole = asked == balance == payment.amount
    if payment.means == Means.VIRTUAL_ACCOUNT and refund_account is None:
        raise NotRefundable(_("the money of a virtual account goes back to an account: refund_account is missing"))

    def check(now: Payment) -> None:
        _check(now, asked, balance)
        if shown is not None and open_ones(now).exists():
            why = _("Nothing was requested: another refund of %s is under way or in doubt. Look it up first.")
            raise NotRefundable(why % now.oid)

    check_once(payment, once)
    check(payment)
    # A method that the library does not know yet: then only 0000 counts as done.
    means = payment.means if payment.means in MEANS else None
    given: dict[str, Any] = {"means": means, "reason": reason or None, "refund_account": refund_account}

    def send(tx: Guarded) -> CancelResult:
        if is_whole:
            by = None if user is None else str(user.pk)
            return tx.cancel(payment.tid, requester=by, requester_ip=ip or None, **given)
        return tx.partial_cancel(payment.tid, asked, remaining=balance, **given)

    kind = Transaction.Kind.CANCEL if is_whole else Transaction.Kind.PARTIAL_CANCEL
    return send_recorded(payment, kind, asked, send, check=check, book=_book_answer, user=user, once=once)


def open_ones(payment: Payment) -> QuerySet[Transaction]:
    """Refunds of it whose end is not known."""
    return Transaction.objects.using(ledger.database()).filter(OPEN, payment=payment, kind__in=KINDS)


def _whole(amount: Union[int, Decimal]) -> int:
    try:
        return _native.payable("amount", amount)
    except UsageError as error:
        raise NotRefundable(error.message) from None


def _check(payment: Payment, amount: int, balance: int) -> None:
    if payment.state != State.PAID or payment.balance != balance:
        why = _("Nothing was requested: the balance of %(oid)s is not %(balance)s any more. Look at the payment again.")
        raise NotRefundable(why % {"oid": payment.oid, "balance": won(balance)})
    if not 0 < amount <= balance:
        why = _("Nothing was requested: of %(oid)s %(balance)s can be given back, not %(amount)s.")
        raise NotRefundable(why % {"oid": payment.oid, "balance": won(balance), "amount": won(amount)})


def _book_answer(payment: Payment, entry: Transaction, result: CancelResult) -> None:
    if result.counts_as_done:
        book(payment, entry, is_all=result.code == _CANCELLED_BEFORE)


def book(payment: Payment, entry: Transaction, *, is_all: bool = False) -> None:
    """In `ledger.change`: records that the money went back, and sends the signal."""
    amount = payment.balance if is_all else min(entry.amount, payment.balance)
    payment.balance -= amount
    entry.is_booked = True
    ledger.record_state(payment, entry, State.PAID if payment.balance else State.CANCELLED)
    if amount:
        ledger.send(signals.payment_cancelled, payment, amount=amount, transaction=entry)
