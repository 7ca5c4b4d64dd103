"""PHPUnit's tests of ffi-php/tests, in every PHP, with FFI, by socket and by pipe, against a sandbox over TLS.

`make test-php K=WORD` runs those that have the word in their class's or their own name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

import daemon
import php_package
import phps
import sandbox
from sandbox import ROOT
from tests import kit

from .conftest import phpunits


@pytest.fixture(scope="module")
def autoload(workshop: Path) -> Path:
    """Composer's loader of the package."""
    kit.program("composer")
    return php_package.installed(workshop / "project") / "autoload.php"


@pytest.fixture
def bridge() -> Iterator[daemon.Daemon]:
    """A daemon for the backend `socket`."""
    with daemon.running() as running:
        yield running


# A sandbox for each: a test would find what another one left unconfirmed.
@pytest.mark.long
@pytest.mark.parametrize("backend", ["ffi", "socket", "pipe"])
@pytest.mark.parametrize("name", phps.NAMES, ids=phps.slug)
def test_phpunit(
    name: str,
    backend: str,
    autoload: Path,
    tmp_path: Path,
    fresh_gateway: sandbox.Sandbox,
    closed_port: int,
    bridge: daemon.Daemon,
    record_property: Callable[[str, object], None],
) -> None:
    php = kit.php(name)
    junit = tmp_path / "junit.xml"
    (tmp_path / "tmp").mkdir()
    variables = {
        "XPAY_PHP": php,
        "XPAY_HOME": fresh_gateway.home,
        "XPAY_CLOSED_PORT": closed_port,
        "XPAY_SANDBOX": fresh_gateway.directory,
        "XPAYCLIENT_AUTOLOAD": autoload,
        "XPAYCLIENT_BACKEND": backend,
        "XPAYCLIENT_CLASS": phps.CLASS,
        "XPAYCLIENT_COMMAND": sandbox.XPAY,
        "XPAYCLIENT_HEADER": ROOT / "include/xpayclient.h",
        "XPAYCLIENT_LIB": sandbox.LIBRARY,
        "XPAYCLIENT_SOCKET": bridge.socket,
        "XPAYCLIENT_VERSION": version(),
        "TMPDIR": tmp_path / "tmp",
    }
    phpunit: list[str | Path] = [php, kit.php(name, "phpunit")]
    call = [*phpunit, "--configuration", phps.PACKAGE / "phpunit.xml", *strict(kit.run([*phpunit, "--version"]))]
    call += ["--log-junit", junit, *picked()]
    try:
        kit.run(call, env={**os.environ, **{name: str(value) for name, value in variables.items()}})
    finally:
        if junit.exists():
            kit.count(record_property, junit)


def version() -> str:
    return kit.run([sandbox.XPAY, "--version"]).split()[1]


def strict(said: str) -> list[str]:
    """What phpunit.xml asks of PHPUnit 9, in the words of the newer ones, which no longer turn a deprecation into an exception."""
    old = re.search(r"PHPUnit 9\.", said) is not None
    return [] if old else ["--fail-on-deprecation", "--fail-on-notice", "--display-deprecations", "--display-notices"]


def picked() -> list[str]:
    """PHPUnit's filter for a word of its tests' names."""
    word = os.environ.get("K", "")
    named = any(word.lower() in test.lower() for test in phpunits())
    return ["--filter", f"/{re.escape(word)}/i"] if word and named else []
