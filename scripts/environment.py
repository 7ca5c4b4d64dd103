"""Python environments below target/, with their packages from PyPI. Each is created once and kept."""

import subprocess
import sys

from sandbox import ROOT

# Tools that build and check the wheel. Pinned if another release could change the result.
BUILD = ["maturin==1.16.0", "ziglang==0.17.1"]
CHECK = ["mypy", "pytest", "typing_extensions"]


def made(name, packages=(), python=sys.executable):
    """The interpreter of the environment `name` with `packages`. CalledProcessError if PyPI is not available."""
    directory = ROOT / "target/venvs" / name
    interpreter = directory / "bin/python"
    wanted = "".join(f"{package}\n" for package in packages)
    receipt = directory / "has.txt"
    if not receipt.exists() or receipt.read_text() != wanted:
        subprocess.run([python, "-m", "venv", "--clear", directory], check=True)
        if packages:
            install(interpreter, *packages)
        receipt.write_text(wanted)
    return interpreter


def install(interpreter, *packages):
    """Installs packages or files."""
    call = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    subprocess.run(call, check=True)
