#!/usr/bin/env python3
"""Builds target/portable, which is what is shipped: for any Linux with glibc 2.17 or newer, by zig, wherever it is built.

Usage: portable.py PACKAGE...   for another target than this machine's by XPAY_TARGET
"""

from __future__ import annotations

import functools
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import environment
from sandbox import ROOT

# CentOS 7, and what PyPI calls manylinux2014.
GLIBC = "2.17"
HOST = f"{platform.machine()}-unknown-linux-gnu"
TARGET = os.environ.get("XPAY_TARGET", HOST)
# Where Cargo, and maturin by it, write what they build. One place for both, so that nothing is compiled twice; one at a time, for maturin
# takes a program away while it makes a wheel of it.
OUT = ROOT / "target" / TARGET / "release"
alone = functools.partial(environment.alone, "portable")
PORTABLE = ROOT / "target" / ("portable" if TARGET == HOST else f"portable-{TARGET}")
# What a panic says instead of a directory of this machine.
PLACES = {Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")): "/cargo", ROOT: "/xpayclient"}


def main(packages: list[str]) -> None:
    env = variables()
    call = [os.environ.get("CARGO", "cargo"), "build", "--release", "--locked", "--target", TARGET]
    with alone():
        subprocess.run([*call, *(word for package in packages for word in ("-p", package))], cwd=ROOT, env=env, check=True)
        collect()
    if "xpayclient-capi" in packages:
        subprocess.run([ROOT / "scripts/link", PORTABLE], env=env, check=True)


def collect() -> None:
    """Copies what was built to target/portable."""
    PORTABLE.mkdir(exist_ok=True)
    for file in OUT.iterdir():
        copy = PORTABLE / file.name
        if file.is_file() and file.suffix in ("", ".a", ".so") and not file.name.startswith(".") and older(copy, file):
            aside = copy.with_name(f"{file.name}.{os.getpid()}")
            shutil.copy2(file, aside)
            aside.replace(copy)


def older(copy: Path, file: Path) -> bool:
    return not copy.exists() or copy.stat().st_mtime_ns != file.stat().st_mtime_ns


def variables() -> dict[str, str]:
    """The environment in which Cargo compiles and links for the target."""
    tools = compilers()
    return os.environ | {
        "CC": str(tools / "cc"),
        f"CARGO_TARGET_{TARGET.upper().replace('-', '_')}_LINKER": str(tools / "cc"),
        **{
            f"{name}_{TARGET.replace('-', '_')}": str(tools / tool) for name, tool in [("CC", "cc"), ("CXX", "c++"), ("AR", "ar")]
        },
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(f"--remap-path-prefix={found}={name}" for found, name in PLACES.items()),
    }


def compilers() -> Path:
    """A directory with cc, c++ and ar. maturin has what makes zig understand rustc; alone it would give each its own, and Cargo
    would compile anew for whichever comes second."""
    python = environment.build()
    directory = ROOT / "target/zig" / TARGET
    directory.mkdir(parents=True, exist_ok=True)
    maturin = (
        f"CARGO_ZIGBUILD_ZIG_COMMAND='{python}' CARGO_ZIGBUILD_ZIG_COMMAND_ARGS='-m ziglang' exec '{python.parent}/maturin' zig"
    )
    mapped = " ".join(f"'-ffile-prefix-map={found}={name}'" for found, name in PLACES.items())
    options = f"-fno-sanitize=all -target {TARGET.replace('-unknown', '')}.{GLIBC} {mapped}"
    # ring asks for debugging information, which names directories and which Rust's part has not.
    written(directory / "cc", f'{maturin} cc -- {options} "$@" -g0')
    written(directory / "c++", f'{maturin} c++ -- {options} "$@" -g0')
    written(directory / "ar", f'exec "{python}" -m ziglang ar "$@"')
    return directory


def written(script: Path, call: str) -> None:
    text = f"#!/bin/sh\n{call}\n"
    # Whoever runs it meanwhile has all of it.
    if not script.exists() or script.read_text("utf-8") != text:
        aside = script.with_name(f"{script.name}.{os.getpid()}")
        aside.write_text(text, "utf-8")
        aside.chmod(0o755)
        aside.replace(script)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as error:
        print(f"Nothing that can be shipped was built: {error}\n배포할 파일을 만들지 못했습니다: {error}", file=sys.stderr)
        sys.exit(1)
