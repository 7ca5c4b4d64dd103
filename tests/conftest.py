"""What every suite has: a workshop, gateways over TLS, ports that misbehave.

A suite is a folder beside this file. `make test-SUITE` runs it alone, `make test-SUITE K=WORD` what has the word in its name.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import sandbox
from tests.leavings import Leavings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that the lanes end together."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="module")
def workshop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for the tests of a file."""
    return tmp_path_factory.mktemp(Path(str(request.node.path)).stem.replace("test_", ""), numbered=True)


@pytest.fixture(scope="module")
def gateway(workshop: Path) -> Iterator[sandbox.Sandbox]:
    """A gateway for the tests of a file."""
    with sandbox.running(workshop / "gateway") as started:
        yield started


@pytest.fixture(scope="module")
def leavings(workshop: Path) -> Iterator[Leavings]:
    """Judges what the tests of a file leave: after them it searches their workshop for secrets.

    A test adds its own values by `note`, and has another directory searched by `search`.
    """
    judge = Leavings()
    yield judge
    judge.search(workshop)


@pytest.fixture
def fresh_gateway(tmp_path: Path) -> Iterator[sandbox.Sandbox]:
    """A gateway for one test: its ledger, requests and faults are the test's own."""
    with sandbox.running(tmp_path / "gateway") as started:
        yield started


@pytest.fixture(scope="session")
def closed_port() -> Iterator[int]:
    """A port that refuses connections and that nobody can take: bound, not listening."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture(scope="session")
def mute_port() -> Iterator[int]:
    """A port that accepts connections and sends nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield server.getsockname()[1]
