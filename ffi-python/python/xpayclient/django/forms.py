"""What the merchant fills in to give money back, or to issue a cash receipt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xpayclient import Means, RefundAccount

from .models import Payment

# LGD_RFBANKCODE.
BANKS = [
    ("002", "산업"), ("003", "기업"), ("004", "국민"), ("007", "수협"), ("011", "농협"), ("020", "우리"), ("023", "SC제일"),
    ("027", "한국씨티"), ("031", "대구"), ("032", "부산"), ("034", "광주"), ("035", "제주"), ("037", "전북"), ("039", "경남"),
    ("045", "새마을금고"), ("048", "신협"), ("071", "우체국"), ("081", "KEB하나"), ("088", "신한"),
]  # fmt: skip


class CancelForm(forms.Form):
    """Amount and reason; for a virtual account also where the money goes."""

    amount = forms.IntegerField(label=_("Amount to give back"), min_value=1)
    reason = forms.CharField(label=_("Reason"), max_length=100)
    bank = forms.ChoiceField(label=_("Bank"), choices=BANKS)
    account = forms.RegexField(r"^[\d-]{6,20}$", label=_("Account"))
    holder = forms.CharField(label=_("Account holder"), max_length=30)
    phone = forms.RegexField(r"^[\d-]{9,15}$", label=_("Telephone"))

    def __init__(self, payment: Payment, posted: Any = None) -> None:
        """For this payment."""
        super().__init__(posted, initial={"amount": payment.balance})
        self.fields["amount"].widget.attrs["max"] = payment.balance
        if payment.means != Means.VIRTUAL_ACCOUNT:
            for name in ("bank", "account", "holder", "phone"):
                del self.fields[name]

    def refund_account(self) -> RefundAccount | None:
        """Where the money of a virtual account goes."""
        given = self.cleaned_data
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
