"""The commands that README.md and CONTRIBUTING.md show are those of CI."""

from __future__ import annotations

import re

from sandbox import ROOT

from . import pages


def test_readme_shows_the_first_commands_of_ci_and_contributing_names_all() -> None:
    in_ci = re.findall(r"^make ([\w-]+)", (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)
    shown = re.findall(r"^make ([\w-]+)", pages.blocks("README.md")[0].code, re.MULTILINE)
    assert shown == ["demo", "test"]
    assert in_ci[: len(shown)] == shown
    commands = [f"`make {target}`" for target in in_ci]
    assert f"CI runs {', '.join(commands[:-1])} and {commands[-1]}." in pages.read("CONTRIBUTING.md")
