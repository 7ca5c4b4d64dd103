"""The journal in the shop's own database: what is true of a payment stays true, whatever becomes of the database or the process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests import kit
from tests.databases import PASSWORD, Server
from tests.python import shops
from tests.python.shops import MID, WAYS, Shop


@pytest.fixture
def shop(gateway: Sandbox, database: Server, tmp_path: Path, installed: Path) -> Shop:
    return Shop(gateway, database, tmp_path, installed)


def backend(store: Any) -> str:
    """Which session of the database serves the next statement."""
    sql = {"mysql": "SELECT CONNECTION_ID()", "postgresql": "SELECT pg_backend_pid()"}[store.database]
    kind, rows = store.execute("facts", sql, [], False, [])
    assert kind == "rows"
    return str(rows[0][0])


@pytest.mark.parametrize("way", WAYS)
def test_a_payment_is_in_the_database(shop: Shop, way: str) -> None:
    with shop.client(way) as client:
        client.check_journal()
        oid, paykey = shop.order()
        paid = client.pay_by_key(paykey, 23400)
        assert (paid.code, shop.balance(oid)) == ("0000", 23400)
        assert shop.states() == ["delivered"]
        assert client.cancel(paid.tid, means=paid.means).code == "0000"
        assert shop.states() == ["delivered", "delivered"]
        assert client.open_transactions() == []


def test_the_sample_of_the_page_pays(shop: Shop) -> None:
    import sqlalchemy
    from xpayclient import XPayClient
    from xpayclient.store import Store

    home, database_url, paykey = shop.home, shops.url(shop.server), shop.order()[1]
    store = Store.from_engine(sqlalchemy.create_engine(database_url))
    client = XPayClient(home, "test", mid="tlgdacomxpay", store=store)
    paid = client.pay_by_key(paykey, 23400)
    assert (paid.code, shop.states()) == ("0000", ["delivered"])
    client.close()


@pytest.mark.parametrize("way", WAYS)
def test_a_step_that_fails_rolls_the_payment_back(shop: Shop, way: str) -> None:
    oid, paykey = shop.order()
    with shop.client(way) as client:
        with pytest.raises(ZeroDivisionError), client.transaction() as tx:
            assert tx.pay_by_key(paykey, 23400).is_success
            assert shop.states() == ["approved"]
            print(1 / 0)
        assert tx.outcome.name == "ROLLED_BACK"
    assert (shop.states(), shop.balance(oid)) == (["rolled_back"], 0)


def test_what_another_machine_undid_meanwhile_is_told(shop: Shop) -> None:
    """In the middle of the shop's own step, which took longer than the transaction is its own."""
    from xpayclient import XPayError

    oid, paykey = shop.order()
    with shop.client() as client, shop.client() as other:
        with pytest.raises(XPayError) as raised, client.transaction() as tx:
            tx.pay_by_key(paykey, 23400)
            shop.server.sql("UPDATE xpay_journal SET due = '2001-01-01 00:00:00'")
            assert other.undo_transaction(tx.tx_id, "the buyer called").is_success
        assert raised.value == tx.error and (tx.outcome.name, raised.value.outcome.name) == ("ROLLED_BACK", "ROLLED_BACK")
    assert (shop.states(), shop.balance(oid)) == (["rolled_back"], 0)


def test_the_vendors_calls_keep_it_there_too(shop: Shop) -> None:
    with shop.client() as client:
        oid, paykey = shop.order()
        client.Init_TX(MID)
        client.Set("LGD_TXNAME", "PaymentByKey")
        client.Set("LGD_PAYKEY", paykey)
        assert client.TX_Guarded(lambda client: shop.states() == ["approved"])
        assert (shop.states(), shop.balance(oid)) == (["delivered"], 23400)
        assert client.Rollback("the buyer left") and shop.balance(oid) == 0
        assert shop.states() == ["rolled_back"]
        assert client.Recover() == 0


def test_a_setting_reaches_every_thread(shop: Shop) -> None:
    """One that has a session already, which knew no database."""
    client = shop.client("")
    begun, changed = threading.Event(), threading.Event()
    found = []

    def pays() -> None:
        client.Init_TX(MID)
        begun.set()
        changed.wait()
        client.Init_TX(MID)
        client.Set("LGD_TXNAME", "PaymentByKey")
        client.Set("LGD_PAYKEY", shop.order()[1])
        found.append((client.TX(), client.Response_Code()))

    thread = threading.Thread(target=pays)
    thread.start()
    begun.wait()
    (shop.home / "secret").write_text(PASSWORD)
    for name, value in (("dsn", shop.server.dsn), ("user", "shop"), ("password_file", str(shop.home / "secret"))):
        client.set_config(f"journal_{name}", value)
    changed.set()
    thread.join()
    assert found == [(True, "0000")] and shop.states() == ["delivered"]
    client.set_config("journal_dsn", "")
    client.pay_by_key(shop.order()[1], 23400)
    assert shop.states() == ["delivered"]


