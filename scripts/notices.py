#!/usr/bin/env python3
"""Writes THIRD-PARTY-NOTICES: what is linked into a release, under which licence and whose, with the licences' texts.

Usage: notices.py           writes it
       notices.py --check   fails if it is not what is linked
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable

import components
from sandbox import ROOT

NOTICES = ROOT / "THIRD-PARTY-NOTICES"
WIDTH = 120
ABOUT = """
The library, the command, the programs and the Python module of xpayclient contain the software that is listed below. Its
licences allow that, and ask for their texts to come along: the list is followed by them, each once, with the names of what it
belongs to. xpayclient itself is under the licences of LICENSE-MIT and LICENSE-APACHE.

Where licences are joined by OR, xpayclient uses the software under any of them. What has no version is part of what it stands
beside, in the version of the compiler that built the release.
"""


def main() -> int:
    try:
        wanted = document()
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    if sys.argv[1:] != ["--check"]:
        NOTICES.write_text(wanted, "utf-8")
        return 0
    complaints = [
        f"{name} is new in Rust's standard library: add its licence to {components.KEPT.name}/kept.json"
        for name in components.unlisted()
    ]
    if not NOTICES.exists() or NOTICES.read_text("utf-8") != wanted:
        complaints.append(f"{NOTICES.name} is not what is linked: run `make notices`, and commit it")
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return bool(complaints)


def document() -> str:
    listed = [one for one in components.components() if not one.ours]
    lines = [heading("THIRD-PARTY NOTICES"), ABOUT]
    lines += [
        f"{one.title}\n    {one.licence}\n" + "".join(f"    Copyright {holder}\n" for holder in one.holders) for one in listed
    ]
    for text, titles in texts(listed):
        names = textwrap.fill(", ".join(titles), WIDTH, break_on_hyphens=False)
        lines += ["", heading(names), "", text]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def heading(words: str) -> str:
    return f"{'=' * WIDTH}\n{words}\n{'=' * WIDTH}"


def texts(listed: Iterable[components.Component]) -> list[tuple[str, list[str]]]:
    """Each text once, with the titles of what it belongs to. Those that differ in the breaks of their lines are one."""
    found: dict[str, tuple[str, list[str]]] = {}
    for one in listed:
        for text in map(terms, one.texts):
            _, titles = found.setdefault(" ".join(text.replace("https:", "http:").split()), (text, []))
            titles += [one.title] * (one.title not in titles)
    return list(found.values())


def terms(text: str) -> str:
    """A text without the advice of Apache's on how to use it, in which packages have a copyright line, or none, or a template."""
    return re.sub(
        r"(END OF TERMS AND CONDITIONS)\s+APPENDIX: How to apply.*limitations under the License\.\s*$", r"\1", text, flags=re.S
    ).strip("\n")


if __name__ == "__main__":
    sys.exit(main())
