"""The Django app and the shop are typed throughout, as django-stubs sees them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import environment
import package
from sandbox import ROOT, Sandbox
from tests import inner, kit


@pytest.mark.long
@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_app_and_shop_are_typed(gateway: Sandbox, platform: str, tmp_path: Path) -> None:
    python = inner.made(environment.django_types)
    package.lay_out(tmp_path / "package")
    found = os.pathsep.join(map(str, [tmp_path / "package", ROOT / "examples/django"]))
    variables = {"MYPYPATH": found, "PYTHONPATH": found, "XPAY_HOME": gateway.home}
    options = [f"--cache-dir={ROOT / 'target/mypy/django' / platform}", f"--config-file={inner.TESTS / 'django/mypy.ini'}"]
    options += [f"--platform={platform}"]
    packages = ["-m", "xpayclient.apps", "-p", "xpayclient.django", "-p", "shop"]
    kit.run([python, "-m", "mypy", *options, *packages], cwd=tmp_path, env=inner.surroundings(variables))
