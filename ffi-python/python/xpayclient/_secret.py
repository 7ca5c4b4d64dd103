"""Secrets that callers hand over show in no frame of ours: a report of an error that prints variables prints none of them.

Django's own filter would need Django, and knows no frame of a coroutine. So the values themselves show nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Callable, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class Secret(str):
    """A text that no repr shows: not that of a row, of a frame in an error report, or of a list."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Nothing of it."""
        return "<secret>"


class SecretBytes(bytes):
    """Bytes that no repr shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Nothing of them."""
        return "<secret>"


def secret(value: Any) -> Any:
    """The same value, whose repr shows nothing of a text or of bytes, alone or in a mapping."""
    if isinstance(value, str):
        # Its text, whatever a subclass shows: `str` of a member of an enum is its name.
        return Secret(str.__str__(value))
    if isinstance(value, bytes):
        return SecretBytes(memoryview(value))
    return {name: secret(one) for name, one in value.items()} if isinstance(value, Mapping) else value


def hides(*names: str) -> Callable[[F], F]:
    """For a function or a method: it, and all that it calls, has these arguments as `secret`."""

    def decorated(function: F) -> F:
        places = [function.__code__.co_varnames.index(name) for name in names]

        def conceal(given: tuple[Any, ...], named: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
            return (
                tuple(secret(value) if place in places else value for place, value in enumerate(given)),
                {name: secret(value) if name in names else value for name, value in named.items()},
            )

        @functools.wraps(function)
        def call(*given: Any, **named: Any) -> Any:
            given, named = conceal(given, named)
            return function(*given, **named)

        call.conceal = conceal  # type: ignore[attr-defined]
        return cast("F", call)

    return decorated
