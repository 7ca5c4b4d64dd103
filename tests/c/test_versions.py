"""A program that was compiled with a later release does not start with an older library of the same SONAME: it would pay, and then find
that a function is missing. The later library runs programs of both."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

import sandbox
from sandbox import BUILD, ROOT
from tests import kit

from .test_abi import version

MAP = ROOT / "ffi-c/abi/xpayclient.map"
SONAME = f"libxpayclient.so.{version()}"
# What the later release adds, and the node that it adds it under.
ADDED = "bool xpay_newer(const xpay_client *client) { return client != NULL; }"
NODE = "XPAY_999.0.0"


@pytest.fixture(scope="module")
def releases(workshop: Path) -> dict[str, Path]:
    """Directories of both releases: each has the library, and the shop that was compiled with it."""
    source = workshop / "newer.c"
    source.write_text(f"#include <xpayclient.h>\n{ADDED}\n", "utf-8")
    kit.run(["cc", "-fPIC", f"-I{ROOT / 'include'}", "-c", source, "-o", workshop / "newer.o"])
    nodes = MAP.read_text("utf-8")
    before = re.findall(r"^(XPAY_\S+) \{$", nodes, re.MULTILINE)[-1]
    later = workshop / "later.map"
    later.write_text(f"{nodes}\n{NODE} {{ global: xpay_newer; }} {before};\n", "utf-8")
    older = released(workshop / "older", {}, [])
    newer = released(workshop / "newer", {"MAP": str(later), "LDFLAGS": str(workshop / "newer.o")}, ["-DWITH_NEWER"])
    return {"older": older, "newer": newer}


def released(directory: Path, variables: dict[str, str], flags: list[str]) -> Path:
    directory.mkdir()
    (directory / "libxpayclient.a").symlink_to(BUILD / "libxpayclient.a")
    kit.run([ROOT / "scripts/link", directory], env={**os.environ, **variables})
    shop: list[str | Path] = [ROOT / "tests/c/versions/shop.c", "-o", directory / "shop"]
    kit.run(["cc", "-std=c99", f"-I{ROOT / 'include'}", *flags, *shop, f"-L{directory}", "-lxpayclient"])
    return directory


@pytest.mark.parametrize(("shop", "library"), [("older", "older"), ("older", "newer"), ("newer", "newer")])
def test_a_library_that_is_new_enough_pays(
    shop: str, library: str, releases: dict[str, Path], fresh_gateway: sandbox.Sandbox
) -> None:
    done = called(releases[shop], releases[library], fresh_gateway)
    assert (done.stdout, done.returncode) == ("paid\n", 0), done.stderr
    assert [payment["balance"] for payment in fresh_gateway.payments()] == [23400]


def test_a_library_that_is_too_old_is_refused_before_anything_is_sent(
    releases: dict[str, Path], fresh_gateway: sandbox.Sandbox
) -> None:
    done = called(releases["newer"], releases["older"], fresh_gateway)
    assert f"{SONAME}: version `{NODE}' not found" in done.stderr
    assert (done.stdout, done.returncode) == ("", 1)
    assert fresh_gateway.payments() == []


def called(shop: Path, library: Path, gateway: sandbox.Sandbox) -> subprocess.CompletedProcess[str]:
    call: list[str | Path] = [shop / "shop", gateway.home, gateway.paykey("versions", 23400)]
    # What the loader says is in the language of its user.
    variables = {**os.environ, "LD_LIBRARY_PATH": str(library), "LC_ALL": "C"}
    return subprocess.run(call, env=variables, capture_output=True, encoding="utf-8", check=False)
