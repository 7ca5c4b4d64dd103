"""Settles what a process left open when it died, or a connection when it broke: ``xpay_recover``.

The database decides. A payment that is not booked as approved is first set to in doubt there, so that a process that is
still running can no longer book it, and then rolled back by its LGD_TXID, whatever this host's journal has of it. What is
booked stands, and its entry in the journal is closed. A cancellation in doubt is never rolled back by itself, for the shop
may have sent it again with success: it waits for a person.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from xpayclient import OpenTransaction, Result, UsageError, XPayError

from . import conf, ledger, paying, refunds
from .models import Payment, State, Transaction

REASON = "Recovery"


@dataclass
class Report:
    """What a round did and what it left."""

    undone: list[str] = field(default_factory=list)
    """LGD_OIDs of payments that are certainly not paid now."""
    booked: list[str] = field(default_factory=list)
    """LGD_OIDs whose cancel was done and is booked now."""
    closed: list[str] = field(default_factory=list)
    """LGD_TXIDs that were open in the journal and settled in the database."""
    open: list[str] = field(default_factory=list)
    """What is left, in words."""
    elsewhere: bool = False
    """Whether another process is recovering the journal now."""


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
    for payment in _repeated():
        report.open.append(
            f"{payment.oid}: the gateway says {payment.code}: paid before. Look LGD_OID up in the merchant admin and cancel it "
            f"there if it is paid, then xpay_recover --not-done {payment.tx_id}"
        )
    for known in journal.values():
        _close(known, report)
    return report


def _repeated() -> QuerySet[Payment]:
    """Payments of which the gateway says that they were made before: no request of this shop's knows of that."""
    answered = Transaction.objects.using(ledger.database()).filter(
        tx_id=OuterRef("tx_id"), kind=Transaction.Kind.PAY, outcome=Transaction.Outcome.ANSWERED
    )
    return Payment.objects.using(ledger.database()).filter(Exists(answered), state=State.DOUBT)


def _unsettled(*kinds: Transaction.Kind) -> list[Transaction]:
    entries = Transaction.objects.using(ledger.database()).filter(refunds.OPEN, kind__in=kinds)
    return list(entries.select_related("payment"))


def _is_alive(entry: Transaction, known: OpenTransaction | None) -> bool:
    """Whether its process may still be running: the journal's lock shows it on this host, for other hosts only the time does."""
    if known is not None:
        return known.state == "running"
    young = entry.sent_at > timezone.now() - datetime.timedelta(seconds=conf.current().stale_after)
    return young and entry.outcome == Transaction.Outcome.SENT


def _undo(entry: Transaction, known: OpenTransaction | None, report: Report, is_undone: bool) -> None:
    """A payment that was not booked: no money is to have moved."""
    payment = entry.payment
    if not _set_in_doubt(entry):
        return
    try:
        if not is_undone:
            answer = _undone(entry.tx_id, known)
            if not answer.is_success:
                report.open.append(f"{payment.oid}: {answer.code} {answer.message}")
                return
    except XPayError as error:
        report.open.append(f"{payment.oid}: {error}")
        return
    paying.record_rolled_back(payment, entry.tx_id)
    report.undone.append(payment.oid)


@ledger.retried
def _set_in_doubt(entry: Transaction) -> bool:
    """Whether this request is the one by which the payment is being paid, and is so no longer."""
    with ledger.change(entry.payment) as payment:
        is_open = payment.tx_id == entry.tx_id and payment.is_open
        if is_open:
            payment.state = State.DOUBT
            payment.save()
    return is_open


def _undone(tx_id: str, known: OpenTransaction | None) -> Result:
    client = conf.client()
    if known is not None:
        try:
            return client.undo_transaction(tx_id, REASON)
        except UsageError:
            # It was settled in the journal meanwhile: one more Rollback does no harm.
            pass
    return client.undo(tx_id, REASON)


def _settle_cancel(entry: Transaction, known: OpenTransaction | None, report: Report, is_undone: bool) -> None:
    """A cancel whose end is not in the ledger."""
    oid = entry.payment.oid
    if known is not None and known.state == "unconfirmed":
        # The gateway said yes, and the process died before it was booked.
        decide(entry.tx_id, is_done=True)
        report.booked.append(oid)
        _close(known, report)
    elif is_undone:
        # The gateway undid the cancel: nothing was given back, as the ledger says.
        decide(entry.tx_id, is_done=False)
    else:
        report.open.append(
            f"{oid}: {entry.kind} of {entry.amount} won, LGD_TXID {entry.tx_id}: nobody knows whether it was done; "
            "look it up in the merchant admin, then xpay_recover --done or --not-done with this LGD_TXID"
        )


def decide(tx_id: str, *, is_done: bool) -> None:
    """Books a cancel as done or not done, by what the merchant admin shows. `Transaction.DoesNotExist` where it is not open.

    Of a payment that was answered as a repetition it books that it is not paid.
    """
    repeated = _repeated().filter(tx_id=tx_id).first()
    if repeated is not None and not is_done:
        paying.record_rolled_back(repeated, tx_id)
        return
    _book(_open_cancels().select_related("payment").get(tx_id=tx_id).payment, tx_id, is_done)


def _open_cancels() -> QuerySet[Transaction]:
    kinds = (Transaction.Kind.CANCEL, Transaction.Kind.PARTIAL_CANCEL)
    return Transaction.objects.using(ledger.database()).filter(refunds.OPEN, kind__in=kinds)


@ledger.retried
def _book(of: Payment, tx_id: str, is_done: bool) -> None:
    with ledger.change(of) as payment:
        # Again, since another round may have booked it.
        entry = _open_cancels().get(tx_id=tx_id)
        ledger.record_outcome(entry, Transaction.Outcome.ANSWERED if is_done else Transaction.Outcome.ROLLED_BACK, "", REASON)
        if is_done:
            refunds.book(payment, entry)
        entry.save()


def _close(known: OpenTransaction, report: Report) -> None:
    """Closes in the journal what is settled in the database."""
    entries = Transaction.objects.using(ledger.database()).filter(tx_id=known.tx_id)
    if known.state == "unconfirmed":
        is_known = entries.filter(is_booked=True).exists()
    elif known.state == "ask_again":
        is_known = entries.filter(outcome__in=refunds.ENDED).exists()
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
