"""The part of FastCGI that a test needs to request a page from php-fpm without a web server."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

BEGIN, END, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7
RESPONDER = 1


def get(address: Path, script: Path, **variables: str) -> bytes:
    """The body of the page at `script`. Output of php-fpm on stderr, or a broken connection, is an OSError."""
    told = {"SCRIPT_FILENAME": str(script), "REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1", **variables}
    pairs = b"".join(pair(name.encode(), value.encode()) for name, value in told.items())
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(address))
        head = record(BEGIN, struct.pack(">HB5x", RESPONDER, 0))
        connection.sendall(head + record(PARAMS, pairs) + record(PARAMS, b"") + record(STDIN, b""))
        said = answer(connection)
    if said[STDERR]:
        raise OSError(said[STDERR].decode("utf-8", "replace"))
    return said[STDOUT].partition(b"\r\n\r\n")[2]


def answer(connection: socket.socket) -> dict[int, bytes]:
    """What php-fpm wrote to each stream."""
    said = {STDOUT: b"", STDERR: b""}
    with connection.makefile("rb") as stream:
        while True:
            head = stream.read(8)
            if len(head) < 8:
                raise ConnectionResetError("php-fpm closed the connection before its answer was complete")
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", head)
            content = stream.read(length + padding)[:length]
            if kind == END:
                return said
            said[kind] += content


def record(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def pair(name: bytes, value: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(text) | 0x80000000) for text in (name, value)) + name + value
