#!/usr/bin/env python3
"""Runs the static analyser mago over ffi-php, without a baseline, from crates.io into target/. Prints a message if it is not available."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The last version that Rust 1.95 builds.
MAGO = "mago@1.29.0"
PLACE = ROOT / "target/mago" / MAGO
# It runs for a second, and its own release profile takes a quarter of an hour to build.
QUICKLY_BUILT = {"LTO": "off", "CODEGEN_UNITS": "16", "OPT_LEVEL": "1"}


def main():
    if not (PLACE / "bin/mago").exists():
        print(f"Building {MAGO}: a few minutes, once / {MAGO}를 한 번 빌드합니다(몇 분)", flush=True)
        # The build directory is large and no longer needed.
        call = ["cargo", "install", "--quiet", "--locked", MAGO, "--root", PLACE, "--target-dir", PLACE / "build"]
        profile = {f"CARGO_PROFILE_RELEASE_{name}": value for name, value in QUICKLY_BUILT.items()}
        built = subprocess.run(call, env={**os.environ, **profile}).returncode == 0
        subprocess.run(["rm", "-rf", PLACE / "build"])
        if not built:
            print("PHP IS NOT ANALYSED: mago cannot be had / mago를 받을 수 없어 PHP 정적 분석을 하지 않습니다")
            return 0
    call = [PLACE / "bin/mago", "analyze", "--minimum-fail-level", "error", "--reporting-format", "short"]
    return subprocess.run(call, cwd=ROOT / "ffi-php").returncode


if __name__ == "__main__":
    sys.exit(main())
