"""The store that ``journal_dsn`` of the configuration names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import _drivers, _dsn, _native
from .store import Store


def store_of(settings: _native.JournalSettings) -> Store:
    """Connects once a statement is to be executed. What is wrong with the settings is the reason why none can be."""
    try:
        place = _dsn.read(settings.dsn)
    except ValueError as error:
        problem = f"journal_dsn: {error}"
        return Store(lambda: _raise(problem), _dsn.MYSQL)

    def connect() -> Any:
        # Each time: it may have been changed meanwhile.
        password = settings.password()
        store._hidden = (password, place.password)
        whole = replace(place, user=settings.user or place.user, password=password or place.password)
        return _drivers.connector(whole)()

    store = Store(connect, place.database)
    return store


def _raise(problem: str) -> Any:
    raise _drivers.Unfit(problem)
