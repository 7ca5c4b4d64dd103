"""The archive for systems without our packages, unpacked where its builder never thought of: every way of its README compiles and pays."""

from __future__ import annotations

import os
import re
import shlex
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

CMAKE = """cmake_minimum_required(VERSION 3.10)
project(shop C)
find_package(xpayclient SERIES REQUIRED)
add_executable(shared payment.c)
target_link_libraries(shared xpayclient::xpayclient)
add_executable(static payment.c)
target_link_libraries(static xpayclient::xpayclient_static)
"""


@pytest.fixture(scope="module")
def unpacked(sdk: Packages, workshop: Path) -> Path:
    (file,) = sdk.first()
    with tarfile.open(file) as archive:
        archive.extractall(workshop / "a shop")
    (root,) = (workshop / "a shop").iterdir()
    return root


def test_the_archive(sdk: Packages, unpacked: Path) -> None:
    (file,) = sdk.first()
    with tarfile.open(file) as archive:
        for entry in archive:
            assert (entry.uname, entry.gname, entry.mtime) == ("root", "root", facts.committed())
            assert entry.issym() or entry.mode == (0o644 if entry.isfile() and not program(entry.name) else 0o755), entry.name
    assert unpacked.name == f"xpayclient-sdk-{facts.version()}"
    for name in ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES", "bin/xpay", "include/xpayclient.hpp"]:
        assert (unpacked / name).is_file(), name
    named = [
        path for path in unpacked.rglob("*") if path.suffix in (".pc", ".cmake") and "/xpayclient-sdk" in path.read_text("utf-8")
    ]
    assert [path.name for path in named if path.suffix == ".pc"] == []


def program(name: str) -> bool:
    return re.search(r"/bin/|\.so\.", name) is not None


def test_the_same_commit_gives_the_same_bytes(sdk: Packages) -> None:
    (one,), (other,) = sdk.first(), sdk.again()
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("options", [[], ["--define-prefix"], ["--static"]])
def test_pkg_config(gateway: sandbox.Sandbox, unpacked: Path, workshop: Path, options: list[str]) -> None:
    environment = {**os.environ, "PKG_CONFIG_PATH": str(unpacked / "lib/pkgconfig")}
    said = kit.run([kit.program("pkg-config"), *options, "--cflags", "--libs", "xpayclient"], env=environment)
    name = "-".join(["pkg-config", *(option.strip("-") for option in options)])
    built = shop.compiled(shop.source(workshop / "shop"), shlex.split(said), workshop / name)
    shop.pays(gateway, built, unpacked / "lib", name)


def test_cmake(gateway: sandbox.Sandbox, unpacked: Path, workshop: Path) -> None:
    cmake = kit.program("cmake")
    directory = shop.source(workshop / "by cmake").parent
    (directory / "CMakeLists.txt").write_text(CMAKE.replace("SERIES", facts.version().rpartition(".")[0]), "utf-8")
    kit.run([cmake, "-S", directory, "-B", directory / "build", f"-DCMAKE_PREFIX_PATH={unpacked}"])
    kit.run([cmake, "--build", directory / "build"])
    for linkage in ("shared", "static"):
        # CMake has written where the library lies.
        shop.pays(gateway, directory / "build" / linkage, Path("/nowhere"), f"cmake-{linkage}")


def test_the_lines_of_its_readme(gateway: sandbox.Sandbox, unpacked: Path, workshop: Path) -> None:
    lines = re.findall(r"`(cc shop\.c .*?)`", (unpacked / "README.md").read_text("utf-8"))
    assert len(lines) == 2
    directory = workshop / "by readme"
    shop.source(directory).rename(directory / "shop.c")
    for number, line in enumerate(lines):
        subprocess.run(line, shell=True, cwd=directory, env={**os.environ, "SDK": str(unpacked)}, check=True)  # noqa: S602
        shop.pays(gateway, directory / "a.out", Path("/nowhere"), f"readme-{number}")


def test_the_commands_and_pages(unpacked: Path) -> None:
    assert facts.version() in kit.run([unpacked / "bin/xpay", "--version"])
    assert list((unpacked / "share/man/man1").glob("xpay*.1")) and (unpacked / "share/man/man3/xpayclient.3").is_file()
