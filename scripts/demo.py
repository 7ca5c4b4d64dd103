#!/usr/bin/env python3
"""The demo: a sandbox gateway, payments and their cancels in C, Rust, Python, Java and a shop in PHP, and the ledger. Leaves nothing
running.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import jar
import javas
import package
import sandbox
import shop
from sandbox import BUILD, ROOT, Sandbox

WORKSHOP = ROOT / "target/demo"
# The price of the only poster.
POSTER = 50000

# The program, the order that it pays, and its name in both languages.
PAYERS: list[tuple[list[str | Path], str, str, str]] = [
    (
        [ROOT / "target/examples/payment-c"],
        "demo-c",
        "the C program examples/c/payment.c",
        "C 프로그램 examples/c/payment.c",
    ),
    (
        [BUILD / "payment"],
        "demo-rust",
        "the Rust program examples/rust/payment.rs",
        "Rust 프로그램 examples/rust/payment.rs",
    ),
    (
        [sys.executable, ROOT / "examples/python/payment.py"],
        "demo-python",
        "the Python program examples/python/payment.py",
        "파이썬 프로그램 examples/python/payment.py",
    ),
]


def main() -> None:
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    with sandbox.running(WORKSHOP) as gateway:
        say(
            f"The sandbox gateway answers at {gateway.facts['url']}",
            f"샌드박스 게이트웨이가 {gateway.facts['url']} 에서 응답합니다",
        )
        package.lay_out(WORKSHOP / "python")
        environment = {**os.environ, "PYTHONPATH": str(WORKSHOP / "python")}
        payers = [*PAYERS, *in_java()]
        for program, oid, english, korean in payers:
            say(f"{english} pays order {oid} and cancels it", f"{korean} 이(가) 주문 {oid} 을(를) 결제하고 취소합니다")
            paykey = gateway.paykey(oid, 23400, "--buyer", "홍길동")
            subprocess.run([*program, gateway.home, paykey], check=True, env=environment)
        with shop.opened(WORKSHOP / "shop", gateway) as store:
            say(
                f"PHP's own server shows the shop of examples/php at {store.address}",
                f"PHP 내장 서버가 {store.address} 에서 examples/php 상점을 보여 줍니다",
            )
            card, account = pay_by_card(store), pay_into_account(gateway, store)
            checked(not store.complaints(), f"PHP complained: {store.complaints()}")
        say(
            "The gateway's ledger: those are paid and cancelled, with nothing left, and one deposit",
            "게이트웨이 원장: 위 건은 결제 후 취소되어 잔액이 없고, 한 건은 입금되었습니다",
        )
        print(gateway.ledger(), end="")
        balances = {payment["oid"]: payment["balance"] for payment in gateway.payments()}
        expected = {**{oid: 0 for _, oid, _, _ in payers}, card: 0, account: POSTER}
        checked(balances == expected, f"the ledger should show {expected}, but shows {balances}")
    say("Everything is stopped. The demo worked.", "모두 종료했습니다. 데모가 성공했습니다.")


def in_java() -> list[tuple[list[str | Path], str, str, str]]:
    """The program in Java, where there is a JDK and JNA: they are large, and `make setup` installs them."""
    java = javas.found().get("Java")
    if java is None:
        say(
            "Java is left out: there is no JDK with JNA here, which make setup installs",
            "JDK와 JNA가 없어 Java는 뺐습니다. make setup이 설치합니다",
        )
        return []
    packed, classes = jar.made(WORKSHOP / "java"), WORKSHOP / "java/classes"
    jar.compiled(classes, ROOT / "examples/java/PayAndCancel.java", packed)
    program: list[str | Path] = [java, "-cp", f"{packed}:{jar.JNA}:{classes}", "PayAndCancel"]
    file = "examples/java/PayAndCancel.java"
    return [(program, "demo-java", f"the Java program {file}", f"Java 프로그램 {file}")]


def pay_by_card(store: shop.Shop) -> str:
    """Pays through the pages as a buyer, and cancels as the merchant. Returns the order ID."""
    buyer = shop.Buyer()
    oid = shop.consent(buyer, store.address, product="mug", means="SC0010")
    step("sample_crossplatform.php → payreq_crossplatform.php → the payment window → returnurl.php", f"order {oid}")
    page = buyer.submit("LGD_RETURNINFO")
    step("payres.php", told(page, "paid"))
    step("order.php", told(buyer.open(f"{store.address}/order.php?oid={oid}"), "paid"))
    merchant = shop.merchant(store.address)
    merchant.open(f"{store.address}/Cancel.php?oid={oid}")
    step("Cancel.php", told(merchant.submit(0), "cancelled"))
    return oid


def pay_into_account(gateway: Sandbox, store: shop.Shop) -> str:
    """A virtual account, and the deposit that cas_noteurl.php is notified of. Returns the order ID."""
    buyer = shop.Buyer()
    oid = shop.consent(buyer, store.address, product="poster", means="SC0040")
    page = buyer.submit("LGD_RETURNINFO")
    step("payres.php", f"{told(page, 'waiting')}: {page.texts['LGD_FINANCENAME']} {page.texts['LGD_ACCOUNTNUM']}")
    # Not from the page: a buyer who knew it could forge the notice of her deposit.
    [tid] = [payment["tid"] for payment in gateway.payments() if payment["oid"] == oid]
    checked(store.answered("cas_noteurl.php") == 200, "the shop refused the notice of its account")
    gateway.ask("/deposits", {"tid": tid})
    checked(store.answered("cas_noteurl.php") == 200, "the shop refused the notice of the deposit")
    step("cas_noteurl.php", "할당 account OK, 입금 deposit OK")
    step("order.php", told(buyer.open(f"{store.address}/order.php?oid={oid}"), "paid"))
    return oid


def told(page: shop.Page, state: str) -> str:
    """The state that the page shows, which must be this one."""
    checked(page.data.get("state", {}).get("data-state") == state, f"{page.url} should show {state}:\n{page.text}")
    return page.texts["state"]


def step(pages: str, what: str) -> None:
    print(f"   {pages}: {what}", flush=True)


def checked(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(otherwise)


def say(english: str, korean: str) -> None:
    print(f"\n== {english}\n== {korean}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (subprocess.CalledProcessError, RuntimeError, OSError) as error:
        print(f"\n== The demo failed: {error}\n== 데모가 실패했습니다: {error}", file=sys.stderr)
        sys.exit(1)
