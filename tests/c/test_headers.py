"""The public headers compile alone, under each supported standard, with nothing before them and no warning."""

from __future__ import annotations

import pytest

from sandbox import ROOT
from tests import kit

COMPILERS = {"c": ["gcc", "clang"], "c++": ["g++", "clang++"]}
HEADERS = [
    ("c", ["c99", "c11"], "xpayclient.h"),
    ("c++", ["c++11", "c++20"], "xpayclient.h"),
]
CASES = [
    pytest.param(compiler, language, standard, header, id="-".join([compiler, standard, header]))
    for language, standards, header in HEADERS
    for compiler in COMPILERS[language]
    for standard in standards
]


@pytest.mark.parametrize(("compiler", "language", "standard", "header"), CASES)
def test_header(compiler: str, language: str, standard: str, header: str) -> None:
    flags = [f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT / 'include'}", "-fsyntax-only"]
    program = f"#include <{header}>\nint main(void) {{ return 0; }}\n"
    kit.run([kit.program(compiler), *flags, "-x", language, "-"], input=program)
