"""xpayclient.hpp: every standard takes it without a warning, it has every function of the C header, and what must not compile does not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sandbox import ROOT
from tests import kit

HEADER = (ROOT / "include/xpayclient.h").read_text("utf-8")
CLASS = (ROOT / "include/xpayclient.hpp").read_text("utf-8")
COMPILERS = ["g++", "clang++"]
# C++23 by the name that older compilers know too.
STANDARDS = ["c++11", "c++14", "c++17", "c++20", "c++2b"]
PLAIN = ["-fno-exceptions", "-fno-rtti"]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wold-style-cast", "-Weffc++"]
WARNINGS += ["-Wtype-limits", "-Wnon-virtual-dtor", "-Woverloaded-virtual", "-Wnull-dereference", "-Werror"]
# What a shop would write: every template is used.
USES = """#include <xpayclient.hpp>
#include <cstdint>
bool uses(XPayClient &xpay, const std::string &text);
bool uses(XPayClient &xpay, const std::string &text) {
    XPayClient::Held held = xpay.Hold();
    XPayClient::Held moved = std::move(held);
    const auto step = [](const XPayClient &answer) { return answer.Response_Count() > 0; };
    return xpay.Set("n", 1) && xpay.Set("n", 0) && xpay.Set("n", 1U) && xpay.Set("n", -1L) && xpay.Set("n", 1ULL) && xpay.Set(text, text)
        && xpay.PayByKey("m", "k", std::int16_t{1}, step) && xpay.PayByKey("m", text, std::size_t{2}) && xpay.VerifyNotice(text, std::int64_t{3})
        && xpay.PartialCancel("m", "t", "", 1, 2U, text) && moved.Confirm() && XPayClient::LibraryFits();
}
int main() { return 0; }
"""
# Statements that must not compile, with what the compiler says of them.
REFUSED = {
    'xpay.PayByKey("m", "k", 23400.5)': "deleted",
    'xpay.PayByKey("m", "k", true)': "deleted",
    "xpay.Set(\"LGD_ESCROWYN\", 'Y')": "deleted",
    'xpay.Set("LGD_AMOUNT", 23400.5)': "no match",
    'xpay.VerifyNotice("m", 1.0f)': "deleted",
    "xpay.Recover() == 0": "no match",
    "XPayClient copy(xpay)": "deleted",
}
# Functions of C that the class does not call, and why.
LEFT_OUT = {
    "xpay_recover": "xpay_recover_open cannot be misread",
    **{f"xpay_statement_{name}": "a store calls them as in C" for name in [
        "operation", "sql", "value_count", "value", "is_query", "is_fresh", "on_connect", "changed", "row", "not_done",
    ]},
    **{f"xpay_{name}_str": "the class returns a std::string from the caller's buffer" for name in [
        "timestamp", "hash_data", "hash_data_cas", "hash_data_openpay", "vendor_hash_data", "vendor_hash_data_cas",
        "vendor_hash_data_openpay", "receipt_authdata",
    ]},
}  # fmt: skip


def compiled(compiler: str, standard: str, program: str, *flags: str | Path) -> subprocess.CompletedProcess[str]:
    call: list[str | Path] = [
        kit.program(compiler),
        f"-std={standard}",
        f"-I{ROOT / 'include'}",
        *flags,
        "-fsyntax-only",
        "-x",
        "c++",
        "-",
    ]
    done = subprocess.run(call, input=program, stderr=subprocess.PIPE, encoding="utf-8")
    print(done.stderr)
    return done


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_standard_takes_it_without_a_warning(compiler: str, standard: str) -> None:
    for more in ([], PLAIN):
        assert compiled(compiler, standard, USES, *WARNINGS, *more).returncode == 0


@pytest.mark.parametrize("compiler", COMPILERS)
def test_an_older_standard_gets_one_error_that_names_the_oldest(compiler: str) -> None:
    done = compiled(compiler, "c++98", "#include <xpayclient.hpp>\n")
    assert done.returncode != 0
    assert len(re.findall(r"\berror:", done.stderr)) == 1
    assert "needs C++11" in done.stderr


@pytest.mark.parametrize("statement", REFUSED)
def test_what_would_be_misread_does_not_compile(statement: str) -> None:
    program = f"#include <xpayclient.hpp>\nvoid f(XPayClient &xpay);\nvoid f(XPayClient &xpay) {{ (void)xpay; {statement}; }}\n"
    done = compiled("g++", "c++11", program)
    assert done.returncode != 0
    assert REFUSED[statement] in done.stderr
    assert f"{len(program.splitlines())}:" in done.stderr


@pytest.mark.parametrize("call", ["xpay.TX()", "xpay.Confirm()", 'xpay.VerifyNotice("m", 1)', "xpay.Hold()"])
def test_a_result_that_decides_about_money_is_not_ignored(call: str) -> None:
    """Since C++17; `(void)` says that it is meant."""
    program = "#include <xpayclient.hpp>\nvoid f(XPayClient &xpay);\nvoid f(XPayClient &xpay) {{ {}{}; }}\n"
    assert compiled("g++", "c++17", program.format("", call), "-Werror").returncode != 0
    assert compiled("g++", "c++17", program.format("(void)", call), "-Werror").returncode == 0


def test_it_has_every_function_of_c() -> None:
    without_comments = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)
    functions = set(re.findall(r"\b(xpay_\w+)\(", without_comments))
    called = set(re.findall(r"\b(xpay_\w+)\(", re.sub(r"/\*.*?\*/", "", CLASS, flags=re.DOTALL)))
    assert functions - called == set(LEFT_OUT), "call it in xpayclient.hpp, or say in LEFT_OUT why not"
    assert called <= functions


def test_it_says_that_an_older_header_was_found_first(tmp_path: Path) -> None:
    older = re.sub(r"(#define XPAY_VERSION_NUMBER) .*", r"\1 0x000001", HEADER)
    (tmp_path / "xpayclient.h").write_text(older, "utf-8")
    program = "#include <xpayclient.hpp>\n"
    call: list[str | Path] = ["g++", "-std=c++11", f"-I{tmp_path}", f"-I{ROOT / 'include'}", "-fsyntax-only", "-x", "c++", "-"]
    done = subprocess.run(call, input=program, stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode != 0
    assert len(re.findall(r"\berror:", done.stderr)) == 1
    assert "needs the xpayclient.h of its release" in done.stderr


def test_it_needs_the_release_of_the_newest_function_that_it_calls() -> None:
    abi = re.search(r"^#define XPAY_ABI_VERSION (\d+)$", HEADER, re.MULTILINE)
    assert abi
    releases = re.split(r"^# since ", (ROOT / f"ffi-c/abi/{abi[1]}.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
    needed = max(
        tuple(map(int, release.split()[0].split(".")))
        for release in releases
        if any(f"{name}(" in CLASS for name in re.findall(r"\b(xpay_\w+)\(", release))
    )
    major, minor, patch = needed
    assert f"XPAY_VERSION_NUMBER < {major << 16 | minor << 8 | patch:#08x}" in CLASS
