"""Lets the names of PHPUnit's tests pick the runs of PHPUnit."""

from __future__ import annotations

import re

import pytest

import phps


def phpunits() -> list[str]:
    """The names of PHPUnit's classes and tests."""
    named = re.compile(r"^ *(?:final class|public function) (\w*Test|test\w+)\b", re.MULTILINE)
    return [
        name for file in sorted((phps.PACKAGE / "tests").glob("*Test.php")) for name in named.findall(file.read_text("utf-8"))
    ]


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path.stem == "test_phpunit":
        item.extra_keyword_matches.update(phpunits())
