"""The Python package of the tree, laid out so that Python can import it without an installation."""

import shutil

from sandbox import BUILD, ROOT

SOURCES = ROOT / "ffi-python/python/xpayclient"
LIBRARY = BUILD / "lib_native.so"


def lay_out(directory):
    """The package in `directory`, with the library that was built."""
    target = directory / "xpayclient"
    shutil.copytree(SOURCES, target, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(LIBRARY, target / "_native.abi3.so")
