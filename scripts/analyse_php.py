#!/usr/bin/env python3
"""Runs the static analyser mago over ffi-php, without a baseline. Builds it into target/ first, from crates.io."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from sandbox import ROOT

# The last version that Rust 1.95 builds.
VERSION = "mago@1.29.0"
PLACE = ROOT / "target/mago" / VERSION
MAGO = PLACE / "bin/mago"
# It runs for a second, and its own release profile takes a quarter of an hour to build.
QUICKLY_BUILT = {"LTO": "off", "CODEGEN_UNITS": "16", "OPT_LEVEL": "1"}


def main() -> int:
    if not MAGO.exists():
        print(f"Building {VERSION}: a few minutes, once / {VERSION}를 한 번 빌드합니다(몇 분)", flush=True)
        if not built():
            print("PHP IS NOT ANALYSED: mago cannot be had / mago를 받을 수 없어 PHP 정적 분석을 하지 않습니다")
            return 1
    call = [str(MAGO), "analyze", "--minimum-fail-level", "error", "--reporting-format", "short"]
    return subprocess.run(call, cwd=ROOT / "ffi-php").returncode


def built() -> bool:
    directory = PLACE / "build"
    call = ["cargo", "install", "--quiet", "--locked", VERSION, "--root", str(PLACE), "--target-dir", str(directory)]
    profile = {f"CARGO_PROFILE_RELEASE_{name}": value for name, value in QUICKLY_BUILT.items()}
    status = subprocess.run(call, env={**os.environ, **profile}).returncode
    # Large, and no longer needed.
    shutil.rmtree(directory, ignore_errors=True)
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
