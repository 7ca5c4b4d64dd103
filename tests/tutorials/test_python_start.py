"""The first steps of docs/*/python.md, followed by their text alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox import ROOT

from .reader import reading, with_wheels


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_first_steps_are_followed(language: str, tmp_path: Path) -> None:
    page = (ROOT / f"docs/{language}/python.md").read_text("utf-8")
    # The one section that says in which terminal.
    [steps] = [part for part in re.split(r"^(?=## )", page, flags=re.MULTILINE) if "```sh\n# " in part]
    with reading(with_wheels(tmp_path / "home")) as reader:
        reader.follow(steps)
