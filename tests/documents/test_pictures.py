"""The book's pictures are those that scripts/pictures.py draws, and they are readable: in the dark, and by ear."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import pictures
from sandbox import ROOT

from . import pages

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [pytest.param(path, text, id=str(path.relative_to(ROOT))) for path, text in pictures.drawn().items()]


@pytest.mark.parametrize(("path", "text"), DRAWN)
def test_a_picture_is_as_it_is_drawn(path: Path, text: str) -> None:
    assert path.read_text("utf-8") == text, "python3 scripts/pictures.py"


@pytest.mark.parametrize(("path", "text"), DRAWN)
def test_a_picture_is_told_too_and_every_colour_has_a_dark_one(path: Path, text: str) -> None:
    drawn = ET.fromstring(text)
    for part in ("title", "desc"):
        said = drawn.find(f"{SVG}{part}")
        assert said is not None and said.text and said.get("id") in drawn.attrib["aria-labelledby"].split()
    used = {name for element in drawn.iter() for name in element.get("class", "").split()}
    styles = drawn.findtext(f"{SVG}style") or ""
    light, dark = styles.split("@media (prefers-color-scheme: dark)")
    for name in used & set(pictures.COLOURS):
        assert f".{name} {{" in light and f".{name} {{" in dark
    # Nothing is painted past the classes, where the scheme would not reach it.
    assert not re.search(r'<(?!svg|style)[^>]* (?:fill|stroke|style)="', text)


def test_every_picture_is_drawn_and_shown_in_both_languages() -> None:
    drawn = {str(path.relative_to(ROOT)) for path in pictures.drawn()}
    assert set(pages.listed("docs/*/pictures/*")) == drawn
    for language in pictures.LANGUAGES:
        book = "".join(pages.read(page) for page in pages.every() if page.startswith(f"docs/{language}/"))
        shown = {f"docs/{language}/{picture}" for picture in re.findall(r"!\[[^]]+\]\((pictures/\S+)\)", book)}
        assert shown == {path for path in drawn if path.startswith(f"docs/{language}/")}
