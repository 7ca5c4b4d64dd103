"""Every PHP accepts every file, and Composer accepts the package."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import php_package
import phps
from sandbox import ROOT
from tests import kit

FOLDERS = ["ffi-php", "examples", "tests"]


def files() -> list[Path]:
    return [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.php")) if "vendor" not in file.parts]


@pytest.mark.parametrize("name", phps.NAMES, ids=phps.slug)
def test_syntax(name: str) -> None:
    php = kit.php(name)
    # One process a file: only PHP 8.3 and newer check several.
    said = {file: subprocess.run([php, "-l", file], stdout=subprocess.PIPE, encoding="utf-8") for file in files()}
    assert said, "there is no file"
    assert not [done.stdout for done in said.values() if done.returncode != 0]


def test_composer_json() -> None:
    kit.run([kit.program("composer"), "validate", "--strict", phps.PACKAGE / "composer.json"], env=php_package.quiet())
