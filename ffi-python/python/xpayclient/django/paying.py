"""Taking a payment: begin it, pay it by what the window returned or by a kept card.

The order's amount is read three times: when the window is signed, before the request is sent, and when the approval is
booked. That booking and what the shop's receivers do to the order are one database transaction; if it fails, or its process
dies before it is committed, the payment is rolled back, at once or by ``xpay_recover``.
"""

from __future__ import annotations

import datetime
import re
import secrets
from typing import Callable, Optional

from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from xpayclient import Means, Outcome, PaymentResult, UsageError, XPayError
from xpayclient import Transaction as Guarded

from . import conf, ledger, orders, signals, window
from .models import LIVE, MEANS, KeptCard, Payment, State, Transaction, order_key
from .orders import Mismatch, OrderGone, Payable

_SESSION = "xpay"

# How long after the last day of a virtual account its notices may still come: the gateway sends them for two hours.
_LATE = datetime.timedelta(hours=3)


class CardGone(Exception):
    """The kept card was given up: it is not charged any more."""


class Busy(Exception):
    """The database did not take the request's record. Nothing was sent: the buyer can try again."""


class _NotReady(Exception):
    """The payment is being paid, or was."""


def begin(request: HttpRequest, order: Payable, *, means: str = "") -> Payment:
    """A payment for the order, for the buyer of this session: ``return redirect(begin(request, order))``.

    `means` narrows what the window offers, as ``Means.CARD`` or ``"SC0010-SC0040"`` (LGD_CUSTOM_USABLEPAY). Where the order
    has a payment that is under way or paid, it is that one; one that another session began stays that session's, and its page
    here says no more than that there is one.

    `UsageError` where the order cannot be paid as it is, or `means` is none: it names the method or the argument, what that gave
    and what to do. Nothing is stored then.
    """
    orders.check_saved(order)
    _check_offered(means)
    payment = live(order)
    if payment is None:
        amount = orders.said(order).amount
        mine = Payment.objects.using(ledger.database()).filter(oid__in=request.session.get(_SESSION, []), **order_key(order))
        ready = mine.filter(state=State.READY, card=None, amount=amount, offered=means)
        payment = ready.first() or new(order, offered=means, request=request)
        remember(request, payment)
    return payment


def _check_offered(means: str) -> None:
    """`means` is a list of payment methods, or empty."""
    codes = means.split("-") if isinstance(means, str) and means else []
    if not isinstance(means, str) or not all(code in MEANS for code in codes):
        known = ", ".join(MEANS)
        raise UsageError(
            "90003",
            "Value error; argument means (LGD_CUSTOM_USABLEPAY) must be payment methods with - between them, as in SC0010-SC0040. "
            f"There are {known}. / means(LGD_CUSTOM_USABLEPAY)에는 결제수단을 SC0010-SC0040처럼 -로 이어 넣으십시오: {known}.",
        )


def live(order: Payable) -> Optional[Payment]:
    """The order's payment that is under way or paid."""
    known = Payment.objects.using(ledger.database()).filter(state__in=LIVE, **order_key(order)).first()
    if known is not None and _is_expired(known):
        _expire(known)
        return None
    return known


def new(order: Payable, *, offered: str = "", card: Optional[KeptCard] = None, request: Optional[HttpRequest] = None) -> Payment:
    """Another try to pay the order. Nothing is sent yet. With a `request` its buyer is to be shown the window, which is tried."""
    amount = orders.said(order).amount
    payment = Payment(oid=_new_oid(order), amount=amount, offered=offered, card=card, **order_key(order))
    ledger.check_database(payment)
    if request is not None:
        window.signed(request, payment, order)
    # MariaDB locks the place of a new row between those of other orders.
    ledger.retried(payment.save)(using=ledger.database())
    return payment


def _new_oid(order: Payable) -> str:
    """LGD_OID: readable beside the order, and of no other try, also where two sites share a merchant ID."""
    name = f"{type(order).__name__.lower()[:16]}-{str(order.pk)[:36]}"
    return f"{re.sub('[^A-Za-z0-9_]+', '-', name).strip('-')}-{secrets.token_hex(4)}"


def remember(request: HttpRequest, payment: Payment) -> None:
    """Lets the buyer of this session see and pay it.

    `begin` calls it. A shop may, for a user whose order it is and who has come back on another device.
    """
    mine = request.session.get(_SESSION, [])
    if payment.oid not in mine:
        request.session[_SESSION] = [*mine[-49:], payment.oid]


