"""Every subcommand and option of `xpay … --help` is on its page, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from sandbox import ROOT, XPAY
from tests import kit

from . import pages

# Pages about a single command.
ALONE = {"doctor": "doctor.md"}
# What every subcommand has is told once, before the first of them.
COMMON = ("--lang", "--color")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_has_every_subcommand_and_option(language: str) -> None:
    tree = list(subcommands([]))
    assert len(tree) > 10, "no subcommands were found in `xpay --help`"
    assert not [fault for path, shown in tree if path for fault in untold(language, path, shown)]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_doctors_page_lists_exactly_its_findings(language: str) -> None:
    written = (ROOT / "cli/src/doctor/finding.rs").read_text("utf-8")
    found = re.search(r"enum About \{(.*?)\}", written, re.DOTALL)
    assert found, "cli/src/doctor/finding.rs has no list"
    known = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in re.findall(r"\w+", found[1])}
    listed = set(re.findall(r"^\| `([^`]*)`", pages.read(f"docs/{language}/doctor.md"), re.MULTILINE))
    assert listed == known


def subcommands(path: list[str]) -> Iterator[tuple[list[str], str]]:
    """Each subcommand below `path`, itself first, with its help."""
    shown = kit.run([XPAY, *path, "--help"])
    yield path, shown
    found = re.search(r"^Commands:\n(.*?)(?:\n\n|\Z)", shown, re.MULTILINE | re.DOTALL)
    for name in re.findall(r"^  ([a-z-]+)", found[1], re.MULTILINE) if found else []:
        if name != "help":
            yield from subcommands([*path, name])


def untold(language: str, path: list[str], shown: str) -> list[str]:
    """What the page lacks of a subcommand."""
    page = f"docs/{language}/command.md"
    told = section(page, path)
    if told is None:
        return [f"{page} has no heading for `xpay {' '.join(path)}`"]
    alone = f"docs/{language}/{ALONE.get(path[0], '')}"
    if path[0] in ALONE and (ROOT / alone).exists():
        told += pages.read(alone)
    rules = pages.read(page).split("\n## xpay ")[0]
    texts = {option: rules if option in COMMON else told for option in options(shown)}
    lacking = [option for option, text in texts.items() if not re.search(rf"{option}(?![\w-])", text)]
    return [f"{page} does not tell of {option} of `xpay {' '.join(path)}`" for option in lacking]


def options(shown: str) -> list[str]:
    return [option for option in re.findall(r"^ +(?:-\w, )?(--[\w-]+)", shown, re.MULTILINE) if option != "--help"]


def section(page: str, path: list[str]) -> str | None:
    """The text below the subcommand's heading, up to the next one; None without such a heading."""
    found = re.search(rf"^##+ xpay {' '.join(path)}\n(.*?)(?=^##|\Z)", pages.read(page), re.MULTILINE | re.DOTALL)
    return found and found[1]
