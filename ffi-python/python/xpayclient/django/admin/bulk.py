"""The admin's actions that ask before they act: refunds of all that is chosen, and cards that are given up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xpayclient import Means, XPayError

from .. import cards, confirming, history, ledger, refunds, wording
from ..merchant import asked_before, refunded, refused
from ..models import KeptCard, Payment, State
from ..requests import AskedBefore
from ..wording import won
from .base import ReadOnly


def _asked(page: ReadOnly, request: HttpRequest, template: str, **more: Any) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
        "on_page": "on_page" in request.POST,
        **more,
    }
    return TemplateResponse(request, f"admin/xpayclient/{template}.html", context)


def why_not(payment: Payment) -> str:
    """Why this payment cannot be refunded from the list; empty where it can."""
    if payment.state != State.PAID:
        return str(payment.get_state_display())
    if payment.means == Means.VIRTUAL_ACCOUNT:
        return _("A virtual account is refunded to an account: open the payment.")
    if refunds.open_ones(payment).exists():
        return _("A refund of it is in doubt: open the payment.")
    return ""


def cancel(page: ReadOnly, request: HttpRequest, queryset: QuerySet[Payment]) -> HttpResponse | None:
    """In two steps. What the second does is what the first showed."""
    if "confirmed" in request.POST:
        return _cancelled(page, request)
    chosen = list(queryset)
    others = [(payment, why) for payment in chosen if (why := why_not(payment))]
    left_out = {payment.pk for payment, _why in others}
    fit = [payment for payment in chosen if payment.pk not in left_out]
    orders = wording.orders(fit)
    for payment in fit:
        payment.order_text = orders[payment.pk].text  # type: ignore[attr-defined]
    shown = {str(payment.pk): payment.balance for payment in fit}
    sealed = confirming.seal(request.user, "cancel", shown)
    total = sum(shown.values())
    more = {"payments": fit, "others": others, "sealed": sealed, "total": total, "title": _("Refund all?")}
    return _asked(page, request, "cancel", **more)


def _cancelled(page: ReadOnly, request: HttpRequest) -> HttpResponse | None:
    try:
        once, shown = confirming.opened(request.POST["confirmed"], request.user, "cancel")
    except confirming.Expired:
        page.message_user(request, _("Nothing was requested: this page was too old. Choose again."), messages.ERROR)
        return None
    payments = list(Payment.objects.using(ledger.database()).filter(pk__in=shown))
    done, total = 0, 0
    for payment in payments:
        amount = _cancelled_one(page, request, payment, shown[str(payment.pk)], once)
        done, total = done + bool(amount), total + amount
    if done:
        said = ngettext("%(count)d payment was refunded: %(total)s.", "%(count)d payments were refunded: %(total)s.", done)
        page.message_user(request, said % {"count": done, "total": won(total)}, messages.SUCCESS)
    return page.back(request, payments[0]) if len(payments) == 1 else None


def _cancelled_one(page: ReadOnly, request: HttpRequest, payment: Payment, shown: int, once: str) -> int:
    """What was given back."""
    reason = request.POST.get("reason", "")[:100]
    ip = request.META.get("REMOTE_ADDR", "")
    # The admin writes the first letter of a message as a capital: an LGD_OID would be another one.
    name = f"LGD_OID {payment.oid}"
    try:
        entry = refunds.cancel(payment, shown, reason=reason, user=request.user, ip=ip, shown=shown, once=f"{once}-{payment.pk}")
    except AskedBefore as before:
        page.message_user(request, f"{name}: {asked_before(before.entry)}", messages.WARNING)
    except refunds.NotRefundable as error:
        page.message_user(request, f"{name}: {error}", messages.ERROR)
    except XPayError as error:
        page.message_user(request, f"{name}: {wording.unanswered(error)}", messages.ERROR)
        history.write(request.user, payment, _("Refund of %s: no answer") % won(shown))
    else:
        if entry.is_booked:
            history.write(request.user, payment, refunded(entry))
            return entry.amount
        page.message_user(request, f"{name}: {refused(entry)}", messages.ERROR)
    return 0


def give_up(page: ReadOnly, request: HttpRequest, queryset: QuerySet[KeptCard]) -> HttpResponse | None:
    """In two steps, since a key that is deleted does not come back."""
    chosen = list(queryset.filter(given_up_at=None).select_related("user"))
    if not chosen:
        page.message_user(request, _("These cards are given up already."), messages.ERROR)
        return None
    if "confirmed" not in request.POST:
        return _asked(page, request, "give_up", cards=chosen, title=_("Delete the billing keys?"))
    for card in chosen:
        cards.give_up(card)
        history.write(request.user, card, _("Given up: the billing key was deleted."))
    page.message_user(request, _("The billing keys were deleted."), messages.SUCCESS)
    return page.back(request, chosen[0]) if len(chosen) == 1 else None
