#!/usr/bin/env python3
"""Builds target/book: the book in English and Korean, and the reference of each language's interface. It works from a file or on any host.

Usage: docs.py [--to DIRECTORY] [PART...]   all parts, or some of: book rust java
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import c_reference
import environment
import jar
import package
from sandbox import ROOT

BOOK = ROOT / "target/book"


def book(directory: Path) -> None:
    """The pages of docs/en and docs/ko and the references that are pages of the book: scripts/book.py."""
    references = [
        {
            "name": "PHP",
            "file": "php-reference.html",
            "language": "php",
            "groups": json.loads(said("php", "scripts/php_reference.php")),
        },
        {"name": "Python", "file": "python-reference.html", "language": "python", "groups": python(directory / "package")},
        {"name": "C", "file": "c-reference.html", "language": "c", "groups": c_reference.c()},
        {"name": "C++", "file": "cpp-reference.html", "language": "cpp", "groups": c_reference.cpp()},
    ]
    collected = directory / "references.json"
    collected.write_text(json.dumps(references, ensure_ascii=False), "utf-8")
    run(environment.docs(), "scripts/book.py", directory, collected)
    collected.unlink()


def python(laid_out: Path) -> list[dict[str, Any]]:
    """pdoc imports the package, so the library has to be compiled: `make docs` does."""
    package.lay_out(laid_out)
    groups: list[dict[str, Any]] = json.loads(said(environment.docs(), "scripts/python_reference.py", PYTHONPATH=str(laid_out)))
    shutil.rmtree(laid_out)
    return groups


def rust(directory: Path) -> None:
    """The crate that shops use. What rustdoc warns of fails the tests in Rust, and not this: another release knows other warnings."""
    run("cargo", "doc", "--quiet", "--no-deps", "--locked", "-p", "xpayclient-core", "--target-dir", "target/docs-rust")
    shutil.copytree(ROOT / "target/docs-rust/doc", directory / "rust", ignore=shutil.ignore_patterns(".lock"))


def java(directory: Path) -> None:
    """What pages and shops call, as Java's developers know it."""
    jar.javadoc(directory / "java")


PARTS: dict[str, tuple[str, Callable[[Path], None], list[str]]] = {
    "book": ("the book, with PHP, Python, C, C++", book, ["en", "ko", "theme", "index.html"]),
    "rust": ("the reference for Rust", rust, ["rust"]),
    "java": ("the reference for Java", java, ["java"]),
}


def build(directory: Path, names: list[str]) -> None:
    """The parts, each anew, with the time that it took; at the end what is there."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in names:
        _, make, outputs = PARTS[name]
        for output in outputs:
            shutil.rmtree(directory / output, ignore_errors=True)
        begun = time.monotonic()
        make(directory)
        print(f"[docs] {name}: {time.monotonic() - begun:.1f} s", flush=True)
    print(f"\n{'':40}{'files':>8}{'MB':>8}")
    for name in names:
        what, _, outputs = PARTS[name]
        files = [file for output in outputs for file in [directory / output, *(directory / output).rglob("*")] if file.is_file()]
        print(f"{what:<40}{len(files):>8}{sum(file.stat().st_size for file in files) / 1e6:>8.1f}")
    print(f"{directory}/index.html")


def said(*call: str | Path, **variables: str) -> str:
    return subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=os.environ | variables).stdout


def run(*call: str | Path) -> None:
    subprocess.run(call, cwd=ROOT, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=BOOK, metavar="DIRECTORY", help="instead of target/book")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    build(given.to.resolve(), given.parts or list(PARTS))


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}")
