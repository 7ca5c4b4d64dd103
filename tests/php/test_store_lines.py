"""xpay-store over its lines: what it says of a statement when MariaDB and PostgreSQL refuse, stop, restart and die. Nothing is certain
but what the database has confirmed or refused."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import phps
import sandbox
from tests import databases, kit

from .shop_with_database import BIN, DatabaseShop

MINE = {"mysql": "SELECT CONNECTION_ID()", "postgres": "SELECT pg_backend_pid()"}
WAITS = {"mysql": "SELECT SLEEP(60)", "postgres": "SELECT pg_sleep(60)"}
# As a statement of the core that changes a row, on a table of these tests.
PLACE = {"mysql": "?", "postgres": "$1"}
LOCKS = {
    "mysql": ["SET SESSION innodb_lock_wait_timeout = 1"],
    "postgres": ["SET lock_timeout = '1s'", "SET statement_timeout = '10s'"],
}


class Lines:
    """A store that has introduced itself."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self.process, self.to, self.read = process, process.stdin, process.stdout
        self.hello = json.loads(self.read.readline())

    def ask(
        self, sql: str, *values: str | None, rows: bool = False, fresh: bool = False, on_connect: list[str] | None = None
    ) -> Any:
        self.write(sql, *values, rows=rows, fresh=fresh, on_connect=on_connect)
        return self.answer()

    def write(
        self, sql: str, *values: str | None, rows: bool = False, fresh: bool = False, on_connect: list[str] | None = None
    ) -> None:
        statement = {
            "operation": "any",
            "sql": sql,
            "values": values,
            "rows": rows,
            "fresh": fresh,
            "on_connect": on_connect or [],
        }
        self.to.write(json.dumps(statement) + "\n")
        self.to.flush()

    def answer(self) -> Any:
        said = self.read.readline()
        print(said)
        assert databases.PASSWORD not in said
        return json.loads(said)


@pytest.fixture(scope="module", params=[databases.mariadb, databases.postgresql], ids=lambda make: str(make.__name__))
def server(request: pytest.FixtureRequest) -> Iterator[databases.Server]:
    with request.param() as started:
        words = " ENGINE=InnoDB CHARACTER SET utf8mb4" if started.kind == "mysql" else ""
        started.sql(f"CREATE TABLE one (name varchar(200) PRIMARY KEY, step integer){words}")
        if started.kind == "postgres":
            started.sql(f"GRANT SELECT, INSERT, UPDATE ON one TO {databases.USER}")
        yield started


@pytest.fixture(params=phps.NAMES, ids=phps.slug)
def shop(request: pytest.FixtureRequest, gateway: sandbox.Sandbox, server: databases.Server, tmp_path: Path) -> DatabaseShop:
    server.sql("DELETE FROM one; INSERT INTO one VALUES ('a', 1)")
    return DatabaseShop.made(gateway, server, tmp_path / "home", kit.php(request.param), "ffi")


@contextlib.contextmanager
def opened(shop: DatabaseShop) -> Iterator[Lines]:
    call = [shop.php, "-d", "ffi.enable=true", str(BIN / "xpay-store"), "--home", str(shop.home)]
    with subprocess.Popen(
        call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=shop.environment()
    ) as process:
        try:
            yield Lines(process)
        finally:
            process.kill()


def test_values_and_rows_are_text(shop: DatabaseShop) -> None:
    with opened(shop) as lines:
        kind = shop.server.kind
        assert lines.hello == {"sql": "mysql" if kind == "mysql" else "pgsql", "placeholder": PLACE[kind]}
        for text in ["한글 '\"\\ ? $1 :a -- ;", "", "1", "0.10", "\U0001f600", "line\nline"]:
            assert lines.ask(f"UPDATE one SET name = {PLACE[kind]}, step = step + 1", text) == {"changed": 1}
            assert lines.ask("SELECT name, step, NULL FROM one", rows=True)["rows"][0][0::2] == [text, None]
        assert lines.ask("SELECT step FROM one WHERE name = " + PLACE[kind], "no", rows=True) == {"rows": []}
        assert lines.ask("UPDATE one SET step = step + 1 WHERE name = " + PLACE[kind], None) == {"changed": 0}
        integer = f"CAST({PLACE[kind]} AS {'SIGNED' if kind == 'mysql' else 'integer'})"
        assert lines.ask(f"UPDATE one SET step = {integer}", "42") == {"changed": 1}
        assert lines.ask("SELECT step FROM one", rows=True) == {"rows": [["42"]]}


