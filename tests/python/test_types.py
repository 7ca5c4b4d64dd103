"""The stubs are the module's; package and examples are typed throughout.

xpayclient.django and xpayclient.apps cannot be imported without a project, nor checked without Django: tests/django does that.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import environment
import package
from sandbox import ROOT
from tests import inner, kit

# mypy fails, now and then, when two of it write one cache: each of the processes that run tests has its own.
CACHE = ROOT / "target/mypy/package" / os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture
def check(provided: Callable[[Path], Path], tmp_path: Path) -> Callable[..., str]:
    """Runs a module, as mypy, with the package in its reach, and without the settings of the tests."""
    found = str(provided(Path(sys.executable)))

    def run(module: str, *options: str | Path, python: str | Path = sys.executable) -> str:
        variables = inner.surroundings({"MYPYPATH": found, "PYTHONPATH": found, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})
        return kit.run([python, "-m", module, *options], cwd=tmp_path, env=variables)

    return run


@pytest.mark.long
def test_the_stubs_say_what_the_module_has(check: Callable[..., str]) -> None:
    files = (file for file in package.SOURCES.glob("*.py*") if file.stem not in ("__init__", "apps", "py"))
    check("mypy.stubtest", *sorted(f"xpayclient.{file.stem}" for file in files))


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_the_package_is_typed(check: Callable[..., str], platform: str, tmp_path: Path) -> None:
    """Also as on Windows: it names what that system's Python does not have."""
    check(
        "mypy",
        "--config-file=",
        f"--cache-dir={CACHE / platform}",
        f"--platform={platform}",
        "--strict",
        tmp_path / "package/xpayclient",
        "--exclude",
        "/django/|/apps.py$",
    )


def test_pyright_knows_every_type(check: Callable[..., str], tmp_path: Path) -> None:
    """What is for Django is not among it: only the plugin of mypy knows the types of models."""
    kit.program("node")
    shutil.rmtree(tmp_path / "package/xpayclient/django")
    (tmp_path / "package/xpayclient/apps.py").unlink()
    python = inner.made(environment.checks)
    said = check("pyright", f"--pythonpath={python}", "--verifytypes=xpayclient", "--ignoreexternal", python=python)
    assert "Type completeness score: 100%" in said


@pytest.mark.parametrize("example", sorted((ROOT / "examples/python").glob("*.py")), ids=lambda file: str(file.name))
def test_an_example_is_typed(check: Callable[..., str], example: Path) -> None:
    check("mypy", "--config-file=", f"--cache-dir={CACHE}", "--strict", example)
