"""Frozen classes of named values, as those of `dataclasses`, without the time that it takes an import: it imports `inspect` and
compiles code for every class. Who asks for their fields (`dataclasses.fields`, `asdict`, `replace`) gets real ones.

Type checkers see `dataclasses` instead.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, NoReturn, TypeVar

T = TypeVar("T", bound=type)

REQUIRED = object()


class field:
    """What a class says of a value beside its type."""

    __slots__ = ("default", "repr", "type")

    type: object

    def __init__(self, *, default: object = REQUIRED, repr: bool = True) -> None:
        self.default = default
        self.repr = repr


def dataclass(*, frozen: bool, repr: bool = True) -> Callable[[T], T]:
    """As `dataclasses.dataclass`, for a frozen class none of whose bases has fields."""
    if not frozen:
        raise TypeError("only frozen classes are made here")

    def made(cls: Any) -> Any:
        cls._record_fields = {name: _declared(cls, name) for name in cls.__annotations__}
        setattr(cls, "__match_args__", tuple(cls._record_fields))  # noqa: B010 (mypy forbids to assign it)
        for name, value in _SHARED.items():
            if name not in vars(cls) and (repr or name != "__repr__"):
                setattr(cls, name, value)
        return cls

    return made


def _declared(cls: type, name: str) -> field:
    """The field `name`. As with dataclasses, the class keeps its default."""
    declared = vars(cls).get(name, REQUIRED)
    known = declared if isinstance(declared, field) else field(default=declared)
    known.type = cls.__annotations__[name]
    if known.default is not REQUIRED:
        setattr(cls, name, known.default)
    elif declared is known:
        delattr(cls, name)
    return known


def _init(self: Any, *values: object, **named: object) -> None:
    fields = self._record_fields
    state = {name: one.default for name, one in fields.items()}
    state.update(zip(fields, values))
    twice = [name for name in list(fields)[: len(values)] if name in named]
    state.update(named)
    missing = [name for name, value in state.items() if value is REQUIRED]
    if missing or twice or len(values) > len(fields) or len(state) > len(fields):
        wrong = ", ".join(missing or twice or [name for name in named if name not in fields])
        what = "lacks" if missing else "has two values for" if twice else "has no" if wrong else "got too many values"
        raise TypeError(f"{type(self).__name__} {what} {wrong}".rstrip())
    self.__dict__.update(state)
    if hasattr(self, "__post_init__"):
        self.__post_init__()


def _values(self: Any) -> tuple[object, ...]:
    return tuple(self.__dict__[name] for name in self._record_fields)


def _repr(self: Any) -> str:
    shown = (f"{name}={self.__dict__[name]!r}" for name, one in self._record_fields.items() if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: Any) -> bool:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _replace(self: Any, **changes: object) -> Any:
    return type(self)(**{**self.__dict__, **changes})


def _set(self: Any, name: str, value: object) -> NoReturn:
    _frozen(f"cannot assign to field {name!r}")


def _delete(self: Any, name: str) -> NoReturn:
    _frozen(f"cannot delete field {name!r}")


def _frozen(why: str) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(why)


class _Asked:
    """What of a real dataclass is made when it is asked for, and kept."""

    def __init__(self, name: str, make: Callable[[Any], object]) -> None:
        self.name = name
        self.make = make

    def __get__(self, instance: object, owner: type) -> object:
        made = self.make(owner)
        setattr(owner, self.name, made)
        return made


def _real(cls: Any) -> Any:
    """The dataclass that this one would be."""
    import dataclasses

    def real(name: str) -> Any:
        one = cls._record_fields[name]
        default = {} if one.default is REQUIRED else {"default": one.default}
        return (name, one.type, dataclasses.field(repr=one.repr, **default))

    return dataclasses.make_dataclass(cls.__name__, [real(name) for name in cls._record_fields], frozen=True)


def _signature(cls: Any) -> object:
    from inspect import signature

    return signature(_real(cls))


_SHARED = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _set,
    "__delattr__": _delete,
    "__dataclass_fields__": _Asked("__dataclass_fields__", lambda cls: _real(cls).__dataclass_fields__),
    "__dataclass_params__": _Asked("__dataclass_params__", lambda cls: _real(cls).__dataclass_params__),
    "__signature__": _Asked("__signature__", _signature),
}
if sys.version_info >= (3, 13):
    _SHARED["__replace__"] = _replace
