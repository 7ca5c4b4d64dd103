"""Starts and stops the sample shop of examples/php for the demo and the tests, and buys without a browser."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from typing import IO

from sandbox import LIBRARY, ROOT, XPAY, Sandbox

PAGES = ROOT / "examples/php"
PASSWORD = "let me in"
# One for the page that pays, one for the notification meanwhile, and some for a browser's other requests.
WORKERS = 4
# Seconds until a shop that is silent counts as one that hangs.
PATIENCE = 120


class Shop:
    """PHP's own server with the sample pages, and its log."""

    # Log lines of an answered page, and log lines of an error.
    ANSWERED = r"\[(\d{{3}})\]: \w+ /{page}"
    COMPLAINT = r"PHP (Warning|Notice|Deprecated|Fatal|Parse)"

    def __init__(self, process: subprocess.Popen[str], port: int, directory: Path) -> None:
        # Another site than the gateway's 127.0.0.1, like a real shop.
        self.process, self.address = process, f"http://localhost:{port}"
        self.log, self.orders = directory / "shop.log", directory / "orders"
        self.lines: list[str | None] = []
        self.seen, self.said = 0, threading.Condition()
        self.listener = threading.Thread(target=self._listen)
        self.listener.start()

    def _listen(self) -> None:
        with open(self.log, "w", encoding="utf-8") as log, output_of(self.process) as lines:
            for line in lines:
                log.write(line)
                self._add(line)
        self._add(None)

    def _add(self, line: str | None) -> None:
        with self.said:
            self.lines.append(line)
            self.said.notify_all()

    def answered(self, page: str) -> int:
        """Waits for the next request of the page, and returns the shop's HTTP status."""
        found = re.compile(self.ANSWERED.format(page=re.escape(page)))
        with self.said:
            while True:
                while self.seen < len(self.lines):
                    line = self.lines[self.seen]
                    if line is None:
                        raise RuntimeError("the shop ended")
                    self.seen += 1
                    match = found.search(line)
                    if match:
                        return int(match[1])
                if not self.said.wait(PATIENCE):
                    raise RuntimeError(f"nobody asked for {page}")

    def complaints(self) -> list[str]:
        """Errors in the server's log; none if the shop works."""
        with self.said:
            return [line for line in self.lines if line and re.search(self.COMPLAINT, line)]

    def stop(self) -> None:
        """Ends the server, and reads what it logged to the end."""
        end(self.process)
        self.listener.join()


@contextlib.contextmanager
def opened(
    directory: Path,
    gateway: Sandbox,
    php: str | Path = "php",
    backend: str | None = None,
    password: str = PASSWORD,
    orders: Path | None = None,
    notice_addresses: str = "127.0.0.1",
) -> Iterator[Shop]:
    """The shop, running inside the block. Sessions and log are in `directory`, orders too unless it takes over another's.

    Without `backend` it is FFI, or the pipe where there is none.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True)
    settings = {
        "XPAY_HOME": gateway.home,
        "XPAY_WINDOW_JS": f"{gateway.facts['web']}/xpay/js/xpay_crossplatform.js",
        "XPAY_RECEIPT_JS": f"{gateway.facts['web']}/xpay/js/receipt_link.js",
        "XPAYCLIENT_LIB": LIBRARY,
        "XPAYCLIENT_COMMAND": XPAY,
        "SHOP_DATA": orders or directory / "orders",
        "SHOP_PASSWORD": password,
        "SHOP_NOTICE_ADDRESSES": notice_addresses,
        "PHP_CLI_SERVER_WORKERS": WORKERS,
    }
    if backend is not None:
        settings["XPAYCLIENT_BACKEND"] = backend
    options = {
        # For FFI, PHP's own server is not a command line: only preloaded code may use it.
        "ffi.enable": "true",
        "error_reporting": -1,
        "log_errors": 1,
        "error_log": "",
        "session.save_path": directory,
    }
    call = [php, *(part for name, value in options.items() for part in ("-d", f"{name}={value}"))]
    process, port = started(call, {**os.environ, **{name: str(value) for name, value in settings.items()}})
    shop = Shop(process, port, directory)
    try:
        yield shop
    finally:
        shop.stop()


def started(
    call: list[str | Path], environment: Mapping[str, str], pages: Sequence[str | Path] = ("-t", PAGES)
) -> tuple[subprocess.Popen[str], int]:
    """PHP with all its workers ready, and their port. `pages` is what PHP's server is told to serve."""
    while True:
        # PHP 7.4 does not accept port 0. If the port is taken, PHP says so, and the next one is tried.
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        process = serving([*call, "-S", f"127.0.0.1:{port}", *pages], environment)
        said, ready = [], 0
        for line in output_of(process):
            said.append(line)
            ready += line.count("Development Server")
            if ready > WORKERS:
                return process, port
            if "Failed to listen" in line:
                break
        end(process)
        output_of(process).close()
        if not any("already in use" in line for line in said):
            raise RuntimeError(f"PHP's server did not start: {''.join(said)}")


