"""The platforms that are built for, one line each: what we, rustc, zig, PyPI and Debian call them, and what we promise of them."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from sandbox import ROOT

# CentOS 7, and what PyPI calls manylinux2014.
GLIBC = "2.17"
# What scripts/kit unpacks.
KIT = ROOT / "target/kit"
# What is compiled for each, Python's part apart.
PACKAGES = ["xpayclient-capi", "xpayclient-bridge", "xpayclient-cli"]


@dataclass(frozen=True)
class Target:
    """A platform; an empty name is what it does not have."""

    # In the names of archives, and of the PHP package's folders.
    platform: str
    triple: str
    # zig compiles C for it and links. Windows' programs are linked by Debian's MinGW, with what Rust's target expects.
    zig: str = ""
    # The tag of its wheels.
    wheel: str = ""
    # Debian's name for the processor.
    debian: str = ""
    # Released, preview (tried under Wine alone), or that it can be built and no more.
    state: str = "released"

    @property
    def system(self) -> str:
        return self.platform.partition("-")[0]

    @property
    def processor(self) -> str:
        return self.platform.split("-")[1]

    @property
    def is_musl(self) -> bool:
        return self.platform.endswith("-musl")

    @property
    def library(self) -> str:
        return {"windows": "xpayclient.dll", "darwin": "libxpayclient.dylib"}.get(self.system, "libxpayclient.so")

    def program(self, name: str) -> str:
        return f"{name}.exe" if self.system == "windows" else name


TARGETS = [
    Target("linux-x86_64", "x86_64-unknown-linux-gnu", f"x86_64-linux-gnu.{GLIBC}", "manylinux2014", "amd64"),
    Target("linux-aarch64", "aarch64-unknown-linux-gnu", f"aarch64-linux-gnu.{GLIBC}", "manylinux2014", "arm64"),
    Target("linux-x86_64-musl", "x86_64-unknown-linux-musl", "x86_64-linux-musl", "musllinux_1_2"),
    Target("linux-aarch64-musl", "aarch64-unknown-linux-musl", "aarch64-linux-musl", "musllinux_1_2"),
    Target("windows-x86_64", "x86_64-pc-windows-gnu", wheel="win_amd64", state="preview"),
    Target("linux-i686", "i686-unknown-linux-gnu", f"x86-linux-gnu.{GLIBC}", state="preview"),
    Target("windows-i686", "i686-pc-windows-gnu", state="preview"),
    Target("darwin-aarch64", "aarch64-apple-darwin", "aarch64-macos.11.0", state="built"),
]
BY_PLATFORM = {target.platform: target for target in TARGETS}
HERE = f"{platform.system().lower()}-{platform.machine()}"


def files(target: Target) -> list[str]:
    """What is built for it: the library, the archive, what others link with, the commands."""
    imports = ["libxpayclient.dll.a", "xpayclient.lib"] if target.system == "windows" else []
    return [target.library, "libxpayclient.a", *imports, target.program("xpay"), target.program("xpay-bridge")]


def of_build(build: str) -> tuple[str, Target]:
    """What `XPAY_BUILD` means: debug or portable, and of which platform. Ends the program if we do not know that."""
    kind, _, name = build.partition("-")
    if name and name not in BY_PLATFORM:
        sys.exit(f"XPAY_BUILD={build}: there is no platform {name} / {name} 플랫폼은 없습니다: {' '.join(BY_PLATFORM)}")
    # `make build` and what packs it work where nothing is released for.
    return kind, BY_PLATFORM[name] if name else BY_PLATFORM.get(HERE, Target(HERE, ""))


def directory(kind: str, target: Target) -> str:
    """The name below target/, which is what XPAY_BUILD says: debug or portable is of this machine."""
    return kind if target.platform == HERE else f"{kind}-{target.platform}"
