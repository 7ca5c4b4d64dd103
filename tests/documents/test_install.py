"""The page of installation names every platform that is built for, with what is promised of it."""

from __future__ import annotations

import re

import pytest

import targets

from . import pages

STATES = {"released": "released", "preview": "preview", "built": "compiles only"}


@pytest.mark.parametrize("target", targets.TARGETS, ids=lambda target: target.platform)
def test_a_platform_has_its_state_and_how_it_was_tried(target: targets.Target) -> None:
    named = re.compile(rf"(?<![\w-]){target.platform}(?![\w-])")
    lines = pages.read("docs/en/install.md").splitlines()
    rows = [re.split(r" *\| *", line.strip("| ")) for line in lines if line.startswith("|")]
    found = [row for row in rows if named.search(" ".join(row))]
    assert {row[-1] for row in found if len(row) == len(rows[0])} == {STATES[target.state]}
    assert [row for row in found if f"`{target.platform}`" in row[0].split(", ")]
