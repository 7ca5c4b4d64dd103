#!/usr/bin/env python3
"""The cost of a payment, ours and others in turns against the same nginx over TLS, as ratios with their spread.

Programs run one after the other, round after round, so that what else the machine does hits all alike; each round gives one
ratio, and the median of these is printed with the lowest and the highest. Nothing is compared with what was measured yesterday.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "ffi-php/tests"), str(ROOT / "tests/bench")]
import environment  # noqa: E402
import fastcgi  # noqa: E402
import fpm  # noqa: E402
import phps  # noqa: E402
import server  # noqa: E402

HERE = ROOT / "tests/bench"
WORKSHOP = ROOT / "target/bench"
RELEASE = ROOT / "target/release"
LIBRARY = RELEASE / "libxpayclient.so"
ROUND_TRIP = 0.020  # seconds


class Bench:
    """The programs, and their number of payments."""

    def __init__(self, gateway, quick):
        self.gateway = gateway
        self.rounds = 1 if quick else 7
        self.warm, self.count = (5, 64) if quick else (200, 2000)
        self.url = f"https://localhost:{gateway.port}/xpay/Gateway.do"
        self.off = gateway.home("off", journal="off")
        self.on = gateway.home("on")
        self.pay = compiled("pay", "-lxpayclient", "-lpthread", f"-I{ROOT / 'include'}", f"-L{RELEASE}", f"-Wl,-rpath,{RELEASE}")
        self.curl = compiled("curl", "-lcurl")
        self.python = python()
        self.php = php()

    def kept(self):
        """Calls by name; each prints the cost of a payment over a kept connection."""
        amount = [self.warm, self.count]
        calls = {
            "floor": [RELEASE / "bench-floor", self.gateway.port, self.gateway.own_root, *amount],
            "C": [self.pay, self.off, "kept", *amount],
            "C, fresh client": [self.pay, self.off, "fresh", *amount],
            "C, journal on": [self.pay, self.on, "kept", self.warm // 20 + 1, self.count // 20],
            "Rust": [RELEASE / "bench-pay", self.off, *amount],
            "libcurl": [self.curl, self.url, self.gateway.bundle, "kept", *amount],
            "libcurl, new": [self.curl, self.url, self.gateway.own_root, "new", 1, self.count // 20],
        }
        if self.python:
            for how, where in (("ours", self.off), ("requests", self.url), ("pycurl", self.url)):
                calls["Python" if how == "ours" else how] = [
                    self.python,
                    HERE / "pay.py",
                    how,
                    where,
                    self.gateway.own_root,
                    *amount,
                ]
        if self.php:
            calls["PHP"] = [*self.php, HERE / "pay.php", "ours", self.off, "", *amount]
            legacy = [HERE / "pay.php", "legacy", self.url, self.gateway.own_root, 1, self.count // 20]
            calls["PHP curl, new"] = [*self.php, *legacy]
        return calls

    def in_turns(self, calls):
        """The output of each, in each round."""
        said = {name: [] for name in calls}
        for _ in range(self.rounds):
            for name, call in calls.items():
                said[name].append(ask(call))
        return said


def ask(call):
    return json.loads(subprocess.run(list(map(str, call)), check=True, stdout=subprocess.PIPE, env=variables()).stdout)


def variables():
    # Nothing else of the caller's environment: it could set proxies and CA bundles for Python's HTTP clients.
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    packages = {"PYTHONPATH": str(WORKSHOP / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
    return kept | packages | {"XPAYCLIENT_CLASS": str(phps.CLASS), "XPAYCLIENT_LIB": str(LIBRARY)}


def compiled(name, *options):
    program = WORKSHOP / name
    subprocess.run(["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", HERE / f"{name}.c", "-o", program, *options], check=True)
    return program


def python():
    """An interpreter with the other HTTP clients and our package. None, with a message, without PyPI."""
    package = WORKSHOP / "python/xpayclient"
    shutil.copytree(ROOT / "ffi-python/python/xpayclient", package)
    shutil.copy(RELEASE / "lib_native.so", package / "_native.abi3.so")
    try:
        return environment.made("bench", ["requests", "pycurl"])
    except subprocess.CalledProcessError:
        print("NO PEERS IN PYTHON: PyPI cannot be had / PyPI를 쓸 수 없어 비교하지 않음")
        return None


def php():
    """PHP's command, if it has curl."""
    program = phps.found().get("PHP 8")
    has_curl = program and subprocess.run([program, "-r", "exit(extension_loaded('curl') ? 0 : 1);"]).returncode == 0
    if not has_curl:
        print("NO PHP: there is none with curl here / curl이 있는 PHP가 없어 비교하지 않음")
    return [program, "-d", "ffi.enable=1"] if has_curl else None


