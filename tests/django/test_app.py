"""xpayclient.django and the shop of examples/django: each supported Django with each database, against a sandbox over TLS."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import environment
import package
from sandbox import ROOT, Sandbox
from tests import inner, kit

TESTS = inner.TESTS / "django"
OLDEST = next(iter(environment.DJANGOS))


@pytest.mark.long
@pytest.mark.parametrize("database", ["PostgreSQL", "SQLite"])
@pytest.mark.parametrize("version", environment.DJANGOS)
def test_the_app(
    version: str,
    database: str,
    gateway: Sandbox,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    request: pytest.FixtureRequest,
) -> None:
    python = with_django(version)
    server: dict[str, str] = request.getfixturevalue("postgresql") if database == "PostgreSQL" else {}
    package.lay_out(tmp_path / "package")
    modules = [tmp_path / "package", ROOT / "examples/django", TESTS, inner.TESTS]
    variables = {
        "PYTHONPATH": os.pathsep.join(map(str, modules)),
        "DJANGO_SETTINGS_MODULE": "project",
        "XPAY_HOME": gateway.home,
        "XPAY_SANDBOX": json.dumps(gateway.facts),
        "SHOP_DATABASE": str(tmp_path / "shop.sqlite3"),
    }
    inner.run(record_property, python, TESTS, tmp_path, f"--confcutdir={TESTS}", **{**variables, **server})


def with_django(version: str) -> Path:
    try:
        return inner.made(functools.partial(environment.django, version))
    except LookupError as error:
        needs = f"not every machine has what this needs: {error}", f"이 컴퓨터에 없는 CPython이 필요합니다: {error}"
        # A newer Django asks for a newer CPython than the oldest supported system has.
        if version == OLDEST:
            kit.missing(*needs)
        pytest.skip(" / ".join(needs))
