"""Settles what a process left open when it died, or a connection when it broke: ``xpay_recover``.

The database decides. A payment that is not booked as approved is first set to in doubt there, so that a process that is
still running can no longer book it, and then rolled back by its LGD_TXID, whatever this host's journal has of it. What is
booked stands, and its entry in the journal is closed. A cancellation in doubt is never rolled back by itself, for the shop
may have sent it again with success: it waits for a person.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xpayclient import OpenTransaction, Result, UsageError, XPayError

from . import conf, ledger, paying, refunds
from .models import Payment, State, Transaction
from .wording import won

REASON = "Recovery"


@dataclass(frozen=True)
class Left:
    """What a round could not settle."""

    kind: str
    """``payment``, ``repeated`` (a payment that was made before, says the gateway), ``cancel`` or ``journal``."""
    oid: str
    """LGD_OID, where it is known."""
    tx_id: str
    """LGD_TXID."""
    amount: int | None
    """In won, where it is known."""
    detail: str
    """The last answer or error, or what the journal has of it."""

    def __str__(self) -> str:
        """What it is, and what to do."""
        known = {"oid": self.oid or self.tx_id, "tx_id": self.tx_id, "detail": self.detail}
        known["amount"] = "" if self.amount is None else won(self.amount)
        return str(_LEFT[self.kind]) % known


_LEFT = {
    "payment": _("%(oid)s: the rollback of the payment of %(amount)s is not confirmed (%(detail)s). The next round tries again."),
    "repeated": _(
        "%(oid)s: the gateway says %(detail)s: paid before. Look LGD_OID up in the merchant admin and cancel it there if it is "
        "paid, then run xpay_recover --not-done %(tx_id)s."
    ),
    "cancel": _(
        "%(oid)s: it is unknown whether the refund of %(amount)s was done. Look LGD_OID up in the merchant admin, then run "
        "xpay_recover --done %(tx_id)s, or --not-done."
    ),
    "journal": _("%(oid)s: the journal waits for a person: %(detail)s. Look it up, then run xpay recover --close %(tx_id)s."),
}


@dataclass
class Report:
    """What a round did and what it left."""

    undone: list[str] = field(default_factory=list)
    """LGD_OIDs of payments that are certainly not paid now."""
    booked: list[str] = field(default_factory=list)
    """LGD_OIDs whose cancel was done and is booked now."""
    kept: list[str] = field(default_factory=list)
    """LGD_OIDs whose cancel was rolled back: nothing was given back."""
    closed: list[str] = field(default_factory=list)
    """LGD_TXIDs that were open in the journal and settled in the database."""
    open: list[Left] = field(default_factory=list)
    """What is left."""
    elsewhere: bool = False
    """Whether another process is recovering the journal now."""

    def sentences(self) -> Iterator[str]:
        """What was done and what is left, a line each, and a count at the end."""
        done = (
            (self.undone, _("%s: the payment was rolled back. Nothing was charged, the order may be paid again.")),
            (self.booked, _("%s: the refund was done, and is recorded now.")),
            (self.kept, _("%s: the refund was rolled back. Nothing was given back.")),
            (self.closed, _("%s: settled in the database, and closed in the journal now.")),
        )
        for which, words in done:
            yield from (str(words) % one for one in which)
        yield from map(str, self.open)
        if self.elsewhere:
            yield gettext("Another process is recovering the journal now: this round left it alone.")
        settled = sum(len(which) for which, _words in done)
        if settled or self.open:
            yield gettext("Settled: %(settled)d. Left: %(left)d.") % {"settled": settled, "left": len(self.open)}
        elif not self.elsewhere:
            yield gettext("Nothing was open.")


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
    for entry in _unsettled(*refunds.KINDS):
        known = journal.pop(entry.tx_id, None)
        if not _is_alive(entry, known):
            _settle_cancel(entry, known, report, entry.tx_id in rolled_back)
    for payment in repeated():
        report.open.append(Left("repeated", payment.oid, payment.tx_id, payment.amount, payment.code))
    for known in journal.values():
        _close(known, report)
    return report


def repeated() -> QuerySet[Payment]:
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


def is_alive(entry: Transaction) -> bool:
    """Whether somebody may still be waiting for this request's answer."""
    known = (one for one in conf.client().open_transactions() if one.tx_id == entry.tx_id)
    return _is_alive(entry, next(known, None))


def _undo(entry: Transaction, known: OpenTransaction | None, report: Report, is_undone: bool) -> None:
    """A payment that was not booked: no money is to have moved."""
    payment = entry.payment
    if not _set_in_doubt(entry):
        return
    try:
        if not is_undone:
            answer = _undone(entry.tx_id, known)
            if not answer.is_success:
                report.open.append(Left("payment", payment.oid, entry.tx_id, entry.amount, f"{answer.code} {answer.message}"))
                return
    except XPayError as error:
        report.open.append(Left("payment", payment.oid, entry.tx_id, entry.amount, error.code))
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
        if _decided(entry, is_done=True):
            report.booked.append(oid)
        _close(known, report)
    elif is_undone:
        # The gateway undid the cancel: nothing was given back, as the ledger says.
        if _decided(entry, is_done=False):
            report.kept.append(oid)
    else:
        report.open.append(Left("cancel", oid, entry.tx_id, entry.amount, entry.code))


def _decided(entry: Transaction, *, is_done: bool) -> bool:
    """Whether this round settled it: a person may have been first."""
    try:
        decide(entry.tx_id, is_done=is_done)
    except Transaction.DoesNotExist:
        return False
    return True


def decide(tx_id: str, *, is_done: bool) -> Transaction:
    """Books a cancel as done or not done, by what the merchant admin shows. `Transaction.DoesNotExist` where it is not open.

    Of a payment that was answered as a repetition it books that it is not paid. Gives the request as it is then.
    """
    twice = repeated().filter(tx_id=tx_id).first()
    if twice is not None and not is_done:
        paying.record_rolled_back(twice, tx_id)
        return ledger.transaction_of(twice, tx_id)
    return _book(_open_cancels().select_related("payment").get(tx_id=tx_id).payment, tx_id, is_done)


def _open_cancels() -> QuerySet[Transaction]:
    return Transaction.objects.using(ledger.database()).filter(refunds.OPEN, kind__in=refunds.KINDS)


@ledger.retried
def _book(of: Payment, tx_id: str, is_done: bool) -> Transaction:
    with ledger.change(of) as payment:
        # Again, since another round may have booked it, or a person decided.
        entry = _open_cancels().get(tx_id=tx_id)
        entry.payment = payment
        ledger.record_outcome(entry, Transaction.Outcome.ANSWERED if is_done else Transaction.Outcome.ROLLED_BACK, "", REASON)
        if is_done:
            refunds.book(payment, entry)
        entry.save()
    return entry


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
        report.open.append(Left("journal", known.oid, known.tx_id, None, f"{known.txname} {known.detail}"))
        return
    try:
        conf.client().close_transaction(known.tx_id, "known in the shop's database")
    except UsageError as error:
        report.open.append(Left("journal", known.oid, known.tx_id, None, str(error)))
    else:
        report.closed.append(known.tx_id)
