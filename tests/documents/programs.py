"""Compiles or prepares a sample that is a program, as its page tells."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import php_package
import phps
from sandbox import LIBRARY, ROOT
from tests import kit

from .clone import Clone

Call = Sequence["str | Path"]


def in_c(clone: Clone, code: str) -> Call:
    return compiled(clone, code, ["cc"], "payment.c")


def in_cpp(clone: Clone, code: str) -> Call:
    return compiled(clone, code, ["c++", "-std=c++11"], "payment.cpp")


def compiled(clone: Clone, code: str, compiler: list[str], file: str) -> Call:
    (clone.directory / file).write_text(code, "utf-8")
    flags = ["-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}", f"-L{clone.release}", f"-Wl,-rpath,{clone.release}"]
    kit.run([*compiler, file, "-o", "payment", *flags, "-lxpayclient"], cwd=clone.directory)
    return ["./payment"]


def in_csharp(clone: Clone, code: str) -> Call:
    if not (shutil.which("mcs") and shutil.which("mono")):
        # Not `kit.missing`: Mono is larger than everything that `make setup` installs for this sample alone.
        pytest.skip("NOT TRIED: the sample in C#, there is no Mono here / C# 예제: Mono가 없습니다")
    (clone.directory / "Payment.cs").write_text(code, "utf-8")
    kit.run(["mcs", "Payment.cs"], cwd=clone.directory)
    return ["env", f"LD_LIBRARY_PATH={clone.release}", "mono", "Payment.exe"]


def in_rust(clone: Clone, code: str) -> Call:
    """With the library as it was built. The page's program finds the sandbox beside it and a payment key at its input."""
    (clone.directory / "main.rs").write_text(code, "utf-8")
    built = ROOT / "target" / "debug" / "deps"
    newest = max(built.glob("libxpayclient_core-*.rlib"), key=lambda library: library.stat().st_mtime)
    library = [f"--extern=xpayclient_core={newest}", f"-Ldependency={built}"]
    kit.run(["rustc", "--edition=2024", "-Dwarnings", "main.rs", "-o", "payment", *library], cwd=clone.directory)
    beside = 'mkdir sandbox && ln -s "$1" sandbox/home && echo "$2" | ./payment'
    return ["sh", "-c", beside, "sh"]


def in_python(clone: Clone, code: str) -> Call:
    (clone.directory / "payment.py").write_text(code, "utf-8")
    return [sys.executable, "payment.py"]


def in_php(clone: Clone, code: str) -> Call:
    """With the class and the library next to it, and the package as Composer installs it."""
    php = kit.php("PHP 8")
    (clone.directory / "payment.php").write_text(code, "utf-8")
    shutil.copy(phps.CLASS, clone.directory)
    shutil.copy(LIBRARY, clone.directory)
    if "vendor/" in code:
        kit.program("composer")
        php_package.installed(clone.directory)
    return [php, "payment.php"]


PREPARED: dict[str, Callable[[Clone, str], Call]] = {
    "c": in_c,
    "cpp": in_cpp,
    "csharp": in_csharp,
    "php": in_php,
    "python": in_python,
    "rust": in_rust,
}