@pytest.mark.parametrize("paid", [False, True], ids=["before", "after"])
def test_another_machine_rolls_back_what_a_killed_process_left(shop: Shop, paid: bool) -> None:
    """Before the answer, and after the approval was recorded in a guard."""
    oid, paykey = shop.order()
    shop.use_settings()
    if not paid:
        shop.gateway.ask("/faults", {"fault": "hang"})
    guarded = """
        client = client_of()
        with client.transaction() as tx:
            tx.pay_by_key(arguments[0], 23400)
            print("approved", flush=True)
            signal.pause()
    """
    with shop.process(guarded, paykey) as process:
        kit.until(lambda: shop.balance(oid) and shop.states() == (["approved"] if paid else ["sent"]))
        process.kill()
    ((tx_id, _),) = shop.server.rows()
    # Its lease is over.
    shop.server.sql("UPDATE xpay_journal SET due = '2001-01-01 00:00:00'")
    call = [sys.executable, "-m", "xpayclient", "recover", "--home", str(shop.home), "--json"]
    machines = [
        subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=shop.variables())
        for _ in range(4)
    ]
    said = [machine.communicate() for machine in machines]
    facts = [json.loads(output) for output, _ in said]
    if paid:
        # Whether the shop saved the order is for a person to say.
        assert [machine.returncode for machine in machines] == [3] * 4, said
        assert {one["state"] for fact in facts for one in fact["open"]} == {"unconfirmed"}
        assert (shop.rollbacks(tx_id), shop.balance(oid), shop.states()) == (0, 23400, ["approved"])
        return
    assert sum(len(fact["rolled_back"]) for fact in facts) == 1
    assert (shop.rollbacks(tx_id), shop.balance(oid), shop.states()) == (1, 0, ["rolled_back"])


def test_a_database_that_was_killed_in_the_middle_tells_the_truth(shop: Shop) -> None:
    """The approval is recorded once the database is back, and the shop is told of it then."""
    oid, paykey = shop.order()
    shop.gateway.ask("/faults", {"fault": "delay=1500"})
    told: list[Any] = []
    with shop.client() as client:
        paying = threading.Thread(target=lambda: told.append(client.pay_by_key(paykey, 23400)))
        paying.start()
        kit.until(lambda: shop.balance(oid))
        shop.server.kill()
        paying.join(3)
        shop.server.start()
        paying.join()
    assert (told[0].code, shop.balance(oid), shop.states()) == ("0000", 23400, ["delivered"])


def test_a_connection_that_was_cut_while_idle_is_replaced(shop: Shop) -> None:
    store = shops.store(shop.server)
    with shop.client() as client:
        client.check_journal()
        (idle,) = {backend(client._store)}
        shop.server.sql(f"KILL {idle}" if shop.server.kind == "mysql" else f"SELECT pg_terminate_backend({idle})")
        assert client.pay_by_key(shop.order()[1], 23400).code == "0000"
        assert shop.states() == ["delivered"] and backend(client._store) != idle
    assert store is not None and "shop-password" not in repr(store)


