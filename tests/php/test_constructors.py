"""The table constructor × PHP × backend: each form in which shops construct the class pays at the sandbox.

The table is what `make test-php K=test_constructors` prints: a line for each page, named by its constructor, PHP and backend.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import daemon
import phps
import sandbox
from tests import kit

MID, AMOUNT = "tlgdacomxpay", 23400
WRONG = "0123456789abcdef0123456789abcdef"
BACKENDS = ["ffi", "socket", "pipe"]
# What a page constructs: $home has the shop's files, $keyless no MertKey in them, $unread files that nobody can read.
FORMS = {
    "home, mode": "new XPayClient($home, 'test')",
    "home, mode in capitals": "new XPayClient($home, 'TEST')",
    "home, mode, null": "new XPayClient($home, 'test', null)",
    "home, mode, MertKey": "new XPayClient($keyless, 'test', $key)",
    "home, mode, MID, MertKey": "new XPayClient($keyless, 'test', $mid, $key)",
    "home, mode, MID, MertKey that mall.conf wins over": "new XPayClient($home, 'test', $mid, $wrong)",
    "home, mode, MID, nothing": "new XPayClient($home, 'test', $mid, '')",
    "home, mode, log_dir": "new XPayClient($home, 'test', $log)",
    "home, mode, settings": "new XPayClient($unread, 'test', $settings)",
    "home, settings, mode": "new XPayClient($unread, $settings, 'Test')",
    "a subclass": "new class ($home, 'test') extends XPayClient { }",
    "a subclass with a key of its own": """new class ($keyless, 'test', $mid, $key) extends XPayClient {
        public function __construct($home, $mode, $mid, $key) {
            parent::__construct($home, $mode);
            $this->config[$mid] = $key;
        } }""",
}
# Where the daily log is after a payment, for those that say where.
LOGS = {"home, mode, log_dir": "log", "home, mode, settings": "unread/logs", "home, settings, mode": "unread/logs"}

PAGE = """<?php
error_reporting(E_ALL);
set_error_handler(function ($level, $message, $file, $line) { throw new ErrorException($message, 0, $level, $file, $line); });
require getenv('XPAYCLIENT_CLASS');
extract(json_decode(getenv('XPAY_GIVEN'), true));
$xpay = %s;
$xpay->Init_TX($mid);
$xpay->Set('LGD_TXNAME', 'PaymentByKey');
$xpay->Set('LGD_PAYKEY', $paykey);
$answered = $xpay->TX();
echo json_encode([$answered, $xpay->Response_Code(), $xpay->Response('LGD_OID'), XPayClient::backend()]);
"""


@pytest.fixture(scope="module")
def bridge() -> Iterator[daemon.Daemon]:
    with daemon.running() as running:
        yield running


def given(gateway: sandbox.Sandbox, directory: Path) -> dict[str, Any]:
    """The variables of a page: homes, keys, and the same settings as an array."""
    conf = Path(gateway.home) / "conf"
    settings: dict[str, str] = {}
    for name in ("lgdacom.conf", "mall.conf"):
        settings |= dict(re.findall(r'^(\w+)\s*=\s*"?([^"\n]*?)"?\s*$', (conf / name).read_text("utf-8"), re.MULTILINE))
    for home in ("keyless", "unread"):
        (directory / home / "conf").mkdir(parents=True)
        (directory / home / "conf/ca-bundle.crt").write_bytes((conf / "ca-bundle.crt").read_bytes())
    (directory / "keyless/conf/lgdacom.conf").write_bytes((conf / "lgdacom.conf").read_bytes())
    (directory / "keyless/conf/mall.conf").write_text("log_level = 3\n", "utf-8")
    for name in ("lgdacom.conf", "mall.conf"):
        (directory / "unread/conf" / name).write_text('a quote = "that is left open\n', "utf-8")
    return {
        "home": gateway.home,
        "keyless": str(directory / "keyless"),
        "unread": str(directory / "unread"),
        "mid": MID,
        "key": settings[MID],
        "wrong": WRONG,
        "log": str(directory / "log"),
        "settings": {**settings, "log_dir": "logs", "module": {"skin": "basic"}},
    }


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", phps.NAMES, ids=phps.slug)
@pytest.mark.parametrize("form", FORMS)
def test_pays(form: str, name: str, backend: str, gateway: sandbox.Sandbox, bridge: daemon.Daemon, tmp_path: Path) -> None:
    page = tmp_path / "page.php"
    page.write_text(PAGE % FORMS[form], "utf-8")
    oid = f"constructor-{list(FORMS).index(form)}-{phps.slug(name)}-{backend}"
    variables = {
        "XPAY_GIVEN": json.dumps({**given(gateway, tmp_path), "paykey": gateway.paykey(oid, AMOUNT)}),
        "XPAYCLIENT_BACKEND": backend,
        "XPAYCLIENT_CLASS": phps.CLASS,
        "XPAYCLIENT_COMMAND": sandbox.BRIDGE,
        "XPAYCLIENT_LIB": sandbox.LIBRARY,
        "XPAYCLIENT_SOCKET": bridge.socket,
    }
    said = kit.run(
        [kit.php(name), "-d", "ffi.enable=true", page],
        env={**os.environ, **{key: str(value) for key, value in variables.items()}},
    )
    assert json.loads(said) == [True, "0000", oid, backend]
    (payment,) = [payment for payment in gateway.payments() if payment["oid"] == oid]
    assert payment["balance"] == AMOUNT
    if form == "home, mode, log_dir":
        assert not (tmp_path / "log/journal").exists(), "xpay recover --home would not find the journal there"
    if form in LOGS:
        assert list((tmp_path / LOGS[form]).glob("*.log")), "no log is where it was to be"
