"""Taking a payment: begin it, sign its window, pay it.

The order's amount is read three times: when the window is signed, before the request is sent, and when the approval is
booked. That booking and what the shop's receivers do to the order are one database transaction; if it fails, or its process
dies before it is committed, the payment is rolled back, at once or by ``xpay_recover``.
"""

from __future__ import annotations

import datetime
import secrets
from typing import Optional, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from xpayclient import Means, Outcome, PaymentResult, Window, XPayError
from xpayclient.results import KST

from . import conf, ledger, signals
from .models import LIVE, Payment, State, Transaction, order_key
from .orders import OrderGone, Payable, fit

_SESSION = "xpay"

# How long after the last day of a virtual account its notices may still come: the gateway sends them for two hours.
_LATE = datetime.timedelta(hours=3)


class Mismatch(Exception):
    """The gateway approved something else than this order."""


class _NotReady(Exception):
    """The payment is being paid, or was."""


def begin(request: HttpRequest, order: Payable, *, means: str = "") -> Payment:
    """A payment for the order, for the buyer of this session: ``return redirect(begin(request, order))``.

    `means` narrows what the window offers, as ``Means.CARD`` or ``"SC0010-SC0040"`` (LGD_CUSTOM_USABLEPAY). Where the order
    has a payment that is under way or paid, it is that one.
    """
    amount = order.xpay_amount()
    if amount <= 0:
        raise ValueError(f"{order} costs {amount} won: there is nothing to pay")
    known = Payment.objects.using(ledger.database()).filter(**order_key(order))
    payment = known.filter(state__in=LIVE).first()
    if payment is not None and _is_expired(payment):
        _expire(payment)
        payment = None
    if payment is None:
        payment = known.filter(state=State.READY, amount=amount, offered=means).first()
    if payment is None:
        payment = Payment(oid=_new_oid(order), amount=amount, offered=means, **order_key(order))
        payment.save(using=ledger.database())
    ledger.check_database(payment)
    remember(request, payment)
    return payment


def _new_oid(order: Payable) -> str:
    """LGD_OID: readable beside the order, and of no other try, also where two sites share a merchant ID."""
    name = type(order).__name__.lower()[:16]
    return f"{name}-{str(order.pk)[:36]}-{secrets.token_hex(4)}"


def remember(request: HttpRequest, payment: Payment) -> None:
    """Lets the buyer of this session see and pay it."""
    mine = request.session.get(_SESSION, [])
    if payment.oid not in mine:
        request.session[_SESSION] = [*mine[-49:], payment.oid]


def is_buyers(request: HttpRequest, oid: str) -> bool:
    """Whether the payment was begun in this session."""
    return oid in request.session.get(_SESSION, [])


def address(request: Optional[HttpRequest], name: str) -> str:
    """The whole address of a page of this app, as buyers and the gateway call it."""
    base, path = conf.current().base_url, reverse(f"xpay:{name}")
    if base:
        return base.rstrip("/") + path
    if request is None:
        raise ValueError("XPAY has no BASE_URL")
    return request.build_absolute_uri(path)


def window(request: HttpRequest, payment: Payment) -> Window:
    """The payment window's signed request. `Mismatch` where the order costs something else by now: begin anew."""
    settings, order = conf.current(), cast("Optional[Payable]", payment.order)
    if order is None:
        raise OrderGone(payment.oid)
    if order.xpay_amount() != payment.amount:
        raise Mismatch(f"{payment.oid} was begun for {payment.amount} won and costs {order.xpay_amount()} won now")
    buyer = order.xpay_buyer()
    closing = timezone.now().astimezone(KST) + datetime.timedelta(days=settings.account_days)
    more = {
        "LGD_CASNOTEURL": address(request, "cas_noteurl"),
        "LGD_CLOSEDATE": closing.strftime("%Y%m%d%H%M%S"),
        "LGD_CUSTOM_USABLEPAY": payment.offered,
        "LGD_BUYEREMAIL": buyer.email,
        "LGD_BUYERPHONE": buyer.phone,
        "LGD_ENCODING": "UTF-8",
        "LGD_ENCODING_RETURNURL": "UTF-8",
        "LGD_ENCODING_NOTEURL": "UTF-8",
    }
    return conf.client().window(
        cst_mid=settings.cst_mid,
        oid=payment.oid,
        amount=payment.amount,
        buyer=fit(buyer.name, 30),
        buyer_id=fit(buyer.id, 15),
        buyer_ip=_ip(request),
        product_info=fit(order.xpay_product_info(), 128),
        return_url=address(request, "returnurl"),
        window_type=settings.window_type,
        domain_url="xpayvvip",
        others={name: value for name, value in more.items() if value},
    )


def _ip(request: HttpRequest) -> str:
    """The window takes an address of 15 characters: one of IPv6 has no room there."""
    ip = str(request.META.get("REMOTE_ADDR", ""))
    return ip if ip.count(".") == 3 and len(ip) <= 15 else "0.0.0.0"


