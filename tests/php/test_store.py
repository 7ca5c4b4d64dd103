"""A shop in PHP whose journal is in MariaDB or PostgreSQL, over FFI and by pipe: a payment has its row, and whatever happens to the
process or the database, nobody is told of an approval that was undone, and none is left that nobody knows of."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import daemon
import phps
import sandbox
from tests import databases, kit

from .shop_with_database import AMOUNT, BIN, PAYS, DatabaseShop

BACKENDS = ["ffi", "pipe"]


@pytest.fixture(scope="module", params=[databases.mariadb, databases.postgresql], ids=lambda make: str(make.__name__))
def server(request: pytest.FixtureRequest) -> Iterator[databases.Server]:
    with request.param() as started:
        yield started


@pytest.fixture(
    params=[(name, backend) for name in phps.NAMES for backend in BACKENDS], ids=lambda one: f"{phps.slug(one[0])}-{one[1]}"
)
def shop(request: pytest.FixtureRequest, gateway: sandbox.Sandbox, server: databases.Server, tmp_path: Path) -> DatabaseShop:
    server.make_tables()
    name, backend = request.param
    return DatabaseShop.made(gateway, server, tmp_path / "home", kit.php(name), backend)


@pytest.fixture
def oid(request: pytest.FixtureRequest) -> str:
    return f"store-{abs(hash(request.node.name)) % 10**9}-{os.getpid()}"


def strict(shop: DatabaseShop) -> None:
    conf = shop.home / "conf/mall.conf"
    conf.write_text("journal = strict\n" + conf.read_text("utf-8"), "utf-8")


def rollbacks(shop: DatabaseShop, tx_id: str) -> int:
    """How many asked the gateway to undo it."""
    asked = [one for one in shop.gateway.ask("/requests") if one["txname"] == "Rollback"]
    return sum(tx_id in one["parameters"].values() for one in asked)


def test_a_payment_leaves_a_row(shop: DatabaseShop, oid: str) -> None:
    said = shop.run(PAYS, oid)
    assert (said["answered"], said["code"], said["backend"], said["log"]) == (True, "0000", shop.backend, "")
    assert (shop.state(oid), shop.balance(oid)) == ("delivered", AMOUNT)
    assert not list((shop.home / "log/journal").glob("*")), "it is in the files, too"


def test_a_daemon_asks_whom_it_serves(gateway: sandbox.Sandbox, server: databases.Server, tmp_path: Path, oid: str) -> None:
    """Two pages at once, each with its own connection to the database."""
    server.make_tables()
    shop = DatabaseShop.made(gateway, server, tmp_path / "home", kit.php("PHP 8"), "socket")
    with daemon.running() as bridge:
        page = "$xpay = begun($oid, 'delay=300'); echo json_encode(told($xpay, $xpay->TX()));"
        pages = [shop.start(page, f"{oid}-{at}", {"XPAYCLIENT_SOCKET": str(bridge.socket)}) for at in range(2)]
        said = [json.loads(each.communicate()[0]) for each in pages]
    assert [(each["code"], each["backend"]) for each in said] == [("0000", "socket")] * 2
    assert [shop.state(f"{oid}-{at}") for at in range(2)] == ["delivered"] * 2


def test_a_decline_a_guard_and_a_rollback_are_settled(shop: DatabaseShop, oid: str) -> None:
    page = """
    $xpay = begun($oid);
    $xpay->Guard(function ($xpay) { return false; });
    echo json_encode([$xpay->Outcome(), $xpay->Response_Code()]);
    """
    assert shop.run(page, oid) == ["rolled_back", "90007"]
    assert (shop.state(oid), shop.balance(oid)) == ("rolled_back", 0)
    page = """
    $xpay = begun($oid);
    echo json_encode([$xpay->TX(), $xpay->Rollback('no stock'), $xpay->Outcome()]);
    """
    assert shop.run(page, f"{oid}-2") == [True, True, "answered"]
    assert (shop.state(f"{oid}-2"), shop.balance(f"{oid}-2")) == ("rolled_back", 0)
    said = shop.run("$xpay = begun($oid, 'before:code=A016'); echo json_encode(told($xpay, $xpay->TX()));", f"{oid}-3")
    assert (said["code"], shop.state(f"{oid}-3")) == ("A016", "answered")


def test_many_clients_share_a_connection(shop: DatabaseShop, oid: str) -> None:
    mine = {
        "mysql": f"SELECT COUNT(*) FROM information_schema.processlist WHERE user = '{databases.USER}'",
        "postgres": f"SELECT COUNT(*) FROM pg_stat_activity WHERE usename = '{databases.USER}'",
    }
    page = """
    foreach (explode(' ', getenv('KEYS')) as $at => $key) {
        putenv("PAYKEY=$key");
        $clients[$at] = begun("$oid-$at");
        $clients[$at]->TX();
        $clients[$at]->Confirm();
    }
    echo json_encode(array_map(function ($xpay) { return $xpay->Response_Code(); }, $clients)), "\\n";
    fgets(STDIN);
    """
    keys = [shop.gateway.paykey(f"{oid}-{at}", AMOUNT) for at in range(3)]
    with shop.start(page, oid, {"KEYS": " ".join(keys)}) as process:
        assert process.stdout is not None and process.stdin is not None
        assert json.loads(process.stdout.readline()) == ["0000"] * 3
        assert shop.server.sql(mine[shop.server.kind]).strip() == "1"
        process.stdin.close()
    assert [shop.state(f"{oid}-{at}") for at in range(3)] == ["delivered"] * 3


def test_a_killed_process_is_recovered_by_another(shop: DatabaseShop, oid: str) -> None:
    """As a machine that loses its power: a bridge is killed with it."""
    page = "$xpay = begun($oid, 'delay=60000'); fwrite(STDERR, $xpay->TX_ID . PHP_EOL); $xpay->TX();"
    process = shop.start(page, oid, start_new_session=True)
    kit.until(lambda: shop.balance(oid))
    assert shop.state(oid) == "sent"
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    early = shop.recover()
    assert (early.returncode, early.stdout) == (0, "0 rolled back, 0 still open\n"), "its time is not over"
    shop.age()
    done = [shop.start_recovery() for _ in range(3)]
    outputs = [each.communicate()[0] for each in done]
    assert [each.returncode for each in done] == [0, 0, 0]
    assert sorted(outputs)[2].startswith("1 rolled back, 0 still open\n") and "rolled back" in outputs[0] + outputs[1]
    assert sum(output.startswith("1 rolled back") for output in outputs) == 1
    tx_id = shop.server.sql(f"SELECT tx_id FROM xpay_journal WHERE oid = '{oid}'").strip()
    assert (shop.balance(oid), shop.state(oid), rollbacks(shop, tx_id)) == (0, "rolled_back", 1)


def test_a_bridge_undoes_what_its_killed_page_was_not_told(
    gateway: sandbox.Sandbox, server: databases.Server, tmp_path: Path, oid: str
) -> None:
    """Nobody executes its statements any more, so it does not wait until the row is due. Recovery asks once more."""
    server.make_tables()
    shop = DatabaseShop.made(gateway, server, tmp_path / "home", kit.php("PHP 8"), "pipe", timeout="120")
    process = shop.start("$xpay = begun($oid, 'delay=1500'); $xpay->TX();", oid)
    kit.until(lambda: shop.balance(oid))
    process.kill()
    process.communicate()
    kit.until(lambda: shop.balance(oid) == 0)
    shop.age()
    assert shop.recover().returncode == 0
    assert (shop.state(oid), shop.balance(oid)) == ("rolled_back", 0)


def test_an_approval_whose_page_died_is_left_to_a_person(shop: DatabaseShop, oid: str) -> None:
    page = "$xpay = begun($oid); $xpay->TX(); posix_kill(getmypid(), SIGKILL);"
    with shop.start(page, oid) as process:
        process.communicate()
    kit.until(lambda: shop.state(oid) == "approved")
    shop.age()
    done = shop.recover()
    assert (done.returncode, done.stdout) == (3, "0 rolled back, 1 still open\n")
    assert shop.balance(oid) == AMOUNT


def test_a_database_that_dies_in_mid_payment_and_comes_back(shop: DatabaseShop, oid: str) -> None:
    with shop.start("$xpay = begun($oid, 'delay=1500'); echo json_encode(told($xpay, $xpay->TX()));", oid) as process:
        kit.until(lambda: shop.balance(oid))
        shop.server.kill()
        shop.server.start()
        output, _ = process.communicate(timeout=120)
    said = json.loads(output)
    assert (said["answered"], said["code"], said["outcome"]) == (True, "0000", "answered")
    assert (shop.state(oid), shop.balance(oid)) == ("delivered", AMOUNT)


def test_a_database_that_refuses(shop: DatabaseShop, oid: str) -> None:
    """The journal is in the files then, which is said aloud; with strict nothing is sent."""
    shop.server.kill()
    try:
        said = shop.run(PAYS, oid)
        assert (said["answered"], said["code"]) == (True, "0000")
        assert "journal in the database" in said["log"] and "recorded in the files of this machine" in said["log"]
        strict(shop)
        said = shop.run(PAYS, f"{oid}-strict")
        assert (said["answered"], said["code"], said["outcome"]) == (False, "90006", "not_sent")
        assert shop.balance(f"{oid}-strict") is None
        failed = shop.recover()
        assert (failed.returncode, failed.stdout) == (1, "") and "journal in the database" in failed.stderr
    finally:
        shop.server.start()
    assert shop.balance(oid) == AMOUNT


def test_a_database_that_stands_still(shop: DatabaseShop, oid: str) -> None:
    """It costs time, but a page ends, and nothing is sent that could not be recorded."""
    strict(shop)
    shop.server.stop()
    try:
        said = shop.run(PAYS, oid)
    finally:
        shop.server.go_on()
    assert (said["answered"], said["code"], said["outcome"]) == (False, "90006", "not_sent")
    assert shop.balance(oid) is None


@pytest.mark.long
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_database_that_stands_still_in_mid_payment(
    backend: str, gateway: sandbox.Sandbox, server: databases.Server, tmp_path: Path, oid: str
) -> None:
    """While it may be a restart the approval is kept; when its time is over it is undone, before anybody is told."""
    server.make_tables()
    shop = DatabaseShop.made(gateway, server, tmp_path / "home", kit.php("PHP 8"), backend, timeout="5")
    with shop.start("$xpay = begun($oid, 'delay=1500'); echo json_encode(told($xpay, $xpay->TX()));", oid) as process:
        kit.until(lambda: shop.balance(oid))
        server.stop()
        try:
            output, _ = process.communicate(timeout=120)
        finally:
            server.go_on()
    said = json.loads(output)
    assert (said["answered"], said["outcome"]) == (False, "rolled_back")
    assert shop.balance(oid) == 0


FORKS = """
    $xpay = begun($oid);
    $codes = [$xpay->TX(), $xpay->Confirm()];
    echo json_encode($codes), "\\n";
    fgets(STDIN);
    $child = pcntl_fork();
    if ($child === 0) {
        if (getenv('CHILD') === 'pays') {
            putenv('PAYKEY=' . getenv('KEY1'));
            $own = begun("$oid-child");
            exit($own->TX() ? 0 : 1);
        }
        exit(0);
    }
    pcntl_waitpid($child, $status);
    echo json_encode(pcntl_wexitstatus($status)), "\\n";
    fgets(STDIN);
    putenv('PAYKEY=' . getenv('KEY2'));
    $again = begun("$oid-after");
    echo json_encode([$again->TX(), $again->Response_Code()]), "\\n";
