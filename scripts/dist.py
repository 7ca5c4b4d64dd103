#!/usr/bin/env python3
"""Assembles dist/VERSION of what the other targets made in target/: source, wheels, packages, bill of materials, and SHA256SUMS over all.
It is there as a whole or not at all, and no release that is there is touched. The same commit gives the same bytes.

Usage: dist.py --may   fails if this tree may not be released, before anything is compiled
       dist.py         assembles it
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import archive
import deb
import facts
import package
from sandbox import BUILD, ROOT

PACKAGES = ROOT / "target/packages"
PHP = ROOT / "target/php-package"


def main() -> None:
    may()
    if sys.argv[1:] == ["--may"]:
        return
    version = facts.version()
    made = ROOT / "target/dist" / version
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    assemble(made, version)
    sums = "".join(f"{hashlib.sha256((made / name).read_bytes()).hexdigest()}  {name}\n" for name in names(made))
    (made / "SHA256SUMS").write_text(sums)
    print(sums, end="")
    moved(made, ROOT / "dist" / version)


def may() -> None:
    """Refuses what nobody could build again from a commit, or what is for one system alone."""
    deb.name_and_address()
    if not (ROOT / ".git").exists():
        sys.exit(
            "A release is made of a commit, and this is a copy of the sources without its repository: clone it\n"
            "릴리스는 커밋으로 만듭니다. 이 소스 사본에는 저장소가 없으니 저장소를 클론하십시오"
        )
    changed = git("status", "--porcelain").decode()
    if changed:
        sys.exit(
            f"A release is made of a commit, and these files are not in it: commit or remove them\n"
            f"릴리스는 커밋으로 만듭니다. 다음 파일이 커밋에 없으니 커밋하거나 지우십시오\n{changed.rstrip()}"
        )
    if BUILD.name != "portable":
        sys.exit(
            "A release has the files of `make portable`; XPAY_BUILD is for packages of one system\n"
            "릴리스에는 `make portable`의 파일이 들어갑니다. XPAY_BUILD는 한 시스템의 패키지를 만들 때만 씁니다"
        )


def assemble(made: Path, version: str) -> None:
    # Not xpayclient-VERSION: Python's source distribution has that name.
    name = f"xpayclient-src-{version}"
    archive.packed(made / f"{name}.tar.gz", git("archive", f"--prefix={name}/", "HEAD"))
    php = f"xpayclient-php-{version}"
    archive.packed(made / f"{php}-linux-{platform.machine()}.tar.gz", archive.folder(PHP, php))
    for file in [*package.published(), *PACKAGES.glob("sdk/*.tar.gz")]:
        shutil.copy(file, made)
    for kind in ("deb", "rpm"):
        shutil.copytree(PACKAGES / kind, made / kind)
    with (made / f"xpayclient-{version}.cdx.json").open("wb") as bill:
        subprocess.run([sys.executable, ROOT / "scripts/sbom.py"], stdout=bill, check=True)


def moved(made: Path, release: Path) -> None:
    """Puts the release in its place, in one step."""
    there = release.relative_to(ROOT)
    if not release.exists():
        release.parent.mkdir(exist_ok=True)
        made.rename(release)
    elif not same(made, release):
        sys.exit(
            f"{there} is another build of this version and stays. If nobody has it, remove it and take {made.relative_to(ROOT)} instead\n"
            f"{there}에 이 버전의 다른 빌드가 있어 그대로 둡니다. 배포한 적이 없으면 지우고 {made.relative_to(ROOT)}를 쓰십시오"
        )
    print(there)


def same(one: Path, other: Path) -> bool:
    """The bytes that are there, whatever its SHA256SUMS says."""
    return names(one) == names(other) and all((one / name).read_bytes() == (other / name).read_bytes() for name in names(one))


def names(directory: Path) -> list[str]:
    return sorted(
        str(file.relative_to(directory)) for file in directory.rglob("*") if file.is_file() and file.name != "SHA256SUMS"
    )


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    main()
