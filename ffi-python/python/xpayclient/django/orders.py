"""The shop's own order: the methods that it needs, and how it is locked.

Any model can be one that has the methods of `Payable`. Payments refer to it by a generic reference, so it needs no field
and no base class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models

from xpayclient import EscrowItem

if TYPE_CHECKING:
    from django.contrib.contenttypes.models import ContentType


@dataclass(frozen=True)
class Buyer:
    """The buyer, for the payment window. This app stores nothing of it."""

    name: str = field(repr=False)
    """LGD_BUYER."""
    id: str = "guest"
    """LGD_BUYERID."""
    email: str = field(default="", repr=False)
    """LGD_BUYEREMAIL, if the shop passes it on."""
    phone: str = field(default="", repr=False)
    """LGD_BUYERPHONE, if the shop passes it on."""


@dataclass(frozen=True)
class Escrow:
    """What is sold in escrow, and where it goes: `escrow_of` asks the order for it."""

    items: Sequence[EscrowItem]
    """What is delivered."""
    zipcode: str = field(default="", repr=False)
    """LGD_ESCROW_ZIPCODE."""
    address1: str = field(default="", repr=False)
    """LGD_ESCROW_ADDRESS1."""
    address2: str = field(default="", repr=False)
    """LGD_ESCROW_ADDRESS2."""
    phone: str = field(default="", repr=False)
    """LGD_ESCROW_BUYERPHONE."""

    def fields(self) -> dict[str, str]:
        """The window's parameters beside the items."""
        return {
            "LGD_ESCROW_USEYN": "Y",
            "LGD_ESCROW_ZIPCODE": self.zipcode,
            "LGD_ESCROW_ADDRESS1": fit(self.address1, 60),
            "LGD_ESCROW_ADDRESS2": fit(self.address2, 60),
            "LGD_ESCROW_BUYERPHONE": self.phone,
        }


class Payable(Protocol):
    """What an order has to have, beside being a model.

    It may also have ``xpay_escrow()``, which gives an `Escrow`, or None where it is not sold in escrow.
    """

    pk: Any

    def xpay_amount(self) -> int:
        """The amount to pay, in won, from the database. It is read before and after the payment."""

    def xpay_product_info(self) -> str:
        """LGD_PRODUCTINFO: what is bought, in a few words."""

    def xpay_buyer(self) -> Buyer:
        """Who pays."""

    def get_absolute_url(self) -> str:
        """The order's page, to which the buyer returns."""


def escrow_of(order: Payable) -> Escrow | None:
    """What the order says of escrow, where it says something."""
    ask: Callable[[], Escrow | None] | None = getattr(order, "xpay_escrow", None)
    return ask() if ask else None


class OrderGone(Exception):
    """The order of a payment is not in the database any more."""


def locked(kind: ContentType, pk: str, using: str) -> Payable | None:
    """The order as it is now, locked until the transaction ends; None where it is gone."""
    model: type[models.Model] | None = kind.model_class()
    # Not the default manager: it may hide or join rows, and those cannot always be locked.
    orders = model._base_manager.using(using).select_for_update() if model else None
    return orders.filter(pk=pk).first() if orders is not None else None  # type: ignore[return-value]


# What the window forbids in values.
_FORBIDDEN = str.maketrans(dict.fromkeys("<>;'\"\\", " "))


def fit(text: str, limit: int) -> str:
    """`text` as the window takes it: nothing that it forbids, `limit` bytes of CP949 at most."""
    plain = " ".join(text.translate(_FORBIDDEN).replace("+-", "+ ").split())
    while "--" in plain:
        plain = plain.replace("--", "-")
    while len(plain.encode("cp949", "replace")) > limit:
        plain = plain[:-1]
    return plain.strip()
