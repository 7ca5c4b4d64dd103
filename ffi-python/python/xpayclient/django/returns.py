"""The payment window's return: verified against the payment's own order number and amount before anything else happens.

It comes without the buyer's session, and goes on to `payres`, which has it. LGD_PAYKEY is no part of the gateway's signature,
so what was verified goes there in an envelope that this app signs: `payres` opens no other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core import signing
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from xpayclient import XPayError

from . import conf, ledger
from .models import Payment

CANCELLED = "S053"
"""LGD_RESPCODE: the buyer left the window."""

_SUCCESS = "0000"
_CODE = re.compile("[0-9A-Za-z]{1,8}")
_SALT = "xpayclient.django.returns"


class NotVerified(Exception):
    """The return, or its envelope, is not what it has to be. The text is for the shop's log."""


@dataclass(frozen=True)
class Returned:
    """What the window returned: an envelope for `payres`, or the reason why there is nothing to pay."""

    code: str
    """LGD_RESPCODE, where it looks like one."""
    message: str
    """Why there is nothing to pay, for the buyer. LGD_RESPMSG it never is: of a failure anybody may have written that."""
    payment: Payment | None
    """The payment, where its LGD_OID is known."""
    envelope: str = field(default="", repr=False)
    """LGD_PAYKEY, signed by this app. Empty where the code is not ``0000``."""


@sensitive_variables()
def read(body: bytes, posted: Mapping[str, str]) -> Returned:
    """Reads the body of a POST to LGD_RETURNURL; `posted` are its values. `NotVerified` where it says 0000 and is not signed."""
    code = posted.get("LGD_RESPCODE", "")
    payment = Payment.objects.using(ledger.database()).filter(oid=posted.get("LGD_OID", "")).first()
    if code != _SUCCESS:
        # There is nothing to pay, whoever says so.
        return Returned(code if _CODE.fullmatch(code) else "", _why_not(code), payment)
    if payment is None:
        raise NotVerified("there is no payment with its LGD_OID")
    paykey = _verified_paykey(payment, body, posted)
    return Returned(code, "", payment, signing.dumps([payment.oid, paykey], salt=_SALT))


def _why_not(code: str) -> str:
    if code == CANCELLED:
        return _("You left the payment window. You can open it again here.")
    return _("The payment window ended without a payment. The shop requested none.")


@sensitive_variables()
def _verified_paykey(payment: Payment, body: bytes, posted: Mapping[str, str]) -> str:
    settings = conf.current()
    if not settings.require_signed_return and not posted.get("LGD_HASHDATA"):
        theirs = posted.get("LGD_MID"), posted.get("LGD_AMOUNT")
        if theirs != (settings.mid, str(payment.amount)) or not posted.get("LGD_PAYKEY"):
            raise NotVerified(f"{payment.oid}: LGD_MID or LGD_AMOUNT is not this payment's, or LGD_PAYKEY is missing")
        ledger.LOGGER.warning("%s: the window's return has no signature, and XPAY does not require one", payment.oid)
        return posted["LGD_PAYKEY"]
    try:
        returned = conf.client().verify_return(body, payment.oid, payment.amount, mid=settings.mid)
    except XPayError as error:
        raise NotVerified(f"{payment.oid}: {error}") from None
    # With 0000 and no payment key it would not have been verified.
    return returned.pay_key or ""


@sensitive_variables()
def opened(envelope: str, payment: Payment) -> str:
    """LGD_PAYKEY that `read` verified for this payment."""
    try:
        oid, paykey = signing.loads(envelope, salt=_SALT)
    except signing.BadSignature:
        raise NotVerified(f"{payment.oid}: LGD_PAYKEY does not come from returnurl") from None
    if oid != payment.oid:
        raise NotVerified(f"{payment.oid}: LGD_PAYKEY is that of another payment")
    return str(paykey)
