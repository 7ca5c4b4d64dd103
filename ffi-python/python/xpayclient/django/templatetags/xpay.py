"""``{% load xpay %}``: the payment form and the receipts' buttons, for pages of the shop's own."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from xpayclient import Means
from xpayclient.django import conf
from xpayclient.django.models import Payment
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
def in_korea(at: datetime.datetime) -> str:
    """``{{ payment.pay_by|in_korea }}``: a deadline in Korean time, wherever the shop's own clock is."""
    there = at.astimezone(KST)
    return _("%(day)s, %(time)s (Korean time)") % {"day": date_format(there.date()), "time": f"{there:%H:%M}"}
