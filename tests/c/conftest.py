"""`pytest tests/c --under MODE`: every program under that tool, and no other test."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--under", choices=["memcheck", "sanitizers"], help="run every program of tests/c under it, and no other test"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out the other files. None lets pytest decide."""
    other = collection_path.is_file() and collection_path.name != "test_programs.py"
    return True if other and config.getoption("--under", None) else None
