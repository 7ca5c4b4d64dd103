"""Connections for the journal from an engine of SQLAlchemy."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any, Callable

from . import _drivers
from ._dsn import MYSQL, kind

_SOON, _LATER = _drivers.CONNECT_TIMEOUT, _drivers.STATEMENT_TIMEOUT
# Beside what the shop gave for the same.
_TIMEOUTS: dict[str, dict[str, Any]] = {
    "pymysql": {"connect_timeout": _SOON, "read_timeout": _SOON, "write_timeout": _SOON},
    "mysqldb": {"connect_timeout": _SOON, "read_timeout": _LATER, "write_timeout": _LATER},
    "psycopg": {"connect_timeout": _SOON, "tcp_user_timeout": _LATER * 1000, "prepare_threshold": None},
    "psycopg2": {"connect_timeout": _SOON, "tcp_user_timeout": _LATER * 1000},
}


class _Here(threading.local):
    """Whether this thread connects for the journal."""

    is_journal = False


def connector(engine: Any) -> Callable[[], Any]:
    """Connects as the engine does, beside its pool, which may be exhausted just when a payment has to be recorded."""
    if getattr(engine.dialect, "is_async", False):
        raise ValueError("the engine is async: give one that is not, or use Store.from_dsn")
    here, database = _Here(), kind(engine.dialect.name)
    pool = engine.pool.recreate()

    def fit(dialect: Any, record: Any, given: Any, named: dict[str, Any]) -> None:
        if not here.is_journal:
            return
        for name, value in _TIMEOUTS.get(dialect.driver, {}).items():
            named.setdefault(name, value)
        if database == MYSQL and isinstance(named.get("client_flag"), int):
            # SQLAlchemy counts the rows that were found; the journal needs those that changed.
            named["client_flag"] &= ~2

    # By name: the package needs no SQLAlchemy, nor does who checks its types.
    import_module("sqlalchemy.event").listen(engine, "do_connect", fit)

    def connect() -> Any:
        here.is_journal = True
        try:
            made = pool.connect()
            connection = made.dbapi_connection
            made.detach()
            return connection
        finally:
            here.is_journal = False

    return connect
