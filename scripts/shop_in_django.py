#!/usr/bin/env python3
"""The shop of examples/django with a sandbox: for people (`make django-shop`), and for the browser tests."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import environment
import package
import sandbox
import shop
from sandbox import ROOT

PROJECT = ROOT / "examples/django"
MERCHANT = "merchant"
PASSWORD = "let me in"


class Shop(shop.Shop):
    """Django's own server with the shop."""

    ANSWERED = r'"\w+ /{page}[^"]*" (\d{{3}})'
    COMPLAINT = r'Traceback|Error:|" 500 '


@contextlib.contextmanager
def opened(directory: Path, gateway: sandbox.Sandbox, interpreter: Path, port: int = 0) -> Iterator[Shop]:
    """The shop, running inside the block. Its database and the package are in `directory`."""
    directory = directory.resolve()
    package.lay_out(directory / "package")
    variables = os.environ | {
        "PYTHONPATH": str(directory / "package"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "XPAY_HOME": gateway.home,
        "XPAY_WINDOW_JS": f"{gateway.facts['web']}/xpay/js/xpay_crossplatform.js",
        "XPAY_RECEIPT_JS": f"{gateway.facts['web']}/xpay/js/receipt_link.js",
        "SHOP_DATABASE": str(directory / "shop.sqlite3"),
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }
    manage: list[str | Path] = [interpreter, PROJECT / "manage.py"]
    for command in (
        ["migrate", "-v", "0"],
        ["loaddata", "-v", "0", "products"],
        ["createsuperuser", "-v", "0", "--no-input", "--username", MERCHANT, "--email", "m@shop.example"],
    ):
        subprocess.run([*manage, *command], check=True, env=variables)
    serve = [*manage, "runserver", "--noreload", "--insecure", f"127.0.0.1:{port}"]
    process = shop.serving(serve, variables)
    store = Shop(process, listening(process), directory)
    try:
        yield store
    finally:
        store.stop()


def listening(process: subprocess.Popen[str]) -> int:
    """The port of Django's server, which it tells when it listens."""
    said = []
    for line in shop.output_of(process):
        said.append(line)
        if told := re.search(r"^Starting (?:WSGI )?development server at http://127\.0\.0\.1:(\d+)/", line):
            return int(told[1])
    shop.end(process)
    raise RuntimeError(f"Django's server did not start: {''.join(said)}")


def main() -> None:
    workshop = ROOT / "target/django-shop"
    shutil.rmtree(workshop, ignore_errors=True)
    with (
        sandbox.running(workshop / "sandbox") as gateway,
        opened(workshop / "shop", gateway, environment.django_shop(), 8000) as store,
    ):
        print(f"상점 / the shop:               {store.address}/")
        print(f"상점 관리 / Django's admin:    {store.address}/admin/  ({MERCHANT}, {PASSWORD})")
        print(f"상점관리자 / the gateway's:    {gateway.facts['web']}/admin")
        print("Ctrl-C로 끝냅니다 / Ctrl-C ends it", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            store.process.wait()


if __name__ == "__main__":
    try:
        main()
    except (subprocess.CalledProcessError, RuntimeError) as error:
        sys.exit(f"The shop did not start: {error} / 상점을 열지 못했습니다")
