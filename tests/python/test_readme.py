"""README's ten lines pay from an environment that has the package and nothing else; so does the example."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import environment
from sandbox import ROOT, Sandbox
from tests import inner, kit


def sample(readme: str) -> str:
    found = re.search(r"^```python\n(.*?)^```", (ROOT / readme).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"{readme} has no sample in Python"
    return found[1]


def test_both_readmes_show_the_same() -> None:
    assert sample("README.md") in (ROOT / "ffi-python/README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "program"), [("sample", ["-c", sample("README.md")]), ("example", [str(ROOT / "examples/python/payment.py")])]
)
def test_it_pays(name: str, program: list[str], provided: Callable[[Path], Path], gateway: Sandbox) -> None:
    python = environment.made("empty")
    call: list[str | Path] = [python, *program, gateway.home, gateway.paykey(f"order-{name}", 23400)]
    said = kit.run(call, env=inner.surroundings({"PYTHONPATH": str(provided(python))}))
    assert said.startswith("paid 23400")
    assert [payment["amount"] for payment in gateway.payments() if payment["oid"] == f"order-{name}"] == [23400]
