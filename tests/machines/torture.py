"""Shops on many machines with their journal in one real database, under everything that happens to machines and databases.

Each trial ends with the same question: does the shop know of every approval at the gateway, and does every approval that it
knows of stand? `python3 tests/machines/torture.py --help` plays as many as wanted; the tests beside it play a few.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[2] / "scripts")]

import sandbox
from tests import databases
from tests.databases import Server
from tests.machines import shops
from tests.machines.shops import Machine, Shop

# How many recover at once after each trial.
RECOVERERS = 4
PATIENCE = 120


@dataclass
class Bed:
    """A gateway, a database, and the machines of a shop."""

    gateway: sandbox.Sandbox
    server: Server
    directory: Path
    shops: Sequence[Shop]
    random: random.Random = field(default_factory=lambda: random.Random(1))
    tally: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)
    lanes: int = 4

    def machine(self, port: int = 0, settings: dict[str, str] | None = None) -> Machine:
        """One more machine."""
        home = self.directory / f"machine-{len(self.machines)}"
        made = Machine.make(home, self.gateway.home, self.server, port, settings)
        self.machines.append(made)
        return made

    def paykey(self, number: int) -> str:
        """What a buyer agreed to."""
        return str(
            self.gateway.ask("/paykeys", {"oid": f"order-{number}-{self.random.getrandbits(48)}", "amount": 23400})["LGD_PAYKEY"]
        )

    def start(self, shop: Shop, machine: Machine, number: int, *prefix: str) -> subprocess.Popen[str]:
        """A shop that pays."""
        paykey = self.paykey(number)
        process = subprocess.Popen(
            [*prefix, *shop.pay(machine)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(f"{paykey}\n")
            process.stdin.close()
        process.stdin = None
        return process

    def end(self, process: subprocess.Popen[str]) -> None:
        """Waits for it, and notes what it said: the LGD_TID of what it knows as paid."""
        said, complaint = process.communicate()
        # What has no end was being written.
        for line in said.split("\n")[:-1]:
            word, *rest = line.split(" ")
            if word == "paid":
                self.told[rest[-1]] = line
                self.tally["told paid"] += 1
            elif word == "outcome":
                self.tally[f"told {rest[0]}"] += 1
        if process.returncode not in (0, 1, -signal.SIGKILL, 137) or "panic" in complaint:
            self.wrong.append(f"it ended with {process.returncode}: {complaint[-500:]}")

    def expire(self) -> None:
        """Lets every lease be over, as if time had passed."""
        hour = "INTERVAL 1 HOUR" if self.server.kind == "mysql" else "interval '1 hour'"
        self.server.sql(f"UPDATE xpay_journal SET due = due - {hour} WHERE due IS NOT NULL")

    def recover(self, machines: Sequence[Machine] = ()) -> None:
        """Several at once, in several languages, on several machines."""
        where = list(machines or self.machines)
        self.expire()
        calls = [self.shops[n % len(self.shops)].recover(where[n % len(where)]) for n in range(max(RECOVERERS, len(where)))]
        running = [subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") for call in calls]
        for process in running:
            said, complaint = process.communicate(timeout=PATIENCE)
            if process.returncode not in (0, 3, 4):
                self.wrong.append(f"recovery ended with {process.returncode}: {said} {complaint}")
        self.tally["recoveries"] += len(running)

    def judge(self, lost: Callable[[str], bool] = lambda _: False) -> None:
        """Compares the gateway's ledger with what the shops know. `lost`: what no journal can know any more."""
        rows = dict(self.server.rows())
        payments = {payment["tid"]: payment for payment in self.gateway.payments()}
        requests = self.gateway.ask("/requests")
        # With the first payment, all are there.
        if not {payment["tid"] for payment in payments.values()} <= {one["answer"].get("LGD_TID") for one in requests}:
            self.wrong.append("the gateway lists its latest requests only: judge more often")
        sent = Counter(one["txid"] for one in requests if one["txname"] == "PaymentByKey")
        for request in requests:
            tx_id = request["txid"]
            if request["txname"] == "Rollback":
                self.tally["rollbacks sent"] += tx_id not in self.judged
                self.judged.add(tx_id)
            if request["txname"] != "PaymentByKey" or tx_id in self.judged:
                continue
            self.judged.add(tx_id)
            if sent[tx_id] > 1:
                self.tally["sent twice"] += 1
                self.wrong.append(f"{tx_id} was sent twice")
            if request["code"] != "0000":
                continue
            tid = request["answer"]["LGD_TID"]
            self.tally["approvals"] += 1
            stands, state = payments[tid]["balance"] > 0, rows.get(tx_id, "no row")
            self.tally["recorded in files"] += state == "no row"
            if tid in self.told:
                if not stands:
                    self.tally["wrong rollbacks"] += 1
                    self.wrong.append(f"{tx_id} is rolled back, and its caller was told that it is paid ({state})")
            elif not stands:
                self.tally["undone"] += 1
            elif state == "approved":
                self.tally["unconfirmed"] += 1
            elif state == "delivered":
                # It ended after the library had returned, or as it did.
                self.tally["killed with the answer in its hand"] += 1
            elif lost(tx_id):
                self.tally["lost with its machine, as documented"] += 1
            else:
                self.tally["orphans"] += 1
                self.wrong.append(f"{tx_id} stands, and nobody knows ({state})")
        self.told.clear()
        due = [state for _, state in self.server.rows() if state in ("sent", "in_doubt")]
        if due:
            self.wrong.append(f"not recovered: {due}")

    def duration(self, shop: Shop, machine: Machine) -> float:
        """How long a payment takes, from start to end: when to strike."""
        began = time.monotonic()
        self.end(self.start(shop, machine, 0))
        return time.monotonic() - began


