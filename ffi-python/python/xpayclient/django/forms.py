"""What the merchant fills in to give money back, or to issue a cash receipt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from xpayclient import Means, RefundAccount

from . import banks
from .models import Payment

# No bank is chosen beforehand. LGD_RFBANKCODE.
BANKS = [
    ("", _("Choose a bank")),
    (_("In the gateway's table"), banks.GATEWAYS),
    (_("Common bank codes, not confirmed for this gateway"), banks.COMMON),
]


class CancelForm(forms.Form):
    """Amount and reason; for a virtual account also where the money goes."""

    amount = forms.IntegerField(label=_("Amount to give back"), min_value=1)
    reason = forms.CharField(label=_("Reason"), max_length=100)
    bank = forms.ChoiceField(
        label=_("Bank"),
        choices=BANKS,
        help_text=_("Whether the gateway takes the codes of the second group is not confirmed: ask it before the first refund."),
    )
    account = forms.RegexField(r"^[\d-]{6,20}$", label=_("Account"))
    holder = forms.CharField(label=_("Account holder"), max_length=30)
    phone = forms.RegexField(r"^[\d-]{9,15}$", label=_("Telephone"))

    def __init__(self, payment: Payment, posted: Any = None, *, before: dict[str, Any] | None = None) -> None:
        """For this payment. `before` is what was filled in before."""
        super().__init__(posted, initial=before or {"amount": payment.balance})
        self.fields["amount"].validators.append(MaxValueValidator(payment.balance))
        self.fields["amount"].widget.attrs["max"] = payment.balance
        if payment.means != Means.VIRTUAL_ACCOUNT:
            for name in ("bank", "account", "holder", "phone"):
                del self.fields[name]


def refund_account(given: dict[str, Any]) -> RefundAccount | None:
    """Where the money of a virtual account goes, as `CancelForm` gave it."""
    if "account" not in given:
        return None
    number, phone = (given[name].replace("-", "") for name in ("account", "phone"))
    return RefundAccount(number, given["bank"], given["holder"], phone)


class ReceiptForm(forms.Form):
    """To whom, and what for."""

    card_number = forms.RegexField(
        r"^[\d-]{10,20}$", label=_("Telephone, card or business number"), help_text=_("It is not stored.")
    )
    receipt_use = forms.ChoiceField(label=_("Use"), choices=[("1", _("Income deduction")), ("2", _("Proof of expenses"))])
