"""A shop that keeps its journal in a database: its configuration, its stores, its processes, and what the gateway saw of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import XPAY, Sandbox
from tests import inner
from tests.databases import NAME, PASSWORD, USER, Server

if TYPE_CHECKING:
    from xpayclient import XPayClient
    from xpayclient.store import Store

MID = "tlgdacomxpay"
URLS = {"mysql": "mysql+pymysql", "postgres": "postgresql+psycopg"}
# Each makes a store of the server that the argument leads to. `settings` leaves it to mall.conf.
WAYS = ["dsn", "url", "engine", "connect", "settings"]


def url(server: Server, driver: str | None = None) -> str:
    """As SQLAlchemy has it."""
    return f"{driver or URLS[server.kind]}://{USER}:{PASSWORD}@127.0.0.1:{server.port}/{NAME}"


def store(server: Server, way: str = "dsn") -> Store | None:
    """A store, made in one of `WAYS`."""
    from xpayclient.store import Store

    if way == "dsn":
        return Store.from_dsn(server.dsn, USER, PASSWORD)
    if way == "url":
        return Store.from_dsn(url(server))
    if way.startswith("engine"):
        import sqlalchemy

        # Seconds, of the shop's own choice.
        more = {"connect_args": {"read_timeout": 8}} if way == "engine, slow" else {}
        return Store.from_engine(sqlalchemy.create_engine(url(server), **more))
    if way == "connect":
        return Store(lambda: connection(server), server.dsn.partition(":")[0])
    return None


def connection(server: Server, **more: Any) -> Any:
    """One of the drivers that the others are not."""
    known = {"host": "127.0.0.1", "port": server.port, "user": USER, "password": PASSWORD, **more}
    if server.kind == "mysql":
        import pymysql

        return pymysql.connect(database=NAME, **known)
    import psycopg2

    return psycopg2.connect(dbname=NAME, **known)


@dataclass
class Shop:
    """A home directory below `directory`, for the gateway's own shop."""

    gateway: Sandbox
    server: Server
    directory: Path
    installed: Path

    def __post_init__(self) -> None:
        self.home = self.directory / "home"
        shutil.copytree(Path(self.gateway.home) / "conf", self.home / "conf")
        self.set(log_dir=f'"{self.home}/log"', log_level="4", output_UTF8="1", timeout="20")

    def set(self, **settings: str) -> None:
        """Changes mall.conf."""
        with open(self.home / "conf/mall.conf", "a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())

    def use_settings(self) -> None:
        """mall.conf names the database."""
        secret = self.home / "journal-password"
        secret.write_text(f"{PASSWORD}\n")
        self.set(journal_dsn=f'"{self.server.dsn}"', journal_user=USER, journal_password_file="journal-password")

    def client(self, way: str = "dsn") -> XPayClient:
        from xpayclient import XPayClient

        if way == "settings":
            self.use_settings()
        return XPayClient(self.home, "test", mid=MID, store=store(self.server, way))

    def order(self) -> tuple[str, str]:
        """A new order and its payment key."""
        oid = f"order-{uuid.uuid4().hex[:16]}"
        return oid, self.gateway.paykey(oid, 23400)

    def balance(self, oid: str) -> int:
        return sum(payment["balance"] for payment in self.gateway.payments() if payment["oid"] == oid)

    def rollbacks(self, tx_id: str) -> int:
        """How many the gateway got of one transaction."""
        return sum(seen["parameters"].get("LGD_RB_TXID") == tx_id for seen in self.requests())

    def requests(self) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = self.gateway.ask("/requests")
        return seen

    def states(self) -> list[str]:
        return [state for _, state in self.server.rows()]

    def log(self) -> str:
        return "".join(file.read_text("utf-8") for file in sorted(self.home.glob("log/*.log")))

    def variables(self, **more: str) -> dict[str, str]:
        return inner.surroundings({"PYTHONPATH": str(self.installed), "LANG": "C.UTF-8", "LC_ALL": "", **more})

    @contextmanager
    def process(self, code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Runs Python code in a process of its own, with a `client` whose settings name the database, and `arguments`."""
        begin = f"""
            import os, signal, sys, threading
            from xpayclient import *
            from xpayclient.store import Store
            home, dsn, *arguments = sys.argv[1:]
            signal.signal(signal.SIGINT, signal.default_int_handler)
            def client_of(store=None):
                return XPayClient(home, "test", mid={MID!r}, store=store or Store.from_dsn(dsn, {USER!r}, {PASSWORD!r}))
        """
        call = [sys.executable, "-c", textwrap.dedent(begin) + textwrap.dedent(code), str(self.home), self.server.dsn, *arguments]
        with subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=self.variables()
        ) as started:
            try:
                yield started
            finally:
                started.kill()

    def said(self, code: str, *arguments: str) -> str:
        """What such a process prints, which must end well."""
        with self.process(code, *arguments) as process:
            said, complaint = process.communicate()
        assert process.returncode == 0, complaint
        return said

    def module(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``python -m xpayclient``."""
        call = [sys.executable, "-m", "xpayclient", *arguments]
        return subprocess.run(call, capture_output=True, encoding="utf-8", env=self.variables())

    def xpay(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command, with the store that this Python has."""
        call = [str(XPAY), *arguments, "--home", str(self.home), "--store", f"{sys.executable} -m xpayclient store"]
        return subprocess.run(call, capture_output=True, encoding="utf-8", env=self.variables(PATH=os.environ["PATH"]))
