"""docs/*/django-start.md, followed by its text alone: a project with one page, an order that is paid and cancelled."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import cpythons
from sandbox import ROOT
from tests import kit

from .reader import free_ports, reading, with_wheels


@pytest.mark.long
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_is_followed(language: str, tmp_path: Path, browser: Browser) -> None:
    programs = [program for version, program in cpythons.found().items() if int(version.partition(".")[2]) >= 10]
    if not programs:
        kit.missing("there is no CPython 3.10 or newer, which Django needs", "Django에 필요한 CPython 3.10 이상이 없습니다")
    (tmp_path / "python3").symlink_to(programs[-1])
    page = (ROOT / f"docs/{language}/django-start.md").read_text("utf-8")
    with free_ports(page) as here, reading(with_wheels(tmp_path / "home"), browser, programs=tmp_path) as reader:
        reader.follow(here)
