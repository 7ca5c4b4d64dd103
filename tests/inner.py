"""The pytest of another interpreter as one test of this one."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import sandbox
from tests import kit

TESTS = sandbox.ROOT / "ffi-python/tests"


def made(environment: Callable[[], Path]) -> Path:
    """The interpreter of an environment."""
    try:
        return environment()
    except subprocess.CalledProcessError as error:
        kit.missing(f"PyPI cannot be had: {error}", "PyPI를 쓸 수 없습니다")


def run(
    record: Callable[[str, object], None], python: Path, tests: Path, directory: Path, *options: str, **variables: str
) -> None:
    """Runs the tests of a folder, or with K=WORD those that have the word in their names. `record` is `record_property`."""
    junit = directory / "junit.xml"
    where = [f"--basetemp={directory / 'inner'}", f"--junitxml={junit}"]
    call = [str(python), "-m", "pytest", "-q", *where, *chosen(tests), *options, str(tests)]
    common = {"PYTHONDONTWRITEBYTECODE": "1", "XPAY": str(sandbox.XPAY)}
    status = subprocess.run(call, env=surroundings({**common, **variables})).returncode
    assert junit.exists(), f"pytest ended with {status} before it ran a test"
    kit.count(record, junit)
    assert status == 0, f"pytest ended with {status}"


def surroundings(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process, without what is meant for this pytest."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}, **variables}


def chosen(tests: Path) -> list[str]:
    """Those of K's words that are in the name of a test there. The others picked the test that runs them, as 3.9 does."""
    words = re.findall(r"[^\s()]+", os.environ.get("K", "").lower())
    known = [word for word in words if word not in ("and", "or", "not") and any(word in name for name in names(tests))]
    return ["-k", " or ".join(known)] if known else []


def names(tests: Path, only: Sequence[str] = ()) -> set[str]:
    """The files and the functions of a folder's tests, or of the files `only`: what `-k` finds the test by that runs them."""
    files = [file for file in sorted(tests.glob("test_*.py")) if not only or file.name in only]
    functions = (re.findall(r"^(?:async )?def (test_\w+)", file.read_text("utf-8"), re.MULTILINE) for file in files)
    return {file.stem for file in files}.union(*functions)
