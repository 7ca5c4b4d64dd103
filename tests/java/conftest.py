"""The classes of both faces and programs against them, compiled once for a lane, and the Javas that run them."""

from __future__ import annotations

from pathlib import Path

import pytest

import jar
import javas
from sandbox import ROOT
from tests import kit

HERE = Path(__file__).parent


def java(name: str) -> str:
    """One of `javas.NAMES`; `missing` if this machine has no Java, skipped aloud if another Debian has it no longer."""
    found = javas.found().get(name)
    if found is None and name in javas.OTHERS:
        pytest.skip(f"NOT TRIED: {name}, which scripts/debian-java could not get / {name}: scripts/debian-java가 받지 못했습니다")
    return found or kit.missing("there is no JDK with JNA here: make setup", "JDK와 JNA가 없습니다: make setup")


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The jar as shops take it, with the library of this build in it."""
    java("Java")
    return jar.made(tmp_path_factory.mktemp("jar"))


def program(name: str, packed: Path, classes: Path) -> str:
    """The class path of a program of examples/java, compiled against the jar."""
    jar.compiled(classes, ROOT / "examples/java" / f"{name}.java", packed, release=javas.PROGRAMS)
    return f"{packed}:{jar.JNA}:{classes}"
