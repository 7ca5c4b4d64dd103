"""Pages and messages use the terms of the glossary in CONTRIBUTING.md: each forbidden word, and what to write instead."""

import re
import subprocess

import pages

# What must not be written, as a pattern, and what to write. Only words that cannot be meant otherwise.
TERMS = [
    ("통지", "통보"),
    ("단말기", "터미널"),
    ("상점 아이디", "상점아이디"),
    ("결제 수단", "결제수단"),
    ("부분 취소", "부분취소"),
    ("환불 계좌", "환불계좌"),
    ("한국 시간", "한국 시각"),
    ("데비안", "Debian"),
    ("리눅스", "Linux"),
    ("윈도우", "Windows"),
    ("장고", "Django"),
    ("장부", "원장"),
    ("인수", "인자"),
    (r"\bin form\b", "well-formed"),
    (r"\bmeans of payment\b", "payment method"),
    (r"\bshop ids?\b", "merchant ID"),
    (r"\bmend(?:s|ed|ing)?\b", "fix, correct"),
    (r"\b(?:was|were|is|are) (?:not )?believed\b", "trusted"),
    (r"\bcame about\b", "a plain verb"),
    (r"\bmade anew\b", "created again"),
    (r"\bcancel\w* \((?:망취소|Rollback)\)", "rollback (망취소)"),
    (r"(?-i:`in doubt`|\"in doubt\")", "in_doubt, where programs read it"),
]
# The glossary names what it forbids; the past is told in its own words.
LEFT_ALONE = {"CONTRIBUTING.md", "CHANGELOG.md"}
# Where messages and public comments are. The gateway's own words (tables) and past migrations stay as they are.
SOURCES = [
    "core/src",
    "ffi-c/src",
    "ffi-php/src",
    "ffi-python/src",
    "ffi-python/python",
    "cli/src",
    "sandbox/src",
    "include",
    "examples",
]
NOT_OURS = ("core/src/protocol/tables/", "ffi-python/python/xpayclient/django/migrations/")


def check():
    """Forbidden terms, one per line."""
    faults = []
    for page in pages.every():
        if page not in LEFT_ALONE:
            # What is generated is checked where it is written.
            text = re.sub(r"^<!-- (?:generated|options of).*?^<!-- end of", blank, pages.read(page), flags=re.M | re.S)
            faults += wrong(page, text)
    for source in sources():
        faults += wrong(source, "\n".join(map(words, pages.read(source).splitlines())))
    return faults


def wrong(file, text):
    return [
        f"{file}:{number}: {found[0]!r}, write {instead}"
        for number, line in enumerate(text.splitlines(), 1)
        for pattern, instead in TERMS
        for found in re.finditer(pattern, line, re.IGNORECASE)
    ]


def blank(found):
    """As many lines, with nothing in them."""
    return "\n" * found[0].count("\n")


def words(line):
    """Texts and the comments of what is public; another comment is for those who change the code."""
    if re.match(r"\s*(?:///|//!|/?\*)", line):
        return line
    return " ".join(re.findall(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", line))


def sources():
    """The files with messages that are text and ours."""
    call = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *SOURCES]
    listed = subprocess.run(call, cwd=pages.ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    ours = [file for file in listed.split() if not file.startswith(NOT_OURS) and not file.endswith((".md", "_euckr.php"))]
    return [file for file in ours if (pages.ROOT / file).exists() and is_text(pages.ROOT / file)]


def is_text(path):
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return True