def kills(bed: Bed, count: int) -> None:
    """kill -9 of a shop at any moment."""
    machines = [bed.machine(), bed.machine()]
    lasts = {shop.language: bed.duration(shop, machines[0]) for shop in bed.shops}

    def one(number: int) -> None:
        shop = bed.shops[number % len(bed.shops)]
        process = bed.start(shop, machines[number % 2], number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=bed.random.uniform(0.1, 1.5) * lasts[shop.language])
        process.kill()
        bed.tally["kills"] += 1
        bed.end(process)

    play(bed, one, count)
    bed.recover()
    bed.judge()


def play(bed: Bed, one: Callable[[int], None], count: int) -> None:
    """Several at once."""
    with ThreadPoolExecutor(bed.lanes) as lanes:
        list(lanes.map(one, range(1, count + 1)))


def outages(bed: Bed, count: int) -> None:
    """kill -9 of the database while shops pay, so many times."""
    machines = [bed.machine(), bed.machine()]
    ended = threading.Event()

    def shop(lane: int) -> None:
        number = lane
        while not ended.is_set():
            bed.end(bed.start(bed.shops[number % len(bed.shops)], machines[number % 2], number))
            bed.tally["payments"] += 1
            number += bed.lanes

    with ThreadPoolExecutor(bed.lanes) as lanes:
        working = [lanes.submit(shop, lane) for lane in range(bed.lanes)]
        for _ in range(count):
            ended.wait(bed.random.uniform(0, 0.4))
            bed.server.kill()
            ended.wait(bed.random.choice([0, 0, 0.1, 0.5]))
            bed.server.start()
            bed.tally["database killed"] += 1
        ended.set()
        for one in working:
            one.result()
    bed.recover()
    bed.judge()


def stops(bed: Bed, count: int) -> None:
    """SIGSTOP of a shop at any moment, for longer than its lease: others recover, then SIGCONT."""
    machines = [bed.machine(), bed.machine()]
    lasts = {shop.language: bed.duration(shop, machines[0]) for shop in bed.shops}
    for batch in range(0, count, bed.lanes):
        stopped: list[subprocess.Popen[str]] = []

        def one(number: int, stopped: list[subprocess.Popen[str]] = stopped) -> None:
            shop = bed.shops[number % len(bed.shops)]
            process = bed.start(shop, machines[0], number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=bed.random.uniform(0.2, 1.1) * lasts[shop.language])
            process.send_signal(signal.SIGSTOP)
            stopped.append(process)

        with ThreadPoolExecutor(bed.lanes) as lanes:
            list(lanes.map(one, range(batch, batch + bed.lanes)))
        bed.recover([machines[1]])
        for process in stopped:
            process.send_signal(signal.SIGCONT)
            bed.tally["stopped and woken"] += 1
        for process in stopped:
            bed.end(process)
    bed.recover()
    bed.judge()


def cuts(bed: Bed, count: int) -> None:
    """The line to the database is cut after any number of bytes, in either direction."""
    with cutting(bed) as port:
        machines = [bed.machine(port), bed.machine(port)]

        def one(number: int) -> None:
            bed.end(bed.start(bed.shops[number % len(bed.shops)], machines[number % 2], number))
            bed.tally["payments"] += 1

        play(bed, one, count)
    reaches = bed.machine()
    bed.recover([reaches])
    bed.judge()


