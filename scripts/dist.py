#!/usr/bin/env python3
"""Adds to dist/, which has the wheels and the packages of `make deb`: the source, the PHP package, the bill of materials, and SHA256SUMS
over all. Archives contain the commit's time and no user, so that the same commit gives the same bytes."""

import gzip
import hashlib
import io
import platform
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from sandbox import ROOT

DIST = ROOT / "dist"
PHP = ROOT / "target/php-package"


def main() -> None:
    found = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    if not found:
        sys.exit("Cargo.toml has no version")
    version = found[1]
    if git("status", "--porcelain"):
        print("NOT COMMITTED: the source archive is the last commit's / 커밋되지 않은 변경은 들어가지 않습니다", file=sys.stderr)
    DIST.mkdir(exist_ok=True)
    # Not xpayclient-VERSION: Python's source distribution has that name.
    name = f"xpayclient-src-{version}"
    packed(f"{name}.tar.gz", git("archive", f"--prefix={name}/", "HEAD"))
    packed(f"xpayclient-php-{version}-linux-{platform.machine()}.tar.gz", folder(PHP, f"xpayclient-php-{version}"))
    with (DIST / f"xpayclient-{version}.cdx.json").open("wb") as bill:
        subprocess.run([sys.executable, ROOT / "scripts/sbom.py"], stdout=bill, check=True)
    files = sorted(file for file in DIST.rglob("*") if file.is_file() and file.name != "SHA256SUMS")
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(DIST)}\n" for file in files)
    (DIST / "SHA256SUMS").write_text(sums)
    print(sums, end="")


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def packed(name: str, archive: bytes) -> None:
    (DIST / name).write_bytes(gzip.compress(archive, mtime=0))


def folder(directory: Path, prefix: str) -> bytes:
    """A tar archive of a folder, in the order of its names."""
    committed = int(git("log", "-1", "--format=%ct"))

    def same(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = committed
        return entry

    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(directory.rglob("*")):
            archive.add(path, f"{prefix}/{path.relative_to(directory)}", recursive=False, filter=same)
    return written.getvalue()


if __name__ == "__main__":
    main()
