"""docs/*/django-start.md, followed by its text alone: from an empty directory to an order that is paid and refunded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import cpythons
from sandbox import ROOT
from tests import kit

from .reader import free_ports, reading


@pytest.mark.long
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_is_followed(language: str, tmp_path: Path, browser: Browser) -> None:
    if int(cpythons.version_of("python3").partition(".")[2] or 0) < 10:
        kit.missing("python3 is older than 3.10, which Django needs", "python3가 Django에 필요한 3.10보다 오래되었습니다")
    text = (ROOT / f"docs/{language}/django-start.md").read_text("utf-8")
    with free_ports(text) as here, reading(tmp_path / "home", browser) as reader:
        reader.follow(here)
