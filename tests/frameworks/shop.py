"""A shop made of a recipe's very files: each request and each command is a PHP process, as with php-fpm after a reload."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import sandbox
import shop
from sandbox import ROOT
from tests import kit

HERE = Path(__file__).parent
CST_MID = "lgdacomxpay"
MID = f"t{CST_MID}"
AMOUNT = 23400
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


class Answer(NamedTuple):
    status: int
    body: bytes
    kind: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


class Shop:
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
        paykey = self.gateway.paykey(oid, amount, *more)
        at = "20261123101112"
        named = {"LGD_MID": MID, "LGD_OID": oid, "LGD_AMOUNT": str(amount), "LGD_RESPCODE": "0000", "LGD_TIMESTAMP": at}
        return {**named, "LGD_HASHDATA": self.signed(*named.values()), "LGD_PAYKEY": paykey}

    def pay(self, oid: str, amount: int = AMOUNT, *more: str) -> Answer:
        return self.post("/xpay/return", self.consent(oid, amount, *more))

    def payments(self, oid: str) -> list[tuple[str, int]]:
        return [(one["state"], one["balance"]) for one in self.gateway.payments() if one["oid"] == oid]

    def open(self) -> list[str]:
        """The states of what is open in the journal. A confirmed Rollback is requested once more later."""
        call: list[str | Path] = [sandbox.XPAY, "recover", "--home", self.gateway.home, "--list", "--json"]
        shown = json.loads(subprocess.run(call, stdout=subprocess.PIPE).stdout)
        return [entry["state"] for entry in shown if entry["state"] != "rolled_back"]

    def recover(self) -> subprocess.CompletedProcess[str]:
        """By the command of the recipe; plain PSR-7 has none."""
        if self.name == "psr":
            return subprocess.run(
                [sandbox.XPAY, "recover", "--home", self.gateway.home], stdout=subprocess.PIPE, encoding="utf-8"
            )
        return self.command({"laravel": "artisan", "symfony": "console"}[self.name], "xpay:recover")

    def key(self) -> str:
        found = re.search(rf"^{MID} = (\S+)", (Path(self.gateway.home) / "conf/mall.conf").read_text("utf-8"), re.MULTILINE)
        assert found, "mall.conf has no key"
        return found[1]

    def signed(self, *parts: str) -> str:
        return hashlib.md5("".join([*parts, self.key()]).encode()).hexdigest()

    def notice(self, oid: str, **values: str) -> dict[str, str]:
        """A notification about the order, signed with the shop's key."""
        form = {
            "LGD_MID": MID,
            "LGD_OID": oid,
            "LGD_AMOUNT": str(AMOUNT),
            "LGD_RESPCODE": "0000",
            "LGD_TIMESTAMP": "20261123101112",
            "LGD_TID": self.tid(oid),
            "LGD_PAYTYPE": "SC0040",
            "LGD_CASFLAG": "I",
            "LGD_CASSEQNO": "001",
            "LGD_CASTAMOUNT": str(AMOUNT),
            "LGD_CASCAMOUNT": str(AMOUNT),
            "LGD_BUYER": "홍길동",
            "LGD_BUYEREMAIL": "",
            **values,
        }
        names = ["LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP"]
        return {"LGD_HASHDATA": self.signed(*(form[name] for name in names)), **form}
