#!/usr/bin/env python3
"""Builds dist/ for Linux with glibc 2.17: one wheel of the package for CPython 3.9 and newer, one of the command, and the source of
both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment
from package import DIST, PROJECTS
from sandbox import ROOT

# What a panic says instead of a directory of this machine.
PLACES = {Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")): "/cargo", ROOT: "/xpayclient"}


def main() -> None:
    # An old wheel must not be tested as if it were new.
    shutil.rmtree(DIST, ignore_errors=True)
    interpreter = environment.build()
    for project in PROJECTS:
        maturin(interpreter, project, "build", "--release", "--locked", "--zig", "--compatibility", "manylinux2014")
        maturin(interpreter, project, "sdist")
    for file in sorted(DIST.iterdir()):
        print(f"dist/{file.name}  {file.stat().st_size // 1024} KiB")


def maturin(interpreter: Path, project: Path, command: str, *options: str) -> None:
    variables = os.environ | {
        # maturin looks for zig in its own directory.
        "PATH": f"{interpreter.parent}{os.pathsep}{os.environ['PATH']}",
        # A panic names its file: not where it lay on this machine.
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(f"--remap-path-prefix={found}={name}" for found, name in PLACES.items()),
    }
    call: list[str | Path] = [interpreter, "-m", "maturin", command, *options, "--out", DIST]
    subprocess.run(call, cwd=project, env=variables, check=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        print(f"The wheels were not built: {error}\n휠을 만들지 못했습니다: {error}", file=sys.stderr)
        sys.exit(1)
