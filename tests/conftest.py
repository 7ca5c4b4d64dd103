"""What every suite has: a workshop, gateways over TLS, a browser, ports that misbehave.

A suite is a folder beside this file. `make test-SUITE` runs it alone, `make test-SUITE K=WORD` what has the word in its name.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

import sandbox
from tests import kit
from tests.leavings import Leavings

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


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
def browser() -> Iterator[Browser]:
    """A real browser: Playwright from PyPI drives the system's Chromium. A process can have only one."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        kit.missing("there is no Chromium here: make setup", "Chromium이 없습니다: make setup")
    # Milliseconds. A page that is right appears at once, but not while other programs keep the processor busy.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        # As root, as in containers and CI, Chromium starts only with this. It visits only our pages.
        yield playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])


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
