#!/usr/bin/env python3
"""Builds target/portable, which is what is shipped, wherever it is built: for any Linux with glibc 2.17 or newer. Also the same for
another platform, and without optimization to be tried there.

Usage: XPAY_BUILD=portable|portable-PLATFORM|debug-PLATFORM portable.py PACKAGE...   PLATFORM as in targets.py
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys

import compilers
import dll
import environment
import targets
from sandbox import BUILD, ROOT

KIND, TARGET = targets.of_build(BUILD.name)
PROFILE = ["--release"] if KIND == "portable" else []
# What is only tried elsewhere is compiled for each platform, standard library and all: nobody debugs it there.
CHEAP = {} if PROFILE else {"CARGO_INCREMENTAL": "0", "CARGO_PROFILE_DEV_DEBUG": "0"}
# Where Cargo, and maturin by it, write what they build. One place for both, so that nothing is compiled twice; one at a time, for maturin
# takes a program away while it makes a wheel of it.
OUT = ROOT / "target" / TARGET.triple / ("release" if PROFILE else "debug")
alone = functools.partial(environment.alone, BUILD.name)


def main(packages: list[str]) -> None:
    if KIND not in ("debug", "portable"):
        # What `make build` calls release is of this machine's own compiler.
        sys.exit(f"XPAY_BUILD={BUILD.name}\n{__doc__}")
    compilers.fetch(TARGET)
    env = CHEAP | compilers.variables(TARGET)
    call = [compilers.cargo(), "build", *PROFILE, "--locked", "--target", TARGET.triple]
    with alone():
        subprocess.run([*call, *(word for package in packages for word in ("-p", package))], cwd=ROOT, env=env, check=True)
        collect()
    if "xpayclient-capi" in packages and TARGET.system != "linux":
        dll.link(BUILD, TARGET, env)
    elif "xpayclient-capi" in packages:
        # Its CC is words, as everybody's is: none may come from the name of a directory.
        linker = os.path.relpath(env["CC"], ROOT)
        subprocess.run([ROOT / "scripts/link", BUILD], env=env | {"CC": linker}, check=True)


def collect() -> None:
    """Copies what was built to target/XPAY_BUILD."""
    BUILD.mkdir(exist_ok=True)
    for file in OUT.iterdir():
        copy = BUILD / file.name
        built = file.is_file() and file.suffix in ("", ".a", ".so", ".exe", ".dll", ".dylib") and not file.name.startswith(".")
        if built and (not copy.exists() or copy.stat().st_mtime_ns != file.stat().st_mtime_ns):
            aside = copy.with_name(f"{file.name}.{os.getpid()}")
            shutil.copy2(file, aside)
            aside.replace(copy)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as error:
        print(f"Nothing that can be shipped was built: {error}\n배포할 파일을 만들지 못했습니다: {error}", file=sys.stderr)
        sys.exit(1)
