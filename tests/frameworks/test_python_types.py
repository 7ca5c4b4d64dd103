"""The recipes for Python's frameworks are typed throughout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import environment
import package
from sandbox import ROOT, Sandbox
from tests import inner, kit


@pytest.mark.long
def test_the_recipes_are_typed(gateway: Sandbox, tmp_path: Path) -> None:
    python = inner.made(environment.recipe_types)
    package.lay_out(tmp_path / "package")
    found = os.pathsep.join(map(str, [tmp_path / "package", ROOT / "examples/django-api", ROOT / "examples/fastapi"]))
    variables = {"MYPYPATH": found, "PYTHONPATH": found, "XPAY_HOME": gateway.home}
    options = [f"--cache-dir={ROOT / 'target/mypy/recipes'}", f"--config-file={Path(__file__).with_name('mypy.ini')}"]
    kit.run([python, "-m", "mypy", *options, "-p", "store", "-p", "shop"], cwd=tmp_path, env=inner.surroundings(variables))
