"""The documents: pages, their twins in the other language, and the parts of a page."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def every():
    """The path of each Markdown page of the project, relative to its root."""
    call = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    return sorted(page for page in listed.split() if (ROOT / page).exists())


def twins():
    """The English and Korean page of each pair, also if one is missing."""
    pairs = set()
    for page in every():
        if page.startswith(("docs/en/", "docs/ko/")):
            rest = page[len("docs/en/") :]
            pairs.add((f"docs/en/{rest}", f"docs/ko/{rest}"))
        elif page.endswith(".ko.md"):
            pairs.add((page.replace(".ko.md", ".md"), page))
    return sorted(pairs)


def read(page):
    return (ROOT / page).read_text("utf-8")


def blocks(page):
    """Language, code and source of each fenced block. The source is the file that the block is part of, from a line
    `<!-- from FILE -->` before it, or None."""
    fenced = re.findall(r"(?:^<!-- from (\S+) -->\n)?^```(\w*)\n(.*?)^```", read(page), re.MULTILINE | re.DOTALL)
    return [(language, code, source or None) for source, language, code in fenced]


def prose(page):
    """The page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL)