def test_a_connection_stays_until_a_fresh_one_is_wanted(shop: DatabaseShop) -> None:
    mine, on_connect = MINE[shop.server.kind], ["UPDATE one SET step = step + 1"]
    with opened(shop) as lines:
        first = lines.ask(mine, rows=True, on_connect=on_connect)
        assert lines.ask(mine, rows=True, on_connect=on_connect) == first
        assert lines.ask(mine, rows=True, fresh=True, on_connect=on_connect) != first
        assert lines.ask("SELECT step FROM one", rows=True) == {"rows": [["3"]]}
        # Without what it is to execute first, a connection is of no use.
        assert "not_done" in lines.ask("UPDATE one SET step = 9", fresh=True, on_connect=["no SQL"])
        assert lines.ask("SELECT step FROM one", rows=True) == {"rows": [["3"]]}


def test_a_refusal_is_not_done_and_the_connection_stays(shop: DatabaseShop) -> None:
    kind = shop.server.kind
    with opened(shop) as lines:
        mine = lines.ask(MINE[kind], rows=True)
        insert = f"INSERT INTO one VALUES ({PLACE[kind]}, 1)"
        said = lines.ask(insert, "a")
        assert "not_done" in said and ("Duplicate" in said["not_done"] or "duplicate" in said["not_done"])
        for wrong in ("no SQL", "UPDATE nobody SET step = 1", "DROP TABLE one"):
            assert "not_done" in lines.ask(wrong)
        secret = "x" * 150 + "a buyer"
        assert "buyer" not in json.dumps(lines.ask(insert, secret * 2))
        assert lines.ask(MINE[kind], rows=True) == mine


