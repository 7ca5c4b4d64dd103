"""The journal in the shop's own database, by the driver that the shop has.

    from xpayclient import XPayClient
    from xpayclient.store import Store

    store = Store.from_dsn("pgsql:host=10.0.0.5;dbname=shop", "shop", password)
    client = XPayClient("/home/shop/lgdacom", "test", mid="tlgdacomxpay", store=store)

With ``journal_dsn`` in mall.conf a client makes its store by itself. The tables are made once, by ``xpay journal init``.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from typing import Any, Callable, Optional

from . import _drivers, _dsn, _native
from ._secret import hides

# Seconds. A firewall may forget a connection that is idle for longer, and a server ends it.
_IDLE = 55.0
# How many connections are kept for the next statement.
_KEPT = 16
# What a thread still waits for after so long, nobody waits for any more.
_STUCK = 15.0

_PLACEHOLDERS = {"qmark": "?", "format": "%s", "pyformat": "%s"}


class Store:
    """Executes the journal's statements in the shop's database. Clients and threads may share one, also over a fork.

    Each statement is committed by itself, on a connection of the store's own; some of them are kept for the next statement.
    The library counts on what a store says of each: see `execute`.
    """

    def __init__(self, connect: Callable[[], Any], database: str, *, paramstyle: str = "format") -> None:
        """Uses the connections that `connect` makes.

        `connect` takes no argument, and gives a **new** connection of a DB-API 2.0 driver each time, which belongs to the store
        from then on. It should give up after 5 seconds, and its connection wait at most 10 for an answer. Of MySQL it must not
        have ``CLIENT.FOUND_ROWS``. `database` is ``"mysql"``, also for MariaDB, or ``"postgresql"``. `paramstyle` is the
        driver's: ``"format"``, ``"pyformat"`` or ``"qmark"``. ValueError for anything else.
        """
        self.database: str = _dsn.kind(database)
        """``mysql`` or ``postgresql``."""
        placeholder = _PLACEHOLDERS.get(paramstyle)
        if placeholder is None:
            raise ValueError(f"paramstyle has to be one of {', '.join(_PLACEHOLDERS)}; found [{paramstyle}]")
        self.placeholder: str = placeholder
        """How the driver writes the place of a value."""
        self._connect = connect
        self._hidden: tuple[str, ...] = ()
        self._connections = _Connections()
        # An interpreter that ends closes what is idle.
        weakref.finalize(self, _Connections.close_idle, self._connections)
        _alive.add(self)

    @classmethod
    @hides("dsn", "password")
    def from_dsn(cls, dsn: str, user: str = "", password: str = "") -> Store:
        """A store for a DSN as PDO writes it, ``mysql:host=…;port=…;dbname=…``, or a URL, ``postgresql://…/shop``.

        The driver is PyMySQL or mysqlclient, psycopg or psycopg2, whichever is installed. ImportError if none is; ValueError for
        a DSN that cannot be read. `user` and `password` win over those of a URL. Nothing connects yet.
        """
        place = _dsn.read(dsn)
        changed = {name: value for name, value in (("user", user), ("password", password)) if value}
        place = _dsn.Place(**{**vars(place), **changed})
        made = cls(_drivers.connector(place), place.database)
        made._hidden = (place.password,)
        return made

    @classmethod
    def from_engine(cls, engine: Any) -> Store:
        """A store for an `Engine` of SQLAlchemy, for MySQL, MariaDB or PostgreSQL with any driver that is not async.

        Its connections are made as the engine's are, but are not in its pool: no transaction of the shop is ever on them.
        """
        from ._sqlalchemy import connector

        driver = engine.dialect
        return cls(connector(engine), driver.name, paramstyle=driver.dbapi.paramstyle if driver.dbapi else driver.paramstyle)

    def execute(
        self,
        operation: str,
        sql: str,
        values: Sequence[Optional[str]],
        fresh: bool,
        on_connect: Sequence[str],
    ) -> tuple[str, Any]:
        """Executes a statement of the journal, and says what came of it. It is called by the library, from any thread.

        | gives | when |
        | --- | --- |
        | ``("changed", 1)`` | it was done: so many rows changed |
        | ``("rows", [["…", None]])`` | it was a query: its rows, as text |
        | ``("not_done", "why")`` | it was certainly not done: nothing could be sent, or the database answered with an error and goes on with the session |
        | ``("unknown", "why")`` | perhaps it was done: the connection was lost, a deadline passed, an unknown exception |

        With `fresh` a new connection is used. `on_connect` is executed on each new one first. `operation` is the statement's
        name, for a class that overrides this. Values are not in what it says.
        """
        mine = self._connections.of_this_process()
        mine.cut_stuck()
        hidden = (*self._hidden, *values)
        if fresh:
            mine.close_idle()
        connection = mine.take()
        try:
            if connection is None:
                # Nothing of the statement has left, so whatever happens here is "not done".
                try:
                    connection = self._new(mine, on_connect)
                except Exception as error:
                    return "not_done", _drivers.described(error, hidden)
            elif _drivers.in_transaction(connection):
                mine.forget(connection)
                return "not_done", "the connection is inside a transaction that is not the journal's"
            try:
                done = _drivers.run(connection, sql, tuple(values))
            except Exception as error:
                why = _drivers.described(error, hidden)
                if _drivers.surely_not_done(error, connection, self.database):
                    mine.give_back(connection)
                    return "not_done", why
                mine.drop(connection)
                return "unknown", why
            if _drivers.in_transaction(connection):
                mine.drop(connection)
                return "unknown", "the driver did not commit the statement by itself"
            mine.give_back(connection)
            return done
        except BaseException:
            if connection is not None:
                mine.drop(connection)
            raise

    def close(self) -> None:
        """Closes the connections that are idle. The store can still be used: it connects again."""
        self._connections.of_this_process().close_idle()

    def _new(self, mine: _Connections, on_connect: Sequence[str]) -> Any:
        connection = self._connect()
        mine.add(connection)
        try:
            _drivers.begin(connection, self.database, on_connect)
        except BaseException as error:
            if isinstance(error, _drivers.Unfit) and error.is_the_shops:
                mine.forget(connection)
            else:
                mine.drop(connection)
            raise
        return connection

    def __repr__(self) -> str:
        """Its kind of database."""
        return f"<Store {self.database}>"


class _Connections:
    """The connections of one store."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        # With the moment since when each is idle, the latest last, and with the moment since when each is in use.
        self._idle: list[tuple[float, int, Any]] = []
        self._busy: dict[int, tuple[float, Any]] = {}
        self._process = os.getpid()

    def of_this_process(self) -> _Connections:
        """Itself. In a forked child without those of the parent, whose sessions they are: not used, not closed, never freed."""
        if self._process != os.getpid():
            inherited = [*self._idle, *self._busy.values()]
            _native.keep_for_ever(inherited)
            self._begin()
        return self

    def take(self) -> Optional[Any]:
        """One that is idle and not for too long."""
        now, thread = time.monotonic(), _whose()
        with self._lock:
            old = [one for one in self._idle if now - one[0] > _IDLE]
            young = [one for one in self._idle if now - one[0] <= _IDLE]
            place = next((place for place in reversed(range(len(young))) if young[place][1] == thread), None)
            connection = None if place is None else young.pop(place)[2]
            self._idle = young
            if connection is not None:
                self._busy[id(connection)] = (now, connection)
        for *_, one in old:
            _drivers.close(one)
        return connection

    def add(self, connection: Any) -> None:
        """A new one, in use."""
        with self._lock:
            self._busy[id(connection)] = (time.monotonic(), connection)

    def give_back(self, connection: Any) -> None:
        """It is idle from now on."""
        with self._lock:
            self._busy.pop(id(connection), None)
            has_place = len(self._idle) < _KEPT
            if has_place:
                self._idle.append((time.monotonic(), _whose(), connection))
        if not has_place:
            _drivers.close(connection)

    def forget(self, connection: Any) -> None:
        """It is not the store's."""
        with self._lock:
            self._busy.pop(id(connection), None)

    def drop(self, connection: Any) -> None:
        """It is of no use any more."""
        self.forget(connection)
        _drivers.close(connection)

    def close_idle(self) -> None:
        """Closes all that nobody uses now."""
        if self._process != os.getpid():
            return
        with self._lock:
            idle, self._idle = self._idle, []
        for *_, connection in idle:
            _drivers.close(connection)

    def cut_stuck(self) -> None:
        """Ends the waits that the library has given up."""
        now = time.monotonic()
        with self._lock:
            stuck = [connection for since, connection in self._busy.values() if now - since > _STUCK]
        for connection in stuck:
            _drivers.cut(connection)


def _whose() -> int:
    """The thread whose connection it is, where gevent has replaced sockets: those serve the thread that made them."""
    gevent = sys.modules.get("gevent.monkey")
    return threading.get_ident() if gevent is not None and gevent.is_module_patched("socket") else 0


_alive: weakref.WeakSet[Store] = weakref.WeakSet()


def _after_fork() -> None:
    """At once: a child that ends without a statement would free what it inherited."""
    for store in list(_alive):
        store._connections.of_this_process()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
