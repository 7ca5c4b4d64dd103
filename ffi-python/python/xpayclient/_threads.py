"""Threads that wait for the network so that asyncio's loop need not, and what becomes of work whose task is cancelled."""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import functools
import os
import threading
import time
import weakref
from collections import OrderedDict
from typing import Any, Callable, Generic, Optional, TypeVar

R = TypeVar("R")

# How long a cancelled task stays to see what becomes of its request, in seconds.
GRACE_PERIOD = 5.0
# How long a thread without work stays, in seconds: a client that is dropped leaves none behind.
IDLE_PERIOD = 10.0
# Threads wait and do not compute, so there are more than cores; and the library keeps 64 connections.
DEFAULT_SIZE = min(64, 32 + 16 * (os.cpu_count() or 1))


class Work(Generic[R]):
    """Something to do on a thread, and what follows where nobody takes its result."""

    must_run = False
    """Whether it is done even if its task is cancelled before a thread has begun it."""

    def __init__(self, do: Callable[[], R]) -> None:
        self.do = do
        self.error: Optional[BaseException] = None
        """Why there is no result, or what became of one that nobody took."""
        self.is_done = False
        """Whether there is a result."""

    def stop(self) -> None:
        """The task is cancelled. Work goes on to its end, unless it can be stopped."""

    def abandon(self) -> None:
        """Nobody takes the result."""

    def so_far(self, is_begun: bool) -> Optional[BaseException]:
        """What the cancelled task is told: how it ended, or how it stands if that takes too long."""
        return self.error


class _Job(Generic[R]):
    """Work with the task that waits for it."""

    def __init__(self, work: Work[R], loop: asyncio.AbstractEventLoop) -> None:
        self.work, self.loop = work, loop
        self.context = contextvars.copy_context()
        self.answered: asyncio.Future[R] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        # Both under the pool's lock: whoever comes second, thread or task, sees that the result is to be abandoned.
        self.is_done = self.is_left = False

    def do(self) -> Callable[[], bool]:
        """Does it on this thread. Gives what tells the task, which is False where nobody can be told."""
        if self.loop.is_closed() and not self.work.must_run:
            return lambda: False
        try:
            result = self.context.run(self.work.do)
        except BaseException as error:
            self.work.error = error
            return functools.partial(_tell, self.loop, _set_exception, self.answered, error)
        self.work.is_done = True
        return functools.partial(_tell, self.loop, _set_result, self.answered, result)

    def abandon(self) -> None:
        """Does what follows where nobody takes the result, on this thread."""
        try:
            self.context.run(self.work.abandon)
        except BaseException as error:
            self.work.error = error
        _tell(self.loop, _set_result, self.ended, None)


