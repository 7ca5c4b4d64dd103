"""Every page exists in both languages, with the same headings, tables, lists, pictures and code."""

from __future__ import annotations

import re

import pytest

from sandbox import ROOT

from . import pages

PAIRS = [pytest.param(*pair, id=pair[0]) for pair in pages.twins()]
PICTURES = sorted({path.name for path in ROOT.glob("docs/*/pictures/*.svg")})


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_a_page_is_there_in_both_languages_with_the_same_parts(english: str, korean: str) -> None:
    missing = [page for page in (english, korean) if not (ROOT / page).exists()]
    assert not missing, "the page is there in the other language only"
    assert shape(english) == shape(korean)


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_both_languages_show_the_same_code(english: str, korean: str) -> None:
    assert code(english) == code(korean)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_a_twin_that_differs_only_in_its_words(name: str) -> None:
    drawn = [(ROOT / f"docs/{language}/pictures/{name}").read_text("utf-8") for language in ("en", "ko")]
    english, korean = (re.sub(r">[^<]+<| lang=\"\w+\"", "", text) for text in drawn)
    assert english == korean


def shape(page: str) -> list[str]:
    """The parts of the page in order: headings by depth, table rows, list items, pictures, code blocks."""
    marks = []
    text = re.sub(r"^```.*?^```", "```", pages.read(page), flags=re.MULTILINE | re.DOTALL)
    for line in text.splitlines():
        found = re.match(r"#+ |\||- |\d+\. |!\[|```|<!--", line.strip())
        if found:
            marks.append(found[0].strip())
    return marks


def code(page: str) -> list[pages.Block]:
    """Each block without the shell's comments: those are translated."""
    return [
        block._replace(code=re.sub(r" *#\s.*" if block.language == "sh" else "$^", "", block.code))
        for block in pages.blocks(page)
    ]
