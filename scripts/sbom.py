#!/usr/bin/env python3
"""Writes the software bill of materials as CycloneDX 1.5: what is linked into the library, the command and the Python module.

cargo-cyclonedx writes one for each crate of a workspace; who installs a release wants one for all of it. The same commit gives
the same bytes with the same compilers: for some platforms they are the kit's (scripts/kit), which are named if they are there.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from typing import Any

import compilers
import components
import environment
from components import MINGW, MUSL, RUST, ZIG, Component
from targets import TARGETS, Target

# Built for who takes a release; of each the compiler adds its own.
RELEASED = [target for target in TARGETS if target.state != "built"]
# Components in the words of CycloneDX.
Words = dict[str, Any]


def main() -> None:
    json.dump(bill(), sys.stdout, indent=2, ensure_ascii=False)
    print()


def bill() -> Words:
    listed = [one for one in components.components() if not one.of]
    shipped = [one for one in listed if one.name in components.SHIPPED]
    references = {one.title: reference(one) for one in listed}
    release = {"version": shipped[0].version, "bom-ref": "xpayclient", **licences(shipped[0].licence)}
    by_zig, by_musl = ([one for one in RELEASED if one.zig], [one for one in RELEASED if one.is_musl])
    added = [*standard_libraries(), whole(ZIG, "zig", zig(), by_zig), whole(MUSL, "zig-musl", zig(), by_musl), *mingw()]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "library", "name": "xpayclient", **release}},
        "components": [*map(crate, listed), *added],
        "dependencies": [
            {"ref": "xpayclient", "dependsOn": [*map(reference, shipped), *(one["bom-ref"] for one in added)]},
            *({"ref": reference(one), "dependsOn": sorted(references[title] for title in one.needs)} for one in listed),
        ],
    }


def crate(one: Component) -> Words:
    hashes = {"hashes": [{"alg": "SHA-256", "content": one.checksum}]} if one.checksum else {}
    return {
        **component(one.name, reference(one), one.licence),
        "version": one.version,
        "purl": reference(one),
        **hashes,
        **cpe(one),
    }


def standard_libraries() -> list[Words]:
    """One for each Rust that compiles a release: all of what it says of itself, and for which platforms."""
    said: dict[str, list[Target]] = {}
    for target in RELEASED:
        compiler = compilers.rust(target).get("RUSTC", "rustc")
        if compiler == "rustc" or compilers.RUSTC.exists():
            said.setdefault(components.run(compiler, "-vV"), []).append(target)
    return [whole(RUST, "rust-std", line(said_by, "release"), platforms, said_by) for said_by, platforms in said.items()]


def mingw() -> list[Words]:
    if not compilers.MINGW.exists():
        return []
    said = components.run(str(compilers.MINGW / "x86_64-w64-mingw32-gcc-win32"), "-dumpfullversion").strip()
    return [whole(MINGW, "mingw-w64-gcc", said, [one for one in RELEASED if not one.zig])]


def line(said: str, name: str) -> str:
    """Of what `rustc -vV` says."""
    return str(re.findall(rf"^{name}: (.*)$", said, re.MULTILINE)[0])


def whole(title: str, name: str, version: str, platforms: Iterable[Target], said: str = "") -> Words:
    """What the compiler or the linker adds, with its parts, whose versions only its makers know."""
    parts = [one for one in components.components() if one.of == title]
    # Its own code is under the licence of all of it.
    own = {RUST: "MIT OR Apache-2.0", ZIG: "MIT", MUSL: "MIT", MINGW: "ZPL-2.1"}[title]
    purl = f"pkg:generic/{name}@{version}"
    inside = [component(one.name, f"{name}@{version}/{one.name}", one.licence) for one in parts]
    properties = [{"name": "xpayclient:platform", "value": target.platform} for target in platforms]
    properties += [{"name": "xpayclient:compiler", "value": one} for one in said.splitlines()]
    return {**component(name, purl, own), "version": version, "purl": purl, "components": inside, "properties": properties}


def component(name: str, reference: str, licence: str) -> Words:
    return {"type": "library", "name": name, "bom-ref": reference, "scope": "required", **licences(licence)}


def licences(expression: str) -> Words:
    """A single licence has an id there, and anything else is an expression."""
    one = {"license": {"id": expression}} if re.fullmatch(r"[\w.+-]+", expression) else {"expression": expression}
    return {"licenses": [one]}


def reference(one: Component) -> str:
    """A package URL."""
    return f"pkg:generic/sqlite@{one.version}" if one.name == "SQLite" else f"pkg:cargo/{one.name}@{one.version}"


def cpe(one: Component) -> Words:
    """The name under which SQLite's weaknesses are listed; those of crates are listed by their package URLs."""
    return {"cpe": f"cpe:2.3:a:sqlite:sqlite:{one.version}:*:*:*:*:*:*:*"} if one.name == "SQLite" else {}


def zig() -> str:
    return next(tool for tool in environment.BUILD if tool.startswith("ziglang==")).partition("==")[2]


if __name__ == "__main__":
    main()
