"""A gateway over TLS that takes its time. Usage: slow.py CERTIFICATE KEY SECONDS, with the answer's body on stdin; prints its port."""

from __future__ import annotations

import asyncio
import ssl
import sys

certificate, key, seconds = sys.argv[1:4]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Every request of one connection."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            await reader.readexactly(int(length))
            await asyncio.sleep(float(seconds))
            writer.write(ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=8192)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


body = sys.stdin.buffer.read()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
asyncio.run(main())
