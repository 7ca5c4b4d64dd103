"""The guide for gnuboard, followed to the letter on a tree that is laid out as gnuboard's is: each block of the page is run."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import fpm
import phps
from tests import kit
from tests.leavings import Leavings

from .youngcart import AMOUNT, LIVE_KEY, MID, TEST_KEY, USER, Buyer, Guide, Youngcart

BACKENDS = {"ffi": {"ffi.enable": "true"}, "pipe": {"ffi.enable": "preload"}}
# Each PHP, each backend and each language of the page, in as few runs as that takes; one by a reader who is not root.
RUNS = [
    ("en", "PHP 8", "ffi", True),
    ("ko", "PHP 8", "pipe", True),
    ("ko", "PHP 7.4", "ffi", True),
    ("en", "PHP 7.4", "pipe", True),
    ("en", "PHP 8", "pipe", False),
]
OID = 2026112810000000
# Who may notify a newer gnuboard, and what the guide adds for the sandbox.
NOTIFIED, SELF = "lib/lg_notification.lib.php", "'127.0.0.1', "


@pytest.fixture
def directory() -> Iterator[Path]:
    """Where PHP's user can reach it, which pytest's directories are not."""
    if os.geteuid() != 0:
        kit.missing("only root can follow the guide, which gives files to PHP's user", "root만 안내를 따라 할 수 있습니다")
    kit.program("curl")
    with tempfile.TemporaryDirectory(prefix="xpay-gnuboard-") as made:
        yield Path(made)


APACHE = """
ServerRoot "{directory}"
ServerName localhost
Listen 127.0.0.1:{port}
PidFile pid
ErrorLog error.log
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
User {user}
DocumentRoot "{root}"
<Directory "{root}">
    AllowOverride {override}
</Directory>
<Directory "{root}/plugin/lgxpay/lgdacom">
    {line}
</Directory>
"""


@pytest.mark.long
@pytest.mark.parametrize(("language", "php", "backend", "root"), RUNS, ids=lambda value: phps.slug(str(value)))
def test_the_guide_moves_a_shop(language: str, php: str, backend: str, root: bool, directory: Path) -> None:
    shop, data = Youngcart(directory, "nobody" if root else USER), directory / "var/xpay"
    own = {"SHOP": shop.root, "WEB": USER, "MID": MID, "DATA": data, "CLONE": shop.clone(), "CRON": directory / "cron"}
    guide = Guide(f"docs/{language}/moving-gnuboard.md", {**own, "TRY": directory / "sandbox", "PORT": 0}, root)
    shipped = contents(shop.root)
    back = installed(guide, shop)
    with shop.php(php, BACKENDS[backend]) as server:
        rule = closed(guide, shop, server)
        with guide.serving("--shops") as gateway, shop.web(server, rule) as address:
            buyer = Buyer(shop, address, gateway)
            tried(guide, buyer)
            assert loads(buyer) == backend
            window_opens(buyer)
            cards(buyer)
            virtual_accounts(guide, buyer)
            cancellations(buyer)
            identity(buyer)
            recovered(guide, buyer)
            dead_pages(guide, buyer)
            saved_or_rolled_back(guide, buyer)
            amounts(guide, buyer)
    assert shop.complaints() == ["Fatal error:  Uncaught RuntimeException: The database is gone"] * 2
    real_gateway(guide, shop, shipped)
    assert not guide.blocks, "some blocks of the page were not run"
    left(data)
    kit.run(guide.call(back))
    now = contents(shop.root)
    assert {path: now.get(path) for path in shipped} == shipped, "going back does not restore what was there"


def installed(guide: Guide, shop: Youngcart) -> str:
    """Steps 1 to 5. Returns the commands that go back."""
    assert guide.as_php("id -un").strip() == USER
    assert guide.run("find").split() == [str(shop.lgdacom / "XPayClient.php")]
    guide.run("mkdir")
    guide.run("--parents")
    assert mode(shop.directory / "var/xpay/before") == 0o700
    back = guide.next("sh", "before")
    guide.run("install")
    conf = shop.lgdacom / "conf/mall.conf"
    assert not conf.read_bytes().endswith(b"\n"), "gnuboard's file has no final newline"
    guide.run("sed")
    guide.run("read -r", f"{TEST_KEY}\n{LIVE_KEY}\n")
    assert (mode(conf), conf.group()) == (0o640, USER)
    assert conf.read_bytes().endswith(f"\nsi_{MID} = {LIVE_KEY}\n".encode())
    return back


def closed(guide: Guide, shop: Youngcart, server: fpm.Fpm) -> str:
    """Step 6. Returns nginx's rule."""
    secret = "plugin/lgxpay/lgdacom/conf/mall.conf"
    rule = guide.next("nginx", "deny")
    htaccess = guide.run(".htaccess")
    assert not htaccess and (shop.lgdacom / ".htaccess").read_text() == "Require all denied\n"
    with shop.web(server, "") as address, urllib.request.urlopen(f"{address}/{secret}") as open_to_all:
        assert TEST_KEY in open_to_all.read().decode(), "the file is not where the guide tells"
    with shop.web(server, rule) as address:
        guide.set(SITE=address)
        assert guide.run("curl").strip() == "403"
        assert answered(f"{address}/plugin/lgxpay/lgdacom/XPayClient.php") == 403
    return rule


