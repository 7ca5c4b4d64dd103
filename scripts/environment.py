"""Python environments below target/, with their packages from PyPI. Each is created once and kept."""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from sandbox import ROOT

# Tools that build and check the wheel. Pinned if another release could change the result.
BUILD = ["maturin==1.16.0", "ziglang==0.17.1"]
CHECK = ["mypy", "pytest", "typing_extensions"]


def tests() -> Path:
    """The interpreter that runs the tests: pytest, a browser's driver, Ruff and mypy."""
    listed = (line.partition("#")[0].strip() for line in (ROOT / "tests/requirements.txt").read_text().splitlines())
    return made("tests", list(filter(None, listed)))


def made(name: str, packages: Sequence[str] = (), python: str | Path = sys.executable) -> Path:
    """The interpreter of the environment `name` with `packages`. CalledProcessError if PyPI is not available."""
    directory = ROOT / "target/venvs" / name
    interpreter = directory / "bin/python"
    wanted = "".join(f"{package}\n" for package in packages)
    receipt = directory / "has.txt"
    with alone(name):
        if not receipt.exists() or receipt.read_text() != wanted:
            subprocess.run([python, "-m", "venv", "--clear", directory], check=True)
            if packages:
                install(interpreter, *packages)
            receipt.write_text(wanted)
    return interpreter


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Whoever wants the same environment at the same time waits."""
    locks = ROOT / "target/venvs"
    locks.mkdir(parents=True, exist_ok=True)
    with open(locks / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(interpreter: Path, *packages: str | Path) -> None:
    """Installs packages or files."""
    call = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    subprocess.run(call, check=True)


if __name__ == "__main__":
    tests()
