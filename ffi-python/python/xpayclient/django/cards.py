"""Cards that are kept: added in a window of the gateway's, charged later without the buyer, given up.

The gateway does not sign what that window returns, so a card is kept only by the browser session that opened the window, for
the user who is logged in there. No published call tells the gateway that a card was given up: its key is deleted here.
"""

from __future__ import annotations

import re
import secrets
from typing import Any, Optional, cast

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_variables

from xpayclient import PaymentResult, Window, XPayError
from xpayclient import Transaction as Guarded

from . import conf, ledger, orders, paying, phones, signals
from .models import KeptCard, Payment
from .orders import Payable
from .paying import CardGone
from .window import address, type_for

_SESSION = "xpay_card"
_LONGEST = cast("int", KeptCard._meta.get_field("billing_key").max_length)


class NotKept(Exception):
    """The return is not of a window that this session opened, or has no billing key. The text is for the shop's log."""


def of(user: Any) -> QuerySet[KeptCard]:
    """The cards that this user keeps now with this merchant ID, the latest first."""
    return _kept().filter(user_id=user.pk)


def _kept() -> QuerySet[KeptCard]:
    return KeptCard.objects.using(ledger.database()).filter(mid=conf.current().mid, given_up_at=None)


@sensitive_variables()
def window(request: HttpRequest) -> Window:
    """The request of the window that adds a card, for the user of this session. The buyer types everything there."""
    settings = conf.current()
    known = request.session.get(_SESSION) or secrets.token_hex(16)
    request.session[_SESSION] = known
    return conf.client().billing_window(
        cst_mid=settings.cst_mid,
        return_url=address(request, "card_return", known),
        smartphone=bool(phones.app_of(request)),
        check_ssn=True,
        window_type=type_for(request),
        others={"LGD_ENCODING": "UTF-8", "LGD_ENCODING_RETURNURL": "UTF-8"},
    )


@sensitive_variables()
def keep(request: HttpRequest, opened: str, body: bytes) -> KeptCard:
    """Keeps the card of the window's return, the body of a POST to LGD_RETURNURL. `opened` is what `window` put into that."""
    mine = request.session.get(_SESSION)
    if not mine or not constant_time_compare(mine, opened):
        raise NotKept("the window was not opened in this session, or its card is kept already")
    try:
        returned = conf.client().read_billing_return(body)
    except XPayError as error:
        raise NotKept(str(error)) from None
    if not returned.billing_key:
        raise NotKept(f"LGD_RESPCODE is {returned.code!r}")
    if len(returned.billing_key) > _LONGEST:
        raise NotKept(f"LGD_BILLKEY has {len(returned.billing_key)} characters, more than {_LONGEST}")
    del request.session[_SESSION]
    return _kept_once(
        KeptCard(
            user_id=cast("int", request.user.pk),
            mid=conf.current().mid,
            billing_key=returned.billing_key,
            number=masked(returned.card_number or ""),
            institution=returned.institution.name if returned.institution else "",
            tid=(returned.tid or "")[:24],
        )
    )


@ledger.retried
@sensitive_variables()
def _kept_once(card: KeptCard) -> KeptCard:
    """The card, or the row that its user keeps of it already. Each look is a transaction of its own: it sees what another tab did."""
    using = ledger.database()
    same = KeptCard.objects.using(using).filter(user_id=card.user_id, mid=card.mid, billing_key=card.billing_key)
    if known := same.first():
        return known
    try:
        with transaction.atomic(using=using):
            card.pk = None
            card.save(using=using, force_insert=True)
            signals.card_kept.send(sender=KeptCard, card=card)
    except IntegrityError:
        if known := same.first():
            return known
        raise
    return card


def masked(number: str) -> str:
    """The last four digits: the gateway masks the number, or on the test platform does not."""
    last = re.sub(r"[^0-9*]", "", number)[-4:]
    return f"**** {last}" if last else ""


@ledger.retried
def give_up(card: KeptCard) -> None:
    """Deletes the billing key: the card is never charged again. A charge that has left already is not undone."""
    using = ledger.database()
    with transaction.atomic(using=using):
        kept = KeptCard.objects.using(using).filter(pk=card.pk, given_up_at=None)
        given_up = kept.update(billing_key="", given_up_at=timezone.now())
        card.refresh_from_db(using=using)
        if given_up:
            signals.card_given_up.send(sender=KeptCard, card=card)


@sensitive_variables()
def charge(card: KeptCard, order: Payable, *, install_months: int = 0, request: Optional[HttpRequest] = None) -> Payment:
    """Pays the order by the card. Gives the payment as it stands afterwards, whatever became of it: see its `state`.

    Where the order has a payment that is under way or paid, it is that one, and nothing is sent. With a `request` the buyer of
    its session may see the payment's page, if it is charged to this card. `CardGone` where the card was given up, `UsageError`
    as by `paying.begin`.
    """
    payment = paying.live(order)
    if payment is None:
        payment = _charged(card, order, install_months)
    if request is not None and payment.card_id == card.pk:
        paying.remember(request, payment)
    return payment


@sensitive_variables()
def _charged(card: KeptCard, order: Payable, install_months: int) -> Payment:
    key = _kept().filter(pk=card.pk).values_list("billing_key", flat=True).first()
    if not key:
        raise CardGone(f"card {card.pk} was given up, or is another merchant ID's")
    said, tried = orders.said(order), paying.new(order, card=card)

    def ask(tx: Guarded) -> PaymentResult:
        return tx.card_auth(
            tried.oid,
            tried.amount,
            billing_key=key,
            install_months=install_months,
            buyer=said.buyer.name,
            buyer_id=said.buyer.id,
            product_info=said.product_info,
        )

    payment = paying.send(tried, ask)
    # Of two at once only one was sent: both give that one.
    return paying.live(order) or payment