def tried(guide: Guide, buyer: Buyer) -> None:
    """Step 7: the shop speaks to the sandbox."""
    assert mode(buyer.gateway.directory) == 0o700
    guide.set(PORT=buyer.gateway.facts["web"].rpartition(":")[2])
    guide.run("xpay_crossplatform")
    assert f"Ping tsi_{MID}: 0000" in guide.run("doctor", accepted=(0, 1))
    for platform, mid in (("test", f"tsi_{MID}"), ("service", f"si_{MID}")):
        call = f'"$LGDACOM/xpay" doctor --home "$LGDACOM" --mode {platform} --json'
        found = json.loads(guide.as_php(call, accepted=(0, 1)))["findings"]
        assert {one["about"] for one in found if one["grade"] != "fine"} == {"web_root"}, found
        assert [one["facts"]["mid"] for one in found if one["about"] == "ping"] == [mid], found


def loads(buyer: Buyer) -> str:
    """Which backend the shop's pages use."""
    page = buyer.shop.root / "shop/backend.php"
    page.write_text("<?php include './_common.php'; include './settle_lg.inc.php'; echo XPayClient::backend();")
    return buyer.text("shop/backend.php")


def window_opens(buyer: Buyer) -> None:
    """The window's request is signed with the shop's key, and its script is the sandbox's."""
    sent = {"LGD_OID": "1", "LGD_AMOUNT": AMOUNT, "LGD_TIMESTAMP": "20261128101112"}
    signed = hashlib.md5(f"tsi_{MID}1{AMOUNT}20261128101112{TEST_KEY}".encode()).hexdigest()
    assert json.loads(buyer.text("shop/lg/xpay_request.php", **sent))["LGD_HASHDATA"] == signed
    phone = buyer.text("mobile/shop/lg/xpay_approval.php", **sent)
    values = buyer.page.form(0).values
    signed = hashlib.md5(f"tsi_{MID}1{AMOUNT}{values['LGD_TIMESTAMP']}{TEST_KEY}".encode()).hexdigest()
    assert values["LGD_HASHDATA"] == signed
    for page in (phone, buyer.text("shop/orderform.php")):
        script = re.search(r'<script[^>]* src="([^"]+)"', page)
        assert script, page
        with urllib.request.urlopen(script[1]) as answer:
            assert "openXpay" in answer.read().decode()


def cards(buyer: Buyer) -> None:
    """Desktop and phone, orders and personal payments, and a decline."""
    for number, page in enumerate(("shop/orderformupdate.php", "mobile/shop/orderformupdate.php")):
        oid = str(OID + number)
        buyer.order(oid, page)
        order, payment = buyer.shop.row("order", oid), buyer.payment(oid)
        assert order and (order["od_status"], order["od_tno"]) == ("입금", payment["tid"])
        assert payment["balance"] == AMOUNT
    for pp, page in (("76", "shop/personalpayformupdate.php"), ("77", "mobile/shop/personalpayformupdate.php")):
        buyer.shop.save("personalpay", pp, pp_id=pp, pp_price=5000, pp_tno="")
        buyer.text(page, pp_id=pp, LGD_PAYKEY=buyer.paykey(pp, 5000))
        paid = buyer.shop.row("personalpay", pp)
        assert paid and paid["pp_tno"] == buyer.payment(pp)["tid"]
    assert shown(buyer.text("shop/orderformupdate.php", od_id=OID, od_settle_case="신용카드", LGD_PAYKEY="none"))


