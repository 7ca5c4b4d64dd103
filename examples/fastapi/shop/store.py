"""Orders and payments in SQLite. Every change is one transaction, and a payment changes only from the state that it has to be in.

The functions wait for the disk: an `async` caller calls them on a thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from xpayclient import CasFlag, Notice, PaymentResult

ACCOUNT_DAYS = 3
"""How long a virtual account waits for its deposit (LGD_CLOSEDATE)."""


class NotFound(Exception):
    """There is no such order, payment or user; or it is somebody else's."""


class Conflict(Exception):
    """The payment is not in the state, or not of the amount, that this needs. Nothing was changed."""


@dataclass(frozen=True)
class User:
    name: str
    is_merchant: bool


@dataclass(frozen=True)
class Payment:
    """A payment with what its order says now."""

    oid: str
    order_id: int
    amount: int
    balance: int
    state: str
    message: str
    tx_id: Optional[str]
    tid: Optional[str]
    means: str
    bank: str
    account: str = field(repr=False)
    buyer: str
    title: str
    order_amount: int


class Store:
    def __init__(self, path: str) -> None:
        self._path = path

    def create(self) -> None:
        """Makes the tables where there are none. A real shop has migrations."""
        with self._connection() as database:
            # Readers and a writer do not wait for each other.
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(Path(__file__).with_name("schema.sql").read_text("utf-8"))

    def user(self, token: str) -> User:
        """Whose token it is. Only its digest is stored."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        with self._connection() as database:
            row = database.execute("SELECT name, is_merchant FROM users WHERE token_digest = ?", (digest,)).fetchone()
        if row is None:
            raise NotFound
        return User(row["name"], bool(row["is_merchant"]))

    def begin(self, order_id: int, buyer: str) -> Payment:
        """The order's payment that is under way or paid, or one that can be paid."""
        with self._change() as database:
            order = database.execute("SELECT amount FROM orders WHERE id = ? AND buyer = ?", (order_id, buyer)).fetchone()
            if order is None:
                raise NotFound
            known = database.execute(
                "SELECT oid FROM payments WHERE live = ? OR order_id = ? AND state = 'ready' AND amount = ? ORDER BY live IS NULL",
                (order_id, order_id, order["amount"]),
            ).fetchone()
            oid = known["oid"] if known else f"order-{order_id}-{secrets.token_hex(4)}"
            if known is None:
                database.execute(
                    "INSERT INTO payments (oid, order_id, amount) VALUES (?, ?, ?)", (oid, order_id, order["amount"])
                )
            return _payment(database, oid)

    def payment(self, oid: Optional[str], buyer: Optional[str] = None) -> Payment:
        """The payment; with a `buyer`, only of that buyer's own order."""
        with self._connection() as database:
            found = _payment(database, oid)
        if buyer not in (None, found.buyer):
            raise NotFound
        return found

    def live(self, payment: Payment) -> Payment:
        """The payment of the same order that is under way or paid; else this one as it is now."""
        with self._connection() as database:
            row = database.execute("SELECT oid FROM payments WHERE live = ?", (payment.order_id,)).fetchone()
            return _payment(database, row["oid"] if row else payment.oid)

    def take(self, oid: str, tx_id: str) -> None:
        """Before the first byte leaves: it is being paid, by this LGD_TXID. Of two at the same time the second gets `Conflict`."""
        try:
            with self._change() as database:
                payment = _payment(database, oid)
                if payment.amount != payment.order_amount:
                    raise Conflict(f"the order of {oid} costs something else by now")
                taken = database.execute(
                    "UPDATE payments SET state = 'paying', tx_id = ?, sent_at = ? WHERE oid = ? AND state = 'ready'",
                    (tx_id, time.time(), oid),
                )
                if taken.rowcount != 1:
                    raise Conflict(f"{oid} is {payment.state}")
        except sqlite3.IntegrityError as error:
            raise Conflict(f"another payment of the order of {oid} is under way or paid") from error

    def approve(self, oid: str, tx_id: str, mid: str, result: PaymentResult) -> None:
        """The approval and the order, together. What this raises rolls the payment back."""
        account = result.virtual_account
        with self._change() as database:
            payment = _payment(database, oid)
            # LGD_PAYKEY may be that of another order.
            ours = (mid, oid, payment.amount, payment.order_amount)
            if (result.get("LGD_MID") or mid, result.oid, result.amount, result.amount) != ours:
                raise Conflict(f"the gateway approved something else than {oid}")
            saved = database.execute(
                "UPDATE payments SET state = ?, balance = ?, tid = ?, means = ?, bank = ?, account = ?, pay_by = ?"
                " WHERE oid = ? AND tx_id = ? AND state = 'paying'",
                (
                    "waiting" if account else "paid",
                    0 if account else payment.amount,
                    result.tid,
                    result.means,
                    result.institution.name if result.institution else "",
                    account.number if account else "",
                    time.time() + ACCOUNT_DAYS * 86400,
                    oid,
                    tx_id,
                ),
            )
            if saved.rowcount != 1:
                # Recovery took it for dead.
                raise Conflict(f"{oid} is {payment.state}")
            _set_paid(database, payment, account is None)

    def end(self, oid: str, tx_id: Optional[str], state: str, message: str = "") -> None:
        """A request that was not approved: `failed`, `doubt` or `repeated`.

        Also where the approval was saved after all and only the answer of the database was lost: it was rolled back since.
        """
        with self._change() as database:
            ended = database.execute(
                "UPDATE payments SET state = ?, balance = 0, message = ?"
                " WHERE oid = ? AND tx_id = ? AND state NOT IN ('failed', 'cancelled')",
                (state, message, oid, tx_id),
            )
            if ended.rowcount:
                _set_paid(database, _payment(database, oid), False)

    def book(self, notice: Notice) -> None:
        """A notification that is verified, once. `Conflict` where it does not fit: the gateway sends it again."""
        with self._change() as database:
            payment = _payment(database, notice.oid)
            # Neither LGD_TID nor LGD_CASFLAG is signed.
            if payment.tid is None or not secrets.compare_digest(payment.tid.encode(), notice.tid.encode()):
                raise Conflict(f"LGD_TID is not that of {notice.oid}")
            known = database.execute("INSERT OR IGNORE INTO notices VALUES (?, ?, ?, ?)", notice.dedup_key).rowcount == 0
            if known or not notice.is_success or notice.flag not in (CasFlag.PAID_IN, CasFlag.DEPOSIT_CANCELLED):
                return
            is_paid = notice.flag is CasFlag.PAID_IN
            before, after = ("waiting", "paid") if is_paid else ("paid", "waiting")
            kept = 0 if is_paid else payment.amount
            fits = not is_paid or notice.paid_in_total == payment.amount == payment.order_amount
            booked = database.execute(
                "UPDATE payments SET state = ?, balance = ? WHERE oid = ? AND state = ? AND balance = ? AND means = 'SC0040'",
                (after, payment.amount - kept, payment.oid, before, kept),
            )
            if not fits or booked.rowcount != 1:
                raise Conflict(f"LGD_CASFLAG {notice.flag.value} does not fit {payment.oid}, which is {payment.state}")
            _set_paid(database, payment, is_paid)

    def begin_cancellation(self, payment: Payment, amount: int, merchant: str, tx_id: str) -> None:
        """Before a cancellation leaves. `Conflict` where the balance is another by now."""
        with self._change() as database:
            now = _payment(database, payment.oid)
            if now.state != "paid" or now.balance != payment.balance:
                raise Conflict(f"the balance of {payment.oid} is {now.balance} won")
            database.execute(
                "INSERT INTO cancellations (tx_id, oid, amount, merchant) VALUES (?, ?, ?, ?)",
                (tx_id, payment.oid, amount, merchant),
            )

    def end_cancellation(self, tx_id: str, outcome: str, is_done: bool = False) -> None:
        """What became of it. Where it `is_done`, the money went back."""
        with self._change() as database:
            row = database.execute("SELECT oid, amount, outcome FROM cancellations WHERE tx_id = ?", (tx_id,)).fetchone()
            database.execute("UPDATE cancellations SET outcome = ? WHERE tx_id = ?", (outcome, tx_id))
            if row is None or not is_done or row["outcome"] == outcome:
                return
            payment = _payment(database, row["oid"])
            left = max(0, payment.balance - row["amount"])
            state = "paid" if left else "cancelled"
            database.execute("UPDATE payments SET balance = ?, state = ? WHERE oid = ?", (left, state, payment.oid))
            _set_paid(database, payment, left > 0)

    def unsettled(self) -> list[tuple[str, str, float]]:
        """LGD_OID, LGD_TXID and time of payments of which nobody knows yet whether money moved."""
        with self._connection() as database:
            rows = database.execute("SELECT oid, tx_id, sent_at FROM payments WHERE state IN ('paying', 'doubt')").fetchall()
        return [(row["oid"], row["tx_id"], row["sent_at"]) for row in rows]

    def claim(self, oid: str, tx_id: str) -> bool:
        """For recovery: from here on whoever sent it cannot save its approval. False where it was settled meanwhile."""
        with self._change() as database:
            claimed = database.execute(
                "UPDATE payments SET state = 'doubt' WHERE oid = ? AND tx_id = ? AND state IN ('paying', 'doubt')", (oid, tx_id)
            )
            return claimed.rowcount == 1

    def expire(self) -> None:
        """Virtual accounts whose last day is over: the order may be paid in another way. Notifications come for two more hours."""
        with self._change() as database:
            database.execute(
                "UPDATE payments SET state = 'failed' WHERE state = 'waiting' AND pay_by < ?", (time.time() - 10800,)
            )

    def is_saved(self, tx_id: str) -> bool:
        """Whether this request's approval, or cancellation, is saved."""
        with self._connection() as database:
            approved = "SELECT 1 FROM payments WHERE tx_id = ? AND state IN ('paid', 'waiting', 'cancelled')"
            cancelled = "SELECT 1 FROM cancellations WHERE tx_id = ? AND outcome = 'done'"
            return any(database.execute(known, (tx_id,)).fetchone() for known in (approved, cancelled))

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of this call's own, so that any thread may make it. Without COMMIT, closing it undoes everything."""
        with contextlib.closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as database:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA foreign_keys = ON")
            yield database

    @contextlib.contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction. IMMEDIATE: what it reads nobody else changes. Elsewhere: SELECT … FOR UPDATE of order and payment."""
        with self._connection() as database:
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")


def _payment(database: sqlite3.Connection, oid: Optional[str]) -> Payment:
    row = database.execute(
        "SELECT oid, order_id, payments.amount, balance, state, message, tx_id, tid, means, bank, account,"
        " buyer, title, orders.amount AS order_amount FROM payments JOIN orders ON orders.id = order_id WHERE oid = ?",
        (oid,),
    ).fetchone()
    if row is None:
        raise NotFound
    return Payment(**dict(row))


def _set_paid(database: sqlite3.Connection, payment: Payment, is_paid: bool) -> None:
    """The shop's own step, in the same transaction: stock, points, a row for the mail that is sent after the commit."""
    database.execute("UPDATE orders SET is_paid = ? WHERE id = ?", (is_paid, payment.order_id))
