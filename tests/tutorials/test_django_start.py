"""docs/*/django-start.md, followed by its text alone: from an empty directory to an order that is paid and refunded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sandbox import ROOT

from .reader import free_ports, reading


@pytest.mark.long
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_is_followed(language: str, tmp_path: Path, browser: Browser) -> None:
    text = (ROOT / f"docs/{language}/django-start.md").read_text("utf-8")
    with free_ports(text) as here, reading(tmp_path / "home", browser) as reader:
        reader.follow(here)
