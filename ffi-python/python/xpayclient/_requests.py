"""What the typed calls send: a dataclass for each request, by whose field names its values reach the core.

A class has the name of the core's struct, and its fields the names of the call's arguments. None has a default, so that no
call can leave out one by mistake. Values may be secret: no repr shows them.
Requests are not compared, which an import would have to compile methods for.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Optional, Union

Won = Union[int, Decimal]
"""An amount in whole won: a Decimal, as databases give it, without a fraction."""


@dataclass(frozen=True)
class RefundAccount:
    """The buyer's own account, to which the money of a virtual account goes back."""

    number: str = field(repr=False)
    """LGD_RFACCOUNTNUM."""
    bank_code: str
    """LGD_RFBANKCODE."""
    holder: str = field(repr=False)
    """LGD_RFCUSTOMERNAME: whose account it is."""
    phone: Optional[str] = field(default=None, repr=False)
    """LGD_RFPHONE."""


@dataclass(frozen=True)
class Card:
    """A card by its number. The shop's contract says whether PIN and birth date are needed."""

    number: str = field(repr=False)
    """LGD_PAN."""
    expiry_year: str = field(repr=False)
    """LGD_EXPYEAR."""
    expiry_month: str = field(repr=False)
    """LGD_EXPMON."""
    pin: Optional[str] = field(default=None, repr=False)
    """LGD_PIN: the first two digits of its password."""
    private_no: Optional[str] = field(default=None, repr=False)
    """LGD_PRIVATENO: the holder's birth date as yyMMdd, or a business number."""


@dataclass(frozen=True)
class ThreeDSecure:
    """A card whose holder was authenticated by 3-D Secure (안심클릭): what that left in the shop's page."""

    number: str = field(repr=False)
    """LGD_PAN."""
    eci: str
    """VBV_ECI."""
    cavv: str = field(repr=False)
    """VBV_CAVV."""
    xid: str = field(repr=False)
    """VBV_XID."""


@dataclass(frozen=True)
class Isp:
    """A card whose holder was authenticated by ISP: what that left in the shop's page, as it came."""

    quota: str
    """KVP_QUOTA: the months that the buyer chose there."""
    no_interest: str
    """KVP_NOINT: `1` if the shop bears their interest, `0` if not."""
    card_code: str
    """KVP_CARDCODE."""
    session_key: str = field(repr=False)
    """KVP_SESSIONKEY."""
    encrypted: str = field(repr=False)
    """KVP_ENCDATA."""


class Request:
    """A request that a client prepares and sends."""

    def __repr__(self) -> str:
        """Its name only."""
        return f"<{type(self).__name__}>"


@dataclass(eq=False, repr=False)
class PaymentByKey(Request):
    paykey: str
    amount: Optional[Won]
    process_timeout: Optional[int]


@dataclass(eq=False, repr=False)
class AmountCheck(Request):
    paykey: str
    amount: Won


@dataclass(eq=False, repr=False)
class Adjust(Request):
    tid: str


@dataclass(eq=False, repr=False)
class Ping(Request):
    rows: Optional[int]


@dataclass(eq=False, repr=False)
class Cancel(Request):
    tid: str
    means: Optional[str]
    reason: Optional[str]
    requester: Optional[str]
    requester_ip: Optional[str]
    refund_account: Optional[RefundAccount]


@dataclass(eq=False, repr=False)
class PartialCancel(Request):
    tid: str
    means: Optional[str]
    amount: Won
    remaining: Optional[Won]
    tax_free: Optional[Won]
    reason: Optional[str]
    refund_account: Optional[RefundAccount]
    ask_remaining: bool


@dataclass(eq=False, repr=False)
class ReceiptFor:
    """What a cash receipt is for: `means`, and what belongs to it."""

    means: str
    tid: Optional[str]
    seqno: Optional[str]
    product_info: Optional[str]


