"""The Python package, so that Python can import it without an installation: that of the tree, or the wheel of `make wheel`."""

from __future__ import annotations

import shutil
from pathlib import Path

from sandbox import BUILD, ROOT
from targets import HERE, Target

SOURCES = ROOT / "ffi-python/python/xpayclient"
LIBRARY = BUILD / "lib_native.so"
WHEELS = ROOT / "target/wheels"
# What PyPI gets: the package, and the command that `xpayclient[cli]` asks for.
PROJECTS = [ROOT / "ffi-python", ROOT / "cli"]


def lay_out(directory: Path) -> None:
    """The package of the tree in `directory`, with the library that was built."""
    target = directory / "xpayclient"
    shutil.copytree(SOURCES, target, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(LIBRARY, target / "_native.abi3.so")


def wheels(target: Target) -> Path:
    """Where the wheels of a platform are; pip takes all of this machine's."""
    return WHEELS if target.platform == HERE else WHEELS / target.platform


def wheel() -> Path | None:
    """The package's wheel that is shipped, of this machine; None before `make wheel`."""
    return next(WHEELS.glob("xpayclient-*.whl"), None)


def published() -> list[Path]:
    """What PyPI gets."""
    files = [file for name in ("xpayclient", "xpayclient_cli") for file in sorted(WHEELS.rglob(f"{name}-[0-9]*"))]
    return [file for file in files if file.suffix in (".whl", ".gz")]
