"""Columns that every database treats alike: names that differ by case, secrets, and rules that hold for some rows only."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When

_EXACT = "utf8mb4_bin"


class KeyField(models.CharField):  # type: ignore[type-arg]
    """A name that is another one as soon as a letter differs: MariaDB and MySQL ignore case and accents, unless told."""

    def db_parameters(self, connection: Any) -> Any:
        """With the collation where that is not the database's own way."""
        more = {"collation": _EXACT} if connection.vendor == "mysql" else {}
        return super().db_parameters(connection) | more


class Secret(str):
    """A text that no repr shows: not that of a row, of a frame in an error report, or of a list."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Nothing of it."""
        return "<secret>"


class SecretField(KeyField):
    """A column of secrets. It is stored as it is."""

    def from_db_value(self, value: str | None, *_: object) -> Secret | None:
        """As the rows have it."""
        return None if value is None else Secret(value)

    def deconstruct(self) -> Any:
        """For the database it is a text like any other."""
        name, _, args, kwargs = super().deconstruct()
        return name, f"{KeyField.__module__}.{KeyField.__qualname__}", args, kwargs


def true_where(condition: Q) -> models.GeneratedField:
    """A column that the database sets: true where the condition holds, else NULL.

    A unique constraint that it is part of is one for those rows alone, since NULL equals nothing. MariaDB and MySQL have no
    constraint with a condition.
    """
    return models.GeneratedField(
        expression=Case(When(condition, then=Value(True))),
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )
