"""A shop made of a recipe's very files: each request and each command is a PHP process, as with php-fpm after a reload."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sandbox
import shop
from sandbox import ROOT
from tests import kit

from .at_gateway import AMOUNT, CST_MID, Answer, AtGateway

HERE = Path(__file__).parent
# Where Debian has the frameworks, and a file without which one is missing.
SHARED = Path("/usr/share/php")
NEEDS = {
    "laravel": ["Illuminate/Foundation/Application.php", "Illuminate/autoload.php"],
    "symfony": [
        "Symfony/Bundle/FrameworkBundle/autoload.php",
        "Symfony/Bundle/TwigBundle/autoload.php",
        "Symfony/Component/Messenger",
    ],
    "psr": ["Nyholm/Psr7/autoload.php", "Psr/Log/autoload.php"],
}


class Shop(AtGateway):
    """`name` is a folder of examples/."""

    def __init__(self, name: str, directory: Path, autoload: Path, gateway: sandbox.Sandbox) -> None:
        if not all((SHARED / file).exists() for file in NEEDS[name]):
            kit.missing(f"Debian's packages of {name} are not here: make setup", f"{name}의 Debian 패키지가 없습니다: make setup")
        self.name, self.gateway, self.base = name, gateway, directory / name
        shutil.copytree(ROOT / "examples" / name, self.base)
        database = self.base / "shop.sqlite"
        self._environment = {
            **os.environ,
            "XPAYCLIENT_AUTOLOAD": str(autoload),
            "XPAY_MODE": "test",
            "XPAY_HOME": gateway.home,
            "XPAY_CST_MID": CST_MID,
            "XPAY_SETTINGS": "{}",
            "XPAY_WINDOW_JS": f"{gateway.facts['web']}/xpay/js/xpay_crossplatform.js",
            "SHOP_BASE": str(self.base),
            "PHP_CLI_SERVER_WORKERS": str(shop.WORKERS),
            "SHOP_DATABASE": str(database) if name == "laravel" else f"sqlite:{database}",
        }
        self._database = sqlite3.connect(database, isolation_level=None)
        getattr(self, f"_make_{name}")()

    @property
    def _php(self) -> list[str | Path]:
        options = ["include_path=/usr/share/php", "ffi.enable=true", "display_errors=stderr", "error_reporting=-1"]
        return [kit.php("PHP 8"), *(part for option in options for part in ("-d", option))]

    @contextlib.contextmanager
    def served(self) -> Iterator[shop.Shop]:
        """For a browser and for the notifications of the gateway."""
        process, port = shop.started(self._php, self._environment, [HERE / self.name / "front.php"])
        store = shop.Shop(process, port, self.base)
        try:
            yield store
        finally:
            store.stop()

    def _make_laravel(self) -> None:
        shutil.copytree(HERE / "laravel/config", self.base / "config", dirs_exist_ok=True)
        for folder in ("bootstrap/cache", "storage/framework/views", "storage/logs"):
            (self.base / folder).mkdir(parents=True)
        assert self.command("artisan", "migrate", "--force").returncode == 0

    def _make_symfony(self) -> None:
        self._database.executescript((self.base / "schema.sql").read_text("utf-8"))

    def _make_psr(self) -> None:
        shutil.copytree(ROOT / "examples/symfony/src/Shop", self.base / "Shop")
        self._database.executescript((ROOT / "examples/symfony/schema.sql").read_text("utf-8"))

    def sql(self, statement: str, *values: object) -> list[Any]:
        return self._database.execute(statement, values).fetchall()

    def close(self) -> None:
        self._database.close()

    def order(self, oid: str) -> str:
        self.sql("INSERT INTO orders (oid, amount, title, buyer) VALUES (?, ?, '머그컵', '홍길동')", oid, AMOUNT)
        return oid

    def state(self, oid: str) -> str:
        [(state,)] = self.sql("SELECT state FROM orders WHERE oid = ?", oid)
        return str(state)

    def tid(self, oid: str) -> str:
        [(tid,)] = self.sql("SELECT tid FROM orders WHERE oid = ?", oid)
        return str(tid)

    def break_database(self, condition: str) -> None:
        """From now on the database refuses to save such orders, until `mend_database`."""
        self.sql(
            f"CREATE TRIGGER broken BEFORE UPDATE ON orders WHEN {condition} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )

    def mend_database(self) -> None:
        self.sql("DROP TRIGGER broken")

    def get(self, uri: str) -> Answer:
        return self._request("GET", uri, b"")

    def post(self, uri: str, form: dict[str, str], encoding: str = "utf-8") -> Answer:
        return self._request("POST", uri, urlencode(form, encoding=encoding).encode("ascii"))

    def _request(self, method: str, uri: str, body: bytes) -> Answer:
        headers = {"CONTENT_TYPE": "application/x-www-form-urlencoded"} if body else {}
        request = json.dumps([method, uri, base64.b64encode(body).decode("ascii"), headers])
        done = self.command("request", text=request)
        status, content, kind = json.loads(done.stdout)
        return Answer(status, base64.b64decode(content), kind or "")

    def command(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        call = [*self._php, HERE / self.name / "front.php", self.base]
        done = subprocess.run(
            [*call, *arguments], input=text, stdout=subprocess.PIPE, encoding="utf-8", cwd=self.base, env=self._environment
        )
        print(arguments, done.returncode, done.stdout[:2000])
        return done

    def consent(self, oid: str, amount: int = AMOUNT, *more: str) -> dict[str, str]:
        """What the window posts to LGD_RETURNURL once the buyer has agreed."""
        return self.returned(oid, self.gateway.paykey(oid, amount, *more), amount)

    def pay(self, oid: str, amount: int = AMOUNT, *more: str) -> Answer:
        return self.post("/xpay/return", self.consent(oid, amount, *more))

    def recover(self) -> subprocess.CompletedProcess[str]:
        """By the command of the recipe; plain PSR-7 has none."""
        if self.name == "psr":
            return subprocess.run(
                [sandbox.XPAY, "recover", "--home", self.gateway.home], stdout=subprocess.PIPE, encoding="utf-8"
            )
        return self.command({"laravel": "artisan", "symfony": "console"}[self.name], "xpay:recover")
