"""The compilers of a platform, as Cargo and maturin are told of them: the C compiler and linker, and the Rust that knows the target."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import environment
from sandbox import ROOT
from targets import HERE, KIT, Target

# What a panic says instead of a directory of this machine.
PLACES = {
    (KIT / "rust").resolve(): "/rust",
    # Cargo names what lies below the workspace from there.
    (KIT / "rust").relative_to(ROOT): "/rust",
    Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")): "/cargo",
    ROOT: "/xpayclient",
}
MINGW = KIT / "mingw/root/usr/bin"
RUSTC = KIT / "rust/rustc"


def variables(target: Target) -> dict[str, str]:
    """The environment in which Cargo compiles and links for `target`."""
    tools = directory(target)
    flags = [f"--remap-path-prefix={found}={name}" for found, name in PLACES.items()]
    if target.is_musl:
        # A library that PHP and Python load cannot be static.
        flags.append("-Ctarget-feature=-crt-static")
    # Rust and C ask for the same oldest system.
    oldest = {"MACOSX_DEPLOYMENT_TARGET": target.zig.partition("macos.")[2]} if target.system == "darwin" else {}
    # Apart from cc, by which what runs while compiling is linked.
    path = {} if target.zig else {"PATH": f"{tools / 'found'}:{os.environ['PATH']}"}
    triple = target.triple.replace("-", "_")
    return (
        os.environ
        | rust(target)
        | oldest
        | path
        | {
            "CC": str(tools / "cc"),
            f"CARGO_TARGET_{triple.upper()}_LINKER": str(tools / "cc"),
            **{f"{name}_{triple}": str(tools / tool) for name, tool in [("CC", "cc"), ("CXX", "c++"), ("AR", "ar")]},
            "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags),
        }
    )


def rust(target: Target) -> dict[str, str]:
    """The kit's Rust for other platforms, which builds the standard library too: what comes out does not depend on what rustup has."""
    if target.platform == HERE:
        return {}
    return {
        "RUSTC": str(RUSTC),
        "RUSTDOC": str(RUSTC.with_name("rustdoc")),
        # Only so a released compiler builds its own standard library.
        "RUSTC_BOOTSTRAP": "1",
        "CARGO_UNSTABLE_BUILD_STD": "std,panic_unwind",
    }


def fetch(target: Target) -> None:
    """Has the parts of the kit that are needed. CalledProcessError, after a line that says why, if they cannot be had."""
    parts = [] if target.platform == HERE else ["rust"]
    parts += [] if target.zig else ["mingw"]
    if not all((KIT / part).is_dir() for part in parts):
        subprocess.run([ROOT / "scripts/kit", *parts], check=True)


def directory(target: Target) -> Path:
    """A directory with cc, c++ and ar."""
    return by_zig(target) if target.zig else by_mingw(target)


def by_zig(target: Target) -> Path:
    """maturin has what makes zig understand rustc; alone it would give each its own, and Cargo would compile anew for whichever
    comes second."""
    python = environment.build()
    tools = made(target)
    maturin = (
        f"CARGO_ZIGBUILD_ZIG_COMMAND='{python}' CARGO_ZIGBUILD_ZIG_COMMAND_ARGS='-m ziglang' exec '{python.parent}/maturin' zig"
    )
    # ring asks for debugging information, which names directories and which Rust's part has not.
    options = f"-fno-sanitize=all -target {target.zig} {mapped()}"
    written(tools / "cc", f'{maturin} cc -- {options} "$@" -g0')
    written(tools / "c++", f'{maturin} c++ -- {options} "$@" -g0')
    written(tools / "ar", f'exec "{python}" -m ziglang ar "$@"')
    return tools


def by_mingw(target: Target) -> Path:
    tools = made(target)
    processor = target.triple.partition("-")[0]
    # Its own linker and assembler are beside it, and only found by PATH.
    found = f'PATH="{MINGW}:$PATH" exec "{MINGW}/{processor}-w64-mingw32'
    # What it links has no time of day in it, and no directory.
    options = f'{mapped()} -Wl,--no-insert-timestamp "$@" -g0'
    written(tools / "cc", f'{found}-gcc-win32" {options}')
    written(tools / "c++", f'{found}-g++-win32" {options}')
    written(tools / "ar", f'{found}-ar" "$@"')
    # rustc looks for it by name, for what is imported without a library: of Windows, and of Python.
    dlltool = f"{processor}-w64-mingw32-dlltool"
    (tools / "found").mkdir(exist_ok=True)
    written(tools / "found" / dlltool, f'PATH="{MINGW}:$PATH" exec "{ROOT}/scripts/dlltool" "{MINGW}/{dlltool}" "$@"')
    return tools


def mapped() -> str:
    return " ".join(f"'-ffile-prefix-map={found}={name}'" for found, name in PLACES.items())


def made(target: Target) -> Path:
    tools = ROOT / "target/compilers" / target.platform
    tools.mkdir(parents=True, exist_ok=True)
    return tools


def written(script: Path, call: str) -> None:
    text = f"#!/bin/sh\n{call}\n"
    # Whoever runs it meanwhile has all of it.
    if not script.exists() or script.read_text("utf-8") != text:
        aside = script.with_name(f"{script.name}.{os.getpid()}")
        aside.write_text(text, "utf-8")
        aside.chmod(0o755)
        aside.replace(script)


def cargo() -> str:
    return os.environ.get("CARGO") or shutil.which("cargo") or "cargo"
