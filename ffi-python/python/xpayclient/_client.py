"""`XPayClient`: the vendor's calls and the typed ones on one object."""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Literal, Optional, TypeVar, Union

from . import _errors, _log, _native
from ._calls import Calls
from ._guard import Transaction
from ._legacy import Legacy, Text
from ._notice import NoteReply, Notice, note_reply, ran
from ._requests import Request, Won
from ._secret import hides
from ._window_return import BillingReturn, WindowReturn, billing_return, window_return
from ._windows import Windows
from .escrow import Delivery, in_korea
from .results import Result

if TYPE_CHECKING:
    from .store import Store

C = TypeVar("C", bound="XPayClient")


@dataclass(frozen=True)
class OpenTransaction:
    """A transaction in the journal that is not settled."""

    tx_id: str
    """LGD_TXID; empty where the file is damaged."""
    mid: str
    """LGD_MID."""
    txname: str
    """LGD_TXNAME; ``Rollback`` where the shop asked to undo an approval."""
    platform: str
    """``test`` or ``service``."""
    at: str
    """When it began, Korean time, ``yyyyMMddHHmmss``."""
    oid: str
    """LGD_OID; empty where the journal does not know it, as for `tid`."""
    tid: str
    """LGD_TID."""
    amount: Optional[int]
    """LGD_AMOUNT, or LGD_CANCELAMOUNT of a partial cancel, in won. None where the journal does not know it."""
    state: str
    """``running``, ``abandoned``, ``in_doubt``, ``ask_again``, ``rolled_back``, ``unconfirmed``, ``refused`` or ``damaged``."""
    detail: str
    """The state, and for ``refused`` the gateway's message."""
    is_open: bool
    """Whether it waits for `XPayClient.recover` or for a person. What is running does not, nor what recovery only sends again."""
    is_recoverable: bool
    """Whether `XPayClient.recover` settles it by itself."""
    file: str
    """The file of the journal that holds it."""
    error: Optional[_errors.XPayError]
    """Why the last `XPayClient.recover` could not settle it."""


@dataclass(frozen=True)
class Recovery:
    """What `XPayClient.recover` did, and what it left."""

    rolled_back: list[OpenTransaction]
    """What the gateway confirmed as rolled back, as it stood before."""
    open: list[OpenTransaction]
    """What is still open. Transactions that are running now are not among it."""
    elsewhere: bool
    """Whether nothing was done because another process is recovering now."""


