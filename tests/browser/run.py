#!/usr/bin/env python3
"""The payment window, the demo shop and the merchant's admin in a real browser; screenshots go to target/tests-browser.

Playwright comes from PyPI into target/, Chromium from the system. Without Chromium nothing is tried, which is said aloud.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKSHOP = ROOT / "target/tests-browser"
VENV = ROOT / "target/browser-venv"
PLAYWRIGHT = "playwright==1.49.1"
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


def main():
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("NOT TRIED: there is no Chromium on this machine / 시험하지 않음: Chromium이 없습니다")
        return
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    call = [python(), Path(__file__).with_name("shopping.py"), browser, WORKSHOP]
    sys.exit(subprocess.run(call, env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")}).returncode)


def python():
    """The interpreter that has Playwright, made when it is first needed."""
    interpreter, stamp = VENV / "bin/python", VENV / PLAYWRIGHT
    if not stamp.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([interpreter, "-m", "pip", "install", "--quiet", PLAYWRIGHT], check=True)
        stamp.touch()
    return interpreter


if __name__ == "__main__":
    main()
