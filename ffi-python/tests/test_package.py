"""The package itself: every public item has its words, and it says so where it cannot be used."""

import ast
import graphlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import xpayclient
from xpayclient import _native, results


def public():
    """Every public item, with where it is."""
    for name in xpayclient.__all__:
        item = getattr(xpayclient, name)
        if not inspect.isclass(item):
            continue
        yield name, item
        for member, value in vars(item).items():
            documented = inspect.isfunction(value) or isinstance(value, (property, results._Field))
            if documented and not member.startswith("_"):
                yield f"{name}.{member}", value


def test_every_public_item_is_documented():
    nameless = [where for where, item in public() if not (item.__doc__ or "").strip()]
    assert nameless == []


def test_the_version_is_the_librarys():
    assert xpayclient.__version__ == _native.VERSION


def test_all_codes_are_listed():
    codes = [code for code, *_ in _native.codes()]
    assert codes == sorted(codes) and "90008" in codes


def test_nothing_is_started_by_the_import():
    check = "import threading, xpayclient; assert threading.active_count() == 1; assert not __import__('logging').root.handlers"
    subprocess.run([sys.executable, "-c", check], check=True)


SUB_INTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
code = '''
try:
    import xpayclient
except ImportError as error:
    import os
    os.write(1, str(error).encode())
else:
    import os
    os.write(1, b"usable")
'''
interpreters.run_string(interpreters.create(), code)
"""


def test_a_sub_interpreter_is_refused_in_plain_words():
    done = subprocess.run([sys.executable, "-c", SUB_INTERPRETER], stdout=subprocess.PIPE, encoding="utf-8", check=True)
    assert "subinterpreters" in done.stdout, done.stdout


def test_no_modules_import_each_other():
    """Directly, through others, or for their types only."""
    package = Path(xpayclient.__file__).parent
    names = {file: module(package, file) for file in package.rglob("*.py")}
    uses = {name: imported(file, name) & set(names.values()) - {name} for file, name in names.items()}
    # A CycleError names them.
    graphlib.TopologicalSorter(uses).prepare()
    assert {"xpayclient._calls", "xpayclient._guard"} <= uses["xpayclient._client"]


def module(package, file):
    parts = file.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(file, name):
    """The modules that a file names in its import statements."""
    found, package = set(), name if file.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            # What `from . import name` names may be a module, and else is in the package.
            modules = {f"{base}.{alias.name}" for alias in node.names}
            found |= modules if node.module is None else modules | {base}
    return found


@pytest.mark.parametrize("module", ["_native"])
def test_the_rust_half_is_private(module):
    assert module not in xpayclient.__all__


@pytest.mark.parametrize("platform", ["linux", "win32"])
@pytest.mark.parametrize("name", ["xpay", "xpay.exe"])
def test_arguments_run_the_command_that_pip_installed(name, platform, tmp_path):
    info = tmp_path / "xpayclient_cli-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: xpayclient-cli\nVersion: 1\n")
    (info / "RECORD").write_text(f"bin/{name},,\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / name).write_text('#!/bin/sh\nprintf "<%s>" "$@"\nexit 3\n')
    (tmp_path / "bin" / name).chmod(0o755)
    run = f"import sys\nfrom xpayclient.__main__ import main\nsys.path.insert(0, {str(tmp_path)!r})\nsys.platform = {platform!r}\nsys.exit(main())"
    done = subprocess.run([sys.executable, "-c", run, "doctor", "a b"], stdout=subprocess.PIPE, encoding="utf-8")
    assert (done.returncode, done.stdout) == (3, "<doctor><a b>")
