"""A PHP shop whose journal is in a database: its home, its pages, what the sandbox and the database have of a payment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import phps
import sandbox
from tests import databases

MID, AMOUNT = "tlgdacomxpay", 23400
BIN = phps.PACKAGE / "bin"

BEGUN = """<?php
error_reporting(E_ALL);
ini_set('display_errors', 'stderr');
require getenv('XPAYCLIENT_CLASS');
function begun($oid, $fault = '') {
    $xpay = new XPayClient(getenv('XPAY_HOME'), 'test');
    $xpay->Init_TX('tlgdacomxpay');
    foreach (['LGD_TXNAME' => 'PaymentByKey', 'LGD_PAYKEY' => getenv('PAYKEY'), 'LGD_OID' => $oid] as $name => $value) {
        $xpay->Set($name, $value);
    }
    $fault === '' || $xpay->Set('XPAY_SANDBOX_FAULT', $fault);
    return $xpay;
}
function told($xpay, $answered) {
    return ['answered' => $answered, 'code' => $xpay->Response_Code(), 'detail' => $xpay->Response_Detail(), 'outcome' => $xpay->Outcome(),
        'tx_id' => $xpay->TX_ID, 'backend' => XPayClient::backend()];
}
$oid = getenv('OID');
"""
PAYS = """
$xpay = begun($oid);
echo json_encode(told($xpay, $xpay->TX()));
"""


@dataclass
class DatabaseShop:
    """A home whose configuration names a database, and what runs pages with it."""

    gateway: sandbox.Sandbox
    server: databases.Server
    home: Path
    php: str
    backend: str

    @classmethod
    def made(
        cls, gateway: sandbox.Sandbox, server: databases.Server, home: Path, php: str, backend: str, **settings: str
    ) -> DatabaseShop:
        shutil.copytree(Path(gateway.home) / "conf", home / "conf")
        (home / "password").write_text(databases.PASSWORD + "\n", "utf-8")
        given = {
            "journal_dsn": server.dsn,
            "journal_user": databases.USER,
            "journal_password_file": "password",
            "log_dir": str(home / "log"),
            "output_UTF8": "1",
            **settings,
        }
        names = tuple(f"{name} " for name in given)
        for file in (home / "conf/lgdacom.conf", home / "conf/mall.conf"):
            kept = [line for line in file.read_text("utf-8").splitlines() if not line.replace("=", " =").startswith(names)]
            added = [f'{name} = "{value}"' for name, value in given.items()] if file.name == "mall.conf" else []
            file.write_text("\n".join([*added, *kept]) + "\n", "utf-8")
        return cls(gateway, server, home, php, backend)

    def environment(self, oid: str = "", **more: str) -> dict[str, str]:
        given = {
            "XPAY_HOME": str(self.home),
            "XPAYCLIENT_BACKEND": self.backend,
            "XPAYCLIENT_CLASS": str(phps.CLASS),
            "XPAYCLIENT_COMMAND": str(sandbox.BRIDGE),
            "XPAYCLIENT_LIB": str(sandbox.LIBRARY),
            "OID": oid,
            "PAYKEY": self.gateway.paykey(oid, AMOUNT) if oid else "",
            "LANG": "C",
            **more,
        }
        return {**os.environ, **given}

    def start(
        self,
        page: str,
        oid: str = "",
        more: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        start_new_session: bool = False,
    ) -> subprocess.Popen[str]:
        """A page that runs; its output comes by lines."""
        file = self.home / f"page-{abs(hash(page))}.php"
        file.write_text(BEGUN + page, "utf-8")
        return subprocess.Popen(
            [self.php, "-d", "ffi.enable=true", *options, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=self.environment(oid, **(more or {})),
            start_new_session=start_new_session,
        )

    def run(self, page: str, oid: str = "", more: Mapping[str, str] | None = None, options: Sequence[str] = ()) -> Any:
        """What a page says as JSON; with what it wrote to PHP's log as `log`."""
        with self.start(page, oid, more, options) as process:
            output, errors = process.communicate(timeout=120)
        assert databases.PASSWORD not in output + errors
        print(output, errors)
        assert process.returncode == 0, process.returncode
        said = json.loads(output)
        return {**said, "log": errors} if isinstance(said, dict) else said

    def recover(self, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.php, "-d", "ffi.enable=true", BIN / "xpay-recover", "--home", self.home, *more],
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=self.environment(),
        )

    def start_recovery(self, *more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.php, "-d", "ffi.enable=true", str(BIN / "xpay-recover"), "--home", str(self.home), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=self.environment(),
        )

    def age(self) -> None:
        """As if the time of every open row were over."""
        self.server.sql("UPDATE xpay_journal SET due = '2020-01-01' WHERE due IS NOT NULL")

    def state(self, oid: str) -> str:
        return self.server.sql(f"SELECT state FROM xpay_journal WHERE oid = '{oid}'").strip()

    def balance(self, oid: str) -> int | None:
        found = [payment["balance"] for payment in self.gateway.payments() if payment["oid"] == oid]
        return int(found[0]) if found else None

    def requests(self, name: str) -> int:
        """How many of a LGD_TXNAME came to the gateway."""
        return sum(one["txname"] == name for one in self.gateway.ask("/requests"))