def is_owner(request: HttpRequest, payment: Payment) -> bool:
    """Whether the payment was begun in this session, or is charged to a card that this session's user keeps."""
    if payment.oid in request.session.get(_SESSION, []):
        return True
    return payment.card is not None and payment.card.user_id == getattr(getattr(request, "user", None), "pk", None)


@sensitive_variables()
def pay(payment: Payment, paykey: str) -> Payment:
    """The final payment, with the LGD_PAYKEY that the window returned: only here money moves.

    Gives the payment as it stands afterwards, whatever became of it; a second call, at the same time or later, changes
    nothing and sends nothing. `Busy` where the database took no record of it: nothing was sent. Another error of the database
    comes out where the end could not be written down; then ``xpay_recover`` settles it.
    """
    return send(payment, lambda tx: tx.pay_by_key(paykey, payment.amount))


def send(payment: Payment, ask: Callable[[Guarded], PaymentResult]) -> Payment:
    """Sends what `ask` sends to pay this payment, as `pay` does."""
    ledger.check_database(payment)
    amount, card_pk = payment.amount, payment.card_id
    is_recorded = False

    def record(tx_id: str) -> None:
        nonlocal is_recorded
        _record_request(payment, tx_id, amount, card_pk)
        is_recorded = True

    tx = conf.client().transaction(before_send=record)
    try:
        with tx:
            result = ask(tx)
            if result.is_success:
                _record_approval(payment, tx.tx_id, result)
        if result.is_repeated:
            _record_repeated(payment, tx.tx_id, result)
        elif not result.is_success:
            _record_failure(payment, tx.tx_id, Outcome.ANSWERED, result.code, result.message, result.message)
    except _NotReady:
        pass
    except BaseException as error:
        if not is_recorded:
            if isinstance(error, (Mismatch, OrderGone, CardGone)):
                return _record_unsent(payment, str(error))
            if isinstance(error, OperationalError):
                raise Busy(f"{payment.oid}: the database refused, and nothing was sent: {error}") from error
            raise
        outcome, code, message = _outcome_of(tx.error, error)
        buyer_message = str(error) if isinstance(error, signals.Refused) else ""
        _record_failure(payment, tx.tx_id, outcome, code, message, buyer_message)
        if not isinstance(error, Exception):
            raise
        if not isinstance(error, (XPayError, signals.Refused)):
            ledger.LOGGER.exception("%s was approved and could not be booked: %s", payment.oid, outcome)
    return Payment.objects.using(ledger.database()).get(pk=payment.pk)


@ledger.retried
def _record_request(of: Payment, tx_id: str, amount: int, card_pk: Optional[int]) -> None:
    """Before the first byte leaves: that it is being paid, and by which request."""
    with ledger.change(of) as payment:
        if payment.state != State.READY:
            raise _NotReady
        compare(payment, ledger.locked_order(payment), amount)
        if others(payment).exists():
            raise Mismatch(f"the order of {payment.oid} is being paid, or was, by another payment")
        if card_pk is not None:
            # Locks it, too: a card that is given up from here on is charged by this request and by no other.
            kept = KeptCard.objects.using(ledger.database()).filter(pk=card_pk, given_up_at=None)
            if not kept.update(charged_at=timezone.now()):
                raise CardGone(f"{payment.oid}: the card was given up")
        Transaction(
            payment=payment, kind=Transaction.Kind.PAY, tx_id=tx_id, amount=amount, before=payment.state,
            after=State.PAYING,
        ).save(using=ledger.database())  # fmt: skip
        payment.state, payment.tx_id = State.PAYING, tx_id
        payment.save()


def others(payment: Payment) -> QuerySet[Payment]:
    """Payments of the same order that are under way or paid. What it finds is certain in `ledger.change` only."""
    same = {"content_type": payment.content_type, "object_id": payment.object_id}
    return Payment.objects.using(ledger.database()).filter(state__in=LIVE, **same).exclude(pk=payment.pk)


def compare(payment: Payment, order: Payable, amount: int) -> None:
    """`Mismatch` unless begun, order and `amount` agree."""
    costs = order.xpay_amount()
    # A Decimal of the same size is the same amount, and True is none.
    if isinstance(costs, bool) or not payment.amount == costs == amount:
        raise Mismatch(f"{payment.oid}: {amount} won against {payment.amount} won begun and {costs} won the order costs")


