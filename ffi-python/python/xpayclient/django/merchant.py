"""The merchant's pages about a payment: give money back, issue a cash receipt, register a delivery, decide what is in doubt.

They stand in Django's admin for whoever may enter it, else in the shop's own layout. None runs in a transaction of the request
(ATOMIC_REQUESTS): what was recorded must be committed before anything is sent.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from xpayclient import XPayError

from . import confirming, deliveries, history, receipts, recovery, refunds, todo
from .forms import CancelForm, ReceiptForm, refund_account
from .models import Payment, State, Transaction
from .private import private
from .requests import AskedBefore, check_once
from .wording import bank_name, destination, unanswered, won

View = Callable[..., HttpResponse]


def _page(permission: str) -> Callable[[View], View]:
    """A page of the merchant's, for who has the permission."""

    def decorated(view: View) -> View:
        view = transaction.non_atomic_requests(_telling(view))
        view = permission_required(f"xpayclient.{permission}", raise_exception=True)(view)
        return private(never_cache(require_http_methods(["GET", "POST"])(login_required(view))))

    return decorated


def _telling(view: View) -> View:
    """Refused before anything is sent, where what became of it could not be said afterwards."""

    @functools.wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not hasattr(request, "_messages"):
            raise ImproperlyConfigured("the merchant's pages need the MessageMiddleware: nothing was requested")
        return view(request, *args, **kwargs)

    return checked


def _rendered(request: HttpRequest, template: str, payment: Payment, **more: Any) -> HttpResponse:
    payment.refresh_from_db()
    context = {"payment": payment, "base": "xpayclient/base.html", "open_refunds": refunds.open_ones(payment), **more}
    if apps.is_installed("django.contrib.admin"):
        from django.contrib.admin import site

        if site.is_registered(Payment) and site.has_permission(request):
            context |= {**site.each_context(request), "base": "xpayclient/in_admin.html", "opts": Payment._meta}
    return render(request, f"xpayclient/{template}.html", context)


@_page("cancel_payment")
def cancel(request: HttpRequest, oid: str) -> HttpResponse:
    """Gives money back, in two steps: what is filled in, and what it comes to."""
    payment = get_object_or_404(Payment, oid=oid)
    if "confirmed" in request.POST:
        return _refunded(request, payment)
    form = CancelForm(payment, request.POST or None)
    if request.method == "POST" and form.is_valid() and payment.state == State.PAID and not refunds.open_ones(payment).exists():
        given = {**form.cleaned_data, "shown": payment.balance}
        sealed = confirming.seal(request.user, f"cancel {payment.pk}", given)
        more = {"amount": given["amount"], "left": payment.balance - given["amount"], "reason": given["reason"]}
        if "account" in given:
            more |= {"bank": bank_name(given["bank"]), "account": given["account"], "holder": given["holder"]}
        return _rendered(request, "cancel_confirm", payment, sealed=sealed, destination=destination(payment), **more)
    return _rendered(request, "cancel", payment, form=form)


@sensitive_variables()
def _refunded(request: HttpRequest, payment: Payment) -> HttpResponse:
    """The second step. What was confirmed is done, once; nothing else of the POST counts."""
    try:
        once, given = confirming.opened(request.POST["confirmed"], request.user, f"cancel {payment.pk}")
    except confirming.Expired:
        messages.error(request, _("Nothing was requested: this page was too old. Fill it in again."))
        return redirect(request.path)
    form = CancelForm(payment, before=given)
    if "back" in request.POST:
        return _rendered(request, "cancel", payment, form=form)
    account = refund_account(given)
    try:
        entry = refunds.cancel(
            payment,
            given["amount"],
            reason=given["reason"],
            refund_account=account,
            user=request.user,
            ip=request.META.get("REMOTE_ADDR", ""),
            shown=given["shown"],
            once=once,
        )
    except AskedBefore as before:
        messages.info(request, asked_before(before.entry))
    except refunds.NotRefundable as error:
        messages.error(request, str(error))
    except XPayError as error:
        messages.error(request, unanswered(error))
        history.write(request.user, payment, _("Refund of %s: no answer") % won(given["amount"]))
    else:
        if not entry.is_booked:
            messages.error(request, refused(entry))
            return _rendered(request, "cancel", payment, form=form)
        messages.success(request, f"{refunded(entry)} {destination(payment, account)}")
        history.write(request.user, payment, refunded(entry))
    return redirect(request.path)


def refunded(entry: Transaction) -> str:
    """That money went back."""
    return _("Refunded: %s.") % won(entry.amount)


