"""Escrow deliveries: what the merchant registers of an item that was paid in escrow. No money moves.

Whether the gateway lets the same be registered twice, nobody has published. So what is registered, or may be, is registered
again only by whoever says so. Of the people nothing is stored.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from xpayclient import Outcome as Ended
from xpayclient import XPayError, escrow

from . import conf, ledger
from .models import Delivery, Outcome, Payment, State

_KNOWN = {Ended.ANSWERED: Outcome.ANSWERED, Ended.NOT_SENT: Outcome.NOT_SENT}


class NotDeliverable(Exception):
    """This cannot be registered now. Nothing was sent."""


@sensitive_variables()
def register(payment: Payment, delivery: escrow.Delivery, *, again: bool = False, user: Any = None) -> Delivery:
    """Registers it, and records what became of that. The gateway's refusal is a result: see `Delivery.is_registered`.

    `XPayError` where no answer came; the record says whether the gateway may have it.
    """
    is_sent = isinstance(delivery, escrow.Sent)
    which = {
        "kind": Delivery.Kind.SENT if is_sent else Delivery.Kind.RECEIVED,
        "product_id": delivery.product_id,
        "number": delivery.number if isinstance(delivery, escrow.Sent) else "",
    }
    entry = _record(payment, which, again, user)
    try:
        conf.client().register_delivery(delivery)
    except XPayError as error:
        entry.ended(_KNOWN.get(error.outcome, Outcome.IN_DOUBT), error.code, error.message)
        if error.outcome != Ended.ANSWERED:
            raise
    else:
        entry.ended(Outcome.ANSWERED, "0000", "OK")
    return entry


@ledger.retried
def _record(of: Payment, which: dict[str, str], again: bool, user: Any) -> Delivery:
    """Before anything is sent: a crash leaves it as sent, and of two at once the second sees the first."""
    with ledger.change(of) as payment:
        if payment.state != State.PAID:
            raise NotDeliverable(f"{payment.oid} is not paid")
        if not again and any(one.may_stand for one in payment.escrow_deliveries.filter(**which)):
            raise NotDeliverable(_("It is registered already, or may be: look it up in the merchant admin first."))
        entry = Delivery(payment=payment, user=user, **which)
        entry.save(using=ledger.database())
    return entry


class DeliveryForm(forms.Form):
    """An item that was sent or received."""

    kind = forms.ChoiceField(label=_("What happened"), choices=Delivery.Kind.choices)
    date = forms.DateTimeField(label=_("When"), initial=timezone.now)
    product_id = forms.CharField(label=_("Item (LGD_ESCROW_GOODID)"), max_length=100, required=False)
    company_code = forms.CharField(label=_("Carrier's code"), max_length=20, required=False)
    company = forms.CharField(label=_("Carrier"), max_length=50, required=False)
    number = forms.CharField(label=_("Parcel number"), max_length=50, required=False)
    worker = forms.CharField(label=_("Who brings it"), max_length=30, required=False, help_text=_("It is not stored."))
    worker_phone = forms.RegexField(r"^[\d-]{9,15}$", label=_("Telephone"), required=False, help_text=_("It is not stored."))
    name = forms.CharField(label=_("Who received it"), max_length=30, required=False, help_text=_("It is not stored."))
    relation = forms.CharField(label=_("Relation to the buyer"), max_length=20, required=False)
    again = forms.BooleanField(label=_("Register it again"), required=False)

    def clean(self) -> dict[str, Any]:
        """A parcel has a carrier and a number."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") == Delivery.Kind.SENT:
            for name in ("company_code", "number"):
                if not given.get(name):
                    self.add_error(name, _("An item that was sent needs it."))
        return given

    def delivery(self, oid: str) -> escrow.Delivery:
        """What is registered for the order."""
        given = self.cleaned_data
        common = {"oid": oid, "date": given["date"], "product_id": given["product_id"]}
        if given["kind"] == Delivery.Kind.SENT:
            return escrow.Sent(
                **common,
                **{name: given[name] for name in ("company_code", "company", "number", "worker", "worker_phone")},
            )
        return escrow.Received(**common, name=given["name"], relation=given["relation"])
