"""The Javas of this machine: the system's own, and others if scripts/debian-java could get them; JNA, and programs compiled for them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import jar
from sandbox import LIBRARY, ROOT

# Where scripts/debian-java puts those of other Debians.
OTHERS = {f"Java {version}": ROOT / f"target/java{version}/java" for version in (8, 11, 21, 25)}
# The Javas that are tested. One that is missing is said aloud (tests/kit.py).
NAMES = ("Java", *OTHERS)
# What tests and examples are written in: every Java that is tested runs it.
PROGRAMS = 8
# A test's program lives for seconds.
BRIEF = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
# JNA of Debian looks for its own library where Debian puts it, which only Debian's Java knows.
NATIVE = [f"-Djna.boot.library.path={folder}" for folder in sorted(Path("/usr/lib").glob("*-linux-gnu*/jni"))]


def found() -> dict[str, str]:
    """The program of each Java by name; empty if there is none, or no JDK or JNA to compile with."""
    own = shutil.which("java")
    if own is None or shutil.which("javac") is None or not jar.JNA.exists():
        return {}
    return {"Java": own, **{name: str(path) for name, path in OTHERS.items() if path.exists()}}


def compiled(sources: Path, classes: Path, *libraries: Path) -> Path:
    """Our classes, and a program against them: a file, or all below a folder."""
    own = classes / "xpayclient"
    own.mkdir(parents=True)
    jar.compiled(own, jar.SOURCES)
    jar.compiled(classes / "program", sources, own, *libraries, release=PROGRAMS)
    return classes


def call(java: str, classes: Path, main: str, library: Path = LIBRARY, libraries: Sequence[Path] = ()) -> list[str]:
    """Runs what `compiled` made, with the library of a build."""
    path = ":".join(map(str, [jar.JNA, classes / "xpayclient", classes / "program", *libraries]))
    return [java, *BRIEF, *NATIVE, f"-Dxpayclient.library={library}", "-cp", path, main]
