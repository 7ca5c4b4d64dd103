"""No link of a page is dead: the file and the heading exist. External links are not checked."""

from __future__ import annotations

import posixpath
import re

import pytest

from sandbox import ROOT

from . import pages


@pytest.mark.parametrize("page", pages.every())
def test_no_link_is_dead(page: str) -> None:
    faults = {target: fault for target in links(page) if (fault := dead(page, target))}
    assert not faults


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_page_is_in_its_book(language: str) -> None:
    book = f"docs/{language}/SUMMARY.md"
    named = {f"docs/{language}/{target}" for target in links(book)} | {book}
    left_out = [page for page in pages.every() if page.startswith(f"docs/{language}/") and page not in named]
    assert not left_out, f"name them in {book}"


def links(page: str) -> list[str]:
    """The targets of the page's links and pictures, without external ones."""
    text = re.sub(r"`[^`\n]*`", "", pages.prose(page))
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", target)]


def dead(page: str, target: str) -> str | None:
    """Why the link is dead; None if it is not."""
    file, _, anchor = target.partition("#")
    where = posixpath.normpath(posixpath.join(posixpath.dirname(page), file)) if file else page
    if not (ROOT / where).exists():
        return "leads to nothing"
    if page.startswith("docs/") and not where.startswith("docs/"):
        return "leads out of the book, where it would be dead"
    if anchor and anchor not in anchors(where):
        return f"names no heading of {where}"
    return None


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as code hosts and scripts/book.py make them."""
    headings = re.findall(r"^#+ (.*)$", pages.prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
