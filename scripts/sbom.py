#!/usr/bin/env python3
"""Writes the software bill of materials: the crates linked into the library, the command and the Python module, as CycloneDX 1.5.

cargo-cyclonedx writes one for each crate of a workspace; who installs a release wants one for all of it. Everything is from
`cargo metadata` and `Cargo.lock`, so the same commit gives the same bytes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from sandbox import ROOT

# The parts of a release; tests and examples are not shipped.
SHIPPED = ["xpayclient-bridge", "xpayclient-capi", "xpayclient-cli", "xpayclient-python"]
TARGET = "x86_64-unknown-linux-gnu"
# As `cargo metadata` writes it.
Package = dict[str, Any]


def main() -> None:
    call = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET]
    known = json.loads(subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in known["packages"]}
    needs = {node["id"]: needed(node) for node in known["resolve"]["nodes"]}
    used = reached([package["id"] for package in known["packages"] if package["name"] in SHIPPED], needs)
    listed = sorted(used, key=lambda one: (packages[one]["name"], packages[one]["version"]))
    locked = checksums()
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "library", "name": "xpayclient", "version": version(packages.values()), "bom-ref": "xpayclient"}
        },
        "components": [component(packages[one], locked) for one in listed],
        "dependencies": [
            {"ref": reference(packages[one]), "dependsOn": sorted(reference(packages[other]) for other in needs[one])}
            for one in listed
        ],
    }
    json.dump(bill, sys.stdout, indent=2, ensure_ascii=False)
    print()


def needed(node: dict[str, Any]) -> list[str]:
    """The linked crates, without those that only tests or builds need."""
    return [need["pkg"] for need in node["deps"] if any(kind["kind"] is None for kind in need["dep_kinds"])]


def reached(roots: list[str], needs: dict[str, list[str]]) -> set[str]:
    used: set[str] = set()
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if one not in used:
            used.add(one)
            waiting += needs[one]
    return used


def checksums() -> dict[tuple[str, str], str]:
    """SHA-256 of each package from a registry, from Cargo.lock."""
    listed = r'^name = "(.*)"\nversion = "(.*)"\nsource = ".*"\nchecksum = "(.*)"$'
    found = re.findall(listed, (ROOT / "Cargo.lock").read_text("utf-8"), re.MULTILINE)
    return {(name, version): checksum for name, version, checksum in found}


def version(packages: Iterable[Package]) -> str:
    return next(str(package["version"]) for package in packages if package["name"] == SHIPPED[0])


def reference(package: Package) -> str:
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package: Package, locked: dict[tuple[str, str], str]) -> dict[str, object]:
    about = {
        "type": "library",
        "name": package["name"],
        "version": package["version"],
        "bom-ref": reference(package),
        "purl": reference(package),
        "licenses": [{"expression": (package["license"] or "NOASSERTION").replace("/", " OR ")}],
    }
    checksum = locked.get((package["name"], package["version"]))
    return {**about, "hashes": [{"alg": "SHA-256", "content": checksum}]} if checksum else about


if __name__ == "__main__":
    main()
