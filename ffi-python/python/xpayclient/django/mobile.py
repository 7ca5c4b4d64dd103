"""A payment in the app of a card or a bank on a mobile phone: the gateway finishes it, and notifies the shop of it.

The money has moved when its note comes, and the answer decides whether it stays: ``OK`` once payment and order are committed,
``ROLLBACK`` where they cannot be. What was answered first is answered ever after, since notes are repeated. The buyer comes back
from the app before or after the note, and perhaps in another browser.
"""

from __future__ import annotations

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

import xpayclient

from . import ledger, notices, paying, signals
from .models import Notice, Payment, State
from .notices import OUT_OF_TURN, NotBooked
from .orders import Mismatch, OrderGone


@ledger.retried
def is_back(payment: Payment) -> None:
    """The buyer came back from the app. Whether it was paid there only the note tells."""
    waiting = Payment.objects.using(ledger.database()).filter(pk=payment.pk, state=State.READY)
    waiting.update(back_at=timezone.now())


@ledger.retried
def gave_up(payment: Payment) -> None:
    """The buyer came back by the app's own way out: the window may be opened again."""
    if payment.state == State.PAID:
        ledger.LOGGER.warning("%s is paid, and the buyer came back as if not: look it up, since our OK may be lost", payment.oid)
    Payment.objects.using(ledger.database()).filter(pk=payment.pk, state=State.READY).update(back_at=None)


@sensitive_variables()
def book(body: bytes) -> str:
    """Books the body of a POST to LGD_KVPMISPNOTEURL or LGD_MTRANSFERNOTEURL. Gives the answer.

    `NotBooked` says why there is neither ``OK`` nor ``ROLLBACK``: the note is not the gateway's, or it is too early to decide.
    """
    found = notices.claimed(body)
    notice = notices.verified(found, body)
    if notice.flag is not None:
        raise NotBooked(notices.MALFORMED, "a virtual account's notification belongs to cas_noteurl")
    try:
        saved_tid = _record(found, notice)
    except NotBooked:
        raise
    except Exception as error:
        if isinstance(error, (signals.Refused, _Unfit, OrderGone)):
            why = str(error)
            ledger.LOGGER.warning("%s was paid in an app and is taken back: %s", found.oid, why)
        else:
            # Its text may hold the buyer's data.
            why = type(error).__name__
            ledger.LOGGER.exception("%s was paid in an app and could not be booked", found.oid)
        saved_tid = _refuse(found, notice, why, why if isinstance(error, signals.Refused) else "")
    return notice.mobile_answer(saved_tid)


class _Unfit(Exception):
    """The money cannot stay. Its text is for the shop."""


def _entry(payment: Payment, notice: xpayclient.Notice) -> Notice:
    """The note in the ledger, new or known."""
    which = {"tid": notice.tid, "seqno": "", "flag": Notice.Flag.MOBILE}
    entry = Notice.objects.using(ledger.database()).filter(payment=payment, **which).first()
    if entry is None:
        entry = Notice(payment=payment, amount=payment.amount, code=notice.code, fate=Notice.Fate.NOTED, **which)
        entry.before = entry.after = payment.state
    entry.deliveries += 1
    return entry


@ledger.retried
def _record(of: Payment, notice: xpayclient.Notice) -> str:
    """Books the note, if it is new and the payment still open. Gives LGD_TID with which the order is saved as paid now."""
    with notices.locked(of) as payment:
        return _recorded(payment, notice)


def _recorded(payment: Payment, notice: xpayclient.Notice) -> str:
    entry = _entry(payment, notice)
    if entry.fate == Notice.Fate.NOTED and notice.is_success:
        if payment.tid != notice.tid:
            _book(payment, notice)
            entry.fate, entry.after = Notice.Fate.BOOKED, payment.state
    elif entry.fate == Notice.Fate.NOTED and payment.state == State.READY:
        # Nothing was charged, and the buyer may try again in the same window.
        payment.code, payment.message, payment.back_at = notice.code[:8], (notice.get("LGD_RESPMSG") or "")[:512], None
        payment.save()
    if notice.tid:
        # A failure may have none, and is no more than a message.
        entry.save(using=ledger.database())
    return "" if entry.fate == Notice.Fate.REFUSED else payment.tid


def _book(payment: Payment, notice: xpayclient.Notice) -> None:
    """Payment and order, as an approval books them. What it raises refuses the money."""
    others = [other.state for other in paying.others(payment)]
    if payment.is_open or any(state in (State.PAYING, State.DOUBT) for state in others):
        raise NotBooked(OUT_OF_TURN, f"{payment.oid}: the order is being paid in another way, whose end is not known yet")
    if payment.state != State.READY or others:
        raise _Unfit(f"{payment.oid} is {payment.state}, or its order is paid by another payment")
    order = ledger.locked_order(payment)
    try:
        paying.compare(payment, order, notice.amount)
    except Mismatch as mismatch:
        raise _Unfit(str(mismatch)) from None
    payment.state, payment.balance = State.PAID, payment.amount
    payment.tid, payment.means, payment.paid_at = notice.tid, notice.means, ledger.moment(notice.pay_date)
    payment.institution = notice.institution.name if notice.institution else ""
    payment.pay_by = None
    payment.approval_number = (notice.get("LGD_FINANCEAUTHNUM") or "")[:20]
    payment.code, payment.message = notice.code[:8], ""
    payment.save()
    ledger.send(signals.payment_approved, payment, order, result=notice)


@ledger.retried
def _refuse(of: Payment, notice: xpayclient.Notice, why: str, buyer_message: str) -> str:
    """Records that the money is to go back. Gives LGD_TID where it was booked after all, and only that was not known."""
    with ledger.change(of) as payment:
        return _refused(payment, notice, why, buyer_message)


def _refused(payment: Payment, notice: xpayclient.Notice, why: str, buyer_message: str) -> str:
    entry = _entry(payment, notice)
    if entry.fate == Notice.Fate.BOOKED:
        return payment.tid
    entry.fate, entry.reason = Notice.Fate.REFUSED, why[:200]
    if payment.state == State.READY:
        payment.state = entry.after = State.FAILED
        payment.code, payment.message = "", buyer_message[:512]
        payment.save()
        ledger.send(signals.payment_failed, payment)
    entry.save(using=ledger.database())
    return ""