def virtual_accounts(guide: Guide, buyer: Buyer) -> None:
    """A deposit that the gateway notifies, its cash receipt, and a cancellation before a deposit."""
    oid = str(OID + 10)
    buyer.order(oid, case="가상계좌", paytype="SC0040")
    order = buyer.shop.row("order", oid)
    assert order and order["od_status"] == "주문" and order["od_bank_account"].strip()
    (issued,) = [notice["id"] for notice in notices(buyer, oid, 1) if notice["state"] == "waiting"]
    # As the guide tells for a newer gnuboard.
    addresses = buyer.shop.root / NOTIFIED
    addresses.write_text(addresses.read_text("utf-8").replace("$ips = array(", f"$ips = array({SELF}"), "utf-8")
    buyer.gateway.ask(f"/notices/{issued}/resend", {})
    guide.set(OID=oid)
    said = guide.run("trigger deposit")
    assert oid in said and str(OID) in said, "it shows the deposit, then all payments"
    assert [notice["state"] for notice in notices(buyer, oid, 3)] == ["delivered", "delivered"]
    order = buyer.shop.row("order", oid)
    assert order and (order["od_status"], int(order["od_receipt_price"])) == ("입금", AMOUNT)
    receipt = buyer.text("shop/lg/taxsave_result.php", od_id=oid, id_info="01012345678", tr_code=1)
    order = buyer.shop.row("order", oid)
    assert order and order.get("od_cash_no"), receipt
    unpaid = str(OID + 11)
    buyer.order(unpaid, case="가상계좌", paytype="SC0040")
    said = buyer.text("shop/orderinquirycancel.php", od_id=unpaid)
    order = buyer.shop.row("order", unpaid)
    assert order and order["od_status"] == "취소", said
    # What the page says of that: the gateway refused, and a deposit is still possible.
    assert buyer.payment(unpaid)["state"] == "issued"


def notices(buyer: Buyer, oid: str, tries: int) -> list[dict[str, Any]]:
    """The notifications of an order, after so many attempts in all."""

    def sent() -> list[dict[str, Any]] | None:
        of_order = [notice for notice in buyer.gateway.ask("/notices") if notice["oid"] == oid]
        return of_order if sum(len(notice["attempts"]) for notice in of_order) == tries else None

    return kit.until(sent)


def cancellations(buyer: Buyer) -> None:
    """The admin's: a part, then all that is left, and of a phone's order at once."""
    first, second = str(OID), str(OID + 1)
    buyer.text("adm/shop_admin/orderpartcancelupdate.php", od_id=first, mod_tax_mny=400, mod_free_mny=0, mod_memo="한 켤레 취소")
    order = buyer.shop.row("order", first)
    assert order and (order["od_refund_price"], buyer.balance(first)) == (400, AMOUNT - 400)
    for oid in (first, second):
        said = buyer.text("adm/shop_admin/orderformcartupdate.php", od_id=oid, pg_cancel=1)
        order = buyer.shop.row("order", oid)
        assert order and order["od_status"] == "취소" and "못했습니다" not in said
        assert buyer.balance(oid) == 0


def identity(buyer: Buyer) -> None:
    """The check by phone; in the sandbox its payment type is any."""
    asked = {"mid": f"tsi_{MID}", "oid": "id", "identity": True}
    (key,) = buyer.gateway.ask("/paykeys", asked).values()
    assert "tsi_" in buyer.text("plugin/lgxpay/AuthOnlyReq.php")
    said = buyer.text("plugin/lgxpay/AuthOnlyRes.php", LGD_AUTHONLYKEY=key, LGD_PAYTYPE="SC0010")
    assert said == "확인: 홍길동"


def shown(page: str) -> str:
    """What the buyer sees of a failed payment: one line that does not break the script that shows it."""
    found = re.fullmatch(r'<script>alert\("([^"\\\n]+)"\);history\.back\(\);</script>', page)
    assert found, page
    return found[1]


