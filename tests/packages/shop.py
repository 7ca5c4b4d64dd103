"""A shop's program, compiled against an installation: it pays, and one of the installed examples cancels."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import sandbox
from sandbox import ROOT
from tests import kit


def source(directory: Path) -> Path:
    """The program in C of moving-c-com.md, in a folder of its own."""
    sample = re.search(r"^```c\n(.*?)^```", (ROOT / "docs/en/moving-c-com.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert sample, "moving-c-com.md has no program in C"
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "payment.c"
    file.write_text(sample[1], "utf-8")
    return file


def compiled(file: Path, flags: Sequence[str], program: Path) -> Path:
    kit.run(["cc", "-Wall", "-Wextra", "-Werror", file, "-o", program, *flags])
    return program


def pays(gateway: sandbox.Sandbox, program: Path, libraries: Path, oid: str) -> str:
    """LGD_TID of the payment."""
    shown = kit.run([program, gateway.home, gateway.paykey(oid, 23400)], env=beside(libraries))
    assert shown.startswith("paid ")
    (payment,) = (payment for payment in gateway.payments() if payment["oid"] == oid)
    assert (payment["state"], payment["balance"]) == ("approved", 23400)
    return str(payment["tid"])


def cancels(gateway: sandbox.Sandbox, program: Path, libraries: Path, tid: str) -> None:
    shown = kit.run([program, gateway.home, gateway.facts["mid"], tid, "SC0010"], env=beside(libraries))
    assert shown.startswith("cancelled")
    (payment,) = (payment for payment in gateway.payments() if payment["tid"] == tid)
    assert (payment["state"], payment["balance"]) == ("cancelled", 0)


def beside(libraries: Path) -> dict[str, str]:
    return {**os.environ, "LD_LIBRARY_PATH": str(libraries)}
