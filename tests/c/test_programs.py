"""Every program of tests/c, compiled against the header, linked both ways, and run against gateways over TLS: on this machine, or
on what stands for that of XPAY_BUILD (tests/machine.py).

Afterwards no approval stands at its gateway but those that the program leaves on purpose.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from sandbox import BUILD, ROOT
from tests import kit, machine

from . import homes

# Payments that a program leaves on purpose.
STANDING = {"payment": 8, "store": 4, "failures": 2, "guard": 2, "nested": 4, "escrow": 1}
SHIPPED = BUILD.name == "portable"
# Programs in another standard than C99.
CPP = ["g++", "-std=c++11", str(ROOT / "tests/c/class.cpp")]
WRITTEN_IN = {"class": CPP, "class-plain": [*CPP, "-fno-exceptions", "-fno-rtti"]}
PROGRAMS = [*sorted(file.stem for file in (ROOT / "tests/c").glob("*.c")), *WRITTEN_IN]
# It is linked with no library, because it loads one.
LOADS = "loading"
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
MEMCHECK = ["--quiet", "--num-callers=40", "--error-exitcode=99", f"--suppressions={ROOT / 'tests/c/valgrind.supp'}"]
MEMCHECK += ["--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"]
# The shared library is shipped without names, by which alone a finding can be let pass. Undefined values are looked for in the
# archive, which has the names, and the same code.
WITHOUT_NAMES = ["--undef-value-errors=no"]
# What runs under a tool without being asked for by --under. What is shipped, runs under memcheck as a whole.
UNDER = {
    "": PROGRAMS,
    "sanitizers": ["misuse", "pages", "typed", "guard", "nested", "reads", "strings"],
    "memcheck": PROGRAMS if SHIPPED else ["misuse", "pages"],
}
# What `make check` and other platforms run linked statically too.
ESSENTIAL = ["payment"]
# Windows has nothing of what they try.
POSIX = ["forked"]
# Seconds that are enough for any of them, also under what stands for another machine; some of that can hang.
TIME = 600
# It waits for the end of homes.PATIENCE.
LONG = ["failures"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    asked = metafunc.config.getoption("--under", None)
    cases = [
        pytest.param(name, linkage, tool, id="-".join(filter(None, [name, linkage, tool])), marks=marks(name, linkage, tool))
        for tool, programs in ({asked: PROGRAMS} if asked else UNDER).items()
        if machine.IS_THIS or not tool
        for linkage in ("shared", "static")
        for name in programs
        if name != LOADS or linkage == "shared"
    ]
    metafunc.parametrize(("name", "linkage", "tool"), cases)


def marks(name: str, linkage: str, tool: str) -> list[pytest.MarkDecorator]:
    slow = bool(tool) or (linkage == "static" and name not in ESSENTIAL)
    return [mark for mark, holds in [(pytest.mark.slow, slow), (pytest.mark.long, name in LONG)] if holds]


def test_program(name: str, linkage: str, tool: str, tmp_path: Path, closed_port: int, mute_port: int) -> None:
    if name in POSIX and machine.IS_WINDOWS:
        pytest.skip("Windows has no fork")
    call = memcheck(linkage) if tool == "memcheck" else machine.runner()
    program = compiled(name, linkage, SANITIZERS if tool == "sanitizers" else [], tmp_path)
    with homes.made(tmp_path, name, closed_port, mute_port) as gateway:
        environment = {**os.environ, "XPAYCLIENT_LIB": str(machine.LIBRARY)}
        shown = kit.run([*call, program, tmp_path], env=environment, stderr=subprocess.STDOUT, timeout=TIME)
        standing = [payment["oid"] for payment in gateway.payments() if payment["balance"] != 0]
    assert re.search(r"^[1-9]\d* passed, 0 failed$", shown, re.MULTILINE)
    assert len(standing) == STANDING.get(name, 0), standing


def memcheck(linkage: str) -> list[str | Path]:
    return [kit.program("valgrind"), *MEMCHECK, *(WITHOUT_NAMES if SHIPPED and linkage == "shared" else [])]


def compiled(name: str, linkage: str, flags: list[str], directory: Path) -> Path:
    source = WRITTEN_IN.get(name, ["gcc", "-std=c99", str(ROOT / f"tests/c/{name}.c")])
    return machine.compiled(source, "loaded" if name == LOADS else linkage, directory / name, *flags)
