"""The sandboxes that the scenarios use, and their admin API."""

import contextlib
import os
import queue
import socket
import threading
from pathlib import Path

import relay
from leaks import DEMO_KEY

import sandbox

# The number of gateways for each certificate. A scenario has one to itself: its requests and faults are its own.
KINDS = {"good": 4, "expired": 1, "wrong-host": 1, "untrusted": 1}
AT_ONCE = KINDS["good"]


class Gateway:
    """One sandbox, controlled through its admin API."""

    def __init__(self, running, places):
        self.home = Path(running.home)
        self.places = places | {"url": running.facts["url"], "port": str(running.facts["port"]), "key": DEMO_KEY}
        self.ask = running.ask

    def paykey(self, request):
        """A PAYKEY as the payment window would return it, or the key of an identity check."""
        (key,) = self.ask("/paykeys", request).values()
        return key

    def requests(self):
        """The latest requests that it received, oldest first."""
        return self.ask("/requests")

    def payments(self):
        """The ledger."""
        return self.ask("/payments")


class Pools:
    """Lends gateways. A caller waits until one is free."""

    def __init__(self):
        self._free = {kind: queue.Queue() for kind in KINDS}

    def add(self, kind, gateway):
        self._free[kind].put(gateway)

    @contextlib.contextmanager
    def take(self, kind):
        gateway = self._free[kind].get()
        try:
            yield gateway
        finally:
            self._free[kind].put(gateway)


@contextlib.contextmanager
def running(workshop):
    """Starts all gateways together, and the addresses that never answer."""
    with contextlib.ExitStack() as stack:
        places = {"closed_port": refusing(stack), "mute_port": mute(stack), "proxy_port": proxy(stack)}
        pools = Pools()
        with stderr_kept(workshop / "sandboxes.stderr"):
            for kind, count in KINDS.items():
                for number in range(count):
                    directory = workshop / "sandboxes" / f"{kind}-{number}"
                    started = stack.enter_context(sandbox.running(directory, "--certificate", kind))
                    pools.add(kind, Gateway(started, places))
        yield pools


@contextlib.contextmanager
def stderr_kept(path):
    """Redirects the output of the processes started inside to a file, which is searched for secrets."""
    ours = os.dup(2)
    with open(path, "wb") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(ours, 2)
            os.close(ours)


def refusing(stack):
    """A port that refuses connections and that no other process can take: bound, not listening."""
    held = stack.enter_context(socket.socket())
    held.bind(("127.0.0.1", 0))
    return str(held.getsockname()[1])


def mute(stack):
    """A port that accepts connections and sends nothing."""
    server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
    return str(server.getsockname()[1])


def proxy(stack):
    """A port with a proxy that accepts CONNECT and forwards everything."""
    server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    threading.Thread(target=accept, args=(server,), daemon=True).start()
    return str(server.getsockname()[1])


def accept(server):
    with contextlib.suppress(OSError):  # closed at the end of the run
        while True:
            threading.Thread(target=tunnel, args=(server.accept()[0],), daemon=True).start()


def tunnel(client):
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
