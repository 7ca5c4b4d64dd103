"""A scenario's home directory: a copy of the sandbox's, with the scenario's changes."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import ROOT

from .gateways import Gateway
from .scenarios import Scenario, fill


@dataclass
class Home:
    """The paths of a client's files, and the placeholders for them in a scenario."""

    path: Path
    places: dict[str, str]


def prepare(directory: Path, scenario: Scenario, gateway: Gateway) -> Home:
    """Makes `directory/home` with conf and log, once for each scenario and driver."""
    home = directory / "home"
    (home / "log").mkdir(parents=True)
    shutil.copytree(gateway.home / "conf", home / "conf")
    # Another driver may have paid the scenario's order at this gateway before.
    oid = f"{scenario.slug}-{re.sub('[^A-Za-z0-9]+', '', directory.name)}"
    places = gateway.places | {"home": str(home), "log": str(home / "log"), "oid": oid}
    # Logs every level, so that the log can be searched for secrets.
    own_log = {"set": {"log_dir": '"{log}"', "log_level": "4"}}
    change(home / "conf/mall.conf", own_log, places)
    for name, wanted in scenario.files.items():
        change(home / "conf" / name, wanted, places)
    return Home(home, places)


def change(file: Path, wanted: Any, places: dict[str, str]) -> None:
    """Applies `set`, `lines` and the encoding to a file. A text or a fixture replaces the file, null removes it."""
    if wanted is None:
        file.unlink()
        return
    wanted = fill(wanted, places)
    if isinstance(wanted, str):
        file.write_text(wanted, "utf-8")
        return
    if "fixture" in wanted:
        shutil.copy(ROOT / "protocol/fixtures" / wanted["fixture"], file)
        return
    unknown = wanted.keys() - {"set", "lines", "encoding", "crlf", "bom"}
    if unknown:
        raise ValueError(f"{file.name}: nobody understands {sorted(unknown)}")
    lines = wanted.get("lines", []) + with_settings(file.read_text("utf-8").splitlines(), wanted.get("set", {}))
    end = "\r\n" if wanted.get("crlf") else "\n"
    mark = b"\xef\xbb\xbf" if wanted.get("bom") else b""
    file.write_bytes(mark + "".join(line + end for line in lines).encode(wanted.get("encoding", "utf-8")))


def with_settings(lines: list[str], settings: dict[str, str | None]) -> list[str]:
    """Replaces these settings in the lines; null only removes."""
    for name, value in settings.items():
        lines = [line for line in lines if line.split("=")[0].strip() != name]
        lines += [f"{name} = {value}"] if value is not None else []
    return lines
