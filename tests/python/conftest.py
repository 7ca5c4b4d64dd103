"""The package for each interpreter: that of the tree, or with XPAY_BUILD=portable the wheel that is shipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cpythons
import environment
import package
import sandbox
from tests import inner, kit

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
