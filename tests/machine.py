"""The machine that XPAY_BUILD is for: how C is compiled for it, and what stands for it where this machine is another."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Union

import compilers
import dll
import phps
import targets
from sandbox import BUILD, ROOT
from targets import KIT
from tests import kit

Command = Sequence[Union[str, Path]]

KIND, TARGET = targets.of_build(BUILD.name)
IS_THIS = TARGET.platform == targets.HERE
IS_WINDOWS = TARGET.system == "windows"

# What runs its programs here: of scripts/kit, the innermost last.
QEMU = KIT / "arm64/run"
WINE = KIT / "wine/run"
RUNNERS = {
    "linux-aarch64": [QEMU],
    "linux-x86_64-musl": [KIT / "musl/root/lib/ld-musl-x86_64.so.1"],
    "linux-aarch64-musl": [QEMU, KIT / "musl/root/lib/ld-musl-aarch64.so.1"],
    "linux-i686": [KIT / "i386/run"],
    "windows-x86_64": [WINE],
}

LIBRARY = BUILD / TARGET.library

FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", f"-I{ROOT / 'include'}"]
LINKAGES: dict[str, Command] = {
    "shared": [f"-L{BUILD}", "-lxpayclient", f"-Wl,-rpath,{BUILD}", "-lpthread"],
    "static": [BUILD / "libxpayclient.a", "-ldl", "-lm", "-lpthread"],
    # The program loads the library by itself.
    "loaded": ["-ldl", "-lpthread"],
}
if IS_WINDOWS:
    # What a program needs of MinGW's own libraries is in it.
    own = ["-static", "-lpthread"]
    LINKAGES = {
        "shared": [BUILD / "libxpayclient.dll.a", *own],
        "static": ["-DXPAY_STATIC", BUILD / "libxpayclient.a", *dll.SYSTEM, *own],
        "loaded": own,
    }
elif not IS_THIS:
    # gcc has by itself what unwinds a panic.
    LINKAGES["static"] = [*LINKAGES["static"], "-lunwind"]
    # zig would compile all of musl, for a program that neither its loader runs nor another library can be loaded into.
    LINKAGES = {name: [*words, "-dynamic"] for name, words in LINKAGES.items()}


def runner() -> Command:
    """What a program of it is run by; ends the test if scripts/kit could not have it."""
    found = [] if IS_THIS else RUNNERS[TARGET.platform]
    if not all(path.exists() for path in found):
        kit.missing(
            f"what runs programs of {TARGET.platform}: scripts/kit", f"{TARGET.platform} 프로그램을 실행하는 도구: scripts/kit"
        )
    return found


def compiled(source: Command, linkage: str, program: Path, *flags: str) -> Path:
    """Compiles `source`, words that begin with gcc or g++, as the machine's compiler is asked here."""
    name, *words = source
    compiler = name if IS_THIS else compilers.directory(TARGET) / {"gcc": "cc", "g++": "c++"}[str(name)]
    made = program.with_name(TARGET.program(program.name))
    kit.run([compiler, *words, *FLAGS, *flags, "-o", made, *LINKAGES[linkage]], stderr=subprocess.STDOUT)
    if IS_WINDOWS and not (made.parent / LIBRARY.name).exists():
        # Where a program looks for it.
        shutil.copy(LIBRARY, made.parent)
    return made


def command(name: str) -> Command:
    """xpay or xpay-bridge, with what runs it. For musl they are linked statically, and have no loader."""
    found = runner()
    return [*(found[:-1] if TARGET.is_musl else found), BUILD / TARGET.program(name)]


def script(name: str, directory: Path) -> Path:
    """The command as one path, for whoever takes no words."""
    if IS_THIS:
        return BUILD / name
    made = directory / name
    made.write_text(f'#!/bin/sh\nexec {" ".join(map(str, command(name)))} "$@"\n', "utf-8")
    made.chmod(0o755)
    return made


def python() -> Command | None:
    """Its Python; None if none can be had here."""
    return [sys.executable] if IS_THIS else of_kit("python3")


def php(name: str, anywhere: bool = False) -> Command | None:
    """Its PHP of that name, or `anywhere` this machine's; None if none can be had here."""
    own = None if IS_THIS or name != "PHP 8" else of_kit("php")
    found = phps.found().get(name) if IS_THIS or anywhere else None
    return own or (None if found is None else [found])


def of_kit(name: str) -> Command | None:
    path = KIT / "arm64" / name
    return [path] if TARGET.platform == "linux-aarch64" and path.exists() else None