def spread(values):
    return f"{statistics.median(values):8.2f}  ({min(values):.2f} to {max(values):.2f})"


def table(title, said, field, unit):
    print(f"\n{title}, {unit}")
    for name, rounds in said.items():
        print(f"  {name:<18}{spread([one[field] for one in rounds])}")


def ratios(title, said, field, pairs):
    print(f"\n{title}: ratios")
    for name, base, goal in pairs:
        if name in said and base in said:
            values = [one[field] / other[field] for one, other in zip(said[name], said[base])]
            wanted = f"  goal {goal}" if goal else ""
            print(f"  {name + ' / ' + base:<34}{spread(values)}{wanted}")


def kept(bench):
    said = bench.in_turns(bench.kept())
    table("Kept connection on loopback: CPU of the client per payment", said, "cpu", "µs")
    goals = [
        ("C", "floor", "1.2"), ("C", "libcurl", "0.8"), ("C, fresh client", "libcurl", "1.0"), ("C", "libcurl, new", ""), ("Rust", "floor", ""),
        ("Python", "requests", "0.35"), ("Python", "pycurl", ""), ("Python", "C", "1.3"), ("PHP", "PHP curl, new", "0.1"),
        ("PHP", "C", ""), ("C, journal on", "C", ""),
    ]  # fmt: skip
    ratios("CPU", said, "cpu", goals)
    table("The same: wall per payment", said, "wall", "µs")
    ratios("Wall", said, "wall", [(name, base, "") for name, base, _ in goals])


def pages(bench):
    program = phps.found("php-fpm").get("PHP 8")
    if not (bench.php and program):
        return
    settings = phps.preloading_settings(WORKSHOP, LIBRARY)
    told = {"BUNDLE": str(bench.gateway.own_root), "WARM": "0", "COUNT": "1"}
    with fpm.running(program, WORKSHOP / "fpm", bench.off, settings, {"patience": 30}) as running:

        def page(how, where):
            return json.loads(fastcgi.get(running.address, HERE / "pay.php", HOW=how, WHERE=str(where), **told))

        first = page("ours", bench.off)
        said = {"PHP-FPM": [], "PHP-FPM curl, new": []}
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


def far(bench):
    with server.far(bench.gateway.port, ROUND_TRIP / 2) as port:
        home = bench.gateway.home("far", port, journal="off", keep_alive=60)
        url = bench.url.replace(str(bench.gateway.port), str(port))
        some = min(20, bench.count)
        calls = {
            "C": [bench.pay, home, "kept", 1, some],
            "libcurl, new": [bench.curl, url, bench.gateway.own_root, "new", 1, some],
        }
        if bench.python:
            calls["Python"] = [bench.python, HERE / "pay.py", "ours", home, "", 1, some]
        if bench.php:
            calls["PHP"] = [*bench.php, HERE / "pay.php", "ours", home, "", 1, some]
            calls["PHP curl, new"] = [*bench.php, HERE / "pay.php", "legacy", url, bench.gateway.own_root, 1, some]
        said = bench.in_turns(calls)
    for rounds in said.values():
        for one in rounds:
            one["trips"] = one["wall"] / (ROUND_TRIP * 1e6)
    table(
        f"Wall per payment with {ROUND_TRIP * 1e3:.0f} ms of round trip, after the first (goal 1.1)", said, "trips", "round trips"
    )


