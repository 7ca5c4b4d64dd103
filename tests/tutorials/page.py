"""A page that a reader follows, as the steps that she takes: files to write, commands to type, clicks in a browser.

The page tells its own rules. What this file does not understand is an error, since a reader would not either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Union

# How the line above a block says what to do with its file, in both languages.
WHOLE = ("the whole file", "파일 전체")
ADDED = ("add at the end", "끝에 추가")
# How a step says that somebody else does it, and that a page is reloaded until it shows something.
STRANGER = ("private window", "시크릿 창")
RELOADED = ("reload", "새로 고침")


class File(NamedTuple):
    path: str
    code: str
    is_added: bool


class Commands(NamedTuple):
    terminal: str
    lines: list[str]
    output: list[str]


class Open(NamedTuple):
    url: str
    is_stranger: bool


class Click(NamedTuple):
    name: str


class Fill(NamedTuple):
    """`value` is None for what the reader chose herself: her password."""

    field: str
    value: str | None


class See(NamedTuple):
    words: str
    is_reloaded: bool


Step = Union[File, Commands, Open, Click, Fill, See]


def steps(text: str) -> list[Step]:
    """All steps of a page, in order."""
    found: list[Step] = []
    above = ""
    for language, code, line in re.findall(r"^```(\w*)\n((?:.*\n)*?)```$|^(.+(?:\n +\S.*)*)$", text, re.MULTILINE):
        if line:
            found += _acts(line) if re.match(r"\d+\. ", line) else []
        elif language == "sh":
            found.append(_commands(code))
        elif language == "text":
            before = found.pop()
            assert isinstance(before, Commands) and not before.output, f"no command prints this:\n{code}"
            found.append(before._replace(output=[shown for shown in code.splitlines() if shown != "…"]))
        else:
            found.append(_file(above, code))
        # A line is about the block below it, and no other.
        above = line
    assert found, "the page has no step"
    return found


def _commands(code: str) -> Commands:
    first, *lines = code.splitlines()
    terminal = re.fullmatch(r"# (?:Terminal|터미널) (\d)", first)
    assert terminal, f"in which terminal?\n{code}"
    return Commands(terminal[1], lines, [])


def _file(above: str, code: str) -> File:
    found = re.fullmatch(r"`(\S+)`, (.+?):", above)
    assert found and found[2] in (*WHOLE, *ADDED), f"what is to be done with this?\n{above}\n{code}"
    return File(found[1], code, found[2] in ADDED)


def _acts(text: str) -> Iterator[Step]:
    """What a numbered step says, in the order of its words."""
    field = None
    is_stranger, is_reloaded = (any(words in text for words in known) for known in (STRANGER, RELOADED))
    for url, click, italic, value, words in re.findall(
        r"<(http\S+)>|\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|“(.+?)”", " ".join(text.split())
    ):
        if field is not None:
            yield Fill(field, value or None)
            field = None
        elif value:
            raise AssertionError(f"where does `{value}` go? {text}")
        if url:
            yield Open(url, is_stranger)
        elif click:
            yield Click(click)
        elif italic:
            field = italic
        elif words:
            yield See(words, is_reloaded)
    if field is not None:
        yield Fill(field, None)
