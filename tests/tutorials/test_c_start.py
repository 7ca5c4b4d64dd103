"""docs/*/c.md, followed by its text alone: installed without root, compiled in C and C++, shared, static and by CMake, and paid."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sandbox import BUILD, ROOT
from tests import kit

from .page import steps
from .reader import reading

# The exports are typed in each terminal, as the page says.
TERMINALS = ("1", "2")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_is_followed(language: str, tmp_path: Path) -> None:
    for program in ("cc", "c++", "cmake", "make", "pkg-config"):
        kit.program(program)
    page = (ROOT / f"docs/{language}/c.md").read_text("utf-8")
    [install] = re.findall(r"^```sh\n(make install PREFIX=.*?)```", page, re.MULTILINE | re.DOTALL)
    home = tmp_path / "home"
    built_clone(home / "xpayclient")
    with reading(home) as reader:
        first, *exports = install.splitlines()
        reader.terminal("1").run(["cd ~/xpayclient", first, "cd"], [], "")
        for name in TERMINALS:
            reader.terminal(name).run(exports, [], "")
        # The parts that say in which terminal.
        parts = [part for part in re.split(r"^(?=## )", page, flags=re.MULTILINE) if "```sh\n# " in part]
        reader.follow("\n".join(parts))
        assert {type(step).__name__ for step in steps("\n".join(parts))} == {"Commands", "File"}
        # Whoever forgets the arguments is told of them.
        for program in ("payment", "payment-cpp", "payment-static"):
            told = subprocess.run([home / "shop" / program], env=environment(home), stderr=subprocess.PIPE, encoding="utf-8")
            assert told.returncode == 2 and told.stderr.startswith("usage: ")


def built_clone(directory: Path) -> None:
    """A clone after `make build`, whose target/release is what is tried."""
    (directory / "target").mkdir(parents=True)
    (directory / "target/release").symlink_to(BUILD)
    for part in ROOT.iterdir():
        if part.name != "target":
            (directory / part.name).symlink_to(part)


def environment(home: Path) -> dict[str, str]:
    return {"LD_LIBRARY_PATH": str(home / ".local/lib")}
