"""The public headers compile alone, under each supported standard, with nothing before them and no warning."""

from __future__ import annotations

import pytest

from sandbox import ROOT
from tests import kit

COMPILERS = {"c": ["gcc", "clang"], "c++": ["g++", "clang++"]}
HEADERS = [
    ("c", ["c99", "c11"], "xpayclient.h", []),
    ("c++", ["c++11", "c++20"], "xpayclient.h", []),
    ("c++", ["c++11", "c++20"], "xpayclient.hpp", []),
    ("c++", ["c++11", "c++20"], "xpayclient.hpp", ["-fno-exceptions", "-fno-rtti"]),
]
CASES = [
    pytest.param(
        compiler, language, standard, header, more, id="-".join([compiler, standard, header, *(["plain"] if more else [])])
    )
    for language, standards, header, more in HEADERS
    for compiler in COMPILERS[language]
    for standard in standards
]


@pytest.mark.parametrize(("compiler", "language", "standard", "header", "more"), CASES)
def test_header(compiler: str, language: str, standard: str, header: str, more: list[str]) -> None:
    flags = [f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT / 'include'}", "-fsyntax-only"]
    program = f"#include <{header}>\nint main(void) {{ return 0; }}\n"
    kit.run([kit.program(compiler), *flags, *more, "-x", language, "-"], input=program)
