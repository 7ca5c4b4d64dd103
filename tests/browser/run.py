#!/usr/bin/env python3
"""The payment window, the demo shop, the merchant admin and the shops in PHP and Django in a real browser; screenshots go
to target/tests-browser.

Playwright comes from PyPI into target/, Chromium from the system. Where one of them cannot be had nothing is tried, which is
said aloud.
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
SCRIPTS = ["shopping.py", "php_shop.py", "django_shop.py"]
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


def main():
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return not_tried("there is no Chromium on this machine / 이 컴퓨터에 Chromium이 없습니다")
    interpreter = python()
    if interpreter is None:
        return not_tried("Playwright cannot be had from PyPI / PyPI에서 Playwright를 받을 수 없습니다")
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    calls = [[interpreter, Path(__file__).with_name(script), browser, WORKSHOP] for script in SCRIPTS]
    sys.exit(any(subprocess.run(call, env=environment).returncode for call in calls))


def not_tried(why):
    print(f"BROWSER TESTS NOT TRIED / 브라우저 테스트를 하지 않음: {why}")


def python():
    """The interpreter with Playwright, created on first use."""
    interpreter, stamp = VENV / "bin/python", VENV / PLAYWRIGHT
    made = [[sys.executable, "-m", "venv", "--clear", VENV], [interpreter, "-m", "pip", "install", "--quiet", PLAYWRIGHT]]
    if not stamp.exists():
        if any(subprocess.run(call).returncode != 0 for call in made):
            return None
        stamp.touch()
    return interpreter


if __name__ == "__main__":
    main()
