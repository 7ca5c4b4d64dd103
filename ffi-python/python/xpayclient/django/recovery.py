"""What a process left open when it died, or the network when it broke: ``xpay_recover``.

The database decides. A payment that is not booked as approved is first claimed there (in doubt), so that a process which
still lives can book it no more, and then undone at the gateway by its LGD_TXID, whatever this host's journal knows of it.
What is booked stands, and its entry in the journal is closed. A cancel of which nobody knows whether it was done is never
undone by itself, for it may have been asked for again and be done: it waits for a person.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.utils import timezone

from xpayclient import OpenTransaction, Result, UsageError, XPayError

from . import books, conf, paying, refunds
from .models import State, Transaction

REASON = "Recovery"


@dataclass
class Report:
    """What a round did and what it left."""

    undone: list[str] = field(default_factory=list)
    """LGD_OIDs of payments that are certainly not paid now."""
    booked: list[str] = field(default_factory=list)
    """LGD_OIDs whose cancel was done and is booked now."""
    closed: list[str] = field(default_factory=list)
    """LGD_TXIDs that the journal did not know the end of, and the database did."""
    open: list[str] = field(default_factory=list)
    """What is left, in words."""
    elsewhere: bool = False
    """Whether another process is recovering the journal at this moment."""


def recover() -> Report:
    """One round. It may be called again at any time, and in several processes at once."""
    client, report = conf.client(), Report()
    recovered = client.recover()
    report.elsewhere = recovered.elsewhere
    journal = {one.tx_id: one for one in client.open_transactions() if one.tx_id}
    rolled_back = {one.tx_id for one in recovered.rolled_back}
    rolled_back |= {one.tx_id for one in journal.values() if one.state == "rolled_back"}
    for entry in _unsettled(Transaction.Kind.PAY):
        known = journal.pop(entry.tx_id, None)
        if not _is_alive(entry, known):
            _undo(entry, known, report, entry.tx_id in rolled_back)
    for entry in _unsettled(Transaction.Kind.CANCEL, Transaction.Kind.PARTIAL_CANCEL):
        known = journal.pop(entry.tx_id, None)
        if not _is_alive(entry, known):
            _settle_cancel(entry, known, report, entry.tx_id in rolled_back)
    for known in journal.values():
        _close(known, report)
    return report


def _unsettled(*kinds: Transaction.Kind) -> list[Transaction]:
    entries = Transaction.objects.using(books.database()).filter(kind__in=kinds, outcome__in=refunds.OPEN)
    return list(entries.select_related("payment"))


def _is_alive(entry: Transaction, known: OpenTransaction | None) -> bool:
    """Whether a process may still be at it: here the journal's lock tells, of other hosts only the time."""
    if known is not None:
        return known.state == "running"
    young = entry.sent_at > timezone.now() - datetime.timedelta(seconds=conf.current().stale_after)
    return young and entry.outcome == Transaction.Outcome.SENT


def _undo(entry: Transaction, known: OpenTransaction | None, report: Report, is_undone: bool) -> None:
    """A payment that was not booked: no money is to have moved."""
    with books.open_books(entry.payment_id) as payment:
        if (payment.tx_id, payment.state) not in ((entry.tx_id, State.PAYING), (entry.tx_id, State.DOUBT)):
            return
        payment.state = State.DOUBT
        payment.save()
    try:
        if not is_undone:
            answer = _undone(entry.tx_id, known)
            if not answer.is_success:
                report.open.append(f"{payment.oid}: {answer.code} {answer.message}")
                return
    except XPayError as error:
        report.open.append(f"{payment.oid}: {error}")
        return
    paying.give_up(payment.pk, entry.tx_id)
    report.undone.append(payment.oid)


def _undone(tx_id: str, known: OpenTransaction | None) -> Result:
    client = conf.client()
    if known is not None:
        try:
            return client.undo_transaction(tx_id, REASON)
        except UsageError:
            # Somebody settled it in the journal meanwhile: asking once more does no harm.
            pass
    return client.undo(tx_id, REASON)


def _settle_cancel(entry: Transaction, known: OpenTransaction | None, report: Report, is_undone: bool) -> None:
    """A cancel whose end is not in the books."""
    oid = entry.payment.oid
    if known is not None and known.state == "unconfirmed":
        # The gateway said yes, and the process died before it was booked.
        decide(entry.tx_id, is_done=True)
        report.booked.append(oid)
        _close(known, report)
    elif is_undone:
        # The gateway undid the cancel: the money stands, as the books say.
        decide(entry.tx_id, is_done=False)
    else:
        report.open.append(
            f"{oid}: {entry.kind} of {entry.amount} won, LGD_TXID {entry.tx_id}: nobody knows whether it was done; "
            "look it up in the merchant admin, then xpay_recover --done or --not-done with this LGD_TXID"
        )


def decide(tx_id: str, *, is_done: bool) -> None:
    """Books a cancel as done or not done, by what the merchant admin shows. `Transaction.DoesNotExist` where it is not open."""
    kinds = (Transaction.Kind.CANCEL, Transaction.Kind.PARTIAL_CANCEL)
    found = Transaction.objects.using(books.database()).get(tx_id=tx_id, kind__in=kinds, outcome__in=refunds.OPEN)
    with books.open_books(found.payment_id) as payment:
        entry = books.request_of(payment, tx_id)
        books.ended(entry, Transaction.Outcome.ANSWERED if is_done else Transaction.Outcome.ROLLED_BACK, "", REASON)
        if is_done:
            refunds.book(payment, entry)
        entry.save()


def _close(known: OpenTransaction, report: Report) -> None:
    """Settles in the journal what the database knows the end of."""
    entries = Transaction.objects.using(books.database()).filter(tx_id=known.tx_id)
    if known.state == "unconfirmed":
        is_known = entries.filter(is_booked=True).exists()
    elif known.state == "ask_again":
        is_known = entries.exclude(outcome__in=refunds.OPEN).exists()
    else:
        return
    if not is_known:
        report.open.append(f"{known.oid or known.tx_id}: {known.txname} {known.detail}")
        return
    try:
        conf.client().close_transaction(known.tx_id, "known in the shop's database")
    except UsageError as error:
        report.open.append(f"{known.tx_id}: {error}")
    else:
        report.closed.append(known.tx_id)
