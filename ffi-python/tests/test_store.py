"""A store without a database: what a driver's errors and a DSN mean, in every CPython. tests/python/test_store.py has the databases."""

from __future__ import annotations

import gc
import sys
import threading

import pytest
from xpayclient import XPayClient, XPayError, _dsn, _native
from xpayclient.store import Store


class DatabaseError(Exception):
    """As every driver has it."""


class OperationalError(DatabaseError):
    def __init__(self, *args, sqlstate=None):
        super().__init__(*args)
        self.sqlstate = sqlstate


class Cursor:
    description, rowcount = None, 1

    def __init__(self, connection):
        self.connection = connection

    def execute(self, sql, values=None):
        self.connection.said.append((sql, values))
        answer = self.connection.answers.pop(0) if self.connection.answers else None
        if isinstance(answer, BaseException):
            raise answer
        if sql == "SELECT 1":
            self.description = [("1",)]

    def fetchall(self):
        return [(1,)]

    def close(self):
        raise RuntimeError("what a cursor says at its end changes nothing")


class Connection:
    """What it answers, statement by statement: an exception is raised."""

    autocommit = True
    server_status = 2

    def __init__(self, *answers):
        self.answers, self.said, self.is_closed = list(answers), [], False

    def cursor(self):
        return Cursor(self)

    def close(self):
        self.is_closed = True


def asked(connection, database, values=("a secret value",)):
    """What a store says of one statement on it, and whether it keeps it."""
    store = Store(lambda: connection, database)
    said = store.execute("mark", "UPDATE", list(values), False, [])
    is_kept = not connection.is_closed
    store.close()
    return (*said, is_kept)


@pytest.mark.parametrize("code", [1290, 1213, 1205, 1142, 1146, 1406, 1062, 3572])
def test_an_answer_of_mysql_is_not_done(code):
    kind, why, is_kept = asked(Connection(OperationalError(code, "Data too long: 'a secret value'")), "mysql")
    assert (kind, is_kept) == ("not_done", True)
    assert str(code) in why and "secret" not in why


@pytest.mark.parametrize("code", [2006, 2013, 2002, 2055, 1053, 1927, 4031, 1317, 1969, 3024, 1152, 1158, 0, None, "1290"])
def test_everything_else_of_mysql_is_unknown(code):
    kind, _, is_kept = asked(Connection(OperationalError(code, "lost")), "mysql")
    assert (kind, is_kept) == ("unknown", False)


@pytest.mark.parametrize("code", ["25006", "40001", "40P01", "42P01", "55P03", "23505", "53100"])
def test_an_answer_of_postgresql_is_not_done(code):
    kind, why, is_kept = asked(Connection(OperationalError("read-only\nDETAIL: a secret value", sqlstate=code)), "postgresql")
    assert (kind, why, is_kept) == ("not_done", f"OperationalError {code} read-only", True)


@pytest.mark.parametrize("code", ["57P01", "57P02", "57P03", "57P05", "08006", "08P01", "57014", "58030", "XX000", None, "5"])
def test_everything_else_of_postgresql_is_unknown(code):
    kind, _, is_kept = asked(Connection(OperationalError("lost", sqlstate=code)), "postgresql")
    assert (kind, is_kept) == ("unknown", False)


@pytest.mark.parametrize("database", ["mysql", "postgresql"])
def test_an_answer_after_which_nothing_answers_is_unknown(database):
    refused = OperationalError(1290, "read-only", sqlstate="25006")
    kind, _, is_kept = asked(Connection(refused, OperationalError(2013, "lost")), database)
    assert (kind, is_kept) == ("unknown", False)


@pytest.mark.parametrize(
    "error", [TimeoutError("timed out"), OSError(104, "reset"), KeyError("a secret value"), ValueError("a secret value")]
)
def test_what_is_no_answer_is_unknown_and_shows_nothing(error):
    kind, why, is_kept = asked(Connection(error), "mysql")
    assert (kind, is_kept) == ("unknown", False) and why.startswith(type(error).__name__) and "secret" not in why


def test_what_fails_before_the_statement_is_not_done():
    def refuses():
        raise OperationalError(2003, "Can't connect: postgres://shop:hidden-one@db/shop password=hidden-two")

    kind, why = Store(refuses, "mysql").execute("begin", "INSERT", ["x"], False, [])
    assert kind == "not_done" and "2003" in why and "hidden" not in why
    connection = Connection(OperationalError(2013, "lost"))
    store = Store(lambda: connection, "mysql")
    assert store.execute("begin", "INSERT", ["x"], False, ["SET a = 1"])[0] == "not_done"
    assert connection.is_closed and [sql for sql, _ in connection.said] == ["SET a = 1"]


def test_what_is_no_exception_leaves_as_it_is():
    connection = Connection(KeyboardInterrupt())
    store = Store(lambda: connection, "mysql")
    with pytest.raises(KeyboardInterrupt):
        store.execute("begin", "INSERT", ["x"], False, [])
    assert connection.is_closed


