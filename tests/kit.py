"""What tests of every suite call: to say that something is missing here, and to count the tests of another runner."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

import pytest

import phps
import shop
from suites import STRICT

T = TypeVar("T")


def missing(english: str, korean: str) -> NoReturn:
    """Ends a test that this machine cannot run: skipped, and shown at the end; a failure if STRICT.

    A test that is not meant for a platform or a version calls `pytest.skip` instead.
    """
    said = f"NOT TRIED: {english} / {korean}"
    if STRICT:
        pytest.fail(said, pytrace=False)
    pytest.skip(said)


def program(name: str) -> str:
    """The path of a command; `missing` if there is none."""
    return shutil.which(name) or missing(f"there is no {name} here: make setup", f"{name} 명령이 없습니다: make setup")


def php(name: str, program: str = "php") -> str:
    """The path of one of `phps.NAMES`, or of its php-fpm; `missing` if there is none."""
    return phps.found(program).get(name) or missing(
        f"there is no {program} of {name} here: make setup", f"{name}의 {program}가 없습니다: make setup"
    )


def run(call: Sequence[str | os.PathLike[str]], **more: object) -> str:
    """Runs a command that must succeed. Its output is shown if the test fails; stdout is returned too."""
    done = subprocess.run(list(map(str, call)), stdout=subprocess.PIPE, encoding="utf-8", errors="replace", **more)  # type: ignore[call-overload]
    print(done.stdout)
    assert done.returncode == 0, f"{call[0]} ended with {done.returncode}"
    return str(done.stdout)


def until(question: Callable[[], T | None]) -> T:
    """The first answer that is true, asked again and again, and not for ever; each question is a request to a server."""
    deadline = time.monotonic() + shop.PATIENCE
    while not (answer := question()):
        assert time.monotonic() < deadline, "it never came to that"
    return answer


def count(record: Callable[[str, object], None], junit: Path) -> None:
    """Counts the tests that another runner wrote to a JUnit file as tests of this one. `record` is `record_property`."""
    cases = list(ET.parse(junit).iter("testcase"))
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    for name, number in (("tried", len(cases) - len(skipped)), ("failed", len(failed)), ("skipped", len(skipped))):
        record(name, number)
    assert cases, f"{junit} has no test: nothing was tried"
    assert not failed, f"{len(failed)} failed: {', '.join(str(case.get('name')) for case in failed[:5])}"
