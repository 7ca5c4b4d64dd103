"""docs/*/moving-php.md and going-live.md, followed by their text alone: a shop's class is swapped, checked, and put back.

Between them the shop pays, and leaves a payment in doubt, which recovery settles after the old class is back.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox import ROOT, Sandbox
from tests import kit

from .reader import Reader, built_clone, reading

OLD = "<?php\nclass XPayClient { function XPayClient($home, $mode = 'real') {} }\n"
# A page of a shop, as it was for the old class.
PAGE = """
require "$argv[1]/XPayClient.php";
$xpay = new XPayClient($argv[1], 'test');
$xpay->config['auto_rollback'] = '0';
$xpay->Init_TX('tlgdacomxpay');
$xpay->Set('LGD_TXNAME', 'PaymentByKey');
$xpay->Set('LGD_PAYKEY', $argv[2]);
isset($argv[3]) && $xpay->Set('XPAY_SANDBOX_FAULT', $argv[3]);
$xpay->TX();
echo $xpay->Response_Code() === '0000' ? 'paid' : $xpay->Outcome();
"""


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_class_is_swapped_and_put_back(language: str, tmp_path: Path, fresh_gateway: Sandbox) -> None:
    home = tmp_path / "home"
    shop = home / "lgdacom"
    built_clone(home / "xpayclient")
    shutil.copytree(f"{fresh_gateway.home}/conf", shop / "conf")
    (shop / "XPayClient.php").write_text(OLD)
    moving, live = ((ROOT / f"docs/{language}/{page}").read_text("utf-8") for page in ("moving-php.md", "going-live.md"))
    before, back = live.split("\n## ")[:-1], live.split("\n## ")[-1]
    with reading(home) as reader:
        follow(reader, moving)
        follow(reader, "\n## ".join(before))
        assert paid(shop, fresh_gateway.paykey("order-1", 23400)) == "paid"
        assert paid(shop, fresh_gateway.paykey("order-2", 23400), "close") == "in_doubt"
        follow(reader, back)
    assert (shop / "XPayClient.php").read_text() == OLD
    states = {payment["oid"]: payment["state"] for payment in fresh_gateway.payments()}
    # The gateway never approved the second, or undid it.
    assert states.pop("order-2", "rolled_back") == "rolled_back" and states == {"order-1": "approved"}


def follow(reader: Reader, page: str) -> None:
    """The page's commands. Its samples of code and its numbered advice are for the shop's own files."""
    blocks = [part for part in page.split("```") if part.startswith("sh\n")]
    assert blocks
    reader.follow("\n".join(f"```{block}```\n" for block in blocks))


def paid(shop: Path, *arguments: str) -> str:
    call = [kit.php("PHP 8"), "-r", PAGE, "--", str(shop), *arguments]
    return subprocess.run(call, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
