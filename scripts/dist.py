#!/usr/bin/env python3
"""Assembles dist/VERSION: the source, and for each platform of targets.py wheels, packages and archives; bill of materials, and SHA256SUMS
over all. It is there as a whole or not at all, and no release that is there is touched. The same commit gives the same bytes.

Usage: dist.py --may   fails if this tree may not be released, or not be built for all that is, before anything is compiled
       dist.py         builds and assembles it; this machine's `make portable` is there
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import archive
import deb
import facts
import jar
import package
import php_package
import staged
import targets
from sandbox import BUILD, ROOT
from targets import HERE, Target


def main() -> None:
    may()
    released = platforms()
    if sys.argv[1:] == ["--may"]:
        return
    version = facts.version()
    made = ROOT / "target/dist" / version
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    built(released)
    assemble(made, version, released)
    sums = "".join(f"{hashlib.sha256((made / name).read_bytes()).hexdigest()}  {name}\n" for name in names(made))
    (made / "SHA256SUMS").write_text(sums)
    for name in names(made):
        print(f"{(made / name).stat().st_size / 2**20:8.2f} MiB  {name}")
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


def platforms() -> list[Target]:
    """All that is released, or nothing. A preview that cannot be built here is left out aloud."""
    asked = {target: can_be_built(target) for target in targets.TARGETS if target.state != "built"}
    missing = [target for target, can in asked.items() if not can]
    refused = [target.platform for target in missing if target.state == "released"]
    if refused:
        sys.exit(
            f"A release is for all its platforms, and this machine cannot build {', '.join(refused)}\n"
            f"릴리스에는 모든 플랫폼이 들어갑니다. 이 시스템에서 빌드할 수 없는 플랫폼: {', '.join(refused)}"
        )
    for name in [target.platform for target in missing]:
        print(f"THE RELEASE IS WITHOUT THE PREVIEW OF {name} / 릴리스에 {name} 미리보기가 빠집니다", file=sys.stderr)
    return [target for target, can in asked.items() if can]


def can_be_built(target: Target) -> bool:
    asked: list[str | Path] = [ROOT / "scripts/cross", "--may", target.platform]
    return target.platform == HERE or subprocess.run(asked, stdout=sys.stderr).returncode == 0


def built(released: list[Target]) -> None:
    """What `make portable` is for this machine, for the others, and all wheels."""
    run(ROOT / "scripts/cross", *(target.platform for target in released if target.platform != HERE))
    run(sys.executable, ROOT / "scripts/wheel.py", *(target.platform for target in released if target.wheel))


def assemble(made: Path, version: str, released: list[Target]) -> None:
    # Not xpayclient-VERSION: Python's source distribution has that name.
    name = f"xpayclient-src-{version}"
    archive.packed(made / f"{name}.tar.gz", git("archive", f"--prefix={name}/", "HEAD"))
    for target in released:
        place = folder(made, target)
        pack("sdk", target, place)
        if target.debian:
            pack("deb", target, place / "deb")
            pack("rpm_packages", target, place / "rpm")
    for file in package.published():
        # Those of this machine, and the sources, are in no folder of their own.
        shutil.copy(file, folder(made, targets.BY_PLATFORM.get(file.parent.name)))
    jar.made(made, [build(target) for target in released if target.platform in jar.FOLDERS])
    jar.documented(made)
    php = f"xpayclient-php-{version}"
    laid_out = php_package.lay_out(ROOT / "target/dist/php", [build(target) for target in released])
    archive.packed(made / f"{php}.tar.gz", archive.folder(laid_out, php))
    with (made / f"xpayclient-{version}.cdx.json").open("wb") as bill:
        subprocess.run([sys.executable, ROOT / "scripts/sbom.py"], stdout=bill, check=True)


def folder(made: Path, target: Target | None) -> Path:
    """Who takes a preview has seen that it is one."""
    if target is None or target.state == "released":
        return made
    place = made / "preview"
    place.mkdir(exist_ok=True)
    staged.preview(place, target)
    return place


def pack(script: str, target: Target, out: Path) -> None:
    run(sys.executable, ROOT / f"scripts/{script}.py", XPAY_BUILD=build(target), OUT=str(out))


def build(target: Target) -> str:
    return targets.directory("portable", target)


def run(*call: str | Path, **variables: str) -> None:
    subprocess.run(call, env=os.environ | variables, check=True)


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
    try:
        main()
    except subprocess.CalledProcessError as error:
        print(f"No release was built: {error}\n릴리스를 만들지 못했습니다: {error}", file=sys.stderr)
        sys.exit(1)