def recovered(guide: Guide, buyer: Buyer) -> None:
    """Step 8: what cron runs, as PHP's user, rolls a payment back with the key of mall.conf."""
    guide.run("CRON")
    written = (buyer.shop.directory / "cron").read_text()
    found = re.fullmatch(r"MAILTO=\S+\n\* \* \* \* \* (\S+) (.*)\n", written)
    assert found and found[1] == USER, written
    oid = str(OID + 20)
    buyer.gateway.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    assert re.search("[가-힣]", shown(buyer.order(oid)))
    assert buyer.balance(oid) == AMOUNT and not buyer.shop.row("order", oid)
    assert opened(guide) == ["in_doubt"]
    buyer.gateway.ask("/faults", {"script": ""})
    cron = {"PATH": "/usr/bin:/bin", "HOME": "/", "SHELL": "/bin/sh"}
    kit.run([kit.program("runuser"), "-u", USER, "--", "/bin/sh", "-c", found[2]], env=cron)
    assert buyer.balance(oid) == 0
    # A connection that breaks once needs no recovery.
    buyer.gateway.ask("/faults", {"fault": "close"})
    assert shown(buyer.order(str(OID + 21)))
    assert buyer.balance(str(OID + 21)) == 0


def dead_pages(guide: Guide, buyer: Buyer) -> None:
    """A page that dies between the approval and the order is unconfirmed, unless a shutdown function calls Rollback."""
    plugin = buyer.shop.root / "extend/rollback.extend.php"
    with buyer.shop.database("gone"):
        buyer.order(str(OID + 30))
        assert "unconfirmed" in opened(guide)
        plugin.write_text("<?php\nregister_shutdown_function(function () { $GLOBALS['xpay']->Rollback('died'); });\n")
        before = opened(guide)
        buyer.order(str(OID + 31))
    plugin.unlink()
    assert buyer.balance(str(OID + 30)) == AMOUNT
    assert buyer.balance(str(OID + 31)) == 0 and opened(guide) == before


def saved_or_rolled_back(guide: Guide, buyer: Buyer) -> None:
    """Step 9: where gnuboard ends the page before its Rollback, the money stays and nobody shows it; then it is repaired."""
    before = opened(guide)
    lost = str(OID + 40)
    with buyer.shop.database("fails"):
        assert buyer.order(lost) == ""
    assert buyer.balance(lost) == AMOUNT and not buyer.shop.row("order", lost)
    assert opened(guide) == before
    assert "cancel_pg.inc.php" in guide.run("grep")
    guide.run("extend")
    again = str(OID + 41)
    with buyer.shop.database("fails"):
        assert buyer.order(again) == "주문을 저장하지 못했습니다."
    assert buyer.balance(again) == 0
    guide.set(OID=lost)
    assert buyer.payment(lost)["tid"] in guide.run(" log ")
    guide.run(" cancel ")
    assert buyer.balance(lost) == 0


def amounts(guide: Guide, buyer: Buyer) -> None:
    """Step 10: before it the shop undoes a payment of another amount; then the gateway declines it, whatever a browser sends."""
    payments = [payment["oid"] for payment in buyer.gateway.ask("/payments")]
    less = str(OID + 50)
    assert buyer.order(less, amount=100) == "금액이 다릅니다."
    assert buyer.balance(less) == 0 and less not in payments
    page = buyer.shop.root / "shop/lg/xpay_result.php"
    checked = guide.next("php", "LGD_AMOUNTCHECKYN")
    text, count = re.subn(r"(?:^//\S.*\n)+", lambda _: checked, page.read_text("utf-8"), flags=re.MULTILINE)
    assert count == 1, "gnuboard's lines are no longer there"
    page.write_text(text, "utf-8")
    before = buyer.gateway.ask("/payments")
    buyer.shop.save("personalpay", "78", pp_id="78", pp_price=5000, pp_tno="")
    forged = {"pp[pp_price]": 100, "order_price": 100, "DB_AMOUNT": 100, "personal": 1}
    order = {"od_id": less, "od_settle_case": "신용카드", "LGD_PAYKEY": buyer.paykey(less, 100)}
    assert shown(buyer.text("shop/orderformupdate.php", **order, **forged))
    for personal in ("shop/personalpayformupdate.php", "mobile/shop/personalpayformupdate.php"):
        assert shown(buyer.text(personal, pp_id="78", LGD_PAYKEY=buyer.paykey("78", 100), **forged))
    assert buyer.gateway.ask("/payments") == before
    buyer.order(str(OID + 51))
    buyer.text("shop/personalpayformupdate.php", pp_id="78", LGD_PAYKEY=buyer.paykey("78", 5000))
    assert (buyer.balance(str(OID + 51)), buyer.balance("78")) == (AMOUNT, 5000)


