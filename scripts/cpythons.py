"""The CPythons of this machine that the package is for: on the PATH, or installed by pyenv."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST = 9, 15
# Prints nothing for another implementation.
ASK = "import sys, platform; print(*sys.version_info[:2], sep='.') if platform.python_implementation() == 'CPython' else 0"


@functools.cache
def found() -> dict[str, str]:
    """The program of each minor version, oldest first."""
    managed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    programs = [sys.executable]
    for minor in range(OLDEST, NEWEST + 1):
        programs += map(str, sorted(managed.glob(f"3.{minor}.*/bin/python")))
        programs += filter(None, [shutil.which(f"python3.{minor}")])
    known: dict[str, str] = {}
    for program in programs:
        known.setdefault(version_of(program), program)
    wanted = [f"3.{minor}" for minor in range(OLDEST, NEWEST + 1)]
    return {version: known[version] for version in wanted if version in known}


def version_of(program: str) -> str:
    """As 3.11; empty for what cannot be run, as a shim without its interpreter."""
    asked = subprocess.run([program, "-c", ASK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    return asked.stdout.strip() if asked.returncode == 0 else ""
