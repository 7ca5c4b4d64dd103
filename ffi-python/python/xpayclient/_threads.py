"""Work in a thread that an asyncio task waits for, and what becomes of its result when the task is cancelled."""

from __future__ import annotations

import asyncio
import atexit
import os
import queue
import threading
import time
from typing import Callable, Generic, Optional, TypeVar

R = TypeVar("R")

# How long a cancelled task stays to see what becomes of its request, in seconds.
GRACE_PERIOD = 5.0


class Work(Generic[R]):
    """Something to do in a thread of its own, and what follows where nobody takes its result."""

    def __init__(self, do: Callable[[], R]) -> None:
        self.do = do
        self.error: Optional[BaseException] = None
        """Why there is no result, or what became of one that nobody took."""

    def stop(self) -> None:
        """The task is cancelled. Work goes on to its end, unless it can be stopped."""

    def abandon(self) -> None:
        """Nobody takes the result."""


async def in_thread(work: Work[R]) -> R:
    """The result of `work`, or what it raised. Cancelled, the task stays a while to see what becomes of it."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[R] = loop.create_future()
    ended: asyncio.Future[None] = loop.create_future()
    is_taken: queue.Queue[bool] = queue.Queue()

    def run() -> None:
        try:
            result = work.do()
        except BaseException as error:
            work.error = error
            is_loop_running = _call(loop, _set_exception, answered, error)
        else:
            is_loop_running = _call(loop, _set_result, answered, result)
        if not (is_loop_running and is_taken.get()):
            work.abandon()
        _call(loop, _set_result, ended, None)

    if not _start(run):
        # Better late than not: what was approved may wait for this to undo it.
        return work.do()
    try:
        # Not awaited itself, since that would cancel it.
        await asyncio.wait({answered})
    except asyncio.CancelledError as cancelled:
        work.stop()
        is_taken.put(False)
        answered.add_done_callback(asyncio.Future.exception)
        await asyncio.wait({ended}, timeout=GRACE_PERIOD)
        raise cancelled from work.error
    is_taken.put(True)
    return answered.result()


async def finish(do: Callable[[], R]) -> R:
    """The result of what goes on to its end in its thread, whether or not the task is cancelled."""
    return await in_thread(Work(do))


def _set_result(future: asyncio.Future[R], result: R) -> None:
    if not future.done():
        future.set_result(result)


def _set_exception(future: asyncio.Future[R], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


def _call(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *arguments: object) -> bool:
    """Has the loop call `callback`. False where the loop is closed."""
    try:
        loop.call_soon_threadsafe(callback, *arguments)
    except RuntimeError:
        return False
    return True


_running: set[threading.Thread] = set()


def _start(run: Callable[[], None]) -> bool:
    """Starts a thread that the interpreter's exit waits for a while, not for ever. False where none can be started."""

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
    until = time.monotonic() + 2 * GRACE_PERIOD
    for thread in list(_running):
        thread.join(max(0.0, until - time.monotonic()))


if hasattr(os, "register_at_fork"):
    # A forked child has none of its parent's threads.
    os.register_at_fork(after_in_child=_running.clear)
