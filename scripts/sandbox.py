"""Starts and stops `xpay sandbox` for the demo and the tests of every language."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
# What is tried: target/debug, which is built in seconds, or, with XPAY_BUILD=portable, the files that are shipped.
BUILD = ROOT / "target" / os.environ.get("XPAY_BUILD", "debug")
XPAY = BUILD / "xpay"
# The gateway runs on this machine, whichever platform is tried.
GATEWAY = ROOT / "target" / BUILD.name.partition("-")[0] / "xpay"
BRIDGE = BUILD / "xpay-bridge"
LIBRARY = BUILD / "libxpayclient.so"


class Sandbox:
    """A running gateway and the directory it works in."""

    def __init__(self, directory: Path, facts: dict[str, Any]) -> None:
        self.directory = directory
        self.home: str = facts["home"]
        self.facts = facts
        self._admin = urlsplit(facts["admin"])
        # Each thread keeps a connection.
        self._own = threading.local()
        self._connections: list[http.client.HTTPSConnection] = []

    def paykey(self, oid: str, amount: int, *more: str) -> str:
        """A PAYKEY as the payment window would return it, without a browser."""
        return self._ask("paykey", "--oid", oid, "--amount", str(amount), *more).strip()

    def payments(self) -> list[dict[str, Any]]:
        """The ledger: a list of payments."""
        payments: list[dict[str, Any]] = json.loads(self._ask("ledger", "--json"))
        return payments

    def ledger(self) -> str:
        """The ledger as a table for people."""
        return self._ask("ledger")

    def ask(self, path: str, body: object = None) -> Any:
        """The admin API: a GET, or a POST of `body` as JSON."""
        connection = self._connection()
        if connection.sock is not None:
            # The gateway may have closed it in the meantime, which only the attempt shows.
            with contextlib.suppress(ConnectionError):
                return self._answer(connection, path, body)
            connection.close()
        return self._answer(connection, path, body)

    def _answer(self, connection: http.client.HTTPSConnection, path: str, body: object) -> Any:
        if body is None:
            connection.request("GET", self._admin.path + path)
        else:
            connection.request("POST", self._admin.path + path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8")
        if answer.status != 200:
            raise RuntimeError(f"the sandbox refused {path}: {text}")
        return json.loads(text)

    def _connection(self) -> http.client.HTTPSConnection:
        if not hasattr(self._own, "connection"):
            # The sandbox may show an invalid certificate on purpose; only the code under test must refuse it.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self._own.connection = http.client.HTTPSConnection(self._admin.netloc, context=context, timeout=60)
            self._connections.append(self._own.connection)
        own: http.client.HTTPSConnection = self._own.connection
        return own

    def close(self) -> None:
        """Closes the connections of all threads."""
        for connection in self._connections:
            connection.close()

    def _ask(self, command: str, *more: str) -> str:
        call: list[str | Path] = [GATEWAY, "sandbox", command, "--dir", self.directory, *more]
        return subprocess.run(call, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


@contextlib.contextmanager
def running(directory: Path, *options: str | Path, stderr: IO[bytes] | None = None) -> Iterator[Sandbox]:
    """A sandbox in `directory` that is ready inside the block and stopped after it, whatever happens."""
    call: list[str | Path] = [GATEWAY, "sandbox", "--dir", directory, *options]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the sandbox did not start: {' '.join(map(str, call))}")
            started = Sandbox(directory, json.loads(line))
            with contextlib.closing(started):
                yield started
        finally:
            process.terminate()
    if process.returncode != 0:
        raise RuntimeError(f"the sandbox ended with status {process.returncode}")
