"""The same for asyncio: threads wait for the network, and a task that is cancelled leaves no approval behind.

The wait of a cancelled call ends at once, what may have arrived is rolled back, and the journal has it all the while. The task
stays a few seconds to see that; after those, or when it is cancelled again, the thread goes on alone. `CancelledError.__cause__`
says how it stands. A call that still waits for a thread is never sent.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Awaitable, Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Final, Literal, Optional, TypeVar, Union

from . import _errors, _native
from ._calls import Calls
from ._client import OpenTransaction, Recovery, XPayClient
from ._guard import Guard, hear
from ._legacy import Text
from ._notice import NoteReply, Notice, note_reply, ran
from ._requests import Request
from ._secret import secret
from ._threads import DEFAULT_SIZE, Pool, Work
from .escrow import Delivery
from .results import Result

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec

    from .store import Store

    _P = ParamSpec("_P")

R = TypeVar("R")


class _Call(Calls):
    """One call on its way: sent, and undone when nobody takes its result."""

    def __init__(
        self,
        client: XPayClient,
        mid: Optional[str],
        for_step: bool,
        before_send: Optional[Callable[[str], object]] = None,
    ) -> None:
        self.client = client
        self.shop = mid
        self.for_step = for_step
        self.before_send = before_send
        self.stopping = _native.Stop()
        self.held: Optional[_native.Held] = None
        self.tx_id = ""

    def _send(self, request: Request, mid: Optional[str]) -> _native.Answer:
        return self.wait(self.client._prepare(request, self.shop if mid is None else mid))

    def wait(self, transaction: _native.Transaction) -> _native.Answer:
        """Sends it on this thread."""
        self.tx_id = transaction.tx_id
        hear(self.before_send, self.tx_id)
        self.held = transaction.wait(self.stopping, self.for_step)
        return self.held.answer()

    def send_untyped(self, parameters: dict[str, Text]) -> Result:
        """Sends parameters that were set one by one."""
        transaction = self.client._client().transaction(self.client._mid(self.shop))
        for name, value in parameters.items():
            transaction.set(name, value)
        return Result(self.wait(transaction))


class _Exchange(Work[R]):
    """A call as work for a thread."""

    def __init__(self, call: _Call, do: Callable[[], R]) -> None:
        super().__init__(do)
        self.call = call

    def stop(self) -> None:
        self.call.stopping.stop()

    def abandon(self) -> None:
        if self.error is None and self.call.held is not None:
            self.error = self.call.held.abandon()

    def so_far(self, is_begun: bool) -> BaseException:
        # A thread that has made no LGD_TXID yet sends nothing: it looks at `stopping` after that.
        tx_id = self.call.tx_id if is_begun else ""
        return self.error or _native.left(tx_id)


class _Undoing(Work[R]):
    """What goes on to its end, whether or not its task is cancelled."""

    must_run = True

    def __init__(self, do: Callable[[], R], tx_id: str = "") -> None:
        super().__init__(do)
        self.tx_id = tx_id

    def so_far(self, is_begun: bool) -> Optional[BaseException]:
        is_open = self.error is None and not self.is_done
        return _native.left(self.tx_id) if is_open and self.tx_id else self.error


class _Registering(Work[None]):
    """An escrow delivery, which nothing undoes."""

    def so_far(self, is_begun: bool) -> Optional[BaseException]:
        is_open = self.error is None and not self.is_done
        return _native.delivery_left(is_begun) if is_open else self.error


def _awaitable(
    method: Callable[Concatenate[Any, _P], R],
) -> Callable[Concatenate[Any, _P], Coroutine[Any, Any, R]]:
    conceal = getattr(method, "conceal", lambda *given: given)

    @functools.wraps(method)
    async def awaited(self: Any, /, *arguments: _P.args, **named: _P.kwargs) -> R:
        (_, *given), known = conceal((self, *arguments), named)
        # The frame of a coroutine shows what it still has.
        del arguments, named
        result: R = await self._run(method, *given, **known)
        return result

    return awaited


class AsyncCalls:
    """The typed calls, to be awaited; see `Calls`."""

    _pool: Pool

    def _new_call(self) -> _Call:
        raise NotImplementedError

    def _take(self, call: _Call) -> None:
        raise NotImplementedError

    async def _run(self, method: Callable[..., R], *arguments: Any, **named: Any) -> R:
        call = self._new_call()
        return await self._exchange(call, lambda: method(call, *arguments, **named))

    async def _exchange(self, call: _Call, do: Callable[[], R]) -> R:
        result = await self._pool.run(_Exchange(call, do))
        # No await from here on: the task cannot be cancelled between taking the answer and giving it to its caller.
        self._take(call)
        return result

    pay_by_key: Final = _awaitable(Calls.pay_by_key)
    amount_check: Final = _awaitable(Calls.amount_check)
    adjust: Final = _awaitable(Calls.adjust)
    ping: Final = _awaitable(Calls.ping)
    cancel: Final = _awaitable(Calls.cancel)
    partial_cancel: Final = _awaitable(Calls.partial_cancel)
    cash_receipt: Final = _awaitable(Calls.cash_receipt)
    cash_receipt_cancel: Final = _awaitable(Calls.cash_receipt_cancel)
    cyber_account: Final = _awaitable(Calls.cyber_account)
    cyber_account_change: Final = _awaitable(Calls.cyber_account_change)
    auth_only: Final = _awaitable(Calls.auth_only)
    card_auth: Final = _awaitable(Calls.card_auth)
    make_billing_key: Final = _awaitable(Calls.make_billing_key)
    gift_culture_auth: Final = _awaitable(Calls.gift_culture_auth)
    gift_culture_sms: Final = _awaitable(Calls.gift_culture_sms)
    gift_culture: Final = _awaitable(Calls.gift_culture)


class AsyncClient(AsyncCalls):
    """The typed calls of `XPayClient` for asyncio. Any number of tasks may call at once, in any number of loops.

    At most `max_workers` calls are on their way at once, and the others wait their turn in order. The loop goes on meanwhile,
    unless the process can start no thread: then it waits. What undoes a payment or looks into the journal has as many threads
    of its own, and does not wait behind payments.

    ``async with AsyncClient(…) as client`` ends with `aclose`. Without it threads end by themselves after some seconds.
    """

    def __init__(
        self,
        home_dir: Union[Text, os.PathLike[str]],
        mode: Literal["test", "service"] = "service",
        *,
        mid: Optional[str] = None,
        max_workers: Optional[int] = None,
        store: Optional[Store] = None,
    ) -> None:
        """Reads the configuration; see `XPayClient`. Without `max_workers` it is 32 and 16 for each core, at most 64."""
        size = DEFAULT_SIZE if max_workers is None else max_workers
        if size < 1:
            raise ValueError("max_workers must be greater than 0")
        self.client: XPayClient = XPayClient(home_dir, mode, mid=mid, store=store)
        """The client for everything that does not wait for the network: `window`, `verify_return`, `verify_notice`, `config`."""
        self._is_closed = False
        self._undoing = Pool(size)
        self._pool = Pool(size, aside=self._undoing)

    async def aclose(self) -> None:
        """Waits for the calls that were made, those in the queue included. Later ones raise `UsageError`.

        A guard whose block has not ended still confirms or undoes its payment. It may be called again.
        """
        self._is_closed = True
        await self._pool.close()
        await self._undoing.close()
        self.client.close()

    async def __aenter__(self) -> AsyncClient:
        """The client itself."""
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        """As `aclose`."""
        await self.aclose()

    def transaction(
        self, mid: Optional[str] = None, *, before_send: Optional[Callable[[str], object]] = None
    ) -> AsyncTransaction:
        """A guarded transaction: ``async with client.transaction() as tx`` rolls an approval back when the block raises.

        `before_send` is as for `XPayClient.transaction`. It is not async: it is called on the thread that sends the request, so
        it may wait for a database.
        """
        return AsyncTransaction(self, self.client._mid(mid), before_send)

    async def undo(self, tx_id: str, reason: str, *, mid: Optional[str] = None) -> Result:
        """As `XPayClient.undo`. Cancelled, it goes on in the background."""
        return await self._finish(lambda: self.client.undo(tx_id, reason, mid=mid), tx_id)

    async def mobile_note(
        self,
        body: bytes,
        amount: int,
        save: Callable[[Notice], Awaitable[object]],
        *,
        saved_tid: Optional[str],
        mid: Optional[str] = None,
    ) -> NoteReply:
        """As `XPayClient.mobile_note`, with a `save` to be awaited. Cancelled, there is no answer."""
        body = secret(body)
        note = self.client.verify_notice(body, amount, mid=mid)
        if not note.is_due(saved_tid):
            return note_reply(note, saved_tid)
        try:
            saving: object = save(note)
            # One that is not async has saved the order by now: to await what it returned would answer ROLLBACK.
            ran(await saving if isinstance(saving, Awaitable) else saving)
        except Exception as error:
            return note_reply(note, None, error)
        return note_reply(note, note.tid)

    async def warm_up(self) -> None:
        """As `XPayClient.warm_up`. Cancelled, it goes on in the background."""
        await self._finish(self.client.warm_up)

    async def register_delivery(self, delivery: Delivery, *, mid: Optional[str] = None) -> None:
        """As `XPayClient.register_delivery`. Cancelled, it goes on in the background if it was begun."""
        self._check_open()
        await self._pool.run(_Registering(lambda: self.client.register_delivery(delivery, mid=mid)))

    async def recover(self) -> Recovery:
        """As `XPayClient.recover`. Cancelled, it goes on in the background."""
        return await self._finish(self.client.recover)

    async def open_transactions(self) -> list[OpenTransaction]:
        """As `XPayClient.open_transactions`."""
        return await self._finish(self.client.open_transactions)

    async def close_transaction(self, tx_id: str, reason: str) -> None:
        """As `XPayClient.close_transaction`."""
        await self._finish(lambda: self.client.close_transaction(tx_id, reason))

    async def undo_transaction(self, tx_id: str, reason: str) -> Result:
        """As `XPayClient.undo_transaction`. Cancelled, it goes on in the background."""
        return await self._finish(lambda: self.client.undo_transaction(tx_id, reason), tx_id)

    def _check_open(self) -> None:
        if self._is_closed:
            raise _native.closed()

    async def _finish(self, do: Callable[[], R], tx_id: str = "") -> R:
        self._check_open()
        return await self._undoing.run(_Undoing(do, tx_id))

    def _new_call(self) -> _Call:
        self._check_open()
        return _Call(self.client, None, for_step=False)

    def _take(self, call: _Call) -> None:
        if call.held is not None:
            call.held.confirm()

    def __repr__(self) -> str:
        """Its gateway, and where its configuration is."""
        return f"<AsyncClient {self.client._description()}>"


class AsyncTransaction(Guard, AsyncCalls):
    """As `Transaction`, for ``async with``. A cancelled task is an exception like any other: the approval is rolled back."""

    _block = "async with"
    # Said again for type checkers that look at one class.
    tx_id: str
    outcome: _errors.Outcome
    error: Optional[_errors.XPayError]

    def __init__(self, client: AsyncClient, mid: str, before_send: Optional[Callable[[str], object]] = None) -> None:
        """Made by `AsyncClient.transaction`."""
        super().__init__()
        self._client, self._pool = client, client._pool
        self._shop = mid
        self._before_send = before_send
        self._parameters: dict[str, Text] = {}

    def set(self, name: str, value: Text) -> None:
        """Sets a parameter for `send`, or replaces its value in place."""
        self._parameters[name] = secret(value)

    async def send(self) -> Result:
        """Sends the parameters that were set."""
        return await self._run(_Call.send_untyped, dict(self._parameters))

    async def __aenter__(self) -> AsyncTransaction:
        """From here on an exception undoes what was approved."""
        self._is_entered = True
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        """Confirms an approval, or rolls it back and leaves the exception as it is."""
        held = self._end(error)
        if held is not None:
            await self._undo(held, error)

    async def _undo(self, held: _native.Held, error: Optional[BaseException]) -> None:
        # `_undone` on that thread, so that it is known even if this task is cancelled meanwhile.
        undoing = _Undoing(lambda: self._undone(held.undo(_native.STEP_FAILED), error), held.tx_id)
        await self._client._undoing.run(undoing)

    def _new_call(self) -> _Call:
        self._client._check_open()
        self._begin()
        return _Call(self._client.client, self._shop, for_step=True, before_send=self._before_send)

    async def _exchange(self, call: _Call, do: Callable[[], R]) -> R:
        try:
            result = await super()._exchange(call, do)
        except BaseException as raised:
            self.tx_id = call.tx_id
            if isinstance(raised, GeneratorExit):
                # The coroutine is closed, and learns nothing from what it waited for.
                raised.__cause__ = _native.left(call.tx_id)
            self._failed(raised)
            raise
        late = self._late()
        if late is not None:
            await self._undo(late, None)
        return result

    def _take(self, call: _Call) -> None:
        self._held, self.tx_id = call.held, call.tx_id
        self.outcome = _errors.Outcome.ANSWERED
