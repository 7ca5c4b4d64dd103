"""A few of each trial of torture.py, in every language on both databases: nothing is orphaned, wrongly undone or sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import sandbox
from tests import databases
from tests.databases import Server
from tests.machines import shops, torture

# How many of each: enough that every language meets every fault.
FEW = {"kills": 18, "outages": 4, "stops": 12, "cuts": 18, "vanishings": 9}


@pytest.fixture(scope="module", params=["mariadb", "postgresql"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with getattr(databases, request.param)() as started:
        yield started


@pytest.mark.long
@pytest.mark.parametrize("name", torture.TRIALS)
def test_nobody_loses_an_approval(server: Server, tmp_path: Path, name: str) -> None:
    server.make_tables()
    with sandbox.running(tmp_path / "gateway") as gateway:
        languages = [shop(server, tmp_path) for shop in shops.LANGUAGES.values()]
        bed = torture.Bed(gateway, server, tmp_path, languages)
        torture.TRIALS[name](bed, FEW[name])
    print(dict(bed.tally))
    assert bed.wrong == []
    assert bed.tally["approvals"] > 0
    # While the database is there, it has every record.
    assert bed.tally["recorded in files"] == 0 or name in ("outages", "cuts")
