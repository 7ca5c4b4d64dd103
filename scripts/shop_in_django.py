#!/usr/bin/env python3
"""The shop of examples/django with a sandbox: for people (`make django-shop`), and for the browser tests."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time

import environment
import package
import shop

import sandbox
from sandbox import ROOT

PROJECT = ROOT / "examples/django"
NEEDS = ["Django~=5.2.0"]
MERCHANT = "merchant"
PASSWORD = "let me in"


class Shop(shop.Shop):
    """Django's own server with the shop."""

    ANSWERED = r'"\w+ /{page}[^"]*" (\d{{3}})'
    COMPLAINT = r'Traceback|Error:|" 500 '


def python():
    """The interpreter with Django; CalledProcessError if PyPI is not available."""
    return environment.made("django-shop", NEEDS)


@contextlib.contextmanager
def opened(directory, gateway, interpreter, port=0):
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
    manage = [interpreter, PROJECT / "manage.py"]
    for command in (
        ["migrate", "-v", "0"],
        ["loaddata", "-v", "0", "products"],
        ["createsuperuser", "-v", "0", "--no-input", "--username", MERCHANT, "--email", "m@shop.example"],
    ):
        subprocess.run([*manage, *command], check=True, env=variables)
    port = port or free_port()
    serve = [*manage, "runserver", "--noreload", "--insecure", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        serve, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8"
    )
    with open(directory / "shop.log", "w", encoding="utf-8") as log:
        # Another site than the gateway's 127.0.0.1, like a real shop.
        store = Shop(process, f"http://localhost:{port}", directory, log)
        try:
            until_it_listens(process, port)
            yield store
        finally:
            process.terminate()
            process.wait()
            store.listener.join()
            process.stderr.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def until_it_listens(process, port):
    while process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("Django's server did not start")


def main():
    workshop = ROOT / "target/django-shop"
    shutil.rmtree(workshop, ignore_errors=True)
    with sandbox.running(workshop / "sandbox") as gateway, opened(workshop / "shop", gateway, python(), 8000) as store:
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