@dataclass(eq=False, repr=False)
class CashReceiptAuth(Request):
    receipt_for: ReceiptFor
    oid: str
    amount: Won
    card_number: str
    receipt_use: str
    business_number: str
    shop_name: Optional[str]
    ceo_name: Optional[str]
    shop_phone: Optional[str]
    tax_free: Optional[Won]
    vat: Optional[Won]


@dataclass(eq=False, repr=False)
class CashReceiptCancel(Request):
    means: str
    tid: str
    seqno: Optional[str]
    amount: Optional[Won]


@dataclass(eq=False, repr=False)
class CyberAccountAssign(Request):
    oid: str
    amount: Won
    close_date: Optional[datetime.datetime]
    product_info: Optional[str]
    buyer: Optional[str]
    account_owner: Optional[str]
    buyer_phone: Optional[str]
    bank_code: Optional[str]
    receipt_use: Optional[str]
    cash_card_number: Optional[str]
    note_url: Optional[str]


@dataclass(eq=False, repr=False)
class CyberAccountChange(Request):
    oid: str
    amount: Won
    close_date: Optional[datetime.datetime]


@dataclass(eq=False, repr=False)
class AuthOnlyByKey(Request):
    key: str
    means: str


@dataclass(eq=False, repr=False)
class Credential:
    """What a card's payment is charged to: the card itself, the billing key that stands for it, or an authentication."""

    card: Optional[Card]
    billing_key: Optional[str]
    three_d_secure: Optional[ThreeDSecure]
    isp: Optional[Isp]


@dataclass(eq=False, repr=False)
class CardAuth(Request):
    oid: str
    amount: Won
    credential: Credential
    install_months: int
    buyer: Optional[str]
    buyer_id: Optional[str]
    buyer_phone: Optional[str]
    buyer_email: Optional[str]
    buyer_ip: Optional[str]
    product_info: Optional[str]


@dataclass(eq=False, repr=False)
class GiftCultureAuth(Request):
    oid: str
    amount: Won
    cult_id: str
    cult_password: str
    buyer_id: Optional[str]
    buyer_ip: Optional[str]
    product_info: Optional[str]


@dataclass(eq=False, repr=False)
class GiftCultureSms(Request):
    tid: str
    cult_id: str


@dataclass(eq=False, repr=False)
class GiftCultureApp(Request):
    tid: str
    amount: Won
    cult_pin: str


@dataclass(frozen=True)
class EscrowItem:
    """One item of an order under escrow, for `XPayClient.window`."""

    id: str
    """LGD_ESCROW_GOODID: the item's ID in the shop."""
    name: str
    """LGD_ESCROW_GOODNAME."""
    unit_price: Won
    """LGD_ESCROW_UNITPRICE in won."""
    quantity: int = 1
    """LGD_ESCROW_QUANTITY."""
    code: str = ""
    """LGD_ESCROW_GOODCODE."""

    def __repr__(self) -> str:
        """Nothing of what the buyer buys."""
        return "<EscrowItem>"


class FormRequest:
    """A request of a window, which the buyer's browser sends."""

    def __repr__(self) -> str:
        """Its name only."""
        return f"<{type(self).__name__}>"


@dataclass(eq=False, repr=False)
class WindowRequest(FormRequest):
    cst_mid: str
    oid: str
    amount: Won
    buyer: str
    buyer_id: str
    buyer_ip: str
    product_info: str
    return_url: str
    window_type: str
    domain_url: str
    timestamp: Optional[datetime.datetime]
    escrow_items: list[EscrowItem]
    others: dict[str, str]
    strict: bool


@dataclass(eq=False, repr=False)
class BillingWindowRequest(FormRequest):
    cst_mid: str
    return_url: str
    smartphone: bool
    buyer_ssn: str
    check_ssn: Optional[bool]
    window_type: str
    others: dict[str, str]
    strict: bool


@dataclass(eq=False, repr=False)
class IdentityWindowRequest(FormRequest):
    cst_mid: str
    means: str
    buyer_ssn: str
    return_url: str
    window_type: str
    timestamp: Optional[datetime.datetime]
    others: dict[str, str]
    strict: bool
