"""The files of a build as `make install` lays them out, for packages: without debugging information, licences beside them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import facts
import targets
from sandbox import BUILD, ROOT

# What is packed, and for which platform.
TARGET = targets.of_build(BUILD.name)[1]
LICENCES = ["LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES"]


def installed(directory: Path, prefix: str, libdir: str) -> None:
    """Installs into `directory`, for a system that has the files below `prefix`."""
    os.umask(0o022)
    variables = {"DESTDIR": str(directory), "PREFIX": prefix, "LIBDIR": libdir, "XPAY_BUILD": BUILD.name}
    subprocess.run([ROOT / "scripts/install"], env=os.environ | variables, check=True)
    if not is_foreign():
        programs = [*directory.glob(f"{prefix[1:]}/bin/*"), *directory.glob(f"{libdir[1:]}/*.so.*.*.*")]
        archives = directory.glob(f"{libdir[1:]}/*.a")
        for options, files in [("--strip-unneeded", programs), ("--strip-debug", archives)]:
            subprocess.run(["strip", "--enable-deterministic-archives", options, *files], check=True)


def is_foreign() -> bool:
    """Another platform's files have no debugging information, for Rust's library is built with them; this machine's `strip` may not
    know them, nor its dpkg whose their libraries are."""
    return TARGET.platform != targets.HERE


def examples(directory: Path) -> None:
    for language in ("c", "cpp"):
        shutil.copytree(ROOT / "examples" / language, directory / language)


def licences(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name in LICENCES:
        shutil.copy(ROOT / name, directory)


def preview(directory: Path, target: targets.Target = TARGET) -> None:
    """Says so beside the files of a platform that is not more yet."""
    if target.state == "preview":
        shutil.copy(ROOT / "packaging/PREVIEW.txt", directory)


def delivered(packages: Iterable[Path], out: Path, kind: str) -> None:
    """Moves packages to `out`, where none of their kind stays that was built before."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob(kind):
        old.unlink()
    for package in sorted(packages):
        print(shutil.move(package, out / package.name))


def settled(directory: Path) -> None:
    """Gives all the commit's time and its mode: those of copied files differ from one checkout to the next."""
    for path in [directory, *directory.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (facts.committed(), facts.committed()), follow_symlinks=False)


def libc(files: Iterable[Path]) -> str:
    """The C library that programs need, or a newer one."""
    return "musl 1.2" if TARGET.is_musl else f"glibc {glibc(files)}"


def glibc(files: Iterable[Path]) -> str:
    """The oldest that programs run with: the newest version that they ask for."""
    shown = subprocess.run(["objdump", "-T", *files], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    asked = {tuple(map(int, found.split("."))) for found in re.findall(r"GLIBC_([0-9.]+)", shown)}
    return ".".join(map(str, max(asked)))
