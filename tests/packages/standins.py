"""Builds of other platforms, for packing: in seconds instead of minutes. A library has the names of ours, and nothing runs."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import dll
import environment
import facts
import targets
from sandbox import BUILD, ROOT
from targets import BY_PLATFORM, TARGETS, Target
from tests import inner, kit

# How XPAY_BUILD calls them, before the platform.
KIND = "standin"


@contextlib.contextmanager
def made() -> Iterator[dict[str, str]]:
    """XPAY_BUILD by platform, of all that a release may have."""
    builds = {target: ROOT / "target" / f"{KIND}-{target.platform}" for target in TARGETS if target.state != "built"}
    written = ROOT / "target" / KIND
    for directory in [written, *builds.values()]:
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
    for name in ("man", "completions"):
        (written / name).symlink_to(BUILD / name)
    for target, directory in builds.items():
        for name in targets.files(target):
            (directory / name).write_text(f"{name} of {target.platform}\n")
            (directory / name).chmod(0o755)
    yield {target.platform: directory.name for target, directory in builds.items()}
    for directory in [written, *builds.values()]:
        shutil.rmtree(directory)


def linked(build: str) -> None:
    """The libraries and the commands as ELF, for whom names are not enough."""
    directory = ROOT / "target" / build
    target = BY_PLATFORM[build.partition("-")[2]]
    for source, names in {"names.c": dll.functions(), "main.c": ["main"]}.items():
        bodies = "".join(f"int {name}(void) {{ abort(); }}\n" for name in names)
        (directory / source).write_text(f"#include <stdlib.h>\n{bodies}")
    exported = [f"-Wl,-soname,libxpayclient.so.{facts.abi()}", f"-Wl,--version-script={ROOT}/ffi-c/abi/xpayclient.map"]
    cc(target, "-shared", "-s", directory / "names.c", *exported, "-o", directory / "libxpayclient.so")
    cc(target, "-c", directory / "names.c", "-o", directory / "names.o")
    (directory / "libxpayclient.a").unlink()
    kit.run([inner.made(environment.build), "-m", "ziglang", "ar", "rcD", directory / "libxpayclient.a", directory / "names.o"])
    for program in ("xpay", "xpay-bridge"):
        cc(target, "-s", "-pie", directory / "main.c", "-o", directory / program)


def cc(target: Target, *options: str | Path) -> None:
    kit.run([inner.made(environment.build), "-m", "ziglang", "cc", "-target", target.zig, *options])
