"""The same for asyncio: the network is waited for in a thread, and a task that is cancelled leaves no approval behind.

A cancelled call is what it is: in doubt. The wait ends at once, what may have arrived is rolled back, and the journal has it
all the while. The task stays a few seconds to see that; after those, or when it is cancelled again, the thread goes on alone.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import os
import queue
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Coroutine, Generic, Literal, Optional, TypeVar, Union

from . import _errors, _native
from ._calls import Calls
from ._client import OpenTransaction, Recovery, XPayClient
from ._legacy import STEP_FAILED, Text
from .results import Result

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec

    _P = ParamSpec("_P")

R = TypeVar("R")

# How long a cancelled task stays to see what becomes of its request, in seconds.
PATIENCE = 5.0


class _Work(Generic[R]):
    """Something to do in a thread of its own, and what follows where nobody wants its result any more."""

    def __init__(self, do: Callable[[], R]) -> None:
        self.do = do
        self.fate: Optional[BaseException] = None
        """What became of what nobody wanted."""

    def stop(self) -> None:
        """Tells it to end soon. By itself it goes on: what it does is to be finished."""

    def abandon(self) -> None:
        """Its result will not be taken."""


class _Wait(Calls):
    """One call on its way: sent, and undone when nobody wants it any more."""

    def __init__(self, client: XPayClient, mid: Optional[str], for_step: bool) -> None:
        self.of = client
        self.shop = mid
        self.for_step = for_step
        self.stopping = _native.Stop()
        self.held: Optional[_native.Held] = None
        self.tx_id = ""

    def _client(self) -> _native.Client:
        return self.of._client()

    def _mid(self, mid: Optional[str]) -> str:
        return self.of._mid(mid or self.shop)

    def _send(self, transaction: _native.Transaction) -> _native.Answer:
        self.tx_id = transaction.tx_id
        self.held = transaction.wait(self.stopping, self.for_step)
        return self.held.answer()


class _Exchange(_Work[R]):
    def __init__(self, wait: _Wait, do: Callable[[], R]) -> None:
        super().__init__(do)
        self.wait = wait

    def stop(self) -> None:
        self.wait.stopping.stop()

    def abandon(self) -> None:
        if self.wait.held is not None and self.wait.held.is_approved:
            self.fate = self.wait.held.abandon()


class _Runs:
    """What runs calls: a client, or a guarded transaction of it."""

    def _begin(self) -> _Wait:
        raise NotImplementedError

    def _take(self, wait: _Wait) -> None:
        raise NotImplementedError

    async def _run(self, call: Callable[..., R], *arguments: Any, **named: Any) -> R:
        wait = self._begin()
        result = await _in_thread(_Exchange(wait, lambda: call(wait, *arguments, **named)))
        # No await from here on: the task cannot be cancelled between taking the answer and giving it to its caller.
        self._take(wait)
        return result


async def _in_thread(work: _Work[R]) -> R:
    """The result of `work`, or what it raised. Cancelled, the task stays a while to see what becomes of it."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[R] = loop.create_future()
    ended: asyncio.Future[None] = loop.create_future()
    verdict: queue.Queue[bool] = queue.Queue()

    def run() -> None:
        try:
            result = work.do()
        except BaseException as error:
            work.fate = error
            heard = _tell(loop, _fail, answered, error)
        else:
            heard = _tell(loop, _settle, answered, result)
        if not (heard and verdict.get()):
            work.abandon()
        _tell(loop, _settle, ended, None)

    if not _start(run):
        # Better late than not: what was approved may wait for this to undo it.
        return work.do()
    try:
        # Not awaited itself, since that would cancel it.
        await asyncio.wait({answered})
    except asyncio.CancelledError as cancelled:
        work.stop()
        verdict.put(False)
        answered.add_done_callback(asyncio.Future.exception)
        await asyncio.wait({ended}, timeout=PATIENCE)
        raise cancelled from work.fate
    verdict.put(True)
    return answered.result()


def _settle(future: asyncio.Future[R], result: R) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[R], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *arguments: Any) -> bool:
    """Whether the loop is still there to hear it."""
    try:
        loop.call_soon_threadsafe(call, *arguments)
    except RuntimeError:
        return False
    return True


_running: set[threading.Thread] = set()


def _start(run: Callable[[], None]) -> bool:
    """Begins a thread that the interpreter's exit waits for a while, not for ever. False where there is none to be had."""

    def counted() -> None:
        try:
            run()
        finally:
            _running.discard(threading.current_thread())

    thread = threading.Thread(target=counted, name="xpayclient", daemon=True)
    _running.add(thread)
    try:
        thread.start()
    except RuntimeError:
        _running.discard(thread)
        return False
    return True


@atexit.register
def _join() -> None:
    until = time.monotonic() + 2 * PATIENCE
    for thread in list(_running):
        thread.join(max(0.0, until - time.monotonic()))


if hasattr(os, "register_at_fork"):
    # A forked child has none of its parent's threads.
    os.register_at_fork(after_in_child=_running.clear)


def _twin(
    call: Callable[Concatenate[Any, _P], R],
) -> Callable[Concatenate[Any, _P], Coroutine[Any, Any, R]]:
    @functools.wraps(call)
    async def twin(self: Any, /, *arguments: _P.args, **named: _P.kwargs) -> R:
        given: R = await self._run(call, *arguments, **named)
        return given

    return twin