def refused(entry: Transaction) -> str:
    """That the gateway did not do it."""
    return _("The gateway refused: %(message)s (%(code)s)") % {"message": entry.message, "code": entry.code}


def asked_before(entry: Transaction) -> str:
    """What became of a request that was confirmed twice."""
    if entry.is_booked:
        return _("This was done already: %s.") % won(entry.amount)
    return _("This was requested already: %s.") % entry.get_outcome_display()


@_page("issue_receipt")
def receipt(request: HttpRequest, oid: str) -> HttpResponse:
    """Issues or cancels a cash receipt."""
    payment = get_object_or_404(Payment, oid=oid)
    form = ReceiptForm(request.POST or None) if not payment.receipt else None
    if request.method == "POST" and (form is None or form.is_valid()) and _receipt_changed(request, payment, form):
        return redirect(request.path)
    sealed = confirming.seal(request.user, f"receipt {payment.pk}", {"issues": form is not None})
    is_possible = payment.state == State.PAID and payment.means in receipts.FOR
    return _rendered(request, "receipt", payment, form=form, sealed=sealed, is_possible=is_possible)


@sensitive_variables()
def _receipt_changed(request: HttpRequest, payment: Payment, form: ReceiptForm | None) -> bool:
    """Whether the page is done with."""
    try:
        once, given = confirming.opened(request.POST.get("confirmed", ""), request.user, f"receipt {payment.pk}")
    except confirming.Expired:
        messages.error(request, _("Nothing was requested: this page was too old. Fill it in again."))
        return True
    try:
        check_once(payment, once)
        if given["issues"] != (form is not None):
            # The page is of before: it would cancel what it was to issue.
            raise receipts.NoReceipt(_("Nothing was requested: this page was too old. Fill it in again."))
        if form is None:
            entry = receipts.take_back(payment, user=request.user, once=once)
        else:
            number = form.cleaned_data["card_number"].replace("-", "")
            entry = receipts.issue(payment, number, form.cleaned_data["receipt_use"], user=request.user, once=once)
    except AskedBefore as before:
        messages.info(request, asked_before(before.entry))
        return True
    except (receipts.NoReceipt, XPayError) as error:
        messages.error(request, str(error))
        return False
    if not entry.is_booked:
        messages.error(request, refused(entry))
        return False
    payment.refresh_from_db()
    said = _("The cash receipt was cancelled.") if form is None else _("A cash receipt was issued: %s.") % payment.receipt
    messages.success(request, said)
    history.write(request.user, payment, said)
    return True


@_page("register_delivery")
def delivery(request: HttpRequest, oid: str) -> HttpResponse:
    """Registers an escrow delivery."""
    payment = get_object_or_404(Payment, oid=oid)
    form = deliveries.DeliveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = form.delivery(payment.oid)
            entry = deliveries.register(payment, sent, again=form.cleaned_data["again"], user=request.user)
        except (deliveries.NotDeliverable, XPayError) as error:
            form.add_error(None, str(error))
        else:
            if entry.is_registered:
                messages.success(request, _("The delivery is registered."))
                history.write(request.user, payment, f"{entry.get_kind_display()} {entry.product_id} {entry.number}".strip())
                return redirect(request.path)
            form.add_error(None, f"{entry.message} ({entry.code})")
    return _rendered(request, "delivery", payment, form=form)


@_page("settle_payment")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person found in the merchant admin: whether a request in doubt was done. In two steps."""
    entry = get_object_or_404(Transaction.objects.select_related("payment"), pk=pk)
    payment, chosen = entry.payment, request.POST.get("decision", "")
    is_payment = entry.kind == Transaction.Kind.PAY
    if chosen not in (["not_done"] if is_payment else ["done", "not_done"]):
        chosen = ""
    is_decidable = todo.is_decidable(entry)
    if chosen and is_decidable and "confirmed" in request.POST:
        try:
            recovery.decide(entry.tx_id, is_done=chosen == "done")
        except Transaction.DoesNotExist:
            messages.info(request, _("It was decided already."))
        else:
            said = _decided(entry, chosen == "done")
            messages.success(request, said)
            history.write(request.user, payment, f"{said} LGD_TXID {entry.tx_id}")
        return redirect(request.path)
    more = {"entry": entry, "chosen": chosen, "is_decidable": is_decidable, "is_payment": is_payment}
    return _rendered(request, "decide", payment, **more)


def _decided(entry: Transaction, is_done: bool) -> str:
    if entry.kind == Transaction.Kind.PAY:
        return _("Recorded: it is not paid. The order may be paid again.")
    said = _("Recorded: %s was given back.") if is_done else _("Recorded: %s was not given back.")
    return said % won(entry.amount)
