"""Forwards connections to a gateway; tests can cut them during a payment."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def to(port: int, dark: Path) -> Iterator[int]:
    """A port that forwards to `port`, except while the file `dark` exists."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server, port, dark), daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            # Wakes the thread that waits for the next client, which closing would not.
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def accept(server: socket.socket, port: int, dark: Path) -> None:
    with contextlib.suppress(OSError):  # shut down at the end of the run
        while True:
            client, _ = server.accept()
            if dark.exists():
                client.close()
            else:
                threading.Thread(target=forward, args=(client, port, dark), daemon=True).start()


def forward(client: socket.socket, port: int, dark: Path) -> None:
    with client, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as gateway:
        join(client, gateway, dark)


def join(client: socket.socket, server: socket.socket, dark: Path | None = None) -> None:
    """Copies bytes in both directions until both sides end, or the file `dark` exists."""
    back = threading.Thread(target=pump, args=(server, client, dark), daemon=True)
    back.start()
    pump(client, server, dark)
    back.join()


def pump(source: socket.socket, sink: socket.socket, dark: Path | None) -> None:
    with contextlib.suppress(OSError):
        while (piece := source.recv(65536)) and not (dark and dark.exists()):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
