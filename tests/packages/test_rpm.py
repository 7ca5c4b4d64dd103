"""The RPM packages, which have Fedora's names: what they contain, ask for and offer, the same bytes twice, and that their files pay."""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

import facts
import sandbox
from tests import kit

from . import shop
from .conftest import Packages

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packages")]


@pytest.fixture(scope="module")
def root(rpm: Packages, workshop: Path) -> Path:
    """Their files, unpacked."""
    for package in rpm.first():
        with package.open("rb") as packed:
            unpacked = subprocess.run(["rpm2archive", "-n", "-"], stdin=packed, stdout=subprocess.PIPE, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive:
            archive.extractall(workshop / "root")
    return workshop / "root"


def test_names_and_what_they_ask_for(rpm: Packages) -> None:
    commands, development, library = rpm.first()
    assert [re.split(r"-\d", package.name)[0] for package in rpm.first()] == ["xpayclient", "xpayclient-devel", "xpayclient-libs"]
    soname = f"libxpayclient.so.{facts.abi()}"
    assert {f"{soname}()(64bit)", f"{soname}(XPAY_0.1.0)(64bit)"} <= asked("provides", library)
    assert {f"pkgconfig(xpayclient) = {facts.version()}"} <= asked("provides", development)
    assert [need for need in asked("requires", development) if need.startswith("xpayclient-libs")]
    assert [need for need in asked("requires", commands) if need.startswith("libc.so.6(GLIBC_")]
    assert not [need for need in asked("requires", commands) if "xpayclient" in need]
    assert "blessing" not in kit.run(["rpm", "-qp", "--qf", "%{LICENSE}", library])
    assert "blessing" in kit.run(["rpm", "-qp", "--qf", "%{LICENSE}", commands])


def asked(what: str, package: Path) -> set[str]:
    return set(kit.run(["rpm", "-qp", f"--{what}", package]).splitlines())


def test_files_and_modes(rpm: Packages) -> None:
    shown = [line.split() for package in rpm.first() for line in kit.run(["rpm", "-qplv", package]).splitlines()]
    assert {
        "/usr/bin/xpay",
        "/usr/lib64/libxpayclient.a",
        "/usr/include/xpayclient.h",
        "/usr/lib/systemd/system/xpay-recover@.service",
    } <= {line[8] for line in shown}
    for mode, _, user, group, *_ in shown:
        assert (user, group) == ("root", "root")
        assert mode[:2] == "lr" or mode in ("drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--")
    assert not [line[8] for line in shown if line[0] == "-rwxr-xr-x" and not re.search(r"/bin/|\.so\.", line[8])]


def test_the_same_commit_gives_the_same_bytes(rpm: Packages) -> None:
    for one, other in zip(rpm.first(), rpm.again()):
        assert one.read_bytes() == other.read_bytes(), f"{one.name} differs from one build to the next"


def test_their_files_pay(gateway: sandbox.Sandbox, root: Path, workshop: Path) -> None:
    libraries = root / "usr/lib64"
    environment = {**os.environ, "PKG_CONFIG_LIBDIR": str(libraries / "pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": str(root)}
    flags = kit.run([kit.program("pkg-config"), "--cflags", "--libs", "xpayclient"], env=environment).split()
    program = shop.compiled(shop.source(workshop / "shop"), flags, workshop / "payment")
    shop.pays(gateway, program, libraries, "rpm")
