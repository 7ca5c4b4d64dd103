"""Pages and messages use the terms of the glossary in CONTRIBUTING.md."""

from __future__ import annotations

import re

import pytest

from sandbox import ROOT

from . import pages
from .terms import TERMS

# The glossary names what it forbids; the past is told in its own words.
LEFT_ALONE = {"CONTRIBUTING.md", "CHANGELOG.md"}
# Where messages and public comments are. The gateway's own words (tables) and past migrations stay as they are.
SOURCES = [
    "core/src",
    "ffi-c/src",
    "ffi-php/src",
    "ffi-python/src",
    "ffi-python/python",
    "cli/src",
    "sandbox/src",
    "include",
    "examples",
]
NOT_OURS = (
    "core/src/protocol/tables/",
    "sandbox/src/tables/",
    "ffi-python/python/xpayclient/django/migrations/",
)


@pytest.mark.parametrize("page", [page for page in pages.every() if page not in LEFT_ALONE])
def test_a_page_has_no_forbidden_term(page: str) -> None:
    # What is generated is checked where it is written.
    text = re.sub(r"^<!-- (?:generated|options of).*?^<!-- end of", blank, pages.read(page), flags=re.MULTILINE | re.DOTALL)
    assert not wrong(page, text)


@pytest.mark.parametrize("folder", SOURCES)
def test_messages_and_public_comments_have_no_forbidden_term(folder: str) -> None:
    ours = [file for file in pages.listed(folder) if not file.startswith(NOT_OURS) and not file.endswith((".md", "_euckr.php"))]
    texts = {file: text for file in ours if (text := said(file)) is not None}
    assert texts
    assert not [fault for file, text in texts.items() for fault in wrong(file, text)]


def wrong(file: str, text: str) -> list[str]:
    return [
        f"{file}:{number}: {found[0]!r}, write {instead}"
        for number, line in enumerate(text.splitlines(), 1)
        for pattern, instead in TERMS
        for found in re.finditer(pattern, line, re.IGNORECASE)
    ]


def blank(found: re.Match[str]) -> str:
    """As many lines, with nothing in them."""
    return "\n" * found[0].count("\n")


def said(file: str) -> str | None:
    """The texts and public comments of a file, by line; None if the file is no text."""
    try:
        return "\n".join(map(words, (ROOT / file).read_text("utf-8").splitlines()))
    except UnicodeDecodeError:
        return None


def words(line: str) -> str:
    """Texts and the comments of what is public; another comment is for those who change the code."""
    if re.match(r"\s*(?:///|//!|/?\*)", line):
        return line
    return " ".join(re.findall(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", line))