def test_a_lock_that_is_not_released_is_not_done(shop: DatabaseShop) -> None:
    kind = shop.server.kind
    holder = subprocess.Popen(
        shop.server.client(f"BEGIN; UPDATE one SET step = 5; {WAITS[kind]}"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        holds = {
            "mysql": "SELECT 1 FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'",
            "postgres": "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND wait_event = 'PgSleep'",
        }
        kit.until(lambda: shop.server.sql(holds[kind]).strip())
        with opened(shop) as lines:
            assert "not_done" in lines.ask("UPDATE one SET step = 6", on_connect=LOCKS[kind])
    finally:
        holder.kill()
        holder.wait()
        end = {
            "mysql": "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'",
            "postgres": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()",
        }
        said = shop.server.sql(end[kind])
        for kill in said.splitlines() if kind == "mysql" else []:
            with contextlib.suppress(RuntimeError):
                shop.server.sql(kill)


def waiting(server: databases.Server) -> str:
    """The session that waits in its statement."""
    look = {
        "mysql": f"SELECT id FROM information_schema.processlist WHERE user = '{databases.USER}' AND state = 'User sleep'",
        "postgres": f"SELECT pid FROM pg_stat_activity WHERE usename = '{databases.USER}' AND wait_event = 'PgSleep'",
    }
    return kit.until(lambda: server.sql(look[server.kind]).strip())


@pytest.mark.parametrize("how", ["cancelled", "ended", "killed"])
def test_what_ends_within_a_statement_is_unknown(how: str, shop: DatabaseShop) -> None:
    server = shop.server
    with opened(shop) as lines:
        lines.write(WAITS[server.kind], rows=True)
        session = waiting(server)
        if how == "killed":
            server.kill()
        else:
            call = {
                ("mysql", "cancelled"): "KILL QUERY {}",
                ("mysql", "ended"): "KILL {}",
                ("postgres", "cancelled"): "SELECT pg_cancel_backend({})",
                ("postgres", "ended"): "SELECT pg_terminate_backend({})",
            }[server.kind, how]
            server.sql(call.format(session))
        assert "unknown" in lines.answer()
        if how == "killed":
            assert "not_done" in lines.ask("UPDATE one SET step = 2", fresh=True)
            server.start()
        assert lines.ask("UPDATE one SET step = 2", fresh=True) == {"changed": 1}


def test_a_session_that_ended_while_it_was_idle_is_unknown(shop: DatabaseShop) -> None:
    server = shop.server
    with opened(shop) as lines:
        mine = lines.ask(MINE[server.kind], rows=True)["rows"][0][0]
        server.sql(f"KILL {mine}" if server.kind == "mysql" else f"SELECT pg_terminate_backend({mine})")
        assert "unknown" in lines.ask("UPDATE one SET step = 2")
        assert lines.ask("UPDATE one SET step = 2", fresh=True) == {"changed": 1}


def test_a_server_that_stands_still_is_not_awaited(shop: DatabaseShop) -> None:
    server = shop.server
    with opened(shop) as lines:
        assert lines.ask("UPDATE one SET step = 2") == {"changed": 1}
        server.stop()
        try:
            assert "unknown" in lines.ask("UPDATE one SET step = step + 1")
            assert "not_done" in lines.ask("UPDATE one SET step = step + 1", fresh=True)
        finally:
            server.go_on()
        assert "rows" in lines.ask("SELECT step FROM one", rows=True, fresh=True)


def test_a_database_that_is_read_only_has_not_done_it(shop: DatabaseShop) -> None:
    server = shop.server
    on = (
        "SET GLOBAL read_only = 1"
        if server.kind == "mysql"
        else f"ALTER ROLE {databases.USER} SET default_transaction_read_only = on"
    )
    off = (
        "SET GLOBAL read_only = 0"
        if server.kind == "mysql"
        else f"ALTER ROLE {databases.USER} RESET default_transaction_read_only"
    )
    server.sql(on)
    try:
        with opened(shop) as lines:
            assert "not_done" in lines.ask("UPDATE one SET step = 2")
            assert "rows" in lines.ask("SELECT step FROM one", rows=True)
    finally:
        server.sql(off)


@pytest.mark.parametrize("wrong", ["password", "user", "host", "database", "port"])
def test_no_connection_is_not_done_and_says_why(wrong: str, shop: DatabaseShop, closed_port: int) -> None:
    conf, dsn = shop.home / "conf/mall.conf", shop.server.dsn
    others = {
        "password": lambda: (shop.home / "password").write_text("another-secret", "utf-8"),
        "user": lambda: conf.write_text(conf.read_text("utf-8").replace('"shop"', '"nobody"'), "utf-8"),
        "host": lambda: conf.write_text(conf.read_text("utf-8").replace("host=127.0.0.1", "host=no.invalid"), "utf-8"),
        "database": lambda: conf.write_text(conf.read_text("utf-8").replace("dbname=shop", "dbname=none"), "utf-8"),
        "port": lambda: conf.write_text(
            conf.read_text("utf-8").replace(f"port={shop.server.port}", f"port={closed_port}"), "utf-8"
        ),
    }
    others[wrong]()
    assert dsn
    with opened(shop) as lines:
        said = lines.ask("UPDATE one SET step = 2")
        assert len(said["not_done"]) > 20 and "another-secret" not in said["not_done"]


def test_without_a_dsn_there_is_no_store(gateway: sandbox.Sandbox) -> None:
    done = subprocess.run(
        [kit.php("PHP 8"), "-d", "ffi.enable=true", BIN / "xpay-store", "--home", gateway.home],
        env={**os.environ, "XPAYCLIENT_LIB": str(sandbox.LIBRARY)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "") and "journal_dsn" in done.stderr
