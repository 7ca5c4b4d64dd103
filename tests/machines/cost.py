"""What a journal in a database costs a payment: beside files and beside none, all in one run, so that ratios can be compared.

Prints the median of the time from one payment to the next in a process, in milliseconds, with everything on one machine: the
gateway, the database and the shops share its processors. `python3 tests/machines/cost.py --help`.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "scripts")]

import sandbox
from sandbox import BUILD, ROOT
from tests import databases, kit
from tests.databases import Server
from tests.machines import shops
from tests.machines.shops import Machine

PATIENCE = 900


def median(call: list[str], gateway: sandbox.Sandbox, processes: int, each: int) -> float:
    """Of all payments but the first of each process, which connects."""
    keys = [
        [
            gateway.ask("/paykeys", {"oid": f"cost-{time.monotonic_ns()}-{at}", "amount": 1000})["LGD_PAYKEY"]
            for at in range(each + 1)
        ]
        for _ in range(processes)
    ]
    took: list[float] = []

    def one(paykeys: list[str]) -> None:
        with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write("".join(f"{key}\n" for key in paykeys))
            process.stdin.close()
            before = 0.0
            for line in process.stdout:
                now = time.monotonic()
                if not line.startswith("paid"):
                    raise RuntimeError(line)
                if before:
                    took.append(now - before)
                before = now

    threads = [threading.Thread(target=one, args=[paykeys]) for paykeys in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    if len(took) != processes * each:
        raise RuntimeError(f"{len(took)} of {processes * each} payments")
    return statistics.median(took) * 1000


def fill(server: Server, rows: int) -> None:
    """Settled transactions of a long time, and ten that are open."""
    columns = "tx_id, state, step, owner, mid, txname, platform, url, hash_type, oid, tid, amount, began_at, code, message, noted_at, due"
    values = "'delivered', 3, 'nobody', 'tshop', 'PaymentByKey', 'test', 'https://gateway.example/xpay/Gateway.do', '', {oid}, {oid}, '23400', '20260101000000', '0000', '', '', {due}"
    if server.kind == "mysql":
        series = f"seq_1_to_{rows}"
        due = f"CASE WHEN seq <= {rows - 10} THEN NULL ELSE '2000-01-01' END"
        text = "CONCAT('tshop-', LPAD(seq, 12, '0'))"
    else:
        series = f"generate_series(1, {rows}) AS n"
        due = f"CASE WHEN n <= {rows - 10} THEN NULL ELSE timestamptz '2000-01-01' END"
        text = "'tshop-' || lpad(n::text, 12, '0')"
    server.sql(f"INSERT INTO xpay_journal ({columns}) SELECT {text}, {values.format(oid=text, due=due)} FROM {series}")
    # What is open is a refund in doubt, which recovery leaves alone.
    server.sql("UPDATE xpay_journal SET state = 'in_doubt', txname = 'Cancel' WHERE due IS NOT NULL")
    server.sql("ANALYZE TABLE xpay_journal" if server.kind == "mysql" else "ANALYZE xpay_journal")


def without_store(directory: Path) -> Path:
    """The C program that has no database."""
    program = directory / "pay"
    library = [f"-I{ROOT / 'include'}", f"-L{BUILD}", f"-Wl,-rpath,{BUILD}", "-lxpayclient"]
    kit.run(["gcc", "-O2", Path(__file__).with_name("pay.c"), "-o", program, *library])
    return program


def main() -> int:
    """Prints a table for each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 8, 64])
    parser.add_argument("--rows", type=int, nargs="*", default=[10, 10_000_000])
    parser.add_argument("--payments", type=int, default=256, help="of each figure, shared by its processes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, databases.mariadb() as mariadb, databases.postgresql() as postgresql:
        directory = Path(scratch)
        for rows in given.rows:
            for server in (mariadb, postgresql):
                server.make_tables()
                began = time.monotonic()
                fill(server, rows)
                print(f"# {server.kind}: {rows} rows in {time.monotonic() - began:.0f} s", flush=True)
            print(f"\n| rows {rows} | processes | off | file | MariaDB | PostgreSQL | MariaDB - off | PostgreSQL - off |")
            print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
            for language in shops.LANGUAGES:
                for processes in given.processes:
                    figures = [
                        figure(language, kind, processes, given, directory, mariadb, postgresql)
                        for kind in ("off", "file", "mysql", "postgres")
                    ]
                    off, _, my, pg = figures
                    shown = " | ".join(f"{one:.2f}" for one in (*figures, my - off, pg - off))
                    print(f"| {language} | {processes} | {shown} |", flush=True)
            for server in (mariadb, postgresql):
                machine = Machine.make(directory / f"listing-{server.kind}-{rows}", home(directory), server)
                listing = [lists(server, machine, directory) for _ in range(5)]
                print(
                    f"# {server.kind}, {rows} rows: recovery that finds nothing to do takes {statistics.median(listing) * 1000:.1f} ms with its start"
                )
    return 0


def home(directory: Path) -> str:
    """A configuration without a gateway: nothing is sent."""
    conf = directory / "nowhere/conf"
    conf.mkdir(parents=True, exist_ok=True)
    (conf / "mall.conf").write_text("tlgdacomxpay = 95160cce09854ef44d2edb2bfb05f9f3\n", encoding="utf-8")
    (conf / "lgdacom.conf").write_text('test_url = "https://127.0.0.1:1/"\nurl = "https://127.0.0.1:1/"\n', encoding="utf-8")
    return str(conf.parent)


def lists(server: Server, machine: Machine, directory: Path) -> float:
    """How long a process takes that recovers where nothing is to be done."""
    call = shops.in_c(server, directory).recover(machine)
    began = time.monotonic()
    subprocess.run(call, check=False, capture_output=True)
    return time.monotonic() - began


def figure(
    language: str, kind: str, processes: int, given: argparse.Namespace, directory: Path, mariadb: Server, postgresql: Server
) -> float:
    """A cell: a fresh gateway, so that none is slower for what others left in it."""
    server = postgresql if kind == "postgres" else mariadb
    with tempfile.TemporaryDirectory(dir=directory) as place, sandbox.running(Path(place) / "gateway") as gateway:
        none = {"journal_dsn": ""} if kind in ("off", "file") else {}
        journal = "off" if kind == "off" else "strict"
        machine = Machine.make(Path(place) / "machine", gateway.home, server, settings={"journal": journal, **none})
        call = shops.LANGUAGES[language](server, directory).pay(machine)
        if language == "c" and none:
            call = [str(without_store(directory)), str(machine.home)]
        return median(call, gateway, processes, max(4, given.payments // processes))


if __name__ == "__main__":
    sys.exit(main())
