"""The package for each interpreter: that of the tree, or with XPAY_BUILD=portable the wheel that is shipped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import cpythons
import environment
import package
import sandbox
from tests import databases, inner, kit

NEEDS_WHEEL = ("there is no wheel here: make wheel", "휠이 없습니다: make wheel")


def pytest_report_header() -> str:
    return f"CPython here: {', '.join(cpythons.found())} (of 3.{cpythons.OLDEST} to 3.{cpythons.NEWEST})"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """K=WORD finds what a CPython runs, too."""
    for item in items:
        if item.path.name == "test_cpythons.py":
            item.extra_keyword_matches.update(inner.names(inner.TESTS))


@pytest.fixture(scope="session")
def wheel() -> Path:
    return package.wheel() or kit.missing(*NEEDS_WHEEL)


@pytest.fixture
def provided(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[Path], Path]:
    """Gives an interpreter the package: the directory for its PYTHONPATH."""

    def provide(python: Path) -> Path:
        directory = tmp_path / "package"
        if sandbox.BUILD.name == "portable":
            environment.install(python, "--no-index", "--no-deps", "--target", directory, request.getfixturevalue("wheel"))
        else:
            package.lay_out(directory)
        return directory

    return provide


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The package, also for this very process: where it is, for the PYTHONPATH of others."""
    directory = tmp_path_factory.mktemp("installed") / "package"
    if sandbox.BUILD.name == "portable":
        wheel = request.getfixturevalue("wheel")
        environment.install(sys.executable, "--no-index", "--no-deps", "--target", directory, wheel)
    else:
        package.lay_out(directory)
    sys.path.insert(0, str(directory))
    return directory


@pytest.fixture(scope="session")
def mariadb() -> Iterator[databases.Server]:
    with databases.mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[databases.Server]:
    with databases.postgresql() as server:
        yield server


@pytest.fixture(params=["mysql", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[databases.Server]:
    """A server that runs, with an empty journal."""
    server: databases.Server = request.getfixturevalue({"mysql": "mariadb", "postgres": "postgresql"}[request.param])
    server.sql("DELETE FROM xpay_journal")
    yield server
    if server.process is None:
        server.start()
    server.go_on()
