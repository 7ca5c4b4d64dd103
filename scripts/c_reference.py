"""The reference for C and C++, from the headers alone: declarations, and the comments before them. Its first lines are the header's own.

The headers are ours: `make generate` writes xpayclient.h, and xpayclient.hpp has one class. A declaration that cannot be read is an
error, and so no function is left out.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from sandbox import ROOT

HEADER, CLASS = ROOT / "include/xpayclient.h", ROOT / "include/xpayclient.hpp"

ACCESS = ("public", "protected", "private")


class Declared(NamedTuple):
    """A declaration without its body, the comment before it, and what is in its braces."""

    comment: str
    code: str
    body: str


def c() -> list[dict[str, Any]]:
    """Constants, types and functions of xpayclient.h."""
    text = HEADER.read_text("utf-8")
    groups: dict[str, list[dict[str, str]]] = {"Constants": [], "Types": [], "Functions": []}
    for comment, rest in re.findall(r"^/\*\*\n(.*?)^ \*/\n(.*?)(?=^/\*\*$|\Z)", text, re.MULTILINE | re.DOTALL):
        said = uncommented(comment)
        if constant := re.match(r"#define (\w+) (.+)", rest):
            groups["Constants"].append(entry(constant[1], constant[0], said))
        elif rest.startswith("#"):
            # A switch for the compiler, which nobody calls.
            continue
        elif rest.startswith("typedef enum"):
            found = re.match(r"typedef enum {\n(.*?)^} (\w+);", rest, re.MULTILINE | re.DOTALL)
            values = re.findall(r"/\*\*\n(.*?)\*/\s*(\w+) = (\d+)", found[1], re.DOTALL) if found else []
            rows = [f"| `{name}` | {value} | {' '.join(uncommented(meant).split())} |" for meant, name, value in values]
            if not found or len(values) != found[1].count(" = "):
                raise ValueError(f"{HEADER}: an enum that is not read: {rest[:200]}")
            table = "\n".join(["| name | value | meaning |", "| --- | --- | --- |", *rows])
            groups["Types"].append(entry(found[2], f"enum {found[2]}", f"{said}\n\n{table}"))
        else:
            if deprecated := re.match(r'XPAY_DEPRECATED\("(.*)"\)\n', rest):
                said += f"\n- deprecated: {deprecated[1]}"
                rest = rest[deprecated.end() :]
            code = re.match(r"[^;]*;", rest, re.DOTALL)
            name = code and (
                re.search(r"\(\*(\w+)\)\(", code[0]) or re.search(r"(\w+)\(", code[0]) or re.search(r"(\w+);$", code[0])
            )
            if not code or not name:
                raise ValueError(f"{HEADER}: a declaration that is not read: {rest[:200]}")
            plain = re.sub(r"^(XPAY_MUST_CHECK\s+)?XPAY_API ", "", code[0])
            groups["Types" if code[0].startswith("typedef") else "Functions"].append(
                entry(name[1], re.sub(r"\s+", " ", plain), said)
            )
    return [{"name": name, "comment": "", "members": members} for name, members in groups.items()]


def cpp() -> list[dict[str, Any]]:
    """The classes of xpayclient.hpp with what is public in them."""
    text = CLASS.read_text("utf-8")
    head = re.match(r"/\*(.*?)\*/", text, re.DOTALL)
    classes: list[dict[str, Any]] = []
    for found in declarations(re.sub(r"^#.*(?:\\\n.*)*$", "", text[head.end() if head else 0 :], flags=re.MULTILINE)):
        classes += class_of(found, "")
    classes.sort(key=lambda one: not one["name"].startswith("XPayClient"))
    classes[0]["comment"] = uncommented(head[1]) if head else ""
    return classes


def class_of(found: Declared, outer: str) -> list[dict[str, Any]]:
    named = re.match(r"(?:class|struct) (\w+)[^;]*$", found.code)
    if not named or not found.body:
        return []
    name = f"{outer}{named[1]}"
    members, inner = [], []
    is_public = found.code.startswith("struct")
    for member in declarations(found.body):
        if member.code in ACCESS:
            is_public = member.code == "public"
        elif is_public and (below := class_of(member, f"{name}::")):
            inner += below
        elif is_public and not re.match(r"(class|struct|friend)\b", member.code):
            members.append(method(name, member))
    return [{"name": name, "declared": found.code, "comment": found.comment, "members": members}, *inner]


def method(owner: str, member: Declared) -> dict[str, str]:
    code = re.sub(r"\s+", " ", member.code.replace("XPAYCLIENT_NODISCARD", "[[nodiscard]]"))
    # What initializes the members is no part of the interface.
    code = re.sub(r"\) : \w+\(.*", ")", re.sub(r"\) noexcept : \w+\(.*", ") noexcept", code))
    name = re.match(r"using (\w+)", code) or re.search(
        r"(operator bool|operator=|~?\w+)\s*\(", re.sub(r"^template <.*?>+ ", "", code)
    )
    if not name:
        raise ValueError(f"{CLASS}: a member that is not read: {code}")
    return entry(f"{owner}::{name[1]}", code + ";", member.comment)


def declarations(text: str) -> list[Declared]:
    """The declarations at the outermost level."""
    found, comment, code, at = [], "", "", 0
    while at < len(text):
        if text.startswith("/*", at):
            end = text.index("*/", at)
            # One within a declaration says nothing of it.
            if not code.strip():
                comment = uncommented(text[at + 2 : end])
            at = end + 2
        elif text[at] == "{" and "(" not in code[code.rfind(")") :]:
            end = closing(text, at)
            found.append(Declared(comment, code.strip(), text[at + 1 : end]))
            comment, code, at = "", "", end + 1
        elif text[at] == ":" and code.strip() in ACCESS:
            found.append(Declared("", code.strip(), ""))
            comment, code, at = "", "", at + 1
        elif text[at] == ";":
            if code.strip():
                found.append(Declared(comment, code.strip(), ""))
            comment, code, at = "", "", at + 1
        else:
            code += text[at]
            at += 1
    return found


def closing(text: str, at: int) -> int:
    """Where the brace at `at` is closed. Strings and comments of the headers have their braces in pairs."""
    depth = 0
    for end in range(at, len(text)):
        depth += (text[end] == "{") - (text[end] == "}")
        if depth == 0:
            return end
    raise ValueError("a brace is not closed")


def entry(name: str, code: str, comment: str) -> dict[str, str]:
    return {"name": name, "signature": code, "comment": comment}


def uncommented(comment: str) -> str:
    """A comment's text; the release that added it is a line of its own."""
    lines = [re.sub(r"^ *\* ?", "", line).rstrip() for line in comment.strip("\n").splitlines()]
    return re.sub(r"\\since (\S+)", r"\n- since \1", "\n".join(lines)).strip("* \n")
