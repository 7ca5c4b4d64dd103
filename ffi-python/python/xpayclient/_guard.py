"""The guard: the shop's own step between an approval and its being known, so that a failure there undoes the payment."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Callable, Optional

from . import _errors, _native
from ._calls import Calls
from ._legacy import STEP_FAILED, Text
from .results import Result

if TYPE_CHECKING:
    from ._client import XPayClient


class Transaction(Calls):
    """One transaction whose approval is rolled back when the ``with`` block raises, KeyboardInterrupt included.

    In the block send one request: a typed call (``tx.pay_by_key(…)``), or `set` and `send`. A decline is a result and no
    reason to roll back; nothing was approved. The exception leaves the block unchanged; `outcome` and `error` tell what became
    of the payment.
    """

    def __init__(
        self, client: XPayClient, mid: str, before_send: Optional[Callable[[str], object]] = None
    ) -> None:
        """Made by `XPayClient.transaction`."""
        self._of = client
        self._before_send = before_send
        self._shop = mid
        self._raw: Optional[_native.Transaction] = None
        self._held: Optional[_native.Held] = None
        self._guards = False
        self._sent = False
        self.tx_id = ""
        """LGD_TXID of what was sent."""
        self.outcome = _errors.Outcome.NONE
        """What became of it, the Rollback included."""
        self.error: Optional[_errors.XPayError] = None
        """After a Rollback: what became of it, in words."""

    def set(self, name: str, value: Text) -> None:
        """Sets a parameter for `send`, or replaces its value in place."""
        self._begin().set(name, value)

    def rollback_on_error(self, rollback: bool) -> None:
        """Whether a request of `send` that got no answer in form is cancelled at once. It is unless switched off here."""
        self._begin().rollback_on_error(rollback)

    def send(self) -> Result:
        """Sends the parameters that were set."""
        return Result(self._send(self._begin()))

    def __enter__(self) -> Transaction:
        """From here on an exception undoes what was approved."""
        self._guards = True
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        """Confirms an approval, or rolls it back and leaves the exception as it is."""
        held, self._held, self._guards = self._held, None, False
        if held is None or not held.is_approved:
            return
        if error is None:
            held.confirm()
            return
        self.outcome = _errors.Outcome.IN_DOUBT
        self.error = held.undo(STEP_FAILED)
        if self.error is not None:
            self.outcome = self.error.outcome
            if hasattr(error, "add_note"):
                error.add_note(str(self.error))

    def _begin(self) -> _native.Transaction:
        if self._raw is None:
            self._raw = self._client().transaction(self._shop)
        return self._raw

    def _client(self) -> _native.Client:
        return self._of._client()

    def _mid(self, mid: Optional[str]) -> str:
        return mid or self._shop

    def _send(self, transaction: _native.Transaction) -> _native.Answer:
        self._check(transaction)
        try:
            self._held = transaction.hold()
            answer = self._held.answer()
        except _errors.XPayError as error:
            self.outcome = error.outcome
            raise
        self.outcome = _errors.Outcome.ANSWERED
        return answer

    def _check(self, transaction: _native.Transaction) -> None:
        if not self._guards:
            raise RuntimeError("a guarded transaction is sent in its own `with` block")
        if self._sent:
            raise RuntimeError("a guarded transaction is sent once; begin another for the next request")
        self._sent = True
        self.tx_id = transaction.tx_id
        if self._before_send is not None:
            self._before_send(self.tx_id)
