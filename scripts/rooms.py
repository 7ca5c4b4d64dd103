#!/usr/bin/env python3
"""Fails when a folder of core/src uses one below it in this list, when two files of it import each other, or when one grows
too long. `make lint` runs it."""

import re
import sys
from pathlib import Path

# From the ground up: each uses only those before it. ARCHITECTURE.md says what each is for.
ROOMS = ["error", "text", "protocol", "config", "typed", "os", "net", "log", "journal", "client", "session"]
# They look at the whole crate from outside.
OUTSIDE = {"lib.rs", "fuzzing.rs", "vectors.rs"}
# Tables may be as long as what they list.
LONGEST, TABLES = 400, {"protocol/tables"}

SOURCE = Path(__file__).parent.parent / "core/src"


def module(file: Path) -> tuple[str, ...]:
    """The path of a file's module: ("net", "http")."""
    parts = file.relative_to(SOURCE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "mod" else parts


FILES = {module(file): file for file in SOURCE.rglob("*.rs") if str(file.relative_to(SOURCE)) not in OUTSIDE}


def paths(text: str, here: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Every module that a file names with `crate::…`, `self::…` or `super::…`, tests left out."""
    code = re.sub(r"//.*", "", text.split("#[cfg(test)]\nmod tests {")[0])
    found = set()
    for start, rest in re.findall(r"\b(crate|self|super)((?:::\s*(?:\w+|\{[^;]*?\}(?=;)))+)", code):
        base = {"crate": (), "self": here, "super": here[:-1]}[start]
        found |= {owner(base + one) for one in expand(rest.removeprefix("::"))}
    return found - {(), here}


def expand(path: str) -> list[tuple[str, ...]]:
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


def owner(path: tuple[str, ...]) -> tuple[str, ...]:
    """The file in which the last known part of a path is."""
    while path and path not in FILES:
        path = path[:-1]
    return path


def circles(uses: dict[tuple[str, ...], set[tuple[str, ...]]]) -> list[list[tuple[str, ...]]]:
    """Files that import each other, directly or through others. A folder's face and what lies in it are one."""
    seen, found = set(), []

    def visit(file, way):
        if file in way:
            found.append(way[way.index(file):] + [file])
        elif file not in seen:
            seen.add(file)
            for other in sorted(uses.get(file, ())):
                if other[: len(file)] != file and file[: len(other)] != other:
                    visit(other, [*way, file])

    for file in sorted(uses):
        visit(file, [])
    return found


def main() -> int:
    texts = {here: file.read_text(encoding="utf-8") for here, file in FILES.items()}
    uses = {here: paths(text, here) for here, text in texts.items()}
    complaints = []
    for here in sorted(uses):
        if here[0] not in ROOMS:
            complaints.append(f"core/src/{here[0]} is in no room: name it in scripts/rooms.py")
            continue
        up = [other for other in uses[here] if other[0] in ROOMS and ROOMS.index(other[0]) > ROOMS.index(here[0])]
        complaints += [f"{'/'.join(here)} uses {'/'.join(other)}, which lies above it" for other in sorted(up)]
        length = texts[here].count("\n")
        if length >= LONGEST and "/".join(here[:2]) not in TABLES:
            complaints.append(f"{'/'.join(here)} has {length} lines; the longest file has fewer than {LONGEST}")
        if here[0] != "client" and re.search(r"^impl Client\b", texts[here], re.M):
            complaints.append(f"{'/'.join(here)} has an `impl Client`, which belongs in client/")
    complaints += [f"a circle: {' -> '.join('/'.join(file) for file in circle)}" for circle in circles(uses)]
    print("\n".join(complaints) or f"{len(FILES)} files in {len(ROOMS)} rooms: no upward import, no circle")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
