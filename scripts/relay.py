"""Forwards connections to a gateway; tests can cut them during a payment."""

import contextlib
import socket
import threading


@contextlib.contextmanager
def to(port, dark):
    """A port that forwards to `port`, except while the file `dark` exists."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server, port, dark), daemon=True).start()
        yield server.getsockname()[1]


def accept(server, port, dark):
    with contextlib.suppress(OSError):  # closed at the end of the run
        while True:
            client, _ = server.accept()
            if dark.exists():
                client.close()
            else:
                threading.Thread(target=forward, args=(client, port, dark), daemon=True).start()


def forward(client, port, dark):
    with client, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as gateway:
        join(client, gateway, dark)


def join(client, server, dark=None):
    """Copies bytes in both directions until both sides end, or the file `dark` exists."""
    back = threading.Thread(target=pump, args=(server, client, dark), daemon=True)
    back.start()
    pump(client, server, dark)
    back.join()


def pump(source, sink, dark):
    with contextlib.suppress(OSError):
        while (piece := source.recv(65536)) and not (dark and dark.exists()):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