def test_a_database_that_refuses_leaves_files_and_a_warning(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    oid, paykey = shop.order()
    with shop.client() as client:
        shop.server.kill()
        assert client.pay_by_key(paykey, 23400).code == "0000"
        shop.server.start()
        assert (shop.states(), shop.balance(oid)) == ([], 23400)
    warned = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert any("recorded in the files of this machine" in line and "efused" in line for line in warned), caplog.text


def test_strict_sends_nothing_where_the_database_refuses(shop: Shop) -> None:
    from xpayclient import XPayError

    shop.set(journal="strict")
    oid, paykey = shop.order()
    with shop.client() as client:
        shop.server.kill()
        with pytest.raises(XPayError) as raised:
            client.pay_by_key(paykey, 23400)
        shop.server.start()
    assert (raised.value.code, raised.value.outcome.name) == ("90006", "NOT_SENT")
    assert not [seen for seen in shop.requests() if seen["parameters"].get("LGD_PAYKEY") == paykey]
    assert shop.balance(oid) == 0


@pytest.mark.long
@pytest.mark.parametrize("way", ["dsn", "engine", "engine, slow", "connect"])
@pytest.mark.parametrize("idle", [True, False], ids=["connected", "not connected"])
def test_a_database_that_stands_still_hangs_nobody(shop: Shop, idle: bool, way: str) -> None:
    """It accepts connections, and says nothing. Where the statement may have arrived, nothing is sent."""
    from xpayclient import XPayError

    if way == "engine, slow" and shop.server.kind != "mysql":
        pytest.skip("only MySQL's drivers have such a deadline")
    oid, paykey = shop.order()
    with shop.client(way) as client:
        if idle:
            client.check_journal()
        shop.server.stop()
        try:
            code = client.pay_by_key(paykey, 23400).code
        except XPayError as error:
            code = error.code
        shop.server.go_on()
        # What never had a connection was certainly not recorded there: then the files have it. But a driver without a deadline is
        # left behind, and nobody knows then.
        assert code == ("90006" if idle or way == "connect" else "0000")
        assert shop.balance(oid) == (23400 if code == "0000" else 0)
        # Then it is as before.
        assert client.pay_by_key(shop.order()[1], 23400).code == "0000"


@pytest.mark.parametrize("way", ["dsn", "engine", "connect"])
def test_a_fork_leaves_the_parents_connection_alone(shop: Shop, way: str) -> None:
    with shop.client(way) as client:
        client.check_journal()
        mine = backend(client._store)
        for pays in (True, False):
            key = shop.order()[1]
            child = os.fork()
            if child == 0:
                # Nothing of pytest may run here.
                try:
                    is_right = not pays or (client.pay_by_key(key, 23400).code == "0000" and backend(client._store) != mine)
                except BaseException:
                    is_right = False
                os._exit(0 if is_right else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            assert backend(client._store) == mine
    assert shop.states() == ["delivered"]


def test_a_forked_child_that_ends_as_usual_ends_no_session_of_the_parent(shop: Shop) -> None:
    said = shop.said("""
        client = client_of()
        client.check_journal()
        def backend():
            sql = "SELECT CONNECTION_ID()" if dsn.startswith("mysql") else "SELECT pg_backend_pid()"
            return client._store.execute("facts", sql, [], False, [])
        before = backend()
        child = os.fork()
        if child == 0:
            sys.exit()
        os.waitpid(child, 0)
        print(before == backend())
    """)
    assert said == "True\n"


def test_eight_threads_pay_at_once(shop: Shop) -> None:
    keys = [[shop.order()[1] for _ in range(20)] for _ in range(8)]
    codes: list[str] = []
    with shop.client() as client:

        def pays(mine: list[str]) -> None:
            codes.extend(client.pay_by_key(key, 23400).code for key in mine)

        threads = [threading.Thread(target=pays, args=(mine,)) for mine in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert codes == ["0000"] * 160 and shop.states() == ["delivered"] * 160


def test_tasks_pay_at_once(shop: Shop) -> None:
    from xpayclient import AsyncClient

    keys = [shop.order()[1] for _ in range(20)]

    async def pays() -> list[str]:
        async with AsyncClient(shop.home, "test", mid=MID, store=shops.store(shop.server)) as client:
            paid = await asyncio.gather(*(client.pay_by_key(key, 23400) for key in keys[1:]))
            async with client.transaction() as tx:
                paid.append(await tx.pay_by_key(keys[0], 23400))
            assert (await client.recover()).open == []
            return [one.code for one in paid]

    # On a thread of its own: where a browser was tried before, this one has a loop already.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(pays())).result() == ["0000"] * 20
    assert shop.states() == ["delivered"] * 20


def test_a_transaction_of_the_shop_is_left_alone(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """The shop gives its own connection, in the middle of its work: the payment is in the files, the work goes on."""
    from xpayclient import XPayClient
    from xpayclient.store import Store

    shop.server.sql("CREATE TABLE IF NOT EXISTS orders (oid VARCHAR(20))")
    shop.server.sql("DELETE FROM orders")
    if shop.server.kind == "postgres":
        shop.server.sql("GRANT INSERT ON orders TO shop")
    mine = shops.connection(shop.server)
    mine.cursor().execute("INSERT INTO orders VALUES ('order-1')")
    with XPayClient(shop.home, "test", mid=MID, store=Store(lambda: mine, shop.server.kind)) as client:
        assert client.pay_by_key(shop.order()[1], 23400).code == "0000"
    assert shop.server.sql("SELECT * FROM orders") == "" and shop.states() == []
    mine.commit()
    mine.close()
    assert shop.server.sql("SELECT * FROM orders") == "order-1\n"
    assert "inside a transaction of the shop" in caplog.text


def test_a_driver_without_a_state_is_asked_by_a_statement(shop: Shop) -> None:
    """As mysqlclient and pg8000, which do not say whether they are in a transaction."""
    from xpayclient.store import Store

    class Plain:
        """pg8000's autocommit is a flag of its own, which it minds before it begins a transaction."""

        def __init__(self, inner: Any) -> None:
            self.inner: Any
            self.__dict__.update(cursor=inner.cursor, close=inner.close, inner=inner)
            if shop.server.kind == "mysql":
                self.__dict__["autocommit"] = inner.autocommit

        if shop.server.kind == "postgres":
            autocommit = False

            def __setattr__(self, name: str, value: Any) -> None:
                if self.inner.get_transaction_status() == 0:
                    self.inner.autocommit = value

    busy, idle = shops.connection(shop.server), shops.connection(shop.server)
    busy.cursor().execute("SELECT * FROM xpay_journal")
    version: tuple[Any, ...] = ("version", "SELECT version FROM xpay_journal_schema", [], False, [])
    kind, why = Store(lambda: Plain(busy), shop.server.kind).execute(*version)
    assert kind == "not_done" and "inside a transaction of the shop" in why
    busy.close()
    store = Store(lambda: Plain(idle), shop.server.kind)
    assert store.execute(*version) == store.execute(*version) == ("rows", [["1"]])
    store.close()


def test_a_connection_that_counts_found_rows_is_refused(shop: Shop) -> None:
    """As Django's and SQLAlchemy's: a duplicate would count as inserted."""
    if shop.server.kind != "mysql":
        pytest.skip("only MySQL has it")
    import pymysql
    import sqlalchemy
    from pymysql.constants import CLIENT
    from xpayclient.store import Store

    store = Store(lambda: shops.connection(shop.server, client_flag=CLIENT.FOUND_ROWS), "mysql")
    kind, why = store.execute("version", "SELECT version FROM xpay_journal_schema", [], False, [])
    assert kind == "not_done" and "FOUND_ROWS" in why
    engine = sqlalchemy.create_engine(shops.url(shop.server))
    same = "UPDATE xpay_journal_schema SET version = version"
    assert Store.from_engine(engine).execute("put", same, [], False, []) == ("changed", 0)
    with engine.connect() as mine:
        # The shop's own are as before.
        assert mine.execute(sqlalchemy.text(same)).rowcount == 1
    engine.dispose()
    assert pymysql.apilevel == "2.0"


ANSWERED = {
    # Nobody may write, two wait for each other, a lock was waited for too long, there is no such table: the session goes on.
    "mysql": [
        ("not_done", "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1290"),
        ("not_done", "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213"),
        ("not_done", "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205"),
        ("not_done", "SELECT * FROM nowhere"),
        ("unknown", "SIGNAL SQLSTATE '08S01' SET MYSQL_ERRNO = 1053"),
        ("unknown", "SIGNAL SQLSTATE '08S01' SET MYSQL_ERRNO = 1927"),
        ("unknown", "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 4031"),
        ("unknown", "SET STATEMENT max_statement_time = 0.05 FOR SELECT 'a' FROM (SELECT SLEEP(5)) AS slow"),
        ("unknown", "KILL CONNECTION_ID()"),
    ],
    "postgres": [
        ("not_done", "DO $$ BEGIN RAISE SQLSTATE '25006'; END $$"),
        ("not_done", "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"),
        ("not_done", "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"),
        ("not_done", "SELECT * FROM nowhere"),
        ("unknown", "DO $$ BEGIN RAISE SQLSTATE '57P01'; END $$"),
        ("unknown", "DO $$ BEGIN RAISE SQLSTATE '08006'; END $$"),
        ("unknown", "DO $$ BEGIN RAISE SQLSTATE '57014'; END $$"),
        ("unknown", "SELECT pg_terminate_backend(pg_backend_pid())"),
    ],
}


@pytest.mark.parametrize("way", ["dsn", "engine", "connect"])
def test_an_error_is_not_done_only_where_the_session_goes_on(shop: Shop, way: str) -> None:
    store = shops.store(shop.server, way)
    assert store is not None
    for wanted, sql in ANSWERED[shop.server.kind]:
        before = backend(store)
        kind, why = store.execute("put", sql, [], False, [])
        assert kind == wanted, (sql, why)
        assert (backend(store) == before) == (wanted == "not_done"), sql
    store.close()


def test_what_is_new_is_told_on_each_connection(shop: Shop) -> None:
    store = shops.store(shop.server)
    assert store is not None
    asked = {
        "mysql": ("SET @mark = 7", "SELECT @mark"),
        "postgres": ("SET xpay.mark = '7'", "SELECT current_setting('xpay.mark')"),
    }
    begin, ask = asked[shop.server.kind]
    assert store.execute("facts", ask, [], False, [begin]) == ("rows", [["7"]])
    first = backend(store)
    assert store.execute("facts", ask, [], True, [begin]) == ("rows", [["7"]])
    assert backend(store) != first
    kind, _ = store.execute("facts", ask, [], True, ["SELECT * FROM nowhere"])
    assert kind == "not_done"
    store.close()


@pytest.mark.parametrize("operation", ["begin", "mark"])
def test_a_signal_during_a_statement_loses_nothing(shop: Shop, operation: str) -> None:
    oid, paykey = shop.order()
    said = shop.said(
        f"""
        class Interrupted(Store):
            def execute(self, operation, *more):
                if operation == {operation!r}:
                    os.kill(os.getpid(), signal.SIGINT)
                return super().execute(operation, *more)
        store = Interrupted.from_dsn(dsn, "shop", "shop-password")
        try:
            client_of(store).pay_by_key(arguments[0], 23400)
        except KeyboardInterrupt as error:
            print(error.__cause__.outcome)
        """,
        paykey,
    )
    # What has not left by then is never sent.
    assert said in {"begin": ["not_sent\n", "rolled_back\n"], "mark": ["rolled_back\n"]}[operation]
    assert shop.states() == [said.strip()] and shop.balance(oid) == 0


@pytest.mark.parametrize("operation", ["begin", "mark"])
def test_an_exception_that_escapes_is_unknown(shop: Shop, operation: str) -> None:
    oid, paykey = shop.order()
    with shop.process(
        f"""
        class Broken(Store):
            failed = False
            def execute(self, operation, *more):
                done = super().execute(operation, *more)
                if operation == {operation!r} and not self.failed:
                    self.failed = True
                    raise KeyError("a secret of the shop")
                return done
        store = Broken.from_dsn(dsn, "shop", "shop-password")
        print(client_of(store).pay_by_key(arguments[0], 23400).code)
        """,
        paykey,
    ) as process:
        said, complaint = process.communicate()
    # It was executed, so asking again finds it.
    assert (said, shop.states(), shop.balance(oid)) == ("0000\n", ["delivered"], 23400)
    assert "KeyError" in complaint and "secret" not in shop.log()


def test_no_driver_is_an_error_that_names_the_extra(shop: Shop) -> None:
    shop.use_settings()
    shop.set(journal="strict")
    code = """
        for name in ("pymysql", "MySQLdb", "psycopg", "psycopg2"):
            sys.modules[name] = None
        try:
            XPayClient(home, "test", mid="tlgdacomxpay").pay_by_key(arguments[0], 23400)
        except XPayError as error:
            print(error.outcome, error.message)
        try:
            Store.from_dsn(dsn)
        except ImportError as error:
            print(error)
    """
    extra = {"mysql": 'pip install "xpayclient[mysql]"', "postgres": 'pip install "xpayclient[postgresql]"'}[shop.server.kind]
    said = shop.said(code, shop.order()[1]).splitlines()
    assert len(said) == 2 and said[0].startswith("not_sent ") and all(extra in line for line in said)


def test_a_wrong_setting_is_named(shop: Shop) -> None:
    shop.set(journal_dsn="oracle:host=10.0.0.1;dbname=shop;password=hidden-one", journal="strict")
    said = shop.said("""
        try:
            XPayClient(home, "test", mid="tlgdacomxpay").check_journal()
        except XPayError as error:
            print(error.code, error.message)
    """)
    assert said.startswith("90006 ") and "journal_dsn" in said and "[oracle]" in said and "hidden-one" not in said + shop.log()


@pytest.mark.parametrize("way", ["dsn", "url", "engine", "settings"])
def test_no_password_is_shown(shop: Shop, way: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    from xpayclient import XPayError

    with shop.client(way) as client:
        client.pay_by_key(shop.order()[1], 23400)
        shop.server.sql(
            "ALTER USER shop@'%' IDENTIFIED BY 'another'" if shop.server.kind == "mysql" else "ALTER ROLE shop PASSWORD 'another'"
        )
        try:
            (client._store or client._configured[1] or client).close()
            with pytest.raises(XPayError) as raised:
                client.check_journal()
            client.pay_by_key(shop.order()[1], 23400)
        finally:
            shop.server.sql(
                f"ALTER USER shop@'%' IDENTIFIED BY '{PASSWORD}'"
                if shop.server.kind == "mysql"
                else f"ALTER ROLE shop PASSWORD '{PASSWORD}'"
            )
        shown = f"{client!r} {client._store!r} {vars(client._configured[1] or client._store)!r}"
    told = "".join([shop.log(), caplog.text, *capsys.readouterr(), str(raised.value), repr(raised.value)])
    assert "password" in told.lower() or "denied" in told.lower()
    assert PASSWORD not in told + (shown if way == "engine" else repr(client))


def test_the_command_works_with_this_store(shop: Shop) -> None:
    """Its list, its doctor, its recovery, the way into the database and back, and what is deleted."""
    shop.use_settings()
    client = shop.client("")
    oid, paykey = shop.order()
    # The Rollback that follows finds nobody either.
    shop.gateway.ask("/faults", {"script": "* close"})
    from xpayclient import TransportError

    with pytest.raises(TransportError) as raised:
        client.pay_by_key(paykey, 23400)
    shop.gateway.ask("/faults", {"script": ""})
    tx_id = raised.value.tx_id
    assert shop.server.rows() == [(tx_id, "in_doubt")]
    listed = shop.xpay("recover", "--list", "--json")
    assert (listed.returncode, [one["tx_id"] for one in json.loads(listed.stdout)]) == (3, [tx_id]), listed.stderr
    ours = shop.module("recover", "--home", str(shop.home), "--list", "--json")
    assert (ours.returncode, json.loads(ours.stdout)) == (3, json.loads(listed.stdout))
    examined = shop.xpay("doctor")
    assert "journal" in examined.stdout, examined.stderr
    away = shop.xpay("journal", "move", "--to", "files")
    assert (away.returncode, shop.states()) == (0, ["closed"]), away.stdout + away.stderr
    back = shop.xpay("journal", "move", "--to", "database")
    assert (back.returncode, shop.states()) == (0, ["in_doubt"]), back.stdout + back.stderr
    assert client.recover().rolled_back[0].tx_id == tx_id and shop.balance(oid) == 0
    # It waits to be repeated, and is not settled before.
    for settled, left in ((False, ["rolled_back"]), (True, [])):
        if settled:
            shop.server.sql("UPDATE xpay_journal SET due = NULL")
        pruned = shop.xpay("journal", "prune", "--before", "2999-01-01")
        assert (pruned.returncode, shop.states()) == (0, left), pruned.stderr


def test_a_store_without_settings_says_so(shop: Shop) -> None:
    said = shop.module("store", "--home", str(shop.home))
    assert said.returncode == 2 and "journal_dsn is not set" in said.stdout
    listed = shop.xpay("recover", "--list")
    assert listed.returncode == 2 and "journal_dsn is not set" in listed.stderr


def test_recovery_speaks_as_the_command(shop: Shop) -> None:
    shop.use_settings()
    nothing = shop.module("recover", "--home", str(shop.home))
    assert (nothing.returncode, nothing.stdout) == (0, "0 rolled back, 0 still open\n"), nothing.stderr
    assert shop.module("recover", "--home", str(shop.home), "--every", "0").returncode == 2
    assert shop.module("recover").returncode == 2
    assert shop.module("recover", "--home", "/nowhere").returncode == 1
    oid, paykey = shop.order()
    with shop.process("client_of().pay_by_key(arguments[0], 23400)", paykey) as process:
        process.wait()
    shop.server.sql("UPDATE xpay_journal SET state = 'in_doubt', due = '2001-01-01 00:00:00'")
    call = [sys.executable, "-m", "xpayclient", "recover", "--home", str(shop.home), "--watch", "--every", "3600"]
    with subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=shop.variables()
    ) as watching:
        assert watching.stdout is not None
        line = watching.stdout.readline()
        watching.send_signal(signal.SIGTERM)
        assert watching.wait() == 0
    assert line.startswith("rolled_back ") and oid in line and shop.balance(oid) == 0
