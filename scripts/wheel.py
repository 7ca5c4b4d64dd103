#!/usr/bin/env python3
"""Builds target/wheels: for a platform one wheel of the package for CPython 3.9 and newer and one of the command, and the source of both.
Those of other platforms than this machine's have directories of their own there: pip refuses them here.

Usage: wheel.py [PLATFORM... | all]                 as in targets.py; without one, this machine's
       XPAY_BUILD=debug-PLATFORM wheel.py --build   to be tried, in target/debug-PLATFORM/wheels
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import compilers
import environment
import package
import portable
import targets
from package import PROJECTS, WHEELS
from sandbox import BUILD, ROOT


def main(names: list[str]) -> None:
    if names == ["--build"]:
        of_build()
        return
    known = {target.platform: target for target in targets.TARGETS if target.wheel}
    asked = [*known] if names == ["all"] else names or [targets.HERE]
    if not known.keys() >= set(asked):
        sys.exit(f"{__doc__}\n{' '.join(known)}")
    builds = [targets.directory("portable", known[name]) for name in asked]
    # An old wheel must not be tested as if it were new.
    shutil.rmtree(WHEELS, ignore_errors=True)
    for build in builds:
        subprocess.run([sys.executable, __file__, "--build"], env=os.environ | {"XPAY_BUILD": build}, check=True)
    for project in PROJECTS:
        maturin(project, "sdist", WHEELS, dict(os.environ))
    for file in package.published():
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1024} KiB")


def of_build() -> None:
    """The wheels of XPAY_BUILD, which a process has one of."""
    target = portable.TARGET
    options = [*(portable.PROFILE or ["--profile", "dev"]), "--locked", "--target", target.triple]
    if target.system == "linux":
        # Windows' wheels have one tag alone.
        options += ["--compatibility", target.wheel]
    out = package.wheels(target) if portable.PROFILE else BUILD / "wheels"
    compilers.fetch(target)
    env = portable.CHEAP | compilers.variables(target)
    with portable.alone():
        for project in PROJECTS:
            maturin(project, "build", out, env, *options)
        portable.collect()


def maturin(project: Path, command: str, out: Path, env: dict[str, str], *options: str) -> None:
    call: list[str | Path] = [environment.build(), "-m", "maturin", command, *options, "--out", out]
    subprocess.run(call, cwd=project, env=env, check=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as error:
        print(f"The wheels were not built: {error}\n휠을 만들지 못했습니다: {error}", file=sys.stderr)
        sys.exit(1)
