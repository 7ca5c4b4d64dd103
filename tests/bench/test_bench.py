"""The bench still runs: each part once, with few payments, on what was built. Its figures mean nothing here; `make bench` measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests import kit

from . import server
from .parts import PARTS
from .peers import Bench, Missing


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    workshop = tmp_path_factory.mktemp("bench")
    kit.program("curl-config")
    with server.running(workshop / "nginx") as gateway:
        yield Bench(gateway, workshop, quick=True)


@pytest.mark.parametrize("part", [pytest.param(part, id=part.__name__) for part in PARTS])
def test_a_part_runs(part: Callable[[Bench], None], bench: Bench) -> None:
    try:
        part(bench)
    except Missing as lacking:
        kit.missing(*lacking.args)


def test_every_peer_is_here(bench: Bench) -> None:
    for lacking in bench.lacking:
        kit.missing(*lacking.args)
