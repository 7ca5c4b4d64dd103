#!/usr/bin/env python3
"""Fails if a folder of core/src imports one that comes after it in this list, and in every crate if files import each other
in a circle or a file grows too long. `make lint` runs it."""

import re
import sys
from pathlib import Path

# From the ground up: each uses only those before it. ARCHITECTURE.md says what each is for.
ROOMS = ["error", "text", "protocol", "config", "typed", "os", "net", "log", "journal", "client", "session"]
CRATES = ["bridge", "core", "ffi-c", "ffi-python", "cli", "sandbox", "xtask", "tests/torture"]
# They name the whole crate.
OUTSIDE = {"lib.rs", "main.rs", "fuzzing.rs", "vectors.rs"}
# A table may be as long as what it lists.
LONGEST, TABLES = 400, {"core/src/protocol/tables/data.rs", "sandbox/src/tables/data.rs"}

ROOT = Path(__file__).parent.parent
# A module's path: ("net", "http").
Module = tuple[str, ...]


class Crate:
    """The files of a crate by their module."""

    def __init__(self, folder: str):
        source = ROOT / folder / "src"
        self.files: dict[Module, Path] = {}
        for file in sorted(source.rglob("*.rs")):
            parts = file.relative_to(source).with_suffix("").parts
            if str(file.relative_to(source)) not in OUTSIDE and parts[0] != "bin":
                self.files[parts[:-1] if parts[-1] == "mod" else parts] = file
        self.texts = {here: file.read_text(encoding="utf-8") for here, file in self.files.items()}
        self.uses = {here: self.named(here, text) for here, text in self.texts.items()}

    def named(self, here: Module, text: str) -> set[Module]:
        """Every module that a file names with `crate::…`, `self::…` or `super::…`, tests left out."""
        code = re.sub(r"//.*", "", text.split("#[cfg(test)]\nmod tests {", maxsplit=1)[0])
        found = set()
        for start, rest in re.findall(r"\b(crate|self|super)((?:::\s*(?:\w+|\{[^;]*?\}(?=;)))+)", code):
            base: Module = {"crate": (), "self": here, "super": here[:-1]}[start]
            found |= {self.owner(base + one) for one in expand(rest.removeprefix("::"))}
        return found - {(), here}

    def owner(self, path: Module) -> Module:
        """The file in which the last known part of a path is."""
        while path and path not in self.files:
            path = path[:-1]
        return path


def expand(path: str) -> list[Module]:
    """`a::{b, c::d}` as [("a", "b"), ("a", "c", "d")]."""
    head, brace, inner = path.partition("{")
    start = tuple(word.strip() for word in head.split("::") if word.strip())
    if not brace:
        return [start]
    parts, depth, one = [], 0, ""
    for letter in inner.rsplit("}", 1)[0] + ",":
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(one)
            one = ""
        else:
            one += letter
    return [start + tail for part in parts if part.strip() for tail in expand(part)]


def circles(uses: dict[Module, set[Module]]) -> list[list[Module]]:
    """Files that import each other, directly or through others. A folder's face and what lies in it are one."""
    seen: set[Module] = set()
    found: list[list[Module]] = []

    def visit(file: Module, way: list[Module]) -> None:
        if file in way:
            found.append([*way[way.index(file) :], file])
        elif file not in seen:
            seen.add(file)
            for other in sorted(uses.get(file, ())):
                if other[: len(file)] != file and file[: len(other)] != other:
                    visit(other, [*way, file])

    for file in sorted(uses):
        visit(file, [])
    return found


def rooms(core: Crate) -> list[str]:
    """What is in the wrong folder of core/src."""
    complaints = []
    for here, uses in sorted(core.uses.items()):
        if here[0] not in ROOMS:
            complaints.append(f"core/src/{here[0]} is in no room: name it in scripts/rooms.py")
            continue
        above = [other for other in sorted(uses) if other[0] in ROOMS[ROOMS.index(here[0]) + 1 :]]
        complaints += [f"{'/'.join(here)} uses {'/'.join(other)}, which lies above it" for other in above]
        if here[0] != "client" and re.search(r"^impl Client\b", core.texts[here], re.M):
            complaints.append(f"{'/'.join(here)} has an `impl Client`, which belongs in client/")
    return complaints


def main() -> int:
    crates = {folder: Crate(folder) for folder in CRATES}
    complaints = rooms(crates["core"])
    for folder, crate in crates.items():
        for here, file in crate.files.items():
            name, length = file.relative_to(ROOT).as_posix(), crate.texts[here].count("\n")
            if length >= LONGEST and name not in TABLES:
                complaints.append(f"{name} has {length} lines; a file has fewer than {LONGEST}")
        ways = [" -> ".join("/".join(file) for file in circle) for circle in circles(crate.uses)]
        complaints += [f"a circle in {folder}: {way}" for way in ways]
    files = sum(len(crate.files) for crate in crates.values())
    print("\n".join(complaints) or f"{files} files of {len(crates)} crates: no upward import in core, no circle, none too long")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
