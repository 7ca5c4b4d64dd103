"""JUnit's tests of ffi-java/tests, in every Java, against a sandbox over TLS.

`make test-java K=WORD` runs those that have the word in their class's name.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import javas
import sandbox
from sandbox import ROOT
from tests import kit

from .conftest import java

TESTS = ROOT / "ffi-java/tests"
JUNIT = [Path("/usr/share/java/junit4.jar"), Path("/usr/share/java/hamcrest-core.jar")]
CLASSES = sorted(file.stem for file in TESTS.glob("*Test.java"))


@pytest.fixture(scope="session")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    java("Java")
    if not all(file.exists() for file in JUNIT):
        kit.missing("there is no JUnit 4 here: make setup", "JUnit 4가 없습니다: make setup")
    return javas.compiled(TESTS, tmp_path_factory.mktemp("classes"), *JUNIT)


@pytest.mark.parametrize("test", CLASSES)
@pytest.mark.parametrize("name", javas.NAMES)
def test_junit(
    name: str, test: str, classes: Path, fresh_gateway: sandbox.Sandbox, record_property: Callable[[str, object], None]
) -> None:
    call = javas.call(java(name), classes, "org.junit.runner.JUnitCore", libraries=JUNIT)
    variables = [f"XPAY_HOME={fresh_gateway.home}", f"XPAY_ADMIN={fresh_gateway.facts['admin']}"]
    done = subprocess.run(["env", *variables, *call, test], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    print(done.stdout)
    ran = re.search(r"^OK \((\d+) tests?\)|^Tests run: (\d+),  Failures: (\d+)", done.stdout, re.MULTILINE)
    assert ran, "JUnit ran nothing"
    record_property("tried", int(ran[1] or ran[2]))
    record_property("failed", int(ran[3] or 0))
    record_property("skipped", 0)
    assert done.returncode == 0, f"{test} failed in {name}"