def threads(bench):
    calls = {f"{n} threads": [bench.pay, bench.off, "threads", n, 2 * bench.count] for n in (1, 8, 64)}
    table("C, payments at once", bench.in_turns(calls), "each_second", "payments a second")


def memory(bench):
    some, everything = (20, 100) if bench.rounds == 1 else (10_000, 100_000)
    each = ask([bench.pay, bench.off, "clients", 100])["each"]
    grown = ask([bench.pay, bench.off, "grow", some, everything])
    print(f"\nMemory: {each:.1f} KiB for each client that has paid;")
    print(f"  {grown['some']} KiB resident after {some} payments, {grown['all']} KiB after {everything}")


def start(bench):
    calls = {
        "C": [bench.pay, bench.off, "cold"],
        "libcurl": [bench.curl, bench.url, bench.gateway.bundle, "cold"],
        "libcurl, one root": [bench.curl, bench.url, bench.gateway.own_root, "cold"],
    }
    said = bench.in_turns(calls)
    table("First payment of a process: CPU", said, "cpu", "µs")
    ratios("CPU", said, "cpu", [("C", "libcurl", "0.8"), ("C", "libcurl, one root", "0.8")])
    table("First payment of a process: wall", said, "wall", "µs")
    if bench.python:
        imports = {}
        for module in ("xpayclient", "requests", "pycurl"):
            code = f"import json, time; t = time.perf_counter(); import {module}; print(json.dumps({{'wall': (time.perf_counter() - t) * 1e3}}))"
            imports[module] = [bench.python, "-c", code]
        table("Python: import", bench.in_turns(imports), "wall", "ms")


def sizes(bench):
    print("\nSizes")
    files = [LIBRARY, RELEASE / "lib_native.so", *(ROOT / "dist").glob("*.whl")]
    for file in files:
        goal = "  goal 3.10" if file == LIBRARY else ""
        print(f"  {file.name:<60}{file.stat().st_size / 2**20:6.2f} MiB{goal}")


def instructions(bench):
    """By callgrind: the same in every run, on any machine of this kind."""
    if not shutil.which("valgrind"):
        print("\nNO INSTRUCTION COUNTS: there is no valgrind here / valgrind가 없어 명령어 수를 세지 않음")
        return
    few, many = (10, 20) if bench.rounds == 1 else (100, 600)
    calls = {
        "floor": lambda n: [RELEASE / "bench-floor", bench.gateway.port, bench.gateway.own_root, 0, n],
        "C": lambda n: [bench.pay, bench.off, "kept", 0, n],
        "C, fresh client": lambda n: [bench.pay, bench.off, "fresh", 0, n],
        "libcurl": lambda n: [bench.curl, bench.url, bench.gateway.own_root, "kept", 0, n],
    }
    print("\nInstructions per payment on a kept connection, and of the first")
    for name, call in calls.items():
        one, two = (counted(call(n)) for n in (few, many))
        each = (two - one) / (many - few)
        print(f"  {name:<18}{each:10.0f}{one - few * each:14.0f}")


def counted(call):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, call)]
    said = subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", env=variables()
    )
    (line,) = [line for line in said.stderr.splitlines() if "Collected" in line]
    return int(line.split()[-1])


PARTS = [kept, pages, far, threads, memory, start, sizes, instructions]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="only to see that it still runs; the figures mean nothing")
    parser.add_argument("--only", choices=[part.__name__ for part in PARTS], action="append")
    chosen = parser.parse_args()
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    with server.running(WORKSHOP / "nginx") as gateway:
        bench = Bench(gateway, chosen.quick)
        for part in PARTS:
            if not chosen.only or part.__name__ in chosen.only:
                part(bench)
                sys.stdout.flush()


if __name__ == "__main__":
    main()
