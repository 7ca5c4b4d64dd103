"""The parts of the bench. Each runs its programs in turns and prints what they cost."""

from __future__ import annotations

import json
import math
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import daemon
import fastcgi
import fpm
import package
import phps
from sandbox import BRIDGE, BUILD, LIBRARY

from . import server
from .figures import Figures, ratios, table
from .peers import HERE, Bench, Call, valgrind
from .server import Missing

ROUND_TRIP = 0.020  # seconds
# Of a gateway far away that asks a card's issuer, in seconds; and how many payments wait for it together.
ANSWER_TIME = 0.2
AT_ONCE = 64


def kept(bench: Bench) -> None:
    """A payment over a kept connection."""
    amount = [bench.warm, bench.count]
    root, few = bench.gateway.own_root, bench.count // 20
    calls: dict[str, Call] = {
        "floor": [BUILD / "bench-floor", bench.gateway.port, root, *amount],
        "C": [bench.pay, bench.off, "kept", *amount],
        "C, fresh client": [bench.pay, bench.off, "fresh", *amount],
        "C, journal on": [bench.pay, bench.on, "kept", bench.warm // 20 + 1, few],
        "Rust": [BUILD / "bench-pay", bench.off, *amount],
        "libcurl": [bench.curl, bench.url, bench.gateway.bundle, "kept", *amount],
        "libcurl, new": [bench.curl, bench.url, root, "new", 1, few],
    }
    if bench.python:
        for name, how, where in (
            ("Python", "ours", bench.off),
            ("requests", "requests", bench.url),
            ("pycurl", "pycurl", bench.url),
        ):
            calls[name] = [bench.python, HERE / "pay.py", how, where, root, *amount]
    if bench.php:
        calls["PHP"] = [*bench.php, HERE / "pay.php", "ours", bench.off, "", *amount]
        calls["PHP curl, new"] = [*bench.php, HERE / "pay.php", "legacy", bench.url, root, 1, few]
    said = bench.in_turns(calls)
    table("Kept connection on loopback: CPU of the client per payment", said, "cpu", "µs")
    goals = [
        ("C", "floor", "1.2"), ("C", "libcurl", "0.8"), ("C, fresh client", "libcurl", "1.0"), ("C", "libcurl, new", ""), ("Rust", "floor", ""),
        ("Python", "requests", "0.35"), ("Python", "pycurl", ""), ("Python", "C", "1.3"), ("PHP", "PHP curl, new", "0.1"),
        ("PHP", "C", ""), ("C, journal on", "C", ""),
    ]  # fmt: skip
    ratios("CPU", said, "cpu", goals)
    table("The same: wall per payment", said, "wall", "µs")
    ratios("Wall", said, "wall", [(name, base, "") for name, base, _ in goals])


def pages(bench: Bench) -> None:
    """A page of php-fpm that pays."""
    program = phps.found("php-fpm").get("PHP 8")
    if not (bench.php and program):
        raise Missing("there is no php-fpm with curl here: make setup", "curl이 있는 php-fpm이 없습니다: make setup")
    settings = phps.preloading_settings(bench.workshop, LIBRARY)
    told = {"BUNDLE": str(bench.gateway.own_root), "WARM": "0", "COUNT": "1"}
    with fpm.running(program, bench.workshop / "fpm", bench.off, settings, {"patience": 30}) as running:

        def page(how: str, where: object) -> dict[str, float]:
            said = fastcgi.get(running.address, HERE / "pay.php", HOW=how, WHERE=str(where), **told)
            return {field: json.loads(said)[field] for field in ("cpu", "wall")}

        first = page("ours", bench.off)
        said: dict[str, list[Figures]] = {"PHP-FPM": [], "PHP-FPM curl, new": []}
        few = max(8, bench.count // 100)
        for _ in range(bench.rounds):
            for name, how, where in (("PHP-FPM", "ours", bench.off), ("PHP-FPM curl, new", "legacy", bench.url)):
                each = [page(how, where) for _ in range(few)]
                # The first pages of a round open new connections: the old ones have timed out.
                each = each[fpm.WORKERS :]
                said[name].append({field: statistics.mean(one[field] for one in each) for field in ("cpu", "wall")})
    table("A page of PHP-FPM that pays: CPU of the worker", said, "cpu", "µs")
    ratios("CPU", said, "cpu", [("PHP-FPM", "PHP-FPM curl, new", "0.1")])
    print(f"  first page of all: {first['cpu']:.0f} µs of CPU, {first['wall']:.0f} µs of wall in the payment")


def bridges(bench: Bench) -> None:
    """A page of php-fpm where FFI may not be used: the whole page, as the web server waits for it."""
    program = phps.found("php-fpm").get("PHP 8")
    if not (bench.php and program):
        raise Missing("there is no php-fpm with curl here: make setup", "curl이 있는 php-fpm이 없습니다: make setup")
    homes = {journal: bench.gateway.home(f"bridges-{journal}", journal=journal) for journal in ("off", "on")}
    for home in homes.values():
        # As the vendor's package has it: a bundle of all roots.
        shutil.copy(bench.gateway.bundle, home / "conf/ca-bundle.crt")
    roots = {"all roots": bench.gateway.bundle, "one root": bench.gateway.own_root}
    settings = {"opcache.enable": "1", "ffi.enable": "preload"}
    with (
        daemon.running() as bridge,
        fpm.running(program, bench.workshop / "bridges", homes["off"], settings, {"patience": 30}) as running,
    ):
        ways = {"XPAYCLIENT_COMMAND": str(BRIDGE), "XPAYCLIENT_SOCKET": str(bridge.socket)}

        def page(how: str, home: Path, bundle: str, backend: str, count: int) -> float:
            told = {"BUNDLE": str(roots[bundle]), "WARM": "0", "COUNT": str(count), "XPAYCLIENT_BACKEND": backend}
            begun = time.perf_counter()
            said = fastcgi.get(running.address, HERE / "pay.php", HOW=how, WHERE=str(home), **told, **ways)
            taken = time.perf_counter() - begun
            json.loads(said)
            return taken * 1e3

        each = 3 if bench.quick else 40
        for title, journal, count in (
            ("pays, journal off", "off", 1),
            ("pays, journal on", "on", 1),
            ("only constructs", "off", 0),
        ):
            home = homes[journal]
            pages: dict[str, tuple[str, Path, str, str, int]] = {
                "curl class": ("vendor", home, "all roots", "", count),
                "curl, one root": ("vendor", home, "one root", "", count),
                "pipe": ("ours", home, "all roots", "pipe", count),
                "socket": ("ours", home, "all roots", "socket", count),
            }
            said: dict[str, list[Figures]] = {name: [] for name in pages}
            for _ in range(bench.rounds):
                # In turns, page by page.
                rounds: dict[str, list[float]] = {name: [] for name in pages}
                for _ in range(each):
                    for name, call in pages.items():
                        rounds[name].append(page(*call))
                for name, taken in rounds.items():
                    said[name].append({"wall": statistics.median(taken)})
            table(f"A page of PHP-FPM that {title}: wall, median", said, "wall", "ms")
            goal = "1.0" if journal == "off" and count else ""
            ratios("Wall", said, "wall", [(way, "curl class", goal) for way in ("pipe", "socket")])
            ratios("Wall, one root", said, "wall", [(way, "curl, one root", "") for way in ("pipe", "socket")])


def far(bench: Bench) -> None:
    """With a network in between."""
    with server.far(bench.gateway.port, ROUND_TRIP / 2) as port:
        home = bench.gateway.home("far", port, journal="off", keep_alive=60)
        url = bench.url.replace(str(bench.gateway.port), str(port))
        root, some = bench.gateway.own_root, min(20, bench.count)
        calls: dict[str, Call] = {
            "C": [bench.pay, home, "kept", 1, some],
            "libcurl, new": [bench.curl, url, root, "new", 1, some],
        }
        if bench.python:
            calls["Python"] = [bench.python, HERE / "pay.py", "ours", home, "", 1, some]
        if bench.php:
            calls["PHP"] = [*bench.php, HERE / "pay.php", "ours", home, "", 1, some]
            calls["PHP curl, new"] = [*bench.php, HERE / "pay.php", "legacy", url, root, 1, some]
        said = bench.in_turns(calls)
    trips = {name: [{"trips": one["wall"] / (ROUND_TRIP * 1e6)} for one in rounds] for name, rounds in said.items()}
    title = f"Wall per payment with {ROUND_TRIP * 1e3:.0f} ms of round trip, after the first (goal 1.1)"
    table(title, trips, "trips", "round trips")


def threads(bench: Bench) -> None:
    calls: dict[str, Call] = {f"{n} threads": [bench.pay, bench.off, "threads", n, 2 * bench.count] for n in (1, 8, 64)}
    table("C, payments at once", bench.in_turns(calls), "each_second", "payments a second")


def bursts(bench: Bench) -> None:
    """Many payments at once from one event loop, at a gateway that takes its time."""
    if not bench.python:
        raise Missing("httpx cannot be had from PyPI", "PyPI에서 httpx를 받을 수 없습니다")
    # Five thousand take as long as all other parts: they are for whoever asks for this one.
    counts = (8,) if bench.quick else (50, 200, 1000, 5000) if bench.alone else (50, 200, 1000)
    seconds = 0.01 if bench.quick else ANSWER_TIME
    with server.slow(bench.gateway, seconds) as port:
        home = bench.gateway.home("bursts", port)
        url = bench.url.replace(str(bench.gateway.port), str(port))
        print(f"\nPayments at once, {seconds * 1e3:.0f} ms for an answer: longest time, lag, most threads and files")
        print(f"  {'':<34}{'total, s':>10}{'of ideal':>10}{'lag, ms':>10}{'threads':>9}{'files':>7}")
        for count in counts:
            for name, how, where, size in (
                ("AsyncClient", "ours", home, AT_ONCE),
                ("AsyncClient, 200 workers", "ours", home, 200),
                ("pool, XPayClient", "pool", home, AT_ONCE),
                ("pool of 200, XPayClient", "pool", home, 200),
                ("httpx.AsyncClient", "httpx", url, AT_ONCE),
            ):
                if how == "httpx" and count > 1000:
                    # It would take many minutes: each call looks through all that wait.
                    continue
                call = [bench.python, HERE / "burst.py", how, where, bench.gateway.own_root, size, count]
                # The longest of some rounds. Long bursts have rounds enough in themselves.
                rounds = [bench.ask(call) for _ in range(1 if bench.quick or count > 200 else 3)]
                worst = {field: max(one[field] for one in rounds) for field in rounds[0]}
                ideal = math.ceil(count / size) * seconds
                total, lag, threads, files = (worst[field] for field in ("total", "lag", "threads", "files"))
                title = f"{count} by {name}"
                print(f"  {title:<34}{total:10.2f}{total / ideal:10.2f}{lag:10.1f}{threads:9.0f}{files:7.0f}", flush=True)


def memory(bench: Bench) -> None:
    some, everything = (20, 100) if bench.quick else (10_000, 100_000)
    each = bench.ask([bench.pay, bench.off, "clients", 100])["each"]
    grown = bench.ask([bench.pay, bench.off, "grow", some, everything])
    print(f"\nMemory: {each:.1f} KiB for each client that has paid;")
    print(f"  {grown['some']:.0f} KiB resident after {some} payments, {grown['all']:.0f} KiB after {everything}")


def start(bench: Bench) -> None:
    """The first payment of a process."""
    calls: dict[str, Call] = {
        "C": [bench.pay, bench.off, "cold"],
        "libcurl": [bench.curl, bench.url, bench.gateway.bundle, "cold"],
        "libcurl, one root": [bench.curl, bench.url, bench.gateway.own_root, "cold"],
    }
    said = bench.in_turns(calls)
    table("First payment of a process: CPU", said, "cpu", "µs")
    ratios("CPU", said, "cpu", [("C", "libcurl", "0.8"), ("C", "libcurl, one root", "0.8")])
    table("First payment of a process: wall", said, "wall", "µs")
    if bench.python:
        started(bench, bench.python)


def started(bench: Bench, python: Path) -> None:
    """What a new interpreter takes for an import, and until it could pay. Without `site`, which may import something itself."""
    timed = "import time; t = time.process_time(); {}; t = time.process_time() - t; import json; print(json.dumps({{'cpu': t * 1e3}}))"
    steps = {
        "import": "import xpayclient",
        "ready": f"from xpayclient import XPayClient; XPayClient({str(bench.off)!r}, 'test', mid='tlgdacomxpay')",
        "asyncio": "from xpayclient import AsyncClient",
        "ssl": "import ssl",
        "asyncio itself": "import asyncio",
        "pycurl": "import pycurl",
        "requests": "import requests; requests.Session()",
    }
    site = next((python.parent.parent / "lib").glob("python*/site-packages"))
    path = f"import sys; sys.path.append({str(site)!r}); "
    calls: dict[str, Call] = {name: [python, "-S", "-c", path + timed.format(step)] for name, step in steps.items()}
    said = bench.in_turns(calls)
    table("Python: import, and ready to pay: CPU", said, "cpu", "ms")
    ratios(
        "CPU",
        said,
        "cpu",
        [("ready", "requests", "0.6"), ("ready", "ssl", ""), ("import", "ssl", "0.3"), ("asyncio", "asyncio itself", "")],
    )


def sizes(_: Bench) -> None:
    print("\nSizes")
    for file in [LIBRARY, BUILD / "lib_native.so", *package.WHEELS.glob("*.whl")]:
        goal = "  goal 3.10" if file == LIBRARY else ""
        print(f"  {file.name:<60}{file.stat().st_size / 2**20:6.2f} MiB{goal}")


def instructions(bench: Bench) -> None:
    """By callgrind: the same in every run, on any machine of this kind."""
    few, many = (10, 20) if bench.quick else (100, 600)
    floor = [BUILD / "bench-floor", bench.gateway.port, bench.gateway.own_root]
    calls: dict[str, Call] = {
        "floor": [*floor, 0],
        "C": [bench.pay, bench.off, "kept", 0],
        "C, fresh client": [bench.pay, bench.off, "fresh", 0],
        "libcurl": [bench.curl, bench.url, bench.gateway.own_root, "kept", 0],
    }
    print("\nInstructions per payment on a kept connection, and of the first")
    for name, call in calls.items():
        one, two = (counted(bench, [*call, number]) for number in (few, many))
        each = (two - one) / (many - few)
        print(f"  {name:<18}{each:10.0f}{one - few * each:14.0f}")


def counted(bench: Bench, call: Call) -> int:
    command = [valgrind(), "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, call)]
    ran = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", env=bench.variables())
    (line,) = [line for line in ran.stderr.splitlines() if "Collected" in line]
    return int(line.split()[-1])


PARTS: list[Callable[[Bench], None]] = [kept, pages, bridges, far, threads, bursts, memory, start, sizes, instructions]