class AsyncCalls(_Runs):
    """The typed calls, to be awaited; see `Calls`."""

    pay_by_key = _twin(Calls.pay_by_key)
    amount_check = _twin(Calls.amount_check)
    adjust = _twin(Calls.adjust)
    ping = _twin(Calls.ping)
    cancel = _twin(Calls.cancel)
    partial_cancel = _twin(Calls.partial_cancel)
    cash_receipt = _twin(Calls.cash_receipt)
    cash_receipt_cancel = _twin(Calls.cash_receipt_cancel)
    cyber_account = _twin(Calls.cyber_account)
    cyber_account_change = _twin(Calls.cyber_account_change)
    auth_only = _twin(Calls.auth_only)
    card_auth = _twin(Calls.card_auth)
    make_billing_key = _twin(Calls.make_billing_key)
    gift_culture_auth = _twin(Calls.gift_culture_auth)
    gift_culture_sms = _twin(Calls.gift_culture_sms)
    gift_culture = _twin(Calls.gift_culture)


class AsyncClient(AsyncCalls):
    """The typed calls of `XPayClient` for asyncio. Any number of tasks may call at once.

    The loop goes on meanwhile, unless the process can start no thread: then it waits.
    """

    def __init__(
        self,
        home_dir: Union[Text, os.PathLike[str]],
        mode: Literal["test", "service"] = "service",
        *,
        mid: Optional[str] = None,
    ) -> None:
        """Reads the configuration; see `XPayClient`."""
        self.client = XPayClient(home_dir, mode, mid=mid)
        """The client for everything that does not wait for the network: `window`, `verify_notice`, `config`."""

    def transaction(self, mid: Optional[str] = None) -> AsyncTransaction:
        """A guarded transaction: ``async with client.transaction() as tx`` rolls an approval back when the block raises."""
        return AsyncTransaction(self.client, self.client._mid(mid))

    async def undo(self, tx_id: str, reason: str, *, mid: Optional[str] = None) -> Result:
        """As `XPayClient.undo`. Cancelled, it goes on in the background."""
        return await _finish(lambda: self.client.undo(tx_id, reason, mid=mid))

    async def warm_up(self) -> None:
        """As `XPayClient.warm_up`. Cancelled, it goes on in the background."""
        await _finish(self.client.warm_up)

    async def recover(self) -> Recovery:
        """As `XPayClient.recover`. Cancelled, it goes on in the background."""
        return await _finish(self.client.recover)

    async def open_transactions(self) -> list[OpenTransaction]:
        """As `XPayClient.open_transactions`."""
        return await _finish(self.client.open_transactions)

    async def close_transaction(self, tx_id: str, reason: str) -> None:
        """As `XPayClient.close_transaction`."""
        await _finish(lambda: self.client.close_transaction(tx_id, reason))

    async def undo_transaction(self, tx_id: str, reason: str) -> Result:
        """As `XPayClient.undo_transaction`. Cancelled, it goes on in the background."""
        return await _finish(lambda: self.client.undo_transaction(tx_id, reason))

    def _begin(self) -> _Wait:
        return _Wait(self.client, None, for_step=False)

    def _take(self, wait: _Wait) -> None:
        if wait.held is not None:
            wait.held.confirm()

    def __repr__(self) -> str:
        """Its gateway, and where its configuration is."""
        return f"<AsyncClient {self.client._shown()}>"


class AsyncTransaction(AsyncCalls):
    """As `Transaction`, for ``async with``. A cancelled task is an exception like any other: the approval is rolled back."""

    def __init__(self, client: XPayClient, mid: str) -> None:
        """Made by `AsyncClient.transaction`."""
        self._of = client
        self._shop = mid
        self._parameters: dict[str, Text] = {}
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
        self._parameters[name] = value

    async def send(self) -> Result:
        """Sends the parameters that were set."""
        return await self._run(_send_raw, dict(self._parameters))

    async def __aenter__(self) -> AsyncTransaction:
        """From here on an exception undoes what was approved."""
        self._guards = True
        return self

    async def __aexit__(
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
        self.error = await _finish(lambda: held.undo(STEP_FAILED))
        if self.error is not None:
            self.outcome = self.error.outcome
            if hasattr(error, "add_note"):
                error.add_note(str(self.error))

    def _begin(self) -> _Wait:
        if not self._guards:
            raise RuntimeError("a guarded transaction is sent in its own `async with` block")
        if self._sent:
            raise RuntimeError("a guarded transaction is sent once; begin another for the next request")
        self._sent = True
        return _Wait(self._of, self._shop, for_step=True)

    async def _run(self, call: Callable[..., R], *arguments: Any, **named: Any) -> R:
        try:
            return await super()._run(call, *arguments, **named)
        except _errors.XPayError as error:
            self.tx_id, self.outcome = error.tx_id, error.outcome
            raise

    def _take(self, wait: _Wait) -> None:
        self._held, self.tx_id = wait.held, wait.tx_id
        self.outcome = _errors.Outcome.ANSWERED


def _send_raw(wait: _Wait, parameters: dict[str, Text]) -> Result:
    transaction = wait._client().transaction(wait._mid(None))
    for name, value in parameters.items():
        transaction.set(name, value)
    return Result(wait._send(transaction))


async def _finish(work: Callable[[], R]) -> R:
    """`work` that is finished in its thread, whoever waits."""
    return await _in_thread(_Work(work))