def real_gateway(guide: Guide, shop: Youngcart, shipped: dict[Path, tuple[object, ...]]) -> None:
    """Step 11, without asking the gateway."""
    addresses = shop.root / NOTIFIED
    addresses.write_text(addresses.read_text("utf-8").replace(SELF, ""), "utf-8")
    guide.run("tosspayments")
    now = contents(shop.root)
    for path in ("shop/lg/orderform.1.php", "mobile/shop/lg/xpay_approval.php", "plugin/lgxpay/lgdacom/conf/ca-bundle.crt"):
        assert now[Path(path)] == shipped[Path(path)]
    hosts = re.findall(
        r"^(\w+) = https://([\w.-]+)/xpay/Gateway.do$", (shop.lgdacom / "conf/lgdacom.conf").read_text(), re.MULTILINE
    )
    assert hosts == [("url", "xpay-gateway.tosspayments.com"), ("test_url", "xpay-gateway-sandbox.tosspayments.com")]


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def contents(root: Path) -> dict[Path, tuple[object, ...]]:
    """The directories and files of the shop: whose they are, for whom, and what is in them."""
    found = [path for path in [root, *root.rglob("*")] if path.parent != root / "data"]
    return {
        path.relative_to(root): (path.owner(), path.group(), mode(path), path.read_bytes() if path.is_file() else None)
        for path in found
    }


def left(data: Path) -> None:
    """Log and journal are those of PHP's user, without a secret."""
    judge = Leavings()
    judge.note("the test MertKey", TEST_KEY.encode())
    judge.note("the live MertKey", LIVE_KEY.encode())
    judge.search(data)
    written = [path for path in data.rglob("*") if "before" not in path.parts]
    assert {path.owner() for path in written} == {USER}


@pytest.mark.parametrize(("override", "inside", "status"), [("None", False, 200), ("All", False, 403), ("None", True, 403)])
def test_apache_denies(override: str, inside: bool, status: int, directory: Path, tmp_path: Path) -> None:
    """The file of step 6, where Apache reads it; its line inside of <Directory>, where Apache does not."""
    apache = shutil.which("apache2") or shutil.which("httpd")
    if not apache:
        pytest.skip("NOT TRIED: the rule for Apache, which is not installed / Apache 설정: Apache가 없습니다")
    youngcart = Youngcart(directory, "nobody")
    guide = Guide("docs/en/moving-gnuboard.md", {"SHOP": youngcart.root})
    (code,) = [block.code for block in guide.blocks if ".htaccess" in block.code]
    kit.run(guide.call(code))
    line = (youngcart.lgdacom / ".htaccess").read_text()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    values = {"directory": tmp_path, "port": port, "modules": Path(apache).parents[1] / "lib/apache2/modules", "user": USER}
    values |= {"root": youngcart.root, "override": override, "line": line if inside else ""}
    (tmp_path / "apache.conf").write_text(APACHE.format(**values))
    (tmp_path / "error.log").touch()
    with (
        open(tmp_path / "error.log") as told,
        subprocess.Popen([apache, "-f", tmp_path / "apache.conf", "-DFOREGROUND"]) as process,
    ):
        try:
            fpm.wait_for(told, "resuming normal operations", process)
            assert answered(f"http://127.0.0.1:{port}/plugin/lgxpay/lgdacom/conf/mall.conf") == status
        finally:
            process.terminate()


def answered(url: str) -> int:
    """The status of a page."""
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def opened(guide: Guide) -> list[str]:
    """The states that `xpay recover --list` shows."""
    listed = json.loads(guide.as_php('"$LGDACOM/xpay" recover --home "$LGDACOM" --list --json', accepted=(0, 3)))
    return sorted(entry["state"] for entry in listed)
