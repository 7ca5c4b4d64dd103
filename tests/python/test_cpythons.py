"""ffi-python/tests on every CPython of this machine, against sandboxes over TLS."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

import cpythons
import environment
from tests import inner


@pytest.mark.long
@pytest.mark.parametrize("version", cpythons.found())
def test_the_package(
    version: str, provided: Callable[[Path], Path], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    python = inner.made(functools.partial(environment.cpython, version))
    inner.run(record_property, python, inner.TESTS, tmp_path, PYTHONPATH=str(provided(python)))
