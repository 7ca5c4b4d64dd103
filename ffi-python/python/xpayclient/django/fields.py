"""Columns that every database treats alike: names that differ by case, secrets, and rules that hold for some rows only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Q, Value, When

from xpayclient._secret import Secret

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class KeyField(_Text):
    """A name that is another one as soon as a letter differs: MariaDB and MySQL ignore case and accents, unless told."""

    def exact(self, connection: Any) -> str | None:
        """The collation that it needs, where that is not the database's own way."""
        return "utf8mb4_bin" if connection.vendor == "mysql" else None

    def db_parameters(self, connection: Any) -> Any:
        """With that collation."""
        collation = self.exact(connection)
        return super().db_parameters(connection) | ({"collation": collation} if collation else {})


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
