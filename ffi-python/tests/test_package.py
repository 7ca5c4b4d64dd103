"""The package itself: every public item has its words, and it says so where it cannot be used."""

import inspect
import subprocess
import sys

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
    done = subprocess.run(
        [sys.executable, "-c", SUB_INTERPRETER], stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    assert "subinterpreters" in done.stdout, done.stdout


@pytest.mark.parametrize("module", ["_native"])
def test_the_rust_half_is_private(module):
    assert module not in xpayclient.__all__