def pay(payment: Payment, paykey: str) -> Payment:
    """The final payment, with the LGD_PAYKEY that the window returned: only here money moves.

    Gives the payment as it stands afterwards, whatever became of it; a second call, at the same time or later, changes
    nothing and sends nothing. It raises where nothing could be written down; then ``xpay_recover`` settles it.
    """
    ledger.check_database(payment)
    amount = payment.amount
    is_recorded = False

    def record(tx_id: str) -> None:
        nonlocal is_recorded
        _record_request(payment.pk, tx_id, amount)
        is_recorded = True

    tx = conf.client().transaction(before_send=record)
    try:
        with tx:
            result = tx.pay_by_key(paykey, amount)
            if result.is_success:
                _record_approval(payment.pk, tx.tx_id, result)
        if not result.is_success:
            _record_failure(payment.pk, tx.tx_id, Outcome.ANSWERED, result.code, result.message, result.message)
    except _NotReady:
        pass
    except BaseException as error:
        if not is_recorded:
            if isinstance(error, (Mismatch, OrderGone)):
                return _record_unsent(payment.pk, str(error))
            raise
        outcome, code, message = _outcome_of(tx.error, error)
        buyer_message = str(error) if isinstance(error, signals.Refused) else ""
        _record_failure(payment.pk, tx.tx_id, outcome, code, message, buyer_message)
        if not isinstance(error, Exception):
            raise
        if not isinstance(error, (XPayError, signals.Refused)):
            ledger.LOGGER.exception("%s was approved and could not be booked: %s", payment.oid, outcome)
    return Payment.objects.using(ledger.database()).get(pk=payment.pk)


def _record_request(pk: int, tx_id: str, amount: int) -> None:
    """Before the first byte leaves: that it is being paid, and by which request."""
    with ledger.change(pk) as payment:
        if payment.state != State.READY:
            raise _NotReady
        _compare(payment, ledger.locked_order(payment), amount)
        live = Payment.objects.using(ledger.database()).filter(
            content_type=payment.content_type, object_id=payment.object_id, state__in=LIVE
        )
        if live.exists():
            raise Mismatch(f"the order of {payment.oid} is being paid, or was, by another payment")
        Transaction(
            payment=payment, kind=Transaction.Kind.PAY, tx_id=tx_id, amount=amount, before=payment.state,
            after=State.PAYING,
        ).save(using=ledger.database())  # fmt: skip
        payment.state, payment.tx_id = State.PAYING, tx_id
        payment.save()


def _compare(payment: Payment, order: Payable, amount: int) -> None:
    costs = order.xpay_amount()
    if not payment.amount == costs == amount:
        raise Mismatch(f"{payment.oid}: {amount} won against {payment.amount} won begun and {costs} won the order costs")


def _record_approval(pk: int, tx_id: str, result: PaymentResult) -> None:
    """The approval and the order, in one database transaction. What it raises undoes the payment."""
    with ledger.change(pk) as payment:
        if (payment.state, payment.tx_id) != (State.PAYING, tx_id):
            raise Mismatch(f"{payment.oid} is no longer being paid: {payment.state}")
        order = ledger.locked_order(payment)
        _compare(payment, order, result.amount)
        if (result.oid, result.get("LGD_MID") or conf.current().mid) != (payment.oid, conf.current().mid):
            raise Mismatch(f"the gateway approved another order than {payment.oid}")
        entry = ledger.transaction_of(payment, tx_id)
        ledger.record_outcome(entry, Transaction.Outcome.ANSWERED, result.code, result.message)
        entry.is_booked = True
        _copy_result(payment, result)
        account = result.virtual_account
        if account is None:
            payment.balance = payment.amount
            ledger.record_state(payment, entry, State.PAID)
            ledger.send(signals.payment_approved, payment, order, result=result)
        else:
            payment.account = account.number
            payment.pay_by = timezone.now() + datetime.timedelta(days=conf.current().account_days)
            ledger.record_state(payment, entry, State.WAITING)
            ledger.send(signals.virtual_account_issued, payment, order, result=result)


def _copy_result(payment: Payment, result: PaymentResult) -> None:
    payment.tid, payment.means = result.tid, result.means
    payment.paid_at = None if payment.means == Means.VIRTUAL_ACCOUNT else result.pay_date
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


def _record_failure(pk: int, tx_id: str, outcome: Outcome, code: str, message: str, buyer_message: str = "") -> None:
    """Records that nothing was approved, or that nobody knows. `message` is for the shop."""
    with ledger.change(pk) as payment:
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


def record_rolled_back(pk: int, tx_id: str) -> None:
    """Records that a payment in doubt is certainly undone."""
    _record_failure(pk, tx_id, Outcome.ROLLED_BACK, "", "")


def _record_unsent(pk: int, why: str) -> Payment:
    """Nothing was sent: the order has changed, or another payment of it is paid. The shop gets no signal."""
    with ledger.change(pk) as payment:
        if payment.state == State.READY:
            ledger.LOGGER.warning("%s", why)
            payment.state = State.FAILED
            payment.save()
    return payment


def _is_expired(payment: Payment) -> bool:
    late = payment.pay_by is not None and payment.pay_by + _LATE < timezone.now()
    return payment.state == State.WAITING and late


def _expire(payment: Payment) -> None:
    """A virtual account whose last day is over: the order may be paid in another way."""
    # Nothing is sent: this may be in a transaction of the shop's own view.
    with ledger.change(payment.pk, durable=False) as now:
        if _is_expired(now):
            now.state = State.FAILED
            now.save()
            ledger.send(signals.payment_failed, now)
