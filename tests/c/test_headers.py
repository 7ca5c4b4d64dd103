"""The header of C compiles alone, under each standard that it supports, with nothing before it and no warning; and warns of
what must not be done.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sandbox import ROOT
from tests import kit

HEADER = ROOT / "include/xpayclient.h"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", f"-I{HEADER.parent}"]
OF_C = ["-Wstrict-prototypes", "-Wmissing-prototypes", "-Wc++-compat"]
COMPILERS = {"c": ["gcc", "clang"], "c++": ["g++", "clang++"]}
HEADERS = [
    ("c", ["c99", "c11", "c17", "c2x"], OF_C),
    ("c++", ["c++98", "c++11", "c++14", "c++17", "c++20", "c++2b"], []),
]
CASES = [
    pytest.param(compiler, language, standard, more, id="-".join([compiler, standard]))
    for language, standards, more in HEADERS
    for compiler in COMPILERS[language]
    for standard in standards
]
# Microsoft's syntax and MinGW's.
WINDOWS = ["x86_64-pc-windows-msvc", "i686-pc-windows-msvc", "x86_64-w64-windows-gnu", "i686-w64-windows-gnu"]
LISTED = ["-S", "-emit-llvm", "-o-"]
# What moves money, gives it back, or says whose it is: a program that does not look at the result does not know.
MUST_CHECK = {
    *("tx", "tx_held", "tx_guarded", "pay_by_key", "pay_by_billing_key", "confirm", "rollback", "cancel", "partial_cancel"),
    *("recover_open", "escrow_send", "check", "verify_hash_data_cas", "notice_verify", "return_verify"),
}
WITHOUT_LOOKING = "xpay_notice_verify(c, mid, 23400)"
OLD = "(void)xpay_recover(c)"


@pytest.mark.parametrize(("compiler", "language", "standard", "more"), CASES)
def test_header(compiler: str, language: str, standard: str, more: list[str]) -> None:
    program = "#include <xpayclient.h>\nint main(void) { return 0; }\n"
    call = [kit.program(compiler), f"-std={standard}", *WARNINGS, *more, "-fsyntax-only", "-x", language, "-"]
    kit.run(call, input=program)


@pytest.mark.parametrize(
    "compiler",
    [["tcc", "-Wall", "-Werror", f"-I{HEADER.parent}"], ["gcc", "-std=c99", "-U__GNUC__", *WARNINGS]],
    ids=["tcc", "unknown"],
)
def test_a_compiler_without_attributes(compiler: list[str], tmp_path: Path) -> None:
    """It takes every declaration, and warns of nothing."""
    done = compiled([kit.program(compiler[0]), *compiler[1:]], f"{WITHOUT_LOOKING}; {OLD}", tmp_path)
    assert done.returncode == 0 and not done.stdout, done.stdout


def test_the_functions_that_must_be_checked() -> None:
    marked = re.findall(r"^XPAY_MUST_CHECK\n.*?\bxpay_(\w+)\(", HEADER.read_text("utf-8"), re.MULTILINE)
    assert set(marked) == MUST_CHECK and len(marked) == len(MUST_CHECK)


@pytest.mark.parametrize("compiler", ["gcc", "clang", "g++", "clang++"])
@pytest.mark.parametrize(
    ("statement", "attribute", "warned"),
    [(WITHOUT_LOOKING, "XPAY_MUST_CHECK", "unused-result"), (OLD, "XPAY_DEPRECATED(text)", "use xpay_recover_open")],
    ids=["unchecked", "deprecated"],
)
def test_a_warning(compiler: str, statement: str, attribute: str, warned: str, tmp_path: Path) -> None:
    """It comes without being asked for, and a program that defines the attribute as nothing has none."""
    call = [kit.program(compiler), "-Werror", f"-I{HEADER.parent}"]
    done = compiled(call, statement, tmp_path)
    assert done.returncode != 0 and warned in done.stdout
    assert compiled([*call, f"-D{attribute}="], statement, tmp_path).returncode == 0


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_a_compiler_of_cpp_that_is_not_known(compiler: str, tmp_path: Path) -> None:
    """As Microsoft's: the attribute is C++17's own."""
    call = [kit.program(compiler), "-std=c++17", "-U__GNUC__", "-U__clang__", "-Werror", f"-I{HEADER.parent}"]
    done = compiled(call, WITHOUT_LOOKING, tmp_path)
    assert done.returncode != 0 and "nodiscard" in done.stdout
    assert compiled(call, f"(void){WITHOUT_LOOKING}", tmp_path).returncode == 0


@pytest.mark.parametrize("language", ["c", "c++"])
@pytest.mark.parametrize("target", WINDOWS)
def test_windows(target: str, language: str) -> None:
    """A function comes from the DLL, unless the program says that it has the static library. No header of Windows is needed."""
    call = [kit.program("clang"), f"--target={target}", "-ffreestanding", *WARNINGS, *LISTED, "-x", language, "-"]
    program = "#include <xpayclient.h>\nvoid page(void);\nvoid page(void) { xpay_free(xpay_new()); }\n"
    declared = re.compile(r"^declare (dllimport)?.*@xpay_(?:new|free)\(", re.MULTILINE)
    assert declared.findall(kit.run(call, input=program)) == ["dllimport"] * 2
    assert declared.findall(kit.run([*call, "-DXPAY_STATIC"], input=program)) == [""] * 2


def compiled(compiler: list[str], statement: str, directory: Path) -> subprocess.CompletedProcess[str]:
    program = directory / ("program.cpp" if compiler[0].endswith("++") else "program.c")
    declaration = "void page(xpay_client *c, const char *mid)"
    program.write_text(f"#include <xpayclient.h>\n{declaration};\n{declaration} {{ (void)mid; {statement}; }}\n", "utf-8")
    call = [*compiler, "-c", str(program), "-o", str(directory / "program.o")]
    return subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
