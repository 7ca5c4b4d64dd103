"""What dist/ has beside the code: the wheel every file of the app, and a source distribution that builds away from the tree."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

import environment
import package
import sandbox
from tests import inner, kit

if sandbox.BUILD.name != "release":
    pytest.skip("this tries what is shipped: make test-release", allow_module_level=True)


def test_the_wheel_has_every_file(wheel: Path) -> None:
    """Templates, translations and migrations among them."""
    names = zipfile.ZipFile(wheel).namelist()
    files = (file for file in package.SOURCES.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    assert {f"xpayclient/{file.relative_to(package.SOURCES)}" for file in files} <= set(names)


@pytest.mark.long
def test_the_source_distribution_builds(wheel: Path, tmp_path: Path) -> None:
    (archive,) = wheel.parent.glob("*.tar.gz")
    python = inner.made(environment.build)
    variables = {
        # maturin looks for its tools there.
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        # The same code without what takes long and changes nothing here.
        "MATURIN_PEP517_ARGS": "--profile dev",
        "CARGO_TARGET_DIR": str(tmp_path / "target"),
        # What crates.io gave is compiled already; a cargo before 1.91 compiles it again.
        "CARGO_BUILD_BUILD_DIR": str(sandbox.ROOT / "target"),
    }
    options = ["--no-build-isolation", "--no-deps", f"--wheel-dir={tmp_path / 'built'}"]
    kit.run([python, "-m", "pip", "wheel", "--quiet", *options, archive], env=inner.surroundings(variables))
    assert [file.name for file in (tmp_path / "built").glob("*.whl")]
