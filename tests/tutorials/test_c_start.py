"""docs/*/c-start.md, followed by its text alone: installed without root, compiled in C and C++, paid and cancelled.

Then what docs/*/c.md adds to it: linked statically and by CMake.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sandbox import ROOT
from tests import kit

from .reader import built_clone, reading


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pages_are_followed(language: str, tmp_path: Path) -> None:
    for program in ("cc", "c++", "cmake", "make", "pkg-config"):
        kit.program(program)
    start, reference = ((ROOT / f"docs/{language}/{page}").read_text("utf-8") for page in ("c-start.md", "c.md"))
    # The parts that say in which terminal.
    more = [part for part in re.split(r"^(?=## )", reference, flags=re.MULTILINE) if "```sh\n# " in part]
    assert more
    home = tmp_path / "home"
    built_clone(home / "xpayclient")
    with reading(home) as reader:
        reader.follow("\n".join([start, *more]))
        # Whoever forgets the arguments is told of them.
        for program in ("payment", "cancel", "payment-cpp", "payment-static"):
            told = subprocess.run([home / "shop" / program], env=environment(home), stderr=subprocess.PIPE, encoding="utf-8")
            assert told.returncode == 2 and told.stderr.startswith("usage: ")


def environment(home: Path) -> dict[str, str]:
    return {"LD_LIBRARY_PATH": str(home / ".local/lib")}
