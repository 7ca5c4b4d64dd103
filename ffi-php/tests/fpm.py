#!/usr/bin/env python3
"""Payments through php-fpm with the drop-in: none fails, none is orphaned, workers do not grow, workers do not share connections.

Five runs for each PHP: FFI for preloaded code alone (the default of web servers) with long-lived workers; the same with workers
that are recycled and reloaded in between; no usable FFI, so that the command is spoken to; and, with FFI for all and without it,
reloads that kill workers in the middle of payments, after which `xpay recover` leaves nothing in doubt.
"""

import argparse
import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import fastcgi  # noqa: E402
import phps  # noqa: E402

import sandbox  # noqa: E402
from sandbox import ROOT  # noqa: E402

WORKSHOP = ROOT / "target/tests-fpm"
LIBRARY = ROOT / "target/release/libxpayclient.so"
PAGE = ROOT / "ffi-php/tests/pay.php"
WORKERS = 4
AMOUNT = 1000
GROWTH = 2 * 1024  # KiB that a worker may grow from its first thousand payments to its last


class Fpm:
    """A running php-fpm, and its requests."""

    def __init__(self, process, address, book):
        self.process = process
        self.address = address
        self._book = book

    def booked(self):
        """LGD_TIDs as the shop saved them."""
        return set(self._book.read_text().split())

    def pay(self, run, paykey):
        """The page's result of a payment, or None if there was none."""
        try:
            return json.loads(fastcgi.get(self.address, PAGE, RUN=run, PAYKEY=paykey))
        except ConnectionError:
            return None

    def reload(self):
        os.kill(self.process.pid, signal.SIGUSR2)


@contextlib.contextmanager
def running(program, directory, home, settings, pool):
    """php-fpm with four workers, ready inside the block."""
    directory.mkdir(parents=True)
    address, log = directory / "socket", directory / "fpm.log"
    book = directory / "book"
    environment = {"XPAYCLIENT_CLASS": phps.CLASS, "XPAY_HOME": home, "XPAY_BOOK": book}
    environment |= {"XPAYCLIENT_LIB": LIBRARY, "XPAYCLIENT_COMMAND": sandbox.XPAY}
    root = ["user = root", "group = root"] if os.geteuid() == 0 else []
    lines = [
        "[global]", "daemonize = no", f"error_log = {log}", "log_level = notice",
        f"process_control_timeout = {pool.pop('patience')}",
        "[shop]", f"listen = {address}", "pm = static", f"pm.max_children = {WORKERS}", "catch_workers_output = yes", *root,
        *(f"pm.{name} = {value}" for name, value in pool.items()),
        *(f"env[{name}] = {value}" for name, value in environment.items()),
    ]  # fmt: skip
    (directory / "fpm.conf").write_text("\n".join(lines) + "\n")
    options = [part for name, value in settings.items() for part in ("-d", f"{name}={value}")]
    allowed = ["--allow-to-run-as-root"] if root else []
    call = [program, "--fpm-config", directory / "fpm.conf", *allowed, *options]
    log.touch()
    alive, inherited = os.pipe()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with open(log) as told, subprocess.Popen(call, **quiet, pass_fds=[inherited]) as process, open(alive, "rb") as alive:
        os.close(inherited)
        try:
            wait_for(told, "ready to handle connections", process)
            yield Fpm(process, address, book)
        finally:
            # A process that is about to reload misses the signal.
            while process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(1)
            # A bridge outlives a worker that was killed during a request.
            alive.read()


def wait_for(told, words, process):
    """Reads php-fpm's log until this line appears."""
    while process.poll() is None:
        if words in told.readline():
            return
    raise RuntimeError(f"php-fpm ended: {Path(told.name).read_text()}")


class Till:
    """PAYKEYs of a run, and the pages' results."""

    def __init__(self, gateway, prefix, count):
        self.gateway = gateway
        self.prefix = prefix
        self.count = count
        self.said = []
        self.seen = defaultdict(set)  # by connection, the workers it served
        self._next = itertools.count(1)
        self._lock = threading.Lock()

    def run(self, fpm, every=0, event=lambda: None):
        """Pays with one buyer per worker at a time; runs `event` after every so many payments."""

        def buyer(_):
            while (number := next(self._next)) <= self.count:
                order = {"oid": f"{self.prefix}-{number}", "amount": AMOUNT}
                (paykey,) = self.gateway.ask("/paykeys", order).values()
                said = fpm.pay(self.prefix, paykey)
                with self._lock:
                    self.said.append((order["oid"], said))
                    if len(self.said) % 100 == 0:
                        self._look()
                    if every and len(self.said) % every == 0:
                        event()

        with ThreadPoolExecutor(WORKERS) as buyers:
            list(buyers.map(buyer, range(WORKERS)))
        self._look()

    def _look(self):
        """The gateway remembers only the last requests."""
        for request in self.gateway.ask("/requests"):
            worker = request["parameters"].get("LGD_PRODUCTINFO", "")
            if worker.startswith(self.prefix + " "):
                self.seen[request["connection"]].add(worker)


def check(condition, words):
    if not condition:
        raise AssertionError(words)


def all_paid(till, backend):
    failed = [(oid, said) for oid, said in till.said if said is None or not said["paid"]]
    check(not failed, f"{len(failed)} of {till.count} failed: {failed[:3]}")
    others = {said["backend"] for _, said in till.said} - {backend}
    check(not others, f"paid by {others} and not by {backend}: {till.said[0]}")
    standing = {p["tid"] for p in till.gateway.ask("/payments") if p["oid"].startswith(till.prefix) and p["balance"] == AMOUNT}
    told = {said["tid"] for _, said in till.said}
    check(standing == told, f"{len(standing ^ told)} payments that only one side knows of")


