"""Notices of virtual accounts: R given out, I paid in, C the deposit taken back. Each is booked once, however often it comes.

LGD_HASHDATA covers LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP without a mark between them. So the amount and the
shop that are verified are the order's own; LGD_TID is compared with the one that the approval brought; and LGD_CASFLAG, which nothing
vouches for, moves a payment only along the table below.
"""

from __future__ import annotations

from typing import Optional

import xpayclient
from xpayclient import CasFlag, ProtocolError, XPayError

from . import conf, ledger, signals
from .models import Notice, Payment, State
from .orders import OrderGone, Payable

# From which state each leads to which.
MOVES = {
    CasFlag.PAID_IN: (State.WAITING, State.PAID),
    CasFlag.DEPOSIT_CANCELLED: (State.PAID, State.WAITING),
}

# HTTP's words for why a notice is not answered OK.
MALFORMED, FORGED, UNKNOWN, OUT_OF_TURN, UNFIT = 400, 403, 404, 409, 422


class NotBooked(Exception):
    """Why a notice is not answered OK. The gateway sends it again, every 3 minutes for 2 hours."""

    def __init__(self, status: int, why: str) -> None:
        """The HTTP status, and the reason for the shop's log."""
        super().__init__(why)
        self.status = status


def book(body: bytes) -> Notice:
    """Books the body of a POST to LGD_CASNOTEURL; it is to be answered ``OK`` exactly where this returns.

    `NotBooked` says why not. What a receiver of the signals raises comes out as it is, and nothing is booked.
    """
    try:
        oid = xpayclient.claimed_oid(body)
    except ProtocolError as error:
        raise NotBooked(MALFORMED, error.message) from None
    found = Payment.objects.using(ledger.database()).filter(oid=oid or "").first()
    if found is None:
        raise NotBooked(UNKNOWN, "there is no such LGD_OID")
    with ledger.open_books(found.pk) as payment:
        told = _verified(payment, body)
        entry, refusal = _entered(payment, told)
    if refusal is not None:
        raise refusal
    return entry


def _verified(payment: Payment, body: bytes) -> xpayclient.Notice:
    """The notice, if the gateway signed it for this payment: its shop is ours, its amount the order's when it was approved."""
    try:
        told = conf.client().verify_notice(body, payment.amount, mid=conf.current().mid)
    except XPayError as error:
        raise NotBooked(FORGED, error.message) from None
    if told.oid != payment.oid:
        raise NotBooked(FORGED, "LGD_OID is not this payment's")
    if told.flag is None:
        raise NotBooked(MALFORMED, "LGD_CASFLAG is missing")
    # The notice that an account was given out can be quicker than the answer that gives it out, and changes nothing.
    if payment.tid != told.tid and (payment.tid or told.flag is not CasFlag.ALLOTTED):
        status = FORGED if payment.tid else OUT_OF_TURN
        raise NotBooked(status, "LGD_TID is not this payment's")
    return told


def _entered(payment: Payment, told: xpayclient.Notice) -> tuple[Notice, Optional[NotBooked]]:
    """The notice in the books. A refusal is kept there, too, and may be booked when it comes again."""
    tid, seqno, flag = told.dedup_key
    which = {"tid": tid, "seqno": seqno, "flag": flag}
    entry = Notice.objects.using(ledger.database()).filter(**which).first()
    if entry is None:
        entry = Notice(payment=payment, amount=payment.amount, code=told.code, before=payment.state, **which)
    entry.deliveries += 1
    refusal = None
    if entry.fate != Notice.Fate.BOOKED:
        entry.before = entry.after = payment.state
        refusal = _moved(payment, told, entry)
        entry.reason = str(refusal or "")[:200]
    entry.save(using=ledger.database())
    return entry, refusal


def _moved(payment: Payment, told: xpayclient.Notice, entry: Notice) -> Optional[NotBooked]:
    """Moves the payment along the table, and sets the notice's fate. Gives why it cannot be."""
    flag = told.flag
    if flag is None or flag not in MOVES or not told.is_success:
        entry.fate = Notice.Fate.NOTED
        return None
    entry.fate = Notice.Fate.REFUSED
    before, after = MOVES[flag]
    if payment.state != before:
        return NotBooked(OUT_OF_TURN, f"LGD_CASFLAG {flag.value} does not follow what the payment is: {payment.state}")
    try:
        order = ledger.order_of(payment)
    except OrderGone as gone:
        return NotBooked(OUT_OF_TURN, str(gone))
    unfit = _paid_in(payment, order, told) if flag is CasFlag.PAID_IN else _taken_back(payment, told)
    if unfit is not None:
        return unfit
    entry.fate, entry.after = Notice.Fate.BOOKED, after
    payment.state = after
    payment.save()
    signal = signals.deposit_received if flag is CasFlag.PAID_IN else signals.deposit_cancelled
    ledger.tell(signal, payment, order, notice=told)
    return None


def _paid_in(payment: Payment, order: Payable, told: xpayclient.Notice) -> Optional[NotBooked]:
    # Accounts that take less, more or several deposits are a contract of their own, and need books of their own.
    if told.paid_in_total != payment.amount:
        return NotBooked(UNFIT, f"LGD_CASTAMOUNT is {told.paid_in_total} and not {payment.amount}")
    if order.xpay_amount() != payment.amount:
        return NotBooked(OUT_OF_TURN, f"the order costs {order.xpay_amount()} won by now, not {payment.amount}")
    payment.balance, payment.seqno, payment.paid_at = payment.amount, told.seqno or "", told.pay_date
    return None


def _taken_back(payment: Payment, told: xpayclient.Notice) -> Optional[NotBooked]:
    if payment.seqno != (told.seqno or ""):
        return NotBooked(OUT_OF_TURN, "LGD_CASSEQNO is not that of the deposit that paid it")
    if payment.balance != payment.amount:
        return NotBooked(OUT_OF_TURN, "a part of the deposit was refunded already")
    payment.balance, payment.paid_at = 0, None
    return None
