"""``{% load xpay %}``: the payment form and the receipts' buttons, for pages of the shop's own."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from xpayclient import Means
from xpayclient.django import conf, todo, wording
from xpayclient.django.models import Notice, Payment
from xpayclient.django.window import window as window_of
from xpayclient.results import KST

register = template.Library()

# The kinds of cash receipts as showCashReceipts() calls them.
KINDS = {Means.BANK_TRANSFER: "BANK", Means.VIRTUAL_ACCOUNT: "CAS", Means.DEPOSIT: "CR"}


@register.inclusion_tag("xpayclient/form.html", takes_context=True)
@sensitive_variables()
def xpay_form(context: Context, payment: Payment) -> dict[str, Any]:
    """``{% xpay_form payment %}``: the button that opens the payment window, and all that it needs."""
    known = context.get("xpay_window")
    window = known or window_of(context["request"], payment)
    settings = conf.current()
    return {"payment": payment, "window": window, "settings": settings, "script": settings.scripts[0]}


@register.inclusion_tag("xpayclient/receipts.html")
@sensitive_variables()
def xpay_receipts(payment: Payment) -> dict[str, Any]:
    """``{% xpay_receipts payment %}``: buttons for the receipt, and the cash receipt where there is one."""
    settings = conf.current()
    authdata = conf.client().get_receipt_authdata(settings.mid, payment.tid) if payment.tid else ""
    return {
        "payment": payment,
        "settings": settings,
        "authdata": authdata,
        "kind": KINDS.get(payment.means, "") if payment.receipt else "",
        "script": settings.scripts[1],
    }


@register.filter
def won(amount: int | Decimal) -> str:
    """``{{ payment.amount|won }}``: 23,400; also of a Decimal, without its fraction of zero."""
    return f"{amount:,.0f}"


@register.filter
def in_won(amount: int) -> str:
    """``{{ payment.amount|in_won }}``: 23,400원."""
    return wording.won(amount)


@register.filter
def reason(notice: Notice) -> str:
    """``{{ notice|reason }}``: why it was refused."""
    return wording.reason(notice)


@register.filter
def named_by_its_help(form: SafeString) -> SafeString:
    """Django's search of a list: its label is a picture, so the text of help, which only described the field, is its name."""
    return mark_safe(form.replace('aria-describedby="searchbar_helptext"', 'aria-labelledby="searchbar_helptext"'))


@register.inclusion_tag("admin/xpayclient/waiting.html", takes_context=True)
def xpay_waiting(context: Context) -> dict[str, Any]:
    """What waits for a person, for whoever may look at it."""
    may = context["perms"]["xpayclient"]
    return {
        "notices": todo.notices().count() if may["view_notice"] else 0,
        "cancels": list(todo.cancels()[:20]) if may["view_payment"] else [],
        "repeated": list(todo.repeated()[:20]) if may["view_payment"] else [],
    }


@register.filter
def in_korea(at: datetime.datetime) -> str:
    """``{{ payment.pay_by|in_korea }}``: a deadline in Korean time, wherever the shop's own clock is."""
    there = at.astimezone(KST)
    return _("%(day)s, %(time)s (Korean time)") % {"day": date_format(there.date()), "time": f"{there:%H:%M}"}
