"""The library keeps what the header promised: it exports what ffi-c/abi/N.txt has, and no line of that file was ever taken out.

N is XPAY_ABI_VERSION, which is also the SONAME's; see docs/en/abi.md. That the file has each declaration of xpayclient.h is
checked by `cargo xtask generate --check`.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from sandbox import LIBRARY, ROOT
from tests import kit

HEADER = (ROOT / "include/xpayclient.h").read_text("utf-8")


def version() -> str:
    found = re.search(r"^#define XPAY_ABI_VERSION (\d+)$", HEADER, re.MULTILINE)
    assert found, "the header has no XPAY_ABI_VERSION"
    return found[1]


def promise() -> Path:
    return ROOT / f"ffi-c/abi/{version()}.txt"


def test_no_line_of_the_list_was_ever_taken_out() -> None:
    git: list[str | Path] = ["git", "-C", ROOT]
    if subprocess.run([*git, "rev-parse"], capture_output=True).returncode != 0:
        kit.missing("there is no history here: is this a clone?", "git 이력이 없습니다")
    changes = kit.run([*git, "log", "--format=", "-p", "--", promise()]) + kit.run([*git, "diff", "HEAD", "--", promise()])
    removed = [line[1:] for line in changes.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert not removed, f"{promise().name} is append-only"


def test_the_library_exports_the_headers_functions() -> None:
    declared = [line for line in promise().read_text("utf-8").splitlines() if not line.startswith("typedef")]
    functions = {match[1] for line in declared if (match := re.search(r"\b(xpay_\w+)\(", line))}
    shown = kit.run(["nm", "--dynamic", "--defined-only", "--format=posix", LIBRARY])
    assert {line.split()[0] for line in shown.splitlines()} == functions


def test_the_soname_has_the_version() -> None:
    shown = kit.run(["readelf", "-d", LIBRARY])
    assert re.findall(r"SONAME.*\[(.*)\]", shown) == [f"libxpayclient.so.{version()}"]
