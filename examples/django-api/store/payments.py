"""What both APIs do, without either framework: JSON of a payment, its window, the final payment, a cancellation.

Whose order it is, and who may cancel, the views decide before they come here.
"""

import logging
from typing import Any, Optional

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_variables
from xpayclient import RefundAccount, UsageError, XPayError
from xpayclient.django import conf, paying, refunds, returns
from xpayclient.django.models import Payment, State
from xpayclient.django.orders import Mismatch, OrderGone
from xpayclient.django.window import window

from .models import Order

LOGGER = logging.getLogger(__name__)


class Refusal(Exception):
    """Why nothing was done: an HTTP status, and words for the caller."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def shown(payment: Payment) -> dict[str, Any]:
    """A payment for the buyer. Not LGD_TID: a notification of a deposit is compared with it, so the buyer may not know it."""
    return {
        "oid": payment.oid,
        # ready, paying, doubt, waiting, paid, failed or cancelled. While it is paying or doubt, nobody may pay again.
        "state": payment.state,
        "amount": payment.amount,
        "balance": payment.balance,
        # Why it failed, in the gateway's or the shop's words. Show it as text, never as HTML.
        "code": payment.code,
        "message": payment.message,
        # Of a virtual account that waits for its deposit.
        "bank": payment.institution if payment.state == State.WAITING else "",
        "account": payment.account if payment.state == State.WAITING else "",
    }


def of(user: Any, oid: str) -> Payment:
    """The payment of this user's own order; 404 for anybody else's."""
    payment = get_object_or_404(Payment, oid=oid)
    if not isinstance(payment.order, Order) or payment.order.user_id != user.pk:
        raise Http404
    return payment


def begun(request: HttpRequest, order: Order) -> dict[str, Any]:
    """A payment for the order, and the form of its window unless it is being paid or was paid.

    The session notes it, too. That is no login: it lets this browser see the payment's page, to which the window leads back on
    phones. So the session's middleware stays, also where a token says who the buyer is.
    """
    opened: dict[str, Any] = {"script": conf.current().scripts[0], "fields": []}
    try:
        payment = paying.begin(request, order)
        # Of one that was begun on another device, too: the view has seen that the order is this user's.
        paying.remember(request, payment)
        if payment.state == State.READY:
            # A list of pairs, not an object: names of escrow items repeat.
            opened["fields"] = window(request, payment).fields
    except (Mismatch, OrderGone) as changed:
        raise Refusal(409, "The order has changed. Begin again.") from changed
    except UsageError as error:
        # It names the order's method, and is for the shop.
        LOGGER.error("order %s cannot be paid: %s", order.pk, error)
        raise Refusal(409, "This order cannot be paid as it is.") from error
    return shown(payment) | opened


@sensitive_variables()
def paid(payment: Payment, returned: str) -> dict[str, Any]:
    """The final payment: money moves here. `returned` is what the page at LGD_RETURNURL has as LGD_PAYKEY.

    Whatever became of it is in the state. A second call, at the same time or later, changes nothing and sends nothing.
    """
    try:
        payment = paying.pay(payment, returns.opened(returned, payment))
    except returns.NotVerified as forged:
        LOGGER.error("%s was not paid: %s", payment.oid, forged)
        raise Refusal(
            400, "This is not what the payment window returned for this payment. This request charged nothing."
        ) from forged
    except (XPayError, paying.Busy) as error:
        # Only before anything was sent: the shop's configuration is wrong, or the database refused to write it down.
        LOGGER.error("%s was not paid: %s", payment.oid, error)
        raise Refusal(503, "This request charged nothing. Please try again later.") from error
    return shown(payment)


@sensitive_variables()
def cancelled(
    payment: Payment, user: Any, ip: str, amount: int, balance: int, reason: str, account: Optional[RefundAccount]
) -> dict[str, Any]:
    """Gives `amount` back, from the `balance` that the merchant saw: a second click, or a reload, finds another one."""
    try:
        entry = refunds.cancel(payment, amount, shown=balance, reason=reason, refund_account=account, user=user, ip=ip)
    except refunds.NotRefundable as why:
        raise Refusal(409, str(why)) from why
    except XPayError as error:
        # outcome: not_sent and rolled_back changed nothing. in_doubt: look it up in the merchant admin before trying again.
        raise Refusal(502, f"{error.outcome}: {error.message}") from error
    if not entry.is_booked:
        raise Refusal(409, f"{entry.message} ({entry.code})")
    payment.refresh_from_db()
    return shown(payment)