def serving(call: list[str | Path], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """A server whose stdout is all that it says."""
    return subprocess.Popen(
        call,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        # PHP's workers outlive its server unless they are killed with it.
        start_new_session=True,
    )


def output_of(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Buyer:
    """A browser with cookies and forms, without scripts: the caller does what scripts would do."""

    page: Page

    def __init__(self, cookies: CookieJar | None = None) -> None:
        self.cookies = CookieJar() if cookies is None else cookies
        keeping = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), keeping)

    def twin(self) -> Buyer:
        """Another window of the same browser."""
        return Buyer(self.cookies)

    def open(self, url: str, values: Mapping[str, str] | None = None) -> Page:
        """Opens a page, or posts `values` to it, and follows redirects."""
        body = None if values is None else urllib.parse.urlencode(values).encode()
        try:
            answer = self.opener.open(urllib.request.Request(url, body), timeout=PATIENCE)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            self.page = Page(answer)
        return self.page

    def submit(self, which: int | str, **values: str) -> Page:
        """Submits a form of the current page, by its number or id."""
        form = self.page.form(which)
        return self.open(urllib.parse.urljoin(self.page.url, form.action), {**form.values, **values})


@dataclass
class Form:
    name: str | None
    action: str
    values: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The parts of a page needed without a browser: its forms, and the texts of elements with an id."""

    VOID = {"meta", "link", "input", "br", "img", "hr"}

    def __init__(self, answer: HTTPResponse | urllib.error.HTTPError) -> None:
        super().__init__()
        self.url, self.status, self.headers = answer.url, answer.status, answer.headers
        self.forms: list[Form] = []
        self.texts: dict[str, str] = {}
        self.data: dict[str, dict[str, str | None]] = {}
        self.open: list[tuple[str, str | None]] = []
        self.charset = answer.headers.get_content_charset("utf-8")
        self.body = answer.read()
        self.text = self.body.decode({"euc-kr": "cp949"}.get(self.charset, self.charset))
        self.feed(self.text)

    @property
    def state(self) -> str | None:
        """Of the order that the page shows."""
        return self.data["state"]["data-state"]

    def form(self, which: int | str) -> Form:
        found = [form for number, form in enumerate(self.forms) if which in (number, form.name)]
        if not found:
            raise RuntimeError(f"{self.url} has no form {which}:\n{self.text}")
        return found[0]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        of = dict(attributes)
        name = of.get("id")
        if tag == "form":
            self.forms.append(Form(name, of.get("action") or ""))
        chosen = of.get("type") != "radio" or "checked" in of
        if tag == "input" and self.forms and "name" in of and chosen:
            self.forms[-1].values[str(of["name"])] = of.get("value") or ""
        elif tag == "select":
            self.select = str(of["name"])
        elif tag == "option" and ("selected" in of or self.select not in self.forms[-1].values):
            self.forms[-1].values[self.select] = of.get("value") or ""
        if name:
            self.texts[name] = of.get("value") or ""
            self.data[name] = {key: value for key, value in attributes if key.startswith("data-")}
        if tag not in self.VOID:
            self.open.append((tag, name))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _, name in self.open:
            if name:
                self.texts[name] += data


def order(visitor: Buyer, address: str, **wish: str) -> str:
    """Orders in the shop, up to the page that opens the payment window. Returns the order ID."""
    visitor.open(f"{address}/sample_crossplatform.php")
    visitor.submit(0, **wish)
    if "oid" not in visitor.page.texts:
        raise RuntimeError(f"no order was placed:\n{visitor.page.text}")
    return visitor.page.texts["oid"]


def consent(visitor: Buyer, address: str, **wish: str) -> str:
    """Orders and agrees in the payment window: everything before the final payment. Returns the order ID."""
    oid = order(visitor, address, **wish)
    agree(visitor)
    return oid


def agree(visitor: Buyer) -> None:
    """From the page that opens the payment window to the one at LGD_RETURNURL."""
    script = re.search(r'<script src="(\S+)/xpay/js/', visitor.page.text)
    assert script, f"the page does not open the payment window:\n{visitor.page.text}"
    visitor.page.form("LGD_PAYINFO").action = f"{script[1]}/xpay/window"
    visitor.submit("LGD_PAYINFO")
    if not visitor.page.forms:
        raise RuntimeError(f"the payment window did not open:\n{visitor.page.text}")
    visitor.submit(0, answer="pay")
    visitor.submit(0)


def merchant(address: str) -> Buyer:
    """The merchant, with the shop's password."""
    visitor = Buyer()
    visitor.open(f"{address}/Cancel.php")
    visitor.submit(0, password=PASSWORD)
    return visitor
