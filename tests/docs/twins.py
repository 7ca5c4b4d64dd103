"""Every page exists in both languages, with the same headings, tables, lists, pictures and code."""

import re

import pages


def check():
    """The differences, one per line."""
    faults = []
    for english, korean in pages.twins():
        missing = [page for page in (english, korean) if not (pages.ROOT / page).exists()]
        if missing:
            faults.append(f"{missing[0]} is missing: the page is there in the other language only")
        elif shape(english) != shape(korean):
            faults.append(f"{english} and {korean} differ at {difference(english, korean)}")
        elif code(english) != code(korean):
            faults.append(f"{english} and {korean} show different code or commands")
    return faults + pictures()


def shape(page):
    """The parts of the page in order: headings by depth, table rows, list items, pictures, code blocks."""
    marks = []
    text = re.sub(r"^```.*?^```", "```", pages.read(page), flags=re.MULTILINE | re.DOTALL)
    for line in text.splitlines():
        found = re.match(r"#+ |\||- |\d+\. |!\[|```|<!--", line.strip())
        if found:
            marks.append(found[0].strip())
    return marks


def difference(english, korean):
    """The first difference of the shapes: the number of the mark and both marks."""
    ours, theirs = shape(english), shape(korean)
    for number, (one, other) in enumerate(zip(ours, theirs)):
        if one != other:
            return f"mark {number + 1}: {one} and {other}"
    return f"the end: {len(ours)} and {len(theirs)} headings, rows, items and blocks"


def code(page):
    """Language and code of each block, without the shell's comments: those are translated."""
    return [
        (language, re.sub(r" *#\s.*" if language == "sh" else "$^", "", text), source)
        for language, text, source in pages.blocks(page)
    ]


def pictures():
    """Each picture has a twin that differs only in its words."""
    faults = []
    names = {path.name for path in pages.ROOT.glob("docs/*/pictures/*.svg")}
    for name in sorted(names):
        drawn = [pages.ROOT / f"docs/{language}/pictures/{name}" for language in ("en", "ko")]
        if not all(path.exists() for path in drawn):
            faults.append(f"the picture {name} is there in one language only")
        elif len({re.sub(r">[^<]+<|aria-label=\".*?\"", "", path.read_text("utf-8")) for path in drawn}) > 1:
            faults.append(f"the picture {name} is drawn differently in the two languages")
    return faults
