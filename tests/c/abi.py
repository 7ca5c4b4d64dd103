#!/usr/bin/env python3
"""The library keeps what the header promised: it exports what ffi-c/abi/N.txt has, and no line of that file was ever taken out.

N is XPAY_ABI_VERSION, which is also the SONAME's; see docs/en/abi.md. That the file has each declaration of xpayclient.h is
checked by `cargo xtask generate --check`.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "target/release/libxpayclient.so"


def main():
    header = (ROOT / "include/xpayclient.h").read_text("utf-8")
    version = re.search(r"^#define XPAY_ABI_VERSION (\d+)$", header, re.MULTILINE)[1]
    promise = ROOT / f"ffi-c/abi/{version}.txt"
    removed = ever_removed(promise)
    expect(not removed, f"{promise.relative_to(ROOT)} is append-only; these lines were taken out: {removed}")
    declared = [line for line in promise.read_text("utf-8").splitlines() if not line.startswith("typedef")]
    functions = {match[1] for line in declared if (match := re.search(r"\b(xpay_\w+)\(", line))}
    expect(exported() == functions, f"the library exports other names than the header has: {exported() ^ functions}")
    expect(soname() == f"libxpayclient.so.{version}", f"the SONAME is {soname()}, XPAY_ABI_VERSION is {version}")
    print("3 passed, 0 failed")


def ever_removed(file):
    """Lines that a commit removed, or that the working copy lacks."""
    git = ["git", "-C", ROOT]
    if subprocess.run([*git, "rev-parse"], capture_output=True).returncode != 0:
        print("NO HISTORY HERE: whether the list is append-only is not checked / git 이력이 없어 확인하지 않습니다")
        return []
    changes = subprocess.run([*git, "log", "--format=", "-p", "--", file], capture_output=True, encoding="utf-8", check=True)
    changes = changes.stdout + subprocess.run([*git, "diff", "HEAD", "--", file], capture_output=True, encoding="utf-8").stdout
    return [line[1:] for line in changes.splitlines() if line.startswith("-") and not line.startswith("---")]


def exported():
    call = ["nm", "--dynamic", "--defined-only", "--format=posix", LIBRARY]
    return {line.split()[0] for line in subprocess.run(call, capture_output=True, encoding="utf-8", check=True).stdout.splitlines()}


def soname():
    shown = subprocess.run(["readelf", "-d", LIBRARY], capture_output=True, encoding="utf-8", check=True).stdout
    found = re.search(r"SONAME.*\[(.*)\]", shown)
    return found and found[1]


def expect(holds, what):
    if not holds:
        sys.exit(f"{what}\n0 passed, 1 failed")


if __name__ == "__main__":
    main()
