#!/usr/bin/env python3
"""Builds target/wheels for Linux with glibc 2.17: one wheel of the package for CPython 3.9 and newer, one of the command, and the
source of both."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import compilers
import environment
import portable
from package import PROJECTS, WHEELS
from sandbox import ROOT


def main() -> None:
    # An old wheel must not be tested as if it were new.
    shutil.rmtree(WHEELS, ignore_errors=True)
    with portable.alone():
        for project in PROJECTS:
            target = ["--target", portable.TARGET.triple, "--compatibility", portable.TARGET.wheel]
            maturin(project, "build", "--release", "--locked", *target)
            maturin(project, "sdist")
        portable.collect()
    for file in sorted(WHEELS.iterdir()):
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1024} KiB")


def maturin(project: Path, command: str, *options: str) -> None:
    call: list[str | Path] = [environment.build(), "-m", "maturin", command, *options, "--out", WHEELS]
    subprocess.run(call, cwd=project, env=compilers.variables(portable.TARGET), check=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        print(f"The wheels were not built: {error}\n휠을 만들지 못했습니다: {error}", file=sys.stderr)
        sys.exit(1)
