"""Amounts, orders and what became of a refund, in the merchant's words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Optional

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xpayclient import Means, Outcome, RefundAccount, XPayError

from . import banks, ledger
from .models import Notice, Payment, State


def won(amount: int) -> str:
    """23,400원, or 23,400 won."""
    return gettext("%(amount)s won") % {"amount": f"{amount:,}"}


def bank_name(code: str) -> str:
    """A bank of `banks` by its code."""
    return dict([*banks.GATEWAYS, *banks.COMMON]).get(code, code)


def destination(payment: Payment, account: Optional[RefundAccount] = None) -> str:
    """Where the money of a refund goes; of an account only the end, since a message is kept in a cookie or a session."""
    if account is not None:
        to = {"bank": bank_name(account.bank_code), "end": account.number[-4:]}
        return gettext("The money goes to the account at %(bank)s that ends in %(end)s.") % to
    if payment.means == Means.BANK_TRANSFER:
        return gettext("The money goes back to the account that paid.")
    if payment.means == Means.CARD:
        return gettext("The card's issuer takes back the approval or the capture.")
    return ""


def unanswered(error: XPayError) -> str:
    """What became of a refund without an answer, and what to do."""
    if error.outcome == Outcome.ROLLED_BACK:
        what = gettext("Nothing was refunded: the connection broke, and the gateway confirmed the rollback. Request it again.")
    elif error.outcome == Outcome.NOT_SENT:
        what = gettext("Nothing was refunded: the request was not sent. Correct the cause, then request it again.")
    else:
        what = gettext(
            "It is unknown whether the money went back. Do not refund it in another way. Look LGD_OID up in the merchant admin, "
            "then decide on the payment's page."
        )
    return f"{what} ({error.code})"


@dataclass(frozen=True)
class Order:
    """An order as it is shown."""

    text: str
    row: Any = None


def orders(payments: Iterable[Payment]) -> dict[int, Order]:
    """The orders of payments, by the payment's key: one query for each kind of order. One that is broken breaks no other."""
    found: dict[int, Order] = {}
    kinds: dict[int, list[Payment]] = {}
    for payment in payments:
        kinds.setdefault(payment.content_type_id, []).append(payment)
    for kind_pk, of_kind in kinds.items():
        kind = ContentType.objects.db_manager(ledger.database()).get_for_id(kind_pk)
        rows = _rows(kind.model_class(), [payment.object_id for payment in of_kind])
        for payment in of_kind:
            found[payment.pk] = _order(kind, payment, rows)
    return found


def _rows(model: Optional[type[models.Model]], keys: list[str]) -> Optional[dict[str, Any]]:
    """The rows by their key as a text. None where they cannot be read."""
    if model is None:
        return None
    valid = []
    for key in keys:
        try:
            valid.append(model._meta.pk.to_python(key))
        except ValidationError:
            continue
    try:
        # A savepoint: an error ends no transaction of the request.
        with transaction.atomic(using=ledger.database()):
            rows = model._base_manager.using(ledger.database()).filter(pk__in=valid)
            return {str(row.pk): row for row in rows}
    except DatabaseError:
        ledger.LOGGER.exception("the orders of %s cannot be read", model._meta.label)
        return None


def _order(kind: ContentType, payment: Payment, rows: Optional[dict[str, Any]]) -> Order:
    plain = f"{kind.name} {payment.object_id}"
    if rows is None:
        return Order(gettext("%s (it cannot be read)") % plain)
    row = rows.get(payment.object_id)
    if row is None:
        return Order(gettext("%s (deleted)") % plain)
    try:
        return Order(str(row) or plain, row)
    except Exception:
        # The shop's own method.
        ledger.LOGGER.exception("%s has no text", plain)
        return Order(plain, row)


# A refusal is stored as the log has it.
_REASONS = [
    (r"LGD_CASTAMOUNT is (?P<paid>\d+) and not (?P<due>\d+)", _("%(paid)s was deposited, and not %(due)s.")),
    (r"LGD_CASFLAG \w does not follow what the payment is: (?P<state>\w+)", _("It does not fit the payment's state: %(state)s.")),
    (r"the order costs (?P<paid>\d+) won by now, not (?P<due>\d+)", _("The order costs %(paid)s by now, not %(due)s.")),
    (r"LGD_CASSEQNO is not that of the deposit that paid it", _("It is not the reversal of the deposit that paid the order.")),
    (r"a part of the deposit was refunded already", _("A part of the deposit was refunded already.")),
    (r"the order of .* is gone", _("The order was deleted.")),
    (r".* or its order is paid by another payment", _("This payment is over, or the order is paid by another one.")),
    (
        r".*: (?P<paid>\d+) won against (?P<due>\d+) won begun and (?P<costs>\d+) won the order costs",
        _("%(paid)s was paid, %(due)s was begun, and the order costs %(costs)s now: they have to be the same."),
    ),
]


def reason(notice: Notice) -> str:
    """Why a notification was refused."""
    for pattern, words in _REASONS:
        known = re.match(pattern, notice.reason)
        if known is not None:
            named = known.groupdict()
            amounts = {name: won(int(value)) for name, value in named.items() if name != "state"}
            states = {name: dict(State.choices).get(value, value) for name, value in named.items() if name == "state"}
            return str(words) % (amounts | states)
    return notice.reason


def page_of(row: Any) -> str:
    """The order's own page; empty where it has none."""
    try:
        return str(row.get_absolute_url()) if row is not None else ""
    except Exception:
        # The shop's own method.
        ledger.LOGGER.exception("%s %s has no page", type(row).__name__, row.pk)
        return ""
