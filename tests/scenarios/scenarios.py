"""Reads the scenarios and refuses misspelt names: an expectation that is never read would never fail."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass
class Scenario:
    """One scenario of a file. Without `requests` or `ledger` it expects none."""

    name: str
    calls: list
    file: str = ""
    gateway: str = "good"
    files: dict = field(default_factory=dict)
    paykeys: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    ledger: dict = field(default_factory=dict)
    log: dict = field(default_factory=dict)
    needs: str = ""
    slug: str = ""


def load():
    """All scenarios, in the order of their files. Files hold a list each; a string in it is a heading."""
    found = []
    for file in sorted(HERE.glob("*.json")):
        listed = json.loads(file.read_text("utf-8"))
        for entry in (entry for entry in listed if not isinstance(entry, str)):
            scenario = Scenario(file=file.name, **entry)
            scenario.slug = f"{file.stem}-{sum(other.file == file.name for other in found) + 1:03}"
            found.append(scenario)
    check(found)
    return found


def check(found):
    names = [scenario.name for scenario in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two scenarios of one name: {sorted(twice)}")
    for scenario in found:
        if not scenario.calls:
            raise ValueError(f"{scenario.name}: no calls")


def as_bytes(text):
    """A scenario's text as bytes: `cp949:…` and `hex:…` say so, everything else is UTF-8."""
    if text.startswith("cp949:"):
        return text[len("cp949:") :].encode("cp949")
    if text.startswith("hex:"):
        return bytes.fromhex(text[len("hex:") :])
    return text.encode("utf-8")


def matches(expected, got):
    """Whether the bytes match a scenario's expectation: a text, or a pattern between slashes."""
    if len(expected) > 1 and expected[0] == expected[-1] == "/":
        return re.fullmatch(expected[1:-1], got.decode("utf-8", "replace"), re.DOTALL) is not None
    return as_bytes(expected) == got


def fill(value, places):
    """Replaces each `{name}` in texts, lists and objects. An unknown name is an error."""
    if isinstance(value, str):
        return re.sub(r"\{([a-z][a-z_0-9]*)\}", lambda match: places[match[1]], value)
    if isinstance(value, list):
        return [fill(item, places) for item in value]
    if isinstance(value, dict):
        return {fill(key, places): fill(item, places) for key, item in value.items()}
    return value
