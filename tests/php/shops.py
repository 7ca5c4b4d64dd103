"""Shops' folders for the tests of loading: copies of the drop-in with what lies beside them, and pages that use them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Optional

import phps
import sandbox

# What tells the class where its files are, and how it is to be used: a shop has none of it.
TOLD = ["XPAYCLIENT_BACKEND", "XPAYCLIENT_LIB", "XPAYCLIENT_COMMAND", "XPAYCLIENT_SOCKET"]
# As the vendor's file does: without a condition.
VENDORS = "<?php class XPayClient { public function __construct($home, $mode) {} public function TX() { return 'vendor'; } }"
# Of another release, which nobody has published.
OTHER = "9.9.9-fedcba98"


def copy(folder: Path, *beside: Path, release: Optional[str] = None) -> Path:
    """The drop-in in a folder, and links to the files that lie beside it; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    text = phps.CLASS.read_text("utf-8")
    if release is not None:
        # A newer class has a trait that the older classes lack.
        assert "use XPayClient_Vendor;" in text
        text = text.replace(own(), release).replace("use XPayClient_Vendor;", "use XPayClient_Vendor, XPayClient_Newer;")
    file = folder / "XPayClient.php"
    file.write_text(text, "utf-8")
    for program in beside:
        (folder / program.name).symlink_to(program)
    return file


def own() -> str:
    """The release that the file is of."""
    return phps.CLASS.read_text("utf-8").partition("public const RELEASE = '")[2].partition("'")[0]


def reachable(directory: Path) -> None:
    """Lets any user into a test's directory: PHP preloads nothing as root."""
    for folder in (directory, *directory.parents):
        if folder == sandbox.ROOT:
            break
        if os.stat(folder).st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o055)


def page(php: str, code: str, options: Mapping[str, object] = {}, environment: Mapping[str, object] = {}) -> str:
    """What a page prints: PHP's warnings and fatal errors too."""
    settings = {"display_errors": "1", "error_reporting": "-1", "html_errors": "0", "log_errors": "0", **options}
    call = [php, *(part for name, value in settings.items() for part in ("-d", f"{name}={value}"))]
    told = {name: value for name, value in os.environ.items() if name not in TOLD}
    told.update({name: str(value) for name, value in environment.items()})
    done = subprocess.run(call, input=f"<?php {code}", capture_output=True, encoding="utf-8", env=told)
    print(done.stdout, done.stderr)
    return done.stdout


def paying(gateway: sandbox.Sandbox, oid: str) -> str:
    """The code of a page that pays, and prints how it went."""
    return (
        f"$xpay = new XPayClient('{gateway.home}', 'test'); $xpay->Init_TX('tlgdacomxpay');"
        f" $xpay->Set('LGD_TXNAME', 'PaymentByKey'); $xpay->Set('LGD_PAYKEY', '{gateway.paykey(oid, 1000)}');"
        " $xpay->TX(); echo XPayClient::backend(), ' ', $xpay->Response_Code(), ' ', $xpay->Outcome();"
    )


def why(file: Path) -> str:
    """The code of a page that prints which way there is, and why not the better ones."""
    return f"require '{file}'; echo XPayClient::backend(), PHP_EOL, implode(PHP_EOL, XPayClient_Library::why());"
