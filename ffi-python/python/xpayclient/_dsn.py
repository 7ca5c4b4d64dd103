"""Where the journal's database is: a DSN as PDO writes it, or a URL as SQLAlchemy and Django write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional
from urllib.parse import parse_qsl, unquote, urlsplit

from ._secret import hides

MYSQL, POSTGRESQL = "mysql", "postgresql"
_KINDS = {"mysql": MYSQL, "mariadb": MYSQL, "pgsql": POSTGRESQL, "postgres": POSTGRESQL, "postgresql": POSTGRESQL}
_PORTS = {MYSQL: 3306, POSTGRESQL: 5432}


@dataclass(frozen=True)
class Place:
    """A database. What a repr shows of it is no secret."""

    database: str
    """``mysql`` or ``postgresql``."""
    host: str
    port: int
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    socket: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """What else it says, for the driver: ``sslmode``, ``charset``."""


def kind(name: str) -> str:
    """``mysql`` or ``postgresql``, by any of their names; ValueError for another."""
    found = _KINDS.get(name.lower())
    if found is None:
        raise ValueError(f"the database has to be mysql or postgresql; found [{name}]")
    return found


@hides("dsn")
def read(dsn: str) -> Place:
    """ValueError, which shows no part of it but names, unless it is one of both."""
    try:
        return _read(dsn)
    except ValueError as error:
        problem = str(error)
    # From here, where no variable has a part of it.
    raise ValueError(problem)


def _read(dsn: str) -> Place:
    scheme, colon, rest = dsn.strip().partition(":")
    if not colon:
        raise ValueError("the DSN has to begin with mysql: or pgsql:")
    # As SQLAlchemy names its drivers: mysql+pymysql.
    database = kind(scheme.partition("+")[0])
    found = _of_url(database, dsn.strip()) if rest.startswith("//") else _of_pdo(database, rest)
    if not found.name:
        raise ValueError("the DSN names no database: dbname=…")
    return found


def _of_pdo(database: str, rest: str) -> Place:
    given: dict[str, str] = {}
    # PDO's own driver for PostgreSQL takes blanks, too.
    for part in rest.replace(" ", ";").split(";") if database == POSTGRESQL else rest.split(";"):
        name, equals, value = part.partition("=")
        if part.strip() and not equals:
            raise ValueError("a part of the DSN has no =: it is written as host=…;port=…;dbname=…")
        if equals:
            given[name.strip().lower()] = value.strip()
    options = {name: given.pop(name) for name in list(given) if name not in _FIELDS}
    return Place(
        database,
        given.get("host", ""),
        _port(database, given.get("port")),
        given.get("dbname", ""),
        given.get("user", ""),
        given.get("password", ""),
        given.get("unix_socket", ""),
        tuple(options.items()),
    )


_FIELDS = ("host", "port", "dbname", "user", "password", "unix_socket")


def _of_url(database: str, url: str) -> Place:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Its own words show what may be a password with a colon or a slash in it.
        raise ValueError("the URL cannot be read: write special characters of user and password as %40") from None
    options = dict(parse_qsl(parts.query))
    return Place(
        database,
        options.pop("host", "") or unquote(parts.hostname or ""),
        _port(database, None if port is None else str(port)),
        unquote(parts.path.lstrip("/")),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        options.pop("unix_socket", ""),
        tuple(options.items()),
    )


def _port(database: str, text: Optional[str]) -> int:
    if not text:
        return _PORTS[database]
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError("the port of the DSN is no number from 1 to 65535")
    return int(text)
