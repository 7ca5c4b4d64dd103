"""The windows that a buyer's browser opens: payment, billing key, identity check."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from . import _requests as requests
from ._calls import korean_time
from ._requests import EscrowItem, Won
from ._secret import hides

if TYPE_CHECKING:
    from . import _native


@dataclass(frozen=True)
class Window:
    """A checked request for a window, signed where the window takes a signature."""

    fields: list[tuple[str, str]]
    """Names and values, in the protocol's order. A name of an escrow item is there once for each item."""
    hidden_fields: str
    """A line of HTML for each field, for the form that the page gives to the window."""
    warnings: list[str]
    """What the gateway may take or refuse, in English and Korean: for the developer. It contains no value."""

    def get(self, name: str) -> Optional[str]:
        """The value of a field; the first of an escrow item's."""
        return next((value for known, value in self.fields if known == name), None)

    def __repr__(self) -> str:
        """Names only: values are the buyer's."""
        return f"<Window {[name for name, _ in self.fields]}>"


class Windows:
    """The form of each window: checked, signed, and written as hidden fields of the shop's page.

    `cst_mid` is the contracted merchant ID, of which LGD_MID is made. `others` are any other parameters by their names,
    LGD_… and the shop's own, which come back in the return with LGD_RETURN_MERT_CUSTOM_PARAM ``Y``. What is certainly wrong
    raises `UsageError`. Where nobody has published how the gateway takes it there is a line in `Window.warnings`; with
    `strict` that raises too. Without a `timestamp` it is now.
    """

    def _client(self) -> _native.Client:
        raise NotImplementedError

    @hides("buyer", "buyer_id", "buyer_ip", "others")
    def window(
        self,
        *,
        cst_mid: str,
        oid: str,
        amount: Won,
        buyer: str,
        product_info: str,
        return_url: str,
        window_type: str = "",
        domain_url: str = "",
        buyer_id: str = "",
        buyer_ip: str = "",
        timestamp: Optional[datetime.datetime] = None,
        escrow_items: Iterable[EscrowItem] = (),
        others: Optional[Mapping[str, str]] = None,
        strict: bool = False,
    ) -> Window:
        """The payment window, opened by ``openXpay``. `buyer_id` and `buyer_ip` are required for vouchers only."""
        request = requests.WindowRequest(
            cst_mid=cst_mid,
            oid=oid,
            amount=amount,
            buyer=buyer,
            buyer_id=buyer_id,
            buyer_ip=buyer_ip,
            product_info=product_info,
            return_url=return_url,
            window_type=window_type,
            domain_url=domain_url,
            timestamp=korean_time(timestamp),
            escrow_items=list(escrow_items),
            others=dict(others or {}),
            strict=strict,
        )
        return Window(**self._client().window(request))

    @hides("buyer_ssn", "others")
    def billing_window(
        self,
        *,
        cst_mid: str,
        return_url: str,
        smartphone: bool = False,
        buyer_ssn: str = "",
        check_ssn: Optional[bool] = None,
        window_type: str = "",
        others: Optional[Mapping[str, str]] = None,
        strict: bool = False,
    ) -> Window:
        """The window in which a buyer registers a card, opened by ``openXpay``; LGD_BILLKEY comes back in the return.

        It has no order, no amount and no signature. Either `buyer_ssn`, a birth date or a business number, is required or
        `check_ssn`: whether the window asks the buyer for it. `smartphone` chooses the window for phones.
        """
        request = requests.BillingWindowRequest(
            cst_mid=cst_mid,
            return_url=return_url,
            smartphone=smartphone,
            buyer_ssn=buyer_ssn,
            check_ssn=check_ssn,
            window_type=window_type,
            others=dict(others or {}),
            strict=strict,
        )
        return Window(**self._client().window(request))

    @hides("buyer_ssn", "others")
    def identity_window(
        self,
        *,
        cst_mid: str,
        means: str,
        buyer_ssn: str,
        return_url: str,
        window_type: str = "",
        timestamp: Optional[datetime.datetime] = None,
        others: Optional[Mapping[str, str]] = None,
        strict: bool = False,
    ) -> Window:
        """The window that identifies a person, opened by ``openAuthonly``; LGD_AUTHONLYKEY comes back in the return.

        `means` is ``ASC001`` (card), ``ASC002`` (phone), ``ASC004`` (account) or ``ASC007`` (phone, the alternative).
        `buyer_ssn` is a resident number, or its first 6 or 7 digits.
        """
        request = requests.IdentityWindowRequest(
            cst_mid=cst_mid,
            means=means,
            buyer_ssn=buyer_ssn,
            return_url=return_url,
            window_type=window_type,
            timestamp=korean_time(timestamp),
            others=dict(others or {}),
            strict=strict,
        )
        return Window(**self._client().window(request))


__all__ = ["Window", "Windows"]
