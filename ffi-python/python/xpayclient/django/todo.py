"""What waits for a person: refused notifications, and requests of which nobody knows whether they were done."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from . import ledger, recovery, refunds
from .models import Notice, Payment, Transaction
from .requests import under_way


def notices() -> QuerySet[Notice]:
    """Refused, and acknowledged by nobody."""
    return Notice.objects.using(ledger.database()).filter(fate=Notice.Fate.REFUSED, seen_at=None)


def acknowledge(pks: list[int], user: Any) -> list[Notice]:
    """Records who has seen which notification. Gives those that nobody had acknowledged."""
    with transaction.atomic(using=ledger.database()):
        waiting = list(notices().select_for_update().filter(pk__in=pks))
        now = timezone.now()
        for notice in waiting:
            # Not `save`: that the gateway sent it again is another time.
            Notice.objects.using(ledger.database()).filter(pk=notice.pk).update(seen_at=now, seen_by=user)
    return waiting


def cancels() -> QuerySet[Transaction]:
    """Refunds whose end nobody knows. One that was sent just now may still be answered."""
    rows = Transaction.objects.using(ledger.database())
    return rows.filter(refunds.OPEN, ~under_way(), kind__in=refunds.KINDS).select_related("payment")


def repeated() -> QuerySet[Payment]:
    """Payments that the gateway says were made before."""
    return recovery.repeated()


def is_decidable(entry: Transaction) -> bool:
    """Whether a person decides what became of this request: its end is unknown, and no process is waiting for it."""
    if entry.kind == Transaction.Kind.PAY:
        return repeated().filter(tx_id=entry.tx_id).exists()
    is_open = entry.kind in refunds.KINDS and entry.outcome not in refunds.ENDED
    return is_open and not recovery.is_alive(entry)
