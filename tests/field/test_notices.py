"""What shops print in answer to a notification, and whether the gateway takes it for OK."""

from __future__ import annotations

import http.server
import json
import queue
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

import sandbox
from tests import kit

from . import pages
from .till import Till, new_oid

# Handlers read these without asking whether they are there.
BUYER_AND_GOODS = json.loads((sandbox.ROOT / "protocol/tables.json").read_text(encoding="utf-8"))["buyer_and_goods"]


class Handler:
    """A shop's page for notifications, which prints what it is told and keeps what it got."""

    def __init__(self) -> None:
        self.prints: tuple[int, bytes] = (200, b"OK")
        self.got: queue.Queue[tuple[str, dict[str, str]]] = queue.Queue()
        page = self

        class Page(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
                status, prints = page.prints
                self.send_response(status)
                self.send_header("Content-Length", str(len(prints)))
                self.end_headers()
                self.wfile.write(prints)
                values = urllib.parse.parse_qs(body, keep_blank_values=True, encoding="cp949")
                page.got.put((self.path, {name: value[0] for name, value in values.items()}))

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/cas?isAsync=Y&uid=7"

    def next(self) -> tuple[str, dict[str, str]]:
        return self.got.get(timeout=60)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def handler() -> Iterator[Handler]:
    handler = Handler()
    yield handler
    handler.close()


def issue(till: Till, address: str) -> str:
    """Issues a virtual account whose notifications go to `address`; returns its LGD_TID."""
    parameters = {"LGD_TXNAME": "CyberAccount", "LGD_METHOD": "ASSIGN", "LGD_OID": new_oid(), "LGD_AMOUNT": "1000"}
    assert till.send(*parameters.items(), ("LGD_CASNOTEURL", address)) == "0000", till.client.said()
    return till.client.row()["LGD_TID"]


@pages.each_case("answers")
def test_an_answer(case: dict[str, Any], mode: str, tills: dict[str, Till], handler: Handler) -> None:
    handler.prints = (case.get("status", 200), case["body"].encode())
    tid = issue(tills[mode], handler.address)
    handler.next()
    assert state(tills[mode].gateway, tid) == case[mode]


def state(gateway: sandbox.Sandbox, tid: str) -> str:
    """What became of a notification, once its first attempt is written down."""

    def tried() -> Any:
        [notice] = [notice for notice in gateway.ask("/notices") if notice["tid"] == tid]
        return notice if notice["attempts"] else None

    notice = kit.until(tried)
    return {"delivered": "delivered", "waiting": "sent again"}[notice["state"]]


def test_every_name_is_there_and_the_address_keeps_its_query(tills: dict[str, Till], handler: Handler) -> None:
    issue(tills["lenient"], handler.address)
    path, values = handler.next()
    assert path == "/cas?isAsync=Y&uid=7"
    assert [name for name in BUYER_AND_GOODS if name not in values] == []
    parts = [values[name] for name in ("LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP")]
    assert pages.digest(*parts, pages.KEY) == values["LGD_HASHDATA"]
    assert "CST_PLATFORM" not in values
