"""Starts and stops the sample shop of examples/php for the demo and the tests, and buys without a browser."""

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
from html.parser import HTMLParser
from http.cookiejar import CookieJar

from sandbox import ROOT, XPAY

PAGES = ROOT / "examples/php"
PASSWORD = "let me in"
# One for the page that pays, one for the notification meanwhile, and some for a browser's other requests.
WORKERS = 4


class Shop:
    """PHP's own server with the sample pages, and its log."""

    # Log lines of an answered page, and log lines of an error.
    ANSWERED = r"\[(\d{{3}})\]: \w+ /{page}"
    COMPLAINT = r"PHP (Warning|Notice|Deprecated|Fatal|Parse)"

    def __init__(self, process, address, directory, log):
        self.process, self.address, self.log = process, address, log
        self.orders = directory / "orders"
        self.lines, self.seen, self.said = [], 0, threading.Condition()
        self.listener = threading.Thread(target=self._listen)
        self.listener.start()

    def _listen(self):
        for line in self.process.stderr:
            self.log.write(line)
            with self.said:
                self.lines.append(line)
                self.said.notify_all()
        with self.said:
            self.lines.append(None)
            self.said.notify_all()

    def answered(self, page):
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
                self.said.wait()

    def complaints(self):
        """Errors in the server's log; none if the shop works."""
        with self.said:
            return [line for line in self.lines if line and re.search(self.COMPLAINT, line)]


@contextlib.contextmanager
def opened(directory, gateway, php="php", backend=None, password=PASSWORD, orders=None):
    """The shop, running inside the block. Sessions and log are in `directory`, orders too unless it takes over another's.

    Without `backend` it is FFI, or the pipe where there is none.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True)
    library = XPAY.with_name("libxpayclient.so")
    settings = {
        "XPAY_HOME": gateway.home,
        "XPAY_WINDOW_JS": f"{gateway.facts['web']}/xpay/js/xpay_crossplatform.js",
        "XPAY_RECEIPT_JS": f"{gateway.facts['web']}/xpay/js/receipt_link.js",
        "XPAYCLIENT_LIB": library,
        "XPAYCLIENT_COMMAND": XPAY,
        "SHOP_DATA": orders or directory / "orders",
        "SHOP_PASSWORD": password,
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
    environment = {**os.environ, **{name: str(value) for name, value in settings.items()}}
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(open(directory / "shop.log", "w", encoding="utf-8"))
        process, port = started(call, environment)
        # Another site than the gateway's 127.0.0.1, like a real shop.
        shop = Shop(process, f"http://localhost:{port}", directory, log)
        # Waits for the end of the last worker.
        stack.callback(process.stderr.close)
        stack.callback(shop.listener.join)
        stack.callback(end, process)
        yield shop


def started(call, environment):
    """PHP with all its workers ready, and their port."""
    while True:
        # PHP 7.4 does not accept port 0. If the port is taken, PHP says so, and the next one is tried.
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [*call, "-S", f"127.0.0.1:{port}", "-t", PAGES],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            # The workers outlive PHP's server unless they are killed with it.
            start_new_session=True,
        )
        said, ready = [], 0
        for line in process.stderr:
            said.append(line)
            ready += "Development Server" in line
            if ready > WORKERS:
                return process, port
            if "Failed to listen" in line:
                break
        end(process)
        process.stderr.close()
        if not any("already in use" in line for line in said):
            raise RuntimeError(f"PHP's server did not start: {''.join(said)}")


def end(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Buyer:
    """A browser with cookies and forms, without scripts: the caller does what scripts would do."""

    def __init__(self, cookies=None):
        self.cookies, self.page = cookies or CookieJar(), None
        keeping = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), keeping)

    def twin(self):
        """Another window of the same browser."""
        return Buyer(self.cookies)

    def open(self, url, values=None):
        """Opens a page, or posts `values` to it, and follows redirects."""
        body = None if values is None else urllib.parse.urlencode(values).encode()
        try:
            answer = self.opener.open(urllib.request.Request(url, body))
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            self.page = Page(answer)
        return self.page

    def submit(self, form, **values):
        """Submits a form of the current page, by its number or id."""
        form = self.page.form(form)
        url = urllib.parse.urljoin(self.page.url, form["action"])
        return self.open(url, {**form["values"], **values})


class Page(HTMLParser):
    """The parts of a page needed without a browser: its forms, and the texts of elements with an id."""

    VOID = {"meta", "link", "input", "br", "img", "hr"}

    def __init__(self, answer):
        super().__init__()
        self.url, self.status, self.headers = answer.url, answer.status, answer.headers
        self.forms, self.texts, self.data, self.open = [], {}, {}, []
        self.charset = answer.headers.get_content_charset("utf-8")
        self.body = answer.read()
        self.text = self.body.decode({"euc-kr": "cp949"}.get(self.charset, self.charset))
        self.feed(self.text)

    def form(self, which):
        found = [form for number, form in enumerate(self.forms) if which in (number, form["id"])]
        if not found:
            raise RuntimeError(f"{self.url} has no form {which}:\n{self.text}")
        return found[0]

    def handle_starttag(self, tag, attributes):
        of = dict(attributes)
        name = of.get("id")
        if tag == "form":
            self.forms.append({"id": name, "action": of.get("action", ""), "values": {}})
        chosen = of.get("type") != "radio" or "checked" in of
        if tag == "input" and self.forms and "name" in of and chosen:
            self.forms[-1]["values"][of["name"]] = of.get("value", "")
        elif tag == "select":
            self.select = of["name"]
        elif tag == "option" and ("selected" in of or self.select not in self.forms[-1]["values"]):
            self.forms[-1]["values"][self.select] = of.get("value", "")
        if name:
            self.texts[name] = of.get("value", "")
            self.data[name] = {key: value for key, value in attributes if key.startswith("data-")}
        if tag not in self.VOID:
            self.open.append((tag, name))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for _, name in self.open:
            if name:
                self.texts[name] += data


def order(visitor, address, **wish):
    """Orders in the shop, up to the page that opens the payment window. Returns the order ID."""
    visitor.open(f"{address}/sample_crossplatform.php")
    visitor.submit(0, **wish)
    if "oid" not in visitor.page.texts:
        raise RuntimeError(f"no order was placed:\n{visitor.page.text}")
    return visitor.page.texts["oid"]


def consent(visitor, address, **wish):
    """Orders and agrees in the payment window: everything before the final payment. Returns the order ID."""
    oid = order(visitor, address, **wish)
    agree(visitor)
    return oid


def agree(visitor):
    """From the page that opens the payment window to the one at LGD_RETURNURL."""
    window = re.search(r'<script src="(\S+)/xpay/js/', visitor.page.text)[1]
    visitor.page.form("LGD_PAYINFO")["action"] = f"{window}/xpay/window"
    visitor.submit("LGD_PAYINFO")
    if not visitor.page.forms:
        raise RuntimeError(f"the payment window did not open:\n{visitor.page.text}")
    visitor.submit(0, answer="pay")
    visitor.submit(0)


def merchant(address):
    """The merchant, with the shop's password."""
    visitor = Buyer()
    visitor.open(f"{address}/Cancel.php")
    visitor.submit(0, password=PASSWORD)
    return visitor
