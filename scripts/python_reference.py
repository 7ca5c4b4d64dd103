"""The reference for Python, by pdoc, which imports the package: classes and functions with their comments, as JSON on stdout.

scripts/docs.py runs it in the environment that has pdoc, with the package in PYTHONPATH.
"""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pdoc.doc
import pdoc.extract

PACKAGE = "xpayclient"


def main() -> None:
    modules = [pdoc.doc.Module.from_name(name) for name in pdoc.extract.walk_specs([PACKAGE])]
    groups: list[dict[str, Any]] = []
    # The package gives again what its modules have: it is described once, by its shortest name.
    seen: set[int] = set()
    for module in modules:
        prefix = module.modulename.removeprefix(PACKAGE).lstrip(".")
        prefix = f"{prefix}." if prefix else ""
        loose = []
        for member in module.members.values():
            if is_private(member) or (isinstance(member, pdoc.doc.Class) and id(member.obj) in seen):
                continue
            seen.add(id(member.obj))
            if isinstance(member, pdoc.doc.Class):
                groups.append(class_of(member, prefix))
            elif not isinstance(member, pdoc.doc.Module):
                loose.append(entry(member, f"{prefix}{member.name}"))
        groups.append({"name": module.modulename, "comment": docstring(module), "members": loose})
    # What to begin with first: the package and the clients.
    order = [PACKAGE, "XPayClient", "Transaction", "AsyncClient", "AsyncTransaction"]
    groups.sort(key=lambda one: order.index(one["name"]) if one["name"] in order else len(order))
    print(json.dumps([one for one in groups if one["comment"] or one["members"]], ensure_ascii=False))


def class_of(found: pdoc.doc.Class, prefix: str) -> dict[str, Any]:
    members = []
    for member in found.members.values():
        # What the standard library gives, as to an enum or a tuple, is described there.
        is_theirs = member.taken_from[0].partition(".")[0] not in (PACKAGE, "")
        if not is_private(member) and not is_theirs and not is_builtin(found, member):
            members.append(entry(member, f"{prefix}{found.name}.{member.name}"))
    bases = ", ".join(text.rpartition(".")[2] for _, _, text in found.bases)
    return {
        "name": f"{prefix}{found.name}",
        "declared": f"class {found.name}({bases})" if bases else f"class {found.name}",
        "comment": docstring(found),
        "members": members,
    }


def is_private(member: pdoc.doc.Doc[Any]) -> bool:
    return re.match(r"_(?!_init__$)", member.name) is not None


def is_builtin(found: pdoc.doc.Class, member: pdoc.doc.Doc[Any]) -> bool:
    owner = next((base for base in inspect.getmro(found.obj) if member.name in vars(base)), found.obj)
    return str(owner.__module__) in ("builtins", "enum")


def entry(member: pdoc.doc.Doc[Any], name: str) -> dict[str, str]:
    if isinstance(member, pdoc.doc.Function):
        signature = f"{member.funcdef} {member.name}{member.signature}"
        signature = re.sub(r"\s+", " ", signature).replace("( ", "(").replace(", )", ")").replace(" )", ")")
    elif isinstance(member, pdoc.doc.Variable) and member.is_enum_member:
        signature = f"{member.name} = {member.default_value.value!r}"
    elif isinstance(member, pdoc.doc.Variable):
        default = f" = {member.default_value_str}" if member.default_value_str else ""
        signature = f"{member.name}{member.annotation_str}{default}"
    else:
        signature = member.name
    return {"name": name, "signature": short(signature), "comment": docstring(member)}


def short(signature: str) -> str:
    """Types by the names that shops import, without the modules that they happen to be in; defaults as one writes them."""
    signature = re.sub(r"\b[\w.]*_Field\[(.*)\]$", r"\1", signature)
    signature = re.sub(r"\b(?:typing|xpayclient(?:\.\w+)*|datetime|decimal|os)\.(?=[A-Z])", "", signature)
    signature = re.sub(r"\bdatetime\.(?=datetime\b|date\b)", "", signature)
    return re.sub(r"<(\w+\.\w+): [^>]*>", r"\1", signature)


def docstring(member: pdoc.doc.Doc[Any]) -> str:
    return inspect.cleandoc(member.docstring or "")


if __name__ == "__main__":
    main()
