"""The guard: the shop's own step between an approval and its being known, so that a failure there undoes the payment."""

from __future__ import annotations

from types import TracebackType
from typing import Callable, Optional

from . import _errors, _native
from ._calls import Calls
from ._legacy import Text
from ._notice import ran
from ._requests import Request
from ._secret import hides
from .results import Result


def hear(before_send: Optional[Callable[[str], object]], tx_id: str) -> None:
    """Calls the shop's `before_send`, if there is one. What has not run has written nothing down: then nothing is sent."""
    if before_send is not None:
        ran(before_send(tx_id), "before_send", "nothing was sent. Give a function that is not async")


class Guard:
    """One request whose approval counts once its block ends without an exception: what sync and async have in common."""

    _block = "with"

    def __init__(self) -> None:
        """Nothing is sent yet."""
        self._held: Optional[_native.Held] = None
        self._is_entered = False
        self._is_sent = False
        self.tx_id: str = ""
        """LGD_TXID of what was sent."""
        self.outcome: _errors.Outcome = _errors.Outcome.NONE
        """What became of it, the Rollback included."""
        self.error: Optional[_errors.XPayError] = None
        """After a Rollback, or a wait that was cut short: what became of it, in words."""

    def _begin(self) -> None:
        """Before the request is sent: it is in its block, and the first."""
        if not self._is_entered:
            raise RuntimeError(f"a guarded transaction is sent in its own `{self._block}` block")
        if self._is_sent:
            raise RuntimeError("a guarded transaction is sent once; begin another for the next request")
        self._is_sent = True

    def _end(self, error: Optional[BaseException]) -> Optional[_native.Held]:
        """Ends the block: confirms an approval, or gives it back to be undone because of `error`."""
        held, self._held, self._is_entered = self._held, None, False
        if held is None or not held.is_approved:
            return None
        if error is None:
            try:
                held.confirm()
            except _errors.XPayError as undone:
                # Another process was asked to undo it meanwhile.
                self.outcome, self.error = undone.outcome, undone
                raise
            return None
        self.outcome = _errors.Outcome.IN_DOUBT
        return held

    def _late(self) -> Optional[_native.Held]:
        """What was approved after the block had ended, as where a greenlet has left the thread that sends. It is to be undone."""
        if self._is_entered:
            return None
        held, self._held = self._held, None
        return held if held is not None and held.is_approved else None

    def _failed(self, raised: BaseException) -> None:
        """There is no answer, because of `raised`: keeps what became of the request."""
        error = _errors.XPayError.of(raised)
        # The shop's own exception may come from that of another payment.
        if error is None or error.tx_id not in ("", self.tx_id):
            return
        self.tx_id, self.outcome = error.tx_id, error.outcome
        if error is not raised:
            self.error = error

    def _undone(self, result: Optional[_errors.XPayError], error: Optional[BaseException]) -> None:
        """After the Rollback because of `error`: keeps what became of the payment, and adds it to `error` as a note."""
        self.error = result
        if result is not None:
            self.outcome = result.outcome
            if error is not None and hasattr(error, "add_note"):
                error.add_note(str(result))


class Transaction(Guard, Calls):
    """One transaction whose approval is rolled back when the ``with`` block raises, KeyboardInterrupt included.

    In the block send one request: a typed call (``tx.pay_by_key(…)``), or `set` and `send`. A decline is a result and no
    reason to roll back; nothing was approved. The exception leaves the block unchanged; `outcome` and `error` say what became
    of the payment.
    """

    # Said again for type checkers that look at one class.
    tx_id: str
    outcome: _errors.Outcome
    error: Optional[_errors.XPayError]

    def __init__(
        self,
        client: Callable[[], _native.Client],
        mid: str,
        before_send: Optional[Callable[[str], object]] = None,
    ) -> None:
        """Made by `XPayClient.transaction`."""
        super().__init__()
        self._client = client
        self._shop = mid
        self._before_send = before_send
        self._raw: Optional[_native.Transaction] = None

    @hides("value")
    def set(self, name: str, value: Text) -> None:
        """Sets a parameter for `send`, or replaces its value in place."""
        self._untyped().set(name, value)

    def rollback_on_error(self, rollback: bool) -> None:
        """Whether a request of `send` that got no well-formed answer is rolled back at once. It is, unless switched off here."""
        self._untyped().rollback_on_error(rollback)

    def send(self) -> Result:
        """Sends the parameters that were set."""
        return Result(self._exchange(self._untyped()))

    def __enter__(self) -> Transaction:
        """From here on an exception undoes what was approved."""
        self._is_entered = True
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        """Confirms an approval, or rolls it back and leaves the exception as it is."""
        held = self._end(error)
        if held is not None:
            self._undone(held.undo(_native.STEP_FAILED), error)

    def _untyped(self) -> _native.Transaction:
        """The transaction whose parameters are set one by one."""
        if self._raw is None:
            self._raw = self._client().transaction(self._shop)
        return self._raw

    def _send(self, request: Request, mid: Optional[str]) -> _native.Answer:
        return self._exchange(self._client().prepare(_native.merchant_id(self._shop if mid is None else mid), request))

    def _exchange(self, transaction: _native.Transaction) -> _native.Answer:
        self._begin()
        self.tx_id = transaction.tx_id
        hear(self._before_send, self.tx_id)
        # Until it is known: whoever leaves before that reads this.
        self.outcome = _errors.Outcome.IN_DOUBT
        try:
            self._held = transaction.hold()
            answer = self._held.answer()
        except BaseException as raised:
            self._failed(raised)
            raise
        self.outcome = _errors.Outcome.ANSWERED
        late = self._late()
        if late is not None:
            self._undone(late.undo(_native.STEP_FAILED), None)
        return answer
