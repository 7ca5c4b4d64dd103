"""Packages of what is tried, built once; a second time under another umask and in another folder, to compare."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import BUILD, ROOT
from tests import kit

MAINTAINER = {"DEBFULLNAME": "A Packager", "DEBEMAIL": "packager@example.org"}
# Quickly: what is not released need not be small.
QUICKLY = {"XPAY_GZIP": "1"}


class Packages:
    """What a script of scripts/ builds, when it is first asked for."""

    def __init__(self, script: str, directory: Path, build: str = BUILD.name) -> None:
        self.script = script
        self.directory = directory
        self.build = build

    def first(self) -> list[Path]:
        return self._built("first", 0o022)

    def again(self) -> list[Path]:
        """The same from a folder and under a umask of its own."""
        return self._built("again", 0o077)

    def _built(self, name: str, umask: int) -> list[Path]:
        out = self.directory / name
        if not out.exists():
            previous = os.umask(umask)
            try:
                kit.run(
                    [sys.executable, ROOT / "scripts" / self.script],
                    env={**os.environ, **MAINTAINER, **QUICKLY, "XPAY_BUILD": self.build, "OUT": str(out)},
                    stderr=subprocess.STDOUT,
                )
            finally:
                os.umask(previous)
        return sorted(out.iterdir())


@pytest.fixture(scope="package")
def deb(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    kit.program("dh")
    return Packages("deb.py", tmp_path_factory.mktemp("deb"))


@pytest.fixture(scope="package")
def rpm(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    kit.program("rpmbuild")
    return Packages("rpm_packages.py", tmp_path_factory.mktemp("rpm"))


@pytest.fixture(scope="package")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    return Packages("sdk.py", tmp_path_factory.mktemp("sdk"))
