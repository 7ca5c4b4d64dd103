"""Reads the scenarios and refuses misspelt names: an expectation that is never read would never fail."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass
class Scenario:
    """One scenario of a file. Without `requests` or `ledger` it expects none."""

    name: str
    calls: list[list[Any]]
    file: str = ""
    gateway: str = "good"
    files: dict[str, Any] = field(default_factory=dict)
    paykeys: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)
    ledger: dict[str, int] = field(default_factory=dict)
    log: dict[str, Any] = field(default_factory=dict)
    # It passes bytes that no text has.
    bytes: bool = False
    # Most of its time it waits.
    waits: bool = False
    # Its file and its number there, also its order's number.
    slug: str = ""

    @property
    def id(self) -> str:
        """Its slug and its name, in letters that a command line takes."""
        return f"{self.slug}-{re.sub(r'[^A-Za-z0-9_.]+', '-', self.name).strip('-')}"


def load() -> list[Scenario]:
    """All scenarios, in the order of their files. Files hold a list each; a string in it is a heading."""
    found = []
    for file in sorted(HERE.glob("*.json")):
        entries = (entry for entry in json.loads(file.read_text("utf-8")) if not isinstance(entry, str))
        found += [Scenario(file=file.name, slug=f"{file.stem}-{number:03}", **entry) for number, entry in enumerate(entries, 1)]
    check(found)
    return found


def check(found: list[Scenario]) -> None:
    names = [scenario.name for scenario in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two scenarios of one name: {sorted(twice)}")
    for scenario in found:
        if not scenario.calls:
            raise ValueError(f"{scenario.name}: no calls")


def as_bytes(text: str) -> bytes:
    """A scenario's text as bytes: `cp949:…` and `hex:…` say so, everything else is UTF-8."""
    if text.startswith("cp949:"):
        return text[len("cp949:") :].encode("cp949")
    if text.startswith("hex:"):
        return bytes.fromhex(text[len("hex:") :])
    return text.encode("utf-8")


def matches(expected: str | None, got: bytes | None) -> bool:
    """Whether the bytes match a scenario's expectation: a text, a pattern between slashes, or null."""
    if expected is None or got is None:
        return expected is None and got is None
    if len(expected) > 1 and expected[0] == expected[-1] == "/":
        return re.fullmatch(expected[1:-1], got.decode("utf-8", "replace"), re.DOTALL) is not None
    return as_bytes(expected) == got


def fill(value: Any, places: Mapping[str, str]) -> Any:
    """Replaces each `{name}` in texts, lists and objects. An unknown name is an error."""
    if isinstance(value, str):
        return re.sub(r"\{([a-z][a-z_0-9]*)\}", lambda match: places[match[1]], value)
    if isinstance(value, list):
        return [fill(item, places) for item in value]
    if isinstance(value, dict):
        return {fill(key, places): fill(item, places) for key, item in value.items()}
    return value
