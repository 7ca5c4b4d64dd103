#!/usr/bin/env python3
"""Builds target/book: the book in English and Korean, and the reference of each language's interface."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment
import package
from sandbox import ROOT

BOOK = ROOT / "target/book"
MDBOOK = ROOT / "target/tools/bin/mdbook"
MDBOOK_VERSION = "0.5.4"
PDOC = ["pdoc==16.0.0"]
CONTENTS = [
    ("en/index.html", "The book"),
    ("ko/index.html", "한국어 설명서"),
    ("c/xpayclient_8h.html", "C"),
    ("rust/xpayclient_core/index.html", "Rust"),
    ("python/xpayclient.html", "Python"),
]


def main() -> None:
    shutil.rmtree(BOOK, ignore_errors=True)
    if not MDBOOK.exists():
        # Takes minutes, once: it is built from source, apart from the user's own tools.
        run("cargo", "install", "mdbook", "--version", MDBOOK_VERSION, "--locked", "--root", MDBOOK.parents[1])
    for language in ("en", "ko"):
        run(MDBOOK, "build", f"docs/{language}")
    BOOK.joinpath("c").mkdir(parents=True, exist_ok=True)
    run("doxygen", "docs/Doxyfile")
    run("cargo", "doc", "--no-deps", "--locked", "-p", "xpayclient-core", RUSTDOCFLAGS="-D warnings")
    shutil.copytree(ROOT / "target/doc", BOOK / "rust")
    python()
    links = "".join(f'<li><a href="{where}">{name}</a>' for where, name in CONTENTS)
    BOOK.joinpath("index.html").write_text(f'<!doctype html><meta charset="utf-8"><title>xpayclient</title><ul>{links}</ul>\n')
    print(f"target/book/index.html: {', '.join(name for _, name in CONTENTS)}")


def python() -> None:
    laid_out = ROOT / "target/docs-python"
    shutil.rmtree(laid_out, ignore_errors=True)
    package.lay_out(laid_out)
    run(environment.made("docs", PDOC), "-m", "pdoc", "xpayclient", "-o", BOOK / "python", PYTHONPATH=str(laid_out))


def run(*call: str | Path, **variables: str) -> None:
    subprocess.run(call, cwd=ROOT, check=True, env={**os.environ, **variables})


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}")
