"""docs/*/python-start.md, followed by its text alone: installed, paid and cancelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import ROOT

from .reader import reading, with_wheels


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_is_followed(language: str, tmp_path: Path) -> None:
    with reading(with_wheels(tmp_path / "home")) as reader:
        reader.follow((ROOT / f"docs/{language}/python-start.md").read_text("utf-8"))
