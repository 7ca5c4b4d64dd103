"""What differs between drivers of databases: how each connects within seconds, and what its errors say of a statement."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Generator, Iterable
from contextlib import suppress
from importlib import import_module
from time import monotonic
from typing import Any, Callable, Optional

from ._dsn import MYSQL, POSTGRESQL, Place
from ._errors import XPayError

# Seconds.
CONNECT_TIMEOUT = 5
STATEMENT_TIMEOUT = 10

# A shop's driver, with the extra of the package that installs it. The first that is there is taken.
DRIVERS = {MYSQL: ("pymysql", "MySQLdb"), POSTGRESQL: ("psycopg", "psycopg2")}
EXTRAS = {MYSQL: "mysql", POSTGRESQL: "postgresql"}

# What a client of MySQL says by itself; the server's own numbers are below and above.
_CLIENT_ERRORS = range(2000, 3000)
# The server ends the session with it, or a deadline ended the statement.
_MYSQL_ENDS = {1040, 1042, 1043, 1053, 1077, 1078, 1079, 1080, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1184}
_MYSQL_ENDS |= {1317, 1835, 1927, 1969, 3024, 3168, 3169, 4031}
_POSTGRES_ENDS = ("08", "57P", "57014", "58", "F0", "XX")


def connector(place: Place) -> Callable[[], Any]:
    """Connects by the first driver that is installed. ImportError names the extra if none is."""
    for name in DRIVERS[place.database]:
        try:
            driver = import_module(name)
        except ImportError:
            continue
        connect: Callable[[], Any] = {
            "pymysql": _pymysql,
            "MySQLdb": _mysqldb,
            "psycopg": _psycopg,
            "psycopg2": _psycopg2,
        }[name](driver, place)
        return connect
    extra = f'pip install "xpayclient[{EXTRAS[place.database]}]"'
    raise ImportError(
        f"no driver for {place.database} is installed ({', '.join(DRIVERS[place.database])}): {extra} / "
        f"{place.database} 드라이버가 설치되지 않았습니다: {extra}"
    )


def _pymysql(driver: Any, place: Place) -> Callable[[], Any]:
    # While it connects they hold for the server's greeting, too. `begin` sets those of statements.
    timeouts = {"read_timeout": CONNECT_TIMEOUT, "write_timeout": CONNECT_TIMEOUT}
    return lambda: driver.connect(**_of_mysql(place), **timeouts, autocommit=True)


def _mysqldb(driver: Any, place: Place) -> Callable[[], Any]:
    return lambda: driver.connect(
        **_of_mysql(place), read_timeout=STATEMENT_TIMEOUT, write_timeout=STATEMENT_TIMEOUT, autocommit=True
    )


def _of_mysql(place: Place) -> dict[str, Any]:
    where: dict[str, Any] = (
        {"unix_socket": place.socket} if place.socket else {"host": place.host or "127.0.0.1", "port": place.port}
    )
    options = {name: value for name, value in place.options if name != "charset"}
    who = {"user": place.user, "password": place.password, "database": place.name}
    return {"connect_timeout": CONNECT_TIMEOUT, "charset": "utf8mb4", **where, **who, **options}


def _psycopg(driver: Any, place: Place) -> Callable[[], Any]:
    # No statement is prepared: a pooler between may give each to another session.
    return lambda: driver.connect(**_of_postgresql(place), autocommit=True, prepare_threshold=None)


def _psycopg2(driver: Any, place: Place) -> Callable[[], Any]:
    return lambda: driver.connect(**_of_postgresql(place))


def _of_postgresql(place: Place) -> dict[str, Any]:
    who = {"user": place.user, "password": place.password, "host": place.socket or place.host}
    # Milliseconds; the network that drops packets, not a server that stands still.
    alive = {"keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": STATEMENT_TIMEOUT * 1000}
    given = {name: value for name, value in who.items() if value}
    common = {"dbname": place.name, "port": place.port, "connect_timeout": CONNECT_TIMEOUT, "application_name": "xpayclient"}
    return {**alive, **common, **given, **dict(place.options)}


def _limit(connection: Any) -> None:
    """Waits of at most `STATEMENT_TIMEOUT`, as far as the driver can be told so: what it cannot do the library does."""
    if hasattr(connection, "_read_timeout") and hasattr(connection, "_write_timeout"):
        # PyMySQL.
        connection._read_timeout = connection._write_timeout = STATEMENT_TIMEOUT
    elif hasattr(connection, "pgconn") and hasattr(connection, "wait"):
        # psycopg 3. The server ends a statement by itself, but not while it stands still.
        wait = connection.wait
        connection.wait = lambda generator, *more, **named: wait(_ends(generator), *more, **named)


def _ends(generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """The same generator, that is woken for its data or after a while without, until there was none for too long."""
    end = monotonic() + STATEMENT_TIMEOUT
    try:
        wanted = next(generator)
        while True:
            ready = yield wanted
            if not ready and monotonic() > end:
                raise TimeoutError(f"no answer within {STATEMENT_TIMEOUT} seconds")
            wanted = generator.send(ready)
    except StopIteration as done:
        return done.value


def begin(connection: Any, database: str, statements: Iterable[str]) -> None:
    """Makes a new connection ready. `Unfit` if it is in a transaction, or cannot be used for another reason."""
    _limit(connection)
    in_use = in_transaction(connection)
    if in_use is None:
        in_use = _probe(connection, database)
    if in_use:
        raise Unfit(
            "the connection is inside a transaction of the shop; the journal needs a connection that is used for nothing else",
            True,
        )
    if database == MYSQL and _counts_what_it_finds(connection):
        raise Unfit("the connection has CLIENT.FOUND_ROWS, with which rows are counted that did not change: connect without")
    _commit_by_itself(connection, database)
    for statement in statements:
        run(connection, statement)


class Unfit(Exception):
    """Why a connection cannot be used."""

    def __init__(self, why: str, is_the_shops: bool = False) -> None:
        """`is_the_shops`: to close it would end what the shop is doing."""
        super().__init__(why)
        self.is_the_shops = is_the_shops


def _commit_by_itself(connection: Any, database: str) -> None:
    known = getattr(connection, "autocommit", None)
    if callable(known):
        known(True)
    elif hasattr(connection, "autocommit"):
        connection.autocommit = True
    elif database != MYSQL:
        # MySQL's is switched on by a statement of the journal.
        raise Unfit("its driver has no autocommit")


# Of libpq: a statement is under way, in a transaction, in one that failed.
_OPEN = (1, 2, 3)


def in_transaction(connection: Any) -> Optional[bool]:
    """Whether a transaction is open, as far as the driver knows without asking the server; None where it does not."""
    status = getattr(connection, "get_transaction_status", None)
    if status is not None:
        return status() in _OPEN
    status = getattr(getattr(connection, "info", None), "transaction_status", None)
    if status is not None:
        return status in _OPEN
    flags = getattr(connection, "server_status", None)
    # PyMySQL: SERVER_STATUS_IN_TRANS.
    return bool(flags & 1) if isinstance(flags, int) else None


def _probe(connection: Any, database: str) -> bool:
    """Asks the server, with a statement that changes nothing outside a transaction."""
    if database == MYSQL:
        try:
            run(connection, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        except Exception as error:
            if number(error) == 1568:
                return True
            raise
        return False
    _commit_by_itself(connection, database)
    try:
        run(connection, "SAVEPOINT xpayclient")
    except Exception as error:
        if state(error) == "25P01":
            return False
        raise
    run(connection, "RELEASE SAVEPOINT xpayclient")
    return True


def _counts_what_it_finds(connection: Any) -> bool:
    flags = getattr(connection, "client_flag", 0)
    return isinstance(flags, int) and bool(flags & 2)


def run(connection: Any, sql: str, values: tuple[Optional[str], ...] = ()) -> tuple[str, Any]:
    """Executes one statement: ``changed`` and how many rows, or ``rows`` as text."""
    cursor = connection.cursor()
    try:
        if values:
            cursor.execute(sql, values)
        else:
            cursor.execute(sql)
        done = ("changed", max(0, cursor.rowcount)) if cursor.description is None else ("rows", _texts(cursor.fetchall()))
    except BaseException:
        with suppress(Exception):
            cursor.close()
        raise
    # It is done, whatever becomes of the cursor.
    with suppress(Exception):
        cursor.close()
    return done


def _texts(rows: Iterable[Iterable[Any]]) -> list[list[Optional[str]]]:
    return [[_text(value) for value in row] for row in rows]


def _text(value: Any) -> Optional[str]:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    return None if value is None else str(value)


def surely_not_done(error: Exception, connection: Any, database: str) -> bool:
    """Whether the server has answered the statement with an error, and goes on with the session."""
    if database == MYSQL:
        code = number(error)
        has_answered = code is not None and code not in _CLIENT_ERRORS and code not in _MYSQL_ENDS and code >= 1000
    else:
        known = state(error)
        has_answered = known is not None and not known.startswith(_POSTGRES_ENDS)
    if not has_answered:
        return False
    try:
        return run(connection, "SELECT 1") == ("rows", [["1"]]) and not in_transaction(connection)
    except Exception:
        return False


def number(error: BaseException) -> Optional[int]:
    """MySQL's number of an error, from whichever driver."""
    found = [getattr(error, "errno", None), *error.args[:1]]
    return next((code for code in found if isinstance(code, int) and code > 0), None)


