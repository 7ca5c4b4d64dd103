"""The wheels of every platform that `scripts/wheel.py` has built: their tags, what a system must have for them, and, where there is a Python
for one, that they pay."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import cpythons
import environment
import package
import sandbox
import targets
from targets import BY_PLATFORM, KIT, Target
from tests import inner, kit

if sandbox.BUILD.name != "portable":
    pytest.skip("this tries what is shipped: make test-release", allow_module_level=True)

# What each system has, of itself and before Python. Neither gcc's unwinder, which python:alpine lacks, nor MinGW's libraries.
SYSTEM = {
    "glibc": r"lib(c|m|dl|pthread|rt)\.so\.\d|ld-linux-.*\.so\.\d",
    # musl takes its own for whatever begins like this.
    "musl": r"libc\.so",
    "windows": r"(kernel32|ntdll|msvcrt|ws2_32|bcrypt|bcryptprimitives|advapi32|userenv)\.dll|api-ms-win-.*\.dll",
}


# Python of another system, which needs no more of this one than its files.
PYTHONS = {"linux-aarch64": KIT / "arm64/python3"}
# Payments of every kind, and processes that die while they hold an approval.
TRIED = ["test_payment.py", "test_guard.py", "test_asyncio.py", "test_flows.py"]


@pytest.fixture(params=[target for target in targets.TARGETS if target.wheel], ids=lambda target: str(target.platform))
def target(request: pytest.FixtureRequest, wheel: Path) -> Target:
    return built(request.param)


def built(target: Target) -> Target:
    if not any(package.wheels(target).glob("*.whl")):
        pytest.skip(f"not built here: scripts/wheel.py all ({target.platform})")
    return target


def of(target: Target, project: str) -> Path:
    (found,) = package.wheels(target).glob(f"{project}-[0-9]*.whl")
    return found


def install(target: Target, python: str, directory: Path) -> None:
    """Both wheels in `directory`, by a pip that is told of the other system."""
    tag = f"{target.wheel}_{target.processor}" if target.system == "linux" else target.wheel
    there = ["--only-binary=:all:", f"--platform={tag}", f"--python-version={python}", "--target", str(directory)]
    wheels = [of(target, "xpayclient"), of(target, "xpayclient_cli")]
    kit.run([environment.tests(), "-m", "pip", "install", "--quiet", "--no-index", "--no-compile", *there, *wheels])


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
    install(target, python, tmp_path)
    assert (tmp_path / "xpayclient/py.typed").exists()


def test_the_module_needs_nothing_but_python_and_the_system(target: Target, tmp_path: Path) -> None:
    is_windows = target.system == "windows"
    name, needed = libraries(target, "xpayclient", "_native.pyd" if is_windows else "_native.abi3.so", tmp_path)
    assert name.startswith("xpayclient/")
    # Elsewhere the interpreter that loads it has Python's functions.
    assert needed == ({"python3.dll"} if is_windows else set())


def test_the_command_needs_nothing_but_the_system(target: Target, tmp_path: Path) -> None:
    name, needed = libraries(target, "xpayclient_cli", f"/{target.program('xpay')}", tmp_path)
    assert ".data/scripts/" in name and needed == set()


@pytest.mark.long
@pytest.mark.parametrize("platform", PYTHONS)
def test_it_pays_there(platform: str, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """In another Python, against this machine's sandbox."""
    python = PYTHONS[platform]
    target = built(BY_PLATFORM[platform])
    if not python.exists():
        kit.missing(
            f"there is no Python of {platform} here: scripts/kit arm64", f"{platform}의 Python이 없습니다: scripts/kit arm64"
        )
    install(target, f"3.{cpythons.OLDEST}", tmp_path / "package")
    # A process of a test starts others of its kind, and pytest is the same for all.
    (tmp_path / "sitecustomize.py").write_text(f"import sys; sys.executable = {str(python)!r}\n")
    (pytests,) = environment.tests().parent.parent.glob("lib/python3*/site-packages")
    found = os.pathsep.join(map(str, [tmp_path / "package", tmp_path, pytests]))
    others = [f"--ignore={file}" for file in inner.TESTS.glob("test_*.py") if file.name not in TRIED]
    inner.run(record_property, python, inner.TESTS, tmp_path, *others, PYTHONPATH=found)