class XPayClient(Legacy, Calls, Windows):
    """Takes payments through LG U+ XPay, now Toss Payments.

    `home_dir` holds ``conf/mall.conf`` and ``conf/lgdacom.conf``; missing files raise `ConfigError`. Without it nothing is
    read until `init`. `mode` is ``"test"`` for the test gateway, or ``"service"``, where money moves; `UsageError` for
    anything else. `mid` is the shop of the typed calls that name no other. `store` keeps the journal in the shop's database: see
    `xpayclient.store`; without one, ``journal_dsn`` of the configuration does, or files of this machine.

    The typed calls (`pay_by_key`, `cancel`, …) may be made by any number of threads at once, and after a fork. Of the
    vendor's calls (`Init_TX`, `Set`, `TX`, …) each thread, asyncio task and greenlet has a transaction of its own.
    """

    def __init__(
        self,
        home_dir: Union[Text, os.PathLike[str], None] = None,
        mode: Literal["test", "service"] = "service",
        *,
        mid: Optional[str] = None,
        store: Optional[Store] = None,
    ) -> None:
        """Reads the configuration, if there is a `home_dir`."""
        super().__init__(store)
        _native.check_mode(mode)
        self.mid = mid
        self._typed: Optional[tuple[int, int, _native.Client]] = None
        if home_dir is not None and not self.init(home_dir, mode):
            raise _errors.ConfigError(self.response_code(), self.response_detail())

    def close(self) -> None:
        """Forgets the configuration with its MertKeys. Calls after that raise `UsageError`; it may be called again.

        It does not wait: what other threads have begun goes on to its end, and a guard still confirms or undoes its payment. The
        connections are not the client's: they close by themselves after ``keep_alive`` seconds.
        """
        with self._lock:
            self._is_closed, self._begun, self._typed = True, False, None
            self._template = _native.Session(_log.write)
            self._states.clear()
            (_, store), self._configured = self._configured, ((), None)
        if store is not None:
            store.close()

    def __enter__(self: C) -> C:
        """The client itself."""
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        """As `close`."""
        self.close()

    def transaction(self, mid: Optional[str] = None, *, before_send: Optional[Callable[[str], object]] = None) -> Transaction:
        """A guarded transaction: ``with client.transaction() as tx`` rolls an approval back when the block raises.

        The approval counts as known to the shop once the block is left without an exception. `before_send` is called with
        LGD_TXID before the first byte leaves, for a shop that writes it down; where it raises nothing is sent.
        """
        return Transaction(self._client, self._mid(mid), before_send)

    @hides("reason")
    def undo(self, tx_id: str, reason: str, *, mid: Optional[str] = None) -> Result:
        """망취소: asks the gateway to undo whatever the transaction `tx_id` did.

        Without an answer the Rollback is sent again, up to three times; after that this raises, and the journal keeps the request.
        """
        return Result(self._client().undo(mid=self._mid(mid), tx_id=tx_id, reason=reason))

    def warm_up(self) -> None:
        """Connects to the gateway before the buyer pays, so that the payment need not wait for the connection. Nothing is sent.

        The connection is kept for ``keep_alive`` seconds, for whichever client of this process pays next. `XPayError` where it
        cannot be made; a payment may be tried all the same.
        """
        self._client().warm_up()

    def recover(self) -> Recovery:
        """Rolls back what earlier processes left in doubt, and returns what is left.

        Cancellations and receipts are left to a person: the shop may have sent the same request again meanwhile.
        It takes at most ``timeout`` for each transaction: better called by a job of its own, or ``xpay recover``, than while
        a buyer waits. Of files one process recovers at a time, of a database any number.
        """
        done = self._client().recover()
        return Recovery(rolled_back=_open(done["rolled_back"]), open=_open(done["open"]), elsewhere=done["elsewhere"])

    def open_transactions(self) -> list[OpenTransaction]:
        """Everything in the journal that is not settled, what is running now included; see `OpenTransaction.is_open`."""
        return _open(self._client().open_transactions())

    def check_journal(self) -> None:
        """Checks that the journal can be written; an `XPayError` says why it cannot.

        While it can, a transaction that is not in it is not open. Nothing is left behind. With the journal off there is nothing
        to check.
        """
        self._client().check_journal()

    @hides("reason")
    def close_transaction(self, tx_id: str, reason: str) -> None:
        """Settles a transaction of the journal that was looked up, as ``xpay recover --close``.

        For a program that knows whether the shop recorded it. `UsageError` where it is not open, or its process is still running.
        """
        self._client().close_transaction(tx_id=tx_id, reason=reason)

    @hides("reason")
    def undo_transaction(self, tx_id: str, reason: str) -> Result:
        """망취소 of a transaction of the journal, also one that is unconfirmed, as ``xpay recover --rollback``.

        `UsageError` where it is not open, or its process is still running: `undo` sends a Rollback all the same.
        """
        return Result(self._client().undo_transaction(tx_id=tx_id, reason=reason))

    @hides("body")
    def verify_notice(self, body: bytes, amount: Won, *, mid: Optional[str] = None) -> Notice:
        """Reads a notification, the body of a POST to LGD_CASNOTEURL or LGD_NOTEURL, if it is signed with the order's MertKey.

        `amount` and `mid` are the order's own, which `claimed_oid` helps to find; `mid` is the client's where it is not given,
        and never the one that came in, for some MertKeys are published. Everything else raises `ProtocolError`. The page
        returns exactly `NOTICE_ANSWER` once it has recorded the notification; the same may come again, see `Notice.dedup_key`.
        """
        return Notice(self._client().verify_notice(body, self._mid(mid), amount))

    def register_delivery(self, delivery: Delivery, *, mid: Optional[str] = None) -> None:
        """Registers the delivery of an item that was paid in escrow: `escrow.Sent` or `escrow.Received`. No money moves.

        `ProtocolError` with code ``90009`` and the beginning of the answer if the gateway said something other than OK. The
        error's `outcome` is NOT_SENT, ANSWERED, or IN_DOUBT if the gateway may have it: look it up in the merchant admin then,
        for whether a repeat is harmless is not known.
        """
        self._client().register_delivery(self._mid(mid), in_korea(delivery))

    @hides("body")
    def mobile_note(
        self,
        body: bytes,
        amount: Won,
        save: Callable[[Notice], object],
        *,
        saved_tid: Optional[str],
        mid: Optional[str] = None,
    ) -> NoteReply:
        """Verifies a mobile payment's note, lets the shop save its order, and returns what to answer.

        The gateway POSTs the note to LGD_KVPMISPNOTEURL or LGD_MTRANSFERNOTEURL after it has finished the payment by itself.
        Its signature is that of the window's return, which the buyer has seen: let only the gateway's servers reach the page.
        `body`, `amount` and `mid` are as for `verify_notice`. `saved_tid` is LGD_TID with which the order is saved as paid
        already, None where it is not. `save` saves the order as paid with ``note.tid``, completely or not at all. It runs once:
        not for a repetition, not for a failure, and not for an order that another payment has paid. Where it raises, the answer
        is ``ROLLBACK``, and the exception is `NoteReply.error`.

        With LGD_CUSTOM_ROLLBACK N, or without it, the gateway does not take the payment back after ``ROLLBACK``. It sends the
        note again every 3 minutes for 2 hours, and `save` runs again.
        """
        note = self.verify_notice(body, amount, mid=mid)
        if not note.is_due(saved_tid):
            return note_reply(note, saved_tid)
        try:
            ran(save(note))
        except Exception as error:
            return note_reply(note, None, error)
        return note_reply(note, note.tid)

    @hides("body")
    def verify_return(self, body: bytes, oid: str, amount: Won, *, mid: Optional[str] = None) -> WindowReturn:
        """Reads the payment window's return, the body of the POST to LGD_RETURNURL, if it is about the shop's own order.

        `oid`, `amount` and `mid` are the order's own; `mid` is the client's where it is not given. A failure is returned too: it
        moves no money, has no payment key, and is not signed. Everything else raises `ProtocolError`. Where the buyer's session
        does not know the order, `claimed_oid` helps to find it.
        """
        return window_return(self._client().verify_return(body, self._mid(mid), oid, amount))

    @hides("body")
    def read_billing_return(self, body: bytes) -> BillingReturn:
        """Reads a billing window's return, the body of the POST to LGD_RETURNURL.

        It has no signature: call this only in the session of the buyer who opened the window, once for each window.
        `ProtocolError` where it is malformed, or says that a card was registered and has no billing key.
        """
        return billing_return(_native.billing_return(body))

    @property
    def platform(self) -> str:
        """``test`` or ``service``."""
        return self._client().platform

    def _client(self) -> _native.Client:
        """The client of the current configuration; a forked child gets its own."""
        now = (os.getpid(), self._version)
        known = self._typed
        if known is None or known[:2] != now:
            with self._lock:
                self._check_open()
                known = self._typed = (*now, self._template.client())
        return known[2]

    def _mid(self, mid: Optional[str]) -> str:
        return _native.merchant_id(self.mid if mid is None else mid)

    def _prepare(self, request: Request, mid: Optional[str]) -> _native.Transaction:
        return self._client().prepare(self._mid(mid), request)

    def _send(self, request: Request, mid: Optional[str]) -> _native.Answer:
        return self._prepare(request, mid).send()

    def __repr__(self) -> str:
        """Its gateway, and where its configuration is."""
        return f"<XPayClient {self._description()}>"


def _open(rows: list[dict[str, Any]]) -> list[OpenTransaction]:
    return [OpenTransaction(**row) for row in rows]


__all__ = ["OpenTransaction", "Recovery", "XPayClient"]
