"""Cash receipts (현금영수증) for bank transfers and virtual accounts that are paid."""

from __future__ import annotations

from typing import Any, Callable

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from xpayclient import CashReceiptResult, Means
from xpayclient import Transaction as Guarded

from . import conf, ledger
from .models import Payment, State, Transaction
from .requests import send_recorded, under_way

FOR = (Means.BANK_TRANSFER, Means.VIRTUAL_ACCOUNT)


class NoReceipt(Exception):
    """No cash receipt can be issued or cancelled for this payment. Nothing was sent."""


@sensitive_variables()
def issue(payment: Payment, card_number: str, receipt_use: str, *, user: Any = None, once: str = "") -> Transaction:
    """Issues one over the balance. `card_number` is the telephone, card or business number of the receipt, and is not stored.

    `receipt_use` is ``"1"`` (소득공제) or ``"2"`` (지출증빙). The gateway's refusal is a result: see `is_booked`. `once` is as in
    `refunds.cancel`.
    """
    settings = conf.current()
    if payment.means not in FOR or payment.state != State.PAID or payment.receipt:
        raise NoReceipt(_("%s gets no cash receipt: it is not paid in cash, or has one.") % payment.oid)
    if not settings.business_number:
        raise NoReceipt(_("XPAY has no BUSINESS_NUMBER: cash receipts need it."))

    def send(tx: Guarded) -> CashReceiptResult:
        return tx.cash_receipt(
            means=payment.means,
            oid=payment.oid,
            amount=payment.balance,
            card_number=card_number,
            receipt_use=receipt_use,
            business_number=settings.business_number,
            tid=payment.tid,
            seqno=_seqno(payment),
            shop_name=settings.shop_name or None,
            ceo_name=settings.ceo_name or None,
            shop_phone=settings.shop_phone or None,
        )

    return _send(payment, Transaction.Kind.RECEIPT, send, user, once)


@sensitive_variables()
def take_back(payment: Payment, *, user: Any = None, once: str = "") -> Transaction:
    """Cancels the payment's cash receipt."""
    if not payment.receipt:
        raise NoReceipt(_("%s has no cash receipt.") % payment.oid)

    def send(tx: Guarded) -> CashReceiptResult:
        return tx.cash_receipt_cancel(payment.tid, means=payment.means, seqno=_seqno(payment))

    return _send(payment, Transaction.Kind.RECEIPT_CANCEL, send, user, once)


def _seqno(payment: Payment) -> str | None:
    if payment.means != Means.VIRTUAL_ACCOUNT:
        return None
    # Most accounts number no deposit; their receipt is the first.
    return payment.seqno if payment.seqno.strip("0") else "001"


def _send(
    payment: Payment, kind: Transaction.Kind, send: Callable[[Guarded], CashReceiptResult], user: Any, once: str
) -> Transaction:
    has_one = kind == Transaction.Kind.RECEIPT_CANCEL

    def check(now: Payment) -> None:
        kinds = (Transaction.Kind.RECEIPT, Transaction.Kind.RECEIPT_CANCEL)
        same = Transaction.objects.using(ledger.database()).filter(under_way(), payment=now, kind__in=kinds)
        if bool(now.receipt) != has_one or same.exists():
            raise NoReceipt(_("%s: another request was first. Look at the payment again.") % payment.oid)

    def book(now: Payment, entry: Transaction, result: CashReceiptResult) -> None:
        entry.is_booked = result.is_success
        if result.is_success:
            now.receipt = "" if has_one else result.number
            now.save()

    return send_recorded(payment, kind, payment.balance, send, check=check, book=book, user=user, once=once)
