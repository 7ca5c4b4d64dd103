"""codes.md has every result code of the protocol's tables, and no other but the sandbox's."""

from __future__ import annotations

import json
import re

import pytest

from sandbox import ROOT

from . import pages


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_lists_exactly_the_codes_that_are_known(language: str) -> None:
    tables = json.loads((ROOT / "protocol/tables.json").read_text("utf-8"))
    done = {code for codes in tables["cancel_success_codes"].values() for code in codes}
    known = {one["code"] for name in ("refund_codes", "seen_codes") for one in tables[name]} | done
    cells = re.findall(r"^\| (`[^|]*`) \|", pages.read(f"docs/{language}/codes.md"), re.MULTILINE)
    assert {code for cell in cells for code in re.findall(r"`(\w+)`", cell)} == known
