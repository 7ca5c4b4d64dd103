"""The bench still runs: each part once, with few payments, on what was built. Its figures mean nothing here; `make bench` measures."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests import kit

from . import server
from .parts import PARTS, instructions
from .peers import Bench
from .server import Missing


@contextlib.contextmanager
def aloud() -> Iterator[None]:
    """What is missing for all of a part is said as every suite does."""
    try:
        yield
    except Missing as lacking:
        kit.missing(*lacking.args)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    for tool in ("cc", "curl-config", "openssl"):
        kit.program(tool)
    workshop = tmp_path_factory.mktemp("bench")
    with aloud(), server.running(workshop / "nginx") as gateway:
        yield Bench(gateway, workshop, quick=True)


def marks(part: Callable[[Bench], None]) -> list[pytest.MarkDecorator]:
    return [pytest.mark.long] if part is instructions else []


@pytest.mark.parametrize("part", [pytest.param(part, id=part.__name__, marks=marks(part)) for part in PARTS])
def test_a_part_runs(part: Callable[[Bench], None], bench: Bench) -> None:
    with aloud():
        part(bench)


def test_every_peer_is_here(bench: Bench) -> None:
    """The parts go on without a peer that pays in other ways."""
    for lacking in bench.lacking:
        kit.missing(*lacking.args)
