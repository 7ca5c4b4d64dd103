"""What PyPI shows of the two projects is true of what is tried here."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

import cpythons
import environment
import package
from sandbox import ROOT
from tests import inner, kit

COMMON = ["authors", "maintainers", "license", "license-files", "requires-python"]


def written(project: Path) -> str:
    return (project / "pyproject.toml").read_text("utf-8")


def classifiers(project: Path) -> list[str]:
    return re.findall(r'^    "([^"]* :: [^"]*)",$', written(project), re.MULTILINE)


def test_the_classifiers_name_each_python_that_is_tried() -> None:
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(classifiers(ROOT / "ffi-python")))
    for version in named:
        if version not in cpythons.found():
            kit.missing(f"there is no CPython {version} here", f"CPython {version}이 없습니다")
    # One that is still to come is tried and not promised.
    assert named == [version for version in cpythons.found() if version != f"3.{cpythons.NEWEST}"]


def test_the_classifiers_name_each_django_that_is_tried() -> None:
    tried = set()
    for name in environment.DJANGOS:
        try:
            python = inner.made(functools.partial(environment.django, name))
        except LookupError as error:
            kit.missing(f"there is no {error} here", f"{error}이 없습니다")
        tried.add(kit.run([python, "-c", "import django; print(*django.VERSION[:2], sep='.')"]).strip())
    assert set(re.findall(r"Django :: (\S+)", "\n".join(classifiers(ROOT / "ffi-python")))) == tried


@pytest.mark.parametrize("project", package.PROJECTS, ids=lambda project: str(project.name))
def test_pypi_knows_the_classifiers(project: Path) -> None:
    known = kit.run(
        [inner.made(environment.checks), "-c", "import trove_classifiers as t; print(*t.sorted_classifiers, sep='\\n')"]
    )
    assert classifiers(project) and set(classifiers(project)) <= set(known.splitlines())


def test_both_projects_say_the_same_of_themselves() -> None:
    lines = [{line for line in written(one).splitlines() if line.split(" ")[0] in COMMON} for one in package.PROJECTS]
    assert lines[0] == lines[1] and len(lines[0]) == len(COMMON)


def test_an_older_python_is_refused_in_plain_words(tmp_path: Path) -> None:
    """pip refuses it, too: `requires-python`."""
    package.lay_out(tmp_path)
    older = (
        "import sys; sys.version_info = (3, 8, 18, 'final', 0)\ntry: import xpayclient\nexcept ImportError as error: print(error)"
    )
    said = kit.run([environment.tests(), "-c", older], env=inner.surroundings({"PYTHONPATH": str(tmp_path)}))
    assert "needs Python 3.9 or newer, and this is 3.8:" in said and "3.8입니다" in said
