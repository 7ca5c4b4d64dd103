"""What is linked into the library, the command and the Python module on any platform that deny.toml names: crates, SQLite, and the
parts of Rust's standard library, each with its licence, its texts and whose it is. The third-party notices, the bill of
materials and Debian's copyright files are made from this."""

from __future__ import annotations

import functools
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import ROOT

# The parts of a release; tests and examples are not shipped.
SHIPPED = ["xpayclient-bridge", "xpayclient-capi", "xpayclient-cli", "xpayclient-python"]
# What the packages of others do not tell: kept.json has what they leave out, and what Rust's standard library consists of.
KEPT = ROOT / "scripts/licenses"
RUST, ZIG = "Rust's standard library", "Zig's runtime, where Zig links"
# And what only some platforms have.
MUSL, MINGW = "Zig's musl, in the commands for musl", "MinGW-w64's runtime, on Windows"
# Of it: its own, what the linker adds or leaves out of a release, and what only tests, macros and profiles need.
ITS_OWN = {"alloc", "core", "panic_abort", "panic_unwind", "sysroot", "unwind"}
ITS_OWN |= {"getopts", "proc_macro", "profiler_builtins", "rustc_literal_escaper", "test", "unicode_width"}
# A licence, a notice or a list of copyrights, by its name.
LEGAL = re.compile(r"(LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|UNLICENSE)([-_.].*)?", re.IGNORECASE)
# Of what is not compiled: SQLCipher is another build of SQLite, and PyO3's runtime is another package.
UNUSED = ("sqlcipher/", "pyo3-runtime/", "tests/", "benches/", "examples/", "fuzz/")


@dataclass(frozen=True)
class Component:
    """Something that is linked in."""

    name: str
    # None for a part of what the compiler or the linker adds: their versions decide.
    version: str
    # An SPDX expression.
    licence: str
    texts: tuple[str, ...]
    # "2014 Alex Crichton": from its texts, or else its authors. None where nobody claims it: SQLite.
    holders: tuple[str, ...]
    # Ours is no third party's.
    ours: bool = False
    # SHA-256 of the package, if it is from a registry.
    checksum: str = ""
    needs: tuple[str, ...] = ()
    # What it is a part of, if the compiler or the linker adds it.
    of: str = ""

    @property
    def title(self) -> str:
        return f"{self.name} {self.version or f'({self.of})'}"


@functools.cache
def components() -> tuple[Component, ...]:
    """All, by name. LookupError names what has no licence's text, and what to do."""
    found = [*crates(), sqlite(), *added()]
    missing = [one.title for one in found if not one.ours and not one.texts]
    if missing:
        raise LookupError(
            f"No licence's text is in the package of {', '.join(missing)}: look it up in its repository, and name licence and "
            f"copyright in {KEPT.relative_to(ROOT)}/kept.json, as others are"
        )
    return tuple(sorted(found, key=lambda one: (one.name.lower(), one.version)))


def targets() -> list[str]:
    listed = re.findall(r"^targets = \[(.*?)\]", (ROOT / "deny.toml").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return re.findall(r'"(.*?)"', listed[0])


def crates() -> Iterator[Component]:
    packages, locked = known(), checksums()
    for title, needs in linked().items():
        package = packages[title]
        folder = Path(package["manifest_path"]).parent
        ours = package["source"] is None
        texts = () if ours else tuple(legal(folder)) or kept(package["name"])
        yield Component(
            package["name"],
            package["version"],
            # Without one it is refused by `make deny`.
            (package["license"] or "NOASSERTION").replace("/", " OR "),
            texts,
            holders(texts) or authors(package),
            ours,
            locked.get(title, ""),
            tuple(sorted({*needs, *([sqlite().title] if package["name"] == "libsqlite3-sys" else [])})),
        )


def linked() -> dict[str, set[str]]:
    """Crates and what each of them needs. Macros and build scripts run where it is compiled, and end there."""
    places = [f"--target={target}" for target in targets()]
    shown = ["--edges=normal,no-proc-macro", "--prefix=depth", "--format= {p}"]
    lines = cargo("tree", *places, *shown, *(f"--package={name}" for name in SHIPPED)).splitlines()
    needs: dict[str, set[str]] = {}
    way: list[str] = []
    for line in filter(None, lines):
        depth, name, version = line.split(" ")[:3]
        title = f"{name} {version.removeprefix('v')}"
        way[int(depth) :] = [title]
        needs.setdefault(title, set())
        if len(way) > 1:
            needs[way[-2]].add(title)
    return needs


def known() -> dict[str, Any]:
    """Packages as `cargo metadata` writes them."""
    places = [f"--filter-platform={target}" for target in targets()]
    listed = json.loads(cargo("metadata", "--format-version=1", *places))["packages"]
    return {f"{package['name']} {package['version']}": package for package in listed}


def checksums() -> dict[str, str]:
    listed = r'^name = "(.*)"\nversion = "(.*)"\nsource = ".*"\nchecksum = "(.*)"$'
    found = re.findall(listed, (ROOT / "Cargo.lock").read_text("utf-8"), re.MULTILINE)
    return {f"{name} {version}": checksum for name, version, checksum in found}


def legal(folder: Path) -> Iterator[str]:
    """The texts in a package."""
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder).as_posix()
        if LEGAL.fullmatch(file.name) and file.suffix != ".rs" and file.is_file() and not inner.startswith(UNUSED):
            yield file.read_text("utf-8")


