#!/usr/bin/env python3
"""Python environments below target/, with their packages from PyPI. Each is created once and kept.

Run as a program, it makes those of the tests beforehand (scripts/setup).
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cpythons
from sandbox import ROOT

# Tools that build what is shipped. Pinned, for another release could change the result.
BUILD = ["maturin==1.16.0", "ziglang==0.17.1"]
# For the package's tests. What has no wheel for a coming CPython is not waited for, nor built for an old one.
CPYTHON = ["pytest", "pytest-timeout", "trio", "anyio", f"greenlet; python_version < '3.{cpythons.NEWEST}'"]
CPYTHON += [f"{name}; python_version >= '3.11' and python_version < '3.{cpythons.NEWEST}'" for name in ("gevent", "uvloop")]
# Django, and the CPythons it is tried with: of those that are here the first.
DJANGOS = {
    "5.2": ("Django~=5.2.0", ["3.11", "3.12", "3.13", "3.10"]),
    "6": ("Django>=6.0,<7", ["3.12", "3.13", "3.14"]),
}
# For the sample shop, and for collecting the app's texts. From 5.2 on it tells the port that it was given when it asked for any.
DJANGO_SHOP = ["Django~=5.2.0"]
# The frameworks of examples/django-api and examples/fastapi, in the versions that docs/*/frameworks-python.md names.
RECIPES = [*DJANGO_SHOP, "djangorestframework~=3.18.0", "django-ninja~=1.7.0", "fastapi~=0.165.0", "uvicorn~=0.54.0"]
# What users and PyPI look at a package with, and a bill of materials.
CHECKS = ["pyright==1.1.414", "trove-classifiers", "twine==7.0.0", "cyclonedx-python-lib[json-validation]==11.12.0"]
# The book (scripts/book.py) and the reference for Python. Exact: another release writes other pages.
DOCS = ["markdown-it-py==4.3.0", "Pygments==2.21.0", "Jinja2==3.1.6", "pdoc==16.0.0"]
# Apart from the others: at run time django-stubs would hide that the app needs them.
DJANGO_TYPES = [*DJANGO_SHOP, "django-stubs==6.1.2", "mypy==2.4.1", "types-PyMySQL"]
RECIPE_TYPES = [*RECIPES, *DJANGO_TYPES, "djangorestframework-stubs==3.18.1"]


def tests() -> Path:
    """The interpreter that runs the tests: pytest, a browser's driver, Ruff and mypy."""
    listed = (line.partition("#")[0].strip() for line in (ROOT / "tests/requirements.txt").read_text().splitlines())
    return made("tests", list(filter(None, listed)))


def cpython(version: str) -> Path:
    """For the package's tests on one of `cpythons.found()`."""
    return made(f"tests-{version}", CPYTHON, cpythons.found()[version])


def django(name: str) -> Path:
    """For the tests of the Django app with one of `DJANGOS`. LookupError if no CPython here can run it."""
    wanted, versions = DJANGOS[name]
    found = cpythons.found()
    program = next((found[version] for version in versions if version in found), None)
    if program is None:
        raise LookupError(f"Django {name}: CPython {', '.join(versions)}")
    return made(
        f"django-{name}", [wanted, "psycopg[binary]~=3.2", "PyMySQL~=1.1", "pytest", "pytest-timeout", "pytest-django"], program
    )


def django_shop() -> Path:
    """For the sample shop in Django."""
    return made("django-shop", DJANGO_SHOP)


def recipes() -> Path:
    """For the recipes for Python's frameworks."""
    return made("recipes", RECIPES)


def recipe_types() -> Path:
    """For mypy over the recipes."""
    return made("recipe-types", RECIPE_TYPES)


def django_types() -> Path:
    """For mypy over the Django app and the shop."""
    return made("django-types", DJANGO_TYPES)


def checks() -> Path:
    """For looking at the package as users and PyPI do."""
    return made("checks", CHECKS)


def docs() -> Path:
    """For `make docs`."""
    return made("docs", DOCS)


def build() -> Path:
    """For building what is shipped."""
    return made("build", BUILD)


def made(name: str, packages: Sequence[str] = (), python: str | Path = sys.executable) -> Path:
    """The interpreter of the environment `name` with `packages`. CalledProcessError if PyPI is not available."""
    directory = ROOT / "target/venvs" / name
    interpreter = directory / "bin/python"
    wanted = "".join(f"{package}\n" for package in packages)
    receipt = directory / "has.txt"
    with alone(name):
        # The interpreter is a link: what it leads to may be gone.
        if not interpreter.exists() or not receipt.exists() or receipt.read_text() != wanted:
            print(f"[xpayclient] target/venvs/{name}: {', '.join(packages) or 'Python'}", file=sys.stderr, flush=True)
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


def install(interpreter: str | Path, *packages: str | Path) -> None:
    """Installs packages or files."""
    call = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    subprocess.run(call, check=True)


def main() -> int:
    """Makes all that the tests ask for, two at a time."""
    wanted: list[Callable[[], Path]] = [tests, docs, django_types, checks, recipes, recipe_types]
    wanted += [functools.partial(cpython, version) for version in cpythons.found()]
    wanted += [functools.partial(django, name) for name in DJANGOS]
    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(make) for make in wanted]
    failures = [error for error in (one.exception() for one in tried) if error is not None]
    for error in failures:
        print(f"[xpayclient] {error}", file=sys.stderr)
    return any(not isinstance(error, LookupError) for error in failures)


if __name__ == "__main__":
    sys.exit(main())
