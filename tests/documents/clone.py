"""What a reader of the documents has: a clone of this repository, built, and a shop's sandbox."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import package
import php_package
import phps
from sandbox import BUILD, LIBRARY, ROOT, Sandbox
from tests import wheels

# The parts of a clone that the documents' commands use.
PARTS = ["include", "examples", "ffi-php", "Makefile"]


class Clone:
    """A directory that looks like a clone after `make build`, whose target/release is what is tried, and a running sandbox."""

    def __init__(self, directory: Path, gateway: Sandbox):
        self.directory = directory
        self.gateway = gateway
        self.target = directory / "target"
        self.release = self.target / "release"
        self.target.mkdir(parents=True)
        self.release.symlink_to(BUILD)
        for part in PARTS:
            (directory / part).symlink_to(ROOT / part)

    def variables(self, **more: str) -> dict[str, str]:
        path = f"{self.release}{os.pathsep}{os.environ['PATH']}"
        return {**php_package.quiet(), "XPAY_HOME": self.gateway.home, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **more}

    def with_python(self) -> dict[str, str]:
        """The variables with which Python finds the package."""
        python = self.directory / "python"
        if not python.exists():
            package.lay_out(python)
        return self.variables(PYTHONPATH=str(python))

    def shop(self) -> Path:
        """A shop's tree with our class, and the two home directories that some plugins have."""
        shop = self.directory / "public_html"
        for home in ("lgdacom", "lgdacom_mobile"):
            shutil.copytree(f"{self.gateway.home}/conf", shop / home / "conf", dirs_exist_ok=True)
            for file in (phps.CLASS, LIBRARY):
                shutil.copy(file, shop / home)
        return shop

    def after_make(self, target: str) -> None:
        """Lays out what a `make` of the documents leaves, from what was built."""
        if target == "php-package":
            php_package.lay_out(self.target / "php-package")
        elif target == "wheel" and not (self.target / "wheels").exists():
            wheels.made(self.target / "wheels")
