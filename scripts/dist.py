#!/usr/bin/env python3
"""Adds to dist/, which has the wheels and the packages of `make deb`: the source, the PHP package, the bill of materials, and SHA256SUMS
over all. Archives contain the commit's time and no user, so that the same commit gives the same bytes."""

import hashlib
import platform
import subprocess
import sys

import archive
import facts
from sandbox import ROOT

DIST = ROOT / "dist"
PHP = ROOT / "target/php-package"


def main() -> None:
    version = facts.version()
    if git("status", "--porcelain"):
        print("NOT COMMITTED: the source archive is the last commit's / 커밋되지 않은 변경은 들어가지 않습니다", file=sys.stderr)
    # Not xpayclient-VERSION: Python's source distribution has that name.
    name = f"xpayclient-src-{version}"
    archive.packed(DIST / f"{name}.tar.gz", git("archive", f"--prefix={name}/", "HEAD"))
    php = f"xpayclient-php-{version}"
    archive.packed(DIST / f"{php}-linux-{platform.machine()}.tar.gz", archive.folder(PHP, php))
    with (DIST / f"xpayclient-{version}.cdx.json").open("wb") as bill:
        subprocess.run([sys.executable, ROOT / "scripts/sbom.py"], stdout=bill, check=True)
    files = sorted(file for file in DIST.rglob("*") if file.is_file() and file.name != "SHA256SUMS")
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(DIST)}\n" for file in files)
    (DIST / "SHA256SUMS").write_text(sums)
    print(sums, end="")


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    main()