def test_a_statement_that_was_not_committed_is_unknown():
    class Open(Cursor):
        def execute(self, sql, values=None):
            super().execute(sql, values)
            self.connection.server_status = 3

    connection = Connection()
    connection.cursor = lambda: Open(connection)
    kind, why, is_kept = asked(connection, "mysql")
    assert (kind, is_kept) == ("unknown", False) and "commit" in why


def test_a_fresh_one_takes_the_place_of_those_that_were_idle():
    made = []

    def connect():
        made.append(Connection())
        return made[-1]

    store = Store(connect, "mysql", paramstyle="qmark")
    assert store.placeholder == "?"
    for is_fresh, count in ((False, 1), (False, 1), (True, 2), (False, 2)):
        assert store.execute("mark", "UPDATE", ["1", None], is_fresh, []) == ("changed", 1)
        assert len(made) == count
    assert made[0].is_closed and made[1].said == [("UPDATE", ("1", None))] * 2
    del store
    gc.collect()
    assert made[1].is_closed


def test_a_driver_that_never_answers_is_left_behind():
    """What the library counts on, whatever a driver does."""
    released = threading.Event()

    class Waiting(Store):
        def execute(self, *question):
            released.wait()
            return super().execute(*question)

    said = _native.execute(Waiting(Connection, "mysql"), "begin", "INSERT", ["x"], False, [])
    released.set()
    assert said == ("unknown", "the database did not answer within 12 seconds")


@pytest.mark.parametrize(
    "said", [None, ("changed",), ("changed", -1), ("changed", "1"), ("done", 1), ("rows", [[1]]), ("rows", 1)]
)
def test_an_answer_that_is_none_is_unknown(said, monkeypatch):
    class Odd(Store):
        def execute(self, *question):
            return said

    # pytest would turn what is unraisable into a failure.
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    kind, why = _native.execute(Odd(Connection, "mysql"), "begin", "INSERT", ["x"], False, [])
    assert kind == "unknown" and "raised" in why


PLACES = {
    "mysql:host=10.0.0.5;port=3307;dbname=shop": ("mysql", "10.0.0.5", 3307, "shop", "", "", ""),
    "mysql:unix_socket=/run/mysqld.sock;dbname=shop": ("mysql", "", 3306, "shop", "", "", "/run/mysqld.sock"),
    "pgsql:host=db;dbname=shop;user=a;password=hidden;sslmode=require": ("postgresql", "db", 5432, "shop", "a", "hidden", ""),
    "pgsql:host=db dbname=shop": ("postgresql", "db", 5432, "shop", "", "", ""),
    "mariadb+mysqlconnector://a:b%40c@db:3307/shop": ("mysql", "db", 3307, "shop", "a", "b@c", ""),
    "postgres://db/shop?sslmode=require": ("postgresql", "db", 5432, "shop", "", "", ""),
    "postgresql://a@/shop?host=/run/postgresql": ("postgresql", "/run/postgresql", 5432, "shop", "a", "", ""),
}


@pytest.mark.parametrize("dsn", PLACES)
def test_a_dsn_and_a_url_are_read(dsn):
    place = _dsn.read(dsn)
    assert (place.database, place.host, place.port, place.name, place.user, place.password, place.socket) == PLACES[dsn]
    assert dict(place.options) == ({"sslmode": "require"} if "sslmode" in dsn else {})
    assert place.password == "" or place.password not in repr(place)


@pytest.mark.parametrize(
    "dsn",
    [
        "",
        "hidden-one",
        "oracle:host=db;password=hidden-one",
        "mysql:host=db;password=hidden-one",
        "mysql:host=db;dbname=shop;hidden-one",
        "pgsql:host=db;dbname=shop;port=hidden-one",
        "postgres://shop:hidden-one/2@db/shop",
        "postgres://shop:hidden-one@db:99999/shop",
        "postgres://shop:hidden-one@db/",
    ],
)
def test_a_dsn_that_is_none_is_refused_without_a_part_of_it(dsn):
    with pytest.raises(ValueError) as raised:
        Store.from_dsn(dsn)
    frames, error = [], raised.value
    trace = error.__traceback__
    while trace is not None:
        if "xpayclient" in trace.tb_frame.f_globals.get("__name__", ""):
            frames.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    assert frames and error.__cause__ is error.__context__ is None
    assert "hidden-one" not in str(error) + "".join(frames)


@pytest.mark.parametrize(("database", "paramstyle"), [("oracle", "format"), ("mysql", "named"), ("sqlite", "qmark")])
def test_a_store_for_something_else_is_refused(database, paramstyle):
    with pytest.raises(ValueError):
        Store(Connection, database, paramstyle=paramstyle)


def test_a_driver_is_asked_for_when_it_is_needed(gateway):
    """Without one the payment is in the files, or, where it has to be in the database, nothing is sent."""
    with XPayClient(gateway.home, "test", mid="tlgdacomxpay") as client:
        client.set_config("journal_dsn", "pgsql:host=127.0.0.1;port=1;dbname=shop")
        oid = gateway.order()
        assert client.pay_by_key(gateway.paykey(oid), 23400).is_success
        client.set_config("journal", "strict")
        with pytest.raises(XPayError) as raised:
            client.pay_by_key(gateway.paykey(gateway.order()), 23400)
    assert raised.value.code == "90006"
