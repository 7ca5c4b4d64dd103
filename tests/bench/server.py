"""The gateway for benchmarks: nginx with TLS and one answer, and a delaying proxy to it."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING

import nginx

if TYPE_CHECKING:
    # When a piece is due, and the piece.
    Late = Queue[tuple[float, bytes]]

ANSWER = {
    "LGD_RESPCODE": "0000",
    "LGD_RESPMSG": "결제성공",
    "LGD_RESPONSE": [
        {
            "LGD_RESPCODE": "0000", "LGD_RESPMSG": "결제성공", "LGD_MID": "tlgdacomxpay", "LGD_OID": "order-20261125-000001",
            "LGD_AMOUNT": "23400", "LGD_TID": "tlgda2026112510111200001", "LGD_PAYTYPE": "SC0010", "LGD_PAYDATE": "20261125101112",
            "LGD_HASHDATA": "0123456789abcdef0123456789abcdef", "LGD_TIMESTAMP": "20261125101112", "LGD_BUYER": "홍길동",
            "LGD_PRODUCTINFO": "상품", "LGD_BUYEREMAIL": "buyer@example.com", "LGD_FINANCECODE": "41", "LGD_FINANCENAME": "신한",
            "LGD_FINANCEAUTHNUM": "12345678", "LGD_CARDNUM": "541707******1234", "LGD_CARDINSTALLMONTH": "00",
            "LGD_CARDNOINTYN": "0", "LGD_ESCROWYN": "N", "LGD_TRANSAMOUNT": "23400", "LGD_EXCHANGERATE": "",
            "LGD_PCANCELFLAG": "1", "LGD_PCANCELSTR": "0", "LGD_DELIVERYINFO": "", "LGD_RECEIVER": "", "LGD_RECEIVERPHONE": "",
        }
    ],
}  # fmt: skip

CONFIGURATION = """
events {{ worker_connections 1024; }}
http {{
    keepalive_timeout 75s; keepalive_requests 100000000;
    ssl_protocols TLSv1.2 TLSv1.3;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {directory}/server.pem; ssl_certificate_key {directory}/server.key;
        default_type application/json;
        location / {{ return 200 '{answer}'; }}
    }}
}}
"""


def answer() -> str:
    """The body of each answer."""
    return json.dumps(ANSWER, ensure_ascii=False)


class Missing(Exception):
    """What this machine lacks, in English and Korean."""


class Gateway:
    """A running nginx, and the certificates that a client needs to trust it."""

    def __init__(self, directory: Path, port: int):
        self.directory = directory
        self.port = port
        self.own_root = directory / "root.pem"
        # Like users of libcurl: the system's roots and one more.
        self.bundle = directory / "bundle.pem"

    def home(self, name: str, port: int | None = None, **settings: object) -> Path:
        """A merchant's home_dir with these settings."""
        home = self.directory / name
        (home / "conf").mkdir(parents=True, exist_ok=True)
        url = f"https://localhost:{port or self.port}/xpay/Gateway.do"
        values = {"url": url, "test_url": url, "aux_url": url, "timeout": 60} | settings
        (home / "conf/lgdacom.conf").write_text("".join(f"{name} = {value}\n" for name, value in values.items()))
        (home / "conf/mall.conf").write_text("tlgdacomxpay = 95160cce09854ef44d2edb2bfb05f9f3\n")
        shutil.copy(self.own_root, home / "conf/ca-bundle.crt")
        return home


def certificates(directory: Path) -> None:
    """A root certificate, and a server certificate for localhost signed by it."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=directory, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    # Python 3.13 and newer insist on a root's key usage and on the identifiers.
    usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl(
        "req", "-x509", *key, *usage, "-keyout", "root.key", "-out", "root.pem", "-days", "30", "-subj", "/CN=xpayclient bench"
    )
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n"
    (directory / "extensions").write_text(extensions + "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
    openssl(
        "x509", "-req", "-in", "server.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
        "-out", "server.pem", "-days", "30", "-extfile", "extensions",
    )  # fmt: skip
    system = "/etc/ssl/certs/ca-certificates.crt"
    with open(directory / "bundle.pem", "wb") as bundle, open(system, "rb") as roots:
        bundle.write(roots.read() + (directory / "root.pem").read_bytes())


@contextlib.contextmanager
def running(directory: Path) -> Iterator[Gateway]:
    """The gateway, ready inside the block."""
    directory.mkdir(parents=True)
    program = nginx.found()
    if not program:
        raise Missing("there is no nginx here: make setup", "nginx 명령이 없습니다: make setup")
    certificates(directory)
    with nginx.running(
        program, directory, lambda port: CONFIGURATION.format(directory=directory, port=port, answer=answer())
    ) as port:
        yield Gateway(directory, port)


@contextlib.contextmanager
def slow(gateway: Gateway, seconds: float) -> Iterator[int]:
    """The port of a gateway that takes so long for each answer, whose certificate is `gateway`'s."""
    files = [Path(__file__).with_name("slow.py"), gateway.directory / "server.pem", gateway.directory / "server.key"]
    call = [sys.executable, *map(str, files), str(seconds)]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            with process.stdin as body:
                body.write(answer().encode())
            yield int(process.stdout.readline())
        finally:
            process.terminate()


@contextlib.contextmanager
def far(port: int, delay: float) -> Iterator[int]:
    """A port that forwards to `port` and delays every byte by `delay` seconds in each direction, and the connection too."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        accepting = threading.Thread(target=_accept, args=(server, port, delay))
        accepting.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _accept(server: socket.socket, port: int, delay: float) -> None:
    relays = []
    with contextlib.suppress(OSError):  # shut down at the end of the block
        while True:
            client, _ = server.accept()
            relays.append(threading.Thread(target=_relay, args=(client, port, delay)))
            relays[-1].start()
    for relay in relays:
        relay.join()


def _relay(client: socket.socket, port: int, delay: float) -> None:
    """Until both ends have closed."""
    with client, socket.create_connection(("127.0.0.1", port)) as gateway:
        ways = []
        for one, other in ((client, gateway), (gateway, client)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            late: Late = Queue()
            ways.append(threading.Thread(target=_hear, args=(one, late, delay)))
            ways.append(threading.Thread(target=_tell, args=(other, late)))
        for way in ways:
            way.start()
        for way in ways:
            way.join()


def _hear(source: socket.socket, late: Late, delay: float) -> None:
    piece = b"?"
    while piece:
        try:
            piece = source.recv(65536)
        except OSError:
            piece = b""
        late.put((time.monotonic() + delay, piece))


def _tell(sink: socket.socket, late: Late) -> None:
    piece = b"?"
    while piece:
        due, piece = late.get()
        time.sleep(max(0, due - time.monotonic()))
        # The other end may have closed already.
        with contextlib.suppress(OSError):
            if piece:
                sink.sendall(piece)
            else:
                sink.shutdown(socket.SHUT_WR)
