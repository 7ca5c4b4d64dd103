"""What comes back from the payment window and from the billing window, through the buyer's browser."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

from .results import Institution, institution, moment


@dataclass(frozen=True, repr=False)
class WindowReturn:
    """A return of the payment window, compared with the shop's own order.

    Where it `is_success`, LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP are signed. Nothing else is, `pay_key`
    and `own` included: compare ``oid`` of the payment's result with the order's. No money has moved yet: `pay_by_key` takes it.

    A failure is not signed. It may be shown to the buyer; it must not change an order that is paid.
    """

    mid: str
    """LGD_MID: the order's merchant ID."""
    oid: str
    """LGD_OID: the order's."""
    amount: int
    """LGD_AMOUNT: the order's, in won."""
    code: str
    """LGD_RESPCODE."""
    message: str
    """LGD_RESPMSG. Escape it in HTML: of a failure anybody may have sent it."""
    is_success: bool
    """Whether the code is ``0000``: the buyer agreed to the payment."""
    is_cancelled: bool
    """Whether the buyer cancelled in the window (``S053``)."""
    pay_key: Optional[str]
    """LGD_PAYKEY: the payment key for `pay_by_key`. None unless `is_success`."""
    means: Optional[str]
    """LGD_PAYTYPE, see `Means`."""
    institution: Optional[Institution]
    """The card's issuer, the bank or the telephone company."""
    values: list[tuple[str, str]]
    """All values received, in their order."""
    own: list[tuple[str, str]]
    """The shop's own names that it sent with LGD_RETURN_MERT_CUSTOM_PARAM. Not signed: the buyer may have changed each of them."""

    def get(self, name: str) -> Optional[str]:
        """Any value by its name. Only those named above are signed."""
        return _first(self.values, name)

    def __repr__(self) -> str:
        """Order and code; nothing of the buyer."""
        return f"<WindowReturn {self.code} oid={self.oid}>"


@dataclass(frozen=True, repr=False)
class BillingReturn:
    """The return of a billing window (LGD_PAYWINDOWTYPE CardBillingAuth): the billing key of the buyer's card.

    It has no signature, so it does not prove who sent it. Accept it only in the session of the buyer who opened the window, once
    for each window. A key that somebody else sent would charge that person's purchases to another card.
    """

    code: str
    """LGD_RESPCODE; empty where none came."""
    message: str
    """LGD_RESPMSG. Escape it in HTML: anybody may have sent it."""
    is_success: bool
    """Whether the card was registered."""
    billing_key: Optional[str]
    """LGD_BILLKEY for `card_auth`, as secret as the card's number. None unless `is_success`."""
    means: Optional[str]
    """LGD_PAYTYPE, see `Means`."""
    pay_date: Optional[datetime.datetime]
    """LGD_PAYDATE."""
    institution: Optional[Institution]
    """The card's issuer."""
    card_number: Optional[str]
    """LGD_CARDNUM, masked."""
    expiry_year: Optional[str]
    """LGD_EXPYEAR of the card, two digits."""
    expiry_month: Optional[str]
    """LGD_EXPMON of the card, two digits."""
    tid: Optional[str]
    """LGD_TID: the gateway's number of the registration."""
    values: list[tuple[str, str]]
    """All values received, in their order."""

    def get(self, name: str) -> Optional[str]:
        """Any value by its LGD_ name. None is signed."""
        return _first(self.values, name)

    def __repr__(self) -> str:
        """Code and number; nothing of the card."""
        return f"<BillingReturn {self.code} tid={self.tid}>"


def window_return(view: dict[str, Any]) -> WindowReturn:
    """From what `_native` has read."""
    return WindowReturn(**_converted(view))


def billing_return(view: dict[str, Any]) -> BillingReturn:
    """From what `_native` has read."""
    at = view["pay_date"]
    return BillingReturn(**_converted({**view, "pay_date": None if at is None else moment(at)}))


def _converted(view: dict[str, Any]) -> dict[str, Any]:
    known = view["institution"]
    return {**view, "institution": None if known is None else institution(known)}


def _first(values: list[tuple[str, str]], name: str) -> Optional[str]:
    return next((value for known, value in values if known == name), None)
