#!/usr/bin/env python3
"""Lays out the Composer package: the classes, with this machine's library and commands, or those of several platforms. Installs it with
Composer into a project.

Usage: php_package.py   lays out target/php-package, from target/portable with XPAY_BUILD=portable (`make php-package`)
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import staged
import targets
from phps import PACKAGE
from sandbox import BUILD, ROOT

TARGET = ROOT / "target/php-package"
FILES = ["composer.json", "preload.php", "xpayclient-ffi.h"]


def lay_out(directory: Path, builds: Iterable[str] = (BUILD.name,)) -> Path:
    """The package in `directory`, which is made anew, with the library and the commands of each build."""
    shutil.rmtree(directory, ignore_errors=True)
    staged.licences(directory)
    for name in FILES:
        shutil.copy(PACKAGE / name, directory)
    for name in ("bin", "src"):
        shutil.copytree(PACKAGE / name, directory / name)
    for build in builds:
        target = targets.of_build(build)[1]
        # As XPayClient.php looks for them.
        programs = directory / "lib" / target.platform
        programs.mkdir(parents=True)
        for program in (target.library, target.program("xpay-bridge"), target.program("xpay")):
            shutil.copy(ROOT / "target" / build / program, programs)
        staged.preview(programs, target)
    return directory


def installed(directory: Path) -> Path:
    """A project in `directory` that requires the package, as Composer installs it; its vendor directory."""
    directory.mkdir(parents=True, exist_ok=True)
    package = {"type": "path", "url": str(lay_out(directory / "package")), "options": {"symlink": True}}
    # Only local packages: no registry is used.
    manifest = {"repositories": [package, {"packagist": False}], "require": {"xpayclient/xpayclient": "*@dev"}}
    (directory / "composer.json").write_text(json.dumps(manifest), "utf-8")
    subprocess.run(["composer", "install", "--quiet", "--no-interaction"], cwd=directory, check=True, env=quiet())
    return directory / "vendor"


def quiet() -> dict[str, str]:
    """An environment without questions and warnings from Composer."""
    return {**os.environ, "COMPOSER_ALLOW_SUPERUSER": "1", "COMPOSER_HOME": str(ROOT / "target/composer")}


if __name__ == "__main__":
    lay_out(TARGET)