def connections(till):
    """Each connection belonged to one worker. Returns their number."""
    workers = set().union(*till.seen.values())
    check(len(workers) >= WORKERS, f"{len(workers)} workers were seen at the gateway")
    shared = {number: workers for number, workers in till.seen.items() if len(workers) > 1}
    check(not shared, f"connections used by several workers: {shared}")
    return len(till.seen)


def growth(till):
    """The growth of each worker in KiB, from the first thousand payments to the last."""
    by_worker = defaultdict(list)
    for number, (_, said) in enumerate(till.said):
        by_worker[said["worker"]].append((number, said["resident"]))
    thousand = min(1000, till.count // 4)
    grown = {}
    for worker, sizes in by_worker.items():
        first = [size for number, size in sizes if number < thousand]
        last = [size for number, size in sizes if number >= till.count - thousand]
        if first and last:
            grown[worker] = sum(last) / len(last) - sum(first) / len(first)
    return grown


def preloaded(name, program, gateway, count):
    settings = phps.preloading_settings(WORKSHOP, LIBRARY)
    with running(program, WORKSHOP / f"{name}-preloaded", gateway.home, settings, {"patience": 30}) as fpm:
        till = Till(gateway, f"{name}-preloaded", count)
        till.run(fpm)
    all_paid(till, "ffi")
    used, grown = connections(till), growth(till)
    check(used < count / 10, f"{used} connections for {count} payments")
    check(max(grown.values()) <= GROWTH, f"workers grew by {grown} KiB")
    most = max(grown.values())
    return f"{count} payments, {used} connections, a worker grew by {most:.0f} KiB at most (first to last thousand)"


def recycled(name, program, gateway, count):
    pool = {"patience": 30, "max_requests": max(50, count // 40)}
    settings = phps.preloading_settings(WORKSHOP, LIBRARY)
    # The class is preloaded and its declarations are not, the most common setup.
    del settings["ffi.preload"]
    with running(program, WORKSHOP / f"{name}-recycled", gateway.home, settings, pool) as fpm:
        till = Till(gateway, f"{name}-recycled", count)
        till.run(fpm, count // 5, fpm.reload)
    all_paid(till, "ffi")
    workers = {said["worker"] for _, said in till.said}
    check(len(workers) > 2 * WORKERS, f"only {len(workers)} workers: nobody was recycled")
    return f"{count} payments, {len(workers)} workers one after the other, 4 reloads, {connections(till)} connections"


def by_pipe(name, program, gateway, count):
    with running(program, WORKSHOP / f"{name}-pipe", gateway.home, {"ffi.enable": "preload"}, {"patience": 30}) as fpm:
        till = Till(gateway, f"{name}-pipe", count)
        till.run(fpm)
    all_paid(till, "pipe")
    check("ffi.enable" in till.said[0][1]["why"][0], f"it does not say why: {till.said[0][1]['why']}")
    return f"{count} payments"


def killed(name, program, gateway, count, ffi="true"):
    """Reloads without a grace period: workers die at any point. The journal knows what the shop was not told."""
    pool = {"patience": 0}
    run = f"{name}-killed-{ffi}"
    with running(program, WORKSHOP / run, gateway.home, {"ffi.enable": ffi}, pool) as fpm:
        till = Till(gateway, run, count)
        till.run(fpm, count // 20, fpm.reload)
    lost = [oid for oid, said in till.said if said is None]
    booked = fpm.booked()
    recover = [sandbox.XPAY, "recover", "--home", gateway.home]
    subprocess.run(recover, stdout=subprocess.DEVNULL)
    shown = json.loads(subprocess.run([*recover, "--list", "--json"], stdout=subprocess.PIPE).stdout)
    # A confirmed Rollback is requested once more later.
    in_doubt = [entry for entry in shown if entry["state"] not in ("unconfirmed", "rolled_back")]
    check(not in_doubt, f"still in doubt: {in_doubt}")
    unconfirmed = {entry["tid"] for entry in shown if entry["state"] == "unconfirmed"}
    standing = {p["tid"] for p in gateway.ask("/payments") if p["oid"].startswith(till.prefix) and p["balance"] > 0}
    orphans = standing - booked - unconfirmed
    check(not orphans, f"orphans: {orphans}")
    check(booked <= standing, f"paid by the shop's books and not by the gateway's: {booked - standing}")
    return f"{count} payments, {len(lost)} pages killed, {len(standing - booked)} approvals shown as unconfirmed, 0 orphans"


def killed_by_pipe(name, program, gateway, count):
    """The same if the bridge outlives its worker and nobody gets the result."""
    return killed(name, program, gateway, count, "preload")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--payments", type=int, default=2000, help="in each of the first two runs")
    count = parser.parse_args().payments
    programs = phps.found("php-fpm")
    if not programs:
        print("PHP-FPM IS NOT TESTED: there is none here / php-fpm이 없어 테스트하지 않습니다")
        return 0
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    failed = 0
    with sandbox.running(WORKSHOP / "sandbox") as gateway:
        for name, program in programs.items():
            tenth = count // 10
            runs = [(preloaded, count), (recycled, count), (by_pipe, tenth), (killed, tenth), (killed_by_pipe, tenth)]
            for run, payments in runs:
                slug = name.replace(" ", "").replace(".", "")
                try:
                    print(f"{name} {run.__name__}: {run(slug, program, gateway, payments)}", flush=True)
                except AssertionError as failure:
                    failed += 1
                    print(f"FAILED {name} {run.__name__}: {failure}", flush=True)
    print(f"{len(runs) * len(programs) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