@functools.cache
def sqlite() -> Component:
    """The SQLite in libsqlite3-sys, which is compiled into the command's sandbox."""
    (folder,) = (Path(one["manifest_path"]).parent for one in known().values() if one["name"] == "libsqlite3-sys")
    header = (folder / "sqlite3/sqlite3.h").read_text("utf-8")
    version = re.findall(r'^#define SQLITE_VERSION +"(.*)"$', header, re.MULTILINE)[0]
    blessing = header[: header.index("*****")].replace("/*\n", "").replace("** ", "").replace("**", "").strip()
    return Component("SQLite", version, "blessing", (blessing,), ())


def added() -> Iterator[Component]:
    """What the compilers and linkers add, from kept.json: not every compiler comes with their texts."""
    for whole, parts in facts()["parts"].items():
        for part in parts:
            yield Component(part["name"], "", part["licence"], written(part), tuple(part["copyright"]), of=whole)


def unlisted() -> list[str]:
    """What this machine's Rust adds and kept.json does not list. Other compilers than ours may add something else."""
    said = run("rustc", "--version").split()[1]
    if not said.startswith(facts()["compared_with_rust"] + "."):
        return []
    folder = Path(run("rustc", "--print=target-libdir").strip())
    libraries = {file.name[len("lib") : -len(".rlib")].rpartition("-")[0] for file in folder.glob("lib*.rlib")}
    listed = {part["name"] for part in facts()["parts"][RUST]}
    return sorted(one for one in libraries - ITS_OWN - listed if not one.startswith("rustc_std_workspace"))


def kept(name: str) -> tuple[str, ...]:
    entry = facts()["packages"].get(name)
    return written(entry) if entry else ()


def written(entry: Any) -> tuple[str, ...]:
    """The texts that an entry of kept.json names, the first below its copyrights."""
    first, *others = ((KEPT / file).read_text("utf-8") for file in entry["texts"])
    return ("".join(f"Copyright (c) {holder}\n" for holder in entry["copyright"]) + "\n" + first, *others)


@functools.cache
def facts() -> Any:
    return json.loads((KEPT / "kept.json").read_text("utf-8"))


def holders(texts: Iterable[str]) -> tuple[str, ...]:
    """Whose it is, as its texts say."""
    lines = re.findall(r"^\W*Copyright(?: \(c\)| ©|:)* +(.*)$", "\n".join(texts), re.MULTILINE | re.IGNORECASE)
    # The line of a template, "[yyyy] [name]", has no name; other lines begin so in the midst of a sentence.
    named = (line.strip() for line in lines if re.match(r"\d{4}.*[A-Za-z]{2}|[A-Z][^\[]+$", line))
    return tuple(dict.fromkeys(named))


def authors(package: Any) -> tuple[str, ...]:
    return tuple(re.sub(r" *<.*>", "", author) for author in package["authors"]) or (f"the developers of {package['name']}",)


def cargo(*arguments: str) -> str:
    return run("cargo", *arguments, "--locked")


def run(*call: str) -> str:
    return subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
