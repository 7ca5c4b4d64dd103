"""Links the library where no version script is understood: xpayclient.dll with its import libraries, and libxpayclient.dylib. The DLL
has the functions of the map that scripts/link gives to the .so, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import environment
from sandbox import ROOT
from targets import Target

MAP = ROOT / "ffi-c/abi/xpayclient.map"
# What Rust's standard library and ring call: `--print native-static-libs`.
SYSTEM = [f"-l{name}" for name in ("ws2_32", "bcrypt", "userenv", "ntdll", "advapi32", "kernel32")]


def link(directory: Path, target: Target, env: dict[str, str]) -> None:
    """By the compiler `CC` of `env`, if what it is made of is newer."""
    make = dll if target.system == "windows" else dylib
    name = {dll: "xpayclient.dll", dylib: "libxpayclient.dylib"}[make]
    library, archive = directory / name, directory / "libxpayclient.a"
    made_of = [archive, MAP, Path(__file__)]
    if library.exists() and library.stat().st_mtime_ns > max(one.stat().st_mtime_ns for one in made_of):
        return
    # Programs that are running keep what they loaded, and a half-made one is nobody's.
    aside = directory / f".{name}.{os.getpid()}"
    aside.mkdir()
    try:
        make(aside, archive, target, env)
        # Last the library, which says that all are new.
        for file in sorted(aside.iterdir(), key=lambda file: file.name == name):
            if file.suffix in (".dll", ".dylib", ".a", ".lib"):
                file.replace(directory / file.name)
    finally:
        for file in aside.iterdir():
            file.unlink()
        aside.rmdir()


def dll(aside: Path, archive: Path, target: Target, env: dict[str, str]) -> None:
    """With one import library for MinGW and one for MSVC."""
    exports = aside / "xpayclient.def"
    exports.write_text("\n".join(["LIBRARY xpayclient.dll", "EXPORTS", *functions(), ""]), "utf-8")
    options = ["-static-libgcc", "-s", "-Wl,--gc-sections"]
    imports = f"-Wl,--out-implib,{aside / 'libxpayclient.dll.a'}"
    run(env, "-shared", "-o", aside / "xpayclient.dll", exports, archive, *options, imports, *SYSTEM)
    machine = {"x86_64": "x64", "i686": "x86"}[target.triple.partition("-")[0]]
    names = [f"/def:{exports}", f"/machine:{machine}", f"/out:{aside / 'xpayclient.lib'}"]
    subprocess.run([environment.build(), "-m", "ziglang", "lib", *names], check=True)


def dylib(aside: Path, archive: Path, _: Target, env: dict[str, str]) -> None:
    """Found where the program's rpath says, by the number of the interface. It exports what Rust calls, too: zig links it, which takes
    no list of what to export; a program for macOS asks each library for its own."""
    abi = re.findall(r"^#define XPAY_ABI_VERSION (\d+)$", (ROOT / "include/xpayclient.h").read_text("utf-8"), re.MULTILINE)[0]
    name = f"-Wl,-install_name,@rpath/libxpayclient.{abi}.dylib"
    run(env, "-dynamiclib", "-o", aside / "libxpayclient.dylib", f"-Wl,-force_load,{archive}", name, "-s")


def functions() -> list[str]:
    """What the map has as global."""
    return re.findall(r"^ +(xpay_\w+);$", MAP.read_text("utf-8"), re.MULTILINE)


def run(env: dict[str, str], *words: str | Path) -> None:
    subprocess.run([env["CC"], *words], env=env, check=True)
