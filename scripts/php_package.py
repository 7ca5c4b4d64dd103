#!/usr/bin/env python3
"""Lays out the Composer package: the classes, with this machine's library and command. Installs it with Composer into a project.

Usage: php_package.py   lays out target/php-package, from target/portable with XPAY_BUILD=portable (`make php-package`)
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from pathlib import Path

from phps import PACKAGE
from sandbox import BRIDGE, LIBRARY, ROOT, XPAY

TARGET = ROOT / "target/php-package"
FILES = ["composer.json", "preload.php", "xpayclient-ffi.h"]
LICENSES = ["LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES"]


def lay_out(directory: Path) -> Path:
    """The package in `directory`, which is made anew, with the library and the command that were built."""
    shutil.rmtree(directory, ignore_errors=True)
    # As XPayClient.php looks for them.
    programs = directory / "lib" / f"{platform.system().lower()}-{platform.machine()}"
    programs.mkdir(parents=True)
    for file in [*(PACKAGE / name for name in FILES), *(ROOT / name for name in LICENSES)]:
        shutil.copy(file, directory)
    shutil.copytree(PACKAGE / "src", directory / "src")
    for program in (LIBRARY, BRIDGE, XPAY):
        shutil.copy(program, programs)
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
