"""The documents: pages, their twins in the other language, and the parts of a page."""

from __future__ import annotations

import re
import subprocess
from typing import NamedTuple

from sandbox import ROOT


class Block(NamedTuple):
    """A fenced block. `source` is the file that it is part of, from a line `<!-- from FILE -->` before it."""

    language: str
    code: str
    source: str | None


def listed(*patterns: str) -> list[str]:
    """The files of the project, committed or about to be, relative to its root."""
    call = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    found = subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    return sorted(file for file in found.splitlines() if (ROOT / file).exists())


def every() -> list[str]:
    """Each Markdown page."""
    return listed("*.md")


def twins() -> list[tuple[str, str]]:
    """The English and Korean page of each pair, also if one is missing."""
    pairs = set()
    for page in every():
        if page.startswith(("docs/en/", "docs/ko/")):
            rest = page[len("docs/en/") :]
            pairs.add((f"docs/en/{rest}", f"docs/ko/{rest}"))
        elif page.endswith(".ko.md"):
            pairs.add((page.replace(".ko.md", ".md"), page))
    return sorted(pairs)


def read(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def blocks(page: str) -> list[Block]:
    fenced = re.findall(r"(?:^<!-- from (\S+) -->\n)?^```(\w*)\n(.*?)^```", read(page), re.MULTILINE | re.DOTALL)
    return [Block(language, code, source or None) for source, language, code in fenced]


def prose(page: str) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL)
