"""The shop's own order: the methods that it needs, and how it is locked.

Any model can be one that has the methods of `Payable`. Payments refer to it by a generic reference, so it needs no field
and no base class.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, Union

from django.core.exceptions import ValidationError
from django.db import models
from django.views.decorators.debug import sensitive_variables

from xpayclient import EscrowItem, UsageError, _native

if TYPE_CHECKING:
    from django.contrib.contenttypes.models import ContentType

    from .models import Payment


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
    """What is sold in escrow, and where it goes."""

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

    def xpay_amount(self) -> Union[int, Decimal]:
        """The amount to pay, in whole won, from the database. It is read before and after the payment."""

    def xpay_product_info(self) -> str:
        """LGD_PRODUCTINFO: what is bought, in a few words."""

    def xpay_buyer(self) -> Buyer:
        """Who pays."""

    def get_absolute_url(self) -> str:
        """The order's page, to which the buyer returns."""


class OrderGone(Exception):
    """The order of a payment is not in the database any more."""


class Mismatch(Exception):
    """The order is not what was begun, or the gateway approved something else."""


@dataclass(frozen=True)
class Said:
    """What an order says of itself, as the window and a card's charge take it."""

    amount: int
    product_info: str
    buyer: Buyer = field(repr=False)
    escrow: Escrow | None = field(repr=False)


def check_saved(order: Any) -> None:
    """`UsageError` unless it is a row of the database."""
    name = type(order).__name__
    if not isinstance(order, models.Model):
        raise _unfit(name, "is no model: pass the order itself", "모델이 아닙니다. 주문 객체를 넣으십시오")
    if order.pk is None or order._state.adding:
        raise _unfit(name, "is not saved: save it first", "저장되지 않았습니다. 먼저 저장하십시오")


@sensitive_variables()
def said(order: Payable) -> Said:
    """Asks the order. `UsageError` names the method that it has not, or what that gave in place of what it has to give."""
    check_saved(order)
    name = type(order).__name__
    amount = _native.payable(f"{name}.xpay_amount()", _asked(order, "xpay_amount"))
    info = fit(_asked(order, "xpay_product_info", str), 128)
    if not info:
        raise _empty(f"{name}.xpay_product_info()")
    buyer = _asked(order, "xpay_buyer", Buyer)
    for part in ("name", "id", "email", "phone"):
        _check_type(f"{name}.xpay_buyer().{part}", getattr(buyer, part), str)
    buyer = replace(buyer, name=fit(buyer.name, 30), id=fit(buyer.id, 15))
    if not buyer.name:
        raise _empty(f"{name}.xpay_buyer().name")
    _asked(order, "get_absolute_url", str)
    escrow = _asked(order, "xpay_escrow", Escrow, type(None)) if hasattr(order, "xpay_escrow") else None
    return Said(amount, info, buyer, escrow)


def _asked(order: Any, method: str, *kinds: type) -> Any:
    """What the order's method gives, which is of one of these kinds."""
    whole = f"{type(order).__name__}.{method}()"
    ask: Callable[[], Any] | None = getattr(order, method, None)
    if not callable(ask):
        raise _unfit(whole, "is missing: an order needs this method", "메서드가 없습니다. 주문 모델에 추가하십시오")
    return _check_type(whole, ask(), *kinds)


def _check_type(what: str, given: Any, *kinds: type) -> Any:
    if kinds and not isinstance(given, kinds):
        due, found = " or ".join(kind.__name__ for kind in kinds), type(given).__name__
        raise _unfit(what, f"gave {found}, and has to give {due}", f"{found}을(를) 반환했습니다. {due}을(를) 반환하십시오")
    return given


def _empty(what: str) -> UsageError:
    return _unfit(
        what,
        "is empty, or has nothing but what the payment window forbids: give a text",
        "비어 있거나 결제창이 금지하는 문자뿐입니다. 텍스트를 반환하십시오",
    )


def _unfit(what: str, why: str, korean: str) -> UsageError:
    # 90003: a wrong value.
    return UsageError("90003", f"Value error; {what} {why}. / {what}: {korean}.")


def of(payment: Payment) -> Payable | None:
    """The payment's order; None where it is gone, or its model."""
    if payment.content_type.model_class() is None:
        return None
    try:
        order: Payable | None = payment.order
    except (ValueError, ValidationError):
        # The model has another kind of key by now.
        return None
    return order


def shown(payment: Payment) -> Payable | None:
    """The order for a page: None where it is gone, or raises at what a page asks it."""
    order = of(payment)
    if order is None:
        return None
    try:
        _asked(order, "xpay_product_info", str)
        _asked(order, "get_absolute_url", str)
    except Exception:
        # The shop's own methods. The buyer sees the payment all the same.
        logging.getLogger("xpayclient.django").exception("the order of %s cannot be shown", payment.oid)
        return None
    return order


def locked(kind: ContentType, pk: str, using: str) -> Payable | None:
    """The order as it is now, locked until the transaction ends; None where it is gone."""
    model: type[models.Model] | None = kind.model_class()
    # Not the default manager: it may hide or join rows, and those cannot always be locked.
    orders = model._base_manager.using(using).select_for_update() if model else None
    try:
        return orders.filter(pk=pk).first() if orders is not None else None  # type: ignore[return-value]
    except (ValueError, ValidationError):
        # The model has another kind of key by now.
        return None


def _plain(letter: str) -> str:
    """A control character has no place in a name; what is not even a character stands for one."""
    return "?" if "\ud800" <= letter <= "\udfff" else " "


# What the window forbids in values.
_FORBIDDEN = str.maketrans(dict.fromkeys("<>;'\"\\", " "))


def fit(text: str, limit: int) -> str:
    """`text` as the window takes it: nothing that it forbids, `limit` bytes of CP949 at most.

    Half of a surrogate pair, which no request can carry, is a question mark, like everything that CP949 has not.
    """
    whole = "".join(letter if letter.isprintable() else _plain(letter) for letter in text)
    plain = " ".join(whole.translate(_FORBIDDEN).replace("+-", "+ ").split())
    while "--" in plain:
        plain = plain.replace("--", "-")
    while len(plain.encode("cp949", "replace")) > limit:
        plain = plain[:-1]
    return plain.strip()
