"""Which flow of control runs now: a context, as long as one thread, task and greenlet runs in it.

A context alone does not identify it: `asyncio.to_thread`, `create_task` and gevent's greenlets run in copies of their parent's
context, values included. Nor does the thread: tasks share it.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import weakref
from contextvars import ContextVar
from typing import Optional


class Flow:
    """One flow of control, for one object. It ends with the last context that knows it."""

    __slots__ = ("__weakref__", "_whose")

    def __init__(self, of: object) -> None:
        """Made by `begin`."""
        # Weak: this must not keep alive what has ended.
        self._whose = [weakref.ref(one) for one in (of, *_running())]

    def is_here(self, of: object) -> bool:
        """Whether it is the one that runs now."""
        now = [of, *_running()]
        return len(now) == len(self._whose) and all(one() is other for one, other in zip(self._whose, now))

    def is_over(self) -> bool:
        """Whether its thread, task or greenlet is gone, or the object."""
        return any(one() is None for one in self._whose)


class _Thread(threading.local):
    """Each thread's own object, which ends with the thread: numbers of threads are given again."""

    def __init__(self) -> None:
        self.itself = _Itself()


class _Itself:
    """A thread."""


_thread = _Thread()
# In a context that several share, as greenlets may, each has its own. Never changed in place: copies have it, too.
_flows: ContextVar[tuple[Flow, ...]] = ContextVar("xpayclient", default=())


def _running() -> list[object]:
    """The thread, and the task and the greenlet within it where there are such."""
    running: list[object] = [_thread.itself]
    if "asyncio" in sys.modules:
        # Waits if another thread is in the middle of importing it.
        import asyncio

        loop = asyncio._get_running_loop()
        task = None if loop is None else asyncio.current_task(loop)
        if task is not None:
            running.append(task)
    if "trio" in sys.modules:
        with contextlib.suppress(RuntimeError):
            running.append(sys.modules["trio"].lowlevel.current_task())
    if "greenlet" in sys.modules:
        greenlet = sys.modules["greenlet"].getcurrent()
        # A thread's first one is the thread.
        if greenlet.parent is not None:
            running.append(greenlet)
    return running


def current(of: object) -> Optional[Flow]:
    """The flow that runs now; None where none was begun in this context."""
    return next((flow for flow in _flows.get() if flow.is_here(of)), None)


def begin(of: object) -> Flow:
    """A flow of its own for what runs now, in place of the one that its context may have from where it was copied."""
    others = tuple(flow for flow in _flows.get() if not (flow.is_over() or flow.is_here(of)))
    flow = Flow(of)
    _flows.set((*others, flow))
    return flow
