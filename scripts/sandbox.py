"""Starts and stops `xpay sandbox` for the demo and the tests of every language."""

import contextlib
import http.client
import json
import os
import ssl
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
# What is tried: target/debug, which is built in seconds, or, with XPAY_BUILD=release, the files that are shipped.
BUILD = ROOT / "target" / os.environ.get("XPAY_BUILD", "debug")
XPAY = BUILD / "xpay"
LIBRARY = BUILD / "libxpayclient.so"


class Sandbox:
    """A running gateway and the directory it works in."""

    def __init__(self, directory, facts):
        self.directory = directory
        self.home = facts["home"]
        self.facts = facts

    def paykey(self, oid, amount, *more):
        """A PAYKEY as the payment window would return it, without a browser."""
        return self._ask("paykey", "--oid", oid, "--amount", str(amount), *more).strip()

    def payments(self):
        """The ledger: a list of payments."""
        return json.loads(self._ask("ledger", "--json"))

    def ledger(self):
        """The ledger as a table for people."""
        return self._ask("ledger")

    def ask(self, path, body=None):
        """The admin API: a GET, or a POST of `body` as JSON."""
        admin = urlsplit(self.facts["admin"])
        # The sandbox may show an invalid certificate on purpose; only the code under test must refuse it.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with contextlib.closing(http.client.HTTPSConnection(admin.netloc, context=context, timeout=60)) as connection:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            sent = json.dumps(body) if body is not None else None
            connection.request("POST" if body is not None else "GET", admin.path + path, sent, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
        if answer.status != 200:
            raise RuntimeError(f"the sandbox refused {path}: {text}")
        return json.loads(text)

    def _ask(self, command, *more):
        call = [XPAY, "sandbox", command, "--dir", self.directory, *more]
        return subprocess.run(call, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


@contextlib.contextmanager
def running(directory, *options):
    """A sandbox in `directory` that is ready inside the block and stopped after it, whatever happens."""
    call = [XPAY, "sandbox", "--dir", directory, *options]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the sandbox did not start: {' '.join(map(str, call))}")
        yield Sandbox(directory, json.loads(line))
    finally:
        process.terminate()
        status = process.wait()
        process.stdout.close()
    if status != 0:
        raise RuntimeError(f"the sandbox ended with status {status}")
