#!/usr/bin/env python3
"""The interface keeps its promises: ffi-c/abi/N.txt has each declaration of xpayclient.h, and no line was ever removed.

Usage: abi.py [--write]   to add what is new
N is XPAY_ABI_VERSION, which is also the SONAME's; see docs/en/abi.md.
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
    now = declared(header)
    if "--write" in sys.argv:
        before = lines(promise)
        promise.write_text("".join(line + "\n" for line in [*before, *(line for line in now if line not in before)]), "utf-8")
        return
    promised = lines(promise)
    gone = [line for line in promised if line not in now]
    expect(not gone, f"this was promised and is gone or changed, which needs another XPAY_ABI_VERSION: {gone}")
    new = [line for line in now if line not in promised]
    expect(not new, f"this is new: run `make header` and commit {promise.relative_to(ROOT)}: {new}")
    removed = ever_removed(promise)
    expect(not removed, f"{promise.relative_to(ROOT)} is append-only; these lines were taken out: {removed}")
    functions = {match[1] for line in now if (match := re.search(r"\b(xpay_\w+)\(", line)) and not line.startswith("typedef")}
    expect(exported() == functions, f"the library exports other names than the header has: {exported() ^ functions}")
    expect(soname() == f"libxpayclient.so.{version}", f"the SONAME is {soname()}, XPAY_ABI_VERSION is {version}")
    print("5 passed, 0 failed")


def declared(header):
    """Each function, type and enumerator of the header, one a line, without comments."""
    code = re.sub(r"/\*.*?\*/|^#.*?$", " ", header, flags=re.DOTALL | re.MULTILINE).replace('extern "C" {', " ")
    found = []
    for enumerators, name in re.findall(r"enum \{(.*?)\} (\w+);", code, re.DOTALL):
        found += [f"{name} {' '.join(one.split())}" for one in enumerators.split(",") if one.strip()]
    statements = (" ".join(one.split()) for one in re.sub(r"\{.*?\}", "", code, flags=re.DOTALL).split(";"))
    return found + [one for one in statements if "xpay_" in one]


def lines(file):
    return file.read_text("utf-8").splitlines() if file.exists() else []


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