"""


@pytest.mark.parametrize("child", ["pays", "ends"])
def test_a_fork_leaves_its_parents_connection_alone(child: str, shop: DatabaseShop, oid: str) -> None:
    if shop.backend == "pipe" and child == "pays":
        pytest.skip("a bridge serves the process that started it, and no fork")
    sessions = {
        "mysql": f"SELECT id FROM information_schema.processlist WHERE user = '{databases.USER}'",
        "postgres": f"SELECT pid FROM pg_stat_activity WHERE usename = '{databases.USER}'",
    }[shop.server.kind]
    if "pcntl" not in kit.run([shop.php, "-m"]):
        pytest.skip("this PHP has no pcntl")
    keys = {f"KEY{at}": shop.gateway.paykey(f"{oid}-{name}", AMOUNT) for at, name in ((1, "child"), (2, "after"))}
    with shop.start(FORKS, oid, {"CHILD": child, **keys}) as process:
        assert process.stdout is not None and process.stdin is not None
        assert json.loads(process.stdout.readline()) == [True, True]
        before = shop.server.sql(sessions)
        process.stdin.write("\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == 0
        # The child's own is gone, its parent's is not.
        assert before.strip() and shop.server.sql(sessions) == before
        process.stdin.write("\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == [True, "0000"]
    assert shop.state(f"{oid}-after") == "delivered"
    assert shop.state(f"{oid}-child") == ("delivered" if child == "pays" else "")


CLIENT = """
    $xpayclient_internals = true;
    spl_autoload_register(function ($class) {
        $file = getenv('SOURCES') . '/' . strtr($class, '\\\\', '/') . '.php';
        is_file($file) && require $file;
    });
    function connected() {
        static $count = 0;
        $GLOBALS['made'] = ++$count;
        list($dsn, $user, $password) = explode('|', getenv('PDO'));
        return new PDO($dsn, $user, $password);
    }
    function pay($journal, $oid, $settings = []) {
        try {
            $client = new XPay\\Client(getenv('XPAY_HOME'), 'test', $settings + ['journal_dsn' => null], null, $journal);
            $client->payByKey('tlgdacomxpay', getenv('PAYKEY'), 23400, function () {
                return true;
            });
            return $client->outcome();
        } catch (XPay\\XPayError $error) {
            return $error->getCode();
        }
    }
