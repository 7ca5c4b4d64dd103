"""Notifications of virtual accounts: R issued, I deposit, C reversal. Each is booked once, however often it comes.

LGD_HASHDATA covers LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP without a separator. So the amount and the
merchant ID that are verified are the order's own; LGD_TID is compared with the approval's; and LGD_CASFLAG, which is not signed,
changes a payment only as the table below says.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional

from django.views.decorators.debug import sensitive_variables

import xpayclient
from xpayclient import CasFlag, ProtocolError, XPayError

from . import conf, ledger, signals
from .models import Notice, Payment, State
from .orders import OrderGone, Payable

# For each flag the state before and after it.
TRANSITIONS = {
    CasFlag.PAID_IN: (State.WAITING, State.PAID),
    CasFlag.DEPOSIT_CANCELLED: (State.PAID, State.WAITING),
}

# The gateway's clock and this one's may differ by so much.
_SKEW = datetime.timedelta(minutes=5)

# HTTP's codes for a response that is not OK.
MALFORMED, FORGED, UNKNOWN, OUT_OF_TURN, UNFIT = 400, 403, 404, 409, 422


class NotBooked(Exception):
    """Why the response to a notification is not OK. The gateway sends it again, every 3 minutes for 2 hours."""

    def __init__(self, status: int, why: str) -> None:
        """The HTTP status, and the reason for the shop's log."""
        super().__init__(why)
        self.status = status


@sensitive_variables()
def book(body: bytes) -> Notice:
    """Books the body of a POST to LGD_CASNOTEURL. Where this returns, the response is ``OK``.

    `NotBooked` says why not. What a receiver of the signals raises comes out as it is, and nothing is booked.
    """
    found = claimed(body)
    # Before the lock: who sends forged ones would keep payments locked.
    notice = verified(found, body)
    if notice.flag is None:
        raise NotBooked(MALFORMED, "LGD_CASFLAG is missing")
    entry, refusal = _record(found, notice)
    if refusal is not None:
        raise refusal
    return entry


@ledger.retried
def _record(of: Payment, notice: xpayclient.Notice) -> tuple[Notice, Optional[NotBooked]]:
    with locked(of) as payment:
        _check_account(payment, notice)
        return _recorded(payment, notice)


def claimed(body: bytes) -> Payment:
    """The payment that a notification names. Anyone may have sent it."""
    try:
        oid = xpayclient.claimed_oid(body)
    except ProtocolError as error:
        raise NotBooked(MALFORMED, error.message) from None
    found = Payment.objects.using(ledger.database()).filter(oid=oid or "").first()
    if found is None:
        raise NotBooked(UNKNOWN, "there is no such LGD_OID")
    return found


def verified(payment: Payment, body: bytes) -> xpayclient.Notice:
    """The notification, if the gateway signed it for this payment, with this merchant ID and the payment's amount."""
    try:
        notice = conf.client().verify_notice(body, payment.amount, mid=conf.current().mid)
    except XPayError as error:
        raise NotBooked(FORGED, error.message) from None
    if notice.oid != payment.oid:
        raise NotBooked(FORGED, "LGD_OID is not this payment's")
    return notice


@contextmanager
def locked(found: Payment) -> Iterator[Payment]:
    """The payment in `ledger.change`, still as `found`, with which a notification was verified."""
    with ledger.change(found) as payment:
        if (payment.oid, payment.amount) != (found.oid, found.amount):
            raise NotBooked(OUT_OF_TURN, f"{found.oid} was changed meanwhile")
        yield payment


def _check_account(payment: Payment, notice: xpayclient.Notice) -> None:
    """`NotBooked` unless it is of this payment's account."""
    # The notification that an account was issued can come before the answer that issues it, and changes nothing.
    if payment.tid != notice.tid and (payment.tid or notice.flag is not CasFlag.ALLOTTED):
        status = FORGED if payment.tid else OUT_OF_TURN
        raise NotBooked(status, "LGD_TID is not this payment's")


def _recorded(payment: Payment, notice: xpayclient.Notice) -> tuple[Notice, Optional[NotBooked]]:
    """The notification in the ledger. A refused one is kept there, too, and may be booked when it comes again."""
    which = dict(zip(("tid", "seqno", "flag", "pay_date"), notice.dedup_key))
    entry = _known(notice, which)
    if entry is None:
        entry = Notice(payment=payment, amount=payment.amount, code=notice.code, before=payment.state, **which)
    entry.deliveries += 1
    refusal = None
    if entry.fate != Notice.Fate.BOOKED:
        entry.before = entry.after = payment.state
        refusal = _apply(payment, notice, entry)
        entry.reason = str(refusal or "")[:200]
    entry.save(using=ledger.database())
    return entry, refusal


def _known(notice: xpayclient.Notice, which: dict[str, str]) -> Optional[Notice]:
    """The notification's row. Those of earlier versions have no LGD_PAYDATE: one that was there by that time is this one's."""
    rows = Notice.objects.using(ledger.database())
    entry = rows.filter(**which).first()
    if entry is None and notice.pay_date is not None:
        earliest = ledger.moment(notice.pay_date - _SKEW)
        entry = rows.filter(**(which | {"pay_date": ""}), first_at__gte=earliest).first()
        if entry is not None:
            entry.pay_date = which["pay_date"]
    return entry


def _apply(payment: Payment, notice: xpayclient.Notice, entry: Notice) -> Optional[NotBooked]:
    """Changes the payment as the table says, and sets the notification's fate. Gives the reason where it cannot."""
    flag = notice.flag
    if flag is None or flag not in TRANSITIONS or not notice.is_success:
        entry.fate = Notice.Fate.NOTED
        return None
    entry.fate = Notice.Fate.REFUSED
    before, after = TRANSITIONS[flag]
    if payment.state != before:
        return NotBooked(OUT_OF_TURN, f"LGD_CASFLAG {flag.value} does not follow what the payment is: {payment.state}")
    try:
        order = ledger.locked_order(payment)
    except OrderGone as gone:
        return NotBooked(OUT_OF_TURN, str(gone))
    unfit = _paid_in(payment, order, notice) if flag is CasFlag.PAID_IN else _reversed(payment, notice)
    if unfit is not None:
        return unfit
    entry.fate, entry.after = Notice.Fate.BOOKED, after
    payment.state = after
    payment.save()
    signal = signals.deposit_received if flag is CasFlag.PAID_IN else signals.deposit_cancelled
    ledger.send(signal, payment, order, notice=notice)
    return None


def _paid_in(payment: Payment, order: Payable, notice: xpayclient.Notice) -> Optional[NotBooked]:
    # Accounts that take less, more or several deposits are a contract of their own, and need a ledger of their own.
    if notice.paid_in_total != payment.amount:
        return NotBooked(UNFIT, f"LGD_CASTAMOUNT is {notice.paid_in_total} and not {payment.amount}")
    if order.xpay_amount() != payment.amount:
        return NotBooked(OUT_OF_TURN, f"the order costs {order.xpay_amount()} won by now, not {payment.amount}")
    payment.balance, payment.seqno, payment.paid_at = payment.amount, notice.seqno or "", ledger.moment(notice.pay_date)
    return None


def _reversed(payment: Payment, notice: xpayclient.Notice) -> Optional[NotBooked]:
    if payment.seqno != (notice.seqno or ""):
        return NotBooked(OUT_OF_TURN, "LGD_CASSEQNO is not that of the deposit that paid it")
    if payment.balance != payment.amount:
        return NotBooked(OUT_OF_TURN, "a part of the deposit was refunded already")
    payment.balance, payment.paid_at = 0, None
    return None
