"""examples/c and examples/cpp, built and run against the sandbox as a user would. The ledger shows what they did."""

from __future__ import annotations

import contextlib
import http.server
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import sandbox
from sandbox import BUILD, ROOT
from tests import kit
from tests.databases import client_options

MID = "tlgdacomxpay"
LANGUAGES = {"c": ["gcc", "-std=c11", "-D_DEFAULT_SOURCE"], "cpp": ["g++", "-std=c++11"]}
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2"]
EXAMPLES = [f"{kind}/{file.name}" for kind in LANGUAGES for file in sorted((ROOT / "examples" / kind).glob(f"*.{kind}"))]

# An example's program, by its path below examples/.
Built = Callable[[str], Path]


@pytest.fixture(scope="module")
def built(workshop: Path) -> Built:
    """Compiles an example at its first use."""

    def program(example: str) -> Path:
        made = workshop / example.replace("/", "-")
        if not made.exists():
            source = ROOT / "examples" / example
            libraries = [f"-I{ROOT / 'include'}", f"-L{BUILD}", f"-Wl,-rpath,{BUILD}", "-lxpayclient", "-lpthread"]
            libraries += client_options(source.stem.removeprefix("journal_"))
            call: list[str | Path] = [*LANGUAGES[source.parent.name], *WARNINGS, source, "-o", made, *libraries]
            kit.run(call, stderr=subprocess.STDOUT)
        return made

    return program


def said(call: Sequence[str | int | Path], given: str | None = None, status: int = 0) -> str:
    done = subprocess.run(list(map(str, call)), input=given, capture_output=True, encoding="utf-8")
    print(done.stdout, done.stderr)
    assert done.returncode == status
    return done.stdout


def payments(gateway: sandbox.Sandbox, *oids: str) -> tuple[list[str], list[int]]:
    """LGD_TID of each of these orders, and what stands of it."""
    found = {payment["oid"]: payment for payment in gateway.payments()}
    return [found[oid]["tid"] for oid in oids], [found[oid]["balance"] for oid in oids]


