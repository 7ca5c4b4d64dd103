"""The payment window's signed request, with what a buyer on a mobile phone and an order in escrow need beside the amount."""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from xpayclient import Window
from xpayclient.results import KST

from . import conf, orders, phones
from .ledger import LOGGER, database
from .models import Payment, State
from .orders import Mismatch, OrderGone, Payable, fit


def address(request: HttpRequest, name: str, *args: str) -> str:
    """The whole address of a page of this app, as buyers and the gateway call it."""
    base, path = conf.current().base_url, reverse(f"xpay:{name}", args=args)
    return base.rstrip("/") + path if base else request.build_absolute_uri(path)


@sensitive_variables()
def window(request: HttpRequest, payment: Payment) -> Window:
    """The payment window's request. `Mismatch` where the order costs something else by now: begin anew."""
    order = orders.of(payment)
    if order is None:
        raise OrderGone(payment.oid)
    made = signed(request, payment, order)
    for warning in made.warnings:
        LOGGER.warning("the window of %s: %s", payment.oid, warning)
    return made


@sensitive_variables()
def signed(request: HttpRequest, payment: Payment, order: Payable) -> Window:
    """As `window`, for a payment that may not be stored yet. `UsageError` where the order cannot be paid as it is."""
    settings, said = conf.current(), orders.said(order)
    if said.amount != payment.amount:
        raise Mismatch(f"{payment.oid} was begun for {payment.amount} won and costs {said.amount} won now")
    buyer, escrow = said.buyer, said.escrow
    more = {
        "LGD_CASNOTEURL": address(request, "cas_noteurl"),
        "LGD_CLOSEDATE": _deadline(payment).astimezone(KST).strftime("%Y%m%d%H%M%S"),
        "LGD_CUSTOM_USABLEPAY": payment.offered,
        "LGD_BUYEREMAIL": _whole(buyer.email, 40),
        "LGD_BUYERPHONE": _whole(buyer.phone, 15),
        "LGD_ENCODING": "UTF-8",
        "LGD_ENCODING_RETURNURL": "UTF-8",
        "LGD_ENCODING_NOTEURL": "UTF-8",
        **_mobile(request, payment),
        **(escrow.fields() if escrow else {}),
    }
    return conf.client().window(
        cst_mid=settings.cst_mid,
        oid=payment.oid,
        amount=payment.amount,
        buyer=buyer.name,
        buyer_id=buyer.id,
        buyer_ip=_ip(request),
        product_info=said.product_info,
        return_url=address(request, "returnurl"),
        window_type=type_for(request),
        domain_url="xpayvvip",
        escrow_items=[replace(item, name=fit(item.name, 128)) for item in escrow.items] if escrow else [],
        others={name: value for name, value in more.items() if value},
    )


def _deadline(payment: Payment) -> datetime.datetime:
    """Until when a virtual account of this payment waits. It is kept, since the answer to the payment does not say it.

    Windows that are open at the same time agree about it: only one that is half over is replaced.
    """
    days, now = datetime.timedelta(days=conf.current().account_days), timezone.now()
    if payment.pay_by is None or payment.pay_by < now + days / 2:
        payment.pay_by = (now + days).replace(microsecond=0)
        Payment.objects.using(database()).filter(pk=payment.pk, state=State.READY).update(pay_by=payment.pay_by)
    return payment.pay_by


def type_for(request: HttpRequest) -> str:
    """LGD_WINDOW_TYPE. On a phone the window takes the whole page: an app cannot lead back into a frame."""
    return "submit" if phones.takes_notes(request) else conf.current().window_type


def _mobile(request: HttpRequest, payment: Payment) -> dict[str, str]:
    """What lets the gateway finish a payment that the buyer makes in an app of a card or a bank."""
    if not phones.takes_notes(request):
        return {}
    back = address(request, "mobile_back", payment.oid, phones.ticket(payment.oid))
    given_up = address(request, "mobile_cancel", payment.oid, phones.ticket(payment.oid))
    urls = {
        "AUTOAPPYN": phones.app_of(request),
        "NOTEURL": address(request, "mobile_noteurl"),
        "WAPURL": back,
        "CANCELURL": given_up,
    }
    return {
        # Whatever keeps this app from answering OK takes the payment back: no buyer is charged for what nobody booked.
        "LGD_CUSTOM_ROLLBACK": "Y",
        **{f"LGD_{means}{name}": value for means in ("KVPMISP", "MTRANSFER") for name, value in urls.items()},
    }


def _whole(text: str, limit: int) -> str:
    """A part of an address would be another one: what does not fit is left out."""
    return text if fit(text, limit) == text else ""


def _ip(request: HttpRequest) -> str:
    """The window takes an address of 15 characters: one of IPv6 has no room there."""
    ip = str(request.META.get("REMOTE_ADDR", ""))
    return ip if ip.count(".") == 3 and len(ip) <= 15 else "0.0.0.0"