class Pool:
    """At most `size` threads, started as they are needed. Work waits for one in the order in which it came.

    The loop starts the first thread. Whichever takes work then starts the next one, unless one is idle: to start a thread takes
    the loop long where many run.
    """

    def __init__(self, size: int, aside: Optional[Pool] = None) -> None:
        """`aside` abandons what was done as its task was cancelled: that must not wait for other work."""
        self._size = size
        self._aside = aside or self
        self._begin()
        _pools.add(self)

    def _begin(self) -> None:
        """Without threads: at first, and in a forked child, where what waits is the parent's."""
        self._changed = threading.Condition(threading.Lock())
        self._waiting: OrderedDict[_Job[Any], None] = OrderedDict()
        self._threads: set[threading.Thread] = set()
        # Threads that have no work, and those that begin.
        self._idle = 0
        self._unfinished = 0
        self._is_closed = self._is_exit = False
        self._closing: list[asyncio.Future[None]] = []

    async def run(self, work: Work[R]) -> R:
        """The result of `work`, or what it raised. Cancelled, the task stays a while to see what becomes of it."""
        job = _Job(work, asyncio.get_running_loop())
        if not self._submit(job):
            # Better late than not: what was approved may wait for this to undo it.
            return work.do()
        try:
            return await job.answered
        except asyncio.CancelledError as once:
            cancelled = once
            is_begun = self._leave(job)
            try:
                if is_begun:
                    await asyncio.wait({job.ended}, timeout=GRACE_PERIOD)
            except asyncio.CancelledError as again:
                cancelled = again
            raise cancelled from work.so_far(is_begun)
        except GeneratorExit:
            # The task is gone without having been cancelled.
            self._leave(job)
            raise

    async def close(self) -> None:
        """Waits for all work. A thread ends as soon as it has none."""
        closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            if self._unfinished == 0:
                return
            self._closing.append(closed)
        await closed

    def end(self) -> list[threading.Thread]:
        """At the interpreter's exit, when no loop runs: drops what waits and may be dropped. Gives the threads that still work."""
        with self._changed:
            self._is_closed = self._is_exit = True
            for job in [job for job in self._waiting if not job.work.must_run]:
                self._drop(job)
            self._changed.notify_all()
            return list(self._threads)

    def _submit(self, job: _Job[Any]) -> bool:
        """False where there is no thread for it, and none can be started."""
        with self._changed:
            self._waiting[job] = None
            self._unfinished += 1
            self._changed.notify()
            thread = self._another()
        if thread is not None and not self._start(thread):
            with self._changed:
                if not self._threads and job in self._waiting:
                    self._drop(job)
                    return False
        return True

    def _leave(self, job: _Job[Any]) -> bool:
        """The task does not take the result. Gives whether its work was begun, or will be all the same."""
        with self._changed:
            if job in self._waiting and not job.work.must_run:
                self._drop(job)
                return False
            is_late, job.is_left = job.is_done and not job.is_left, True
        job.work.stop()
        if is_late:
            if not job.answered.cancelled():
                # So that nobody complains of an exception that was not retrieved.
                job.answered.exception()
            if not self._aside._submit(_Job(_Rest(job.abandon), job.loop)):
                job.abandon()
        return True

    def _drop(self, job: _Job[Any]) -> None:
        del self._waiting[job]
        self._finish()

    def _finish(self) -> None:
        """Counts one of the unfinished as finished."""
        self._unfinished -= 1
        if self._unfinished == 0:
            for closed in self._closing:
                _tell(closed.get_loop(), _set_result, closed, None)
            self._closing.clear()

    def _another(self) -> Optional[threading.Thread]:
        """One more thread, to be started, unless one is idle or there are enough. It counts from now on."""
        if self._idle or len(self._threads) >= self._size:
            return None
        thread = threading.Thread(target=self._serve, name="xpayclient", daemon=True)
        self._threads.add(thread)
        self._idle += 1
        return thread

    def _start(self, thread: threading.Thread) -> bool:
        """False where the process can start none."""
        try:
            thread.start()
        except RuntimeError:
            with self._changed:
                self._threads.discard(thread)
                self._idle -= 1
            return False
        return True

    def _serve(self) -> None:
        while True:
            job = self._next()
            if job is None:
                return
            tell = job.do()
            with self._changed:
                job.is_done, is_left = True, job.is_left
            if not is_left and (self._is_exit or not tell()):
                with self._changed:
                    is_left, job.is_left = not job.is_left, True
            if is_left:
                job.abandon()
            # Nothing of a payment stays with a thread that waits.
            del job, tell
            with self._changed:
                self._idle += 1
                self._finish()

    def _next(self) -> Optional[_Job[Any]]:
        """What has waited longest, once there is anything. None where this thread is to end."""
        with self._changed:
            while not self._waiting:
                is_idle_long = not self._is_closed and not self._changed.wait(IDLE_PERIOD)
                # While others work one stays idle, so that the loop need not start a thread.
                is_spare = self._idle == 1 and len(self._threads) > 1
                if not self._waiting and (self._is_closed or (is_idle_long and not is_spare)):
                    self._threads.discard(threading.current_thread())
                    self._idle -= 1
                    return None
            job, _ = self._waiting.popitem(last=False)
            self._idle -= 1
            thread = self._another()
        if thread is not None:
            self._start(thread)
        return job


class _Rest(Work[None]):
    """What is left to do of other work."""

    must_run = True


def _set_result(future: asyncio.Future[R], result: R) -> None:
    if not future.done():
        future.set_result(result)


def _set_exception(future: asyncio.Future[R], error: BaseException) -> None:
    if isinstance(error, StopIteration):
        # No future takes one: the task would wait for ever.
        stopped = RuntimeError("StopIteration was raised")
        stopped.__cause__, error = error, stopped
    if not future.done():
        future.set_exception(error)


def _tell(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *arguments: object) -> bool:
    """Has the loop call `callback`. False where the loop is closed."""
    try:
        loop.call_soon_threadsafe(callback, *arguments)
    except RuntimeError:
        return False
    return True


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


@atexit.register
def _join() -> None:
    """The interpreter's exit waits a while for what was sent, not for ever."""
    until = time.monotonic() + 2 * GRACE_PERIOD
    for thread in [thread for pool in list(_pools) for thread in pool.end()]:
        thread.join(max(0.0, until - time.monotonic()))


def _after_fork() -> None:
    """A forked child has none of its parent's threads, and what waits is the parent's."""
    for pool in list(_pools):
        pool._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
