"""No link of a page is dead: the file and the heading exist. External links are not checked."""

import re
from pathlib import PurePosixPath

import pages


def check():
    """Dead links, and pages missing from the books, one per line."""
    faults = []
    for page in pages.every():
        for target in links(page):
            fault = dead(page, target)
            if fault:
                faults.append(f"{page}: the link {target} {fault}")
    return faults + left_out()


def links(page):
    """The targets of the page's links and pictures, without external ones."""
    text = re.sub(r"`[^`\n]*`", "", pages.prose(page))
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", target)]


def dead(page, target):
    """Why the link is dead; None if it is not."""
    file, _, anchor = target.partition("#")
    where = normal(PurePosixPath(page).parent / file) if file else page
    if not (pages.ROOT / where).exists():
        return "leads to nothing"
    if page.startswith("docs/") and not where.startswith("docs/"):
        return "leads out of the book, where it would be dead"
    if anchor and anchor not in anchors(where):
        return f"names no heading of {where}"
    return None


def normal(path):
    """Without `..`."""
    parts = []
    for part in path.parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
    return "/".join(parts)


def anchors(page):
    """The anchors of a page's headings, as GitHub and mdBook both make them."""
    headings = re.findall(r"^#+ (.*)$", pages.prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def left_out():
    """Pages of docs/ that are missing from their book's table of contents."""
    faults = []
    for language in ("en", "ko"):
        book = f"docs/{language}/SUMMARY.md"
        listed = {f"docs/{language}/{target}" for target in links(book)} | {book}
        faults += [
            f"{page} is not in {book}" for page in pages.every() if page.startswith(f"docs/{language}/") and page not in listed
        ]
    return faults
