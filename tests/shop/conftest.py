"""A visit to the sample shop of examples/php, once for every PHP and each of its two ways to the library."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import phps
import sandbox
import shop
from tests import kit
from tests.leavings import Leavings

from .visit import Visit


@pytest.fixture(params=phps.NAMES)
def php(request: pytest.FixtureRequest) -> Path:
    """The program."""
    return Path(kit.php(request.param))


@pytest.fixture(params=["ffi", "pipe"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visit(tmp_path: Path, fresh_gateway: sandbox.Sandbox, php: Path, backend: str) -> Iterator[Visit]:
    """A shop and a gateway of the test's own. What they leave, as logs, orders and sessions, has nothing secret or personal."""
    opened = partial(shop.opened, gateway=fresh_gateway, php=php, backend=backend)
    with opened(tmp_path / "shop") as store:
        yield Visit(fresh_gateway, store, partial(opened, tmp_path / "another"))
    assert not store.complaints()
    Leavings().search(tmp_path)
