"""The platforms beside this machine's that `make test-platforms` tries here, and the table of what ran and what could not."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox import ROOT
from targets import PACKAGES

RESULTS = ROOT / "target/suites"
COLUMNS = ["C", "PHP", "Python", "command", "journal", "kill test"]
# Seconds after which a trial is given up; none comes near it.
TIME = 1800
# The columns of tests; the scenarios' is their trial's.
OF_MODULE = {
    "test_programs": "C",
    "test_bridge_lines": "PHP",
    "test_command": "command",
    "test_journal": "journal",
    "test_killed": "kill test",
}
# The scenarios that each driver plays: what the bytes of a request and the journal depend on.
FEW = ["-k", "transactions-00 or encodings-00 or journal-00", "-m", "not slow"]
PROGRAMS = ["tests/c/test_programs.py", "tests/platforms", "tests/php/test_bridge_lines.py", "-m", "not slow"]
# What is to be known of a column, where it is not as on this machine.
BY_PIPE = "PHP by pipe: this machine's starts that platform's command, for no other can be had here"
NO_CPP = "C++ is not tried"
NO_PYTHON = "Python: none can be had here"


@dataclass(frozen=True)
class Platform:
    """A platform of targets.py: the parts of scripts/kit that stand for it, the drivers of scenarios that it has, and what is to be
    known of its row."""

    parts: list[str]
    php: str = "PHP 8 pipe"
    python: str = ""
    # Whether C++ is tried: zig compiles its library first, for a minute.
    cpp: bool = False
    notes: tuple[str, ...] = (NO_CPP, BY_PIPE, NO_PYTHON)
    # What is run at the end, whatever failed.
    ends: tuple[list[str], ...] = ()

    @property
    def packages(self) -> list[str]:
        return [*PACKAGES, "xpayclient-python"] if self.python else PACKAGES

    @property
    def trials(self) -> dict[str, list[str]]:
        """The runs of pytest, each with its arguments, by the column that they fill."""
        played = {"PHP": self.php, "Python": self.python}
        scenarios = {column: ["tests/scenarios", f"--drivers={drivers}", *FEW] for column, drivers in played.items() if drivers}
        return {"C": PROGRAMS if self.cpp else [*PROGRAMS, "-k", "not class"], **scenarios}


# Those that most is hoped for first: the rest is left out where time is short.
ALL = {
    "linux-aarch64": Platform(["arm64"], "PHP 8 FFI,PHP 8 pipe", "Python", True, ("all of it by qemu; PHP by FFI and by pipe",)),
    "windows-x86_64": Platform(
        ["wine"],
        cpp=True,
        notes=("by Wine; what forks, and a full disk, is not tried", BY_PIPE, NO_PYTHON),
        # Its server outlives the programs, for ever if one of them hung.
        ends=(["target/kit/wine/run", "wineserver", "-k"],),
    ),
    "linux-x86_64-musl": Platform(["musl"]),
    "linux-aarch64-musl": Platform(["arm64", "musl"], notes=("by qemu", NO_CPP, BY_PIPE, NO_PYTHON)),
    "linux-i686": Platform(["i386"]),
}
# They are in the table, and nothing runs them here.
UNTRIED = {
    "windows-i686": ("the Wine that can be had here runs none of it",),
    "darwin-aarch64": ("nothing here runs it; scripts/cross links it",),
}


def result(platform: str, trial: str) -> Path:
    return RESULTS / f"{platform}-{trial}.xml"


def show() -> None:
    """The table of what was tried last on each platform, and below it what is to be known."""
    width = max(map(len, [*ALL, *UNTRIED])) + 2
    print(f"\n{'platform':<{width}}" + "".join(f"{column:<14}" for column in COLUMNS))
    for name in [*ALL, *UNTRIED]:
        print(f"{name:<{width}}" + "".join(f"{cell(name, column):<14}" for column in COLUMNS).rstrip())
    print()
    for name, notes in [*((name, platform.notes) for name, platform in ALL.items()), *UNTRIED.items()]:
        print(f"{name}: {'; '.join(notes)}", flush=True)


def cell(name: str, column: str) -> str:
    states = [state for of, state in cases(name) if of == column]
    failed, passed = states.count("failed"), states.count("passed")
    if failed:
        return f"{failed} FAILED"
    return f"{passed} passed" if passed else "-"


def cases(name: str) -> Iterator[tuple[str, str]]:
    """The column and the state of each test of a platform."""
    for trial in ALL[name].trials if name in ALL else ():
        junit = result(name, trial)
        for case in ET.parse(junit).iter("testcase") if junit.exists() else ():
            module = (case.get("classname") or case.get("name") or "").split(".")[-1]
            failed = case.find("failure") is not None or case.find("error") is not None
            skipped = case.find("skipped") is not None
            yield OF_MODULE.get(module, trial), "failed" if failed else "skipped" if skipped else "passed"


@contextlib.contextmanager
def ended(process: subprocess.Popen[str], within: float) -> Iterator[None]:
    """Kills the process group after that many seconds, and what is left of it after the block."""

    def kill() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    if not within:
        yield
        return
    watch = threading.Timer(within, kill)
    watch.start()
    try:
        yield
        process.wait()
    finally:
        watch.cancel()
        kill()
