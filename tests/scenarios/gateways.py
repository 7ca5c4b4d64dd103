"""The sandboxes that the scenarios use, and their admin API."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import relay
import sandbox
from tests.leavings import DEMO_KEY

# How many gateways there are at most for each certificate. A play has one to itself: its requests and faults are its own.
KINDS = {"good": 9, "expired": 1, "wrong-host": 1, "untrusted": 1}


class Gateway:
    """One sandbox, controlled through its admin API."""

    def __init__(self, running: sandbox.Sandbox, places: dict[str, str]) -> None:
        self.directory, self.home = running.directory, Path(running.home)
        self.places = places | {"url": running.facts["url"], "port": str(running.facts["port"]), "key": DEMO_KEY}
        self.ask = running.ask
        self._seen = {"requests": 0, "payments": 0}

    def paykey(self, request: dict[str, Any]) -> str:
        """A PAYKEY as the payment window would return it, or the key of an identity check."""
        key: str
        (key,) = self.ask("/paykeys", request).values()
        return key

    def new(self, what: str) -> list[dict[str, Any]]:
        """The `requests` that it received, or the `payments` of its ledger, since this was asked before, oldest first."""
        listed: list[dict[str, Any]] = self.ask(f"/{what}?after={self._seen[what]}")
        self._seen[what] += len(listed)
        return listed


class Pools:
    """Lends gateways, which it starts when they are needed. A caller waits until one is free."""

    def __init__(self, stack: contextlib.ExitStack, directory: Path, places: dict[str, str]) -> None:
        self._stack, self._places = stack, places
        self._directory = directory
        self._lock = threading.Lock()
        self._free: dict[str, queue.SimpleQueue[Gateway]] = {kind: queue.SimpleQueue() for kind in KINDS}
        self._started = dict.fromkeys(KINDS, 0)

    @contextlib.contextmanager
    def take(self, kind: str) -> Iterator[Gateway]:
        """A gateway of this certificate."""
        with self._lock:
            if self._free[kind].empty() and self._started[kind] < KINDS[kind]:
                self._free[kind].put(self._start(kind))
        gateway = self._free[kind].get()
        try:
            yield gateway
        finally:
            self._free[kind].put(gateway)

    def _start(self, kind: str) -> Gateway:
        self._started[kind] += 1
        directory = self._directory / f"{kind}-{self._started[kind]}"
        stderr = self._stack.enter_context((self._directory / f"{kind}-{self._started[kind]}.stderr").open("wb"))
        running = sandbox.running(directory, "--certificate", kind, stderr=stderr)
        return Gateway(self._stack.enter_context(running), self._places)


@contextlib.contextmanager
def proxy() -> Iterator[int]:
    """A port with a proxy that accepts CONNECT and forwards everything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            # Wakes the thread that waits for the next client, which closing would not.
            server.shutdown(socket.SHUT_RDWR)


def accept(server: socket.socket) -> None:
    with contextlib.suppress(OSError):  # shut down at the end of the run
        while True:
            threading.Thread(target=tunnel, args=(server.accept()[0],), daemon=True).start()


def tunnel(client: socket.socket) -> None:
    """Answers `CONNECT host:port` with 200, then forwards bytes in both directions until one side closes."""
    with client, contextlib.suppress(OSError, ValueError):
        head = client.recv(1)
        while head.startswith(b"C") and b"\r\n\r\n" not in head:
            head += client.recv(1) or b"\r\n\r\n"
        if not head.startswith(b"CONNECT "):
            client.sendall(b"HTTP/1.1 405 Method Not Allowed\r\n\r\n")
            client.shutdown(socket.SHUT_WR)
            # Unread bytes would turn the close into a reset, and change the text of the error.
            while client.recv(65536):
                pass
            return
        _, address, _ = head.split(b"\r\n")[0].decode().split(" ")
        # Every name leads to a sandbox, so a name that only the proxy resolves proves that the proxy was used.
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            relay.join(client, server)
