"""The page of installation names every platform that is built for, with what is promised of it."""

from __future__ import annotations

import re

import pytest

import platforms
import targets

from . import pages

STATES = {
    "en": {"released": "released", "preview": "preview", "built": "compiles only"},
    "ko": {"released": "정식", "preview": "미리보기", "built": "컴파일만"},
}
NOT_KILLED = {"en": "no", "ko": "안 함"}


@pytest.mark.parametrize("language", STATES)
@pytest.mark.parametrize("target", targets.TARGETS, ids=lambda target: target.platform)
def test_a_platform_has_its_state_and_how_it_was_tried(target: targets.Target, language: str) -> None:
    named = re.compile(rf"(?<![\w-]){target.platform}(?![\w-])")
    lines = pages.read(f"docs/{language}/install.md").splitlines()
    rows = [re.split(r" *\| *", line.strip("| ")) for line in lines if line.startswith("|")]
    found = [row for row in rows if named.search(" ".join(row))]
    assert {row[-1] for row in found if len(row) == len(rows[0])} == {STATES[language][target.state]}
    (tried,) = (row for row in found if f"`{target.platform}`" in row[0].split(", "))
    # A process that is killed is part of `make test-platforms`, and of `make test` here.
    is_tried = target.platform in {targets.HERE, *platforms.ALL}
    assert tried[-1].startswith(NOT_KILLED[language]) != is_tried
