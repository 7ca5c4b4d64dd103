#!/usr/bin/env python3
"""The demo: a sandbox gateway, two payments and their cancels in C and Rust, and the ledger. Leaves nothing running."""

import shutil
import subprocess
import sys

import sandbox
from sandbox import ROOT

WORKSHOP = ROOT / "target/demo"

# What is run, the order it pays, and what it is called in both languages.
PAYERS = [
    (ROOT / "target/examples/payment-c", "demo-c", "the C program examples/c/payment.c", "C 프로그램 examples/c/payment.c"),
    (ROOT / "target/release/payment", "demo-rust", "the Rust program examples/rust/payment.rs", "Rust 프로그램 examples/rust/payment.rs"),
]


def main():
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    with sandbox.running(WORKSHOP) as gateway:
        say(
            f"The sandbox gateway answers at {gateway.facts['url']}",
            f"샌드박스 게이트웨이가 {gateway.facts['url']} 에서 응답합니다",
        )
        for program, oid, english, korean in PAYERS:
            say(f"{english} pays order {oid} and cancels it", f"{korean} 이(가) 주문 {oid} 을(를) 결제하고 취소합니다")
            paykey = gateway.paykey(oid, 23400, "--buyer", "홍길동")
            subprocess.run([program, gateway.home, paykey], check=True)
        say("The gateway's ledger: both paid, both cancelled, nothing left", "게이트웨이 원장: 두 건 모두 결제 후 취소되어 잔액이 없습니다")
        print(gateway.ledger(), end="")
        check(gateway.payments())
    say("Everything is stopped. The demo worked.", "모두 종료했습니다. 데모가 성공했습니다.")


def check(payments):
    balances = {payment["oid"]: payment["balance"] for payment in payments}
    if balances != {oid: 0 for _, oid, _, _ in PAYERS}:
        raise RuntimeError(f"the ledger should show both orders with nothing left, but shows {balances}")


def say(english, korean):
    print(f"\n== {english}\n== {korean}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (subprocess.CalledProcessError, RuntimeError, OSError) as error:
        print(f"\n== The demo failed: {error}\n== 데모가 실패했습니다: {error}", file=sys.stderr)
        sys.exit(1)
