"""Every subcommand and option of `xpay … --help` is on its page, in both languages."""

import re
import subprocess

import pages

XPAY = pages.ROOT / "target/release/xpay"
# Pages about a single command.
ALONE = {"doctor": "doctor.md"}


def check():
    """Missing descriptions, one per line."""
    faults = []
    for name in subcommands([]):
        faults += untold([name])
    return faults


def untold(path):
    shown = asked(path)
    faults = []
    for language in ("en", "ko"):
        page = f"docs/{language}/command.md"
        told = section(page, path)
        if told is None:
            faults.append(f"{page} has no heading for `xpay {' '.join(path)}`")
            continue
        alone = f"docs/{language}/{ALONE.get(path[0], '')}"
        if path[0] in ALONE and (pages.ROOT / alone).exists():
            told += pages.read(alone)
        lacking = [option for option in options(shown) if not re.search(rf"{option}(?![\w-])", told)]
        faults += [f"{page} does not tell of {option} of `xpay {' '.join(path)}`" for option in lacking]
    for name in subcommands(path):
        faults += untold([*path, name])
    return faults


def asked(path):
    return subprocess.run([XPAY, *path, "--help"], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def subcommands(path):
    found = re.search(r"^Commands:\n(.*?)(?:\n\n|\Z)", asked(path), re.MULTILINE | re.DOTALL)
    names = re.findall(r"^  ([a-z-]+)", found[1], re.MULTILINE) if found else []
    return [name for name in names if name != "help"]


def options(shown):
    return [option for option in re.findall(r"^ +(?:-\w, )?(--[\w-]+)", shown, re.MULTILINE) if option != "--help"]


def section(page, path):
    """The text below the subcommand's heading, up to the next one; None without such a heading."""
    found = re.search(rf"^##+ xpay {' '.join(path)}\n(.*?)(?=^##|\Z)", pages.read(page), re.MULTILINE | re.DOTALL)
    return found and found[1]
