"""The wheels of every platform that `scripts/wheel.py` has built: their tags, and what a system must have for them.

Whether they pay is tried where there is something to run them: tests/platforms.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

import cpythons
import environment
import package
import sandbox
import targets
from targets import Target
from tests import kit

if sandbox.BUILD.name != "portable":
    pytest.skip("this tries what is shipped: make test-release", allow_module_level=True)

# What each system has, of itself and before Python. Neither gcc's unwinder, which python:alpine lacks, nor MinGW's libraries.
SYSTEM = {
    "glibc": r"lib(c|m|dl|pthread|rt)\.so\.\d|ld-linux-.*\.so\.\d",
    # musl takes its own for whatever begins like this.
    "musl": r"libc\.so",
    "windows": r"(kernel32|ntdll|msvcrt|ws2_32|bcrypt|bcryptprimitives|advapi32|userenv)\.dll|api-ms-win-.*\.dll",
}


@pytest.fixture(params=[target for target in targets.TARGETS if target.wheel], ids=lambda target: str(target.platform))
def target(request: pytest.FixtureRequest, wheel: Path) -> Target:
    found: Target = request.param
    if not any(package.wheels(found).glob("*.whl")):
        pytest.skip(f"not built here: scripts/wheel.py all ({found.platform})")
    return found


def of(target: Target, project: str) -> Path:
    (found,) = package.wheels(target).glob(f"{project}-[0-9]*.whl")
    return found


def libraries(target: Target, project: str, suffix: str, directory: Path) -> tuple[str, set[str]]:
    """The name of the one file of a wheel that ends so, and what the system's linker has to load for it, but for what it has."""
    with zipfile.ZipFile(of(target, project)) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(suffix))
        file = opened.extract(name, directory)
    if target.system == "windows":
        found = re.findall(r"DLL Name: (\S+)", kit.run(["objdump", "-p", file]))
    else:
        found = re.findall(r"\(NEEDED\).*\[(.+)\]", kit.run(["readelf", "-dW", file], env={"LC_ALL": "C"}))
    assert found, "it needs nothing at all?"
    system = SYSTEM["windows" if target.system == "windows" else "musl" if target.is_musl else "glibc"]
    return name, {library for library in found if not re.fullmatch(system, library, re.IGNORECASE)}


@pytest.mark.parametrize("python", [f"3.{cpythons.OLDEST}", f"3.{cpythons.NEWEST}"])
def test_pip_takes_both_for_their_system(target: Target, python: str, tmp_path: Path) -> None:
    processor = target.platform.split("-")[1]
    tag = f"{target.wheel}_{processor}" if target.system == "linux" else target.wheel
    there = ["--only-binary=:all:", f"--platform={tag}", f"--python-version={python}", "--target", str(tmp_path)]
    wheels = [of(target, "xpayclient"), of(target, "xpayclient_cli")]
    kit.run([environment.tests(), "-m", "pip", "install", "--quiet", "--no-index", "--no-compile", *there, *wheels])
    assert (tmp_path / "xpayclient/py.typed").exists()


def test_the_module_needs_nothing_but_python_and_the_system(target: Target, tmp_path: Path) -> None:
    is_windows = target.system == "windows"
    name, needed = libraries(target, "xpayclient", "_native.pyd" if is_windows else "_native.abi3.so", tmp_path)
    assert name.startswith("xpayclient/")
    # Elsewhere the interpreter that loads it has Python's functions.
    assert needed == ({"python3.dll"} if is_windows else set())


def test_the_command_needs_nothing_but_the_system(target: Target, tmp_path: Path) -> None:
    name, needed = libraries(target, "xpayclient_cli", "/xpay.exe" if target.system == "windows" else "/xpay", tmp_path)
    assert ".data/scripts/" in name and needed == set()
