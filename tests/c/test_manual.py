"""ffi-c/man/*.3: each function of the header has a page; groff, mandoc and whatis read it as they should."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sandbox import ROOT
from tests import kit

PAGES = sorted((ROOT / "ffi-c/man").glob("*.3"))
SECTIONS = ["NAME", "LIBRARY", "SYNOPSIS", "DESCRIPTION", "RETURN VALUE", "HISTORY", "FILES", "EXAMPLES", "SEE ALSO"]
# What a page has until its release has a date.
NOT_RELEASED = "cannot parse date, using it verbatim: TH Unreleased"


def test_each_function_has_a_page() -> None:
    code = re.sub(r"/\*.*?\*/", "", (ROOT / "include/xpayclient.h").read_text("utf-8"), flags=re.DOTALL)
    functions = set(re.findall(r"\b(xpay_\w+)\(", code))
    assert {page.stem for page in PAGES} == {*functions, "xpayclient"}
    overview = (ROOT / "ffi-c/man/xpayclient.3").read_text("utf-8")
    assert not [name for name in functions if f".BR {name} (3)" not in overview]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_sections_in_order(page: Path) -> None:
    text = page.read_text("ascii")
    found = re.findall(r"^\.SH (.*)$", text, re.MULTILINE)
    assert found == [section for section in SECTIONS if section in found]
    assert {"NAME", "SYNOPSIS", "DESCRIPTION", "RETURN VALUE", "SEE ALSO"} <= set(found)
    assert not re.search(r"^\.S[HS] .*\n\.S[HS] ", text, re.MULTILINE), "a section is empty"
    also = re.findall(r"^\.BR (\w+) \(3\)", text.partition(".SH SEE ALSO")[2], re.MULTILINE)
    assert not [name for name in also if not (page.parent / f"{name}.3").exists()]


def test_groff_warns_of_nothing() -> None:
    call: list[str | Path] = [kit.program("groff"), "-man", "-Tutf8", "-ww", "-z", *PAGES]
    assert subprocess.run(call, stderr=subprocess.PIPE, encoding="utf-8").stderr == ""


def test_a_terminal_shows_every_line() -> None:
    """No synopsis is wider than the 80 columns of a terminal."""
    shown = kit.run([kit.program("groff"), "-man", "-Tutf8", "-P-cbou", "-rLL=78n", *PAGES])
    inside = re.findall(r"^SYNOPSIS\n(.*?)^\w", shown, re.MULTILINE | re.DOTALL)
    assert len(inside) == len(PAGES)
    assert not [line for lines in inside for line in lines.splitlines() if len(line) > 80]


def test_mandoc_finds_nothing() -> None:
    call: list[str | Path] = [kit.program("mandoc"), "-T", "lint", "-W", "style", *PAGES]
    said = subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8").stdout.splitlines()
    assert [line for line in said if not line.endswith(NOT_RELEASED)] == []


def test_whatis_knows_each_by_its_name() -> None:
    shown = kit.run([kit.program("lexgrog"), *PAGES])
    names = {line.split(": ", 1)[1].split(" - ")[0].strip('"') for line in shown.splitlines()}
    assert names == {page.stem for page in PAGES}