def state(error: BaseException) -> Optional[str]:
    """PostgreSQL's SQLSTATE of an error, from whichever driver."""
    found = [getattr(error, "sqlstate", None), getattr(error, "pgcode", None)]
    # pg8000's.
    found += [first.get("C") for first in error.args[:1] if isinstance(first, dict)]
    return next((code for code in found if isinstance(code, str) and len(code) == 5), None)


# By which a driver says that it could not connect, or lost the connection.
_SPEAKING = ("OperationalError", "InterfaceError", "DatabaseError", "ProgrammingError", "InternalError", "NotSupportedError")


def described(error: BaseException, hidden: Iterable[Optional[str]]) -> str:
    """What happened, in the driver's words, without what is `hidden`: an exception may show anything."""
    name = type(error).__name__
    if isinstance(error, (XPayError, Unfit, ImportError)):
        return str(error)
    code = number(error) or state(error)
    known = code or isinstance(error, OSError) or any(base.__name__ in _SPEAKING for base in type(error).__mro__)
    if not known:
        return name
    first = error.args[0] if error.args else ""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    words = primary or (error.args[1] if isinstance(first, int) and len(error.args) > 1 else first)
    lines = str(words).strip().splitlines() if isinstance(words, (str, bytes)) else []
    return " ".join(filter(None, [name, str(code or ""), _masked(" ".join(lines[:1]), hidden)]))


def _masked(text: str, hidden: Iterable[Optional[str]]) -> str:
    secrets = sorted({one for one in hidden if one and len(one) > 3}, key=len, reverse=True)

    def shown(quoted: re.Match[str]) -> str:
        inside = quoted[2]
        # A server cuts long values.
        return "…" if len(inside) > 2 and any(inside in one for one in secrets) else quoted[0]

    text = re.sub(r"(['\"`])(.*?)\1", shown, text)
    for one in secrets:
        text = text.replace(one, "…")
    text = re.sub(r"(://[^:/@\s]*):[^\s]*@", r"\1:…@", text)
    return re.sub(r"(?i)\b(password|passwd|pwd)(\s*[=:]\s*)\S+", r"\1\2…", text)


def cut(connection: Any) -> None:
    """Ends the wait of another thread for a connection, at the socket."""
    with suppress(Exception):
        inner = getattr(connection, "_sock", None)
        number = (inner or connection).fileno()
        with socket.socket(fileno=os.dup(number)) as copy:
            copy.shutdown(socket.SHUT_RDWR)


def close(connection: Any) -> None:
    """Closes it, whatever state it is in."""
    with suppress(Exception):
        connection.close()