@ledger.retried
def _record_approval(of: Payment, tx_id: str, result: PaymentResult) -> None:
    """The approval and the order, in one database transaction. What it raises undoes the payment."""
    with ledger.change(of) as payment:
        if (payment.state, payment.tx_id) != (State.PAYING, tx_id):
            raise Mismatch(f"{payment.oid} is no longer being paid: {payment.state}")
        order = ledger.locked_order(payment)
        compare(payment, order, result.amount)
        if (result.oid, result.get("LGD_MID") or conf.current().mid) != (payment.oid, conf.current().mid):
            raise Mismatch(f"the gateway approved another order than {payment.oid}")
        entry = ledger.transaction_of(payment, tx_id)
        ledger.record_outcome(entry, Transaction.Outcome.ANSWERED, result.code, result.message)
        entry.is_booked = True
        _copy_result(payment, result)
        account = result.virtual_account
        if account is None:
            payment.balance, payment.pay_by = payment.amount, None
            ledger.record_state(payment, entry, State.PAID)
            ledger.send(signals.payment_approved, payment, order, result=result)
        else:
            payment.account = account.number
            # As the window's request said; the answer does not say it.
            payment.pay_by = payment.pay_by or timezone.now() + datetime.timedelta(days=conf.current().account_days)
            ledger.record_state(payment, entry, State.WAITING)
            ledger.send(signals.virtual_account_issued, payment, order, result=result)


def _copy_result(payment: Payment, result: PaymentResult) -> None:
    payment.tid, payment.means = result.tid, result.means
    payment.paid_at = None if payment.means == Means.VIRTUAL_ACCOUNT else ledger.moment(result.pay_date)
    payment.institution = result.institution.name if result.institution else ""
    payment.approval_number = result.approval_number or ""
    payment.cancellable_in_part = result.cancellable_in_part
    payment.receipt = result.cash_receipt_number or ""


def _outcome_of(undone: Optional[XPayError], error: BaseException) -> tuple[Outcome, str, str]:
    """What became of a request that was sent and not booked. Nobody knows: in doubt."""
    for known in (undone, error, error.__cause__):
        if isinstance(known, XPayError):
            return known.outcome, known.code, known.message
    return Outcome.IN_DOUBT, "", ""


@ledger.retried
def _record_failure(of: Payment, tx_id: str, outcome: Outcome, code: str, message: str, buyer_message: str = "") -> None:
    """Records that nothing was approved, or that nobody knows. `message` is for the shop."""
    with ledger.change(of) as payment:
        if payment.tx_id != tx_id or payment.state == State.FAILED:
            return
        # The commit was done after all, and its answer was lost: receivers have seen an approval that is undone.
        was_booked = payment.state in (State.PAID, State.WAITING)
        entry = ledger.transaction_of(payment, tx_id)
        ledger.record_outcome(entry, str(outcome), code, message)
        entry.is_booked = False
        in_doubt = outcome is Outcome.IN_DOUBT
        taken, payment.balance = payment.balance, 0
        ledger.record_state(payment, entry, State.DOUBT if in_doubt else State.FAILED, buyer_message)
        if was_booked:
            ledger.send(signals.payment_cancelled, payment, amount=taken, transaction=entry)
        elif not in_doubt:
            ledger.send(signals.payment_failed, payment)


@ledger.retried
def _record_repeated(of: Payment, tx_id: str, result: PaymentResult) -> None:
    """S007 or XC01: an earlier request may have taken this payment, which the answer does not name. A person looks it up."""
    with ledger.change(of) as payment:
        entry = ledger.transaction_of(payment, tx_id)
        ledger.record_outcome(entry, Transaction.Outcome.ANSWERED, result.code, result.message)
        ledger.record_state(payment, entry, State.DOUBT)


def record_rolled_back(payment: Payment, tx_id: str) -> None:
    """Records that a payment in doubt is certainly not paid."""
    _record_failure(payment, tx_id, Outcome.ROLLED_BACK, "", "")


@ledger.retried
def _record_unsent(of: Payment, why: str) -> Payment:
    """Nothing was sent: the order has changed, or another payment of it is paid. The shop gets no signal."""
    with ledger.change(of) as payment:
        if payment.state == State.READY:
            ledger.LOGGER.warning("%s", why)
            payment.state = State.FAILED
            payment.save()
    return payment


def _is_expired(payment: Payment) -> bool:
    late = payment.pay_by is not None and payment.pay_by + _LATE < timezone.now()
    return payment.state == State.WAITING and late


@ledger.retried
def _expire(payment: Payment) -> None:
    """A virtual account whose last day is over: the order may be paid in another way."""
    # Nothing is sent: this may be in a transaction of the shop's own view.
    with ledger.change(payment, durable=False) as now:
        if _is_expired(now):
            now.state = State.FAILED
            now.save()
            ledger.send(signals.payment_failed, now)
