"""Escrow deliveries: what a shop registers when it sends goods that are paid in escrow, and when the buyer has received them.

`XPayClient.register_delivery` registers one. Every item of an order is one delivery.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import Union

from .results import KST


@dataclass(frozen=True)
class Sent:
    """The shop sent an item."""

    oid: str
    """LGD_OID of the payment."""
    date: datetime.datetime
    """dlvdate; without a time zone it is Korean time."""
    company_code: str
    """dlvcompcode: the carrier's code in the gateway's list."""
    number: str
    """dlvno: the number of the parcel."""
    product_id: str = ""
    """productid: LGD_ESCROW_GOODID of the item."""
    order_date: str = ""
    """orderdate, as ``yyyyMMdd``, ``yyyyMMddHHmm`` or ``yyyyMMddHHmmss``."""
    company: str = ""
    """dlvcomp: the carrier's name."""
    worker: str = field(default="", repr=False)
    """dlvworker: who brings it."""
    worker_phone: str = field(default="", repr=False)
    """dlvworkertel: that person's telephone."""


@dataclass(frozen=True)
class Received:
    """The buyer received an item."""

    oid: str
    """LGD_OID of the payment."""
    date: datetime.datetime
    """rcvdate; without a time zone it is Korean time."""
    product_id: str = ""
    """productid: LGD_ESCROW_GOODID of the item."""
    order_date: str = ""
    """orderdate, as ``yyyyMMdd``, ``yyyyMMddHHmm`` or ``yyyyMMddHHmmss``."""
    name: str = field(default="", repr=False)
    """rcvname: who received it."""
    relation: str = field(default="", repr=False)
    """rcvrelation: what that person is to the buyer."""


Delivery = Union[Sent, Received]


def in_korea(delivery: Delivery) -> Delivery:
    """The same with its date in Korean time."""
    at = getattr(delivery, "date", None)
    # What is none is refused by its name, with the other values.
    if not isinstance(at, datetime.datetime) or at.tzinfo is None:
        return delivery
    return replace(delivery, date=at.astimezone(KST))


__all__ = ["Delivery", "Received", "Sent"]