@contextlib.contextmanager
def cutting(bed: Bed) -> Iterator[int]:
    """A port that leads to the database, and cuts most connections somewhere."""
    lines: list[threading.Thread] = []

    def join(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", bed.server.port)) as server:
            whole, cut = 1 << 40, bed.random.randrange(1, 6000)
            there, back = bed.random.choice([(whole, whole), (cut, whole), (whole, cut)])
            bed.tally["lines cut"] += (there, back) != (whole, whole)
            other = threading.Thread(target=pump, args=(server, client, back))
            other.start()
            pump(client, server, there)
            other.join()

    def pump(source: socket.socket, sink: socket.socket, most: int) -> None:
        with contextlib.suppress(OSError):
            while most and (piece := source.recv(min(4096, most))):
                sink.sendall(piece)
                most -= len(piece)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line = threading.Thread(target=join, args=[listener.accept()[0]])
                line.start()
                lines.append(line)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for thread in (serving, *lines):
                thread.join()


def vanishings(bed: Bed, count: int) -> None:
    """A machine ends at any moment and never comes back: its processes, its namespace and its disk are gone."""
    survivor = bed.machine(settings={"journal": "strict"})
    lasts = {shop.language: bed.duration(shop, survivor) for shop in bed.shops}
    apart = ["unshare", "--pid", "--mount", "--fork", "--kill-child"] if can_unshare() else []

    def one(number: int) -> None:
        shop = bed.shops[number % len(bed.shops)]
        home = bed.directory / f"vanishing-{len(bed.machines)}-{number}"
        # Without files to fall back on: they would be gone, too.
        machine = Machine.make(home, bed.gateway.home, bed.server, settings={"journal": "strict"})
        process = bed.start(shop, machine, number, *apart)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=bed.random.uniform(0.6, 2.5) * lasts[shop.language])
        process.kill()
        shutil.rmtree(home)
        bed.tally["machines gone"] += 1
        bed.end(process)

    play(bed, one, count)
    bed.recover([survivor])
    bed.judge()


def can_unshare() -> bool:
    """Whether a process may have namespaces of its own here."""
    call = ["unshare", "--pid", "--mount", "--fork", "true"]
    return shutil.which("unshare") is not None and subprocess.run(call, capture_output=True, check=False).returncode == 0


# How many of each a gateway sees before it is a new one: it lists its latest requests only.
BATCH = {"outages": 8}
MOST = 100
TRIALS = {"kills": kills, "outages": outages, "stops": stops, "cuts": cuts, "vanishings": vanishings}


def main() -> int:
    """Plays the trials, and prints what they came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", action="append", choices=list(shops.LANGUAGES))
    parser.add_argument("--database", action="append", choices=["mariadb", "postgresql"])
    parser.add_argument("--seed", type=int, default=1)
    for name, trial in TRIALS.items():
        parser.add_argument(f"--{name}", type=int, default=0, metavar="N", help=trial.__doc__)
    given = parser.parse_args()
    failed = 0
    for database in given.database or ["mariadb", "postgresql"]:
        with getattr(databases, database)() as server, tempfile.TemporaryDirectory() as scratch:
            for name, trial in TRIALS.items():
                left, counted, wrong, began = getattr(given, name), Counter[str](), list[str](), time.monotonic()
                while left > 0:
                    now = min(left, BATCH.get(name, MOST))
                    left -= now
                    directory = Path(tempfile.mkdtemp(dir=scratch))
                    with sandbox.running(directory / "gateway") as gateway:
                        server.make_tables()
                        bed = Bed(
                            gateway,
                            server,
                            directory,
                            [shops.LANGUAGES[one](server, directory) for one in given.language or shops.LANGUAGES],
                            random.Random(given.seed + left),
                        )
                        trial(bed, now)
                    counted += bed.tally
                    wrong += bed.wrong
                if counted:
                    figures = ", ".join(f"{name} {number}" for name, number in sorted(counted.items()))
                    zeros = ", ".join(f"{counted[name]} {name}" for name in ("orphans", "wrong rollbacks", "sent twice"))
                    print(f"{database} {name}: {zeros}; {figures} ({time.monotonic() - began:.0f} s)", flush=True)
                    for line in wrong:
                        print(f"  {line}", flush=True)
                    failed += len(wrong)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