def paid(gateway: sandbox.Sandbox, built: Built, directory: Path, *oids: str) -> list[str]:
    """LGD_TID of each of these orders, which the order daemon pays."""
    orders = "".join(f"{oid} {gateway.paykey(oid, 23400)} 23400\n" for oid in oids)
    shown = said([built("cpp/order_daemon.cpp"), gateway.home, MID, directory / "book", 3], orders)
    assert f"{len(oids)} paid, 0 not paid" in shown
    return payments(gateway, *oids)[0]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_without_arguments_tells_how_it_is_called(built: Built, example: str) -> None:
    done = subprocess.run([built(example)], env={}, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    if example.endswith(("cas_noteurl.c", "cas_noteurl.cpp")):
        # They are called by a web server, and answer it.
        assert done.returncode == 0 and done.stdout.startswith("Status: 500 ")
    else:
        assert done.returncode == 2 and done.stderr.startswith(f"usage: {Path(example).stem} ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_payment(gateway: sandbox.Sandbox, built: Built, language: str) -> None:
    """It pays and cancels."""
    oid = f"payment-{language}"
    amount = [23400] if language == "cpp" else []
    said([built(f"{language}/payment.{language}"), gateway.home, gateway.paykey(oid, 23400), *amount])
    assert payments(gateway, oid)[1] == [0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_cash_receipt(gateway: sandbox.Sandbox, built: Built, language: str) -> None:
    program = built(f"{language}/cash_receipt.{language}")
    shown = said([program, gateway.home, MID, f"receipt-{language}", 23400, "01012345678"])
    assert "issued" in shown and "taken back" in shown
    assert "01012345678" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_batch_cancel(gateway: sandbox.Sandbox, built: Built, tmp_path: Path, language: str) -> None:
    oids = [f"batch-{language}-{number}" for number in range(12)]
    tids = paid(gateway, built, tmp_path, *oids)
    csv = tmp_path / "tids.csv"
    csv.write_text("".join(f"{tid},SC0010\r\n" for tid in tids) + "tlgda-none,SC0010\n")
    shown = said([built(f"{language}/batch_cancel.{language}"), gateway.home, MID, csv, 4], status=1)
    assert "12 cancelled, 1 not cancelled, 0 in doubt" in shown and "tlgda-none" in shown
    assert payments(gateway, *oids)[1] == [0] * 12


def test_cancel(gateway: sandbox.Sandbox, built: Built, tmp_path: Path) -> None:
    """A part is cancelled once, then the rest."""
    tids = paid(gateway, built, tmp_path, "parts")
    cancel: list[str | int | Path] = [built("c/cancel.c"), gateway.home, MID, *tids, "SC0010"]
    said([*cancel, 400, 23400])
    said([*cancel, 400, 23400], status=1)
    assert payments(gateway, "parts")[1] == [23000]
    said(cancel)
    assert payments(gateway, "parts")[1] == [0]


def test_order_daemon(gateway: sandbox.Sandbox, built: Built, tmp_path: Path) -> None:
    """Forged orders and garbage among good ones: each is recognised, and the file has exactly the paid orders."""
    orders = f"daemon-1 {gateway.paykey('daemon-1', 23400)} 23400\nnot an order\ndaemon-2 no-such-key 100\n"
    shown = said([built("cpp/order_daemon.cpp"), gateway.home, MID, tmp_path / "book", 2], orders, status=1)
    assert "1 paid, 1 not paid" in shown
    assert (tmp_path / "book").read_text() == f"daemon-1 {payments(gateway, 'daemon-1')[0][0]}\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_virtual_account(gateway: sandbox.Sandbox, built: Built, tmp_path: Path, language: str) -> None:
    """An account, its deposit, and the notifications of both, recorded once however often they come."""
    oid = f"account-{language}"
    book = tmp_path / oid
    notices = Notices(built(f"{language}/cas_noteurl.{language}"), gateway, tmp_path)
    with notices.served() as address:
        said([built("c/virtual_account.c"), gateway.home, MID, tmp_path, oid, 23400, address])
        assert notices.next()[1] == "OK"
        gateway.ask("/deposits", {"tid": payments(gateway, oid)[0][0]})
        body, answer = notices.next()
    assert answer == "OK"
    booked = book.read_text()
    assert [line.split("/")[2] for line in booked.splitlines()[1:]] == ["R", "I"]
    assert notices.answer(body) == "OK" and book.read_text() == booked
    another = body.replace(b"LGD_AMOUNT=23400", b"LGD_AMOUNT=2340"), body.replace(b"LGD_CASSEQNO=", b"LGD_CASSEQNO=9")
    assert body not in another
    for forged in [*another, b"LGD_OID=../x", b""]:
        assert notices.answer(forged) != "OK"
    assert book.read_text() == booked


class Notices:
    """A web server for one CGI program, and what it was posted and answered."""

    def __init__(self, program: Path, gateway: sandbox.Sandbox, orders: Path) -> None:
        self.program = program
        self.environment = {**os.environ, "XPAY_HOME": gateway.home, "SHOP_MID": MID, "SHOP_ORDERS": str(orders)}
        self.came: queue.Queue[tuple[bytes, str]] = queue.Queue()

    def answer(self, body: bytes) -> str:
        environment = {**self.environment, "CONTENT_LENGTH": str(len(body))}
        done = subprocess.run([self.program], input=body, stdout=subprocess.PIPE, env=environment, check=True)
        return done.stdout.partition(b"\r\n\r\n")[2].decode()

    def next(self) -> tuple[bytes, str]:
        """The next notification and its answer. The time only ends a test that would wait for ever."""
        return self.came.get(timeout=300)

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        notices = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = notices.answer(body)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer.encode())
                notices.came.put((body, answer))

            def log_message(self, *_: object) -> None:
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/cas_noteurl"
            server.shutdown()