"""


def client(shop: DatabaseShop, page: str, oid: str) -> Any:
    pdo = "|".join([shop.server.dsn, databases.USER, databases.PASSWORD])
    return shop.run(CLIENT + page, oid, {"SOURCES": str(phps.PACKAGE / "src"), "PDO": pdo})


def test_the_client_takes_a_pdo_or_a_closure(shop: DatabaseShop, oid: str) -> None:
    assert client(shop, "echo json_encode([pay(connected(), $oid)]);", oid) == ["answered"]
    assert shop.state(oid) == "delivered"
    # The words of its database are known after the first connection, so it is made once.
    made = "echo json_encode([pay(function () { return connected(); }, $oid), $made]);"
    assert client(shop, made, f"{oid}-2") == ["answered", 1]
    assert shop.state(f"{oid}-2") == "delivered"
    assert client(
        shop, "echo json_encode([pay(null, $oid, ['journal_dsn' => explode('|', getenv('PDO'))[0]])]);", f"{oid}-3"
    ) == ["answered"]
    assert shop.state(f"{oid}-3") == "delivered"
    assert client(shop, "echo json_encode([pay('mysql:', $oid)]);", f"{oid}-4") == [90003]


def test_the_sample_of_the_page_keeps_its_record_in_the_database(shop: DatabaseShop, oid: str) -> None:
    samples = re.findall(
        r"```php\n<\?php\nrequire 'vendor/autoload.php';\n(.*?)```",
        (sandbox.ROOT / "docs/en/php.md").read_text("utf-8"),
        re.DOTALL,
    )
    (sample,) = [one for one in samples if "SHOP_DSN" in one]
    page = CLIENT + "$argv = [1 => getenv('XPAY_HOME'), getenv('PAYKEY')]; ob_start();" + sample
    page += "$said = ob_get_clean(); echo json_encode([$said]);"
    (shop.home / "conf/mall.conf").write_text(
        "\n".join(line for line in (shop.home / "conf/mall.conf").read_text("utf-8").splitlines() if "journal" not in line),
        "utf-8",
    )
    shop_given = {"SHOP_DSN": shop.server.dsn, "SHOP_USER": databases.USER, "SHOP_PASSWORD": databases.PASSWORD}
    (said,) = shop.run(page, oid, {"SOURCES": str(phps.PACKAGE / "src"), **shop_given})
    assert said.startswith("paid 23400, LGD_TID tlgda")
    assert shop.state(oid) == "delivered"


def test_a_pdo_in_a_transaction_records_nothing(shop: DatabaseShop, oid: str) -> None:
    page = """
    $pdo = connected();
    $pdo->beginTransaction();
    $said = [pay($pdo, $oid, ['journal' => 'strict'])];
    $said[] = $pdo->inTransaction();
    $pdo->rollBack();
    echo json_encode($said);
    """
    assert client(shop, page, oid) == [90006, True]
    assert (shop.state(oid), shop.balance(oid)) == ("", None)


def test_a_pdo_that_was_lost_says_so_and_a_closure_makes_another(shop: DatabaseShop, oid: str) -> None:
    end = {
        "mysql": "try { $pdo->exec('KILL ' . $pdo->query('SELECT CONNECTION_ID()')->fetchColumn()); } catch (PDOException $gone) { }",
        "postgres": "try { $pdo->query('SELECT pg_terminate_backend(pg_backend_pid())'); } catch (PDOException $gone) { }",
    }[shop.server.kind]
    page = f"""
    $pdo = connected();
    @(function () use ($pdo) {{ {end} }})();
    echo json_encode([pay($pdo, $oid, ['journal' => 'strict'])]);
    """
    assert client(shop, page, oid) == [90006]
    assert shop.balance(oid) is None
    page = f"""
    $first = null;
    $closure = function () use (&$first) {{
        $pdo = connected();
        if ($first === null) {{
            $first = $pdo;
            @(function () use ($pdo) {{ {end} }})();
        }}
        return $pdo;
    }};
    echo json_encode([pay($closure, $oid, ['journal' => 'strict']), $made]);
    """
    assert client(shop, page, f"{oid}-2") == ["answered", 2]
    assert shop.state(f"{oid}-2") == "delivered"
    page = "$one = connected(); echo json_encode([pay(function () use ($one) { return $one; }, $oid, ['journal' => 'strict'])]);"
    assert client(shop, page, f"{oid}-3")[0] in ("answered", 90006)


def test_what_a_closure_throws_is_said(shop: DatabaseShop, oid: str) -> None:
    page = """
    $said = [];
    foreach (['throw new RuntimeException("no key today");', 'return 1;', '(new XPayClient(getenv("XPAY_HOME"), "test"))->Recover();'] as $body) {
        $closure = eval("return function () { $body };");
        $said[] = pay($closure, $oid, ['journal' => 'strict', 'journal_dsn' => 'mysql:']);
    }
    echo json_encode($said);
    """
    assert client(shop, page, oid) == [90006, 90006, 90006]
    assert shop.balance(oid) is None


@pytest.mark.parametrize(
    "body",
    ["exit(7);", "ini_set('memory_limit', '8M'); str_repeat('x', 9000000);", "$no->method();"],
    ids=["exit", "fatal", "thrown"],
)
def test_a_script_that_ends_within_a_statement(body: str, shop: DatabaseShop, oid: str) -> None:
    """It ends, and nothing was sent."""
    page = f"""{CLIENT}
    register_shutdown_function(function () {{ echo "over"; }});
    echo pay(function () {{ {body} }}, $oid, ['journal' => 'strict', 'journal_dsn' => 'mysql:']);
    """
    with shop.start(page, oid, {"SOURCES": str(phps.PACKAGE / "src")}) as process:
        output, _ = process.communicate(timeout=60)
    assert output == ("90006over" if "method" in body else "over")
    assert shop.balance(oid) is None


def test_nothing_shows_the_password(shop: DatabaseShop, oid: str) -> None:
    page = """
    $xpay = begun($oid);
    $xpay->TX();
    ob_start();
    var_dump($xpay);
    print_r($xpay);
    var_dump(XPayClient_Store::configured((function () { return $this->library; })->call($xpay)));
    debug_print_backtrace();
    $shown = ob_get_clean();
    echo json_encode([strpos($shown, getenv('SECRET')), strpos($shown, 'XPayClient') !== false]);
    """
    with shop.start(page, oid, {"SECRET": databases.PASSWORD}) as process:
        output, errors = process.communicate()
    assert (json.loads(output), errors) == ([False, True], "")
    logs = "".join(file.read_text("utf-8") for file in (shop.home / "log").glob("*.log"))
    assert logs and databases.PASSWORD not in logs


def test_a_password_that_cannot_be_read_is_said(shop: DatabaseShop, oid: str) -> None:
    (shop.home / "password").unlink()
    strict(shop)
    said = shop.run(PAYS, oid)
    assert (said["code"], said["outcome"]) == ("90006", "not_sent") and "journal_password_file" in said["detail"]


def test_a_missing_driver_is_said(shop: DatabaseShop, oid: str) -> None:
    if shop.php != kit.php("PHP 8"):
        pytest.skip("the others are started with modules of their own")
    bare = ("-n", *(f"-dextension={name}" for name in ("ffi", "posix", "iconv")))
    package = "php-mysql" if shop.server.kind == "mysql" else "php-pgsql"
    said = shop.run(PAYS, oid, options=bare)
    assert (said["answered"], said["code"]) == (True, "0000") and package in said["log"]
    strict(shop)
    said = shop.run(PAYS, f"{oid}-strict", options=bare)
    assert (said["code"], said["outcome"]) == ("90006", "not_sent") and package in said["detail"]
    assert shop.balance(f"{oid}-strict") is None


def test_recovery_in_the_shops_language(shop: DatabaseShop, oid: str) -> None:
    assert shop.recover().stdout == "0 rolled back, 0 still open\n"
    korean = subprocess.run(
        [shop.php, "-d", "ffi.enable=true", BIN / "xpay-recover"],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**shop.environment(), "LC_ALL": "ko_KR.UTF-8"},
    )
    assert korean.stdout == "망취소 0건, 미결 0건\n"
    for wrong in (["--wat"], ["--every", "5"], ["--home"], ["--watch", "--every", "0"], ["now"]):
        misused = shop.recover(*wrong)
        assert (misused.returncode, misused.stdout) == (2, "") and "usage" in misused.stderr
    none = subprocess.run(
        [shop.php, "-d", "ffi.enable=true", BIN / "xpay-recover", "--home", shop.home / "none"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=shop.environment(),
    )
    assert (none.returncode, none.stdout) == (1, "") and none.stderr


def test_recovery_that_repeats(shop: DatabaseShop, oid: str) -> None:
    process = shop.start_recovery("--watch", "--every", "1")
    assert process.stderr is not None and process.stdout is not None
    assert process.stderr.readline() == "watching\n"
    page = "$xpay = begun($oid, 'delay=60000'); $xpay->TX();"
    killed = shop.start(page, oid, start_new_session=True)
    kit.until(lambda: shop.balance(oid))
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    shop.age()
    assert process.stdout.readline().endswith("  rolled back\n")
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert shop.balance(oid) == 0
    assert process.returncode == 0


def test_the_command_reaches_the_database(shop: DatabaseShop, oid: str) -> None:
    page = "$xpay = begun($oid); $xpay->TX(); posix_kill(getmypid(), SIGKILL);"
    with shop.start(page, oid) as process:
        process.communicate()
    kit.until(lambda: shop.state(oid) == "approved")
    shop.age()
    store = f"{shop.php} -d ffi.enable=true {BIN / 'xpay-store'}"

    def xpay(*call: str, status: int = 0) -> str:
        done = subprocess.run(
            [sandbox.XPAY, *call, "--home", shop.home, "--store", store],
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=shop.environment(),
        )
        print(done.stdout, done.stderr)
        assert done.returncode == status
        return done.stdout

    (listed,) = json.loads(xpay("recover", "--list", "--json", status=3))
    assert listed["oid"] == oid
    assert oid in xpay("list", "--json", status=3)
    xpay("recover", "--close", listed["tx_id"], "--reason", "looked up")
    assert shop.state(oid) == "closed"
    assert json.loads(xpay("recover", "--list", "--json")) == []
    xpay("journal", "prune", "--before", "9999-12-31")
    assert shop.state(oid) == ""
