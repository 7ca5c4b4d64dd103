"""A shop that is laid out as gnuboard's is, and the guide that moves it: its blocks are taken from the page, in order."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import fpm
import nginx
import phps
import shop
from sandbox import BUILD, Sandbox
from tests import kit
from tests.documents import pages

# Ours: the shapes and roles of gnuboard's files.
TREE = Path(__file__).parent / "gnuboard"
# PHP's user, as on Debian.
USER = "www-data"
MID = "myshop"
TEST_KEY, LIVE_KEY = "4e1a7c0d9b3f4e6a8c2d5f7091b3a4c6", "b7d9f1e3a5c7498e8d6b4f2a1c3e5d70"
PRICE, SENDING = 20000, 3400
AMOUNT = PRICE + SENDING
SERVER = """
events {{ worker_connections 64; }}
# As root, which reads everything: what is denied is denied by a rule.
user root;
http {{
    default_type text/html;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        {rules}
        location ~ \\.php$ {{
            fastcgi_pass unix:{socket};
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_param SCRIPT_NAME $fastcgi_script_name;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param REMOTE_ADDR $remote_addr;
        }}
    }}
}}
"""


class Guide:
    """The blocks of the page that were not used yet. Without `root`, PHP's user follows it, with the changes that it names."""

    def __init__(self, page: str, values: Mapping[str, object], root: bool = True) -> None:
        self.blocks = pages.blocks(page)
        self.root = root
        self.names = self.next("sh", "SHOP=")
        self.set(**values)
        if not root:
            (instead,) = re.findall(r"`(as_php\(\).*?)`", pages.prose(page))
            self.names, count = re.subn(r"^as_php.*", lambda _: instead, self.names, flags=re.MULTILINE)
            assert count == 1

    def set(self, **values: object) -> None:
        """Gives this run's values to the names of the first block, as its reader does."""
        for name, value in values.items():
            self.names, count = re.subn(rf"^{name}=\S+", f"{name}={value}", self.names, flags=re.MULTILINE)
            assert count == 1, f"the guide's first block has no {name}"

    def next(self, language: str, word: str) -> str:
        """The next block, which must be in this language and have this word."""
        block = self.blocks.pop(0)
        assert block.language == language and word in block.code, f"another block comes next:\n{block.code}"
        return block.code

    def call(self, code: str) -> list[str]:
        if self.root:
            return ["sh", "-euc", f"{self.names}\n{code}"]
        code = "".join(line for line in code.splitlines(keepends=True) if not line.startswith("chown"))
        return ["runuser", "-u", USER, "--", "sh", "-euc", f"{self.names}\n{code}"]

    def run(self, word: str, typed: str = "", accepted: tuple[int, ...] = (0,)) -> str:
        """Runs the next block, and returns what it prints."""
        code = self.next("sh", word)
        done = subprocess.run(self.call(code), input=typed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        print(f"{code}{done.stdout}")
        assert done.returncode in accepted, f"ended with {done.returncode}: {code}{done.stdout}"
        return done.stdout

    def as_php(self, code: str, accepted: tuple[int, ...] = (0,)) -> str:
        """Runs a command as PHP's user."""
        done = subprocess.run(self.call(f"as_php {code}"), stdout=subprocess.PIPE, encoding="utf-8")
        assert done.returncode in accepted, done.stdout
        return done.stdout

    @contextlib.contextmanager
    def serving(self, word: str) -> Iterator[Sandbox]:
        """Runs the next block, which starts a sandbox that is stopped at the end."""
        call = self.call(self.next("sh", word))
        with subprocess.Popen(call, stdout=subprocess.PIPE, encoding="utf-8", start_new_session=True) as process:
            try:
                assert process.stdout is not None
                facts = json.loads(process.stdout.readline())
                with contextlib.closing(Sandbox(Path(facts["home"]).parent, facts)) as sandbox:
                    yield sandbox
            finally:
                os.killpg(process.pid, signal.SIGTERM)


class Youngcart:
    """The shop's directory, as its owner copied it there."""

    def __init__(self, directory: Path, owner: str) -> None:
        os.chmod(directory, 0o755)
        shutil.chown(directory, owner)
        self.directory = directory
        self.root = directory / "www"
        self.lgdacom = self.root / "plugin/lgxpay/lgdacom"
        self.sessions = directory / "sessions"
        shutil.copytree(TREE, self.root)
        for path in [self.root, *self.root.rglob("*")]:
            shutil.chown(path, owner, pwd.getpwnam(owner).pw_gid)
        for made in (self.root / "data", self.sessions):
            made.mkdir()
            shutil.chown(made, USER, USER)
        self.save("settings", "config", cf_lg_mid=MID, cf_lg_mert_key=TEST_KEY, cf_cert_use=1)
        company = {
            "de_admin_company_name": "상점",
            "de_admin_company_saupja_no": "1234567890",
            "de_admin_company_tel": "0212345678",
        }
        self.save("settings", "default", de_card_test=1, **company)

    def clone(self) -> Path:
        """This repository as `make build` leaves it."""
        clone = self.directory / "clone"
        (clone / "target").mkdir(parents=True)
        (clone / "target/release").symlink_to(BUILD)
        (clone / "ffi-php").symlink_to(phps.PACKAGE)
        return clone

    def row(self, table: str, name: str) -> dict[str, Any] | None:
        file = self._file(table, name)
        row: dict[str, Any] | None = json.loads(file.read_text("utf-8")) if file.exists() else None
        return row

    def save(self, table: str, name: str, **values: object) -> None:
        file = self._file(table, name)
        file.write_text(json.dumps({**(self.row(table, name) or {}), **values}), "utf-8")
        shutil.chown(file, USER, USER)

    def _file(self, table: str, name: str) -> Path:
        return self.root / f"data/{table}.{name}.json"

    @contextlib.contextmanager
    def database(self, state: str) -> Iterator[None]:
        """The database `fails`, which it tells, or is `gone`, which ends the page with an error."""
        file = self.root / "data" / state
        file.touch()
        yield
        file.unlink()

    @contextlib.contextmanager
    def php(self, name: str, settings: Mapping[str, object]) -> Iterator[fpm.Fpm]:
        """php-fpm, as PHP's user and with nothing in its environment that names a file of ours."""
        more = {
            "session.save_path": self.sessions,
            "opcache.revalidate_freq": 0,
            "error_reporting": -1,
            "log_errors": 1,
            **settings,
        }
        program = kit.php(name, "php-fpm")
        with fpm.serving(program, self.directory / "fpm", {}, more, {"patience": 30}, USER) as server:
            yield server

    @contextlib.contextmanager
    def web(self, server: fpm.Fpm, rules: str) -> Iterator[str]:
        """nginx with these rules; yields the shop's address."""
        directory = self.directory / "nginx"
        directory.mkdir(exist_ok=True)

        def configuration(port: int) -> str:
            return SERVER.format(port=port, root=self.root, rules=rules, socket=server.address)

        program = nginx.found() or kit.missing("there is no nginx here: make setup", "nginx 명령이 없습니다: make setup")
        with nginx.running(program, directory, configuration) as port:
            yield f"http://127.0.0.1:{port}"

    def complaints(self) -> list[str]:
        """The notices, warnings and errors that PHP logged."""
        log = (self.directory / "fpm/fpm.log").read_text("utf-8")
        return re.findall(r"PHP ((?:Warning|Notice|Deprecated|Fatal|Parse).*?)(?: in /|$)", log, re.MULTILINE)


class Buyer(shop.Buyer):
    """A buyer, or the admin, of the moved shop, and the gateway behind it."""

    def __init__(self, youngcart: Youngcart, address: str, gateway: Sandbox) -> None:
        super().__init__()
        self.shop, self.address, self.gateway = youngcart, address, gateway

    def text(self, path: str, **values: object) -> str:
        """The text of a page to which this was posted."""
        return self.open(f"{self.address}/{path}", {name: str(value) for name, value in values.items()}).text

    def paykey(self, oid: str, amount: int = AMOUNT, paytype: str = "SC0010", **more: object) -> str:
        """As the payment window returns it, for the shop's test ID."""
        notices = f"{self.address}/shop/settle_lg_common.php"
        wish = {"mid": f"tsi_{MID}", "oid": oid, "amount": amount, "paytype": paytype, "casnoteurl": notices, **more}
        (key,) = self.gateway.ask("/paykeys", wish).values()
        return str(key)

    def order(self, oid: str, page: str = "shop/orderformupdate.php", case: str = "신용카드", **more: Any) -> str:
        """Orders and pays. Returns the page's text."""
        self.shop.save("cart", oid, ct_price=PRICE, send_cost=SENDING)
        return self.text(page, od_id=oid, od_settle_case=case, LGD_PAYKEY=self.paykey(oid, **more))

    def balance(self, oid: str) -> int:
        """What the gateway has of an order's money: 0 for a virtual account before its deposit."""
        return sum(payment["balance"] for payment in self.gateway.ask("/payments") if payment["oid"] == oid)

    def payment(self, oid: str) -> dict[str, Any]:
        (found,) = [payment for payment in self.gateway.ask("/payments") if payment["oid"] == oid]
        return dict(found)
