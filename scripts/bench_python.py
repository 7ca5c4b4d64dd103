#!/usr/bin/env python3
"""8 threads pay at a gateway that takes its time: how close all of them together come to the time of one payment."""

from __future__ import annotations

import subprocess
import sys

import environment
import package
import sandbox
from sandbox import ROOT

THREADS = 8
DELAY = 1000  # milliseconds

# Runs with the wheel: a home directory, then a PAYKEY for each payment.
PAY = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from xpayclient import XPayClient

home, first, *others = sys.argv[1:]
client = XPayClient(home, "test", mid="tlgdacomxpay")

def pay(paykey):
    assert client.pay_by_key(paykey, 23400).is_success

def timed(call):
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun

client.ping()
one = timed(lambda: pay(first))
with ThreadPoolExecutor(len(others)) as pool:
    all_of_them = timed(lambda: list(pool.map(pay, others)))
print(f"one payment {one:.3f} s, {len(others)} at once {all_of_them:.3f} s: ratio {all_of_them / one:.2f}")
"""


def main() -> None:
    wheel = package.wheel()
    if wheel is None:
        sys.exit("There is no wheel: make wheel / 휠이 없습니다: make wheel")
    python = environment.made("bench")
    environment.install(python, "--no-index", "--force-reinstall", wheel)
    script = ROOT / "target/bench-python.faults"
    script.write_text(f"PaymentByKey delay={DELAY}\n")
    with sandbox.running(ROOT / "target/bench-python", "--faults", script) as gateway:
        paykeys = [gateway.paykey(f"bench-{number}", 23400) for number in range(THREADS + 1)]
        subprocess.run([python, "-c", PAY, gateway.home, *paykeys], check=True)


if __name__ == "__main__":
    main()
