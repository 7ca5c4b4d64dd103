"""The command `xpay` on a journal in a database, through a program in the shop's language: what an operator does with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import sandbox
from tests import databases, kit
from tests.databases import Server
from tests.machines import shops
from tests.machines.shops import Machine, Shop


@dataclass
class Operator:
    """One machine of a shop that pays, and another one at which somebody sits."""

    gateway: sandbox.Sandbox
    server: Server
    shop: Shop
    paying: Machine
    sitting: Machine
    store: str

    def pays(self, oid: str, call: list[str] | None = None) -> str:
        """LGD_TXID of a payment that stands."""
        before = {tx_id for tx_id, _ in self.server.rows()}
        key = self.gateway.paykey(oid, 1000)
        subprocess.run(call or self.shop.pay(self.paying), input=f"{key}\n", check=True, stdout=subprocess.PIPE, encoding="utf-8")
        (tx_id,) = {tx_id for tx_id, _ in self.server.rows()} - before
        return tx_id

    def leaves(self, state: str, oid: str) -> str:
        """A payment whose process ended so long ago."""
        tx_id = self.pays(oid)
        hour = "UTC_TIMESTAMP() - INTERVAL 1 HOUR" if self.server.kind == "mysql" else "now() - interval '1 hour'"
        self.server.sql(f"UPDATE xpay_journal SET state = '{state}', due = {hour} WHERE tx_id = '{tx_id}'")
        return tx_id

    def xpay(self, *words: str, status: int = 0, store: bool = True) -> Any:
        """What the command says, read as JSON where it is that."""
        more = ["--home", str(self.sitting.home), *(["--store", self.store] if store else [])]
        done = subprocess.run([sandbox.XPAY, "--lang", "en", *words, *more], capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == status, done.stdout + done.stderr
        assert databases.PASSWORD not in done.stdout + done.stderr
        return json.loads(done.stdout) if "--json" in words else done.stdout + done.stderr

    def open(self, *, store: bool = True) -> dict[str, str]:
        """What recovery lists: states by LGD_TXID."""
        done = subprocess.run(
            [
                sandbox.XPAY,
                "recover",
                "--list",
                "--json",
                "--home",
                str(self.sitting.home),
                *(["--store", self.store] if store else []),
            ],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
        return {one["tx_id"]: one["state"] for one in json.loads(done.stdout)}

    def balance(self, oid: str) -> int:
        """What stands of an order at the gateway."""
        return int(next(one["balance"] for one in self.gateway.payments() if one["oid"] == oid))


@pytest.fixture(params=[("mariadb", "php"), ("postgresql", "python")], ids="-".join)
def operator(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Operator]:
    """Each database with the store of one language: tests of PHP and Python try the other."""
    database, language = request.param
    with getattr(databases, database)() as server, sandbox.running(tmp_path / "gateway") as gateway:
        shop = shops.LANGUAGES[language](server, tmp_path)
        paying, sitting = (Machine.make(tmp_path / name, gateway.home, server) for name in ("paying", "sitting"))
        store = f"env PYTHONPATH={tmp_path / 'package'} {sys.executable} -m xpayclient store"
        if language == "php":
            store = f"env XPAYCLIENT_LIB={sandbox.LIBRARY} {kit.program('php')} -d ffi.enable=1 {sandbox.ROOT / 'ffi-php/bin/xpay-store'}"
        yield Operator(gateway, server, shop, paying, sitting, store)


def test_what_another_machine_left_is_listed_and_decided(operator: Operator) -> None:
    saved, unsaved = operator.leaves("approved", "saved"), operator.leaves("approved", "unsaved")
    assert operator.open() == {saved: "unconfirmed", unsaved: "unconfirmed"}
    operator.xpay("recover", "--close", saved, "--reason", "the order is there")
    assert "LGD_RB_TXID" in operator.xpay("recover", "--rollback", unsaved, "--reason", "no order", "--dry-run")
    assert operator.balance("unsaved") == 1000
    operator.xpay("recover", "--rollback", unsaved, "--reason", "no order")
    assert (operator.balance("saved"), operator.balance("unsaved")) == (1000, 0)
    assert dict(operator.server.rows()) == {saved: "closed", unsaved: "rolled_back"}
    assert operator.open() == {}
    # One that runs is nobody's to decide.
    running = operator.leaves("sent", "running")
    hour = "UTC_TIMESTAMP() + INTERVAL 1 HOUR" if operator.server.kind == "mysql" else "now() + interval '1 hour'"
    operator.server.sql(f"UPDATE xpay_journal SET due = {hour} WHERE tx_id = '{running}'")
    assert operator.open() == {running: "running"}
    assert "its process is still running" in operator.xpay("recover", "--close", running, "--reason", "why not", status=1)


def test_list_and_log_know_what_every_machine_paid(operator: Operator) -> None:
    tx_id = operator.pays("order-7")
    (one,) = operator.xpay("list", "--json")["transactions"]
    assert (one["tx_id"], one["state"], one["oid"], one["in_journal"]) == (tx_id, "answered", "order-7", True)
    assert "delivered" in operator.xpay("log", "order-7")


def test_the_doctor_looks_at_the_database(operator: Operator) -> None:
    def found(status: int) -> list[tuple[str, str]]:
        said = operator.xpay("doctor", "--json", status=status)["findings"]
        return [(one["grade"], one["en"]) for one in said if one["about"] == "database"]

    assert any("it can be written" in text for _, text in found(0))
    if operator.server.kind == "mysql":
        operator.server.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 2")
        assert any("innodb_flush_log_at_trx_commit is 2" in text for grade, text in found(1) if grade == "warning")
        operator.server.sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1")
        operator.server.sql(f"REVOKE INSERT ON {databases.NAME}.* FROM {databases.USER}@'%'")
    else:
        operator.server.sql(f"REVOKE INSERT ON xpay_journal FROM {databases.USER}")
    assert found(2)[0][0] == "error"
    operator.server.sql("DELETE FROM xpay_journal_schema; INSERT INTO xpay_journal_schema VALUES (7)")
    assert any("version [7]" in text for _, text in found(2))
    operator.server.kill()
    assert [grade for grade, _ in found(2)] == ["error"]


def test_what_is_open_moves_into_files_and_back(operator: Operator) -> None:
    left = {
        operator.leaves(state, state.replace("_", "-")): shown
        for state, shown in (("approved", "unconfirmed"), ("in_doubt", "in_doubt"))
    }
    assert operator.xpay("journal", "move", "--to", "files", "--json") == {"moved": 2, "left": []}
    assert operator.open(store=False) == left
    assert set(dict(operator.server.rows()).values()) == {"closed"}
    assert operator.xpay("journal", "move", "--to", "database", "--json") == {"moved": 2, "left": []}
    assert (operator.open(store=False), operator.open()) == ({}, left)
    assert operator.balance("approved") == operator.balance("in-doubt") == 1000


def test_what_is_settled_is_pruned_and_what_is_open_stays(operator: Operator) -> None:
    operator.pays("settled")
    left = operator.leaves("approved", "open")
    assert "0 deleted" in operator.xpay("journal", "prune", "--before", "2020-01-01")
    assert "1 deleted" in operator.xpay("journal", "prune", "--before", "2100-01-01")
    assert operator.server.rows() == [(left, "approved")]
    assert "yyyy-MM-dd" in operator.xpay("journal", "prune", "--before", "yesterday", status=2)
    assert "no database keeps the journal" in operator.xpay("journal", "prune", "--before", "2100-01-01", status=1, store=False)
