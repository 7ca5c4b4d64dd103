"""Debian's copyright files and the licence tags of RPM: for each package what is linked into it (components.py), by licence."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterable

import components
import facts
from sandbox import ROOT

# How each licence is called in Debian's format, and how its terms begin.
LICENCES = {
    "0BSD": ("0BSD", "Permission to use, copy, modify, and/or distribute"),
    "Apache-2.0": ("Apache-2.0", ""),
    "Apache-2.0 WITH LLVM-exception": ("Apache-2.0 with LLVM exception", ""),
    "blessing": ("public-domain", "The author disclaims copyright"),
    "BSD-3-Clause": ("BSD-3-clause", "Redistribution and use in source and binary forms"),
    "BSL-1.0": ("BSL-1.0", "Permission is hereby granted, free of charge, to any person or organization"),
    "CC0-1.0": ("CC0-1.0", ""),
    "CDLA-Permissive-2.0": ("CDLA-Permissive-2.0", "Community Data License Agreement"),
    "ISC": ("ISC", "Permission to use, copy, modify, and"),
    "MIT": ("Expat", "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"),
    # It begins as MIT does, which would be taken for it.
    "MIT-0": ("MIT-0", "MIT No Attribution"),
    "Unicode-3.0": ("Unicode-3.0", "Permission is hereby granted, free of charge, to any person obtaining a copy of data"),
    "Unlicense": ("Unlicense", "This is free and unencumbered software"),
    "Zlib": ("Zlib", "This software is provided 'as-is'"),
}
# Debian has these texts in each system. Not so the exception, which comes on top of Apache's.
COMMON = {name: f"The text is in /usr/share/common-licenses/{name}." for name in ("Apache-2.0", "CC0-1.0")}
EXCEPTION = "As an exception, if, as a result"
OURS = ROOT / "LICENSE-MIT"
HEAD = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: xpayclient
{source}Comment:
 What is below vendor/ is the work of others that is linked in: crates and SQLite, named
 as `cargo vendor --versioned-dirs` lays them out, and parts of the standard library of
 Rust and of the runtime of Zig, which links. THIRD-PARTY-NOTICES.gz beside this file
 has the texts of their licences as they come.
"""


def reached(roots: Iterable[str]) -> list[components.Component]:
    """What is linked into the crates `roots`, themselves included; what the compiler adds is in all of them."""
    known = {one.title: one for one in components.components()}
    waiting = [title for title, one in known.items() if one.of in {components.RUST, components.ZIG} or one.name in roots]
    found: set[str] = set()
    while waiting:
        title = waiting.pop()
        if title not in found:
            found.add(title)
            waiting += known[title].needs
    return [one for title, one in known.items() if title in found]


def copyright_file(roots: Iterable[str]) -> str:
    """In Debian's machine-readable format: who owns what under which licence, then the licences."""
    others = [one for one in reached(roots) if not one.ours]
    home = facts.homepage()
    paragraphs = [HEAD.format(source=f"Source: {home}\n" if home else "")]
    paragraphs.append(f"Files: *\nCopyright: {ours()}\nLicense: {named('MIT OR Apache-2.0')}\n")
    for (licence, holders), group in itertools.groupby(sorted(others, key=kind), kind):
        files = "\n ".join(f"vendor/{folder(one)}/*" for one in group)
        owners = "\n ".join(holders) or "none: the authors gave it to the public domain"
        paragraphs.append(f"Files: {files}\nCopyright: {owners}\nLicense: {licence}\n")
    names = {name for one in others for name in parts(one.licence)} | {"MIT", "Apache-2.0"}
    for name in sorted(names, key=lambda name: LICENCES[name][0].lower()):
        paragraphs.append(f"License: {LICENCES[name][0]}\n{indented(terms(name))}")
    return "\n".join(paragraphs)


def expression(roots: Iterable[str]) -> str:
    """All licences at once, in SPDX's words, as RPM has it."""
    each = {" OR ".join(sorted(part.strip("()").split(" OR "))) for one in reached(roots) for part in one.licence.split(" AND ")}
    return " AND ".join(f"({part})" if " OR " in part else part for part in sorted(each))


def ours() -> str:
    return components.holders([OURS.read_text("utf-8")])[0]


def kind(one: components.Component) -> tuple[str, tuple[str, ...]]:
    return named(one.licence), one.holders


def folder(one: components.Component) -> str:
    if one.of:
        return f"{one.of.partition(' ')[0].partition(chr(39))[0].lower()}/{one.name}"
    # Without a package of its own.
    return "libsqlite3-sys-*/sqlite3" if one.name == "SQLite" else f"{one.name}-{one.version}"


def parts(licence: str) -> list[str]:
    return re.split(r" (?:OR|AND) ", licence.replace("(", "").replace(")", ""))


def named(licence: str) -> str:
    """An SPDX expression as Debian writes it. A comma binds less than its words, as SPDX's brackets do."""
    each = [" or ".join(sorted(LICENCES[name][0] for name in parts(part))) for part in licence.split(" AND ")]
    return (", and " if any(" or " in part for part in each) else " and ").join(each)


def terms(name: str) -> str:
    """A licence's terms: the shortest of those that the packages bring along or that are kept for one that does not, without
    whose they are."""
    if name in COMMON:
        return COMMON[name]
    begin = EXCEPTION if "WITH" in name else LICENCES[name][1]
    pattern = re.compile(r"\s+".join(map(re.escape, begin.split())))
    texts = [text for one in components.components() if name in parts(one.licence) for text in one.texts]
    if name == "MIT":
        texts = [OURS.read_text("utf-8")]
    found = [text[match.start() :].rstrip() for text in texts if (match := pattern.search(text))]
    if not found and (kept := components.KEPT / f"{name}.txt").exists():
        found = [kept.read_text("utf-8").rstrip()]
    if not found:
        raise LookupError(f"No text of {name} was found: give its beginning in {__name__}.LICENCES")
    shortest = min(found, key=len)
    return f"{COMMON['Apache-2.0']}\n\n{shortest}" if "WITH" in name else shortest


def indented(text: str) -> str:
    """As the format has it: a dot for an empty line."""
    lines = textwrap.dedent(text).splitlines()
    return "".join(f" {line.rstrip()}\n" if line.strip() else " .\n" for line in lines)
