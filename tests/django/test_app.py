"""xpayclient.django and the shop of examples/django: each supported Django with each database, against a sandbox over TLS.

What depends on what transactions see of each other is tried at every isolation, with the newest Django. XPAY_RACES=200 makes
200 races of the five that there are otherwise.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import environment
import package
from sandbox import ROOT, Sandbox
from tests import inner, kit
from tests.django.conftest import OF_ISOLATION

TESTS = inner.TESTS / "django"
OLDEST, *_, NEWEST = environment.DJANGOS


# Each by the fixture that starts it, with the isolations that are not Django's own choice.
ISOLATIONS = {
    "postgresql": ["repeatable read", "serializable"],
    "mariadb": ["repeatable read", "serializable", "read uncommitted"],
    "mysql": ["repeatable read", "serializable", "read uncommitted"],
    "sqlite": [],
}
DATABASES = list(ISOLATIONS)


@dataclass(frozen=True)
class Shop:
    """Runs tests of the shop in another interpreter."""

    gateway: Sandbox
    directory: Path
    request: pytest.FixtureRequest
    record: Callable[[str, object], None]

    def run(self, version: str, database: str, *options: str, **variables: str) -> None:
        python = with_django(version)
        server: dict[str, str] = self.request.getfixturevalue(database) if database != "sqlite" else {}
        package.lay_out(self.directory / "package")
        modules = [self.directory / "package", ROOT / "examples/django", TESTS, inner.TESTS]
        variables |= {
            "PYTHONPATH": os.pathsep.join(map(str, modules)),
            "DJANGO_SETTINGS_MODULE": "project",
            "XPAY_HOME": self.gateway.home,
            "XPAY_SANDBOX": json.dumps(self.gateway.facts),
            "SHOP_DATABASE": str(self.directory / "shop.sqlite3"),
            **server,
        }
        inner.run(self.record, python, TESTS, self.directory, f"--confcutdir={TESTS}", *options, **variables)


@pytest.fixture
def shop(
    gateway: Sandbox, tmp_path: Path, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Shop:
    return Shop(gateway, tmp_path, request, record_property)


@pytest.mark.long
@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("version", environment.DJANGOS)
def test_the_app(version: str, database: str, shop: Shop) -> None:
    shop.run(version, database)


@pytest.mark.parametrize(("database", "isolation"), [(name, level) for name in DATABASES for level in ISOLATIONS[name]])
def test_another_isolation(database: str, isolation: str, shop: Shop) -> None:
    others = [f"--ignore={file}" for file in TESTS.glob("test_*.py") if file.name not in OF_ISOLATION]
    shop.run(NEWEST, database, *others, SHOP_ISOLATION=isolation)


def with_django(version: str) -> Path:
    try:
        return inner.made(functools.partial(environment.django, version))
    except LookupError as error:
        needs = f"not every machine has what this needs: {error}", f"이 컴퓨터에 없는 CPython이 필요합니다: {error}"
        # A newer Django asks for a newer CPython than the oldest supported system has.
        if version == OLDEST:
            kit.missing(*needs)
        pytest.skip(" / ".join(needs))
