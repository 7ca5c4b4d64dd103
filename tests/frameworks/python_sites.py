"""The shops of examples/django-api and examples/fastapi behind their frameworks' own servers."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import environment
import package
import sandbox
import shop
from sandbox import ROOT
from tests import inner

from .at_gateway import CST_MID

USERS = ("buyer", "stranger", "merchant")


class Served(shop.Shop):
    """One of the servers, and its log."""

    ANSWERED = r'"\w+ /{page}[^"]*" (\d{{3}})'
    COMPLAINT = r'Traceback|Error:|" 500 '


class Site(ABC):
    """A shop with its database, beside a gateway of its own because tests let it fail."""

    EXAMPLE: Path
    ORDERS: str
    LISTENS: str
    # What each worker says when it is ready.
    READY: str
    WORKERS: int

    def __init__(self, directory: Path, gateway: sandbox.Sandbox) -> None:
        self.directory, self.gateway = directory.resolve(), gateway
        self.python = inner.made(environment.recipes)
        self.directory.mkdir(parents=True)
        package.lay_out(self.directory / "package")
        self.database = self.directory / "shop.sqlite3"
        self.variables: dict[str, str] = {
            **os.environ,
            "PYTHONPATH": f"{self.directory / 'package'}:{self.EXAMPLE}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "XPAY_HOME": gateway.home,
            "XPAY_WINDOW_JS": f"{gateway.facts['web']}/xpay/js/xpay_crossplatform.js",
            "SHOP_DATABASE": str(self.database),
            "SHOP_DEBUG": "1",
        }
        self.prepare()
        self.start()

    @abstractmethod
    def prepare(self) -> None:
        """Tables and users."""

    @abstractmethod
    def serve(self) -> list[str | Path]:
        """The server's command."""

    @abstractmethod
    def recovery(self) -> list[str | Path]:
        """The command of cron."""

    def start(self) -> None:
        process = shop.serving(self.serve(), self.variables)
        said = ""
        for line in shop.output_of(process):
            said += line
            told = re.search(self.LISTENS, said, re.MULTILINE)
            if told and said.count(self.READY) == self.WORKERS:
                self.served = Served(process, int(told[1]), self.directory)
                return
        shop.end(process)
        raise RuntimeError(f"the server did not start: {said}")

    def kill(self) -> None:
        """As a machine that loses power would, but for the machine."""
        self.served.stop()

    def end(self) -> str:
        """As a deployment does. Gives the log."""
        self.served.process.send_signal(signal.SIGTERM)
        self.served.process.wait(shop.PATIENCE)
        self.served.listener.join()
        return self.served.log.read_text("utf-8")

    def recover(self) -> subprocess.CompletedProcess[str]:
        call = self.recovery()
        done = subprocess.run(call, stdout=subprocess.PIPE, encoding="utf-8", env=self.variables, cwd=self.directory)
        print(call, done.returncode, done.stdout)
        return done

    def sql(self, statement: str, *values: object) -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.database, timeout=10, isolation_level=None)) as database:
            return database.execute(statement, values).fetchall()

    def break_database(self) -> None:
        """From now on no order can be saved as paid, until `mend_database`."""
        self.sql(
            f"CREATE TRIGGER broken BEFORE UPDATE ON {self.ORDERS} WHEN NEW.is_paid = 1"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )

    def mend_database(self) -> None:
        self.sql("DROP TRIGGER broken")


class DjangoSite(Site):
    """Both APIs of examples/django-api, and xpayclient's own pages."""

    EXAMPLE = ROOT / "examples/django-api"
    ORDERS = "store_order"
    LISTENS = r"^Starting development server at http://127\.0\.0\.1:(\d+)/"
    READY, WORKERS = "Starting development server", 1
    MAKE = """
import json, sys, django
django.setup()
from django.contrib.auth.models import Permission, User
from django.core import signing
from django.core.management import call_command
from rest_framework.authtoken.models import Token
from store.ninja_api import Token as Signed
call_command("migrate", verbosity=0)
tokens = {}
for name in sys.argv[1:]:
    user = User.objects.create_user(name, password="let me in")
    tokens[name] = {"drf": Token.objects.create(user=user).key, "ninja": signing.dumps(user.pk, salt=Signed.SALT), "pk": user.pk}
user.user_permissions.add(Permission.objects.get(codename="cancel_payment"))
print(json.dumps(tokens))
"""

    def prepare(self) -> None:
        self.variables["DJANGO_SETTINGS_MODULE"] = "store.settings"
        self.tokens = json.loads(
            subprocess.run([self.python, "-c", self.MAKE, *USERS], check=True, stdout=subprocess.PIPE, env=self.variables).stdout
        )

    def serve(self) -> list[str | Path]:
        return [self.python, self.EXAMPLE / "manage.py", "runserver", "--noreload", "127.0.0.1:0"]

    def recovery(self) -> list[str | Path]:
        return [self.python, self.EXAMPLE / "manage.py", "xpay_recover"]


class FastAPISite(Site):
    """examples/fastapi behind uvicorn, with two workers."""

    EXAMPLE = ROOT / "examples/fastapi"
    ORDERS = "orders"
    LISTENS = r"Uvicorn running on http://127\.0\.0\.1:(\d+)"
    READY, WORKERS = "Application startup complete", 2

    def prepare(self) -> None:
        self.variables |= {"XPAY_CST_MID": CST_MID, "XPAY_MODE": "test", "XPAY_NOTICE_ADDRESSES": "127.0.0.1"}
        create = "from shop.settings import Settings; from shop.store import Store; Store(Settings().database).create()"
        subprocess.run([self.python, "-c", create], check=True, env=self.variables)
        for name in USERS:
            digest = hashlib.sha256(f"token of {name}".encode()).hexdigest()
            self.sql("INSERT INTO users VALUES (?, ?, ?)", name, digest, name == "merchant")

    def serve(self) -> list[str | Path]:
        return [self.python, "-m", "uvicorn", "shop.app:app", "--port", "0", "--workers", "2"]

    def recovery(self) -> list[str | Path]:
        return [self.python, "-m", "shop.recover"]
