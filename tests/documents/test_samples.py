"""The documents' samples run as a reader would run them: in a directory that looks like a clone, against a sandbox over TLS."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox import ROOT, Sandbox
from tests import kit

from . import pages, shell
from .clone import Clone
from .programs import PREPARED
from .wanted import ELSEWHERE, PROGRAMS, SHELL, Says

# Languages whose samples must run, or be part of a file that runs.
RUN = {"c", "cpp", "csharp", "java", "php", "python", "rust", "sh"}
# Korean pages show what their twins do.
KOREAN = {korean for _, korean in pages.twins()}
PAGES = [page for page in pages.every() if page not in KOREAN]


@pytest.fixture
def clone(tmp_path: Path, fresh_gateway: Sandbox) -> Clone:
    return Clone(tmp_path / "clone", fresh_gateway)


def codes(page: str, language: str) -> list[str]:
    """The page's samples that are no part of a file."""
    return [block.code for block in pages.blocks(page) if block.language == language and block.source is None]


@pytest.mark.parametrize(
    ("page", "language", "number", "says"),
    [
        pytest.param(page, language, number, says, id=f"{page}-{language}-{number + 1}")
        for (page, language), wanted in PROGRAMS.items()
        for number, says in enumerate(wanted)
    ],
)
def test_a_program_prints_what_its_page_says(page: str, language: str, number: int, says: Says, clone: Clone) -> None:
    code = says.frame.replace("{sample}", codes(page, language)[number]).replace("/home/shop/lgdacom", clone.gateway.home)
    given = shell.in_escrow(clone) if says.in_escrow else clone.gateway.paykey("order-1", 23400)
    call = [*PREPARED[language](clone, code), clone.gateway.home, given]
    said = kit.run(call, cwd=clone.directory, env=clone.with_python() if language == "python" else clone.variables())
    assert said.startswith(says.beginning)


@pytest.mark.parametrize("page", SHELL)
def test_the_commands_of_a_page_run(page: str, clone: Clone, closed_port: int) -> None:
    # The other samples are the files that the commands name.
    for file, language in (("payment.c", "c"), ("payment.php", "php"), ("payment.py", "python")):
        for code in codes(page, language):
            (clone.directory / file).write_text(code, "utf-8")
    # Composer must not use a registry.
    (clone.directory / "composer.json").write_text('{"repositories": {"packagist.org": false}}')
    assert codes(page, "sh")
    for code in codes(page, "sh"):
        shell.run(clone, code, closed_port)


@pytest.mark.parametrize("page", [page for page in PAGES if any(block.source for block in pages.blocks(page))])
def test_what_is_shown_of_a_file_is_in_it(page: str) -> None:
    for block in pages.blocks(page):
        if block.source is not None:
            assert plain(block.code) in plain((ROOT / block.source).read_text("utf-8")), (
                f"{block.source} has no longer these lines"
            )


@pytest.mark.parametrize("page", PAGES)
def test_every_sample_is_named(page: str) -> None:
    found = {language: len(codes(page, language)) for language in RUN if codes(page, language)}
    programs = {language: len(wanted) for (where, language), wanted in PROGRAMS.items() if where == page}
    others = {language for where, language in ELSEWHERE if where == page} | ({"sh"} if page in SHELL else set())
    named = {**programs, **{language: found.get(language, 0) for language in others}}
    assert found == named, "name them in tests/documents/wanted.py"


@pytest.mark.parametrize(("page", "language"), [pytest.param(*one, id="-".join(one)) for one in ELSEWHERE])
def test_what_runs_elsewhere_is_well_formed(page: str, language: str) -> None:
    for code in codes(page, language):
        if language == "python":
            compile(code, page, "exec")
        elif language == "rust":
            assert f"../../{page}" in (ROOT / "tests/rust/lib.rs").read_text("utf-8")
        elif language in ("c", "cpp"):
            compiler, name = ("cc", "c") if language == "c" else ("c++", "c++")
            kit.run([compiler, "-x", name, "-fsyntax-only", f"-I{ROOT / 'include'}", "-"], input=code)
        elif language == "java":
            kit.run([kit.program("java"), Path(__file__).with_name("Parse.java")], input=code)
        elif language == "php":
            kit.run([kit.php("PHP 8"), "-l"], input=code if code.startswith("<?php") else f"<?php {code}")
        else:
            kit.run(["sh", "-nc", code])
            assert not [target for target in re.findall(r"^make ([a-z-]+)", code, re.MULTILINE) if not shell.is_target(target)]
            scripts = re.findall(r"(?:tests|scripts|examples)/[\w./]+", code)
            assert not [script for script in scripts if not (ROOT / script).exists()]


def plain(text: str) -> str:
    """The lines without their indentation."""
    return "\n".join(map(str.strip, text.strip().splitlines()))
